"""Procedure: the step of every matter, by whom, after what, before what, with its notice and objections."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.evaluating import Duty
from projections.policies.rule import Reading
from tests.projections.rules_made import Event, duties_of, event, rule_of

HOUSEHOLD = event("household.identified", household_id="h", jurisdiction_id="village", effective_from="2014-12-31")
PROPOSED = [HOUSEHOLD, event("exit.proposed", exit_id="x", subject="h", level="household", proposed_on="2018-01-10")]
GROUP = event("body.established", body_id="group", jurisdiction_id="county", functions=["leading-group"])
TOWN = event("body.established", body_id="town", jurisdiction_id="township", functions=["government"])
ELSEWHERE = event("body.established", body_id="elsewhere", functions=["leading-group"])
STRANGER = event("body.established", body_id="stranger")


def step(verb: str, on: str, **more: Any) -> Event:
    """A step of the exit on a day."""
    field = "notice_from" if verb == "publicised" else f"{verb}_on"
    return event(f"exit.{verb}", exit_id="x", **{field: on}, **more)


def asked(*given: Event, day: str = "2018-12-31", span: tuple[str, str] | None = None, **params: Any) -> list[Duty]:
    """What a county is told of its exits."""
    stated = {"register": "exit", "ends": ["exit.rejected"], "kinds": ["exit.approved"], **params}
    rule = rule_of("procedure", stated, readings=params.pop("readings", ()))
    return duties_of(rule, [GROUP, TOWN, ELSEWHERE, STRANGER, *PROPOSED, *given], day, span)


def status(*given: Event, **params: Any) -> str:
    """The status of the one exit."""
    (duty,) = asked(*given, **params)
    assert duty.outcome.about == "x"
    return duty.status


BY_GROUP: dict[str, Any] = {"functions": ["leading-group"], "level": "county"}


@pytest.mark.parametrize(
    ("doer", "found"),
    [
        ("group", "met"),
        ("town", "breached"),
        ("elsewhere", "breached"),
        ("stranger", "undetermined"),
        (None, "undetermined"),
    ],
)
def test_who_is_competent(doer: str | None, found: str) -> None:
    """By function, level and line of territory; of whom the record says nothing, it decides nothing."""
    more = {} if doer is None else {"approved_by": doer}
    (duty,) = asked(step("approved", "2018-03-05", **more), **BY_GROUP)
    assert duty.status == found
    assert duty.outcome.more["faults"] == (["incompetent-body"] if found == "breached" else [])
    if doer == "town":
        (approver,) = duty.outcome.more["approver"]
        assert (approver["id"], approver["level"], approver["functions"]) == ("town", "township", ["government"])
        assert approver["kind"] == "body"


def test_who_took_a_step_is_told_with_what_it_is() -> None:
    """A body, a post and a person have pages of their own; what the record does not know is told by its id alone."""
    head = event("post.established", post_id="head", title_zh="县长", jurisdiction_id="county")
    person = event("person.registered", person_id="y", name_zh="示例乙")
    verified = step("verified", "2018-02-05", verifiers=["head", "y", "nobody"])
    (duty,) = asked(head, person, verified, step("approved", "2018-03-05", approved_by="group"))
    taken = {one["id"]: one.get("kind") for told in duty.outcome.more["steps"] for one in told["by"]}
    assert taken == {"head": "post", "y": "person", "nobody": None, "group": "body"}


def test_another_reading_of_who_is_competent_is_told() -> None:
    """Where a text names two bodies, the result says what it would be for the other."""
    reading = Reading("functions", ["leading-group"], (["party-committee", "government"],), "who")
    stated = {"register": "exit", "kinds": ["exit.approved"], **BY_GROUP}
    rule = rule_of("procedure", stated, readings=(reading,))
    approved = step("approved", "2018-03-05", approved_by="county.party-committee")
    (duty,) = duties_of(rule, [*PROPOSED, approved], "2018-12-31")
    assert (duty.status, [one.status for one in duty.alternatives]) == ("breached", ["met"])


@pytest.mark.parametrize(
    ("verified", "approved", "found", "fault"),
    [
        ("2018-03-05", "2018-03-05", "met", []),
        ("2018-03-06", "2018-03-05", "breached", ["verified-after-approved"]),
        (None, "2018-03-05", "breached", ["missing-verified"]),
        ("2018-03-05", None, "due", []),
    ],
)
def test_what_must_come_before_a_step(verified: str | None, approved: str | None, found: str, fault: list[str]) -> None:
    """On the same day at the latest."""
    given = [] if verified is None else [step("verified", verified, verifiers=["town"])]
    given += [] if approved is None else [step("approved", approved, approved_by="group")]
    (duty,) = asked(*given, after=[{"kinds": ["exit.verified"]}])
    assert (duty.status, duty.outcome.more["faults"]) == (found, fault)


def test_what_must_come_before_a_step_may_be_one_body_s_alone() -> None:
    """A verification by the township is none by the county; whose is unknown, so is the result."""
    after = [{"kinds": ["exit.verified"], **BY_GROUP}]
    approved = step("approved", "2018-03-05", approved_by="group")
    for who, found in ((["town"], "breached"), (["town", "group"], "met"), (["stranger"], "undetermined")):
        assert status(step("verified", "2018-03-01", verifiers=who), approved, after=after) == found


@pytest.mark.parametrize(
    ("reviewed", "approved", "found"),
    [
        ("2018-03-05", "2018-03-05", "met"),
        ("2018-03-06", "2018-03-05", "breached"),
        (None, "2018-03-05", "breached"),
        (None, None, "due"),
        ("2018-03-05", None, "met"),
    ],
)
def test_a_step_must_come_before_what_follows(reviewed: str | None, approved: str | None, found: str) -> None:
    """It is due until what follows comes, and can then not be made good."""
    given = [] if reviewed is None else [step("reviewed", reviewed, reviewer_body_id="town")]
    given += [] if approved is None else [step("approved", approved, approved_by="group")]
    assert status(*given, kinds=["exit.reviewed"], before=["exit.approved"]) == found


def test_after_a_rejection_nothing_is_owed() -> None:
    """What was left out by then no longer counts; what was done wrong before does."""
    rejected = step("rejected", "2018-03-05", rejected_by="group")
    kinds = ["exit.reviewed"]
    assert status(rejected, kinds=kinds, before=["exit.approved"]) == "not-applicable"
    wrong = step("reviewed", "2018-03-01", reviewer_body_id="town")
    assert status(wrong, rejected, kinds=kinds, before=["exit.approved"], **BY_GROUP) == "breached"


def test_a_step_without_a_time_limit_is_a_gap_once_it_is_owed() -> None:
    """Due before the approval, a gap after it until it is on record."""
    approved, recorded = step("approved", "2018-03-05"), step("recorded", "2018-03-12")
    params: dict[str, Any] = {"kinds": ["exit.recorded"], "owed_once": ["exit.approved"]}
    found = {
        day: status(approved, recorded, day=day, **params)
        for day in ("2018-03-04", "2018-03-05", "2018-03-11", "2018-03-12")
    }
    assert list(found.values()) == ["due", "gap", "gap", "met"]


@pytest.mark.parametrize(
    ("until", "approved", "least", "found"),
    [
        ("2018-03-08", "2018-03-08", None, "met"),
        ("2018-03-08", "2018-03-07", None, "breached"),
        (None, "2018-03-08", None, "undetermined"),
        (None, None, None, "met"),
        ("2018-03-08", "2018-03-08", 7, "met"),
        ("2018-03-07", "2018-03-08", 7, "breached"),
        ("2018-03-07", None, 7, "undetermined"),
    ],
)
def test_the_notice(until: str | None, approved: str | None, least: int | None, found: str) -> None:
    """It is over before what follows, and its length is judged only where a number is set."""
    more = {} if until is None else {"notice_until": until}
    given = [step("publicised", "2018-03-01", **more)]
    given += [] if approved is None else [step("approved", approved)]
    rule: dict[str, Any] = {"kinds": ["exit.publicised"], "notice_over_by": ["exit.approved"], "notice_days": least}
    (duty,) = asked(*given, day="2018-03-08" if approved else "2018-03-06", **rule)
    assert duty.status == found
    length = None if until is None else int(until[-2:]) - 1
    assert duty.outcome.more["notice_days"] == length


@pytest.mark.parametrize(
    ("raised", "resolved", "found"),
    [
        ("2018-03-02", None, 1),
        ("2018-03-02", "2018-03-09", 0),
        ("2018-03-02", "2018-03-10", 0),
        ("2018-03-02", "2018-03-11", 1),
        ("2018-03-11", None, 0),
    ],
)
def test_objections_open_on_the_day_of_the_approval(raised: str, resolved: str | None, found: int) -> None:
    """Resolved by that day is resolved; they are counted whether or not the text bars the approval."""
    more = {} if resolved is None else {"resolved_on": resolved}
    given = [
        step("publicised", "2018-03-01", notice_until="2018-03-08"),
        step("objected", raised, **more),
        step("approved", "2018-03-10"),
    ]
    for barred in ((), ("exit.approved",)):
        (duty,) = asked(*given, kinds=["exit.publicised"], unopposed_at=barred)
        assert duty.outcome.more["open_objections"] == found
        assert duty.status == ("breached" if found and barred else "met")


def test_parties_and_consent() -> None:
    """Each of two parties must be among the verifiers; a refusal is no acknowledgement."""
    committee = event("body.established", body_id="vc", jurisdiction_id="village", functions=["village-committee"])
    team = event("body.established", body_id="team", jurisdiction_id="village", functions=["work-team"])
    parties = [["village-committee"], ["work-team", "first-secretary"]]
    for who, found in ((["vc"], "breached"), (["vc", "team"], "met"), (["vc", "stranger"], "undetermined")):
        given = [committee, team, step("verified", "2018-03-01", verifiers=who)]
        assert status(*given, kinds=["exit.verified"], parties=parties) == found
    consent: dict[str, Any] = {"kinds": ["exit.consented"], "where": {"consent": True}, "before": ["exit.approved"]}
    for said, found in ((True, "met"), (False, "breached")):
        given = [step("consented", "2018-03-01", household_id="h", consent=said), step("approved", "2018-03-05")]
        (duty,) = asked(*given, **consent)
        assert (duty.status, duty.outcome.more["faults"]) == (found, [] if said else ["not-consented"])


def test_a_step_outside_the_matter() -> None:
    """A meeting before the proposal counts for so many days; one after it does not."""
    rule: dict[str, Any] = {
        "kinds": ["meeting.held"],
        "where": {"kind": "household-deliberation"},
        "before": ["exit.proposed"],
        "within_days": 30,
    }
    for on, found in (
        ("2017-12-10", "breached"),
        ("2017-12-11", "met"),
        ("2018-01-10", "met"),
        ("2018-01-11", "breached"),
    ):
        meeting = event("meeting.held", meeting_id="m", kind="household-deliberation", body_id="group", held_on=on)
        assert status(meeting, **rule) == found


def test_what_goes_to_somebody_else_is_another_step() -> None:
    """A report to the township does not stand for the one to the county's group."""
    rule: dict[str, Any] = {
        "kinds": ["exit.reported"],
        "recipient_functions": ["leading-group"],
        "recipient_level": "county",
        "before": ["exit.approved"],
    }
    approved = step("approved", "2018-03-05")
    for to, found in (("group", "met"), ("town", "breached"), ("stranger", "undetermined")):
        assert status(step("reported", "2018-03-01", recipient_body_id=to), approved, **rule) == found


def test_steps_of_a_project_in_order() -> None:
    """Each needs the one before it on its day or earlier; payments that are part of the project count."""
    order = [{"kinds": [kind]} for kind in ("project.approved", "project.accepted", "funds.reimbursed")]
    rule = rule_of("procedure", {"register": "project", "order": order})
    approved = event("project.approved", project_id="p", jurisdiction_id="county", approved_on="2018-02-01")
    accepted = event("project.accepted", project_id="p", accepted_on="2018-06-01")
    paid = event("funds.reimbursed", reimbursement_id="r", project_id="p", amount="1.00", reimbursed_on="2018-05-31")
    (duty,) = duties_of(rule, [approved, accepted, paid], "2018-12-31")
    assert (duty.status, duty.outcome.more["faults"]) == ("breached", ["reimbursed-before-accepted"])
    assert len(duty.outcome.evidence) == 3
    assert duties_of(rule, [approved, accepted], "2018-12-31")[0].status == "due"
    assert duties_of(rule, [approved, paid], "2018-12-31")[0].outcome.more["faults"] == ["reimbursed-without-accepted"]


def test_which_matters_are_meant() -> None:
    """Those of the level asked for, of listed places, and with a step within the span."""
    assert [duty.status for duty in asked(levels=["county"])] == ["not-applicable"]
    assert [duty.status for duty in asked(levels=["household"])] == ["due"]
    assert [duty.status for duty in asked(lists=["poor-village"])] == ["not-applicable"]
    listed = event("designation.listed", list="poor-village", jurisdiction_id="village", effective_from="2014-01-01")
    assert [duty.status for duty in asked(listed, lists=["poor-village"])] == ["due"]
    for span, found in ((("2018-01-10", "2018-01-11"), "due"), (("2018-01-11", "2018-02-01"), "not-applicable")):
        assert [duty.status for duty in asked(span=span)] == [found]


def test_what_a_unit_owes_alone() -> None:
    """What another department said is not asked of this one; where nobody spoke, nobody can be charged."""
    rule = rule_of(
        "procedure",
        {
            "register": "exit",
            "kinds": ["exit.assessed"],
            "own": True,
            "missing": "undetermined",
            "before": ["exit.approved"],
        },
        level="unit",
        functions=("sector-department",),
    )
    for assessor, found in (("county.sector-department", "met"), ("group", "not-applicable"), (None, "undetermined")):
        said = [] if assessor is None else [step("assessed", "2018-03-01", assessor=assessor)]
        duties = duties_of(rule, [GROUP, *PROPOSED, *said, step("approved", "2018-03-05")], "2018-12-31")
        assert {one.status for one in duties if one.subject.id == "county.sector-department"} == {found}

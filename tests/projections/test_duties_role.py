"""Who bears a role: on a day, over a span, by body or by post, and what ties it to those it is for."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.outcome import Gap
from projections.policies.rule import Condition, Reading, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of

PRINCIPALS = ("party-principal", "government-principal")
HEAD = "county.government-principal"


def role(params: dict[str, Any] | None = None, **more: Any) -> Rule:
    """A role of the county's principals that can be met or leave a gap."""
    return rule_of("role", params or {}, **{"functions": PRINCIPALS, "verdicts": "presence", **more})


def left(tenure: str, **when: str) -> Event:
    """Somebody left a post."""
    return event("appointment.ended", appointment_id=f"{tenure}.tenure", **when)


def took(post: str, person: str, start: str, **more: Any) -> Event:
    """Somebody took a post."""
    return event(
        "appointment.started", appointment_id=f"{person}-{post}", person_id=person, post_id=post,
        effective_from=start, **more,
    )  # fmt: skip


VACANT = [left(HEAD, effective_until="2017-05-31"), took(HEAD, "next", "2017-07-10")]


@pytest.mark.parametrize(
    ("day", "status"),
    [("2017-05-30", "met"), ("2017-05-31", "gap"), ("2017-07-09", "gap"), ("2017-07-10", "met")],
)
def test_a_vacancy_begins_on_the_day_of_leaving_and_ends_before_that_of_arrival(day: str, status: str) -> None:
    """The end of an office is exclusive, its start inclusive."""
    (one,) = duties_of(role(), VACANT, day)
    assert one.status == status


def test_a_vacancy_is_told_with_its_days_and_its_post() -> None:
    """The gap is the whole vacancy, also where it ends after the day; the status changes when it does."""
    (one,) = duties_of(role(), VACANT, "2017-06-10")
    assert one.outcome.gaps == (Gap("2017-05-31", "2017-07-10", "vacancy", HEAD),)
    assert one.outcome.more["missing"][0]["days"] == 40
    assert (one.outcome.since, one.outcome.until, one.outcome.changes_on) == ("2017-05-31", "2017-07-10", "2017-07-10")
    assert set(one.outcome.posts) == {"county.party-principal", HEAD}


def test_a_span_is_judged_by_its_worst_day_and_not_beyond_the_day_asked_about() -> None:
    """Days within the span and up to the day count; a vacancy that begins later is no gap yet."""
    span = ("2017-01-01", "2018-01-01")
    (whole,) = duties_of(role(), VACANT, "2018-03-01", span)
    assert (whole.status, whole.outcome.gaps) == ("gap", (Gap("2017-05-31", "2017-07-10", "vacancy", HEAD),))
    assert (whole.outcome.since, whole.outcome.until) == span
    (early,) = duties_of(role(), VACANT, "2017-05-30", span)
    assert (early.status, early.outcome.gaps, early.outcome.until) == ("met", (), "2017-05-31")
    assert early.outcome.changes_on == "2017-05-31"
    (part,) = duties_of(role(), VACANT, "2017-06-10", span)
    assert part.outcome.gaps == (Gap("2017-05-31", "2017-06-11", "vacancy", HEAD),)
    assert duties_of(role(), VACANT, "2016-12-31", span) == []


@pytest.mark.parametrize(
    ("day", "status"),
    [("2017-05-31", "gap"), ("2017-06-01", "undetermined"), ("2017-06-29", "undetermined"), ("2017-06-30", "met")],
)
def test_a_start_known_to_the_month_leaves_its_days_open(day: str, status: str) -> None:
    """A holder who took office in June is certain from the last day of June on."""
    (one,) = duties_of(role(), [left(HEAD, effective_until="2017-05-31"), took(HEAD, "next", "2017-06")], day)
    assert one.status == status


def test_who_stands_in_counts_unless_read_otherwise() -> None:
    """An acting head bears the role, with the capacity shown; the other reading says it would be a gap."""
    reading = Reading("acting_counts", default=True, others=(False,), means="acting")
    given = [left(HEAD, effective_until="2017-05-31"), took(HEAD, "next", "2017-06-01", capacity="acting")]
    (one,) = duties_of(role({"acting_counts": True}, readings=(reading,)), given, "2017-06-10")
    assert (one.status, one.alternatives[0].status) == ("met", "gap")
    (_, head) = one.outcome.actual["bearers"]
    assert (head["posts"][0]["substantive"], head["posts"][0]["holders"][0]["capacity"]) == ("no", "acting")


def test_a_duty_shared_by_two_posts_stands_while_one_is_held() -> None:
    """The vacancy of the other is shown and decides nothing; it decides under the other reading."""
    reading = Reading("need", "any", ("all",), "shared")
    (one,) = duties_of(role({"need": "any"}, readings=(reading,)), VACANT, "2017-06-10")
    assert (one.status, one.alternatives[0].status) == ("met", "gap")
    assert [gap.about for gap in one.outcome.gaps] == [HEAD]


def test_a_body_bears_by_whoever_answers_for_it() -> None:
    """A county government without a head on record of that day leaves a gap; read as the body alone, it does not."""
    reading = Reading("through", "holders", ("body",), "body")
    rule = role({"through": "holders"}, functions=("government",), readings=(reading,))
    (one,) = duties_of(rule, VACANT, "2017-06-10")
    assert (one.status, one.alternatives[0].status) == ("gap", "met")
    assert one.outcome.posts == (HEAD,)
    (before,) = duties_of(rule, VACANT, "2014-12-31")
    assert (before.status, before.outcome.gaps[0].cause) == ("gap", "not-on-record")


def test_a_body_of_which_no_post_is_on_record_is_there() -> None:
    """A department that names no head is on record all the same; who answers is not known."""
    body = event(
        "body.established", body_id="b", name_zh="示例局", jurisdiction_id="county", functions=["audit-office"]
    )
    rule = role({"functions": ["audit-office"]}, functions=("sector-department",))
    given = [
        body,
        event("body.dissolved", body_id="county.audit-office", effective_from="2017-01-01"),
        event("post.abolished", post_id="county.audit-office.department-head", effective_from="2017-01-01"),
    ]
    (one,) = duties_of(rule, given, "2018-03-05")
    assert (one.status, one.outcome.actual["bearers"][0]["bodies"]) == ("met", ["b"])


def test_what_stands_nowhere_is_not_on_record() -> None:
    """Without a post of the function there is nobody to bear it."""
    (one,) = duties_of(role(), [event("post.abolished", post_id=HEAD, effective_from="2017-03-01")], "2017-03-01")
    assert [(gap.cause, gap.about) for gap in one.outcome.gaps] == [("not-on-record", HEAD)]


def test_a_level_may_have_bearers_of_its_own() -> None:
    """Of five levels of secretaries the village's is another function, and each place is judged alone."""
    params = {"functions": ["party-principal"], "by_level": {"village": ["village-party-secretary"]}}
    rule = role(params, functions=("party-principal", "village-party-secretary"), levels=("county", "village"))
    given = [left("village.village-party-secretary", effective_until="2017-05-31")]
    assert {one.subject.id: one.status for one in duties_of(rule, given, "2017-06-01")} == {
        "county": "met", "village": "gap",
    }  # fmt: skip


PAIRED = event(
    "pairing.started", pairing_id="p", helper="county.other-leader.holder", assisted="township", kind="contact-point",
    effective_from="2017-03",
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "status"), [("2017-02-28", "gap"), ("2017-03-01", "undetermined"), ("2017-03-31", "met")]
)
def test_a_role_for_a_contact_point_needs_one(day: str, status: str) -> None:
    """The pairing that ties the leader to the place is as uncertain as its dates."""
    rule = role({"each": True, "tied": {"pairings": ["contact-point"]}}, functions=("other-leader",))
    (one,) = duties_of(rule, [PAIRED], day)
    assert (one.status, one.outcome.about) == (status, "county.other-leader")


def test_a_pairing_of_another_kind_does_not_tie() -> None:
    """Helping a household is not having a contact point; a letter of the right kind is."""
    rule = role(
        {"each": True, "tied": {"pairings": ["contact-county"], "letters": ["assistance-letter"]}},
        functions=("other-leader",),
    )
    (one,) = duties_of(rule, [PAIRED], "2018-03-05")
    assert (one.status, one.outcome.gaps[0].cause) == ("gap", "no-pairing")
    letter = event(
        "responsibility-letter.signed", letter_id="l", kind="assistance-letter",
        signatory={"post_id": "county.other-leader"}, signed_on="2017-06-01",
    )  # fmt: skip
    assert [one.status for one in duties_of(rule, [PAIRED, letter], "2018-03-05")] == ["met"]


def test_one_person_holds_two_posts_at_once() -> None:
    """The second post is asked of the holder of the first; ending it does not end the first."""
    rule = role({"each": True, "also": {"titles": [".*副处长"]}}, functions=("seconded-official",), level="person")
    given = [
        event("body.established", body_id="office", name_zh="秘书组"),
        event("post.established", post_id="second", title_zh="秘书组副处长", body_id="office", functions=[]),
        took("second", "county.seconded-official.holder", "2017-03-01", capacity="concurrent"),
        event(
            "appointment.ended", appointment_id="county.seconded-official.holder-second", effective_until="2018-01-01"
        ),
    ]
    found = {
        day: one.status
        for day in ("2017-02-28", "2017-03-01", "2017-12-31", "2018-01-01")
        for one in duties_of(rule, given, day)
        if one.subject.id == "county.seconded-official"
    }
    assert list(found.values()) == ["gap", "met", "met", "gap"]
    (end,) = (one for one in duties_of(rule, given, "2018-01-01") if one.subject.id == "county.seconded-official")
    assert end.outcome.gaps[0].cause == "no-second-post"


def test_a_unit_that_bears_nothing_asked_is_not_judged() -> None:
    """Of a clause that names units and committees, units alone are asked for their pairings."""
    rule = role(
        {"functions": ["assisting-unit"], "tied": {}}, functions=("assisting-unit", "party-committee"), level="unit"
    )
    given = [{**PAIRED, "data": {**PAIRED["data"], "helper": "county.assisting-unit", "kind": "fixed-point-unit"}}]
    found = {one.subject.id: one.status for one in duties_of(rule, given, "2018-03-05")}
    assert found["county.assisting-unit"] == "met"
    assert found["township.assisting-unit"] == "gap"
    assert not any("party-committee" in one for one in found)


def test_a_village_off_the_list_owes_nothing() -> None:
    """The condition is looked at on the day."""
    rule = role({}, functions=("first-secretary",), level="village", condition=Condition(listed=("poor-village",)))
    listed = {"list": "poor-village", "jurisdiction_id": "village"}
    given = [
        event("designation.listed", **listed, effective_from="2016-01-01"),
        event("designation.lifted", **listed, effective_from="2018-01-01"),
    ]
    assert [duties_of(rule, given, day)[0].status for day in ("2015-12-31", "2017-12-31", "2018-01-01")] == [
        "not-applicable", "met", "not-applicable",
    ]  # fmt: skip


def test_the_evidence_is_the_body_the_posts_and_their_holders_of_the_day() -> None:
    """The entry that ended the office of the one before is not evidence of who holds it now."""
    (one,) = duties_of(role(functions=("government-principal",)), VACANT, "2017-07-10")
    kinds = [entry["type"] for entry in one.outcome.evidence]
    assert kinds == ["post.established", "appointment.started"]
    assert one.outcome.actual["bearers"][0]["posts"][0]["holders"][0]["person"] == "next"

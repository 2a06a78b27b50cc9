"""Deadlines: rectifications, targets, consolidated money, ledgers, and days counted from what triggers them."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.evaluating import Duty
from projections.policies.rule import Reading, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of

POST = "county.party-principal"
FOUND = event(
    "finding.raised", finding_id="f", jurisdiction_id="county", occurred_from="2017-03-01", raised_on="2018-04-20"
)


def ordered(**more: Any) -> Event:
    """A rectification of the county's secretary, by the end of August 2018."""
    stated: dict[str, Any] = {"rectification_id": "z", "finding_id": "f", "responsible": {"post_id": POST}}
    stated |= {"ordered_on": "2018-05-15", "deadline": "2018-08-31"}
    return event("rectification.ordered", **{**stated, **more})


def step(kind: str, **data: Any) -> Event:
    """A later step of the rectification."""
    return event(f"rectification.{kind}", rectification_id="z", **data)


def rectification(**more: Any) -> Rule:
    """The principals complete what is demanded of them in time."""
    readings = tuple(more.pop("readings", ()))
    return rule_of("deadline", {"what": "rectification", **more}, functions=("party-principal",), readings=readings)


def one(rule: Rule, given: list[Event], day: str) -> Duty:
    """The one duty of a day."""
    (found,) = duties_of(rule, given, day)
    return found


@pytest.mark.parametrize(("day", "expected"), [("2018-05-14", None), ("2018-08-31", "due"), ("2018-09-01", "overdue")])
def test_a_rectification_is_due_to_its_deadline(day: str, expected: str | None) -> None:
    """Nothing before the order, due on the last day, overdue on the day after."""
    found = duties_of(rectification(), [FOUND, ordered()], day)
    assert [duty.status for duty in found] == ([] if expected is None else [expected])


def test_a_due_rectification_says_when_it_changes() -> None:
    """The day after the deadline; the post answers, and days overdue are told once it has passed."""
    due = one(rectification(), [FOUND, ordered()], "2018-08-01").outcome
    assert (due.about, due.due_on, due.changes_on, due.posts) == ("z", "2018-08-31", "2018-09-01", (POST,))
    late = one(rectification(), [FOUND, ordered()], "2018-09-05").outcome
    assert (late.more["days_overdue"], late.changes_on) == (5, None)
    assert [entry["type"] for entry in late.evidence] == ["rectification.ordered"]


def test_an_extended_deadline_stands_and_both_are_shown() -> None:
    """Extended to the end of September: completed on its last day, it is in time."""
    given = [FOUND, ordered(), step("extended", deadline="2018-09-30", extended_on="2018-08-20"),
             step("completed", completed_on="2018-09-30")]  # fmt: skip
    found = one(rectification(), given, "2018-10-01").outcome
    assert (found.status, found.late_days) == ("met", None)
    assert [each["deadline"] for each in found.more["deadlines"]] == ["2018-08-31", "2018-09-30"]


def test_completed_late_is_met_with_days() -> None:
    """Five days after the deadline."""
    found = one(rectification(), [FOUND, ordered(), step("completed", completed_on="2018-09-05")], "2018-10-01").outcome
    assert (found.status, found.late_days) == ("met", 5)


def test_reported_done_and_closed_are_two_readings() -> None:
    """Reported done in time and confirmed in September: met, or met late where only the confirmation closes it."""
    reading = Reading("done", "completed", ("closed",), "When it is done.")
    given = [FOUND, ordered(), step("completed", completed_on="2018-08-20")]
    rule = rectification(done="completed", readings=[reading])
    waiting = one(rule, given, "2018-09-03")
    assert (waiting.status, waiting.alternatives[0].status) == ("met", "overdue")
    given.append(step("verified", verdict="confirmed", verified_on="2018-09-04"))
    confirmed = one(rule, given, "2018-09-04")
    assert (confirmed.status, confirmed.alternatives[0].status) == ("met", "met")
    assert confirmed.outcome.more["closed_on"] == "2018-09-04"


def test_a_verdict_that_does_not_confirm_opens_it_again() -> None:
    """Reported done, found false, reported again: the second report counts."""
    given = [FOUND, ordered(), step("completed", completed_on="2018-08-01"),
             step("verified", verdict="falsified", verified_on="2018-08-10"),
             step("completed", completed_on="2018-09-02")]  # fmt: skip
    assert one(rectification(), given, "2018-08-09").status == "met"
    assert one(rectification(), given, "2018-08-10").status == "due"
    assert one(rectification(), given, "2018-09-02").outcome.late_days == 2


def test_both_holders_are_kept() -> None:
    """Who held the post when the defect arose, and who on the day of the deadline."""
    change = [
        event("appointment.ended", appointment_id=f"{POST}.tenure", effective_until="2018-07-01"),
        event(
            "appointment.started", appointment_id="next", person_id="next", post_id=POST, effective_from="2018-07-10"
        ),
    ]
    more = one(rectification(), [FOUND, ordered(), *change], "2018-09-05").outcome.more
    assert [each["person"] for each in more["arose_under"]] == [f"{POST}.holder"]
    assert [each["person"] for each in more["at_deadline"]] == ["next"]
    assert more["arose_on"] == "2017-03-01"


def test_a_demand_on_somebody_else_binds_the_place_alone() -> None:
    """A deputy's rectification is none of the secretary's, but stands at the county; a reassigned one moves."""
    other = [FOUND, ordered(responsible={"post_id": "county.other-leader"})]
    assert duties_of(rectification(of="bearer"), other, "2018-09-05") == []
    assert one(rectification(of="place"), other, "2018-09-05").status == "overdue"
    moved = step("reassigned", to={"post_id": POST}, handover_on="2018-08-01")
    assert one(rectification(of="bearer"), [*other, moved], "2018-09-05").outcome.posts == (POST,)
    away = step("reassigned", to={"post_id": "county.other-leader"}, handover_on="2018-08-01")
    assert duties_of(rectification(of="bearer"), [FOUND, ordered(), away], "2018-09-05") == []


def test_a_demand_without_a_deadline_is_undetermined() -> None:
    """The text leaves the limit to the demand: none, and nobody can say."""
    given = [FOUND, event("rectification.ordered", rectification_id="z", finding_id="f",
                          responsible={"person_id": f"{POST}.holder"}, ordered_on="2018-05-15")]  # fmt: skip
    found = one(rectification(), given, "2018-09-05").outcome
    assert (found.status, found.more["undetermined"], found.persons) == (
        "undetermined",
        "no-deadline",
        (f"{POST}.holder",),
    )


# -- targets ---------------------------------------------------------------------------------------------------

PERSONS = {"events": ["exit.approved"], "about": "household", "count": "persons"}


def household(name: str, persons: int | None) -> Event:
    """A registered household of the village."""
    stated = {} if persons is None else {"persons": persons}
    return event(
        "household.identified", household_id=name, jurisdiction_id="village", registered_on="2016-01-01", **stated
    )


def exited(name: str, on: str) -> list[Event]:
    """The approved exit of a household."""
    return [
        event("exit.proposed", exit_id=f"x-{name}", subject=name, level="household", proposed_on="2017-01-02"),
        event("exit.approved", exit_id=f"x-{name}", approved_on=on),
    ]


@pytest.mark.parametrize(
    ("second", "persons", "day", "expected"),
    [
        ("2017-12-31", 3, "2017-12-31", "met"),
        ("2018-01-01", 3, "2018-01-01", "met"),
        ("2018-01-02", 3, "2018-01-01", "overdue"),
        ("2017-12-31", 2, "2018-01-01", "overdue"),
        ("2017-12-31", None, "2018-01-01", "undetermined"),
    ],
)
def test_a_target_counts_persons_of_exits(second: str, persons: int | None, day: str, expected: str) -> None:
    """Seven by the end of 2017: 4 + 3 reach it; 4 + 2 do not; unknown persons leave it open; an exit counts once."""
    rule = rule_of("deadline", {"what": "target", "measures": {"脱贫人口": PERSONS}})
    target = event("target.set", target_id="t", subject_id="county", measure="脱贫人口", value="7", due_on="2017-12-31")
    given = [household("a", 4), household("b", persons), target, *exited("a", "2017-05-01"), *exited("b", second)]
    again = event("exit.approved", exit_id="x-a", approved_on="2017-06-01")
    found = one(rule, [*given, again], day)
    assert found.status == expected
    if second == "2018-01-01":
        assert (found.outcome.late_days, found.outcome.actual["by_the_day"]) == (1, "4")


def test_a_target_of_another_measure_is_of_another_duty() -> None:
    """A ratio of reimbursement is no target of exits."""
    rule = rule_of("deadline", {"what": "target", "measures": {"脱贫人口": PERSONS}})
    target = event(
        "target.set", target_id="t", subject_id="county", measure="报账率", value="0.85", due_on="2017-12-31"
    )
    assert duties_of(rule, [target], "2018-01-01") == []


def test_a_figure_of_the_text_stands_where_no_target_is_on_record() -> None:
    """Two persons planned for 2017: measures delivered to a household of two reach it, before 2017 they do not."""
    moved = {"events": ["measure.delivered"], "where": {"kind": "relocation"}, "count": "persons"}
    figure = {"value": "2", "since": "2017-01-01", "due_on": "2017-12-31"}
    rule = rule_of("deadline", {"what": "target", "figure": figure, "reached": moved})
    for on, expected in (("2017-06-01", "met"), ("2016-12-31", "overdue")):
        made = event("measure.delivered", measure_id="m", kind="relocation", beneficiary_id="a", delivered_on=on)
        assert one(rule, [household("a", 2), made], "2018-01-01").status == expected


# -- money, ledgers, days --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "allocated", "expected", "consolidated"),
    [
        ("12.00", "12.00", "met", "met"),
        ("12.00", "11.99", "overdue", "met"),
        ("11.99", "12.00", "overdue", "overdue"),
    ],
)
def test_the_planned_amount_to_the_fen(amount: str, allocated: str, expected: str, consolidated: str) -> None:
    """Exactly the planned amount is the whole; one fen less is not, consolidated or allocated."""
    reading = Reading("in_place", "allocated", ("consolidated",), "In place.")
    params = {
        "what": "consolidation",
        "plan_kinds": ["fund-consolidation"],
        "sources": ["pool"],
        "in_place": "allocated",
    }
    rule = rule_of("deadline", params, readings=(reading,))
    given = [
        event("plan.adopted", plan_id="p", plan_kind="fund-consolidation", owner_id="county.party-committee",
              covers_from="2018-01-01", items=[{"amount": "7.50"}, {"amount": "4.50"}]),
        event("funds.consolidated", consolidation_id="c", jurisdiction_id="county", plan_id="p", amount=amount,
              due_on="2018-06-30", consolidated_on="2018-06-30"),
        event("funds.allocated", allocation_id="a", source="pool", recipient_id="township", amount=allocated,
              allocated_on="2018-06-01"),
    ]  # fmt: skip
    found = one(rule, given, "2018-07-01")
    assert (found.status, found.alternatives[0].status) == (expected, consolidated)
    assert found.outcome.expected["amount"] == "12.00"


def test_an_entry_of_a_ledger_is_due_at_the_end_of_its_year() -> None:
    """Accepted on 31 December it is met; a failed acceptance is none."""
    rule = rule_of("deadline", {"what": "ledger"}, level="unit", functions=("assisting-unit",))
    entry = event("ledger-entry.recorded", paired_village="village", project_name="道路", entered_on="2018-03-01")
    project = event(
        "project.registered", project_id="p", jurisdiction_id="village", name_zh="道路", registered_on="2018-01-01"
    )
    pairing = event(
        "pairing.started", pairing_id="q", helper="county.assisting-unit", assisted="village", effective_from="2016"
    )
    for result, expected in (("passed", "met"), ("failed", "overdue")):
        accepted = event("project.accepted", project_id="p", result=result, accepted_on="2018-12-31")
        found = duties_of(rule, [pairing, entry, project, accepted], "2019-01-01")
        assert {duty.status for duty in found if duty.subject.id == "county.assisting-unit"} == {expected}


@pytest.mark.parametrize(
    ("raised", "answered", "day", "expected"),
    [
        ("2018-02-13", None, "2018-02-22", "due"),
        ("2018-02-13", None, "2018-02-23", "overdue"),
        ("2018-02-13", "2018-02-22", "2018-02-23", "met"),
        ("2035-02-13", None, "2035-03-01", "undetermined"),
    ],
)
def test_within_working_days_of_a_trigger(raised: str, answered: str | None, day: str, expected: str) -> None:
    """Two working days after 13 February 2018 is the 22nd, the Spring Festival between; 2035 has no calendar yet."""
    params = {"what": "act", "trigger": ["opinion.received"], "events": ["opinion.answered"], "within_working_days": 2}
    rule = rule_of("deadline", params)
    given = [event("opinion.received", opinion_id="o", jurisdiction_id="county", received_on=raised)]
    if answered is not None:
        given.append(event("opinion.answered", opinion_id="o", answered_on=answered))
    assert one(rule, given, day).status == expected


def test_a_day_that_the_trigger_states_comes_first() -> None:
    """The deadline in the event stands before the days of the text."""
    params = {"what": "act", "trigger": ["issue.escalated"], "whose": "own", "events": ["issue.resolved"],
              "due_field": "deadline", "within_days": 5}  # fmt: skip
    rule = rule_of("deadline", params)
    raised = {"issue_id": "i", "raised_by": "county.party-committee", "raised_on": "2018-03-01"}
    assert one(rule, [event("issue.escalated", **raised)], "2018-03-07").outcome.due_on == "2018-03-06"
    stated = event("issue.escalated", **raised, deadline="2018-03-20")
    assert one(rule, [stated], "2018-03-20").status == "due"


def test_a_trigger_stated_anew_is_due_once() -> None:
    """A problem told twice under one id was raised once, on the day that was recorded last."""
    raised = [
        event("issue.escalated", issue_id="i", raised_by="county.party-committee", raised_on=on)
        for on in ("2018-05-02", "2018-05-20")
    ]
    rule = rule_of(
        "deadline",
        {
            "what": "act",
            "trigger": ["issue.escalated"],
            "whose": "own",
            "events": ["issue.resolved"],
            "within_days": 10,
        },
    )
    assert one(rule, raised, "2018-06-15").outcome.due_on == "2018-05-30"

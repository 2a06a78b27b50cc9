"""Follow-up: what happened is answered, by what link, and by when where a deadline was set."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.evaluating import Duty
from tests.projections.rules_made import Event, duties_of, event, rule_of

PERSON = "county.party-principal.holder"
FOUND = event("finding.raised", finding_id="f", jurisdiction_id="county", raised_on="2018-03-05", category="c")
ORDERED = event(
    "rectification.ordered", rectification_id="r", finding_id="f", ordered_on="2018-03-20", deadline="2018-06-30"
)


def asked(*given: Event, day: str = "2018-12-31", span: tuple[str, str] | None = None, **params: Any) -> list[Duty]:
    """What a county is told, of a rule that can be kept or not."""
    stated = {"trigger": ["finding.raised"], "answer": ["rectification.ordered"], **params}
    return duties_of(rule_of("follow-up", stated), list(given), day, span)


def status(*given: Event, **params: Any) -> str:
    """The status of the one trigger."""
    (duty,) = asked(*given, **params)
    return duty.status


def case(on: str, person: str = PERSON, **more: Any) -> Event:
    """A case against a person."""
    return event("accountability-case.opened", case_id="k", subject_persons=[person], opened_on=on, **more)


def test_each_trigger_is_answered_by_itself() -> None:
    """One outcome a finding, on the evidence of both; what is older than the finding answers nothing."""
    other = event("finding.raised", finding_id="g", jurisdiction_id="village", raised_on="2018-03-21")
    found = {duty.outcome.about: duty for duty in asked(FOUND, ORDERED, other)}
    assert {about: duty.status for about, duty in found.items()} == {"f": "met", "g": "gap"}
    assert [entry["type"] for entry in found["f"].outcome.evidence] == ["finding.raised", "rectification.ordered"]
    for on, expected in (("2018-03-04", "gap"), ("2018-03-05", "met")):
        assert (
            status(FOUND, event("rectification.ordered", rectification_id="r", finding_id="f", ordered_on=on))
            == expected
        )


def test_without_a_trigger_the_rule_does_not_apply() -> None:
    """Nor with one that says something else, or of another kind of place, or of one not listed."""
    none: list[dict[str, Any]] = [
        {"where": {"category": "other"}},
        {"where": {"finding.raised": {"category": "other"}}},
        {"level": "village"},
        {"lists": ["poor-village"]},
    ]
    assert status() == "not-applicable"
    assert [status(FOUND, **params) for params in none] == ["not-applicable"] * 4
    listed = event("designation.listed", list="poor-village", jurisdiction_id="county", effective_from="2014-01-01")
    assert status(FOUND, listed, lists=["poor-village"]) == "gap"
    assert status(FOUND, where={"category": "c", "other.kind": {"x": "y"}}) == "gap"
    assert status(FOUND, span=("2018-01-01", "2018-03-05")) == "not-applicable"


@pytest.mark.parametrize(
    ("link", "answer", "found"),
    [
        ("matter", event("accountability-case.opened", case_id="k", opened_on="2018-04-01"), "gap"),
        ("holders", case("2018-04-01"), "met"),
        ("holders", case("2018-04-01", "county.government-principal.holder"), "gap"),
        ("place", case("2018-04-01", "county.government-principal.holder"), "met"),
        ("place", case("2018-04-01", "village.party-principal.holder"), "gap"),
        ("ground", case("2018-04-01", "county.government-principal.holder", trigger="made-1"), "met"),
        ("ground", case("2018-04-01", "county.government-principal.holder", trigger="made-2"), "gap"),
        ("subject", case("2018-04-01"), "gap"),
        (
            "cites",
            event("funds.recovered", recovery_id="m", finding_id="f", amount="1.00", recovered_on="2018-04-01"),
            "met",
        ),
        ("own", event("meeting.held", meeting_id="m", body_id="county.party-committee", held_on="2018-04-01"), "met"),
        ("own", event("meeting.held", meeting_id="m", body_id="village.party-committee", held_on="2018-04-01"), "gap"),
    ],
)
def test_how_an_answer_is_told(link: str, answer: Event, found: str) -> None:
    """By the holders of the posts concerned, the place, the ground cited, a field that names it, or who acted."""
    finding = event("finding.raised", **{**FOUND["data"], "responsible_posts": ["county.party-principal"]})
    assert status(finding, answer, answer=[answer["type"]], links=[link]) == found


def test_what_an_answer_must_say() -> None:
    """Of one kind alone, where more kinds may answer."""
    wanted = {"sanction.imposed": {"kind": ["recall"]}}
    finding = event("finding.raised", **{**FOUND["data"], "responsible_posts": ["county.party-principal"]})
    for kind, found in (("recall", "met"), ("other", "gap")):
        sanction = event("sanction.imposed", sanction_id="s", subject=PERSON, kind=kind, imposed_on="2018-04-01")
        assert status(finding, sanction, answer=["sanction.imposed"], answer_where=wanted, links=["holders"]) == found


def test_every_kind_of_answer_where_each_is_asked_for() -> None:
    """The ones that are missing are named."""
    answer = ["rectification.ordered", "rectification.completed"]
    (duty,) = asked(FOUND, ORDERED, answer=answer, each=True)
    assert (duty.status, duty.outcome.more["missing"]) == ("gap", ["rectification.completed"])
    done = event("rectification.completed", rectification_id="r", completed_on="2018-05-01")
    assert status(FOUND, ORDERED, done, answer=answer, each=True) == "met"


@pytest.mark.parametrize(
    ("done", "day", "found", "late"),
    [
        (None, "2018-06-30", "due", None),
        (None, "2018-07-01", "overdue", None),
        ("2018-06-30", "2018-07-01", "met", None),
        ("2018-07-05", "2018-07-04", "overdue", None),
        ("2018-07-05", "2018-07-05", "met", 5),
    ],
)
def test_the_deadline_that_an_order_sets(done: str | None, day: str, found: str, late: int | None) -> None:
    """Due on its last day, overdue on the day after, met late with the days."""
    given = [] if done is None else [event("rectification.completed", rectification_id="r", completed_on=done)]
    params: dict[str, Any] = {
        "trigger": ["rectification.ordered"],
        "answer": ["rectification.completed"],
        "deadline": True,
    }
    (duty,) = asked(FOUND, ORDERED, *given, day=day, **params)
    assert (duty.status, duty.outcome.late_days, duty.outcome.due_on) == (found, late, "2018-06-30")
    assert duty.outcome.changes_on == ("2018-07-01" if found == "due" else None)
    moved = event("rectification.extended", rectification_id="r", deadline="2018-07-31", extended_on="2018-06-20")
    assert asked(FOUND, ORDERED, moved, *given, day=day, **params)[0].outcome.due_on == "2018-07-31"


def test_years_in_a_row_and_who_held_the_post_in_them() -> None:
    """Three years running of one place; a year left out breaks them; holders are shown with their days of each year."""

    def graded(year: int) -> Event:
        return event(
            "evaluation.recorded", evaluation_id=f"e{year}", subject="county", year=year, grade="excellent",
            recorded_on=f"{year + 1}-03-05",
        )  # fmt: skip

    rule: dict[str, Any] = {
        "trigger": ["evaluation.recorded"],
        "where": {"grade": "excellent"},
        "running": 3,
        "answer": ["reward.granted"],
        "links": ["holders"],
        "holder_functions": ["party-principal"],
    }
    assert status(graded(2014), graded(2016), graded(2017), **rule) == "not-applicable"
    came = [
        event("appointment.ended", appointment_id="county.party-principal.tenure", effective_until="2016-07-01"),
        event("person.registered", person_id="new", name_zh="新任"),
        event(
            "appointment.started",
            appointment_id="a",
            person_id="new",
            post_id="county.party-principal",
            effective_from="2016-07-01",
        ),
    ]
    (duty,) = asked(graded(2015), graded(2016), graded(2017), *came, **rule)
    assert duty.status == "gap"
    held = {one["person"]: one["days"] for one in duty.outcome.more["holders"]}
    assert held == {PERSON: {"2015": 365, "2016": 182}, "new": {"2016": 184, "2017": 365}}
    reward = event("reward.granted", reward_id="w", subject="new", kind="promotion-priority", granted_on="2018-05-01")
    assert status(graded(2015), graded(2016), graded(2017), *came, reward, **rule) == "met"


def test_what_was_open_before_the_place_was_listed() -> None:
    """A finding of before the listing counts only where the rule is about earlier ones, and the place is listed."""
    listed = event("designation.listed", list="l", jurisdiction_id="county", effective_from="2018-04-01")
    assert status(FOUND, listed, lists=["l"]) == "not-applicable"
    assert status(FOUND, listed, lists=["l"], earlier=True) == "gap"
    assert status(FOUND, listed, lists=["l"], earlier=True, day="2018-03-31") == "not-applicable"
    assert status(FOUND, ORDERED, listed, lists=["l"], earlier=True) == "met"

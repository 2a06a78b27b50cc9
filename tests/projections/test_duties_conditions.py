"""Duties owed under a condition alone: on which days a place is on a list, or something has happened there."""

from __future__ import annotations

from projections.policies.rule import Condition, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of

SECRETARY = "village.village-party-secretary"


def listing(verb: str, on: str) -> Event:
    """The village is put on the list of watched places, or taken off it."""
    return event(f"designation.{verb}", list="watched", jurisdiction_id="village", effective_from=on)


def weekly() -> Rule:
    """The secretary of a watched village visits it every week."""
    return rule_of(
        "quota", {"events": ["visit.made"], "period": "P1W"}, level="village",
        functions=("village-party-secretary",), condition=Condition(listed=("watched",)),
    )  # fmt: skip


def told(rule: Rule, given: list[Event], day: str, span: tuple[str, str] | None = None) -> list[tuple[str | None, str]]:
    """The windows that are told, each with its status."""
    return [(one.outcome.since, one.status) for one in duties_of(rule, given, day, span, "gansu")]


def test_what_was_listed_and_lifted_on_one_day_is_listed_on_none() -> None:
    """As in the state of the place: the lifting recorded after the listing ends it, one recorded before it does not."""
    on = "2018-05-14"
    assert told(weekly(), [listing("listed", on), listing("lifted", on)], "2018-05-20") == [(None, "not-applicable")]
    assert ("2018-05-14", "due") in told(weekly(), [listing("lifted", on), listing("listed", on)], "2018-05-20")


def test_weeks_are_owed_that_ended_while_the_village_was_on_the_list() -> None:
    """Listed from a Wednesday to a Thursday: no week before or after is missed, and those between still are later."""
    given = [listing("listed", "2018-05-16"), listing("lifted", "2018-06-07")]
    missed = [(monday, "breached") for monday in ("2018-05-14", "2018-05-21", "2018-05-28")]
    assert told(weekly(), given, "2018-05-15") == [(None, "not-applicable")]
    assert told(weekly(), given, "2018-05-16") == [("2018-05-14", "due")]
    assert told(weekly(), given, "2018-06-06") == [*missed, ("2018-06-04", "due")]
    assert told(weekly(), given, "2018-06-07") == missed
    around = ("2018-05-07", "2018-06-18")
    unowed = [(monday, "not-applicable") for monday in ("2018-05-07", "2018-06-04", "2018-06-11")]
    assert told(weekly(), given, "2018-06-18", around) == [unowed[0], *missed, *unowed[1:]]


def test_windows_that_ended_before_what_is_asked_for_happened_are_not_owed() -> None:
    """A county that pairs in June owes a meeting in June, and none of the months before."""
    rule = rule_of(
        "quota", {"events": ["meeting.held"], "period": "P1M"}, condition=Condition(events=("inspection.held",))
    )
    given = [event("inspection.held", inspection_id="i", subject_id="county", started_on="2018-06-12")]
    assert told(rule, given, "2018-07-01") == [("2018-06-01", "breached"), ("2018-07-01", "due")]
    assert told(rule, [], "2018-07-01") == [(None, "not-applicable")]


def test_days_are_judged_on_which_the_village_was_on_the_list() -> None:
    """The post is vacant from April on, the village listed in May and June: the gap is of these, and charged so."""
    rule = rule_of(
        "role", {}, level="village", functions=("village-party-secretary",), verdicts="presence",
        condition=Condition(listed=("watched",)),
    )  # fmt: skip
    given = [
        event("appointment.ended", appointment_id=f"{SECRETARY}.tenure", effective_until="2018-04-01"),
        listing("listed", "2018-05-01"), listing("lifted", "2018-07-01"),
    ]  # fmt: skip
    (found,) = duties_of(rule, given, "2018-06-30", None, "gansu")
    assert (found.status, found.outcome.since, found.outcome.gaps[0].since) == ("gap", "2018-05-01", "2018-05-01")
    (found,) = duties_of(rule, given, "2019-01-01", ("2018-01-01", "2019-01-01"), "gansu")
    assert (found.status, [(gap.since, gap.until) for gap in found.outcome.gaps]) == (
        "gap", [("2018-05-01", "2018-07-01")],
    )  # fmt: skip
    for span in (("2018-01-01", "2018-05-01"), ("2018-07-01", "2019-01-01"), None):
        (found,) = duties_of(rule, given, "2019-01-01", span, "gansu")
        assert found.status == "not-applicable"

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

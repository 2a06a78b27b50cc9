"""On which days a household was on the register, beside what the state of its place says of each of these days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.duties.days import holds
from projections.duties.dossier import Dossier
from projections.duties.register import Household, households
from projections.leaving import household_on
from projections.policies.pack import load_all
from projections.proving import rows_of
from tests.projections.rules_made import Event, event, rule_of
from tests.thorough import examples

LAST = "2020-01-01"
Steps = Sequence[tuple[str, str]]


def told(steps: Steps) -> list[Event]:
    """A household of the village that is identified, exits, has its last exit taken back or is removed on some days."""
    found, exits = [], 0
    for what, on in steps:
        if what == "identified":
            found.append(event("household.identified", household_id="h", jurisdiction_id="village", effective_from=on))
        elif what == "removed":
            found.append(event("household.removed", household_id="h", effective_from=on))
        elif what == "approved":
            exits += 1
            more = {"exit_id": f"x{exits}", "subject": "h", "level": "household"}
            found.append(event("exit.proposed", **more, proposed_on="2016-01-01"))
            found.append(event("exit.approved", exit_id=f"x{exits}", approved_on=on))
        elif exits:
            found.append(event("exit.rejected", exit_id=f"x{exits}", rejected_on=on))
    return found


def dossier(steps: Steps) -> Dossier:
    """What is known at the end."""
    rule = rule_of("coverage", {"covers": []})
    return Dossier(LAST, rows_of(load_all()["wuyi"], rule, told(steps)))


def registered(found: Dossier) -> Household:
    """The household of the village."""
    (one,) = households(found)["village"]
    return one


def stands(found: Dossier, day: str) -> bool:
    """Whether the state of the village counts the household among those identified."""
    exits = [one.facts for one in found.of_register("exit")]
    return household_on(found.matters["household:h"].facts, exits, day) == "identified"


@pytest.mark.parametrize(
    ("steps", "on"),
    [
        (["identified", "approved", "rejected"], [("2018-01-01", "2018-02-01"), ("2018-03-01", "9999")]),
        (["identified", "approved", "identified"], [("2018-01-01", "2018-02-01"), ("2018-03-01", "9999")]),
        (["identified", "approved", "rejected", "approved"],
         [("2018-01-01", "2018-02-01"), ("2018-03-01", "2018-04-01")]),
        (["identified", "approved", "removed", "rejected"], [("2018-01-01", "2018-02-01")]),
        (["identified", "removed", "approved", "rejected"], [("2018-01-01", "2018-02-01")]),
        (["identified", "approved", "approved", "rejected"], [("2018-01-01", "2018-02-01")]),
    ],
)  # fmt: skip
def test_an_exit_that_was_taken_back_leaves_the_household_on_the_register(
    steps: list[str], on: list[tuple[str, str]]
) -> None:
    """One step a month: off from the exit until it is taken back, but where something else has ended it too."""
    found = registered(dossier([(what, f"2018-{n:02}-01") for n, what in enumerate(steps, 1)]))
    assert [(since, min(until, "9999")) for since, until in found.on] == on


def test_one_that_came_back_was_there_once_since_the_first_time() -> None:
    """What was once on the register stays a member of such a set: an exit and a new identification end nothing."""
    steps = [("identified", "2014-01-01"), ("approved", "2016-01-01"), ("identified", "2018-01-01")]
    ((since, until),) = registered(dossier(steps)).once
    assert (since, min(until, "9999")) == ("2014-01-01", "9999")
    ((since, until),) = registered(dossier([*steps, ("removed", "2019-01-01")])).once
    assert (since, until) == ("2014-01-01", "2019-01-01")


@settings(max_examples=examples(120), deadline=None)
@given(st.lists(st.sampled_from(["identified", "approved", "rejected", "removed"]), max_size=7))
def test_the_register_and_the_state_say_the_same_of_every_day(rest: list[str]) -> None:
    """Whatever happened to it, one thing a day; identified again only where it is not on the register."""
    steps = [("identified", "2018-01-01")]
    for n, what in enumerate(rest, 1):
        day = (date(2018, 1, 1) + timedelta(days=n)).isoformat()
        if what != "identified" or not stands(dossier(steps), day):
            steps.append((what, day))
    found = dossier(steps)
    for n in range(10):
        day = (date(2018, 1, 1) + timedelta(days=n)).isoformat()
        assert holds(registered(found).on, day) == stands(found, day), (day, steps)

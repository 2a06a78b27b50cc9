"""Runs of days: fast ones against a slow and obvious one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from projections.duties.spells import Spell, extent, known, runs, spells
from projections.tenure import ALWAYS, NEVER, next_day

DAYS = [f"2018-01-{day:02}" for day in range(1, 29)]
FIRST, END = DAYS[0], "2018-01-29"
MARKS = st.dictionaries(st.sampled_from(DAYS), st.frozensets(st.sampled_from("abc")), max_size=8)


def state_of(marks: dict[str, frozenset[str]], day: str) -> frozenset[str]:
    """What the last mark up to a day says."""
    before = [one for one in marks if one <= day]
    return marks[max(before)] if before else frozenset()


@given(MARKS)
def test_spells_tell_every_day_once(marks: dict[str, frozenset[str]]) -> None:
    """Day by day the spells say what the state says, and no two neighbours are alike."""
    found = spells(lambda day: state_of(marks, day), marks, FIRST, END)
    told = {day: one.state for one in found for day in DAYS if one.since <= day < one.until}
    assert told == {day: state_of(marks, day) for day in DAYS}
    assert all(one.state != other.state for one, other in pairwise(found))
    assert sum(one.days or 0 for one in found) == len(DAYS)


@given(MARKS, st.sampled_from(DAYS))
def test_an_extent_is_the_longest_run_around_the_day(marks: dict[str, frozenset[str]], day: str) -> None:
    """Every day of it is like the day; the days beside it are not, or are out of bounds."""
    now = state_of(marks, day)
    since, until = extent(lambda one: state_of(marks, one) == now, marks, day, FIRST, END)
    assert since <= day < until
    assert all(state_of(marks, one) == now for one in DAYS if since <= one < until)
    assert since == FIRST or state_of(marks, DAYS[DAYS.index(since) - 1]) != now
    assert until == END or state_of(marks, until) != now


@given(MARKS)
def test_runs_hold_each_key_while_one_state_after_another_does(marks: dict[str, frozenset[str]]) -> None:
    """Days of a key are those whose state holds it; runs of one key never touch."""
    found = list(runs(spells(lambda day: state_of(marks, day), marks, FIRST, END), lambda state: state))
    for key in "abc":
        mine = sorted((one for one in found if one.state == key), key=lambda one: one.since)
        days = {day for day in DAYS for one in mine if one.since <= day < one.until}
        assert days == {day for day in DAYS if key in state_of(marks, day)}
        assert all(one.until < other.since for one, other in pairwise(mine))


def test_what_has_no_bound_has_no_number_of_days() -> None:
    """The beginning and the end of time are not days to count from."""
    assert (known(ALWAYS), known(NEVER), known(FIRST)) == (None, None, FIRST)
    assert Spell(ALWAYS, FIRST, "a").days is None
    assert Spell(FIRST, NEVER, "a").days is None
    assert Spell(FIRST, next_day(FIRST), "a").days == 1
    assert spells(lambda day: day, [], END, FIRST) == []

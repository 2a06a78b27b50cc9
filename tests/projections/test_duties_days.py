"""Sets of days against the slow and obvious way: one day after another."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from projections.duties import days
from projections.duties.days import Stretch
from projections.tenure import ALWAYS, NEVER, Bounds

FIRST = date(2018, 1, 1)
SPAN = 12


def day(n: int) -> str:
    """The nth day of the little calendar."""
    return (FIRST + timedelta(days=n)).isoformat()


stretches = st.lists(
    st.tuples(st.integers(0, SPAN), st.integers(0, SPAN)).map(lambda two: (day(two[0]), day(two[1]))), max_size=4
)


def spelled(found: list[Stretch] | tuple[Stretch, ...]) -> set[str]:
    """Every day of a set, one by one."""
    return {day(n) for n in range(SPAN) if any(since <= day(n) < until for since, until in found)}


@given(stretches, stretches)
def test_unions_and_differences_are_those_of_the_days(one: list[Stretch], other: list[Stretch]) -> None:
    """Union, intersection, difference and count agree with sets of days; stretches stay in order and apart."""
    first, second = days.union(one), days.union(other)
    assert spelled(first) == spelled(one)
    assert spelled(days.both(first, second)) == spelled(one) & spelled(other)
    assert spelled(days.without(first, second)) == spelled(one) - spelled(other)
    assert days.count(first) == len(spelled(one))
    assert all(a[1] < b[0] for a, b in pairwise(first))


def test_what_is_certain_is_possible_too() -> None:
    """A month as start and as end leaves days that are only possible before and after those that are certain."""
    bounds = [Bounds("2018-02-01", "2018-02-28", "2018-05-01", "2018-05-31")]
    assert days.certain(bounds) == [("2018-02-28", "2018-05-01")]
    assert days.possible(bounds) == [("2018-02-01", "2018-05-31")]


def test_a_bound_that_is_open_is_told_as_none() -> None:
    """Answers show no day of the year 1 or 9999."""
    assert (days.known(ALWAYS), days.known(NEVER), days.known("2018-01-01")) == (None, None, "2018-01-01")
    assert days.at([("2018-01-01", "2018-01-03")], "2018-01-02") == ("2018-01-01", "2018-01-03")
    assert days.at([("2018-01-01", "2018-01-03")], "2018-01-03") is None

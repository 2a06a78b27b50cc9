"""Chinese working days: holidays, moved weekends, and years that nobody announced."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.duties.working_days import add_working_days, is_working_day, working_days
from projections.tenure import next_day


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2018-02-09", True),
        ("2018-02-10", False),
        ("2018-02-11", True),
        ("2018-02-15", False),
        ("2018-10-01", False),
        ("2003-12-31", None),
        ("2099-01-01", None),
    ],
)
def test_holidays_and_moved_weekends(day: str, expected: bool | None) -> None:
    """The Sunday before the Spring Festival of 2018 was worked, its days were not; unknown years say so."""
    assert is_working_day(day) is expected


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2018-02-09", 0, "2018-02-09"),
        ("2018-02-09", 1, "2018-02-11"),
        ("2018-02-14", 1, "2018-02-22"),
        ("2018-02-16", 1, "2018-02-22"),
        ("2003-12-31", 1, "2004-01-02"),
        ("2099-01-01", 1, None),
    ],
)
def test_the_nth_working_day_after_a_day(day: str, n: int, expected: str | None) -> None:
    """The day itself does not count, holidays are passed over, and beyond the calendar there is no answer."""
    assert add_working_days(day, n) == expected


def test_the_days_of_a_week_without_work() -> None:
    """The week of the National Day of 2018 has no working day, that after the Spring Festival holiday has three."""
    assert working_days("2018-10-01", "2018-10-08") == 0
    assert working_days("2018-02-19", "2018-02-26") == 3
    assert working_days("2098-12-29", "2099-01-05") is None


@given(st.dates(min_value=date(2010, 1, 1), max_value=date(2024, 1, 1)),
       st.integers(min_value=1, max_value=15))  # fmt: skip
def test_adding_is_the_inverse_of_counting(day: date, n: int) -> None:
    """From the day after to the nth working day there are n working days, and the last of them is one."""
    start = day.isoformat()
    end = add_working_days(start, n)
    assert end is not None
    assert is_working_day(end) is True
    assert working_days(next_day(start), next_day(end)) == n

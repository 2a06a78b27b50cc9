"""Chinese working days: the State Council's calendar of each year, moved weekends included. Pure.

Days that the calendar does not know are neither: whoever asks gets None, and answers `undetermined`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Final

import chinese_calendar
from chinese_calendar.constants import holidays
from pydantic import Field

from projections.tenure import NEVER

_YEARS: Final = range(min(holidays).year, max(holidays).year + 1)
"""The years whose calendar the library knows."""
Days = Annotated[int, Field(ge=0, le=36_525)]
"""A term that a rule sets: up to a century."""


@lru_cache(maxsize=4096)
def is_working_day(day: str) -> bool | None:
    """Whether a day is a working day; None where no calendar was announced for its year."""
    at = date.fromisoformat(day)
    return bool(chinese_calendar.is_workday(at)) if at.year in _YEARS else None


def add_working_days(day: str, n: int) -> str | None:
    """The nth working day after a day, which itself does not count; for 0 the day itself. None where not known."""
    left = n
    for at in _after(day):
        if left == 0:
            break
        working = is_working_day(at)
        if working is None:
            return None
        left -= working
        day = at
    return day


def working_days(since: str, until: str) -> int | None:
    """How many working days [since, until) has; None where one of its days is not known."""
    found, at = 0, since
    while at < until:
        working = is_working_day(at)
        if working is None:
            return None
        found += working
        at = _next(at)
    return found


def _after(day: str) -> Iterator[str]:
    while day < NEVER:
        day = _next(day)
        yield day


def _next(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()

"""Calendar windows of a period: years, half-years, quarters, months, ISO weeks (Monday to Sunday), days. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal

Period = Literal["P1Y", "P6M", "P3M", "P1M", "P1W", "P1D"]
"""An ISO 8601 duration."""

_MONTHS: Final = {"P1Y": 12, "P6M": 6, "P3M": 3, "P1M": 1}
_DAYS: Final = {"P1W": 7, "P1D": 1}


def window(period: Period, day: str) -> tuple[str, str]:
    """The calendar window [since, until) that holds a day."""
    at = date.fromisoformat(day)
    if period in _MONTHS:
        months = _MONTHS[period]
        start = date(at.year, (at.month - 1) // months * months + 1, 1)
    else:
        start = at - timedelta(days=at.weekday() if period == "P1W" else 0)
    return start.isoformat(), later(period, start).isoformat()


def windows(period: Period, since: str, until: str) -> Iterator[tuple[str, str]]:
    """The calendar windows that hold a day of [since, until), in order."""
    at = since
    while at < until:
        first, end = window(period, at)
        yield first, end
        at = end


def later(period: Period, start: date) -> date:
    """The day one period after another, at the latest the last of its month, and of the calendar."""
    if period in _DAYS:
        return start + min(timedelta(days=_DAYS[period]), date.max - start)
    months = start.month - 1 + _MONTHS[period]
    year, month = start.year + months // 12, months % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def sliding(period: Period, day: str) -> tuple[str, str]:
    """The window [since, until) of a period's length that ends with a day."""
    end = date.fromisoformat(day) + timedelta(days=1)
    if period in _DAYS:
        return (end - timedelta(days=_DAYS[period])).isoformat(), end.isoformat()
    months = end.year * 12 + end.month - 1 - _MONTHS[period]
    year, month = divmod(months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(end.day, last)).isoformat(), end.isoformat()

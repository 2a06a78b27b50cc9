"""The clock that stamps the log, and the instants and days it is spoken of in.

Instants are written as RFC 3339 UTC with six decimals and `Z`; days are Asia/Shanghai.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
TICK = timedelta(microseconds=1)

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:[0-5]\d)", re.ASCII)


class Clock(Protocol):
    """Tells the time; passed in wherever time is needed."""

    def now(self) -> datetime:
        """The present instant, timezone-aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's present instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251  the one place where it is read


class ScriptedClock:
    """A clock that says what it is told: for sample logs and for tests."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        """The instant last set."""
        return self.instant


def stamp(instant: datetime) -> str:
    """`instant` as RFC 3339 UTC with six decimals and `Z`."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def stamper() -> Callable[[datetime], str]:
    """A `stamp` that remembers the last instant it was given: what is appended together bears one."""
    told = datetime.min.replace(tzinfo=UTC), ""

    def stamped(instant: datetime) -> str:
        nonlocal told
        last, text = told
        if instant != last:
            text = stamp(instant)
            told = instant, text
        return text

    return stamped


def read_stamp(text: str) -> datetime:
    """The instant of an RFC 3339 text. Raises ValueError where it is none that UTC can express."""
    if _RFC3339.fullmatch(text) is None:
        raise ValueError(f"not an RFC 3339 time: {text!r}")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"beyond the calendar in UTC: {text!r}") from None


def today(clock: Clock) -> date:
    """The calendar day it is in Asia/Shanghai."""
    return day_of(clock.now())


def day_of(instant: datetime) -> date:
    """The day of an instant in Asia/Shanghai; the last of the calendar where it is beyond that."""
    try:
        return instant.astimezone(SHANGHAI).date()
    except OverflowError:
        return date.max


def end_of_day(day: date) -> datetime:
    """The last microsecond of `day` in Asia/Shanghai, in UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return (start + (timedelta(days=1) - TICK)).astimezone(UTC)

"""Days: how long after a fact its report is made, and how many days lie between two."""

from __future__ import annotations

from datetime import date, timedelta


def told(day: str, after: int = 12) -> str:
    """The day on which a fact of `day` is reported, `after` days later."""
    return (date.fromisoformat(day) + timedelta(days=after)).isoformat()


def between(since: str, until: str) -> int:
    """The days in [since, until)."""
    return (date.fromisoformat(until) - date.fromisoformat(since)).days

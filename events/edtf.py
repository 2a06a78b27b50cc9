"""Dates of office as they are known: EDTF level 0 (ISO 8601-2:2019), and the days they may mean.

A date of `2018`, `2018-03` or `2018-03-05` stands for the span of days it may be, both ends
inclusive. Days are Asia/Shanghai calendar days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

EDTF_PATTERN = r"^\d{4}(-\d{2}(-\d{2})?)?$"
DAY_PATTERN = r"^\d{4}-\d{2}-\d{2}$"

_EDTF = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)

FIRST_DAY = date.min
LAST_DAY = date.max


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last possible day of a date, both inclusive."""

    first: date
    last: date


def parse(text: str) -> Span:
    """The span of an EDTF level 0 date.

    Raises ValueError where `text` is not `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or names a day that
    no calendar has.
    """
    found = _EDTF.fullmatch(text)
    if found is None:
        raise ValueError(f"not an EDTF level 0 date: {text!r}")
    year, month, day = int(found[1]), found[2], found[3]
    if month is None:
        return Span(date(year, 1, 1), date(year, 12, 31))
    if day is None:
        return Span(date(year, int(month), 1), date(year, int(month), monthrange(year, int(month))[1]))
    exact = date(year, int(month), int(day))
    return Span(exact, exact)


def parse_day(text: str) -> date:
    """The exact day of `YYYY-MM-DD`. Raises ValueError for anything less exact or impossible."""
    span = parse(text)
    if len(text) != len("2018-03-05"):
        raise ValueError(f"not an exact day: {text!r}")
    return span.first

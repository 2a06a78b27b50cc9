"""The calendar years that a question is about, as [first day, first day of the next). Pure."""

from __future__ import annotations

from collections.abc import Iterator

from projections.duties.case import Case
from projections.tenure import ALWAYS


def asked(case: Case, first: int | None = None) -> Iterator[int]:
    """The years that the case's day or span is about, in order, while the instrument held and up to the day.

    Asked about a day alone, these are the years from the start of the instrument, or from `first` where nobody
    knows that start, to the year of the day. A year counts where it shares a day with the instrument.
    """
    now = year_of(case.day)
    if case.span is not None:
        since, last = year_of(case.span[0]), min(now, year_of(case.span[1], before=True))
    else:
        since, last = (first if first is not None else now), now
    if case.since > ALWAYS:
        since = max(since, year_of(case.since)) if case.span is not None else year_of(case.since)
    last = min(last, year_of(case.until, before=True))
    yield from range(since, last + 1)


def year_of(day: str, *, before: bool = False) -> int:
    """The year of a day, or of the day before it: what ends with the first of January is of the year before."""
    year = int(day[:4])
    return year - 1 if before and day[4:] == "-01-01" else year


def bounds(year: int) -> tuple[str, str]:
    """A year as [since, until)."""
    return f"{year:04}-01-01", f"{year + 1:04}-01-01"


def ended(case: Case, year: int) -> bool:
    """Whether a year is over on the case's day."""
    return bounds(year)[1] <= case.day

"""The calendar years that a question is about, as [first day, first day of the next). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from projections.duties.case import Case
from projections.duties.outcome import Outcome
from projections.policies.rule import UNMET, Status
from projections.tenure import ALWAYS, day_before


def told(case: Case, first: int | None, of_year: Callable[[int], Outcome]) -> Iterator[Outcome]:
    """What the years asked about come to: over a span all of them, else this year and those that were not kept."""
    now = year_of(case.day)
    for year in asked(case, first):
        outcome = of_year(year)
        if year == now or case.span is not None or outcome.status in UNMET or outcome.status == "undetermined":
            yield outcome


def standing(reached: bool | None, *, over: bool, nothing: Status | None) -> Status:
    """How a year stands: `nothing` is what it is, once it is over, where the record has nothing to judge it by."""
    if reached:
        return "met"
    if not over:
        return "due"
    if nothing is not None:
        return nothing
    return "undetermined" if reached is None else "breached"


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
    """Whether a year is over on the case's day, and was while the instrument was in force."""
    return case.passed(day_before(bounds(year)[1]))

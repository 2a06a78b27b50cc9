"""Acts as a quota counts them: on which days, how many of what, how certain; and how many a window has. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from projections.duties.case import Case
from projections.duties.records import Act
from projections.duties.windows import Period, window
from projections.tenure import ALWAYS, next_day

Count = Literal["occurrences", "nights", "places", "days"]
"""What is counted: acts, nights stayed, distinct places, distinct days."""
CountsBy = Literal["day", "period", "period-before"]
"""To which window an act belongs: that of its day, that of the period it reports on or covers, or the one after it."""
Border = Literal["first-day", "last-day", "any-day"]
"""To which window an act of several days belongs: that of its first day, of its last, or every one it has a day in."""


@dataclass(frozen=True, slots=True)
class Counted:
    """An act that counts, from its first day to its last; `weight`: nights, or 1; not `certain` where in doubt."""

    act: Act
    first: str
    last: str
    weight: int
    certain: bool
    place: str | None

    def within(self, since: str, until: str, border: Border) -> int:
        """How much of it counts for a window [since, until); what has no day may be of any."""
        if self.act.on is None:
            return self.weight
        if border == "any-day" and self.weight > 1:
            at, nights = self.first, 0
            for _ in range(self.weight):
                nights += since <= at < until
                at = next_day(at)
            return nights
        if border == "any-day":
            return int(self.first < until and since <= self.last)
        return self.weight if since <= (self.first if border == "first-day" else self.last) < until else 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What a window has: how many for certain, how many more perhaps, and the acts in the order of their days."""

    certain: int
    possible: int
    acts: Sequence[Counted]


def counted(act: Act, place: str | None, period: Period | None, what: Count, by: CountsBy, *, sure: bool) -> Counted:
    """An act with the days on which it counts."""
    first = last = act.on or ALWAYS
    reported = reported_on(act) if by != "day" else None
    if reported is not None and period is not None:
        since, until = window(period, reported)
        first = last = since if by == "period" else until
    elif act.data.get("started_on") is not None:
        first, last = str(act.data["started_on"]), str(act.data.get("ended_on") or act.data["started_on"])
    nights = act.data.get("nights")
    if what != "nights":
        return Counted(act, first, max(first, last), 1, sure, place)
    return Counted(
        act, first, max(first, last), 1 if nights is None else int(nights), sure and nights is not None, place
    )


def reported_on(act: Act) -> str | None:
    """The first day of what an act reports on, covers or judges; None where it does not say."""
    for name in ("period_from", "covers_from"):
        if act.data.get(name) is not None:
            return str(act.data[name])
    year = act.data.get("year") or act.data.get("fiscal_year")
    return None if year is None else f"{int(year):04d}-01-01"


def tally(found: Iterable[Counted], since: str, until: str, what: Count, border: Border) -> Tally:
    """What [since, until) has of some acts."""
    inside = [(one, amount) for one in found if (amount := one.within(since, until, border))]
    acts = sorted((one for one, _ in inside), key=lambda one: (one.act.on or "", one.act.position))
    sure = [(one, amount) for one, amount in inside if one.certain]
    certain, all_of = _amount(sure, what), _amount(inside, what)
    return Tally(certain, all_of - certain, acts)


def _amount(found: Sequence[tuple[Counted, int]], what: Count) -> int:
    if what == "places":
        return len({one.place for one, _ in found})
    if what == "days":
        return len({one.first for one, _ in found})
    return sum(amount for _, amount in found)


def completing(found: Sequence[Counted], at_least: int) -> Counted | None:
    """The act with which some certain acts reach a number; None where they do not."""
    total = 0
    for one in sorted((one for one in found if one.certain), key=lambda one: (one.act.on or "", one.act.position)):
        total += one.weight
        if total >= at_least:
            return one
    return None


def shown(case: Case, acts: Sequence[Counted], due_on: str | None) -> list[dict[str, object]]:
    """The acts of a window as an answer shows them: their days, what they report on, when they were acknowledged."""
    found: list[dict[str, object]] = []
    for one in acts[-20:]:
        data, matter = one.act.data, case.dossier.matters.get(one.act.matter)
        acknowledged = matter.said("report.acknowledged") if matter is not None else None
        row: dict[str, object] = {
            "id": None if matter is None else matter.own_id,
            "on": one.act.on,
            "certain": one.certain,
        }
        row |= {
            name: data[name] for name in ("ended_on", "nights", "period_from", "period_until", "year") if name in data
        }
        if one.act.kind == "report.submitted":
            row["acknowledged_on"] = None if acknowledged is None else acknowledged.on
        if due_on is not None and one.act.on is not None and one.act.on > due_on:
            row["late"] = True
        if one.place is not None:
            row["place"] = one.place
        found.append(row)
    return found

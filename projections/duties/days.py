"""Sets of days as half-open stretches [since, until) of ISO days, in order and apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from projections.tenure import ALWAYS, NEVER, Bounds, days_between

Stretch = tuple[str, str]
Days = Sequence[Stretch]
EVERY: Days = ((ALWAYS, NEVER),)


def union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The days of any of some stretches."""
    found: list[Stretch] = []
    for since, until in sorted(one for one in stretches if one[0] < one[1]):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def both(one: Days, other: Days) -> list[Stretch]:
    """The days that are in two sets."""
    shared = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return union(stretch for stretch in shared if stretch[0] < stretch[1])


def without(one: Days, other: Days) -> list[Stretch]:
    """The days of the first set that are not in the second."""
    found = list(one)
    for since, until in other:
        found = [part for a, b in found for part in ((a, min(b, since)), (max(a, until), b)) if part[0] < part[1]]
    return found


def holds(days: Days, day: str) -> bool:
    """Whether a day is in a set."""
    return any(since <= day < until for since, until in days)


def at(days: Days, day: str) -> Stretch | None:
    """The stretch of a set that holds a day."""
    return next((one for one in days if one[0] <= day < one[1]), None)


def count(days: Days) -> int:
    """How many days a set has."""
    return sum(days_between(since, until) for since, until in days)


def certain(bounds: Iterable[Bounds]) -> list[Stretch]:
    """The days that one of some tenures or relations certainly covers."""
    return union((one.s1, one.e0) for one in bounds)


def possible(bounds: Iterable[Bounds]) -> list[Stretch]:
    """The days that one of them certainly or possibly covers."""
    return union((one.s0, one.e1) for one in bounds)


def known(day: str) -> str | None:
    """A bound as answers show it: None where it is open."""
    return None if day in (ALWAYS, NEVER) else day

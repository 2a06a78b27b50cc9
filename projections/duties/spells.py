"""Spells: runs of days on which something stays as it is, found from the days on which it can change. Pure.

What is asked must be constant between two edges: the first days of something, and the first days after it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from projections.tenure import ALWAYS, NEVER, Bounds, days_between

S = TypeVar("S")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Spell(Generic[S]):
    """The days [since, until) of one state."""

    since: str
    until: str
    state: S

    @property
    def days(self) -> int | None:
        """How many days it has; None where it has no known bound."""
        return None if ALWAYS in (self.since, self.until) or self.until == NEVER else days_between(*self.bounds)

    @property
    def bounds(self) -> tuple[str, str]:
        """Both ends."""
        return self.since, self.until


def edges_of(bounds: Iterable[Bounds]) -> set[str]:
    """The days on which the certainty of some tenures, letters or pairings can change."""
    return {day for one in bounds for day in (one.s0, one.s1, one.e0, one.e1)}


def known(day: str) -> str | None:
    """A day, or None where it stands for the beginning or the end of time."""
    return None if day in (ALWAYS, NEVER) else day


def spells(state: Callable[[str], S], edges: Iterable[str], since: str, until: str) -> list[Spell[S]]:
    """The days [since, until) cut where the state changes."""
    if since >= until:
        return []
    cuts = [since, *sorted(day for day in set(edges) if since < day < until)]
    found: list[tuple[str, S]] = []
    for day in cuts:
        now = state(day)
        if not found or found[-1][1] != now:
            found.append((day, now))
    ends = [day for day, _ in found[1:]] + [until]
    return [Spell(day, end, now) for (day, now), end in zip(found, ends, strict=True)]


def extent(
    holds: Callable[[str], bool], edges: Iterable[str], day: str, since: str = ALWAYS, until: str = NEVER
) -> tuple[str, str]:
    """The run [first, end) around a day, within [since, until), on which something holds that holds on the day."""
    cuts = [since, *sorted(edge for edge in set(edges) if since < edge < until)]
    at = bisect_right(cuts, day) - 1
    first = end = max(at, 0)
    while first > 0 and holds(cuts[first - 1]):
        first -= 1
    while end + 1 < len(cuts) and holds(cuts[end + 1]):
        end += 1
    return cuts[first], cuts[end + 1] if end + 1 < len(cuts) else until


def runs(found: Iterable[Spell[S]], keys: Callable[[S], Iterable[K]]) -> Iterator[Spell[K]]:
    """For each thing a state holds, the runs of days on which one state after another holds it.

    In the order of their ends; those that end together in the order in which the states hold them.
    """
    going: dict[K, tuple[str, str]] = {}
    for spell in found:
        now = dict.fromkeys(keys(spell.state))  # in their order, which a set has not: answers are told again elsewhere
        for key in [key for key in going if key not in now]:
            yield Spell(*going.pop(key), key)
        for key in now:
            going[key] = (going[key][0] if key in going else spell.since, spell.until)
    yield from (Spell(since, until, key) for key, (since, until) in going.items())

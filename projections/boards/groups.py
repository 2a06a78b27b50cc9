"""The places of a tree in groups that are evaluated together, each as large as allowed; those above them. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

HIGH: Final = ""
"""The head of places that no group holds: what is below them is too much for one."""

Parents = Mapping[str, str | None]
"""Every place on record on a day to the place above it."""


@dataclass(frozen=True)
class Groups:
    """The places on record on a day. `heads`: place to the highest place of its group, or HIGH."""

    parents: Parents = field(default_factory=dict)
    heads: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def members(self) -> Mapping[str, frozenset[str]]:
        """Head to the places of its group."""
        found: dict[str, set[str]] = defaultdict(set)
        for place, head in self.heads.items():
            found[head].add(place)
        return {head: frozenset(places) for head, places in found.items()}

    @property
    def high(self) -> frozenset[str]:
        """The places that no group holds."""
        return self.members.get(HIGH, frozenset())

    def line(self, place: str) -> list[str]:
        """A place that is on record and those above it, the nearest first."""
        return line(self.parents, place)

    def tops(self, places: Collection[str]) -> list[str]:
        """Places such that each of these is one of them or below one; in the order of ids, circles broken anywhere."""
        found: list[str] = []
        left = set(places)
        for depth, place in sorted((len(self.line(one)), one) for one in places):
            if place in left and (depth == 1 or not any(one in found for one in self.line(place))):
                found.append(place)
        return found


def line(parents: Parents, place: str) -> list[str]:
    """A place and those above it, up to a parent not on record or already met, as `Dossier.above` has it."""
    found = [place]
    at = parents[place]
    while at is not None and at in parents and at not in found:
        found.append(at)
        at = parents[at]
    return found


def grouped(parents: Parents, most: int) -> Groups:
    """Places in groups of up to `most`: each with the highest place above it that holds no more than that."""
    lines = {place: line(parents, place) for place in parents}
    sizes = Counter(above for places in lines.values() for above in places)
    heads = {
        place: next((above for above in reversed(places) if sizes[above] <= most), HIGH)
        for place, places in lines.items()
    }
    return Groups(parents, heads)

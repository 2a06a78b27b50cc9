"""The days on which something is bound until it is released: from its listing to its exit. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from projections.duties.case import listings
from projections.duties.dossier import Dossier
from projections.tenure import ALWAYS, NEVER

Way = Literal["approved", "effective", "lifted", "removed"]
"""What releases: the approval of the exit, the day it takes effect (else its approval), the end of the listing, or
the removal of a household from the register."""


@dataclass(frozen=True, slots=True)
class Freeze:
    """Bound from `since` to a release within [r0, r1]; NEVER where none is on record. `by` is what released."""

    since: str
    r0: str = NEVER
    r1: str = NEVER
    by: str | None = None
    latest: str = ""
    """The last day on record of any way of release: between it and `r1` it matters which way counts."""

    @property
    def until(self) -> str | None:
        """The day of release, where it is known."""
        return self.r0 if self.r0 == self.r1 < NEVER else None


def release_of(dossier: Dossier, one: str, ways: Sequence[Way], lists: Collection[str] = ()) -> Freeze:
    """When a place or household is released: by the first of the ways that is on record."""
    for way in ways:
        day = min(_days(dossier, one, way, lists), default=None)
        if day is not None:
            return Freeze(ALWAYS, day, day, way)
    return Freeze(ALWAYS)


def freezes(dossier: Dossier, place_id: str, lists: Collection[str], ways: Sequence[Way]) -> Iterator[Freeze]:
    """The listings of a place as freezes, those that overlap as one; each ends by the first way on record."""
    for since, until in _merged(listings(dossier, place_id, lists)):
        ended: dict[Way, str] = {}
        for way in ways:
            days = [until] if way == "lifted" else _days(dossier, place_id, way, lists)
            day = min((day for day in days if day is not None and since <= day), default=None)
            if day is not None:
                ended[way] = day
        by = next(iter(ended), None)
        day = NEVER if by is None else ended[by]
        yield Freeze(since, day, day, by, max(ended.values(), default=""))


def _days(dossier: Dossier, one: str, way: Way, lists: Collection[str]) -> list[str]:
    if way == "lifted":
        return [until for _, until in _merged(listings(dossier, one, lists)) if until is not None]
    if way == "removed":
        household = dossier.matters.get(f"household:{one}")
        removed = household.said("household.removed") if household is not None else None
        return [removed.on] if removed is not None and removed.on is not None else []
    found: list[str] = []
    for name in (one, f"household:{one}"):
        for act in dossier.about("exit.approved", name):
            matter = dossier.matters[act.matter]
            if matter.stands_at == name and matter.said(act.kind) is act and act.on is not None:
                found.append((act.data.get("effective_on") if way == "effective" else None) or act.on)
    return [day for day in found if day <= dossier.day]


def _merged(spells: Collection[tuple[str | None, str | None]]) -> list[tuple[str, str | None]]:
    """Spells [since, until) in order, those that touch or overlap as one."""
    found: list[tuple[str, str | None]] = []
    for since, until in sorted(spells, key=lambda one: one[0] or ""):
        first = since or ALWAYS
        if found and (found[-1][1] is None or first <= found[-1][1]):
            start, end = found.pop()
            found.append((start, None if end is None or until is None else max(end, until)))
        else:
            found.append((first, until))
    return found

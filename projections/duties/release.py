"""The days on which something is bound until it is released: from its listing to its exit. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from projections.duties.case import listings
from projections.duties.days import Stretch
from projections.duties.dossier import Dossier
from projections.duties.records import Act, Matter, in_order
from projections.leaving import APPROVED, IDENTIFIED, REJECTED, REMOVED
from projections.tenure import ALWAYS, NEVER

Way = Literal["approved", "effective", "lifted", "removed"]
"""What releases: the approval of the exit, the day it takes effect (else its approval), the end of the listing, or
the removal of a household from the register."""

_OTHERS: Final[tuple[Way, ...]] = ("lifted", "removed")
"""The ways that are no exits."""


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


def release_of(
    dossier: Dossier, one: str, ways: Sequence[Way], lists: Collection[str], days: tuple[str, str]
) -> Freeze:
    """What releases, or not, a place or household that was bound on the eve of a day between the two.

    One that is listed or identified again after its exit, or whose exit is taken back, is bound anew. Where it makes a
    difference which of the days it is, the release is open between the two.
    """
    binds = [ALWAYS, *_bound_again(dossier, one, lists)]
    found = list(_spells(binds, {way: _days(dossier, one, way, lists) for way in ways}))
    first, last = ([each for each in found if each.since < day or each.since == ALWAYS][-1] for day in days)
    return first if first is last else Freeze(first.since, first.r0, last.r1, last.by)


def freezes(dossier: Dossier, place_id: str, lists: Collection[str], ways: Sequence[Way]) -> Iterator[Freeze]:
    """The listings of a place as freezes, those that overlap as one; each ends by the first way on record.

    A listing after an exit is one of its own, also where the earlier one was never lifted; so is what is left of one
    whose exit was taken back.
    """
    if listings(dossier, place_id, lists):
        released = {way: _days(dossier, place_id, way, lists) for way in ways}
        yield from _spells(_bound_again(dossier, place_id, lists), released)


def _spells(binds: Sequence[str], released: Mapping[Way, Sequence[str]]) -> Iterator[Freeze]:
    """From each day that binds to the first release after it; days that bind what is bound begin nothing."""
    since: str | None = binds[0]
    while since is not None:
        ended = {way: min(later) for way, days in released.items() if (later := [day for day in days if since <= day])}
        soonest = min(ended.values(), default=NEVER)
        again = next((day for day in binds if day > soonest), None)
        ended = {way: day for way, day in ended.items() if again is None or day < again}
        by = next(iter(ended), None)
        day = NEVER if by is None else ended[by]
        yield Freeze(since, day, day, by, max(ended.values(), default=""))
        since = again


def _bound_again(dossier: Dossier, one: str, lists: Collection[str]) -> list[str]:
    """The days on which a place was listed, a household identified, or the one exit that released it taken back."""
    found = {since or ALWAYS for since, _ in listings(dossier, one, lists)}
    household = dossier.matters.get(f"household:{one}")
    if household is not None:
        found |= {act.on for act in household.acts if act.kind == IDENTIFIED and act.on is not None}
    ends = [day for way in _OTHERS for day in _days(dossier, one, way, lists)]
    exits = [(act.on or "", until or NEVER) for act, until in approvals(dossier, one)]
    return sorted({*found, *bound_anew({ALWAYS, *found}, exits, ends)})


def bound_anew(binds: Collection[str], exits: Sequence[Stretch], ends: Collection[str]) -> Iterator[str]:
    """The days on which an exit was taken back that alone had released what a day before it binds.

    `exits` [exit, taken back); `ends` are the days of releases that nobody takes back.
    """
    releases = [*exits, *((day, NEVER) for day in ends)]
    for left, until in exits:
        since = max((day for day in binds if day <= until < NEVER), default=NEVER)
        others = (one for one in releases if one != (left, until))
        if since < NEVER and not any(since <= day <= until < end for day, end in others):
            yield until


def approvals(dossier: Dossier, one: str) -> list[tuple[Act, str | None]]:
    """The approvals of exits of a place or household, each with the day on which a rejection took it back."""
    found = []
    for name in (one, f"household:{one}"):
        for act in dossier.about(APPROVED, name):
            matter = dossier.matters[act.matter]
            if matter.stands_at == name and matter.said(act.kind) is act and act.on is not None:
                until = taken_back(matter, act)
                if until is None or act.on < until:
                    found.append((act, until))
    return found


def taken_back(matter: Matter, approval: Act) -> str | None:
    """The day on which the approval of an exit was taken back: that of the next rejection of this exit."""
    later = [act for act in matter.acts if act.kind == REJECTED and in_order(act) > in_order(approval)]
    return min(later, key=in_order).on if later else None


def _days(dossier: Dossier, one: str, way: Way, lists: Collection[str]) -> list[str]:
    if way == "lifted":
        return [until for _, until in _merged(listings(dossier, one, lists)) if until is not None]
    if way == "removed":
        household = dossier.matters.get(f"household:{one}")
        removed = household.said(REMOVED) if household is not None else None
        return [removed.on] if removed is not None and removed.on is not None else []
    found = [(act.on or "", act.data.get("effective_on"), until) for act, until in approvals(dossier, one)]
    days = [((effect if way == "effective" else None) or on, until) for on, effect, until in found]
    return [day for day, until in days if day <= dossier.day and (until is None or day < until)]


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

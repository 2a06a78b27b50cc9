"""On which days a household was on the register: from its identification until it exited or was removed. Pure.

A removal says that it should not have been there: it counts from the day it gives, which may be that of the
identification itself, and is no exit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projections.duties.days import Stretch, union
from projections.duties.dossier import Dossier
from projections.duties.records import Act, Matter
from projections.duties.release import bound_anew, taken_back
from projections.leaving import APPROVED, IDENTIFIED, REMOVED
from projections.tenure import NEVER


@dataclass(frozen=True, slots=True)
class Household:
    """A household as the register has it."""

    id: str
    place: str
    on: Sequence[Stretch]
    """The days on which it was registered."""
    once: Sequence[Stretch]
    """The same without its exits: from identification on, unless it was removed."""
    evidence: Sequence[Mapping[str, Any]]


def households(dossier: Dossier) -> Mapping[str, Sequence[Household]]:
    """The households of every place that were ever on the register. Ask for it by `Dossier.once`."""
    found: dict[str, list[Household]] = {}
    for matter in dossier.of_register("household"):
        place = dossier.place_of(matter.stands_at)
        if place is not None:
            found.setdefault(place, []).append(_household(dossier, matter, place))
    return found


def _household(dossier: Dossier, matter: Matter, place: str) -> Household:
    exits = [act for act in dossier.about(APPROVED, matter.own_id) if matter.own_id in act.subjects]
    left = sorted((_day(act), taken_back(dossier.matters[act.matter], act) or NEVER) for act in exits)
    left = [(since, until) for since, until in left if since < until]
    removed = [_day(act) for act in matter.acts if act.kind == REMOVED]
    on = _on(_identified(matter, sorted([*(day for day, _ in left), *removed])), left, removed)
    once = union((since, _next(removed, since)) for since, _ in on)
    return Household(
        matter.own_id, place, on, once,
        [act.evidence for act in (*matter.acts, *exits) if act.kind in (IDENTIFIED, REMOVED, APPROVED)],
    )  # fmt: skip


def _identified(matter: Matter, ends: Sequence[str]) -> list[Stretch]:
    """From each identification to the first end after it; of several before one end, the one recorded last."""
    found: dict[str, tuple[int, str]] = {}
    for act in matter.acts:
        if act.kind == IDENTIFIED and act.on is not None:
            until = _next(ends, act.on)
            found[until] = max(found.get(until, (-1, "")), (act.position, act.on))
    return [(since, until) for until, (_, since) in found.items() if since < until]


def _on(identified: Sequence[Stretch], left: Sequence[Stretch], removed: Sequence[str]) -> list[Stretch]:
    """The same, and from the day on which an exit was taken back where nothing else has ended it."""
    ends = [*(day for day, _ in left), *removed]
    anew = bound_anew([since for since, _ in identified], left, removed)
    return union([*identified, *((since, _next(ends, since)) for since in anew)])


def _next(days: Sequence[str], since: str) -> str:
    return min((day for day in days if day >= since), default=NEVER)


def _day(act: Act) -> str:
    return str(act.data.get("effective_on") or act.on or "")

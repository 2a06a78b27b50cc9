"""The duties of the places of a group, evaluated for the board."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from projections.boards.tables import Key, Stored
from projections.boards.turning import next_turn
from projections.duties.dossier import Dossier
from projections.duties.evaluating import Duty, Wanted, duties
from projections.duties.gathering import dossier_of
from projections.duties.tallying import Kind, kinds_of
from projections.duties.uncollected import uncollected
from projections.giving_way import in_turns
from projections.policies.pack import Pack
from projections.rows import Reader

TURN: Final = 100
"""Duties that are evaluated before whoever else waits gets its turn: some milliseconds."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The duties of some places, and the next day on which they can be otherwise without any event."""

    of_places: Mapping[str, Mapping[Key, Stored]]
    next_on: str | None


async def evaluated(reader: Reader, top: str, places: Collection[str], packs: Sequence[Pack], day: str) -> Evaluated:
    """The duties of places that are one place or below it, in the dossier of that place."""
    with uncollected():
        dossier = await dossier_of(reader, [top], day, packs=packs)
        return await _evaluated(dossier, places, packs)


async def _evaluated(dossier: Dossier, places: Collection[str], packs: Sequence[Pack]) -> Evaluated:
    wanted = Wanted(sorted(places), readings=False)
    found: dict[str, dict[Key, Stored]] = defaultdict(dict)
    same: Counter[tuple[str, Key]] = Counter()
    async for some in in_turns(kinds_of(duties(packs, dossier, wanted), dossier), TURN):
        for duty, kind in some:
            place = str(duty.subject.place)
            key = _key(duty, 0)
            same[place, key] += 1
            found[place][_key(duty, same[place, key] - 1)] = _stored(duty, kind)
    outcomes = (one.changes_on for of_place in found.values() for one in of_place.values())
    return Evaluated(found, next_turn(dossier, packs, outcomes))


def _stored(duty: Duty, kind: Kind) -> Stored:
    outcome = duty.outcome
    return Stored(kind, duty.subject.id, outcome.about, outcome.since, outcome.changes_on)


def _key(duty: Duty, nth: int) -> Key:
    """What tells a duty from the others of its place; `nth` of those alike."""
    said = "\0".join((*duty.key, duty.subject.kind, str(nth)))
    return sha256(said.encode()).digest()[:16]

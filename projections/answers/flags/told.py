"""Facts as flags read them: what each states as it stands, where it is, and the entries that say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from events.catalogue import registry as kinds
from events.dated import main_day
from events.entry import Entry
from projections.answers.flags.ground import Ground
from projections.rows import Found

PLAIN: Final = ("jurisdiction", "body", "post", "appointment", "letter", "pairing")
"""Projections whose rows do not keep what each fact states."""


@dataclass(frozen=True, slots=True)
class Told:
    """One fact as it stands."""

    position: int
    id: str
    kind: str
    data: Mapping[str, Any]
    on: str | None
    """The date that it is about, as stated."""
    recorded_at: str | None
    """When the fact was recorded; None where its entries say it."""
    about: Mapping[str, str]
    """The entity that it tells of."""
    place: str | None
    evidence: tuple[Mapping[str, Any], ...]
    entries: tuple[Entry, ...] = ()
    """The fact's entry and that of the correction that stands, where they were read."""

    @property
    def corrected(self) -> bool:
        """Whether a correction of it stands."""
        return len(self.evidence) > 1


async def told(ground: Ground) -> list[Told]:
    """The facts about what is asked for, up to the day, each once, in the order of the log.

    Those of persons are not among them: a person is at no place.
    """
    facts: dict[int, Told] = {}
    for row in ground.of("matter"):
        place = ground.place_of(row.entity_id)
        if ground.here(place):
            facts |= {fact.position: fact for fact in _of_matter(row, place)}
    rows = [
        (name, row, place)
        for name in PLAIN
        for row in (ground.of(name) if name != "jurisdiction" else _registered(ground))
        if ground.here(place := row.entity_id if name == "jurisdiction" else ground.place_of(row.entity_id))
    ]
    positions = {entry["position"] for _, row, _ in rows for entry in row.doc["evidence"]} - facts.keys()
    read = {entry.position: entry for entry in await ground.scene.reader.entries(sorted(positions))}
    for name, row, place in rows:
        for fact in _of_entries(name, row, place, read):
            facts.setdefault(fact.position, fact)
    day = ground.day
    return [facts[at] for at in sorted(facts) if (facts[at].on or "") <= day]


def _registered(ground: Ground) -> list[Found]:
    """All rows of the places asked for."""
    return [row for place in sorted(ground.places) for row in ground.tree.get(place, ())]


def _of_matter(row: Found, place: str | None) -> Iterator[Told]:
    behind: dict[int, list[Mapping[str, Any]]] = {}
    for entry in row.doc["evidence"]:
        behind.setdefault(entry.get("corrects", entry["position"]), []).append(entry)
    register, _, own = row.entity_id.partition(":")
    for step in row.doc["facts"]:
        shows = tuple(behind.get(step["position"], ()))
        if shows:
            yield Told(
                step["position"], shows[0]["id"], step["type"], step["data"], step["on"], step["recorded_at"],
                {register: own}, place, shows,
            )  # fmt: skip


def _of_entries(name: str, row: Found, place: str | None, read: Mapping[int, Entry]) -> Iterator[Told]:
    behind: dict[int, list[Mapping[str, Any]]] = {}
    for entry in row.doc["evidence"]:
        behind.setdefault(entry.get("corrects", entry["position"]), []).append(entry)
    for shows in behind.values():
        entries = tuple(read[one["position"]] for one in shows if one["position"] in read)
        if len(entries) == len(shows):
            fact = of_entries(entries, {name: row.entity_id}, place, tuple(shows))
            if fact is not None:
                yield fact


def of_entries(
    entries: tuple[Entry, ...], about: Mapping[str, str], place: str | None, shows: tuple[Mapping[str, Any], ...]
) -> Told | None:
    """A fact from its entry and that of the correction that stands; None where it states nothing."""
    fact, data = entries[0], entries[-1].stated
    kind = kinds.find(fact.kind)
    if kind is None or data is None:
        return None
    return Told(fact.position, fact.id, fact.kind, data, main_day(kind, data), None, about, place, shows, entries)

"""One step of every projection over a run of entries: pure, and the same live, rebuilt or in memory.

An entry touches every entity that any version of its fact names (as sent, and each correction,
standing or not). The rows of a touched entity are folded again; those that changed are closed and
new ones opened at the entry's position, so that each position makes its own version.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Final

import orjson

from events.catalogue import registry as kinds
from events.entry import Entry
from events.named import named_ids
from projections.facts import Fact, standing_fact
from projections.registry import BY_KIND, PROJECTIONS
from projections.rows import Row

Entity = tuple[str, str]
"""The name of a projection and the id of an entity."""
PLAIN: Final = ""
"""The projection's place in a mention that only says which entry names an id."""


@dataclass(slots=True)
class Version:
    """One version of one row: visible at size n iff known_from < n and not (known_to < n)."""

    entity: Entity
    ordinal: int
    known_from: int
    row: Row
    known_to: int | None = None
    stored: bool = False
    """Whether it was there before this run."""

    def as_stored(self) -> Version:
        """The version as the next run finds it: a copy where the last one, which opened it, is still being written."""
        if self.stored:
            return self
        return Version(self.entity, self.ordinal, self.known_from, self.row, self.known_to, stored=True)


@dataclass(slots=True)
class History:
    """What a run must know of what was before it. Grows as the run goes on."""

    versions: dict[int, list[Entry]] = field(default_factory=dict)
    """Fact position to the fact and all that corrects or annuls it, in order."""
    facts_of: dict[Entity, list[int]] = field(default_factory=dict)
    """Entity to the positions of the facts that name it in any version, in order."""
    open_rows: dict[Entity, list[Version]] = field(default_factory=dict)
    """Entity to its visible rows by ordinal."""
    named: dict[int, frozenset[Entity]] = field(default_factory=dict)
    """Position of a version to the entities that it names: worked out once."""

    def touched(self, versions: Sequence[Entry]) -> frozenset[Entity]:
        """The entities that any of these versions of a fact, the fact itself first, names."""
        names = self.names(versions[0], versions[0])
        return names.union(*(self.names(version, versions[0]) for version in versions[1:])) if versions[1:] else names

    def names(self, version: Entry, fact: Entry) -> frozenset[Entity]:
        """The entities that one version of a fact names."""
        names = self.named.get(version.position)
        if names is None:
            names = self.named[version.position] = frozenset(_named_by(version, fact))
        return names


Mentions = defaultdict[str, defaultdict[str, list[int]]]
"""Projection to entity to the positions of the facts that name it; of PLAIN, id to those of the entries that do."""


def _no_mentions() -> Mentions:
    return defaultdict(partial(defaultdict, list))


@dataclass(slots=True)
class Changes:
    """What a run changes."""

    opened: list[Version] = field(default_factory=list)
    closed: list[Version] = field(default_factory=list)
    """Stored rows that are no longer visible."""
    mentions: Mentions = field(default_factory=_no_mentions)
    """New ones."""
    digest: bytes = b""
    """Rolls over the rows that every entry left behind: equal digests at a size mean equal rows."""
    failures: dict[str, str] = field(default_factory=dict)
    """Projections that failed, and on what: a bug, never a matter of the data."""


def _named_by(version: Entry, fact: Entry) -> Iterator[Entity]:
    data = version.stated
    if data is not None:
        for projection in BY_KIND.get(fact.kind, ()):
            for entity_id in projection.named(fact.kind, data, fact.id):
                yield projection.name, entity_id


def ids_named(versions: Sequence[Entry], entry: Entry) -> set[str]:
    """The ids an entry is about: those its own data names; of what corrects or annuls, those of all versions till then.

    What takes a fact from one place to another is about both.
    """
    kind = kinds.find(versions[0].kind)
    assert kind is not None
    if entry.target_position is None:
        return named_ids(kind, entry.stated) if entry.stated is not None else set()
    stated = (version.stated for version in versions if version.position <= entry.position)
    return {named for data in stated if data is not None for named in named_ids(kind, data)}


def advance(run: Sequence[Entry], history: History, stopped: Iterable[str], into: Changes) -> None:
    """Take the projections over a run of consecutive entries, adding to what changes, from its rolling digest on.

    `stopped` projections are left alone.
    """
    standing: dict[int, Fact | None] = {}
    halted, plain = set(stopped), into.mentions[PLAIN]
    for entry in run:
        versions = history.versions.setdefault(entry.fact_position, [])
        versions.append(entry)
        standing.pop(entry.fact_position, None)
        for named in ids_named(versions, entry):
            plain[named].append(entry.position)
        touched = history.touched(versions)
        for entity in sorted(touched) if len(touched) > 1 else touched:
            projection, entity_id = entity
            positions = history.facts_of.setdefault(entity, [])
            if entry.fact_position not in positions:
                insort(positions, entry.fact_position)
                into.mentions[projection][entity_id].append(entry.fact_position)
            if projection not in halted:
                try:
                    rows = _rows(entity, positions, history.versions, standing)
                except Exception as error:  # noqa: BLE001  a bug in one fold must not stop the others
                    halted.add(projection)
                    into.failures[projection] = f"{entity_id} at position {entry.position}: {error!r}"
                    continue
                _replace(entity, rows, entry.position, history, into)
                into.digest = _rolled(into.digest, entry.position, entity, rows)


def _rolled(digest: bytes, position: int, entity: Entity, rows: Sequence[Row]) -> bytes:
    told = orjson.dumps((position, *entity, [tuple(row.keys.values()) for row in rows]))
    return sha256(b"".join((digest, told, *[row.slim() for row in rows]))).digest()


def _rows(
    entity: Entity, positions: Sequence[int], versions: Mapping[int, list[Entry]], standing: dict[int, Fact | None]
) -> list[Row]:
    name, entity_id = entity
    projection = PROJECTIONS[name]
    facts = []
    for position in positions:
        if position not in standing:
            standing[position] = standing_fact(versions[position])
        fact = standing[position]
        if fact is None:
            continue
        # What was never corrected names what brought us here; a correction may have let go of it.
        if len(versions[position]) == 1 or entity_id in projection.named(fact.kind, fact.data, fact.id):
            facts.append(fact)
    return projection.fold(entity_id, facts)


def _replace(entity: Entity, rows: Sequence[Row], position: int, history: History, changes: Changes) -> None:
    before = history.open_rows.get(entity)
    if not before:
        after = [Version(entity, ordinal, position, row) for ordinal, row in enumerate(rows)]
        changes.opened += after
        history.open_rows[entity] = after
        return
    after = []
    for ordinal, row in enumerate(rows):
        if ordinal < len(before) and before[ordinal].row == row:
            after.append(before[ordinal])
            continue
        opened = Version(entity, ordinal, position, row)
        changes.opened.append(opened)
        after.append(opened)
    kept = {id(version) for version in after}
    for version in before:
        if id(version) not in kept:
            version.known_to = position
            if version.stored:
                changes.closed.append(version)
    history.open_rows[entity] = after

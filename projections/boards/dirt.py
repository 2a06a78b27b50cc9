"""Which rows changed between two sizes of a log, told by the ids at which dossiers look for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from events import entries
from events.entry import Entry
from projections.advance import Entity, History
from projections.boards.noting import as_named, pointers
from projections.duties.gathering import EVERYWHERE
from projections.folds.matter import as_matters, ids_in
from projections.reading import PostgresReader
from projections.rows import Found

TOGETHER: Final = 2000
"""How many entries are looked at at a time."""
MAX_STEPS: Final = 8
"""Matters stand at matters a few steps deep."""


@dataclass(slots=True)
class Dirt:
    """What changed: the ids by which the changed rows are or were looked up."""

    ids: set[str] = field(default_factory=set)
    everywhere: bool = False
    """Whether a row changed that every dossier holds."""

    @property
    def any(self) -> bool:
        """Whether any row changed."""
        return self.everywhere or bool(self.ids)


@dataclass(frozen=True, slots=True)
class Between:
    """Two sizes of one generation of a log's projections."""

    before: PostgresReader
    after: PostgresReader

    async def dirt(self) -> Dirt:
        """What changed from the smaller size to the larger."""
        found = Dirt()
        conn, log_id = self.after.connection, self.after.log_id
        for start in range(self.before.size, self.after.size, TOGETHER):
            end = min(start + TOGETHER, self.after.size)
            run = await entries.between(conn, log_id, start, end, limit=end - start)
            await self._of_entities(await _touched(conn, log_id, run, self.after.size), found)
        return found

    async def _of_entities(self, touched: Iterable[Entity], found: Dirt) -> None:
        wanted: dict[str, set[str]] = {}
        for projection, entity_id in touched:
            wanted.setdefault(projection, set()).add(entity_id)
        for projection, ids in wanted.items():
            old, new = await self.before.of(projection, ids), await self.after.of(projection, ids)
            named: set[str] = set()
            for row in _changed(old, new):
                named |= {row.entity_id, *pointers(projection, row.doc)}
                if projection == "matter":
                    found.everywhere |= row.doc["register"] in EVERYWHERE
                    found.ids |= {as_named(one) for one in ids_in(row.doc)}
            found.ids |= await self._onward(named)

    async def _onward(self, newest: set[str]) -> set[str]:
        """Ids, and where the matters among them are and were, matter by matter up to what is none."""
        seen: set[str] = set()
        for _ in range(MAX_STEPS):
            newest -= seen
            if not newest:
                break
            seen |= newest
            onward = [*await self.before.of("matter", as_matters(newest))]
            onward += await self.after.of("matter", as_matters(newest))
            newest = {one for row in onward for one in pointers("matter", row.doc)}
        return seen


def _changed(old: Sequence[Found], new: Sequence[Found]) -> list[Found]:
    """The rows that are only among the old or only among the new."""
    before = {(row.entity_id, row.ordinal): row for row in old}
    after = {(row.entity_id, row.ordinal): row for row in new}
    differing = {at for at in before.keys() | after.keys() if before.get(at) != after.get(at)}
    return [rows[at] for at in differing for rows in (before, after) if at in rows]


async def _touched(conn: AsyncConnection, log_id: str, run: Sequence[Entry], size: int) -> set[Entity]:
    """The entities that any version of the facts of these entries names."""
    facts = sorted({entry.fact_position for entry in run})
    versions = {fact.position: [fact] for fact in await entries.at(conn, log_id, facts)}
    for entry in await entries.versions(conn, log_id, facts, size):
        versions[entry.fact_position].append(entry)
    history = History()
    return {entity for told in versions.values() for entity in history.touched(told)}

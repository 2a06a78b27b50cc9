"""What a run of entries must know of what was before it, read from the log and from the projections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from events import entries
from events.entry import Entry
from projections import tables
from projections.advance import Entity, History


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Gathers for one generation of a log's projections.

    `before` is the history of the run before, as that run left it: what it touched is taken from
    there, for it may not be written yet.
    """

    conn: AsyncConnection
    log_id: str
    generation: int
    before: History = field(default_factory=History)

    async def gather(self, run: Sequence[Entry]) -> History:
        """Versions of every fact concerned, facts and open rows of every entity touched."""
        size = run[0].position
        await self.conn.execute(tables.BY_KEY_ALONE)
        history = History()
        await self._facts(history, {entry.fact_position for entry in run if entry.fact_position < size}, size)
        whole = {position: list(found) for position, found in history.versions.items()}
        for entry in run:
            whole.setdefault(entry.fact_position, []).append(entry)
        touched = {entity for versions in whole.values() for entity in history.touched(versions)}
        await self._entities(history, touched)
        needed = {position for positions in history.facts_of.values() for position in positions}
        await self._facts(history, needed - history.versions.keys(), size)
        return history

    async def _entities(self, history: History, touched: Iterable[Entity]) -> None:
        rest = []
        for entity in touched:
            if entity in self.before.facts_of:
                history.facts_of[entity] = list(self.before.facts_of[entity])
                rows = self.before.open_rows.get(entity, [])
                history.open_rows[entity] = [replace(version, stored=True) for version in rows]
            else:
                rest.append(entity)
        history.facts_of |= await tables.facts_of(self.conn, self.log_id, self.generation, rest)
        history.open_rows |= await tables.open_rows(self.conn, self.log_id, self.generation, rest)

    async def _facts(self, history: History, positions: set[int], size: int) -> None:
        for position in positions & self.before.versions.keys():
            history.versions[position] = list(self.before.versions[position])
        rest = sorted(positions - self.before.versions.keys())
        if not rest:
            return
        for entry in await entries.at(self.conn, self.log_id, rest):
            history.versions[entry.position] = [entry]
        for entry in await entries.versions(self.conn, self.log_id, rest, size):
            history.versions[entry.fact_position].append(entry)

"""What a run of entries must know of what was before it, read from the log and from the projections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from events import entries
from events.entry import Entry
from projections import tables
from projections.advance import Entity, History
from projections.remembering import Memory


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Gathers for one generation of a log's projections.

    What the runs before left in `memory` is taken from there: the last of them may not be written yet.
    """

    conn: AsyncConnection
    log_id: str
    generation: int
    memory: Memory = field(default_factory=Memory)

    async def gather(self, run: Sequence[Entry]) -> History:
        """Versions of every fact concerned, facts and open rows of every entity touched."""
        if not run:  # all of it was erased
            return self.memory.history
        size, history = run[0].position, self.memory.history
        earlier = {entry.fact_position for entry in run if entry.fact_position < size}
        await self._facts(history, earlier, size)
        touched = {entity for position in earlier for entity in history.touched(history.versions[position])}
        here = {entry.position: entry for entry in run}
        for entry in run:
            fact = here.get(entry.fact_position) or history.versions[entry.fact_position][0]
            touched |= history.names(entry, fact)
        await self._entities(history, touched)
        needed = {position for entity in touched for position in history.facts_of.get(entity, ())}
        await self._facts(history, needed, size)
        return history

    async def _entities(self, history: History, touched: Iterable[Entity]) -> None:
        rest = []
        for entity in touched:
            if self.memory.recall(entity):
                history.open_rows[entity] = [version.as_stored() for version in history.open_rows.get(entity, ())]
            elif not self.memory.is_new(entity):
                rest.append(entity)
            self.memory.touch(entity)
        if rest:
            history.facts_of |= await tables.facts_of(self.conn, self.log_id, self.generation, rest)
            history.open_rows |= await tables.open_rows(self.conn, self.log_id, self.generation, rest)

    async def _facts(self, history: History, positions: set[int], size: int) -> None:
        rest = sorted(position for position in positions if not self.memory.recall_fact(position))
        if not rest:
            return
        for entry in await entries.at(self.conn, self.log_id, rest):
            history.versions[entry.position] = [entry]
        for entry in await entries.versions(self.conn, self.log_id, rest, size):
            history.versions[entry.fact_position].append(entry)

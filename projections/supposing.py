"""A reader of what the rows would be if some entries were appended: nothing is written.

The rows of the entities that the supposed entries touch stand in place of the stored ones; all others are those of
the reader beneath. What joins rows is done step by step, as over memory.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from events.entry import Entry
from projections.adding import Adding
from projections.advance import Changes, Entity, History, advance
from projections.folds.matter import names_any
from projections.rows import Found, Reader, Row
from projections.walking import Walking

Supposed = Mapping[Entity, Sequence[Row]]
"""Every entity that the supposed entries touch, with the rows it would have; none where it would have none."""


def suppose(run: Sequence[Entry], history: History) -> Supposed:
    """The rows that entities would have after a run of entries, from the history that was gathered for it."""
    advance(run, history, (), Changes())
    touched = {entity for entry in run for entity in history.touched(history.versions[entry.fact_position])}
    return {entity: [version.row for version in history.open_rows.get(entity, ())] for entity in touched}


class SupposingReader(Walking, Adding):
    """Rows as they would be. `size` is that of the log with the supposed entries."""

    generation: None = None

    def __init__(self, beneath: Reader, supposed: Supposed, run: Sequence[Entry]) -> None:
        self.log_id = beneath.log_id
        self.size = beneath.size + len(run)
        self._beneath = beneath
        self._supposed = supposed
        self._run = run

    async def of(self, projection: str, ids: Collection[str]) -> list[Found]:
        """The rows of these entities."""
        wanted = set(ids)
        rest = {one for one in wanted if (projection, one) not in self._supposed}
        return _ordered([*await self._beneath.of(projection, rest), *self._rows(projection, wanted)])

    async def by(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        """The rows with one of these values of a key."""
        stored = await self._beneath.by(projection, key, values)
        return _ordered([*self._left(projection, stored), *self._with(projection, key, set(values))])

    async def matters(
        self, key: str, values: Collection[str], registers: Collection[str], until: str | None = None
    ) -> list[Found]:
        """The matters of some registers with one of these values of a key, up to and including a day."""
        stored = self._left("matter", await self._beneath.matters(key, values, registers, until))
        told = [row for row in self._with("matter", key, set(values)) if row.doc["register"] in registers]
        days = [row for row in told if until is None or (row.doc["day"] is not None and row.doc["day"] <= until)]
        return _ordered([*stored, *days])

    async def naming(self, ids: Collection[str], but: Collection[Found] = ()) -> list[Found]:
        """The matters of which a fact that stands names one of these ids, but for those among rows already read."""
        stored = self._left("matter", await self._beneath.naming(ids, but))
        known = {row.entity_id for row in but}
        own = self._rows("matter", {one for name, one in self._supposed if name == "matter" and one not in known})
        return _ordered([*stored, *(row for row in own if names_any(row.doc, ids))])

    async def search(self, projection: str, text: str, *, limit: int, after: str = "") -> list[str]:
        """Ids of up to `limit` entities beyond `after` whose name, alias, code or id fits a text, as stored."""
        return await self._beneath.search(projection, text, limit=limit, after=after)

    async def mentioning(self, ids: Collection[str], first: int, end: int, limit: int) -> list[int]:
        """Positions in [first, end) of up to `limit` stored entries whose data names one of these ids, in order."""
        return await self._beneath.mentioning(ids, first, end, limit)

    async def entries(self, positions: Collection[int]) -> Sequence[Entry]:
        """The entries at these positions, in order."""
        wanted = set(positions)
        stored = await self._beneath.entries(wanted)
        return [*stored, *(entry for entry in self._run if entry.position in wanted)]

    async def versions(self, facts: Collection[int]) -> Sequence[Entry]:
        """The corrections and annulments about these facts, in order."""
        wanted = set(facts)
        own = [one for one in self._run if one.target_position is not None and one.fact_position in wanted]
        return [*await self._beneath.versions(facts), *own]

    async def run(self, start: int, limit: int, kinds: Sequence[str] = ()) -> Sequence[Entry]:
        """Up to `limit` entries from a position on, in order, of the given kinds or of all."""
        stored = await self._beneath.run(start, limit, kinds)
        own = [one for one in self._run if one.position >= start and (not kinds or one.kind in kinds)]
        return [*stored, *own][:limit]

    def _left(self, projection: str, stored: Sequence[Found]) -> list[Found]:
        return [row for row in stored if (projection, row.entity_id) not in self._supposed]

    def _rows(self, projection: str, ids: Collection[str]) -> list[Found]:
        return [
            Found(one, ordinal, row.doc)
            for (name, one), rows in self._supposed.items()
            if name == projection and one in ids
            for ordinal, row in enumerate(rows)
        ]

    def _with(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        return [
            Found(one, ordinal, row.doc)
            for (name, one), rows in self._supposed.items()
            if name == projection
            for ordinal, row in enumerate(rows)
            if row.keys[key] in values
        ]


def _ordered(rows: list[Found]) -> list[Found]:
    return sorted(rows, key=lambda row: (row.entity_id, row.ordinal))

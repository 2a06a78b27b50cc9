"""The slow, plain reader: the whole log folded in memory at one size. Oracle, replay and proof.

It shares the folds with the runner and nothing else: no versions, no increments, no database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from events.entry import Entry
from projections.adding import Adding
from projections.facts import Fact, standing_fact
from projections.folds.matter import names_any
from projections.registry import BY_KIND, PROJECTIONS
from projections.rows import Found, Row, Tally
from projections.tenure import on_record
from projections.walking import Walking


class MemoryReader(Walking, Adding):
    """Rows of the first `size` entries of a log."""

    def __init__(self, log_id: str, entries: Iterable[Entry], size: int) -> None:
        self.log_id = log_id
        self.size = size
        self._rows: dict[str, dict[str, list[Row]]] = {name: {} for name in PROJECTIONS}
        versions: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries:
            if entry.position < size:
                versions[entry.fact_position].append(entry)
        naming: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for position in sorted(versions):
            fact = standing_fact(versions[position])
            if fact is not None:
                for projection in BY_KIND.get(fact.kind, ()):
                    for entity_id in set(projection.named(fact.kind, fact.data, fact.id)):
                        naming[projection.name, entity_id].append(fact)
        for (name, entity_id), facts in naming.items():
            self._rows[name][entity_id] = PROJECTIONS[name].fold(entity_id, facts)

    async def of(self, projection: str, ids: Collection[str]) -> list[Found]:
        """The rows of these entities."""
        rows = self._rows[projection]
        return [
            Found(entity_id, ordinal, row.doc)
            for entity_id in sorted(set(ids) & rows.keys())
            for ordinal, row in enumerate(rows[entity_id])
        ]

    async def by(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        """The rows with one of these values of a key."""
        wanted = set(values)
        return [
            Found(entity_id, ordinal, row.doc)
            for entity_id, rows in sorted(self._rows[projection].items())
            for ordinal, row in enumerate(rows)
            if row.keys[key] in wanted
        ]

    async def matters(
        self, key: str, values: Collection[str], registers: Collection[str], until: str | None = None
    ) -> list[Found]:
        """The matters of some registers with one of these values of a key, up to and including a day."""
        found = await self.by("matter", key, values)
        return [row for row in found if row.doc["register"] in registers and _up_to(row.doc["day"], until)]

    async def tally(self, places: Collection[str], registers: Collection[str], until: str) -> dict[str, Tally]:
        """By register, the matters that stand at some ids, up to and including a day, added up."""
        found: dict[str, list[Found]] = defaultdict(list)
        for row in await self.matters("stands_at", places, registers, until):
            found[row.doc["register"]].append(row)
        return {name: _tallied(rows) for name, rows in found.items()}

    async def below(self, place_id: str, day: str) -> set[str]:
        """A place and every place below it in the tree of a day."""
        found, newest = {place_id}, {place_id}
        while newest:
            rows = await self.by("jurisdiction", "parent_id", newest)
            newest = {r.entity_id for r in rows if on_record(r.doc["from"], r.doc["until"], day)} - found
            found |= newest
        return found

    async def naming(self, ids: Collection[str]) -> list[Found]:
        """The matters of which a fact that stands names one of these ids."""
        return [row for row in await self.of("matter", self._rows["matter"]) if names_any(row.doc, ids)]

    def everything(self) -> dict[str, dict[str, list[Row]]]:
        """All rows, by projection and entity; entities without rows left out."""
        return {name: {e: rows for e, rows in found.items() if rows} for name, found in self._rows.items()}


def _up_to(day: str | None, until: str | None) -> bool:
    return until is None or (day is not None and day <= until)


def _tallied(rows: list[Found]) -> Tally:
    amounts = [Decimal(row.doc["amount"]) for row in rows if row.doc["amount"] is not None]
    return Tally(len(rows), sum(amounts, Decimal(0)), max(row.doc["day"] for row in rows))

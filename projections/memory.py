"""The slow, plain reader: the whole log folded in memory at one size. Oracle, replay and proof.

It shares the folds with the runner and nothing else: no versions, no increments, no database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from events.entry import Entry
from projections.facts import Fact, standing_fact
from projections.registry import BY_KIND, PROJECTIONS
from projections.rows import Found, Row


class MemoryReader:
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
                    for entity_id in set(projection.named(fact.kind, fact.data)):
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

    def everything(self) -> dict[str, dict[str, list[Row]]]:
        """All rows, by projection and entity; entities without rows left out."""
        return {name: {e: rows for e, rows in found.items() if rows} for name, found in self._rows.items()}

"""The slow, plain reader: the whole log folded in memory at one size. Oracle, replay and proof.

It shares the folds with the runner and nothing else: no versions, no increments, no database.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from events.entry import Entry
from projections.adding import Adding
from projections.advance import ids_named
from projections.facts import Fact, standing_fact
from projections.folds.matter import names_any
from projections.registry import BY_KIND, PROJECTIONS
from projections.rows import Found, Row
from projections.walking import Walking


class MemoryReader(Walking, Adding):
    """Rows of the first `size` entries of a log."""

    generation: None = None

    def __init__(self, log_id: str, entries: Iterable[Entry], size: int) -> None:
        self.log_id = log_id
        self.size = size
        self._rows: dict[str, dict[str, list[Row]]] = {name: {} for name in PROJECTIONS}
        self._versions: dict[int, list[Entry]] = defaultdict(list)
        versions = self._versions
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

    def every(self, projection: str) -> list[Found]:
        """All rows of a projection."""
        rows = self._rows[projection]
        return [Found(one, ordinal, row.doc) for one in sorted(rows) for ordinal, row in enumerate(rows[one])]

    async def matters(
        self, key: str, values: Collection[str], registers: Collection[str], until: str | None = None
    ) -> list[Found]:
        """The matters of some registers with one of these values of a key, up to and including a day."""
        found = await self.by("matter", key, values)
        return [row for row in found if row.doc["register"] in registers and _up_to(row.doc["day"], until)]

    async def naming(self, ids: Collection[str], but: Collection[Found] = ()) -> list[Found]:
        """The matters of which a fact that stands names one of these ids, but for those among rows already read."""
        every, known = self._rows["matter"], {row.entity_id for row in but}
        rest = (one for one in sorted(every) if one not in known)
        found = [Found(one, ordinal, row.doc) for one in rest for ordinal, row in enumerate(every[one])]
        return [row for row in found if names_any(row.doc, ids)]

    async def search(self, projection: str, text: str, *, limit: int, after: str = "") -> list[str]:
        """Ids of up to `limit` entities beyond `after` whose name, alias, code or id fits a text."""
        rows = self._rows[projection]
        found = (one for one in sorted(rows) if one > after and any(_fits(one, row, text) for row in rows[one]))
        return [one for one, _ in zip(found, range(limit), strict=False)]

    async def mentioning(self, ids: Collection[str], first: int, end: int, limit: int) -> list[int]:
        """Positions in [first, end) of up to `limit` entries whose data names one of these ids, in order."""
        found = {position for one in ids for position in self._mentions.get(one, ()) if first <= position < end}
        return sorted(found)[:limit]

    async def entries(self, positions: Collection[int]) -> Sequence[Entry]:
        """The entries at these positions below the size, in order; those that do not exist are left out."""
        wanted = set(positions)
        return [entry for entry in self._in_order if entry.position in wanted]

    async def versions(self, facts: Collection[int]) -> Sequence[Entry]:
        """The corrections and annulments about these facts, in order."""
        wanted = set(facts)
        return [e for e in self._in_order if e.target_position is not None and e.fact_position in wanted]

    async def run(self, start: int, limit: int, kinds: Sequence[str] = ()) -> Sequence[Entry]:
        """Up to `limit` entries from a position on, in order, of the given kinds or of all."""
        first = bisect_left(self._in_order, start, key=lambda entry: entry.position)
        chosen = (entry for entry in self._in_order[first:] if not kinds or entry.kind in kinds)
        return [entry for entry, _ in zip(chosen, range(limit), strict=False)]

    @cached_property
    def _in_order(self) -> list[Entry]:
        return sorted((e for told in self._versions.values() for e in told), key=lambda entry: entry.position)

    @cached_property
    def _mentions(self) -> dict[str, list[int]]:
        """Id to the positions of the entries that name it."""
        found: dict[str, list[int]] = defaultdict(list)
        for told in self._versions.values():
            for known, entry in enumerate(told, 1):
                for named in ids_named(told[:known], entry):
                    found[named].append(entry.position)
        return found

    def everything(self) -> dict[str, dict[str, list[Row]]]:
        """All rows, by projection and entity; entities without rows left out."""
        return {name: {e: rows for e, rows in found.items() if rows} for name, found in self._rows.items()}


def _fits(entity_id: str, row: Row, text: str) -> bool:
    """Whether a row's name or an alias holds a text, in any case, or its code begins with it, or its id is it."""
    names = (row.keys.get("name"), *row.doc.get("aliases", ()))
    held = any(text.lower() in name.lower() for name in names if name is not None)
    return held or entity_id == text or (row.keys.get("code") or "").startswith(text)


def _up_to(day: str | None, until: str | None) -> bool:
    return until is None or (day is not None and day <= until)

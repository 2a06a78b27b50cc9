"""Allocations (下达) on their way from the source down: who gave, who received, what was passed on of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from projections.answers.parties import Parties, named_in, parties, party, said
from projections.answers.purse import added, yuan
from projections.folds.matter import own_id
from projections.rows import Found, Reader

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ways:
    """Some allocations, with all those above them and what was passed on of each."""

    rows: Mapping[str, Found]
    """The allocations and those above them, by entity."""
    onward: Mapping[str, Decimal]
    """What was allocated on from one, up to the day."""

    def above(self, row: Found) -> list[Found]:
        """The allocations that one came from, the source first. A circle ends where it would begin again."""
        found: list[Found] = []
        seen = {row.entity_id}
        wanted = row.doc["part_of"]
        while wanted in self.rows and wanted not in seen:
            seen.add(wanted)
            found.insert(0, self.rows[wanted])
            wanted = self.rows[wanted].doc["part_of"]
        return found

    def giver(self, row: Found) -> str | None:
        """Who gave: the allocator named, else the recipient of the allocation that it passes on."""
        if row.doc["done_by"] is not None:
            return str(row.doc["done_by"])
        above = self.rows.get(row.doc["part_of"])
        return None if above is None else above.doc["stands_at"]


async def ways_of(reader: Reader, allocations: Sequence[Found], day: str) -> Ways:
    """What lies above some allocations and was passed on of them up to a day."""
    rows = {row.entity_id: row for row in allocations}
    wanted = {row.doc["part_of"] for row in allocations} - {None} - rows.keys()
    while wanted:
        found = {row.entity_id: row for row in await reader.of("matter", wanted)}
        rows |= found
        wanted = {row.doc["part_of"] for row in found.values()} - {None} - rows.keys()
    onward: dict[str, Decimal] = defaultdict(Decimal)
    for row in await reader.matters("part_of", list(rows), ["allocation"], day) if rows else []:
        onward[row.doc["part_of"]] += added([row.doc["amount"]])
    return Ways(rows, onward)


def allocation(row: Found, ways: Ways, names: Parties) -> Item:
    """One allocation as an answer shows it; `along` are those above it, the source first."""
    onward = ways.onward.get(row.entity_id, Decimal(0))
    return {
        **_step(row, ways, names),
        "purpose": said(row).get("purpose"),
        "document": said(row).get("document"),
        "passed_on": yuan(onward),
        "left_here": yuan(added([row.doc["amount"]]) - onward),
        "along": [_step(one, ways, names) for one in ways.above(row)],
        "evidence": row.doc["evidence"],
    }


def _step(row: Found, ways: Ways, names: Parties) -> Item:
    data = said(row)
    return {
        "allocation": own_id(row.entity_id),
        "source": data.get("source"),
        "from": party(names, ways.giver(row)),
        "to": party(names, data.get("recipient_id")),
        "amount": data["amount"],
        "allocated_on": data["allocated_on"],
    }


async def shown(reader: Reader, rows: Sequence[Found], day: str) -> list[Item]:
    """Some allocations as an answer shows them."""
    ways = await ways_of(reader, rows, day)
    names = await parties(reader, named_in(ways.rows.values()), day)
    return [allocation(row, ways, names) for row in rows]

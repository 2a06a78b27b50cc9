"""Who or what an id means beside money: a place, body, post or person, and also a project or a household."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from projections.answers.people import helpers
from projections.folds.matter import ids_in, matter_id
from projections.folds.registers import stated
from projections.rows import Found, Reader

Party = dict[str, Any]
Parties = Mapping[str, Party]

MATTERS: Final = ("project", "household")
"""Registers of what may give or receive; of one id, the first that bears it."""


async def parties(reader: Reader, ids: Collection[str], day: str) -> dict[str, Party]:
    """Id, name and kind by id; name and kind are null for what is not on record. A household has no name."""
    if not ids:
        return {}
    found = await helpers(reader, ids, day)
    unknown = [one for one, told in found.items() if told["kind"] is None]
    asked = [matter_id(register, one) for one in unknown for register in MATTERS]
    rows = {row.entity_id: row for row in await reader.of("matter", asked)} if asked else {}
    for one in unknown:
        for register in reversed(MATTERS):
            row = rows.get(matter_id(register, one))
            if row is not None:
                found[one] = {"id": one, "name": said(row).get("name_zh"), "kind": register}
    return found


def said(row: Found) -> Mapping[str, Any]:
    """What the facts of a matter that stand state together; of two that state one field, the one recorded last."""
    return stated(row.doc["facts"])


def named_in(rows: Iterable[Found]) -> set[str]:
    """Every id that the facts of some matters name."""
    return {one for row in rows for one in ids_in(row.doc)}


def party(names: Parties, one: str | None) -> Party | None:
    """A party by its id; None where none is given."""
    return None if one is None else names.get(one, {"id": one, "name": None, "kind": None})

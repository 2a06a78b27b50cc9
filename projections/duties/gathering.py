"""Which rows a dossier needs: all that belongs to some places, and whoever else their matters name.

Goes through a `Reader` of any sort, so that an answer over PostgreSQL, memory or a bundle rests on the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from projections.duties.dossier import Dossier
from projections.duties.parties import DOERS
from projections.rows import Found, Reader

_EVERYWHERE: Final = ("instrument", "case")
"""Registers of few matters that stand nowhere."""
_ROWS: Final = ("jurisdiction", "post", "body", "appointment", "person", "letter", "pairing", "matter")


class _Rows:
    """Rows by projection, each once."""

    def __init__(self) -> None:
        self.found: dict[str, dict[tuple[str, int], Found]] = {name: {} for name in _ROWS}

    def add(self, name: str, rows: Iterable[Found]) -> None:
        self.found[name].update(((row.entity_id, row.ordinal), row) for row in rows)

    def add_all(self, rows: dict[str, list[Found]]) -> None:
        for name, found in rows.items():
            self.add(name, found)

    def ids(self, name: str) -> set[str]:
        return {one for one, _ in self.found[name]}

    def known(self, one: str) -> bool:
        return any((one, 0) in self.found[name] for name in ("jurisdiction", "post", "body"))

    def docs(self, name: str) -> Iterable[Found]:
        return self.found[name].values()

    def dossier(self, day: str) -> Dossier:
        return Dossier(day, {name: [rows[key] for key in sorted(rows)] for name, rows in self.found.items()})


async def dossier_of(reader: Reader, place_ids: Collection[str], day: str, *, subtree: bool = True) -> Dossier:
    """The dossier of places with everything below them in the tree of a day, or of themselves alone."""
    rows = _Rows()
    ids: set[str] = set()
    for place in sorted(place_ids):
        members = await reader.members(place, day, subtree=subtree)
        ids |= {member.id for member in members}
        places = {member.id for member in members if member.kind == "place"}
        rows.add("jurisdiction", await reader.lineage(places, day))
        rows.add_all(await reader.estate(places))
        rows.add("matter", await reader.of("matter", {one.id for one in members if one.kind == "matter"}))
        ids |= {member.id.partition(":")[2] for member in members if member.kind == "matter"}
    await _matters(reader, rows, ids)
    await _others(reader, rows, day)
    return rows.dossier(day)


async def _matters(reader: Reader, rows: _Rows, ids: set[str]) -> None:
    """What stands at the places' own, or was done by it; and what no place holds."""
    own = rows.ids("body") | rows.ids("post")
    people = rows.ids("person") | {row.doc["person_id"] for row in rows.docs("appointment")} - {None}
    units = {row.doc["helper"] for row in rows.docs("pairing")}
    rows.add("matter", await reader.by("matter", "stands_at", ids | own | people | units))
    rows.add("matter", await reader.by("matter", "done_by", own | units | rows.ids("jurisdiction")))
    rows.add("matter", await reader.by("matter", "register", _EVERYWHERE))
    parts = {row.entity_id for row in rows.docs("matter") if row.doc["register"] in ("project", "finding", "exit")}
    rows.add("matter", await reader.by("matter", "part_of", parts))


async def _others(reader: Reader, rows: _Rows, day: str) -> None:
    """Helpers, doers and sending units from elsewhere, with their posts, who holds these, and where they are."""
    named = {row.doc["helper"] for row in rows.docs("pairing")}
    named |= {row.doc["sending_unit_id"] for row in rows.docs("appointment")} - {None}
    for row in rows.docs("matter"):
        for step in row.doc["facts"]:
            for name in DOERS.get(step["type"], ()):
                value = step["data"].get(name)
                if isinstance(value, str):
                    named.add(value)
                elif isinstance(value, dict):
                    named |= {one for one in value.values() if isinstance(one, str)}
    unknown = {one for one in named if not rows.known(one)}
    found = await reader.named(unknown)
    rows.add_all(found)
    bodies = {row.entity_id for row in found.get("body", ())}
    rows.add("post", await reader.by("post", "body_id", bodies))
    onward = {row.doc["body_id"] for row in found.get("post", ())} - {None} - rows.ids("body")
    rows.add("body", await reader.of("body", onward))
    posts = {row.entity_id for row in rows.docs("post")}
    appointments = await reader.by("appointment", "post_id", posts - _posts_of(rows))
    rows.add("appointment", appointments)
    rows.add("person", await reader.kin({row.doc["person_id"] for row in appointments} - {None}))
    rows.add("pairing", await reader.by("pairing", "helper", bodies))
    places = {row.doc["jurisdiction_id"] for name in ("body", "post") for row in rows.docs(name)} - {None}
    places |= {row.doc["assisted"] for row in rows.docs("pairing")}
    rows.add("jurisdiction", await reader.lineage(places - rows.ids("jurisdiction"), day))


def _posts_of(rows: _Rows) -> set[str]:
    return {row.doc["post_id"] for row in rows.docs("appointment")} - {None}

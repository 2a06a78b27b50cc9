"""Who people, posts and bodies are: names by id, and ids that were merged into one person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from projections.rows import Found, Reader


class People:
    """The persons of an answer by any id they were recorded under."""

    def __init__(self, names: dict[str, str | None], stays: dict[str, str]) -> None:
        self._names = names
        self._stays = stays
        self._same: dict[str, set[str]] = {}
        for one, into in stays.items():
            self._same.setdefault(into, {into}).add(one)

    def id_of(self, person_id: str) -> str:
        """The id that stays, of one that may have been merged."""
        return self._stays.get(person_id, person_id)

    def ids_of(self, person_id: str) -> set[str]:
        """Every id that means the same person, the one that stays included."""
        return self._same.get(self.id_of(person_id), {person_id})

    def brief(self, person_id: str | None) -> dict[str, Any] | None:
        """Id and name; None for nobody."""
        if person_id is None:
            return None
        stays = self.id_of(person_id)
        name = self._names.get(stays)
        return {"id": stays, "name": name if name is not None else self._names.get(person_id)}


async def people(reader: Reader, ids: Iterable[str | None]) -> People:
    """Look up persons, with all ids that merges make the same (the id of a circle is its smallest)."""
    return people_in(await reader.kin({person_id for person_id in ids if person_id is not None}))


def people_in(rows: Iterable[Found]) -> People:
    """The persons of rows that hold all ids that merges make the same."""
    names: dict[str, str | None] = {}
    into: dict[str, str] = {}
    for row in rows:
        names[row.entity_id] = row.doc["name"]
        if row.doc["merged_into"] is not None:
            into[row.entity_id] = row.doc["merged_into"]
    return People(names, {person_id: _stays(person_id, into) for person_id in into})


def ids_in(rows: Iterable[Found]) -> set[str]:
    """The ids of persons in rows: their own, and those that they were merged into."""
    return {one for row in rows for one in (row.entity_id, row.doc["merged_into"]) if one is not None}


def _stays(person_id: str, into: dict[str, str]) -> str:
    seen = [person_id]
    while seen[-1] in into:
        onward = into[seen[-1]]
        if onward in seen:
            return min(seen[seen.index(onward) :])
        seen.append(onward)
    return seen[-1]


async def ids_of(reader: Reader, person_id: str) -> set[str]:
    """Every id that one person was recorded under: the one that stays and all merged into it."""
    return (await people(reader, [person_id])).ids_of(person_id)


async def helpers(reader: Reader, ids: Collection[str], day: str | None = None) -> dict[str, dict[str, Any]]:
    """Id and name of what may be a person, a body, a post or a place: one id space per log.

    A place is named as on the day, or without one as it was named last.
    """
    rows = await reader.named(ids)
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows.get("jurisdiction", ()), key=lambda row: (row.entity_id, row.ordinal)):
        if day is None or row.doc["from"] is None or row.doc["from"] <= day or row.entity_id not in found:
            found[row.entity_id] = {"id": row.entity_id, "name": row.doc["name"], "kind": "jurisdiction"}
    for projection, name in (("post", "title"), ("body", "name")):
        for row in rows.get(projection, ()):
            found[row.entity_id] = {"id": row.entity_id, "name": row.doc[name], "kind": projection}
    persons = rows.get("person", ())
    who = people_in(persons)
    for row in persons:
        found[row.entity_id] = {**(who.brief(row.entity_id) or {}), "kind": "person"}
    return {one: found.get(one, {"id": one, "name": None, "kind": None}) for one in ids}

"""Who people, posts and bodies are: names by id, and ids that were merged into one person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from projections.rows import Reader


class People:
    """The persons of an answer by any id they were recorded under."""

    def __init__(self, names: dict[str, str | None], stays: dict[str, str]) -> None:
        self._names = names
        self._stays = stays

    def id_of(self, person_id: str) -> str:
        """The id that stays, of one that may have been merged."""
        return self._stays.get(person_id, person_id)

    def ids_of(self, person_id: str) -> set[str]:
        """Every id looked up that means the same person, the one that stays included."""
        stays = self.id_of(person_id)
        return {stays, person_id} | {one for one, into in self._stays.items() if into == stays}

    def brief(self, person_id: str | None) -> dict[str, Any] | None:
        """Id and name; None for nobody."""
        if person_id is None:
            return None
        stays = self.id_of(person_id)
        name = self._names.get(stays)
        return {"id": stays, "name": name if name is not None else self._names.get(person_id)}


async def people(reader: Reader, ids: Iterable[str | None]) -> People:
    """Look up persons, following merges to the id that stays (of a circle, the smallest)."""
    names: dict[str, str | None] = {}
    into: dict[str, str] = {}
    wanted = {person_id for person_id in ids if person_id is not None}
    seen: set[str] = set()
    while wanted:
        rows = await reader.of("person", wanted)
        seen |= wanted
        for row in rows:
            names[row.entity_id] = row.doc["name"]
            if row.doc["merged_into"] is not None:
                into[row.entity_id] = row.doc["merged_into"]
        wanted = {into[row.entity_id] for row in rows if row.entity_id in into} - seen
    return People(names, {person_id: _stays(person_id, into) for person_id in into})


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
    return await every_id(reader, [person_id])


async def every_id(reader: Reader, ids: Collection[str]) -> set[str]:
    """Every id that some persons were recorded under."""
    who = await people(reader, ids)
    wanted = {who.id_of(person_id) for person_id in ids}
    found = set(wanted)
    while wanted:
        rows = await reader.by("person", "merged_into", wanted)
        wanted = {row.entity_id for row in rows} - found
        found |= wanted
    return found


async def helpers(reader: Reader, ids: Collection[str], day: str | None = None) -> dict[str, dict[str, Any]]:
    """Id and name of what may be a person, a body, a post or a place: one id space per log.

    A place is named as on the day, or without one as it was named last.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in await reader.of("jurisdiction", ids):
        if day is None or row.doc["from"] is None or row.doc["from"] <= day or row.entity_id not in found:
            found[row.entity_id] = {"id": row.entity_id, "name": row.doc["name"], "kind": "jurisdiction"}
    for projection, name in (("post", "title"), ("body", "name")):
        for row in await reader.of(projection, ids):
            found[row.entity_id] = {"id": row.entity_id, "name": row.doc[name], "kind": projection}
    who = await people(reader, ids)
    for row in await reader.of("person", ids):
        found[row.entity_id] = {**(who.brief(row.entity_id) or {}), "kind": "person"}
    return {one: found.get(one, {"id": one, "name": None, "kind": None}) for one in ids}

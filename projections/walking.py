"""From rows to the rows they point at, step by step: the plain form of what `joins.py` asks in one statement."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Protocol

from projections.rows import Found, Reader
from projections.tenure import on_record

_TOGETHER: Final = 1000


class Walking(Protocol):
    """Adds to a reader that finds rows by id and by key all that follows from these."""

    async def of(self, projection: str, ids: Collection[str]) -> list[Found]:
        """The rows of these entities."""

    async def by(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        """The rows with one of these values of a key."""

    async def bulk(
        self, projection: str, key: str, values: Collection[str], but: str = "", among: Collection[str] = ()
    ) -> list[Found]:
        """Very many rows: those of `by`, but for those of which another key is among some values."""
        known = set(among)
        return [row for row in await self.by(projection, key, values) if not but or row.doc[but] not in known]

    async def search(self, projection: str, text: str, *, limit: int, after: str = "") -> list[str]:
        """Ids of up to `limit` entities beyond `after` whose name, alias, code or id fits a text."""

    async def lineage(self, place_ids: Collection[str], day: str) -> list[Found]:
        """The rows of places, and of those above them in the tree of a day."""
        found: list[Found] = []
        seen: set[str] = set()
        newest = set(place_ids)
        while newest:
            rows = await self.of("jurisdiction", newest)
            found += rows
            seen |= newest
            on_day = [row.doc for row in rows if on_record(row.doc["from"], row.doc["until"], day)]
            newest = {doc["parent_id"] for doc in on_day} - {None} - seen
        return found

    async def topmost(self, day: str) -> list[Found]:
        """The rows that hold a day, of the places that stand under none on record that day."""
        rows = await self.of("jurisdiction", await every_place(self))
        here = {row.entity_id: row for row in rows if on_record(row.doc["from"], row.doc["until"], day)}
        return [row for row in here.values() if row.doc["parent_id"] not in here]

    async def kin(self, person_ids: Collection[str]) -> list[Found]:
        """The rows of persons, and of those that merges make the same as one of them."""
        found: dict[str, Found] = {}
        seen: set[str] = set()
        newest = set(person_ids)
        while newest:
            own = await self.of("person", newest)
            merged = await self.by("person", "merged_into", newest)
            found |= {row.entity_id: row for row in own + merged}
            seen |= newest
            onward = {row.doc["merged_into"] for row in own} - {None}
            newest = (onward | {row.entity_id for row in merged}) - seen
        return list(found.values())

    async def named(self, ids: Collection[str]) -> dict[str, list[Found]]:
        """By projection, the rows of places, posts, bodies and persons (as of `kin`) with these ids."""
        found = {name: await self.of(name, ids) for name in ("jurisdiction", "post", "body")}
        return _with_rows({**found, "person": await self.kin(ids)})

    async def estate(self, place_ids: Collection[str]) -> dict[str, list[Found]]:
        """By projection, what belongs to places.

        Their bodies and those that are part of these; the posts of all; the appointments to them; the persons
        appointed (as of `kin`); what these posts or persons signed; the pairings that assist the places.
        """
        bodies = await self.by("body", "jurisdiction_id", place_ids)
        newest = {row.entity_id for row in bodies}
        while newest:
            parts = await self.by("body", "unit_id", newest)
            inner = [row for row in parts if row.doc["jurisdiction_id"] is None]
            bodies += inner
            newest = {row.entity_id for row in inner}
        posts = await self.by("post", "jurisdiction_id", place_ids)
        posts += await self.by("post", "body_id", {row.entity_id for row in bodies})
        post_ids = {row.entity_id for row in posts}
        appointments = await self.by("appointment", "post_id", post_ids)
        appointed = {row.doc["person_id"] for row in appointments} - {None}
        persons = await self.kin(appointed)
        appointed |= {one for row in persons for one in (row.entity_id, row.doc["merged_into"])} - {None}
        letters = await self.by("letter", "post_id", post_ids)
        signed = await self.by("letter", "person_id", appointed)
        letters += [row for row in signed if row.doc["signer"].get("post_id") is None]
        found = {"body": bodies, "post": posts, "appointment": appointments, "person": persons, "letter": letters}
        return _with_rows({**found, "pairing": await self.by("pairing", "assisted", place_ids)})


def _with_rows(found: dict[str, list[Found]]) -> dict[str, list[Found]]:
    return {name: rows for name, rows in found.items() if rows}


async def every_place(reader: Walking) -> list[str]:
    """The ids of all places that were ever on record, in order."""
    found: list[str] = []
    while some := await reader.search("jurisdiction", "", limit=_TOGETHER, after=found[-1] if found else ""):
        found += some
    return found


async def ever_above(reader: Reader, place_ids: Collection[str], known: Collection[str] = ()) -> list[Found]:
    """The rows of places, and of all that ever stood above them; of those that are known already none."""
    found: list[Found] = []
    newest, seen = set(place_ids), set(known)
    while newest := newest - seen:
        rows = await reader.of("jurisdiction", newest)
        found += rows
        seen |= newest
        newest = {row.doc["parent_id"] for row in rows} - {None}
    return found

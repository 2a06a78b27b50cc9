"""What belongs to a scope and what it adds up to, step by step: the plain form of what `sums.py` asks in SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, Final, Protocol

from projections.folds.matter import own_id
from projections.folds.registers import ANCHORS, stated
from projections.leaving import household_on
from projections.rows import Found, Member, Tally, Transfer
from projections.tenure import Bounds, on_record

ANSWERING: Final = ("signatory", "co-principal")
"""Those who sign a letter as the ones who answer, not as the other party or a witness."""


class Keyed(Protocol):
    """Finds rows by a key: all that following the tree takes."""

    async def by(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        """The rows with one of these values of a key."""


class Adding(Protocol):
    """Adds to a reader that finds rows by id and by key what a scope holds and comes to."""

    async def of(self, projection: str, ids: Collection[str]) -> list[Found]:
        """The rows of these entities."""

    async def by(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        """The rows with one of these values of a key."""

    async def matters(
        self, key: str, values: Collection[str], registers: Collection[str], until: str | None = None
    ) -> list[Found]:
        """The matters of some registers with one of these values of a key, up to and including a day."""

    async def tally(self, places: Collection[str], registers: Collection[str], until: str) -> dict[str, Tally]:
        """By register, the matters that stand at some ids, up to and including a day, added up."""
        found: dict[str, list[Found]] = {}
        for row in await self.matters("stands_at", places, registers, until):
            found.setdefault(row.doc["register"], []).append(row)
        return {name: tallied(rows) for name, rows in found.items()}

    async def below(self, place_id: str, day: str) -> set[str]:
        """A place and every place below it in the tree of a day."""
        return await all_below(self, {place_id}, day)

    async def members(self, place_id: str, day: str, *, subtree: bool) -> list[Member]:
        """What belongs to a place, or to it and all below it in the tree of a day."""
        places = await self.below(place_id, day) if subtree else {place_id}
        rows = await self.of("jurisdiction", places)
        on_day = [row for row in rows if on_record(row.doc["from"], row.doc["until"], day)]
        levels = {row.entity_id: row.doc["level"] for row in on_day}
        found = [Member("place", one, None, levels.get(one)) for one in places]
        bodies = await self._bodies(places)
        found += bodies
        body_ids = {body.id for body in bodies}
        for key, ids in (("jurisdiction_id", places), ("body_id", body_ids)):
            found += [Member("post", row.entity_id, row.doc[key], None) for row in await self.by("post", key, ids)]
        return found + await self._anchors({member.id for member in found})

    async def _bodies(self, places: Collection[str]) -> list[Member]:
        rows = await self.by("body", "jurisdiction_id", places)
        found = [Member("body", row.entity_id, row.doc["jurisdiction_id"], None) for row in rows]
        newest = {body.id for body in found}
        while newest:
            rows = await self.by("body", "unit_id", newest)
            inner = [row for row in rows if row.doc["jurisdiction_id"] is None]
            found += [Member("body", row.entity_id, row.doc["unit_id"], None) for row in inner]
            newest = {row.entity_id for row in inner}
        return found

    async def _anchors(self, ids: set[str]) -> list[Member]:
        found: dict[str, Member] = {}
        newest = ids
        while newest:
            rows = [row for row in await self.matters("stands_at", newest, ANCHORS) if row.entity_id not in found]
            found |= {r.entity_id: Member("matter", r.entity_id, r.doc["stands_at"], r.doc["day"]) for r in rows}
            newest = {one for row in rows for one in (row.entity_id, own_id(row.entity_id))}
        return list(found.values())

    async def dated(self, ids: Collection[str], registers: Collection[str], until: str) -> list[tuple[str, str]]:
        """(day, id) of the matters that stand at some ids, up to and including a day."""
        return [(row.doc["day"], row.entity_id) for row in await self.matters("stands_at", ids, registers, until)]

    async def adrift(self, doers: Collection[str], wholes: Collection[str], registers: Collection[str]) -> list[Found]:
        """The matters done by some ids or part of some that stand elsewhere, at no place and no matter at a place."""
        rows: dict[str, Found] = {}
        for key, ids in (("done_by", doers), ("part_of", wholes)):
            for row in await self.matters(key, ids, registers):
                if row.doc["stands_at"] is not None and row.doc["stands_at"] != row.doc[key]:
                    rows[row.entity_id] = row
        at = {row.doc["stands_at"] for row in rows.values()}
        onward = {row.entity_id: row.doc["stands_at"] for row in await self.of("matter", at)}
        places = {row.entity_id for row in await self.of("jurisdiction", {*at, *onward.values()} - {None})}
        there = places | {one for one, place in onward.items() if place in places}
        return [row for row in rows.values() if row.doc["stands_at"] not in there]

    async def transfers(self, ids: Collection[str], until: str) -> list[Transfer]:
        """The allocations given or received by some ids, up to and including a day."""
        received = await self.matters("stands_at", ids, ["allocation"])
        given = await self.matters("done_by", ids, ["allocation"])
        onward = await self.matters("part_of", {row.entity_id for row in received}, ["allocation"])
        rows = {row.entity_id: row for row in [*received, *given, *(r for r in onward if r.doc["done_by"] is None)]}
        above = {row.doc["part_of"] for row in rows.values()} - {None}
        receivers = {row.entity_id: row.doc["stands_at"] for row in await self.of("matter", above)}
        return [_transfer(row, receivers) for row in rows.values() if row.doc["day"] <= until]

    async def unpaid(self, ids: Collection[str], day: str) -> list[Found]:
        """The disbursements standing at some ids that were approved by a day and paid after it."""
        rows = await self.matters("stands_at", ids, ["disbursement"])
        return [row for row in rows if is_unpaid(row, day)]

    async def letters_on(self, posts: Collection[str], places: Collection[str], day: str) -> dict[str, int]:
        """How many letters, signed by posts or about places, are in force on a day."""
        signed = [row for row in await self.by("letter", "post_id", posts) if row.doc["signed_as"] in ANSWERING]
        letters = {row.entity_id: row.doc for row in [*signed, *await self.by("letter", "scope", places)]}
        begun = [doc for doc in letters.values() if doc["bounds"]["s0"] <= day or doc["signed_on"] <= day]
        return _counted(Bounds.of_doc(doc).certainty(day) for doc in begun)

    async def letters_at(
        self, posts: Collection[str], towards: Collection[str], places: Collection[str]
    ) -> dict[str, int]:
        """The letters that posts signed, signed towards some ids, or about places: their ids to their positions."""
        asked = (("post_id", posts), ("counterparty", towards), ("scope", places))
        rows = [row for key, values in asked for row in await self.by("letter", key, values)]
        return {row.entity_id: row.doc["position"] for row in rows}

    async def households_on(self, ids: Collection[str], day: str) -> dict[str, Tally]:
        """The households that stand at some ids, by how they stand on a day, with their persons."""
        found: dict[str, Tally] = {}
        for row in await self.matters("stands_at", ids, ["household"]):
            exits = await self.matters("stands_at", {row.entity_id, own_id(row.entity_id)}, ["exit"])
            status = household_on(row.doc["facts"], [one.doc["facts"] for one in exits], day)
            if status is not None:
                before = found.get(status, Tally(0, Decimal(0), None))
                persons = Decimal(row.doc["amount"] or 0)
                found[status] = Tally(before.count + 1, before.total + persons, None)
        return found


async def all_below(reader: Keyed, places: Collection[str], day: str) -> set[str]:
    """Places and every place below one of them in the tree of a day."""
    found = newest = set(places)
    while newest:
        rows = await reader.by("jurisdiction", "parent_id", newest)
        newest = {row.entity_id for row in rows if on_record(row.doc["from"], row.doc["until"], day)} - found
        found = found | newest
    return found


def tallied(rows: Collection[Found]) -> Tally:
    """Some matters added up; at least one."""
    amounts = [Decimal(row.doc["amount"]) for row in rows if row.doc["amount"] is not None]
    return Tally(len(rows), sum(amounts, Decimal(0)), max(row.doc["day"] for row in rows))


def _transfer(row: Found, receivers: dict[str, Any]) -> Transfer:
    doc = row.doc
    giver = doc["done_by"] if doc["done_by"] is not None else receivers.get(doc["part_of"])
    return Transfer(row.entity_id, doc["day"], giver, doc["stands_at"], Decimal(doc["amount"]), doc["part_of"])


def is_unpaid(row: Found, day: str) -> bool:
    """Whether a disbursement, as it was stated last, was approved by a day and paid after it."""
    paid: str = row.doc["day"]
    return paid > day and (stated(row.doc["facts"]).get("approved_on") or paid) <= day


def _counted(words: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found

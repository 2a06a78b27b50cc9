"""Reads rows from PostgreSQL as of one size of one log."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from events import entries
from events.database import driver_of
from events.entry import Entry
from events.precedence import rest
from projections import joins, sums, tables
from projections.advance import History
from projections.folds.matter import names_any
from projections.folds.registers import REGISTERS
from projections.giving_way import in_turns
from projections.rows import Found, Member, Tally, Transfer

FACTS_TOGETHER: Final = 1000
_NAME: Final = re.compile(r"(?<!:):([a-z_]+)")


@cache
def _numbered(statement: TextClause) -> tuple[str, tuple[str, ...]]:
    """A statement with its parameters numbered, as the driver takes it, and their names in that order."""
    names = tuple(dict.fromkeys(_NAME.findall(statement.text)))
    return _NAME.sub(lambda found: f"${names.index(found[1]) + 1}", statement.text), names


def _literal(text: str) -> str:
    """A pattern that only the text itself fits."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


class PostgresReader:
    """Rows of the first `size` entries of a log, which its projections must have reached."""

    def __init__(self, conn: AsyncConnection, log_id: str, generation: int, size: int) -> None:
        self.log_id = log_id
        self.generation = generation
        self.size = size
        self.connection = conn
        self._scope = {"log_id": log_id, "generation": generation, "size": size}

    async def of(self, projection: str, ids: Collection[str]) -> list[Found]:
        """The rows of these entities."""
        return await self._read(tables.BY_ENTITY[projection], ids)

    async def by(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        """The rows with one of these values of a key."""
        if (projection, key) == ("matter", "register"):
            registers = frozenset(REGISTERS.keys() & set(values))
            return await self._read(tables.of_registers(registers), registers)
        return await self._read(tables.BY_KEY[projection, key], values)

    async def bulk(
        self, projection: str, key: str, values: Collection[str], but: str = "", among: Collection[str] = ()
    ) -> list[Found]:
        """Very many rows: those of `by`, but for those of which another key is among some values; in no order."""
        known = [list(among)] if but else []
        found = await self._join(joins.BULK[projection, key, but], list(set(values)), *known)
        return found.get(projection, [])

    async def lineage(self, place_ids: Collection[str], day: str) -> list[Found]:
        """The rows of places, and of those above them in the tree of a day; in no order."""
        found = await self._join(joins.LINEAGE, list(place_ids), day)
        return found.get("jurisdiction", [])

    async def kin(self, person_ids: Collection[str]) -> list[Found]:
        """The rows of persons, and of those that merges make the same as one of them; in no order."""
        found = await self._join(joins.KIN, list(person_ids))
        return found.get("person", [])

    async def named(self, ids: Collection[str]) -> dict[str, list[Found]]:
        """By projection, the rows of places, posts, bodies and persons (as of `kin`) with these ids; in no order."""
        return await self._join(joins.NAMED, list(ids))

    async def estate(self, place_ids: Collection[str]) -> dict[str, list[Found]]:
        """By projection, what belongs to places, as `Reader.estate` says; in no order."""
        return await self._join(joins.ESTATE, list(place_ids))

    async def matters(
        self, key: str, values: Collection[str], registers: Collection[str], until: str | None = None
    ) -> list[Found]:
        """The matters of some registers with one of these values of a key, up to and including a day."""
        return await self._read(tables.MATTERS[key], values, registers=list(registers), until=until)

    async def tally(self, places: Collection[str], registers: Collection[str], until: str) -> dict[str, Tally]:
        """By register, the matters that stand at some ids, up to and including a day, added up."""
        where = {**self._scope, "values": list(places), "registers": list(registers), "until": until}
        rows = await self.connection.execute(tables.TALLY, where)
        return {row.register: Tally(row.many, row.total, row.last) for row in rows}

    async def below(self, place_id: str, day: str) -> set[str]:
        """A place and every place below it in the tree of a day."""
        rows = await self.connection.execute(tables.BELOW, {**self._scope, "place": place_id, "day": day})
        return {row.id for row in rows}

    async def topmost(self, day: str) -> list[Found]:
        """The rows that hold a day, of the places that stand under none on record that day; in no order."""
        rows = await self.connection.execute(tables.TOPMOST, {**self._scope, "day": day})
        return [Found(*row) for row in rows]

    async def naming(self, ids: Collection[str], but: Collection[Found] = ()) -> list[Found]:
        """The matters of which a fact that stands names one of these ids, but for those among rows already read."""
        if not ids:
            return []
        known = [one["position"] for row in but for one in row.doc["evidence"]]
        records = await self._records(tables.FACTS_NAMING, {"ids": list(ids), "but": known})
        positions = [record["fact_position"] for record in records]
        found: set[str] = set()
        for start in range(0, len(positions), FACTS_TOGETHER):
            some = positions[start : start + FACTS_TOGETHER]
            versions = {fact.position: [fact] for fact in await entries.at(self.connection, self.log_id, some)}
            for entry in await entries.versions(self.connection, self.log_id, some, self.size):
                versions[entry.fact_position].append(entry)
            history = History()
            entities = {e for told in versions.values() for e in history.touched(told)}
            found |= {entity_id for projection, entity_id in entities if projection == "matter"}
        return [row for row in await self.of("matter", found) if names_any(row.doc, ids)]

    async def members(self, place_id: str, day: str, *, subtree: bool) -> list[Member]:
        """What belongs to a place, or to it and all below it, as `Reader.members` says; in no order."""
        return [Member(*row) for row in await self._fetch(sums.MEMBERS, place_id, day, subtree)]

    async def dated(self, ids: Collection[str], registers: Collection[str], until: str) -> list[tuple[str, str]]:
        """(day, id) of the matters that stand at some ids, up to and including a day; in no order."""
        return [(day, one) for day, one in await self._fetch(sums.DATED, list(set(ids)), list(registers), until)]

    async def adrift(self, doers: Collection[str], wholes: Collection[str], registers: Collection[str]) -> list[Found]:
        """The matters done by some ids or part of some that stand elsewhere, as `Reader.adrift` says; in no order."""
        rows = await self._fetch(sums.ADRIFT, list(set(doers)), list(set(wholes)), list(registers))
        return list({row["entity_id"]: Found(*row) for row in rows}.values())

    async def transfers(self, ids: Collection[str], until: str) -> list[Transfer]:
        """The allocations given or received by some ids, up to and including a day; in no order."""
        return [Transfer(*row) for row in await self._fetch(sums.TRANSFERS, list(set(ids)), until)]

    async def unpaid(self, ids: Collection[str], day: str) -> list[Found]:
        """The disbursements standing at some ids that were approved by a day and paid after it."""
        return [Found(*row) for row in await self._fetch(sums.UNPAID, list(set(ids)), day)]

    async def letters_on(self, posts: Collection[str], places: Collection[str], day: str) -> dict[str, int]:
        """How many letters, signed by posts or about places, are in force on a day: `certain`, `possible`, `no`."""
        return dict(await self._fetch(sums.LETTERS_ON, list(set(posts)), list(set(places)), day))

    async def letters_at(
        self, posts: Collection[str], towards: Collection[str], places: Collection[str]
    ) -> dict[str, int]:
        """The letters that posts signed, signed towards some ids, or about places: their ids to their positions."""
        return dict(await self._fetch(sums.LETTERS_AT, *(list(set(ids)) for ids in (posts, towards, places))))

    async def households_on(self, ids: Collection[str], day: str) -> dict[str, Tally]:
        """The households that stand at some ids, by how they stand on a day, with their persons."""
        rows = await self._fetch(sums.HOUSEHOLDS_ON, list(set(ids)), day)
        return {status: Tally(many, persons, None) for status, many, persons in rows}

    async def search(self, projection: str, text: str, *, limit: int, after: str = "") -> list[str]:
        """Ids of up to `limit` entities beyond `after` whose name, alias, code or id fits a text."""
        plain = _literal(text)
        where: dict[str, Any] = {**self._scope, "like": f"%{plain}%", "exact": text, "after": after, "limit": limit}
        statement = tables.SEARCH[projection, text.lower() == text.upper()]
        if projection == "jurisdiction":
            where["prefix"] = f"{plain}%"
        if projection != "body":
            where["quoted"] = f"%{_literal(json.dumps(text, ensure_ascii=False)[1:-1])}%"
        return [row.entity_id for row in await self.connection.execute(statement, where)]

    async def mentioning(self, ids: Collection[str], first: int, end: int, limit: int) -> list[int]:
        """Positions in [first, end) of up to `limit` entries whose data names one of these ids."""
        scope = {name: self._scope[name] for name in ("log_id", "generation")}
        where = {**scope, "ids": list(ids), "first": first, "end": end, "limit": limit}
        return [row.position for row in await self.connection.execute(tables.MENTIONING, where)]

    async def entries(self, positions: Collection[int]) -> Sequence[Entry]:
        """The entries at these positions below the size, in order; those that do not exist are left out."""
        below = sorted(position for position in positions if 0 <= position < self.size)
        return await entries.at(self.connection, self.log_id, below) if below else []

    async def versions(self, facts: Collection[int]) -> Sequence[Entry]:
        """The corrections and annulments about these facts, in order."""
        return await entries.versions(self.connection, self.log_id, list(facts), self.size)

    async def run(self, start: int, limit: int, kinds: Sequence[str] = ()) -> Sequence[Entry]:
        """Up to `limit` entries from a position on, in order, of the given kinds or of all."""
        return await entries.between(self.connection, self.log_id, start, self.size, limit=limit, kinds=kinds)

    async def _read(self, statement: TextClause, values: Collection[str], **more: Any) -> list[Found]:
        """The rows of a statement of `tables`, on the driver's connection as in `_join`."""
        if not values:
            return []
        records = await self._records(statement, {"values": list(values), **more})
        return [Found(*row) async for some in in_turns(records) for row in some]

    async def _driver(self) -> Any:
        """The driver's connection, within SQLAlchemy's transaction; whoever reads beside the service may rest first."""
        await rest()
        return await driver_of(self.connection)

    async def _records(self, statement: TextClause, given: Mapping[str, Any]) -> Any:
        """The records of a statement of `tables`, on the driver's connection as in `_join`."""
        raw, where = await self._driver(), {**self._scope, **given}
        told, names = _numbered(statement)
        return await raw.fetch(told, *(where[name] for name in names))

    async def _join(self, statement: str, ids: list[str], *more: str | list[str]) -> dict[str, list[Found]]:
        """The rows of a statement of `joins`, by projection.

        It is run on the driver's connection, within SQLAlchemy's transaction: hundreds of rows come back, and
        SQLAlchemy would look at each.
        """
        if not ids:
            return {}
        raw, scope = await self._driver(), self._scope
        rows = await raw.fetch(statement, scope["log_id"], scope["generation"], scope["size"], ids, *more)
        found: dict[str, list[Found]] = {}
        async for some in in_turns(rows):
            for projection, entity_id, ordinal, doc in some:
                found.setdefault(projection, []).append(Found(entity_id, ordinal, doc))
        return found

    async def _fetch(self, statement: str, *more: Any) -> Any:
        """The records of a statement of `sums`, on the driver's connection as in `_join`."""
        raw, scope = await self._driver(), self._scope
        return await raw.fetch(statement, scope["log_id"], scope["generation"], scope["size"], *more)

"""Reads rows from PostgreSQL as of one size of one log."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from events import entries
from projections import tables
from projections.advance import entities_of
from projections.folds.matter import names_any
from projections.rows import Found, Tally

FACTS_TOGETHER: Final = 1000


class PostgresReader:
    """Rows of the first `size` entries of a log, which its projections must have reached."""

    def __init__(self, conn: AsyncConnection, log_id: str, generation: int, size: int) -> None:
        self.log_id = log_id
        self.size = size
        self.connection = conn
        self._scope = {"log_id": log_id, "generation": generation, "size": size}

    async def of(self, projection: str, ids: Collection[str]) -> list[Found]:
        """The rows of these entities."""
        return await self._read(tables.BY_ENTITY[projection], ids)

    async def by(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        """The rows with one of these values of a key."""
        return await self._read(tables.BY_KEY[projection, key], values)

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

    async def naming(self, ids: Collection[str]) -> list[Found]:
        """The matters of which a fact that stands names one of these ids."""
        if not ids:
            return []
        where = {**self._scope, "ids": list(ids)}
        positions = [row.fact_position for row in await self.connection.execute(tables.FACTS_NAMING, where)]
        found: set[str] = set()
        for start in range(0, len(positions), FACTS_TOGETHER):
            some = positions[start : start + FACTS_TOGETHER]
            versions = {fact.position: [fact] for fact in await entries.at(self.connection, self.log_id, some)}
            for entry in await entries.versions(self.connection, self.log_id, some, self.size):
                versions[entry.fact_position].append(entry)
            entities = {e for told in versions.values() for e in entities_of(told, told[0].kind)}
            found |= {entity_id for projection, entity_id in entities if projection == "matter"}
        return [row for row in await self.of("matter", found) if names_any(row.doc, ids)]

    async def search(self, projection: str, text: str, *, limit: int, after: str = "") -> list[str]:
        """Ids of up to `limit` entities beyond `after` whose name, alias, code or id fits a text."""
        plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        where: dict[str, Any] = {**self._scope, "like": f"%{plain}%", "exact": text, "after": after, "limit": limit}
        statement = tables.SEARCH[projection]
        if projection == "jurisdiction":
            where["prefix"] = f"{plain}%"
        return [row.entity_id for row in await self.connection.execute(statement, where)]

    async def mentioning(self, ids: Collection[str], first: int, end: int, limit: int) -> list[int]:
        """Positions in [first, end) of up to `limit` entries whose data names one of these ids."""
        scope = {name: self._scope[name] for name in ("log_id", "generation")}
        where = {**scope, "ids": list(ids), "first": first, "end": end, "limit": limit}
        return [row.position for row in await self.connection.execute(tables.MENTIONING, where)]

    async def _read(self, statement: TextClause, values: Collection[str], **more: Any) -> list[Found]:
        if not values:
            return []
        rows = await self.connection.execute(statement, {**self._scope, "values": list(values), **more})
        return [Found(row.entity_id, row.ordinal, row.doc) for row in rows]

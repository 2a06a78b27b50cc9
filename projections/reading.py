"""Reads rows from PostgreSQL as of one size of one log."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection

from projections import tables
from projections.rows import Found


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

    async def _read(self, statement: TextClause, values: Collection[str]) -> list[Found]:
        if not values:
            return []
        rows = await self.connection.execute(statement, {**self._scope, "values": list(values)})
        return [Found(row.entity_id, row.ordinal, row.doc) for row in rows]

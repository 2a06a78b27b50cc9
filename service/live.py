"""Answers come from PostgreSQL: each look is a connection."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import knowledge, logs
from events.known import Knowledge, KnownAt
from events.logs import Log
from projections import tables
from projections.ground import Ground, ground_of
from projections.reading import PostgresReader
from projections.rows import Reader
from projections.runner import Progress, progress
from service.source import View

_SNAPSHOT: Final[dict[str, Any]] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_LOOK_UP: Final[dict[str, Any]] = {"isolation_level": "AUTOCOMMIT"}
"""A look-up has no transaction to begin and end."""


class LiveView:
    """A look through one connection."""

    def __init__(self, conn: AsyncConnection) -> None:
        self._conn = conn

    async def logs_with(self, kinds: Sequence[str], wanted: str) -> list[str]:
        """The logs in which an id of one of these kinds was ever on record."""
        return await tables.logs_with(self._conn, kinds, wanted)

    async def log(self, log_id: str) -> Log:
        """One log. Raises LogUnknown."""
        return await logs.get(self._conn, log_id)

    async def logs(self) -> Sequence[Log]:
        """All logs by id, but the service's own."""
        return await logs.every(self._conn)

    async def progress(self, log_ids: Collection[str]) -> Mapping[str, Progress]:
        """How far the live projections of these logs are."""
        return await progress(self._conn, list(log_ids))

    async def ground(self, log_id: str) -> Ground:
        """The ground of one log. Raises LogUnknown."""
        return await ground_of(self._conn, log_id)

    async def resolve(self, log_id: str, asked: KnownAt, *, projected: int, clock: str) -> Knowledge:
        """The state of knowledge asked for, which may exceed `projected`. Raises BadRequest."""
        return await knowledge.resolve(self._conn, log_id, asked, projected=projected, clock=clock)

    async def root_at(self, log_id: str, size: int) -> bytes:
        """The root of the tree over the first `size` entries, which must exist."""
        return await knowledge.root_at(self._conn, log_id, size)

    def reader(self, log_id: str, generation: int, size: int) -> Reader:
        """A reader of the rows of the first `size` entries of a log."""
        return PostgresReader(self._conn, log_id, generation, size)


class Live:
    """A database that goes on."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def look(self, *, snapshot: bool = False) -> AsyncIterator[View]:
        """A look; where it is a `snapshot`, all that is asked within it is as of one instant."""
        async with self._engine.connect() as conn:
            await conn.execution_options(**(_SNAPSHOT if snapshot else _LOOK_UP))
            yield LiveView(conn)

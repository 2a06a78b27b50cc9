"""What the notary's tests share: a log with entries, a desk on this test's database, and a restored database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs, store
from events.clock import SystemClock
from events.cloudevent import read_event
from events.database import open_engine
from events.logs import ACCESS, Log
from events.receipts import Offer
from service.notary.signing import Desk
from tests.service.test_walk import event

LOG = "cn-62"
ORIGIN = "zeren.example/cn-62"

Grow = Callable[..., Awaitable[Log]]


def offer(event_id: str) -> Offer:
    """An offer of a person's registration."""
    return Offer(read_event(event(event_id, "person.registered", person_id=event_id, name_zh="示例")), "test")


@pytest.fixture
def grow(engine: AsyncEngine) -> Grow:
    """Appends entries with these ids, in one transaction, to a log that is made where it is missing."""

    async def append(*ids: str, log_id: str = LOG) -> Log:
        async with engine.begin() as conn:
            if log_id == ACCESS:
                await logs.create_service(conn, log_id)
            else:
                await logs.create(conn, log_id, name=None, origin=None, clock="live")
            await store.append(conn, log_id, [offer(each) for each in ids], SystemClock())
            return await logs.get(conn, log_id)

    return append


@pytest.fixture
def desk(engine: AsyncEngine, tmp_path: Path) -> Desk:
    """A notary of this test's database, with Ed25519 keys, that publishes at once."""
    return Desk(engine, tmp_path / "notary", SystemClock())


LOG_TABLES = ("event", "payload", "event_id", "append_tx", "tile", "checkpoint", "publication", "log_key")
"""What a database loses of a log when it is restored from before the log's first entry."""


@pytest.fixture
def lose(database_url: str) -> Callable[[], Awaitable[None]]:
    """Takes the log back to what it was before its first entry, as the restoring of an old backup does."""

    async def work() -> None:
        owner = open_engine(database_url, owner=True, pool_size=1)
        async with owner.begin() as conn:
            for table in LOG_TABLES:
                await conn.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                await conn.exec_driver_sql(f"DELETE FROM {table} WHERE log_id = '{LOG}'")
                await conn.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            await conn.exec_driver_sql(
                f"UPDATE log SET size = 0, recorded_at = NULL, frontier = '' WHERE log_id = '{LOG}'"
            )
        await owner.dispose()

    return work

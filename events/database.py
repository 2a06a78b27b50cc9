"""Opens PostgreSQL: any URL that asyncpg reads, several hosts included.

Connections take on the role `zeren_writer` where the login may, so that what the triggers refuse
the grants refuse too; migrations and erasure connect as the owner.
"""

from __future__ import annotations

from typing import Any, Final

import asyncpg
import orjson
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

WRITER: Final = "zeren_writer"
_MAY_BE_WRITER: Final = "SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = 'zeren_writer'"
_BEGIN: Final = text("SELECT")
"""The transaction of a connection begins with its first statement."""
_READ_ONLY: Final = text("SELECT current_setting('transaction_read_only')::boolean")
_SETTINGS: Final = {
    "citus.override_table_visibility": "off",
    "timezone": "UTC",
    "jit": "off",
    # A plan cached while a log was empty scans whole tables once it has grown.
    "plan_cache_mode": "force_custom_plan",
    # Solid-state disks, and tables that are mostly in memory: a random page costs little more than the next one.
    "random_page_cost": "1.1",
}

KEEP_PLANS: Final = "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off;"
"""Plans are made once for each connection and for any values, and always look up by an index.

One made for the values at hand believes a table, log or generation empty that was not analysed yet, and
takes any index of it, or reads it whole.
"""
UNFLUSHED: Final = "SET LOCAL synchronous_commit = off;"
"""A commit does not wait for the disk: visible at once, durable within a second (three times `wal_writer_delay`)."""


def _write_jsonb(value: str | bytes) -> bytes:
    return b"\x01" + (value if isinstance(value, bytes) else value.encode())


def _read_jsonb(value: bytes) -> Any:
    return orjson.loads(value[1:])


def dsn(url: str) -> str:
    """A database URL as asyncpg reads it, of one that may name the driver as SQLAlchemy does."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def open_engine(url: str, *, owner: bool = False, pool_size: int = 16) -> AsyncEngine:
    """An engine on a database given as `postgresql://...`; as its owner, or as the writer.

    There is no overflow: a connection opened for one request and closed after it costs more than to wait.
    """

    async def connect() -> asyncpg.Connection:
        connection = await asyncpg.connect(dsn(url), server_settings=_SETTINGS)
        if not owner and await connection.fetchval(_MAY_BE_WRITER):
            await connection.execute(f"SET ROLE {WRITER}")
        return connection

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=connect, pool_size=pool_size, max_overflow=0, pool_pre_ping=False
    )
    _keep_jsonb_plain(engine)
    return engine


def _keep_jsonb_plain(engine: AsyncEngine) -> None:
    """Read jsonb as Python values and write it from JSON text, or its UTF-8, in COPY too."""

    @event.listens_for(engine.sync_engine, "connect")
    def set_codec(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.run_async(
            lambda connection: connection.set_type_codec(
                "jsonb", schema="pg_catalog", encoder=_write_jsonb, decoder=_read_jsonb, format="binary"
            )
        )


async def driver_of(conn: AsyncConnection) -> Any:
    """The asyncpg connection under a connection, within its transaction: for COPY and for reading very many rows."""
    raw = (await conn.get_raw_connection()).driver_connection
    assert raw is not None
    if not raw.is_in_transaction():
        await conn.execute(_BEGIN)
    return raw


async def is_read_only(conn: AsyncConnection) -> bool:
    """Whether the database takes no writes: a standby, or one that was made read-only."""
    return bool((await conn.execute(_READ_ONLY)).scalar_one())


async def set_local(conn: AsyncConnection, *settings: str) -> None:
    """Settings, such as KEEP_PLANS, for the rest of a connection's transaction."""
    await (await driver_of(conn)).execute(" ".join(settings))

"""The database itself refuses to change what was appended: by grant, and by trigger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from events import store
from events.clock import SystemClock
from events.database import open_engine
from events.merkle import TILE_WIDTH
from events.receipts import Offer

pytestmark = pytest.mark.anyio

TABLES = {
    "event": ("position", "kind"),
    "payload": ("position", "kept"),
    "event_id": ("source, id", "position"),
    "append_tx": ("size", "root"),
    "tile": ("level, tile_index", "hashes"),
}
"""Each append-only table: the rest of its key after the log, and a column to change."""
STATEMENTS = {
    "update": "UPDATE {table} SET {column} = {column}",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table}",
    "upsert": (
        "INSERT INTO {table} SELECT * FROM {table} "
        "ON CONFLICT (log_id, {key}) DO UPDATE SET {column} = EXCLUDED.{column}"
    ),
}
NO_PRIVILEGE = "42501"
INTEGRITY = "23000"


@pytest.fixture
async def filled(engine: AsyncEngine, log: str, offer: Callable[..., Offer]) -> str:
    """A log with at least one row in each table."""
    async with engine.begin() as conn:
        offers = [offer("record.filed", f"e{index}") for index in range(TILE_WIDTH)]
        await store.append(conn, log, offers, SystemClock())
    return log


async def refusal(engine: AsyncEngine, statement: str) -> str | None:
    """The SQLSTATE with which a statement is refused; None where it is not."""
    async with engine.connect() as conn:
        try:
            await conn.execute(text(statement))
        except DBAPIError as error:
            return str(getattr(error.orig, "sqlstate", error))
    return None


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS.keys())
@pytest.mark.parametrize(("owner", "sqlstate"), [(False, NO_PRIVILEGE), (True, INTEGRITY)], ids=["writer", "owner"])
async def test_change_is_refused(
    engine: AsyncEngine, database_url: str, filled: str, statement: str, owner: bool, sqlstate: str
) -> None:
    """The writer lacks the grant, and the trigger stops even the owner, whatever the table; every row stays."""
    acting = open_engine(database_url, owner=owner)
    try:
        for table, (key, column) in TABLES.items():
            query = text(f"SELECT count(*) AS held, md5(string_agg({table}::text, '' ORDER BY {key})) FROM {table}")
            async with engine.connect() as conn:
                before = (await conn.execute(query)).one()
            assert before.held > 0
            assert await refusal(acting, statement.format(table=table, key=key, column=column)) == sqlstate, table
            async with engine.connect() as conn:
                assert (await conn.execute(query)).one() == before
    finally:
        await acting.dispose()


async def test_counters_may_be_counted(engine: AsyncEngine, filled: str) -> None:
    """The one thing that changes is the log's row, and the writer may not delete even that."""
    async with engine.connect() as conn:
        await conn.execute(text("UPDATE log SET size = size"))
        with pytest.raises(DBAPIError, match="permission denied"):
            await conn.execute(text("DELETE FROM log"))

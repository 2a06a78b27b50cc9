"""Before the first append of each connection a log is held against what was signed of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from events.appender import Appender
from events.clock import SystemClock
from events.errors import LogClosed, LogUnknown
from service.notary import kept
from service.notary.guarding import Guard
from service.notary.signing import Desk, sign
from tests.service.notary.conftest import LOG, Grow, offer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def appender(desk: Desk, engine: AsyncEngine) -> AsyncIterator[Appender]:
    """A guarded appender."""
    made = Appender(engine, SystemClock(), guard=Guard(engine, desk.directory))
    yield made
    await made.close()


async def state(engine: AsyncEngine) -> str:
    """The state of the log."""
    async with engine.connect() as conn:
        return (await logs.get(conn, LOG)).state


async def test_a_log_as_it_was_signed_takes_entries(desk: Desk, appender: Appender, grow: Grow) -> None:
    """A log that agrees with its outside copy, or has none, is appended to; an unknown one is unknown as before."""
    with pytest.raises(LogUnknown):
        await appender.append(LOG, [offer("x")])
    log = await grow("a", "b")
    assert (await appender.append(LOG, [offer("c")])).size == 3
    await sign(desk, log)
    assert (await appender.append(LOG, [offer("d")])).size == 4


async def test_a_restored_log_takes_nothing(
    desk: Desk, appender: Appender, engine: AsyncEngine, grow: Grow, lose: Callable[[], Awaitable[None]]
) -> None:
    """The first append after a restart finds that entries are missing: it is refused, and all that follow, with why."""
    await sign(desk, await grow("a", "b"))
    await lose()
    with pytest.raises(LogClosed) as refused:
        await appender.append(LOG, [offer("c")])
    assert "size 2 was signed" in refused.value.message("en")
    assert "曾签署 2 条" in refused.value.message("zh")
    assert await state(engine) == "halted"
    with pytest.raises(LogClosed, match="halted"):
        await appender.append(LOG, [offer("c")])
    async with engine.connect() as conn:
        assert (await logs.get(conn, LOG)).size == 0


async def test_a_lost_connection_is_looked_behind(
    desk: Desk, appender: Appender, engine: AsyncEngine, grow: Grow, lose: Callable[[], Awaitable[None]]
) -> None:
    """A process that lives on while its database is restored meets the loss before it appends again."""
    await grow("a", "b")
    assert (await appender.append(LOG, [offer("c")])).size == 3
    async with engine.connect() as conn:
        log = await logs.get(conn, LOG)
    await sign(desk, log)
    await lose()
    async with engine.connect() as conn:
        await conn.execute(text("RESET ROLE"))
        await conn.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                 "WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )  # fmt: skip
        await conn.invalidate()
    refused: list[Exception] = []
    lost = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
    while not refused or not isinstance(refused[-1], LogClosed):
        with pytest.raises((LogClosed, *lost)) as told:
            await appender.append(LOG, [offer("d")])
        refused.append(told.value)
        assert len(refused) < 20
    assert await state(engine) == "halted"


async def test_a_copy_that_cannot_be_read_stops_appends(desk: Desk, appender: Appender, grow: Grow) -> None:
    """Where the outside copy is damaged nobody can say whether the log is whole: an operator must."""
    await sign(desk, await grow("a"))
    (desk.directory / LOG / kept.COPY).write_text("nonsense")
    with pytest.raises(LogClosed, match="no signed checkpoint"):
        await appender.append(LOG, [offer("b")])


async def test_it_looks_once_for_each_connection(engine: AsyncEngine, grow: Grow) -> None:
    """A guard costs nothing after the first append on a connection."""
    await grow("a")
    seen: list[str] = []

    async def guard(_: object, log_id: str) -> None:
        seen.append(log_id)

    appender = Appender(engine, SystemClock(), guard=guard)
    for number in range(10):
        await appender.append(LOG, [offer(f"b{number}")])
    await appender.close()
    assert 1 <= len(seen) <= 2
    assert set(seen) == {LOG}

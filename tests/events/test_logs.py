"""Logs: made once, with an id that never changes its meaning."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from events.errors import LogReserved, LogUnknown
from events.merkle import EMPTY_ROOT

pytestmark = pytest.mark.anyio


async def test_a_log_is_made_once(engine: AsyncEngine) -> None:
    """Making a log again changes neither its name nor its origin."""
    async with engine.begin() as conn:
        assert await logs.create(conn, "cn-62", name="甘肃", origin="example.org/cn-62", clock="live")
        assert not await logs.create(conn, "cn-62", name="other", origin="example.org/other", clock="live")
        log = await logs.get(conn, "cn-62")
    assert (log.name, log.origin, log.size, log.root) == ("甘肃", "example.org/cn-62", 0, EMPTY_ROOT)


@pytest.mark.parametrize("log_id", ["v1", "access", "x", "A1", "a" * 41, "a_b", "", "demo-cn-62", "é-1"])
async def test_reserved_and_malformed_ids_are_refused(engine: AsyncEngine, log_id: str) -> None:
    """Reserved words, other characters and the prefix of sample logs make no log."""
    async with engine.begin() as conn:
        with pytest.raises(LogReserved):
            await logs.create(conn, log_id, name=None, origin=None, clock="live")


async def test_an_unknown_log_is_named(engine: AsyncEngine) -> None:
    """The error of an unknown log carries its id."""
    async with engine.connect() as conn:
        with pytest.raises(LogUnknown, match="cn-99"):
            await logs.get(conn, "cn-99")

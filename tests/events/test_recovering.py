"""Whether a log is the one that was signed: what counts as smaller, as different, and what is done then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import knowledge, logs, recovering, store
from events.clock import SystemClock
from events.merkle import EMPTY_ROOT
from events.receipts import Offer
from events.recovering import Head

pytestmark = pytest.mark.anyio

Make = Callable[..., Offer]


@pytest.fixture
async def grown(engine: AsyncEngine, log: str, offer: Make) -> logs.Log:
    """A log of seven entries in three appends."""
    for ids in (("a", "b"), ("c", "d", "e"), ("f", "g")):
        async with engine.begin() as conn:
            offers = [offer("person.registered", each, person_id=each) for each in ids]
            await store.append(conn, log, offers, SystemClock())
    async with engine.connect() as conn:
        return await logs.get(conn, log)


async def test_every_size_it_had_agrees(engine: AsyncEngine, grown: logs.Log) -> None:
    """Whatever size was signed, within an append too, a log that only grew agrees with it."""
    async with engine.connect() as conn:
        for size in range(8):
            root = await knowledge.root_at(conn, grown.log_id, size)
            assert await recovering.against(conn, grown, Head(size, root)) is None


async def test_smaller_and_different_are_told_apart(engine: AsyncEngine, grown: logs.Log) -> None:
    """A larger signed size means that entries are lost, another root that they are others; both languages say it."""
    async with engine.connect() as conn:
        smaller = await recovering.against(conn, grown, Head(8, bytes(32)))
        assert smaller is not None
        assert smaller.root_there is None
        assert "has 7 entries" in smaller.en
        assert "现仅有 7 条" in smaller.zh
        for size in (0, 3, 7):
            different = await recovering.against(conn, grown, Head(size, bytes(32)))
            assert different is not None
            assert different.root_there == await knowledge.root_at(conn, grown.log_id, size)
            assert "different" in different.en
            assert "不同" in different.zh
        assert await recovering.against(conn, grown, Head(0, EMPTY_ROOT)) is None


async def test_only_an_open_log_is_halted_and_only_a_halted_one_opened(engine: AsyncEngine, log: str) -> None:
    """A sealed log stays sealed, whatever was signed of it."""
    async with engine.begin() as conn:
        assert not await recovering.reopen(conn, log)
        assert await recovering.halt(conn, log)
        assert not await recovering.halt(conn, log)
        assert await recovering.reopen(conn, log)
        await conn.execute(text("UPDATE log SET state = 'sealed' WHERE log_id = :log"), {"log": log})
        assert not await recovering.halt(conn, log)
        assert not await recovering.reopen(conn, log)
        assert (await logs.get(conn, log)).state == "sealed"

"""Logs: made once, with an id that never changes its meaning."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from events.errors import LogReserved, LogUnknown, OriginTaken
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


async def make(engine: AsyncEngine, log_id: str, origin: str | None = None) -> bool:
    """Make a log in a transaction of its own."""
    async with engine.begin() as conn:
        return await logs.create(conn, log_id, name=None, origin=origin, clock="live")


@pytest.mark.parametrize("origin", ["a.example/one", "a.example/one.index", "zeren.example/access"])
async def test_an_origin_names_one_log(engine: AsyncEngine, origin: str) -> None:
    """Neither another log's origin, nor that kept for its companion or for `access`, can be had, and no log is made."""
    assert await make(engine, "cn-62", "a.example/one")
    with pytest.raises(OriginTaken, match=origin):
        await make(engine, "cn-63", origin)
    async with engine.connect() as conn:
        assert [log.log_id for log in await logs.every(conn, service=True)] == ["cn-62"]
    assert await make(engine, "cn-63", "a.example/other")
    assert not await make(engine, "cn-63", "a.example/one"), "a log that is there is not made, nor its origin changed"


async def test_no_companion_finds_its_origin_in_use(engine: AsyncEngine) -> None:
    """A log whose companion would have the origin of another log is not made."""
    assert await make(engine, "cn-62", "a.example/one.index")
    with pytest.raises(OriginTaken, match=r"a\.example/one\.index"):
        await make(engine, "cn-63", "a.example/one")


async def test_of_logs_made_at_once_one_has_the_origin(engine: AsyncEngine) -> None:
    """Concurrent requests for one origin make one log."""
    wanted = [make(engine, f"cn-{number}", "a.example/one") for number in range(10, 15)]
    done = await asyncio.gather(*wanted, return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["OriginTaken"] * 4 + ["bool"]
    async with engine.connect() as conn:
        assert len(await logs.every(conn)) == 1


async def test_a_companion_is_named_after_its_log(engine: AsyncEngine) -> None:
    """The companion of a log with a chosen origin follows it; `access`, and what chooses none, the prefix."""
    assert await make(engine, "cn-62", "a.example/one")
    async with engine.begin() as conn:
        await logs.create(conn, "cn-63", name=None, origin=None, clock="live", prefix="b.example/x")
        for log_id in ("cn-62.index", "cn-63.index", "access"):
            assert await logs.create_service(conn, log_id, prefix="b.example/x")
            assert not await logs.create_service(conn, log_id, prefix="c.example")
        found = {log.log_id: log.origin for log in await logs.every(conn, service=True)}
    assert found == {
        "cn-62": "a.example/one",
        "cn-62.index": "a.example/one.index",
        "cn-63": "b.example/x/cn-63",
        "cn-63.index": "b.example/x/cn-63.index",
        "access": "b.example/x/access",
    }

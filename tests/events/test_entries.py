"""Entries read back: what was sent, where it stands, in order and in part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import entries, logs, store
from events.clock import SystemClock
from events.database import driver_of
from events.receipts import Appended, Offer
from events.standing import Version

pytestmark = pytest.mark.anyio

Make = Callable[..., Offer]


@pytest.fixture
async def appended(engine: AsyncEngine, log: str, offer: Make) -> Appended:
    """Seven entries: four facts, then a correction, a correction of that, and an annulment of it."""
    offers = [
        offer("person.registered", "e1", name_zh="张三"),
        offer("record.filed", "e2"),
        offer("person.registered", "e3", person_id="p2"),
        offer("record.filed", "e4"),
        offer("record.corrected", "c1"),
        offer("record.corrected", "c2", corrects_event_id="c1"),
        offer("record.annulled", "a1", annuls_event_id="c2"),
    ]
    async with engine.begin() as conn:
        return await store.append(conn, log, offers, SystemClock())


async def test_an_entry_is_what_was_sent(engine: AsyncEngine, log: str, appended: Appended, offer: Make) -> None:
    """An entry gives the event as sent, with its receipt's position, time and leaf, and who posted it."""
    async with engine.connect() as conn:
        (entry,) = await entries.at(conn, log, [0])
    sent, receipt = offer("person.registered", "e1", name_zh="张三"), appended.receipts[0]
    assert (entry.event, entry.data, entry.kept) == (sent.submission.event, sent.submission.data, sent.submission.kept)
    assert (entry.position, entry.recorded_at, entry.leaf_hash) == (0, receipt.recorded_at, receipt.leaf_hash)
    assert (entry.kind, entry.kind_version, entry.source, entry.id) == ("person.registered", 1, "urn:test", "e1")
    assert (entry.credential, entry.target_position, entry.fact_position) == ("key-1", None, 0)


@pytest.mark.parametrize(
    "query", [entries.SLICE, entries.SLICE_OF_KIND, entries.EVERY, entries.EVERY_OF_KIND, entries.LAST]
)
async def test_a_range_is_read_from_where_it_begins(
    engine: AsyncEngine, log: str, appended: Appended, query: str
) -> None:
    """Merged in order, as PostgreSQL does with a long log, no table is read before the range, and none after it."""
    async with engine.connect() as conn:
        driver = await driver_of(conn)
        for way in ("nestloop", "hashjoin", "seqscan", "bitmapscan"):
            await driver.execute(f"SET LOCAL enable_{way} = off")
        values = [log, 3, 5, 100, *([["record.filed", "record.corrected"]] if "$5" in query else [])]
        told = await driver.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", *values)
    scans = list(scans_in(told[0]["Plan"]))
    assert {scan["Relation Name"] for scan in scans} >= {"event", "payload"}
    assert [scan for scan in scans if scan["Actual Rows"] > 2] == []


def scans_in(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The parts of a plan that read tables."""
    if "Relation Name" in plan:
        yield plan
    for part in plan.get("Plans", []):
        yield from scans_in(part)


async def test_slices(engine: AsyncEngine, log: str, appended: Appended) -> None:
    """A slice holds the entries at [first, end) in order, no more than its limit, of the kinds asked for."""
    async with engine.connect() as conn:
        slices = [
            await entries.between(conn, log, 0, 7, limit=100),
            await entries.between(conn, log, 2, 4, limit=100),
            await entries.between(conn, log, 1, 7, limit=2),
            await entries.between(conn, log, 5, 99, limit=100),
            await entries.between(conn, log, 7, 9, limit=100),
            await entries.between(conn, log, 0, 7, limit=100, kinds=["record.filed"]),
            await entries.between(conn, log, 0, 7, limit=2, kinds=["record.annulled", "person.registered"]),
            await entries.between(conn, log, 0, 7, limit=100, kinds=["no.kind"]),
        ]
    assert [[entry.position for entry in each] for each in slices] == [
        [*range(7)], [2, 3], [1, 2], [5, 6], [], [1, 3], [0, 2], [],
    ]  # fmt: skip


@pytest.mark.parametrize("chunk", [1, 3, 7, 100])
async def test_stream(engine: AsyncEngine, log: str, appended: Appended, chunk: int) -> None:
    """A stream holds every entry once, in order, however it is cut, and ends at the end of the log."""
    async with engine.connect() as conn:
        for first, end in ((0, 7), (2, 6), (3, 50), (7, 9), (4, 4)):
            chunks = [each async for each in entries.stream(conn, log, first, end, chunk=chunk)]
            assert [entry.position for each in chunks for entry in each] == list(range(first, min(end, 7)))
            assert all(1 <= len(each) <= chunk for each in chunks)


async def test_entries_at_positions(engine: AsyncEngine, log: str, appended: Appended) -> None:
    """Entries at given positions come in order; positions the log does not have are left out."""
    async with engine.connect() as conn:
        assert [entry.position for entry in await entries.at(conn, log, [5, 0, 99, 3])] == [0, 3, 5]
        assert await entries.at(conn, log, []) == []


async def test_versions(engine: AsyncEngine, log: str, appended: Appended) -> None:
    """The versions of a fact are all corrections and annulments about it below a size, those of others left out."""
    async with engine.connect() as conn:
        everything = await entries.versions(conn, log, [0, 1], 7)
        earlier = await entries.versions(conn, log, [0], 5)
        none = await entries.versions(conn, log, [2, 3], 7)
    assert [entry.version for entry in everything] == [
        Version(4, "record.corrected", 0),
        Version(5, "record.corrected", 4),
        Version(6, "record.annulled", 5),
    ]
    assert {entry.fact_position for entry in everything} == {0}
    assert [entry.position for entry in earlier] == [4]
    assert none == []


async def test_logs_do_not_see_each_other(engine: AsyncEngine, log: str, appended: Appended, offer: Make) -> None:
    """The same event in another log is another entry; nothing of one is read in the other."""
    async with engine.begin() as conn:
        await logs.create(conn, "cn-63", name=None, origin=None, clock="live")
        other = await store.append(conn, "cn-63", [offer("record.filed", "e1")], SystemClock())
        assert other.receipts[0].status == "appended"
        assert [entry.kind for entry in await entries.at(conn, "cn-63", [0, 1, 2])] == ["record.filed"]
        assert await entries.versions(conn, "cn-63", [0], 9) == []

"""The appender: concurrent requests share transactions, and each gets its own receipts."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import appender, logs, store
from events.appender import NOTIFY_SECONDS, Appender
from events.clock import SystemClock
from events.database import open_engine
from events.errors import LogUnknown
from events.item_errors import IdTaken
from events.merkle import Frontier
from events.receipts import Appended, Offer
from tests.events.trees import root_of
from tests.patience import HANG_SECONDS, until

pytestmark = pytest.mark.anyio

Make = Callable[..., Offer]


async def rows(engine: AsyncEngine, statement: str) -> list[Any]:
    """The rows of a statement."""
    async with engine.connect() as conn:
        return list(await conn.execute(text(statement)))


async def check_log(engine: AsyncEngine, log: str) -> list[Any]:
    """Hold every invariant of a log against its rows; its entries."""
    entries = await rows(engine, "SELECT * FROM event ORDER BY position")
    transactions = await rows(engine, "SELECT * FROM append_tx ORDER BY size")
    async with engine.connect() as conn:
        head = await logs.get(conn, log)
    leaves = [bytes(entry.leaf_hash) for entry in entries]
    assert [entry.position for entry in entries] == list(range(len(entries)))
    assert (head.size, head.root) == (len(entries), root_of(leaves))
    assert [each.first_position for each in transactions] == [0, *(each.size for each in transactions)][:-1]
    assert transactions[-1].size == head.size
    assert all(one.recorded_at < other.recorded_at for one, other in pairwise(transactions))
    frontier = Frontier()
    for each in transactions:
        for leaf in leaves[each.first_position : each.size]:
            frontier.append(leaf)
        assert (bytes(each.root), bytes(each.frontier)) == (root_of(leaves[: each.size]), frontier.pack())
        assert {entry.recorded_at for entry in entries[each.first_position : each.size]} == {each.recorded_at}
    return entries


async def test_many_appenders_on_two_engines(engine: AsyncEngine, database_url: str, log: str, offer: Make) -> None:
    """32 appenders at once lose and double nothing: positions, receipts, stamps, roots and frontiers all agree.

    Every appender sends events of its own and events that others send too, some with other content.
    """
    second = open_engine(database_url)
    dice = random.Random(32)

    async def work(number: int) -> list[tuple[list[Offer], Appended]]:
        own = Appender((engine, second)[number % 2], SystemClock())
        done = []
        for turn in range(5):
            offers = [offer("record.filed", f"own-{number}-{turn}-{index}") for index in range(dice.randint(1, 6))]
            offers.append(offer("record.filed", f"shared-{turn}"))
            offers.append(offer("record.filed", f"contested-{turn}", record_id=f"r{number % 3}"))
            dice.shuffle(offers)
            done.append((offers, await own.append(log, offers)))
        await own.close()
        return done

    try:
        answered = [each for done in await asyncio.gather(*(work(number) for number in range(32))) for each in done]
    finally:
        await second.dispose()
    entries = await check_log(engine, log)
    by_id = {entry.id: entry for entry in entries}
    assert len(by_id) == len(entries)
    appended: list[int] = []
    for offers, answer in answered:
        assert len(offers) == len(answer.receipts)
        for sent, receipt in zip(offers, answer.receipts, strict=True):
            entry = by_id[sent.submission.id]
            assert (receipt.id, receipt.source) == (sent.submission.id, "urn:test")
            if receipt.status == "rejected":
                assert isinstance(receipt.problem, IdTaken)
                assert receipt.problem.values["differs"] == ["/data/record_id"]
                assert receipt.problem.values["position"] == entry.position
                continue
            assert (receipt.position, receipt.recorded_at) == (entry.position, entry.recorded_at)
            assert receipt.leaf_hash == bytes(entry.leaf_hash)
            assert entry.position < answer.size
            if receipt.status == "appended":
                appended.append(entry.position)
    assert sorted(appended) == list(range(len(entries)))
    assert {entry.id for entry in entries} == {sent.submission.id for offers, _ in answered for sent in offers}


async def test_requests_share_transactions(engine: AsyncEngine, log: str, offer: Make) -> None:
    """What arrives while a transaction is under way shares the next one, and each caller gets its own receipts."""
    shared = Appender(engine, SystemClock())
    requests = [[offer("record.filed", f"e{number}-{index}") for index in range(number % 4)] for number in range(200)]
    answers = await asyncio.gather(*(shared.append(log, offers) for offers in requests))
    assert [[receipt.id for receipt in answer.receipts] for answer in answers] == [
        [each.submission.id for each in offers] for offers in requests
    ]
    positions = [receipt.position for answer in answers for receipt in answer.receipts]
    assert positions == list(range(300))
    await check_log(engine, log)
    assert len(await rows(engine, "SELECT * FROM append_tx")) <= 3
    await shared.close()


async def test_a_transaction_has_a_limit(
    engine: AsyncEngine, log: str, offer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests are put together up to the limit; one request is never cut, however large."""
    monkeypatch.setattr(appender, "MAX_TOGETHER", 10)
    shared = Appender(engine, SystemClock())
    sizes = [1, 4, 6, 25, 5, 5, 1]
    requests = [[offer("record.filed", f"e{n}-{i}") for i in range(size)] for n, size in enumerate(sizes)]
    await asyncio.gather(*(shared.append(log, offers) for offers in requests))
    await shared.close()
    assert [row.size for row in await rows(engine, "SELECT size FROM append_tx ORDER BY 1")] == [5, 11, 36, 46, 47]


async def test_receipts_are_durable_when_they_are_given(engine: AsyncEngine, log: str, offer: Make) -> None:
    """Another connection sees the entry as soon as its receipt is there."""
    shared = Appender(engine, SystemClock())
    for number in range(10):
        (receipt,) = (await shared.append(log, [offer("record.filed", f"e{number}")])).receipts
        found = await rows(engine, f"SELECT id FROM event WHERE position = {receipt.position}")
        assert [row.id for row in found] == [f"e{number}"]
    await shared.close()


async def test_a_failure_is_told_to_everyone_and_to_no_other_log(engine: AsyncEngine, log: str, offer: Make) -> None:
    """A log that refuses fails its own requests, all of them; the appender goes on with other logs and later ones."""
    shared = Appender(engine, SystemClock())
    one = [offer("record.filed", "e1")]
    answers = await asyncio.gather(
        *(shared.append("cn-99", one) for _ in range(3)), shared.append(log, one), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [LogUnknown, LogUnknown, LogUnknown, Appended]
    async with engine.begin() as conn:
        await logs.create(conn, "cn-99", name=None, origin=None, clock="live")
    assert (await shared.append("cn-99", one)).receipts[0].status == "appended"
    await shared.close()


async def test_a_lost_connection_fails_the_request_alone(
    engine: AsyncEngine, log: str, offer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unexpected failure reaches the caller, leaves nothing behind, and sending it again is safe."""
    shared = Appender(engine, SystemClock())
    real = store.append

    async def fail(*args: Any, **named: Any) -> Appended:
        await real(*args, **named)
        raise ConnectionResetError

    monkeypatch.setattr(store, "append", fail)
    with pytest.raises(ConnectionResetError):
        await shared.append(log, [offer("record.filed", "e1")])
    monkeypatch.setattr(store, "append", real)
    assert await rows(engine, "SELECT * FROM event") == []
    (receipt,) = (await shared.append(log, [offer("record.filed", "e1")])).receipts
    assert (receipt.status, receipt.position) == ("appended", 0)
    await shared.close()


async def test_a_caller_that_went_away(engine: AsyncEngine, log: str, offer: Make) -> None:
    """A cancelled caller takes nothing from the others, and may ask again for its first receipt."""
    shared = Appender(engine, SystemClock())
    tasks = [asyncio.create_task(shared.append(log, [offer("record.filed", f"e{number}")])) for number in range(10)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(answer, Appended) for answer in answers] == [False, True] * 5
    await shared.close()
    entries = await check_log(engine, log)
    again = await shared.append(log, [offer("record.filed", f"e{number}") for number in range(10)])
    assert len(again.receipts) == 10
    assert {receipt.position for receipt in again.receipts} == set(range(10))
    assert sum(receipt.status == "duplicate" for receipt in again.receipts) == len(entries)
    await shared.close()


async def test_dry_run(engine: AsyncEngine, log: str, offer: Make) -> None:
    """A dry run answers as an append would, writes nothing and wakes nobody."""
    shared = Appender(engine, SystemClock())
    said = await shared.dry_run(log, [offer("record.filed", "e1"), offer("record.filed", "e1")])
    assert [receipt.status for receipt in said.receipts] == ["accepted", "duplicate"]
    assert [receipt.leaf_hash for receipt in said.receipts] == [None, None]
    assert (said.size, await rows(engine, "SELECT * FROM event")) == (0, [])
    assert (await shared.append(log, [offer("record.filed", "e1")])).receipts[0].position == 0
    await shared.close()


async def test_runners_are_woken(engine: AsyncEngine, database_url: str, log: str, offer: Make) -> None:
    """After the commit the log's id is sent on the channel, and by then the entry can be read."""
    woken: asyncio.Queue[str] = asyncio.Queue()
    listener = await asyncpg.connect(database_url)
    await listener.add_listener("zeren_appended", lambda _c, _p, _n, payload: woken.put_nowait(payload))
    shared = Appender(engine, SystemClock())
    await shared.append(log, [offer("record.filed", "e1")])
    assert await asyncio.wait_for(woken.get(), HANG_SECONDS) == log
    assert len(await rows(engine, "SELECT * FROM event")) == 1
    await shared.close()
    await listener.close()


async def test_what_need_not_be_flushed(
    engine: AsyncEngine, log: str, offer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An append that need not wait for the disk does not, unless it shares its transaction with one that must."""
    seen: list[tuple[list[str], str]] = []
    real = store.append

    async def watched(conn: AsyncConnection, *args: Any, **named: Any) -> Appended:
        ids = [each.submission.id for each in args[1]]
        seen.append((ids, (await conn.execute(text("SHOW synchronous_commit"))).scalar_one()))
        return await real(conn, *args, **named)

    monkeypatch.setattr(store, "append", watched)
    shared = Appender(engine, SystemClock())
    asked = [("a", False), ("b", False), ("c", True), ("d", False)]
    for index, (name, flushed) in enumerate(asked):
        await shared.append(log, [offer("record.filed", f"{name}{index}")], flushed=flushed)
    together = (shared.append(log, [offer("record.filed", name)], flushed=flushed) for name, flushed in asked)
    alone = [shared.append(log, [offer("record.filed", name)], flushed=False) for name in ("x", "y")]
    await asyncio.gather(*together)
    await asyncio.gather(*alone)
    await shared.close()
    assert seen == [
        (["a0"], "off"), (["b1"], "off"), (["c2"], "on"), (["d3"], "off"),
        (["a", "b", "c", "d"], "on"), (["x", "y"], "off"),
    ]  # fmt: skip
    assert len(await check_log(engine, log)) == 10


async def test_what_the_log_has_is_found_without_a_look_up_each_time(
    engine: AsyncEngine, log: str, offer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Offers are taken for new until the key of ids refuses one; then, and while that goes on, they are looked up."""
    asked: list[bool] = []
    real = store.append

    async def watched(*args: Any, **named: Any) -> Appended:
        asked.append(named["unseen"])
        return await real(*args, **named)

    monkeypatch.setattr(store, "append", watched)
    shared = Appender(engine, SystemClock())

    async def send(*ids: str, **data: Any) -> list[tuple[str, int | None]]:
        appended = await shared.append(log, [offer("record.filed", each, **data) for each in ids])
        return [(receipt.status, receipt.position) for receipt in appended.receipts]

    many = [f"m{number}" for number in range(100)]
    assert await send("a", "b") == [("appended", 0), ("appended", 1)]
    assert await send(*many) == [("appended", 2 + number) for number in range(100)]
    assert asked == [True, True]
    assert await send("c", "a", "c") == [("appended", 102), ("duplicate", 0), ("duplicate", 102)]
    assert asked == [True, True, True, False]
    assert await send(*many, "d") == [*(("duplicate", 2 + number) for number in range(100)), ("appended", 103)]
    assert await send("a", record_id="other") == [("rejected", None)]
    assert await send("e") == [("appended", 104)]
    assert asked[4:] == [False, False, False]
    assert await send("f") == [("appended", 105)]
    assert asked[7:] == [True]
    await shared.close()
    assert len(await check_log(engine, log)) == 106


async def test_runners_are_woken_at_intervals(engine: AsyncEngine, database_url: str, log: str, offer: Make) -> None:
    """However fast entries come, a log's runners are told at intervals only, and told of the last one."""
    told: list[float] = []
    listener = await asyncpg.connect(database_url)
    await listener.add_listener("zeren_appended", lambda *_: told.append(asyncio.get_running_loop().time()))
    shared = Appender(engine, SystemClock())
    began = last = asyncio.get_running_loop().time()
    for number in range(40):
        last = asyncio.get_running_loop().time()
        await shared.append(log, [offer("record.filed", f"e{number}")])
    await until(lambda: told and told[-1] >= last)
    await asyncio.sleep(5 * NOTIFY_SECONDS)
    await shared.close()
    await listener.close()
    assert len(told) <= 3 + (told[-1] - began) / NOTIFY_SECONDS

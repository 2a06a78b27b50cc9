"""The append: what each offer of a batch is answered, and what is written."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs, store
from events.clock import ScriptedClock, SystemClock
from events.errors import LogClosed, LogUnknown, SampleLog
from events.item_errors import IdTaken, TargetUnknown
from events.leaf import PayloadDigests, header_digest, leaf_record, sm3
from events.merkle import leaf_hash
from events.receipts import Appended, Offer
from tests.events.trees import root_of

pytestmark = pytest.mark.anyio

Make = Callable[..., Offer]
TABLES = ("event", "payload", "event_id", "append_tx", "tile")


async def append(engine: AsyncEngine, log: str, *offers: Offer, dry_run: bool = False) -> Appended:
    """Append in a transaction of its own."""
    async with engine.begin() as conn:
        return await store.append(conn, log, offers, SystemClock(), dry_run=dry_run)


async def rows(engine: AsyncEngine, statement: str) -> list[Any]:
    """The rows of a statement."""
    async with engine.connect() as conn:
        return list(await conn.execute(text(statement)))


async def test_an_event_is_appended(engine: AsyncEngine, log: str, offer: Make) -> None:
    """The first event of a log takes position 0, and its receipt carries id, source, time and leaf."""
    appended = await append(engine, log, offer("record.filed", "e1", "urn:a"))
    (receipt,) = appended.receipts
    assert (appended.size, receipt.status, receipt.id, receipt.source) == (1, "appended", "e1", "urn:a")
    (row,) = await rows(engine, "SELECT * FROM event")
    assert (receipt.position, receipt.recorded_at, receipt.leaf_hash) == (0, row.recorded_at, bytes(row.leaf_hash))
    assert receipt.problem is None


async def test_a_batch_keeps_its_order(engine: AsyncEngine, log: str, offer: Make) -> None:
    """A batch takes consecutive positions in the order offered, under one stamp."""
    appended = await append(engine, log, *(offer("record.filed", f"e{9 - index}") for index in range(10)))
    assert [receipt.position for receipt in appended.receipts] == list(range(10))
    assert [receipt.id for receipt in appended.receipts] == [f"e{9 - index}" for index in range(10)]
    assert len({receipt.recorded_at for receipt in appended.receipts}) == 1
    async with engine.connect() as conn:
        head = await logs.get(conn, log)
    assert (head.size, head.recorded_at) == (10, appended.receipts[0].recorded_at)


async def test_nothing_offered(engine: AsyncEngine, log: str) -> None:
    """An empty append writes nothing."""
    assert await append(engine, log) == Appended(0, [])
    assert await rows(engine, "SELECT * FROM append_tx") == []


async def test_the_same_again_is_answered_with_the_first_receipt(engine: AsyncEngine, log: str, offer: Make) -> None:
    """Sent again, in another batch or the same, an event gives its first receipt and takes no position."""
    first = (await append(engine, log, offer("record.filed", "e1"))).receipts[0]
    again = await append(
        engine, log, offer("record.filed", "e1"), offer("record.filed", "e2"), offer("record.filed", "e2")
    )
    assert again.receipts[0] == replace(first, status="duplicate")
    assert [receipt.status for receipt in again.receipts] == ["duplicate", "appended", "duplicate"]
    assert again.receipts[2] == replace(again.receipts[1], status="duplicate")
    assert again.size == 2


async def test_duplicates_alone_write_nothing(engine: AsyncEngine, log: str, offer: Make) -> None:
    """A batch of duplicates makes no append transaction."""
    await append(engine, log, offer("record.filed", "e1"))
    await append(engine, log, offer("record.filed", "e1"))
    assert len(await rows(engine, "SELECT * FROM append_tx")) == 1


async def test_the_same_id_with_other_content_is_a_conflict(engine: AsyncEngine, log: str, offer: Make) -> None:
    """Other content under an id that is taken is rejected, naming where it differs and what it would replace."""
    await append(engine, log, offer("person.registered", "e1", name_zh="张三"))
    (receipt,) = (await append(engine, log, offer("person.registered", "e1", name_zh="李四"))).receipts
    assert isinstance(receipt.problem, IdTaken)
    assert receipt.problem.values == {"source": "urn:test", "id": "e1", "position": 0, "differs": ["/data/name_zh"]}
    assert (receipt.status, receipt.position, receipt.recorded_at, receipt.leaf_hash) == ("rejected", None, None, None)


async def test_conflict_within_a_batch(engine: AsyncEngine, log: str, offer: Make) -> None:
    """Of two contents under one id in a batch the first is appended and the second rejected."""
    offers = [offer("record.filed", "e1"), offer("record.filed", "e1", kind="x"), offer("person.registered", "e1")]
    receipts = (await append(engine, log, *offers)).receipts
    assert [receipt.status for receipt in receipts] == ["appended", "rejected", "rejected"]
    problems = [receipt.problem for receipt in receipts[1:]]
    assert all(isinstance(problem, IdTaken) for problem in problems)
    assert [problem.values["differs"] for problem in problems if problem is not None] == [
        ["/data/kind"],
        ["/data/filed_on", "/data/name_zh", "/data/person_id", "/data/record_id", "/type"],
    ]


async def test_sources_have_ids_of_their_own(engine: AsyncEngine, log: str, offer: Make) -> None:
    """The same id from another source is another event."""
    receipts = (await append(engine, log, offer("record.filed", "e1"), offer("record.filed", "e1", "urn:b"))).receipts
    assert [receipt.position for receipt in receipts] == [0, 1]


async def test_a_rejected_event_burns_no_position(engine: AsyncEngine, log: str, offer: Make) -> None:
    """What is rejected leaves its neighbours alone and leaves no hole."""
    offers = [
        offer("record.filed", "e1"),
        offer("record.annulled", "a1", annuls_event_id="nothing"),
        offer("record.filed", "e1", kind="other"),
        offer("record.filed", "e2"),
    ]
    appended = await append(engine, log, *offers)
    assert [receipt.position for receipt in appended.receipts] == [0, None, None, 1]
    assert isinstance(appended.receipts[1].problem, TargetUnknown)
    assert appended.size == 2
    assert [row.position for row in await rows(engine, "SELECT position FROM event ORDER BY 1")] == [0, 1]


async def test_a_rejected_event_may_be_sent_again(engine: AsyncEngine, log: str, offer: Make) -> None:
    """A rejection records nothing: once its target is there the very same correction is appended."""
    correction = offer("record.corrected", "c1", corrects_event_id="e1")
    assert (await append(engine, log, correction)).receipts[0].status == "rejected"
    receipts = (await append(engine, log, offer("person.registered", "e1"), correction)).receipts
    assert [receipt.status for receipt in receipts] == ["appended", "appended"]


async def test_a_rolled_back_append_leaves_no_hole(engine: AsyncEngine, log: str, offer: Make) -> None:
    """What was not committed took no position, and may be appended later."""
    async with engine.connect() as conn:
        lost = await store.append(conn, log, [offer("record.filed", "e1")], SystemClock())
        await conn.rollback()
    assert lost.receipts[0].position == 0
    assert (await append(engine, log, offer("record.filed", "e2"))).receipts[0].position == 0
    assert (await append(engine, log, offer("record.filed", "e1"))).receipts[0].status == "appended"


async def test_dry_run_writes_nothing(engine: AsyncEngine, log: str, offer: Make) -> None:
    """A dry run decides as an append would, says `accepted` without a position, and leaves every table as it was."""
    await append(engine, log, offer("person.registered", "e1"))
    before = [await rows(engine, f"SELECT * FROM {table}") for table in (*TABLES, "log")]
    offers = [
        offer("record.filed", "e2"),
        offer("person.registered", "e1"),
        offer("person.registered", "e1", name_zh="李四"),
        offer("record.corrected", "c1"),
        offer("record.annulled", "a1", annuls_event_id="c1"),
        offer("record.annulled", "a2", annuls_event_id="nothing"),
    ]
    said = await append(engine, log, *offers, dry_run=True)
    statuses = ["accepted", "duplicate", "rejected", "accepted", "accepted", "rejected"]
    assert [receipt.status for receipt in said.receipts] == statuses
    assert [receipt.position for receipt in said.receipts] == [None, 0, None, None, None, None]
    assert said.size == 1
    assert [await rows(engine, f"SELECT * FROM {table}") for table in (*TABLES, "log")] == before


async def test_logs_that_take_nothing(engine: AsyncEngine, log: str, sample_log: str, offer: Make) -> None:
    """Unknown logs, sealed and halted logs, and logs of the other clock refuse the whole append."""
    one = [offer("record.filed", "e1")]
    async with engine.begin() as conn:
        with pytest.raises(LogUnknown, match="cn-99"):
            await store.append(conn, "cn-99", one, SystemClock())
        with pytest.raises(SampleLog, match=sample_log):
            await store.append(conn, sample_log, one, SystemClock())
        with pytest.raises(SampleLog, match=log):
            await store.append(conn, log, one, ScriptedClock(SystemClock().now()))
        for state in ("sealed", "halted"):
            await conn.execute(text("UPDATE log SET state = :state"), {"state": state})
            with pytest.raises(LogClosed, match=state):
                await store.append(conn, log, one, SystemClock())
    assert [await rows(engine, f"SELECT * FROM {table}") for table in TABLES] == [[]] * len(TABLES)


async def test_rows_hold_what_the_leaf_was_made_of(engine: AsyncEngine, log: str, offer: Make) -> None:
    """From the stored row alone the digests, the leaf and the root can be computed again; every salt is its own."""
    sent = [offer("person.registered", f"e{index}", "urn:\u7532", name_zh=f"\U00020000{index}") for index in range(5)]
    await append(engine, log, *sent[:2])
    await append(engine, log, *sent[2:])
    joined = await rows(engine, "SELECT * FROM event JOIN payload USING (log_id, position) ORDER BY position")
    leaves = []
    for row, made in zip(joined, sent, strict=True):
        assert bytes(row.kept) == made.submission.kept
        salted = bytes(row.salt_p) + bytes(row.kept)
        digests = PayloadDigests(hashlib.sha256(salted).digest(), sm3(salted))
        assert (bytes(row.payload_sha256), bytes(row.payload_sm3)) == (digests.sha256, digests.sm3)
        header = header_digest(
            bytes(row.salt_h), source=row.source, event_id=row.id, kind=row.kind, kind_version=row.kind_version
        )
        leaves.append(leaf_hash(leaf_record(log, row.position, row.recorded_at, header, digests)))
        assert bytes(row.leaf_hash) == leaves[-1]
        assert (row.envelope, row.signatures, row.encryption_key_id) == (None, None, None)
    salts = {bytes(salt) for row in joined for salt in (row.salt_h, row.salt_p)}
    assert len(salts) == 10
    assert {len(salt) for salt in salts} == {16}
    async with engine.connect() as conn:
        assert (await logs.get(conn, log)).root == root_of(leaves)


async def test_append_rows(engine: AsyncEngine, log: str, offer: Make) -> None:
    """Every append transaction leaves one row: its range, its stamp, and the root and frontier after it."""
    for first, count in ((0, 3), (3, 1), (4, 5)):
        await append(engine, log, *(offer("record.filed", f"e{first + index}") for index in range(count)))
    leaves = [bytes(row.leaf_hash) for row in await rows(engine, "SELECT leaf_hash FROM event ORDER BY position")]
    recorded = await rows(engine, "SELECT * FROM append_tx ORDER BY size")
    assert [(row.first_position, row.size) for row in recorded] == [(0, 3), (3, 4), (4, 9)]
    assert [bytes(row.root) for row in recorded] == [root_of(leaves[: row.size]) for row in recorded]
    assert [len(row.frontier) for row in recorded] == [2 * 32, 32, 2 * 32]


async def test_the_longest_identity_fits(engine: AsyncEngine, offer: Make) -> None:
    """The longest log id, source and id that the door accepts, of the widest characters, fit the index."""
    dice = random.Random(62)
    widest = "".join(chr(dice.randrange(0x20000, 0x2A6D0)) for _ in range(632))
    log = "l" * 40
    async with engine.begin() as conn:
        await logs.create(conn, log, name=None, origin=None, clock="live")
    made = offer("record.filed", widest[:120], widest[120:])
    assert (await append(engine, log, made)).receipts[0].status == "appended"
    assert (await append(engine, log, made)).receipts[0].status == "duplicate"

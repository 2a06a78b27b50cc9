"""The one way into a log: lock, look up, decide, insert, commit.

Positions are counted by the log's own row, locked to the end of the transaction, so they are
contiguous and in commit order even after a rollback. Every event of a batch is decided by itself:
one that is refused never aborts its neighbours or burns a position.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from events.batch import Batch
from events.canonical import differences, read_json
from events.clock import TICK, Clock, ScriptedClock
from events.database import driver_of
from events.errors import ClockStopped, IdTaken, ItemError, LogClosed, LogUnknown, SampleLog
from events.merkle import Frontier
from events.receipts import Appended, Offer, Receipt
from events.targets import About, Known, aim

MAX_DRIFT: Final = timedelta(seconds=5)

_Known = Mapping[tuple[str, str], Known]
"""Entries by source and id."""

LOCK: Final = """
    SELECT locked.*, clock_timestamp() AS database_now, to_regproc('citus_version') IS NOT NULL AS sharded
    FROM (SELECT state, clock, size, recorded_at, frontier FROM log WHERE log_id = $1 FOR UPDATE) locked
"""
"""The database's time is read outside the locking scan: inside it would be from before a wait for the lock."""
LOOK_UP: Final = """
    SELECT w.source, w.id, e.position, e.recorded_at, e.leaf_hash, e.kind, e.target_position, e.fact_position
    FROM unnest($2::text[], $3::text[]) AS w (source, id),
    LATERAL (SELECT position FROM event_id WHERE log_id = $1 AND source = w.source AND id = w.id OFFSET 0) i,
    LATERAL (
        SELECT position, recorded_at, leaf_hash, kind, target_position, fact_position
        FROM event WHERE log_id = $1 AND position = i.position OFFSET 0
    ) e
"""
"""OFFSET 0 keeps each look-up by its key: a join would read a whole table while it is not analysed."""
ABOUT: Final = "SELECT kind, source FROM event WHERE log_id = $1 AND position = $2"
KEPT_AT: Final = "SELECT kept FROM payload WHERE log_id = $1 AND position = $2"


async def append(
    conn: AsyncConnection,
    log_id: str,
    offers: Sequence[Offer],
    clock: Clock,
    *,
    dry_run: bool = False,
    unseen: bool = False,
) -> Appended:
    """Append what may be appended, in order, inside the caller's transaction.

    The receipts are durable once that transaction has committed. Raises LogUnknown, LogClosed,
    SampleLog or ClockStopped, and then nothing is written.

    Offers may be taken for `unseen`, which saves their look-up: where the log has one of them after all,
    the key of `event_id` refuses it (asyncpg.UniqueViolationError), and nothing is left but to roll back
    and to append once more, not `unseen`.
    """
    raw = await driver_of(conn)
    row = await raw.fetchrow(LOCK, log_id)
    if row is None:
        raise LogUnknown(log=log_id)
    state, kind_of_clock, size, last, frontier, database_now, sharded = row
    if state != "open":
        raise LogClosed(log=log_id, state=state)
    if (kind_of_clock == "scripted") != isinstance(clock, ScriptedClock):
        raise SampleLog(log=log_id)
    batch = Batch(log_id, _stamp(clock, last, database_now), Frontier.unpack(size, frontier), offers)
    sealing = None if dry_run else batch.begin()
    try:
        receipts = await _decide_all(raw, batch, offers, unseen=unseen)
        if dry_run:
            said = [_as_dry_run(receipt, size) for receipt in receipts]
            return Appended(size, said)
        if batch.size > size:
            await batch.write(raw, sharded=sharded, sealing=sealing)
    finally:
        if sealing is not None:
            sealing.cancel()
    for receipt in receipts:
        if receipt.position is not None and receipt.position >= size:
            receipt.leaf_hash = batch.leaves[receipt.position - size]
    return Appended(batch.size, receipts)


def _stamp(clock: Clock, last: datetime | None, database_now: datetime) -> datetime:
    now = clock.now()
    if last is not None and now < last - MAX_DRIFT:
        late = (last - now).total_seconds()
        raise ClockStopped(
            why_zh=f"本机时钟比上一条记录的时间早 {late:.0f} 秒", why_en=f"it is {late:.0f} s behind the last entry"
        )
    if not isinstance(clock, ScriptedClock) and abs(now - database_now) > MAX_DRIFT:
        off = (now - database_now).total_seconds()
        raise ClockStopped(why_zh=f"本机时钟与数据库相差 {off:.0f} 秒", why_en=f"it is {off:.0f} s off the database's")
    return now if last is None else max(now, last + TICK)


async def _look_up(raw: asyncpg.Connection, log_id: str, wanted: Collection[tuple[str, str]]) -> _Known:
    """The entries that bear one of these sources and ids."""
    if not wanted:
        return {}
    rows = await raw.fetch(LOOK_UP, log_id, [source for source, _ in wanted], [event_id for _, event_id in wanted])
    return {(row["source"], row["id"]): Known(*tuple(row)[2:]) for row in rows}


async def _decide_all(raw: asyncpg.Connection, batch: Batch, offers: Sequence[Offer], *, unseen: bool) -> list[Receipt]:
    """The receipts of offers in order; what names a target is never taken for unseen, for it may be refused."""
    asked = [each for offer in offers if (each := offer.submission).target is not None or not unseen]
    wanted = {(sent.source, sent.id) for sent in asked}
    wanted |= {(target.source, target.id) for sent in asked if (target := sent.target) is not None}
    known = await _look_up(raw, batch.log_id, wanted)
    receipts = []
    for index, offer in enumerate(offers):
        sent = offer.submission
        if sent.target is None and (key := (sent.source, sent.id)) not in known and key not in batch.positions:
            receipts.append(batch.add(index))
        else:
            receipts.append(await _decide(raw, batch, known, index, offer))
    return receipts


async def _decide(raw: asyncpg.Connection, batch: Batch, known: _Known, index: int, offer: Offer) -> Receipt:
    sent, target = offer.submission, offer.submission.target
    try:
        before = known.get((sent.source, sent.id)) or batch.known(sent.source, sent.id)
        if before is not None:
            return await _again(raw, batch, offer, before)
        aimed = None
        if target is not None:
            named = known.get((target.source, target.id)) or batch.known(target.source, target.id)
            fact = await _about(raw, batch, named) if named is not None else None
            aimed = aim(offer, named, fact)
    except ItemError as problem:
        return Receipt(sent.id, sent.source, "rejected", problem=problem)
    return batch.add(index, aimed)


async def _about(raw: asyncpg.Connection, batch: Batch, named: Known) -> About:
    """The fact that a named event is about."""
    added = batch.submission(named.fact_position)
    if added is not None:
        return About(added.kind, added.source)
    return About(*await raw.fetchrow(ABOUT, batch.log_id, named.fact_position))


async def _again(raw: asyncpg.Connection, batch: Batch, offer: Offer, before: Known) -> Receipt:
    """The first receipt where the same was sent before. Raises IdTaken where it was not."""
    sent, added = offer.submission, batch.submission(before.position)
    kept = added.kept if added is not None else await raw.fetchval(KEPT_AT, batch.log_id, before.position)
    if kept != sent.kept:
        differs = list(differences(read_json(kept), dict(sent.event)))
        raise IdTaken(source=sent.source, id=sent.id, position=before.position, differs=differs)
    return Receipt(sent.id, sent.source, "duplicate", before.position, before.recorded_at, before.leaf_hash)


def _as_dry_run(receipt: Receipt, size: int) -> Receipt:
    """The receipt without a position that the log does not have yet."""
    if receipt.position is None or receipt.position < size:
        return receipt
    return Receipt(receipt.id, receipt.source, "accepted" if receipt.status == "appended" else receipt.status)

"""The one way into a log: lock, look up, decide, insert, commit.

Positions are counted by the log's own row, locked to the end of the transaction, so they are
contiguous and in commit order even after a rollback. Every event of a batch is decided by itself:
one that is refused never aborts its neighbours or burns a position. Writes the tables `event`,
`payload`, `event_id`, `append_tx`, `tile` and the counters of `log`; nothing else does.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.canonical import differences, read_json
from events.clock import TICK, Clock, ScriptedClock
from events.entries import leaf_hashes
from events.errors import ClockStopped, IdTaken, ItemError, LogClosed, LogUnknown, SampleLog
from events.leaf import SALT_SIZE, PayloadDigests, header_digest, leaf_of
from events.merkle import TILE_WIDTH, Frontier, tile_root
from events.receipts import Appended, Offer, Receipt
from events.targets import About, Known, Named, aim

MAX_DRIFT: Final = timedelta(seconds=5)

LOCK: Final = text(
    """
    SELECT locked.*, clock_timestamp() AS database_now
    FROM (SELECT state, clock, size, recorded_at, frontier FROM log WHERE log_id = :log_id FOR UPDATE) locked
    """
)
"""The database's time is read outside the locking scan: inside it would be from before a wait for the lock."""
LOOK_UP: Final = text(
    """
    SELECT i.source, i.id, e.position, e.recorded_at, e.leaf_hash, e.kind, e.target_position, e.fact_position
    FROM unnest(CAST(:sources AS text[]), CAST(:ids AS text[])) AS w (source, id)
    JOIN event_id i ON i.log_id = :log_id AND i.source = w.source AND i.id = w.id
    JOIN event e ON e.log_id = :log_id AND e.position = i.position
    """
)
ABOUT: Final = text("SELECT kind, source FROM event WHERE log_id = :log_id AND position = :position")
KEPT_AT: Final = text("SELECT kept FROM payload WHERE log_id = :log_id AND position = :position")
TILE_ROOTS: Final = text(
    """
    SELECT root FROM tile
    WHERE log_id = :log_id AND level = :level AND tile_index >= :first AND tile_index < :end ORDER BY tile_index
    """
)
INSERT_APPEND: Final = text(
    """
    INSERT INTO append_tx (log_id, size, first_position, recorded_at, root, frontier)
    VALUES (:log_id, :size, :first, :recorded_at, :root, :frontier)
    """
)
INSERT_TILE: Final = text(
    "INSERT INTO tile (log_id, level, tile_index, hashes, root) VALUES (:log_id, :level, :index, :hashes, :root)"
)
COUNT: Final = text(
    "UPDATE log SET size = :size, recorded_at = :recorded_at, frontier = :frontier WHERE log_id = :log_id"
)

EVENT_COLUMNS: Final = (
    "log_id", "position", "recorded_at", "kind", "kind_version", "source", "id", "salt_h", "leaf_hash",
    "payload_sha256", "payload_sm3", "credential", "target_position", "fact_position",
)  # fmt: skip
PAYLOAD_COLUMNS: Final = ("log_id", "position", "salt_p", "kept")
ID_COLUMNS: Final = ("log_id", "source", "id", "position")


@dataclass(slots=True)
class _Batch:
    """One append transaction in the making."""

    log_id: str
    first: int
    recorded_at: datetime
    frontier: Frontier
    known: dict[tuple[str, str], Known]
    events: list[tuple[Any, ...]] = field(default_factory=list)
    payloads: list[tuple[Any, ...]] = field(default_factory=list)
    ids: list[tuple[Any, ...]] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    kept: dict[int, bytes] = field(default_factory=dict)

    def add(self, offer: Offer, aimed: Named | None) -> Receipt:
        """Give the next position to an offer."""
        sent = offer.submission
        position = self.frontier.size
        salt_h, salt_p = os.urandom(SALT_SIZE), os.urandom(SALT_SIZE)
        digests = PayloadDigests.of(salt_p, sent.kept)
        header = header_digest(
            salt_h, source=sent.source, event_id=sent.id, kind=sent.kind, kind_version=sent.kind_version
        )
        leaf = leaf_of(self.log_id, position, self.recorded_at, header, digests)
        target = None if aimed is None else aimed.position
        fact = position if aimed is None else aimed.fact_position
        self.events.append(
            (
                self.log_id, position, self.recorded_at, sent.kind, sent.kind_version, sent.source, sent.id, salt_h,
                leaf, digests.sha256, digests.sm3, offer.credential, target, fact,
            )
        )  # fmt: skip
        self.payloads.append((self.log_id, position, salt_p, sent.kept))
        self.ids.append((self.log_id, sent.source, sent.id, position))
        self.leaves.append(leaf)
        self.kept[position] = sent.kept
        self.frontier.append(leaf)
        self.known[sent.source, sent.id] = Known(position, self.recorded_at, leaf, sent.kind, target, fact)
        return Receipt(sent.id, sent.source, "appended", position, self.recorded_at, leaf)


async def append(
    conn: AsyncConnection, log_id: str, offers: Sequence[Offer], clock: Clock, *, dry_run: bool = False
) -> Appended:
    """Append what may be appended, in order, inside the caller's transaction.

    The receipts are durable once that transaction has committed. Raises LogUnknown, LogClosed,
    SampleLog or ClockStopped, and then nothing is written.
    """
    row = (await conn.execute(LOCK, {"log_id": log_id})).one_or_none()
    if row is None:
        raise LogUnknown(log=log_id)
    if row.state != "open":
        raise LogClosed(log=log_id, state=row.state)
    if (row.clock == "scripted") != isinstance(clock, ScriptedClock):
        raise SampleLog(log=log_id)
    recorded_at = _stamp(clock, row.recorded_at, row.database_now)
    frontier = Frontier.unpack(row.size, bytes(row.frontier))
    batch = _Batch(log_id, row.size, recorded_at, frontier, await _look_up(conn, log_id, offers))
    receipts = [await _decide(conn, batch, offer) for offer in offers]
    if dry_run:
        said = [_as_dry_run(receipt, row.size) for receipt in receipts]
        return Appended(row.size, said)
    if batch.events:
        await _write(conn, batch)
    return Appended(batch.frontier.size, receipts)


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


async def _look_up(conn: AsyncConnection, log_id: str, offers: Sequence[Offer]) -> dict[tuple[str, str], Known]:
    wanted = {(offer.submission.source, offer.submission.id) for offer in offers}
    wanted |= {(t.source, t.id) for offer in offers if (t := offer.submission.target) is not None}
    parameters = {"log_id": log_id, "sources": [s for s, _ in wanted], "ids": [i for _, i in wanted]}
    return {
        (row.source, row.id): Known(
            row.position, row.recorded_at, bytes(row.leaf_hash), row.kind, row.target_position, row.fact_position
        )
        for row in await conn.execute(LOOK_UP, parameters)
    }


async def _decide(conn: AsyncConnection, batch: _Batch, offer: Offer) -> Receipt:
    sent = offer.submission
    try:
        before = batch.known.get((sent.source, sent.id))
        if before is not None:
            return await _again(conn, batch, offer, before)
        aimed = None
        if sent.target is not None:
            named = batch.known.get((sent.target.source, sent.target.id))
            fact = await _about(conn, batch, named) if named is not None else None
            aimed = aim(offer, named, fact)
    except ItemError as problem:
        return Receipt(sent.id, sent.source, "rejected", problem=problem)
    return batch.add(offer, aimed)


async def _about(conn: AsyncConnection, batch: _Batch, named: Known) -> About:
    """The fact that a named event is about."""
    if named.fact_position >= batch.first:
        row = dict(zip(EVENT_COLUMNS, batch.events[named.fact_position - batch.first], strict=True))
        return About(row["kind"], row["source"])
    where = {"log_id": batch.log_id, "position": named.fact_position}
    found = (await conn.execute(ABOUT, where)).one()
    return About(found.kind, found.source)


async def _again(conn: AsyncConnection, batch: _Batch, offer: Offer, before: Known) -> Receipt:
    """The first receipt where the same was sent before. Raises IdTaken where it was not."""
    sent = offer.submission
    kept = batch.kept.get(before.position)
    if kept is None:
        where = {"log_id": batch.log_id, "position": before.position}
        kept = bytes((await conn.execute(KEPT_AT, where)).scalar_one())
    if kept != sent.kept:
        differs = list(differences(read_json(kept), dict(sent.event)))
        raise IdTaken(source=sent.source, id=sent.id, position=before.position, differs=differs)
    return Receipt(sent.id, sent.source, "duplicate", before.position, before.recorded_at, before.leaf_hash)


def _as_dry_run(receipt: Receipt, size: int) -> Receipt:
    """The receipt without a position that the log does not have yet."""
    if receipt.position is None or receipt.position < size:
        return receipt
    return Receipt(receipt.id, receipt.source, "accepted" if receipt.status == "appended" else receipt.status)


async def _write(conn: AsyncConnection, batch: _Batch) -> None:
    raw = (await conn.get_raw_connection()).driver_connection
    assert raw is not None
    await raw.copy_records_to_table("event", records=batch.events, columns=EVENT_COLUMNS)
    await raw.copy_records_to_table("payload", records=batch.payloads, columns=PAYLOAD_COLUMNS)
    await raw.copy_records_to_table("event_id", records=batch.ids, columns=ID_COLUMNS)
    await _write_tiles(conn, batch)
    size, frontier = batch.frontier.size, batch.frontier.pack()
    counted: Mapping[str, Any] = {
        "log_id": batch.log_id, "size": size, "recorded_at": batch.recorded_at, "frontier": frontier,
    }  # fmt: skip
    await conn.execute(INSERT_APPEND, {**counted, "first": batch.first, "root": batch.frontier.root()})
    await conn.execute(COUNT, counted)


async def _write_tiles(conn: AsyncConnection, batch: _Batch) -> None:
    """Write the tiles of height 8 that this batch completed, level by level."""
    level, hashes, first = 0, batch.leaves, batch.first
    while first // TILE_WIDTH < (first + len(hashes)) // TILE_WIDTH:
        start = first - first % TILE_WIDTH
        if start < first:
            hashes = await _hashes_at(conn, batch.log_id, level, start, first) + hashes
        full = len(hashes) // TILE_WIDTH
        roots = []
        for at in range(full):
            tile = hashes[at * TILE_WIDTH : (at + 1) * TILE_WIDTH]
            roots.append(tile_root(tile))
            index = start // TILE_WIDTH + at
            parameters = {"log_id": batch.log_id, "level": level, "index": index, "root": roots[-1]}
            await conn.execute(INSERT_TILE, {**parameters, "hashes": b"".join(tile)})
        level, hashes, first = level + 1, roots, start // TILE_WIDTH


async def _hashes_at(conn: AsyncConnection, log_id: str, level: int, first: int, end: int) -> list[bytes]:
    """The stored hashes [first, end) of a level: of leaves, or the roots of the full tiles below."""
    if level == 0:
        return await leaf_hashes(conn, log_id, first, end)
    where = {"log_id": log_id, "level": level - 1, "first": first, "end": end}
    return [bytes(row.root) for row in await conn.execute(TILE_ROOTS, where)]

"""Resolves how much of a log is believed to a number of its entries, and gives the root there.

Only an instant at or before the head's `recorded_at` can be cited: a later one resolves to the head
and is given back as the head's own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.entries import leaf_hashes
from events.errors import BadRequest
from events.known import Knowledge, KnownAt
from events.merkle import EMPTY_ROOT, Frontier

AT_INSTANT: Final = text(
    """
    SELECT size FROM append_tx
    WHERE log_id = :log_id AND recorded_at <= :instant ORDER BY recorded_at DESC LIMIT 1
    """
)
HEAD: Final = text("SELECT size, recorded_at FROM log WHERE log_id = :log_id")
RECORDED_AT: Final = text("SELECT recorded_at FROM event WHERE log_id = :log_id AND position = :position")
APPEND_BELOW: Final = text(
    "SELECT size, frontier FROM append_tx WHERE log_id = :log_id AND size <= :size ORDER BY size DESC LIMIT 1"
)


async def resolve(
    conn: AsyncConnection, log_id: str, asked: KnownAt | None, *, projected: int, clock: str
) -> Knowledge:
    """The state of knowledge asked for; without one, all that is projected.

    The size may exceed `projected`: the caller waits. Raises BadRequest for a size beyond the head.
    """
    head = (await conn.execute(HEAD, {"log_id": log_id})).one()
    if asked is None:
        return Knowledge(log_id, projected, await recorded_at(conn, log_id, projected), clock)
    if asked.size is not None:
        if asked.size > head.size:
            raise BadRequest(
                name=asked.name,
                value=f"@{asked.size}",
                expected_zh=f"不超过日志条数 {head.size}",
                expected_en=f"a size up to the log's, {head.size}",
            )
        return Knowledge(log_id, asked.size, await recorded_at(conn, log_id, asked.size), clock)
    assert asked.instant is not None
    if head.recorded_at is not None and asked.instant >= head.recorded_at:
        return Knowledge(log_id, head.size, head.recorded_at, clock)
    size = (await conn.execute(AT_INSTANT, {"log_id": log_id, "instant": asked.instant})).scalar()
    return Knowledge(log_id, size or 0, asked.instant, clock)


async def recorded_at(conn: AsyncConnection, log_id: str, size: int) -> datetime | None:
    """When the last of the first `size` entries was recorded; None for none."""
    if size == 0:
        return None
    stamp: datetime = (await conn.execute(RECORDED_AT, {"log_id": log_id, "position": size - 1})).scalar_one()
    return stamp


async def root_at(conn: AsyncConnection, log_id: str, size: int) -> bytes:
    """The root of the tree over the first `size` entries, which must exist."""
    if size == 0:
        return EMPTY_ROOT
    below = (await conn.execute(APPEND_BELOW, {"log_id": log_id, "size": size})).one_or_none()
    frontier = Frontier() if below is None else Frontier.unpack(below.size, bytes(below.frontier))
    if frontier.size < size:
        for leaf in await leaf_hashes(conn, log_id, frontier.size, size):
            frontier.append(leaf)
    return frontier.root()

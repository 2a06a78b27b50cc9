"""The ground of answers: how a log and its live projections stand, in one look."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events import knowledge
from events.database import KEEP_PLANS, set_local
from events.errors import LogUnknown
from events.known import Knowledge
from events.logs import Log
from events.merkle import Frontier
from projections.runner import Progress

_LOG: Final = [field.name for field in fields(Log)]
STANDING: Final = text(
    f"""
    SELECT {", ".join(f"l.{name}" for name in _LOG)}, s.generation, s.size AS projected, s.failures, s.digest,
           a.size AS append_size, a.frontier AS append_frontier, a.recorded_at AS append_recorded_at
    FROM log l
    LEFT JOIN projection_state s ON s.log_id = l.log_id AND s.live
    LEFT JOIN LATERAL (
        SELECT size, frontier, recorded_at FROM append_tx
        WHERE append_tx.log_id = l.log_id AND append_tx.size <= s.size ORDER BY size DESC LIMIT 1
    ) a ON true
    WHERE l.log_id = :log_id
    """
)


@dataclass(frozen=True, slots=True)
class Ground:
    """A log, how far its projections are, and the state of knowledge of all that is projected."""

    log: Log
    progress: Progress
    known: Knowledge
    root: bytes
    """At the size of `known`."""


async def ground_of(conn: AsyncConnection, log_id: str) -> Ground:
    """The ground of one log; projections that no runner has seen yet are at size 0. Raises LogUnknown.

    The connection's transaction, which only reads, keeps plans from here on.
    """
    row = (await conn.execute(STANDING, {"log_id": log_id})).one_or_none()
    if row is None:
        raise LogUnknown(log=log_id)
    await set_local(conn, KEEP_PLANS)
    log = Log(**{name: getattr(row, name) for name in _LOG} | {"frontier": bytes(row.frontier)})
    if row.projected is None:
        progress = Progress(log_id, 1, 0, {}, b"")
    else:
        progress = Progress(log_id, row.generation, row.projected, row.failures, bytes(row.digest))
    if progress.size and row.append_size == progress.size:  # as always, for runs end with an append
        root = Frontier.unpack(row.append_size, bytes(row.append_frontier)).root()
        return Ground(log, progress, Knowledge(log_id, progress.size, row.append_recorded_at, log.clock), root)
    recorded_at = await knowledge.recorded_at(conn, log_id, progress.size)
    root = await knowledge.root_at(conn, log_id, progress.size)
    return Ground(log, progress, Knowledge(log_id, progress.size, recorded_at, log.clock), root)

"""Takes the projections of a log forward, run by run, each in one transaction with their size.

Only one runner works on a log at a time: it holds the row of the log's progress. Halting is for
bugs: it stops the projection that failed, which answers then say.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import entries
from events.database import KEEP_PLANS, UNFLUSHED, set_local
from events.precedence import rest
from projections import tables
from projections.advance import Changes, advance
from projections.gathering import Gatherer


class Forward(Protocol):
    """Takes one generation of a log's projections forward; how many entries that was."""

    def __call__(self, engine: AsyncEngine, log_id: str, generation: int, *, shared: bool) -> Awaitable[int]:
        """`shared`: it stops between two runs where another log is behind."""


RUN: Final = 500
"""How many entries a run takes, and then on to the end of an append: only there is an instant citable."""

BEGIN: Final = text(
    """
    INSERT INTO projection_state (log_id, generation, live)
    SELECT log_id, 1, true FROM log
    WHERE NOT service AND NOT EXISTS (SELECT FROM projection_state s WHERE s.log_id = log.log_id AND s.live)
    ON CONFLICT DO NOTHING
    """
)
_STANDS: Final = """
    SELECT s.size, s.failures, s.digest, (SELECT l.size FROM log l WHERE l.log_id = s.log_id) AS head
    FROM projection_state s WHERE s.log_id = :log_id AND s.generation = :generation
"""
LOOK: Final = text(_STANDS)
SETTINGS: Final = (KEEP_PLANS, UNFLUSHED)
"""Of a transaction that writes projections: what a crash takes back is made again from the log."""
TAKE: Final = text(f"{_STANDS} FOR UPDATE SKIP LOCKED")
END_OF_APPEND: Final = text("SELECT size FROM append_tx WHERE log_id = :log_id AND size >= :size ORDER BY size LIMIT 1")
SAVE: Final = text(
    """
    UPDATE projection_state SET size = :size, failures = CAST(:failures AS jsonb), digest = :digest
    WHERE log_id = :log_id AND generation = :generation
    """
)
BEHIND: Final = text(
    """
    SELECT s.log_id, s.generation FROM projection_state s JOIN log l ON l.log_id = s.log_id
    WHERE s.live AND s.size < l.size ORDER BY l.size - s.size, s.log_id
    """
)
OTHERS_BEHIND: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM projection_state s JOIN log l ON l.log_id = s.log_id
        WHERE s.live AND s.size < l.size AND s.log_id <> :log_id
    )
    """
)
STATE: Final = text(
    "SELECT log_id, generation, size, failures, digest FROM projection_state WHERE live AND log_id = ANY(:logs)"
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the live projections of a log are, and which of them have stopped."""

    log_id: str
    generation: int
    size: int
    failures: dict[str, Any]
    digest: bytes


async def progress(conn: AsyncConnection, logs: Sequence[str]) -> dict[str, Progress]:
    """The progress of these logs; one that no runner has seen yet is at size 0."""
    found = {log_id: Progress(log_id, 1, 0, {}, b"") for log_id in logs}
    for row in await conn.execute(STATE, {"logs": list(logs)}):
        found[row.log_id] = Progress(row.log_id, row.generation, row.size, row.failures, bytes(row.digest))
    return found


async def catch_up(engine: AsyncEngine, forward: Forward | None = None) -> int:
    """Take every log's live projections to its head, with `forward`; how many entries that was.

    The log with the least to do comes first, and one that is being filled keeps no other waiting.
    """
    done = 0
    async with engine.begin() as conn:
        await conn.execute(BEGIN)
    while True:
        async with engine.connect() as conn:
            behind = [(row.log_id, row.generation) for row in await conn.execute(BEHIND)]
        moved = 0
        for log_id, generation in behind:
            moved += await (forward or catch_up_log)(engine, log_id, generation, shared=True)
        if moved == 0:
            return done
        done += moved


async def others_wait(conn: AsyncConnection, log_id: str) -> bool:
    """Whether the live projections of another log are behind."""
    return bool((await conn.execute(OTHERS_BEHIND, {"log_id": log_id})).scalar_one())


async def catch_up_log(engine: AsyncEngine, log_id: str, generation: int, *, shared: bool = False) -> int:
    """Take one generation of a log's projections to its head; how many entries that was.

    `shared`: it stops between two runs where another log is behind.
    """
    done = 0
    while True:
        await rest()
        async with engine.begin() as conn:
            if done and shared and await others_wait(conn, log_id):
                return done
            moved = await _one_run(conn, log_id, generation)
        if moved == 0:
            return done
        done += moved


async def _one_run(conn: AsyncConnection, log_id: str, generation: int) -> int:
    state = await take(conn, log_id, generation)
    if state is None or state.size >= state.head:
        return 0
    await set_local(conn, *SETTINGS)
    end = await end_of_run(conn, log_id, min(state.size + RUN, state.head))
    run = await entries.between(conn, log_id, state.size, end, limit=end - state.size)
    changes = Changes(digest=state.digest)
    history = await Gatherer(conn, log_id, generation).gather(run)
    advance(run, history, state.failures, into=changes)
    await save(conn, log_id, generation, end, state, changes)
    return end - state.size


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a generation of a log's projections stands, and how far the log goes."""

    size: int
    head: int
    failures: Mapping[str, Any]
    digest: bytes


async def take(conn: AsyncConnection, log_id: str, generation: int) -> Taken | None:
    """Hold the progress of a generation to the end of the transaction; None where another runner has it."""
    return _taken((await conn.execute(TAKE, {"log_id": log_id, "generation": generation})).one_or_none())


async def look(conn: AsyncConnection, log_id: str, generation: int) -> Taken | None:
    """The progress of a generation as it is; None where there is no such generation."""
    return _taken((await conn.execute(LOOK, {"log_id": log_id, "generation": generation})).one_or_none())


def _taken(row: Any) -> Taken | None:
    return None if row is None else Taken(row.size, row.head, row.failures, bytes(row.digest))


async def end_of_run(conn: AsyncConnection, log_id: str, size: int) -> int:
    """The size at the end of the append that reached `size`: only there is an instant citable."""
    end: int = (await conn.execute(END_OF_APPEND, {"log_id": log_id, "size": size})).scalar_one()
    return end


async def save(conn: AsyncConnection, log_id: str, generation: int, size: int, before: Taken, changes: Changes) -> None:
    """Write what a run changed, and the progress with it, in a transaction with SETTINGS."""
    await tables.write(conn, log_id, generation, changes)
    failures = json.dumps({**before.failures, **changes.failures}, ensure_ascii=True)
    saved = {"log_id": log_id, "generation": generation, "size": size, "failures": failures, "digest": changes.digest}
    await conn.execute(SAVE, saved)

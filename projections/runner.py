"""Takes the projections of a log forward, run by run, each in one transaction with their size.

Only one runner works on a log at a time: it holds the row of the log's progress. Halting is for
bugs: it stops the projection that failed, which answers then say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import entries
from events.entry import Entry
from projections import tables
from projections.advance import History, advance, entities_of

RUN: Final = 500
"""How many entries a run takes, and then on to the end of an append: only there is an instant citable."""

BEGIN: Final = text(
    """
    INSERT INTO projection_state (log_id, generation, live)
    SELECT log_id, 1, true FROM log
    WHERE NOT EXISTS (SELECT FROM projection_state s WHERE s.log_id = log.log_id AND s.live)
    ON CONFLICT DO NOTHING
    """
)
TAKE: Final = text(
    """
    SELECT s.size, s.failures, s.digest, (SELECT l.size FROM log l WHERE l.log_id = s.log_id) AS head
    FROM projection_state s WHERE s.log_id = :log_id AND s.generation = :generation FOR UPDATE SKIP LOCKED
    """
)
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
    WHERE s.live AND s.size < l.size ORDER BY s.log_id
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


async def catch_up(engine: AsyncEngine) -> int:
    """Take every log's live projections to its head; how many entries that was."""
    done = 0
    async with engine.begin() as conn:
        await conn.execute(BEGIN)
    while True:
        async with engine.connect() as conn:
            behind = [(row.log_id, row.generation) for row in await conn.execute(BEHIND)]
        moved = 0
        for log_id, generation in behind:
            moved += await catch_up_log(engine, log_id, generation)
        if moved == 0:
            return done
        done += moved


async def catch_up_log(engine: AsyncEngine, log_id: str, generation: int) -> int:
    """Take one generation of a log's projections to its head; how many entries that was."""
    done = 0
    while True:
        async with engine.begin() as conn:
            moved = await _one_run(conn, log_id, generation)
        if moved == 0:
            return done
        done += moved


async def _one_run(conn: AsyncConnection, log_id: str, generation: int) -> int:
    row = (await conn.execute(TAKE, {"log_id": log_id, "generation": generation})).one_or_none()
    if row is None or row.size >= row.head:
        return 0
    wanted = {"log_id": log_id, "size": min(row.size + RUN, row.head)}
    end = (await conn.execute(END_OF_APPEND, wanted)).scalar_one()
    run = await entries.between(conn, log_id, row.size, end, limit=end - row.size)
    history = await _history(conn, log_id, generation, run, row.size)
    changes = advance(run, history, row.failures, bytes(row.digest))
    await tables.write(conn, log_id, generation, changes)
    size = run[-1].position + 1
    failures = json.dumps({**row.failures, **changes.failures}, ensure_ascii=True)
    saved = {"log_id": log_id, "generation": generation, "size": size, "failures": failures, "digest": changes.digest}
    await conn.execute(SAVE, saved)
    return len(run)


async def _history(conn: AsyncConnection, log_id: str, generation: int, run: Sequence[Entry], size: int) -> History:
    """What the run must know: versions of every fact concerned, facts and open rows of every entity touched."""
    history = History()
    await _load_facts(conn, log_id, history, {e.fact_position for e in run if e.fact_position < size}, size)
    whole: dict[int, list[Entry]] = {position: list(found) for position, found in history.versions.items()}
    for entry in run:
        whole.setdefault(entry.fact_position, []).append(entry)
    touched = {entity for versions in whole.values() for entity in entities_of(versions, versions[0].kind)}
    history.facts_of = await tables.facts_of(conn, log_id, generation, touched)
    needed = {position for positions in history.facts_of.values() for position in positions}
    await _load_facts(conn, log_id, history, needed - history.versions.keys(), size)
    history.open_rows = await tables.open_rows(conn, log_id, generation, touched)
    return history


async def _load_facts(conn: AsyncConnection, log_id: str, history: History, positions: set[int], size: int) -> None:
    if not positions:
        return
    wanted = sorted(positions)
    for entry in await entries.at(conn, log_id, wanted):
        history.versions[entry.position] = [entry]
    for entry in await entries.versions(conn, log_id, wanted, size):
        history.versions[entry.fact_position].append(entry)

"""Builds the projections of a log anew beside the live ones, compares, and swaps.

The digest of a state is SHA-256 over every row visible at a size, in order: two states with one
digest give the same answers as of that size. A rebuild compares every version of every row up to
it: then they give the same answers as of every size before it too. It does so by fingerprints with
seeds drawn for that one comparison, which nobody could have had in view who changed a row.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from secrets import randbits
from typing import Any, Final, NamedTuple

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.canonical import canonical
from projections import tables
from projections.boards import tables as boards
from projections.pipeline import forward
from projections.registry import PROJECTIONS
from projections.rows import Row
from projections.runner import BEGIN, Progress, Taken, catch_up_log, look, progress

START: Final = text(
    """
    INSERT INTO projection_state (log_id, generation, live)
    SELECT :log_id, greatest(
        (SELECT max(generation) FROM projection_state WHERE log_id = :log_id),
        (SELECT max(generation) FROM mention WHERE log_id = :log_id), 0
    ) + 1, false
    RETURNING generation
    """
)
"""Rows of a generation may be there though its progress is lost."""
GO_LIVE: Final = text("UPDATE projection_state SET live = (generation = :generation) WHERE log_id = :log_id")
OTHERS: Final = text(
    """
    SELECT generation FROM projection_state
    WHERE log_id = :log_id AND NOT live AND generation <> :generation FOR UPDATE
    """
)
LOST: Final = text(
    """
    WITH RECURSIVE kept (generation) AS (
        SELECT min(generation) FROM mention WHERE log_id = :log_id
        UNION ALL
        SELECT (SELECT min(generation) FROM mention WHERE log_id = :log_id AND generation > kept.generation)
        FROM kept WHERE generation IS NOT NULL
    )
    SELECT generation FROM kept WHERE generation IS NOT NULL
      AND generation NOT IN (SELECT generation FROM projection_state WHERE log_id = :log_id)
    """
)
"""Generations whose progress is lost."""
BEYOND: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM mention m JOIN projection_state s USING (log_id, generation)
        WHERE s.log_id = :log_id AND s.generation = :generation AND m.position >= s.size
    )
    """
)
ASTRAY: Final = (IntegrityError, asyncpg.UniqueViolationError)
"""What is raised where live projections are taken on and hold rows that they do not say they have."""
LOCK_LIVE: Final = text("SELECT generation FROM projection_state WHERE log_id = :log_id AND live FOR UPDATE")
TURNS: Final = 20
FINGERPRINT: Final = {
    name: text(
        f"""
        SELECT count(*), coalesce(sum(hash_record_extended(version, :one)), 0),
               coalesce(sum(hash_record_extended(version, :other)), 0)
        FROM (
            SELECT ROW(entity_id, ordinal, known_from, CASE WHEN known_to < :size THEN known_to END,
                       {", ".join(projection.keys)}, doc) AS version
            FROM p_{name} WHERE log_id = :log_id AND generation = :generation AND known_from < :size
        ) versions
        """
    )
    for name, projection in PROJECTIONS.items()
}
"""Taken where the rows are: a nation's are not carried to the client twice over to be compared. Two sums of 64-bit
hashes: rows have no order, and those that differ have the same sums only by a chance of about 2 to the -128."""


class OvertakenError(Exception):
    """Another rebuild of the same log began while this one was at work, and threw its rows away."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found: the size compared at, and the fingerprints of the live and of the new rows."""

    log_id: str
    size: int
    live: str
    rebuilt: str
    beyond: bool = False
    """Whether the live ones held rows of entries that they did not say they had come to."""

    @property
    def same(self) -> bool:
        """Whether the live projections were what the log says."""
        return self.live == self.rebuilt and not self.beyond


async def digest(conn: AsyncConnection, log_id: str, generation: int, size: int) -> str:
    """The digest of all rows of a log visible at a size, hexadecimal."""
    state = sha256()
    for name, projection in PROJECTIONS.items():
        where = {"log_id": log_id, "generation": generation, "size": size}
        async for row in await conn.stream(tables.ALL_ROWS[name], where):
            keys = {key: row._mapping[key] for key in projection.keys}
            state.update(_line(name, row.entity_id, row.ordinal, keys, row.doc))
    return state.hexdigest()


class Seeds(NamedTuple):
    """Two numbers of 64 bits: fingerprints can be compared that were taken with the same."""

    one: int
    other: int

    @classmethod
    def drawn(cls) -> Seeds:
        """Seeds that nobody could foresee."""
        one, other = (randbits(64) - 2**63 for _ in range(2))
        return cls(one, other)


async def fingerprint(conn: AsyncConnection, log_id: str, generation: int, size: int, seeds: Seeds) -> str:
    """The fingerprint of every version of every row of a log up to a size, hexadecimal; documents count as JSON."""
    state = sha256()
    for name in PROJECTIONS:
        where = {"log_id": log_id, "generation": generation, "size": size, **seeds._asdict()}
        told = (await conn.execute(FINGERPRINT[name], where)).one()
        state.update(f"{name} {told[0]} {told[1]} {told[2]}\n".encode())
    return state.hexdigest()


def memory_digest(everything: Mapping[str, Mapping[str, Iterable[Row]]]) -> str:
    """The same digest, of rows folded in memory."""
    state = sha256()
    for name in PROJECTIONS:
        for entity_id, rows in sorted(everything[name].items(), key=lambda item: item[0].encode()):
            for ordinal, row in enumerate(rows):
                state.update(_line(name, entity_id, ordinal, row.keys, row.doc))
    return state.hexdigest()


def _line(name: str, entity_id: str, ordinal: int, keys: Mapping[str, Any], doc: Mapping[str, Any]) -> bytes:
    return canonical([name, entity_id, ordinal, dict(keys), dict(doc)]) + b"\n"


async def rebuild(engine: AsyncEngine, log_id: str) -> Rebuilt:
    """Rebuild a log's projections beside the live ones, compare them at one size, and swap.

    The live ones go on meanwhile: they are held only for as long as the new ones take over. The board of the log, made
    of the old rows, goes: it is made again from the new ones. Raises OvertakenError where another rebuild of the log
    began meanwhile; nothing is swapped then.
    """
    generation = await _built(engine, log_id)
    rebuilt = await _compared(engine, log_id, generation)
    await forward(engine, log_id, generation)  # what came meanwhile, before anything is held
    async with engine.begin() as conn:
        old = await _held(engine, conn, log_id, generation)
        await conn.execute(GO_LIVE, {"log_id": log_id, "generation": generation})
    async with engine.begin() as conn:  # a keeper that is at it would else hold up the projections too
        await boards.forget(conn, log_id)
    async with engine.begin() as conn:  # what is left by a crash before it, the next rebuild throws away
        await _drop(conn, log_id, old)
    return rebuilt


@asynccontextmanager
async def beside(engine: AsyncEngine, log_id: str) -> AsyncIterator[tuple[AsyncConnection, Progress, int]]:
    """A snapshot of the live projections, how far they are in it, and of the generation built anew beside them.

    The live ones are held only while it is taken, with the new ones at the head; these are thrown away in the end.
    Raises OvertakenError where another rebuild of the log began meanwhile.
    """
    generation = await _built(engine, log_id)
    try:
        async with engine.connect() as snapshot:
            await snapshot.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with engine.begin() as conn:
                await _held(engine, conn, log_id, generation)
                live = (await progress(snapshot, [log_id]))[log_id]
            yield snapshot, live, generation
    finally:
        async with engine.begin() as conn:
            await _drop(conn, log_id, generation)


async def _built(engine: AsyncEngine, log_id: str) -> int:
    """A new generation that was taken to the head; what others left of theirs is thrown away. Raises OvertakenError."""
    async with engine.begin() as conn:
        await conn.execute(BEGIN)
        await _take_turn(conn, log_id)
        generation: int = (await conn.execute(START, {"log_id": log_id})).scalar_one()
        for row in (await conn.execute(OTHERS, {"log_id": log_id, "generation": generation})).all():
            await _drop(conn, log_id, row.generation)
        for lost in (await conn.execute(LOST, {"log_id": log_id})).scalars().all():
            await _drop(conn, log_id, lost)
    await forward(engine, log_id, generation)
    return generation


async def _compared(engine: AsyncEngine, log_id: str, generation: int) -> Rebuilt:
    """The live and the new rows compared, at a size that both have reached: what they have up to it changes no more."""
    async with engine.connect() as conn, engine.connect() as other:
        new = await _still_there(conn, log_id, generation)
        old = (await progress(conn, [log_id]))[log_id]
        size, seeds = min(old.size, new.size), Seeds.drawn()
        of_old = asyncio.create_task(fingerprint(other, log_id, old.generation, size, seeds))
        try:
            of_new = await fingerprint(conn, log_id, generation, size, seeds)
        finally:  # neither connection may be closed under a statement
            await asyncio.wait([of_old])
        # One statement: a runner saves its rows and their size together.
        beyond = await conn.execute(BEYOND, {"log_id": log_id, "generation": old.generation})
        return Rebuilt(log_id, size, of_old.result(), of_new, beyond.scalar_one())


async def _held(engine: AsyncEngine, conn: AsyncConnection, log_id: str, generation: int) -> int:
    """Hold the live projections to the end of a transaction, the new ones at least as far; the live generation.

    Raises OvertakenError.
    """
    live = await _take_turn(conn, log_id)
    await _still_there(conn, log_id, generation)
    await catch_up_log(engine, log_id, generation)
    return live


async def _still_there(conn: AsyncConnection, log_id: str, generation: int) -> Taken:
    """Where a new generation stands. Raises OvertakenError where another rebuild threw it away."""
    state = await look(conn, log_id, generation)
    if state is None:
        raise OvertakenError(f"another rebuild of {log_id} began")
    return state


async def _take_turn(conn: AsyncConnection, log_id: str) -> int:
    """Hold the live generation to the end of the transaction, so that rebuilds of a log take turns; its number."""
    for _ in range(TURNS):
        held: int | None = (await conn.execute(LOCK_LIVE, {"log_id": log_id})).scalar_one_or_none()
        if held is not None:
            return held  # else the one waited for was swapped while we waited
    raise OvertakenError(f"other rebuilds of {log_id} are at work")


async def _drop(conn: AsyncConnection, log_id: str, generation: int) -> None:
    """Throw a generation away: its progress first, so that a runner still at work on it is waited for."""
    for statement in tables.DROP.values():
        await conn.execute(statement, {"log_id": log_id, "generation": generation})

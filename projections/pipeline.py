"""Takes the projections over a long stretch of a log: the next run is worked out while the last is written.

It takes two connections, and gives the same rows as one run after the other. Another runner that
gets in between is seen when a run is to be written: what was worked out is thrown away then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import entries
from events.database import KEEP_PLANS, set_local
from events.entry import Entry
from events.precedence import rest
from projections.advance import Changes, History, advance
from projections.gathering import Gatherer
from projections.remembering import Memory
from projections.runner import SETTINGS, Taken, catch_up_log, end_of_run, look, others_wait, save, take

RUN: Final = 2000
"""How many entries a run takes, and then on to the end of an append."""
SLICE: Final = 25
"""How many entries are worked out before what is being written may go on."""


class OvertakenRunError(Exception):
    """Another runner took the log forward meanwhile."""


async def forward(engine: AsyncEngine, log_id: str, generation: int, *, shared: bool = False) -> int:
    """Take one generation of a log's projections to its head, as fast as what is left is worth.

    `shared`: it stops between two runs where another log is behind.
    """
    async with engine.connect() as conn:
        state = await look(conn, log_id, generation)
    if state is None or state.head - state.size <= RUN:
        return await catch_up_log(engine, log_id, generation, shared=shared)
    return await Pipeline(engine, log_id, generation, shared=shared).run()


class Pipeline:
    """One generation of one log's projections on their way to the head."""

    def __init__(self, engine: AsyncEngine, log_id: str, generation: int, *, shared: bool = False) -> None:
        self._engine = engine
        self._log_id = log_id
        self._generation = generation
        self._shared = shared

    async def run(self) -> int:
        """Go to the head; how many entries that was. Another runner at work ends it early."""
        done = 0
        writing: asyncio.Task[None] | None = None
        try:
            async with self._engine.connect() as conn:
                state = await look(conn, self._log_id, self._generation)
                memory = Memory(from_beginning=state is not None and state.size == 0)
                while state is not None and state.size < state.head:
                    await set_local(conn, KEEP_PLANS)
                    end = await end_of_run(conn, self._log_id, min(state.size + RUN, state.head))
                    run = await entries.between(conn, self._log_id, state.size, end, limit=end - state.size)
                    history = await Gatherer(conn, self._log_id, self._generation, memory).gather(run)
                    await conn.rollback()
                    changes = await _worked_out(run, history, state)
                    memory.end_run(run, end)
                    if writing is not None:
                        await writing
                    writing = asyncio.create_task(self._write(state, end, changes))
                    done += end - state.size
                    failures = {**state.failures, **changes.failures}
                    state = Taken(end, max(state.head, end), failures, changes.digest)
                    if self._shared and await others_wait(conn, self._log_id):
                        break
                    if end >= state.head:
                        await writing
                        writing = None
                        state = await self._on(conn, state)
        except OvertakenRunError:
            return done
        finally:
            if writing is not None:
                with suppress(OvertakenRunError):
                    await writing
        return done

    async def _on(self, conn: AsyncConnection, reached: Taken) -> Taken | None:
        """How it stands once all is written; None where another runner took it on, who then has the rest too."""
        state = await look(conn, self._log_id, self._generation)
        return state if state is not None and (state.size, state.digest) == (reached.size, reached.digest) else None

    async def _write(self, before: Taken, end: int, changes: Changes) -> None:
        async with self._engine.begin() as conn:
            state = await take(conn, self._log_id, self._generation)
            if state is None or state.size != before.size or state.digest != before.digest:
                raise OvertakenRunError
            await set_local(conn, *SETTINGS)
            await save(conn, self._log_id, self._generation, end, before, changes)


async def _worked_out(run: Sequence[Entry], history: History, state: Taken) -> Changes:
    """What a run changes, giving way to the writing of the last run now and then."""
    whole = Changes(digest=state.digest)
    for start in range(0, len(run), SLICE):
        stopped = {**state.failures, **whole.failures}
        advance(run[start : start + SLICE], history, stopped, into=whole)
        await asyncio.sleep(0)
        await rest()
    return whole

"""The keeper: a process of its own that keeps the boards of duties as the projections go on and days pass.

It wakes on NOTIFY and looks by itself. Between two rounds it rests as long as the last one took, so that it never
takes more than half a processor, and that at the lowest priority; and while a log is being filled, its board waits for
a while. It ends when the process that started it does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from math import inf
from typing import Final

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from events.appender import CHANNEL
from events.clock import Clock, SystemClock, today
from events.database import open_engine
from events.precedence import rest
from projections.boards.keeping import keep_up
from projections.policies.pack import Pack, load_all
from service import process
from service.process import Order

MODULE: Final = __name__
POLL_SECONDS: Final = 1.0
MAX_REST_SECONDS: Final = 30.0
TROUBLE_SECONDS: Final = 10.0
"""How long a log rests of which a round failed."""
MANY: Final = 200
QUIET_SECONDS: Final = 0.5
"""A log to which MANY entries come within this time is being filled: what a board says of it is soon out of date. The
board waits until they have ceased to come for as long."""
PATIENCE_SECONDS: Final = 10.0
"""How long it waits at the most."""
_AWAY: Final = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)

log = structlog.get_logger()


class Filling:
    """Which logs are being filled, from how they grow between two looks."""

    def __init__(self) -> None:
        self._from: dict[str, tuple[int, float]] = {}
        """Log to the size from which what comes is counted, and the time of it."""
        self._waits: dict[str, tuple[float, float]] = {}
        """Log to the times at which its board began to wait, and at which many entries were last seen to have come."""

    def look(self, log_id: str, size: int, now: float) -> bool:
        """Whether a log's board waits, at a time in seconds; what is seen for the first time does not."""
        before, counted = self._from.setdefault(log_id, (size, now))
        many = size - before >= MANY
        if many or now - counted >= QUIET_SECONDS:
            self._from[log_id] = size, now
        began, seen = self._waits.pop(log_id, (now, -inf))
        if many:
            seen = now
        waits = now - seen < QUIET_SECONDS and now - began < PATIENCE_SECONDS
        if waits:
            self._waits[log_id] = began, seen
        return waits


class Keeper:
    """Keeps the boards of all logs, one after the other."""

    def __init__(self, engine: AsyncEngine, packs: Sequence[Pack], clock: Clock) -> None:
        self._engine, self._packs, self._clock = engine, packs, clock
        self._filling = Filling()
        self._resting: dict[str, float] = {}
        """Log to the time of the loop before which it is left alone."""

    async def round(self) -> None:
        """Take every board to its log's projected size and to today."""
        loop = asyncio.get_running_loop()
        async with self._engine.connect() as conn:
            every = [(one.log_id, one.size) for one in await logs.every(conn)]
        for log_id, size in every:
            waits = self._filling.look(log_id, size, loop.time())
            if waits or self._resting.get(log_id, 0) > loop.time():
                continue
            try:
                await rest()
                began = loop.time()
                kept = await keep_up(self._engine, log_id, self._packs, today(self._clock).isoformat())
                taken = loop.time() - began
            except _AWAY as error:
                log.warning("a board cannot be kept and is tried again", log=log_id, error=repr(error))
                self._resting[log_id] = loop.time() + TROUBLE_SECONDS
            except Exception:
                log.exception("a board cannot be kept: a bug", log=log_id)
                self._resting[log_id] = loop.time() + TROUBLE_SECONDS
            else:
                if kept is not None:
                    self._resting[log_id] = loop.time() + min(taken, MAX_REST_SECONDS)


async def run(order: Order) -> None:
    """Keep the boards until the parent process has gone."""
    engine = open_engine(order.url, pool_size=2)
    process.give_way(engine, order.url)
    work = asyncio.create_task(_for_ever(order, Keeper(engine, list(load_all().values()), SystemClock())))
    while order.stands:
        await asyncio.wait([work], timeout=POLL_SECONDS)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await engine.dispose()


async def _for_ever(order: Order, keeper: Keeper) -> None:
    wake = asyncio.Event()
    listening: asyncpg.Connection | None = None
    while True:
        with suppress(*_AWAY):
            if listening is None or listening.is_closed():
                listening = await asyncpg.connect(order.url)
                await listening.add_listener(CHANNEL, lambda *_: wake.set())
        wake.clear()
        try:
            await keeper.round()
        except _AWAY as error:
            log.warning("the keeper of boards cannot work and tries again", error=repr(error))
        with suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), POLL_SECONDS)


def main() -> None:
    """The entry point of the process."""
    asyncio.run(run(process.begin(at_leisure=True)))

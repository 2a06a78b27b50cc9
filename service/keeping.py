"""The keeper: a process of its own that keeps the boards of duties as the projections go on and days pass.

It wakes on NOTIFY and looks by itself. Between two rounds it rests as long as the last one took, so that it never
takes more than half a processor, and that at the lowest priority. It ends when the process that started it does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from events.appender import CHANNEL
from events.clock import Clock, SystemClock, today
from events.database import open_engine
from projections.boards.keeping import keep_up
from projections.policies.pack import Pack, load_all
from service import process
from service.process import Order

MODULE: Final = __name__
POLL_SECONDS: Final = 1.0
MAX_REST_SECONDS: Final = 30.0
TROUBLE_SECONDS: Final = 10.0
"""How long a log rests of which a round failed."""
_AWAY: Final = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)

log = structlog.get_logger()


class Keeper:
    """Keeps the boards of all logs, one after the other."""

    def __init__(self, engine: AsyncEngine, packs: Sequence[Pack], clock: Clock) -> None:
        self._engine, self._packs, self._clock = engine, packs, clock
        self._resting: dict[str, float] = {}
        """Log to the time of the loop before which it is left alone."""

    async def round(self) -> None:
        """Take every board to its log's projected size and to today."""
        loop = asyncio.get_running_loop()
        async with self._engine.connect() as conn:
            every = [one.log_id for one in await logs.every(conn)]
        for log_id in every:
            if self._resting.get(log_id, 0) > loop.time():
                continue
            try:
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
    asyncio.run(run(process.begin()))

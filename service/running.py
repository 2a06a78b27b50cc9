"""The runner: a process of its own that takes the projections forward as entries arrive.

It wakes on NOTIFY and looks by itself twice a second, so that correctness never rests on a wake-up.
It ends when the process that started it does.
"""

from __future__ import annotations

import asyncio
import gc
from typing import Final

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from events.appender import CHANNEL
from events.database import open_engine
from projections.pipeline import forward
from projections.runner import catch_up
from service import process
from service.process import RETRY_SECONDS, Order

MODULE: Final = __name__
POLL_SECONDS: Final = 0.5
RARELY: Final = (200_000, 50, 100)
"""A run makes very many objects at once and lets them go together: looking for circles among them costs a third."""

log = structlog.get_logger()


async def run(order: Order) -> None:
    """Take the projections forward until the parent process has gone."""
    engine = open_engine(order.url, pool_size=2)
    process.give_way(engine, order.url)
    wake = asyncio.Event()
    listening: asyncpg.Connection | None = None
    while order.stands:
        try:
            if listening is None or listening.is_closed():
                listening = await asyncpg.connect(order.url)
                await listening.add_listener(CHANNEL, lambda *_: wake.set())
            wake.clear()
            await catch_up(engine, forward)
        except (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("runner cannot work and tries again", error=repr(error))
            await asyncio.sleep(RETRY_SECONDS)
            continue
        try:
            await asyncio.wait_for(wake.wait(), POLL_SECONDS)
        except TimeoutError:
            continue
    await engine.dispose()


def main() -> None:
    """The entry point of the process."""
    order = process.begin()
    gc.set_threshold(*RARELY)
    process.run(run(order))

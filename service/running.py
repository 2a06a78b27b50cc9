"""The runner: a process of its own that takes the projections forward as entries arrive.

It wakes on NOTIFY and looks by itself twice a second, so that correctness never rests on a wake-up.
It ends when the process that started it does.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from typing import Final

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from events.appender import CHANNEL
from events.database import open_engine
from projections.pipeline import forward
from projections.runner import catch_up

POLL_SECONDS: Final = 0.5
RETRY_SECONDS: Final = 1.0
NICE: Final = 5
"""Appends and answers come first where the processors are few."""
RARELY: Final = (200_000, 50, 100)
"""A run makes very many objects at once and lets them go together: looking for circles among them costs a third."""
URL_VARIABLE: Final = "ZEREN_RUNNER_DATABASE_URL"
PARENT_VARIABLE: Final = "ZEREN_RUNNER_PARENT"

log = structlog.get_logger()


async def run(url: str, parent: int) -> None:
    """Take the projections forward until the parent process has gone."""
    engine = open_engine(url, pool_size=2)
    wake = asyncio.Event()
    listening: asyncpg.Connection | None = None
    while os.getppid() == parent:
        try:
            if listening is None or listening.is_closed():
                listening = await asyncpg.connect(url)
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
    """The entry point of the process: the database is told by the environment, not on the command line.

    So is the parent: one that was killed before we came this far is no longer our parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    gc.set_threshold(*RARELY)
    asyncio.run(run(os.environ[URL_VARIABLE], int(os.environ[PARENT_VARIABLE])))


async def supervise(url: str) -> None:
    """Keep one runner alive; end it when cancelled."""
    environment = {**os.environ, URL_VARIABLE: url, PARENT_VARIABLE: str(os.getpid())}
    while True:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from service.running import main; main()", env=environment
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        log.warning("the runner ended and is started again", code=code)
        await asyncio.sleep(RETRY_SECONDS)


if __name__ == "__main__":
    main()

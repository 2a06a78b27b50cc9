"""Checks slices of a log, in order: one after the other here, or several at once in processes of their own.

All of them read one snapshot of the database, so that a log which grows meanwhile is still one log.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final

import asyncpg

from events.verifying.slices import Slice, Wanted, check_slice

AHEAD: Final = 2
"""How many slices are under way for each process."""
_SETTINGS: Final = {"citus.override_table_visibility": "off", "timezone": "UTC", "jit": "off"}


class _Process:
    """What a worker process keeps from slice to slice: an event loop, and a connection on the snapshot."""

    runner: asyncio.Runner
    raw: Any


def _begin(url: str, snapshot: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
    _Process.runner = asyncio.Runner()
    _Process.raw = _Process.runner.run(_connected(url, snapshot))


async def _connected(url: str, snapshot: str) -> Any:
    raw = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://", 1), server_settings=_SETTINGS)
    await raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    await raw.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    return raw


def _check(wanted: Wanted) -> Slice:
    return _Process.runner.run(check_slice(_Process.raw, wanted))


async def checked_here(raw: Any, slices: Sequence[Wanted]) -> AsyncGenerator[Slice, None]:
    """The slices, one after the other, on one asyncpg connection."""
    for wanted in slices:
        yield await check_slice(raw, wanted)


async def checked_apart(url: str, snapshot: str, jobs: int, slices: Sequence[Wanted]) -> AsyncGenerator[Slice, None]:
    """The slices in order, checked by as many processes; `snapshot` is one that PostgreSQL exported."""
    loop = asyncio.get_running_loop()
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_begin, initargs=(url, snapshot))
    # A process that is spawned imports what started us, by its file: all of the service, for nothing.
    ours = vars(sys.modules["__main__"])
    started_by = ours.pop("__file__", None)
    try:
        under_way: deque[asyncio.Future[Slice]] = deque()
        for wanted in slices:
            under_way.append(loop.run_in_executor(pool, _check, wanted))
            if len(under_way) >= AHEAD * jobs:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if started_by is not None:
            ours["__file__"] = started_by

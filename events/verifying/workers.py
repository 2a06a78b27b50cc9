"""Checks slices of a log, in order: one after the other here, or several at once in processes of their own.

All of them read one snapshot of the database, so that a log which grows meanwhile is still one log.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import asyncpg

from events.database import dsn
from events.verifying.slices import Slice, Wanted, check_slice

AHEAD: Final = 2
"""How many slices are under way for each process."""
OBJECTS: Final = 100_000
"""Made between two runs of the collector of cycles in a worker: rows hold none."""
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_SETTINGS: Final = {
    "citus.override_table_visibility": "off",
    "timezone": "UTC",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}
"""There is a process for each processor already."""


class _Process:
    """What a worker process keeps from slice to slice: an event loop, and a connection on the snapshot."""

    runner: asyncio.Runner
    raw: Any


def _begin(url: str, snapshot: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
    gc.freeze()
    gc.set_threshold(OBJECTS)
    _Process.runner = asyncio.Runner()
    _Process.raw = _Process.runner.run(_connected(url, snapshot))


async def _connected(url: str, snapshot: str) -> Any:
    raw = await asyncpg.connect(dsn(url), server_settings=_SETTINGS)
    await raw.set_type_codec("timestamptz", schema="pg_catalog", encoder=tuple, decoder=_instant, format="tuple")
    await raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    await raw.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    return raw


@lru_cache(maxsize=4096)
def _instant(told: tuple[int]) -> datetime:
    """An instant of PostgreSQL, in microseconds since 2000; the entries of an append share theirs."""
    try:
        return _EPOCH + timedelta(microseconds=told[0])
    except OverflowError:  # infinity, which nobody honest wrote
        return _NEVER


def _check(wanted: Wanted) -> Slice:
    return _Process.runner.run(check_slice(_Process.raw, wanted))


@asynccontextmanager
async def checked_here(raw: Any, slices: Sequence[Wanted]) -> AsyncIterator[AsyncIterator[Slice]]:
    """The slices, one after the other, on one asyncpg connection."""

    async def checked() -> AsyncIterator[Slice]:
        for wanted in slices:
            yield await check_slice(raw, wanted)

    yield checked()


@asynccontextmanager
async def checked_apart(
    url: str, snapshot: str, jobs: int, slices: Sequence[Wanted]
) -> AsyncIterator[AsyncIterator[Slice]]:
    """The slices in order, checked by as many processes, from now on; `snapshot` is one that PostgreSQL exported."""
    loop = asyncio.get_running_loop()
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(url, snapshot))
    # A process that is spawned imports what started us, by its file: all of the service, for nothing.
    ours = vars(sys.modules["__main__"])
    started_by = ours.pop("__file__", None)
    rest = iter(slices)

    def begun(many: int) -> Iterator[asyncio.Future[Slice]]:
        return (loop.run_in_executor(pool, _check, wanted) for wanted in islice(rest, many))

    under_way = deque(begun(AHEAD * jobs))

    async def checked() -> AsyncIterator[Slice]:
        while under_way:
            yield await under_way.popleft()
            under_way.extend(begun(1))

    try:
        yield checked()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if started_by is not None:
            ours["__file__"] = started_by

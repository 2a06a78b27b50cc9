"""Fills a log with a history through the real way in, and waits for what is derived of it: projections, names."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.locality import Told
from events import logs, name_index, store
from events.appender import Appender
from events.clock import SystemClock
from events.cloudevent import read_event
from events.database import open_engine
from events.receipts import Offer

LOG: Final = "bench"
CREDENTIAL: Final = "bench"
TOGETHER: Final = 5000
"""Events in one transaction while a log is filled."""
POLL_SECONDS: Final = 0.05
STUCK_SECONDS: Final = 120.0
"""How long projections may stand still before they are given up."""
NAMES_SECONDS: Final = 600.0

PROJECTED: Final = "SELECT size, failures::text FROM projection_state WHERE log_id = $1 AND live"


class LoadError(Exception):
    """What was to be recorded was refused, or is not projected."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How long it took to record a history, and then to wait for its projections."""

    size: int
    seconds: float
    behind_seconds: float


def load(url: str, told: Iterable[Told], log_id: str = LOG) -> Loaded:
    """Record a history in a new log; wait until it is projected, its names are indexed, and the tables vacuumed.

    Raises LoadError.
    """
    return asyncio.run(_load(url, told, log_id))


async def _load(url: str, told: Iterable[Told], log_id: str) -> Loaded:
    engine = open_engine(url, pool_size=2)
    try:
        async with engine.begin() as conn:
            await logs.create(conn, log_id, name=None, origin=None, clock="live")
        began, size, left = time.perf_counter(), 0, iter(told)
        while some := list(islice(left, TOGETHER)):
            size = await _append(engine, log_id, some)
        recorded = time.perf_counter()
        await _name(engine, log_id, size)
    finally:
        await engine.dispose()
    connection = await asyncpg.connect(url)
    try:
        await reach(connection, log_id, size)
        projected = time.perf_counter()
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
    return Loaded(size, recorded - began, projected - recorded)


async def _append(engine: AsyncEngine, log_id: str, told: Iterable[Told]) -> int:
    offers = [Offer(read_event(one.event), CREDENTIAL, may_correct=True) for one in told]
    async with engine.begin() as conn:
        appended = await store.append(conn, log_id, offers, SystemClock())
    for receipt in appended.receipts:
        if receipt.status != "appended":
            raise LoadError(f"{receipt.id} was {receipt.status}: {receipt.problem}")
    return appended.size


async def _name(engine: AsyncEngine, log_id: str, size: int) -> None:
    """Take the map of names to the head, as the notary would some time later, beside what is measured."""
    await name_index.ensure(engine, Appender(engine, SystemClock()).append, log_id, size, patience=NAMES_SECONDS)


async def reach(connection: asyncpg.Connection, log_id: str, size: int) -> None:
    """Wait until the projections of a log have reached a size. Raises LoadError where they stop on the way."""
    reached, moved = -1, time.monotonic()
    while True:
        row = await connection.fetchrow(PROJECTED, log_id)
        now = time.monotonic()
        if row is not None and row["failures"] != "{}":
            raise LoadError(f"a projection of {log_id} has failed: {row['failures']}")
        if row is not None and row["size"] > reached:
            reached, moved = row["size"], now
        if reached >= size:
            return
        if now - moved > STUCK_SECONDS:
            raise LoadError(f"the projections of {log_id} stand at {reached} of {size}")
        await asyncio.sleep(POLL_SECONDS)

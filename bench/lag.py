"""Lag of the runner: how long after its receipt an event is projected, and how fast a backlog is worked off."""

from __future__ import annotations

import asyncio
import json
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import asyncpg
import orjson

from bench.appends import BATCH, MANY, ONE, make_log
from bench.client import drive, request
from bench.loading import PROJECTED
from bench.locality import Told
from bench.measured import Line, Results, middle, percentile
from bench.rebuilds import took
from bench.site import Site

LAG_LOG: Final = "bench-lag"
LOOK_SECONDS: Final = 0.001
GIVE_UP_SECONDS: Final = 300.0
CHANNEL: Final = "bench_bare"
WAKE_UPS: Final = 200
MILLISECONDS: Final = 1000.0
BASELINE: Final = "bare NOTIFY, LISTEN and commit"


class LagError(Exception):
    """The projections did not come as far as the log."""


@dataclass(slots=True)
class Watched:
    """When which size of the projections was first seen, in order."""

    sizes: list[int] = field(default_factory=list)
    instants: list[float] = field(default_factory=list)

    def reached(self, size: int) -> float:
        """When the projections were first seen at a size or beyond."""
        return self.instants[bisect_right(self.sizes, size - 1)]


def steady(site: Site, told: Sequence[Told], results: Results, *, rate: float) -> None:
    """`runner-lag-steady`: events one by one at a steady rate; the time from each receipt to its projection."""
    make_log(site, LAG_LOG)
    path = f"/v1/logs/{LAG_LOG}/events"
    raw = [request("POST", path, ONE, orjson.dumps(one.event)) for one in told]

    def send() -> list[tuple[int, float]]:
        receipts = []
        connection = site.connect()
        began = time.perf_counter()
        for serial, one in enumerate(raw):
            time.sleep(max(0.0, began + serial / rate - time.perf_counter()))
            answer = connection.ask(one)
            answer.expect(201)
            receipts.append((json.loads(answer.body)["position"] + 1, time.perf_counter()))
        connection.close()
        return receipts

    async def both() -> tuple[list[tuple[int, float]], Watched]:
        watching = asyncio.create_task(_watch(site.url, len(raw)))
        receipts = await asyncio.to_thread(send)
        return receipts, await watching

    receipts, watched = asyncio.run(both())
    lags = [max(0.0, watched.reached(size) - instant) * MILLISECONDS for size, instant in receipts]
    bare = wake_ups(site.url)
    results.lines += [
        Line("runner-lag-p50", middle(lags), "ms", middle(bare), BASELINE),
        Line("runner-lag-p95", percentile(lags, 95), "ms", percentile(bare, 95), f"{BASELINE}, p95"),
    ]


def burst(site: Site, told: Sequence[Told], results: Results) -> None:
    """`runner-catch-up`: a backlog that came while the runner was held, worked off alone."""
    log_id = f"{LAG_LOG}-burst"
    make_log(site, log_id)
    path = f"/v1/logs/{log_id}/events"
    sent = [told[start : start + BATCH] for start in range(0, len(told), BATCH)]
    raw = [request("POST", path, MANY, orjson.dumps([one.event for one in some])) for some in sent]
    runner = site.runner()
    runner.suspend()
    try:
        drive(site.port, [raw], status=200)
    finally:
        runner.resume()
    began = time.perf_counter()
    watched = asyncio.run(_watch(site.url, len(told), log_id))
    seconds = watched.reached(len(told)) - began
    read = took("read", site.url, log_id)
    rate, beside = len(told) / seconds, read.events / read.seconds
    results.lines += [
        Line("runner-catch-up", rate, "events/s", beside, "reading and parsing the entries"),
        Line(f"runner-lag-after-{len(told)}", seconds * MILLISECONDS, "ms"),
    ]


async def _watch(url: str, size: int, log_id: str = LAG_LOG) -> Watched:
    """Look at the size of the projections until they have reached one. Raises LagError."""
    watched = Watched()
    connection = await asyncpg.connect(url)
    try:
        look = await connection.prepare(PROJECTED)
        deadline = time.perf_counter() + GIVE_UP_SECONDS
        while not watched.sizes or watched.sizes[-1] < size:
            row = await look.fetchrow(log_id)
            now = time.perf_counter()
            if row is not None and (not watched.sizes or row["size"] > watched.sizes[-1]):
                watched.sizes.append(row["size"])
                watched.instants.append(now)
            if now > deadline:
                raise LagError(f"{log_id} is projected to {watched.sizes[-1:]} of {size}")
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        await connection.close()
    return watched


def wake_ups(url: str) -> list[float]:
    """Milliseconds from the start of a bare NOTIFY to the end of the one-row commit that its listener makes."""
    return asyncio.run(_wake_ups(url))


async def _wake_ups(url: str) -> list[float]:
    listening, telling = await asyncpg.connect(url), await asyncpg.connect(url)
    heard = asyncio.Event()
    taken = []
    try:
        await telling.execute(f"CREATE TABLE {CHANNEL} AS SELECT 0::bigint AS size")
        await listening.add_listener(CHANNEL, lambda *_: heard.set())
        for _ in range(WAKE_UPS):
            heard.clear()
            began = time.perf_counter()
            await telling.execute(f"NOTIFY {CHANNEL}")
            await heard.wait()
            await listening.execute(f"UPDATE {CHANNEL} SET size = size + 1")
            taken.append((time.perf_counter() - began) * MILLISECONDS)
        await telling.execute(f"DROP TABLE {CHANNEL}")
    finally:
        await listening.close()
        await telling.close()
    return taken

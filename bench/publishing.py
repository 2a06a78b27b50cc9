"""How soon after its receipt an event is covered by the public checkpoint of its log."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Final

import orjson

from bench.appends import BATCH, MANY, ONE, SEVERAL, by_place, make_log
from bench.client import Connection, UnexpectedAnswerError, request
from bench.lag import BASELINE, Watched, wake_ups
from bench.locality import Told
from bench.measured import Bar, Line, Results, middle, percentile
from bench.site import Site

STEADY_LOG: Final = "bench-checkpoint"
BUSY_LOG: Final = "bench-checkpoint-busy"
TWO_SECONDS: Final = Bar("value", "at most", 2000.0)
LOOK_SECONDS: Final = 0.005
GIVE_UP_SECONDS: Final = 60.0
MILLISECONDS: Final = 1000.0

Receipts = list[tuple[int, float]]
"""Sizes of the log that receipts show, each with the instant at which it was read."""


class NotPublishedError(Exception):
    """No checkpoint came that covers what was appended."""


def measure(site: Site, told: Sequence[Told], steady: int, results: Results, *, rate: float) -> None:
    """`checkpoint-delay`: the first `steady` events one by one, then all of them as fast as they are taken."""
    once = _delays(site, STEADY_LOG, lambda: _one_by_one(site, told[:steady], rate))
    busy = _delays(site, BUSY_LOG, lambda: _in_batches(site, told))
    bare = wake_ups(site.url)
    results.lines += [
        Line("checkpoint-delay-p50", middle(once), "ms", middle(bare), BASELINE),
        Line("checkpoint-delay-p95", percentile(once, 95), "ms", percentile(bare, 95), f"{BASELINE}, p95"),
        Line("checkpoint-delay-max", max(once), "ms", max(bare), f"{BASELINE}, max", TWO_SECONDS),
        Line("checkpoint-delay-busy-max", max(busy), "ms", max(bare), f"{BASELINE}, max", TWO_SECONDS),
    ]


def published(connection: Connection, log_id: str) -> int:
    """The size of the public checkpoint of a log; 0 before the first."""
    answer = connection.ask(request("GET", f"/{log_id}/checkpoint", {}))
    if answer.status == 404:
        return 0
    answer.expect(200)
    return int(answer.body.split(b"\n")[1])


def covered(site: Site, log_id: str, size: int) -> None:
    """Wait until a public checkpoint covers so many entries. Raises NotPublishedError."""
    connection = site.connect()
    try:
        _watch(connection, log_id, lambda: size)
    finally:
        connection.close()


def _delays(site: Site, log_id: str, send: Callable[[], Receipts]) -> list[float]:
    """Milliseconds from each receipt of what `send` sends to the first checkpoint that covers it."""
    make_log(site, log_id)
    wanted: list[int] = []
    watching = site.connect()
    with ThreadPoolExecutor(1) as threads:
        watched = threads.submit(_watch, watching, log_id, lambda: wanted[0] if wanted else None)
        try:
            receipts = send()
            wanted.append(max(size for size, _ in receipts))
        except BaseException:
            wanted.append(0)
            raise
        seen = watched.result()
    watching.close()
    return [max(0.0, seen.reached(size) - instant) * MILLISECONDS for size, instant in receipts]


def _watch(connection: Connection, log_id: str, wanted: Callable[[], int | None]) -> Watched:
    """Look at the public checkpoint until it has the size that is wanted, once that is known."""
    seen, moved = Watched(), time.perf_counter()
    while True:
        size, now = published(connection, log_id), time.perf_counter()
        if size > (seen.sizes[-1] if seen.sizes else 0):
            seen.sizes.append(size)
            seen.instants.append(now)
            moved = now
        end = wanted()
        if end is not None and size >= end:
            return seen
        if now - moved > GIVE_UP_SECONDS:
            raise NotPublishedError(f"the checkpoint of {log_id} stands at {size}; wanted are {end} entries")
        time.sleep(LOOK_SECONDS)


def _one_by_one(site: Site, told: Sequence[Told], rate: float) -> Receipts:
    connection = site.connect()
    began, receipts = time.perf_counter(), []
    for serial, one in enumerate(told):
        time.sleep(max(0.0, began + serial / rate - time.perf_counter()))
        receipts.append(_posted(connection, STEADY_LOG, ONE, orjson.dumps(one.event)))
    connection.close()
    return receipts


def _in_batches(site: Site, told: Sequence[Told]) -> Receipts:
    """Several connections at once, each batch after batch: the server has no idle moment."""
    began = threading.Barrier(SEVERAL)

    def send(some: Sequence[Told]) -> Receipts:
        raw = [orjson.dumps([one.event for one in some[at : at + BATCH]]) for at in range(0, len(some), BATCH)]
        connection = site.connect()
        began.wait()
        receipts = [_posted(connection, BUSY_LOG, MANY, body) for body in raw]
        connection.close()
        return receipts

    scripts: Iterable[Sequence[Told]] = by_place(told, SEVERAL)
    with ThreadPoolExecutor(SEVERAL) as threads:
        return list(chain.from_iterable(threads.map(send, scripts)))


def _posted(connection: Connection, log_id: str, headers: dict[str, str], body: bytes) -> tuple[int, float]:
    """The size that a receipt shows, and when it came. Raises UnexpectedAnswerError where something was refused."""
    answer = connection.ask(request("POST", f"/v1/logs/{log_id}/events", headers, body))
    instant = time.perf_counter()
    if answer.status not in (200, 201):
        raise UnexpectedAnswerError(f"{answer.status}: {answer.body[:500]!r}")
    found = orjson.loads(answer.body)
    receipts = found.get("receipts", [found])
    return max(one["position"] for one in receipts) + 1, instant

"""Append throughput over HTTP, beside a no-op POST, raw COPY, and the recorder of `eventsourcing`.

Every measured stretch is followed by its baselines over the same events, so that what disturbs the
machine disturbs all of them. The runner projects meanwhile, as it does in service.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import asyncpg
import orjson

from bench.client import Driven, drive, request
from bench.copying import Copier
from bench.loading import reach
from bench.locality import Told
from bench.measured import Bar, Line, Results, middle
from bench.rival import Rival
from bench.server import NOOP
from bench.site import AUTHORISED, Site

CLIENTS: Final = 32
BATCH: Final = 500
SINGLE_LOG: Final = "bench-single"
BATCH_LOG: Final = "bench-batch"
ONE: Final = AUTHORISED | {"content-type": "application/cloudevents+json"}
MANY: Final = AUTHORISED | {"content-type": "application/cloudevents-batch+json"}


class NotAppendedError(Exception):
    """What was sent is not in the log as often as it was sent."""


@dataclass(slots=True)
class Rates:
    """Events a second, stretch by stretch."""

    ours: list[float] = field(default_factory=list)
    baseline: list[float] = field(default_factory=list)
    rival: list[float] = field(default_factory=list)


def make_log(site: Site, log_id: str) -> None:
    """Make a log over HTTP."""
    connection = site.connect()
    try:
        headers = AUTHORISED | {"content-type": "application/json"}
        connection.ask(request("PUT", f"/v1/logs/{log_id}", headers, b"{}")).expect(201)
    finally:
        connection.close()


def settle(site: Site, log_id: str, size: int) -> None:
    """Wait until the runner has nothing to do any more, so that a baseline does not share the machine with it."""

    async def wait() -> None:
        connection = await asyncpg.connect(site.url)
        try:
            await reach(connection, log_id, size)
        finally:
            await connection.close()

    asyncio.run(wait())


def singles(site: Site, stretches: Iterable[Sequence[Told]], results: Results) -> None:
    """`append-single-32`: 32 connections, one event a request, each durable before its receipt."""
    make_log(site, SINGLE_LOG)
    rates, size = Rates(), 0
    for turn, told in enumerate(stretches):
        scripts = by_place(told, CLIENTS)
        appended = drive(site.port, [[_single(one) for one in script] for script in scripts], status=201)
        size = _check_positions(appended, size)
        settle(site, SINGLE_LOG, size)
        noop = drive(site.port, [[_noop(one) for one in script] for script in scripts], status=201)
        if turn:  # the first stretch warms up
            rates.ours.append(appended.rate)
            rates.baseline.append(noop.rate)
    bar = Bar("ratio", "at least", 0.40)
    line = Line("append-single-32", middle(rates.ours), "events/s", middle(rates.baseline), "no-op POST", bar)
    results.lines.append(line)


def batches(
    site: Site, stretches: Iterable[Sequence[Told]], rival: Rival | None, results: Results, log_id: str = BATCH_LOG
) -> None:
    """`append-batch-500`: one connection, 500 events a request, each batch durable before its receipts."""
    make_log(site, log_id)
    copier = Copier(site.url, log_id, f"{log_id}-copied")
    rates, size = Rates(), 0
    for turn, some in enumerate(stretches):
        sent = [some[start : start + BATCH] for start in range(0, len(some), BATCH)]
        appended = drive(site.port, [[_batch(one, log_id) for one in sent]], status=200)
        _check_batches(appended, size, len(some))
        settle(site, log_id, size + len(some))
        copied = copier.copy(size, size + len(some), BATCH)
        size += len(some)
        inserted = rival.insert(some, BATCH) if rival is not None else None
        if turn:  # the first stretch warms up
            rates.ours.append(len(some) / appended.seconds)
            rates.baseline.append(len(some) / copied)
            rates.rival += [inserted[0] / inserted[1]] if inserted is not None else []
    results.lines += _batch_lines(rates)


def _batch_lines(rates: Rates) -> list[Line]:
    ours = middle(rates.ours)
    copied = Bar("ratio", "at least", 0.5)
    lines = [Line("append-batch-500", ours, "events/s", middle(rates.baseline), "COPY of the same rows", copied)]
    if rates.rival:
        ahead = Bar("ratio", "more than", 1.0)
        name = "append-batch-500-beside-eventsourcing"
        lines.append(Line(name, ours, "events/s", middle(rates.rival), "eventsourcing, in process", ahead))
    return lines


def by_place(told: Sequence[Told], clients: int) -> list[list[Told]]:
    """What each client sends: all of one place by one client, in order, for a correction must follow its fact."""
    places: dict[str, list[Told]] = {}
    for one in told:
        places.setdefault(one.place, []).append(one)
    scripts: list[list[Told]] = [[] for _ in range(clients)]
    for some in sorted(places.values(), key=len, reverse=True):
        min(scripts, key=len).extend(some)
    return scripts


def _single(one: Told) -> bytes:
    return request("POST", f"/v1/logs/{SINGLE_LOG}/events", ONE, orjson.dumps(one.event))


def _noop(one: Told) -> bytes:
    return request("POST", NOOP, ONE, orjson.dumps(one.event))


def _batch(some: Sequence[Told], log_id: str) -> bytes:
    return request("POST", f"/v1/logs/{log_id}/events", MANY, orjson.dumps([one.event for one in some]))


def _check_positions(appended: Driven, size: int) -> int:
    """The size of a log after some receipts. Raises NotAppendedError unless each gave a position of its own."""
    positions = sorted(json.loads(answer.body)["position"] for found in appended.answers for answer in found)
    if positions != list(range(size, size + len(positions))):
        raise NotAppendedError(f"{len(positions)} receipts after size {size} do not give the next positions, once each")
    return size + len(positions)


def _check_batches(appended: Driven, size: int, count: int) -> None:
    """Raise NotAppendedError unless every event of every batch was appended."""
    receipts = [one for found in appended.answers for answer in found for one in json.loads(answer.body)["receipts"]]
    if [one["position"] for one in receipts if one["status"] == "appended"] != list(range(size, size + count)):
        raise NotAppendedError(f"of {count} events sent in batches after size {size} not all were appended in order")

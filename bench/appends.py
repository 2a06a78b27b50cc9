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
SEVERAL: Final = 4
"""Connections of the second measurement of batches: while one batch is written, the next is checked."""
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

    def add(self, ours: float, baseline: float, inserted: tuple[int, float] | None) -> None:
        """Add one stretch; what the other package inserted, and in how many seconds, where it took part."""
        self.ours.append(ours)
        self.baseline.append(baseline)
        if inserted is not None:
            self.rival.append(inserted[0] / inserted[1])


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


def singles(site: Site, stretches: Iterable[Sequence[Told]], rival: Rival | None, results: Results) -> None:
    """`append-single-32`: 32 connections, one event a request, each durable before its receipt."""
    make_log(site, SINGLE_LOG)
    rates, size = Rates(), 0
    for turn, told in enumerate(stretches):
        scripts = by_place(told, CLIENTS)
        appended = drive(site.port, [[_single(one) for one in script] for script in scripts], status=201)
        check_positions(_positions(appended), size, len(told))
        size += len(told)
        settle(site, SINGLE_LOG, size)
        noop = drive(site.port, [[_noop(one) for one in script] for script in scripts], status=201)
        inserted = rival.insert(told, 1, clients=CLIENTS) if rival is not None else None
        if turn:  # the first stretch warms up
            rates.add(appended.rate, noop.rate, inserted)
    bar = Bar("ratio", "at least", 0.40)
    results.lines += _lines("append-single-32", rates, "no-op POST", bar, None)


def batches(
    site: Site, stretches: Iterable[Sequence[Told]], rival: Rival | None, results: Results, *, clients: int = 1
) -> None:
    """`append-batch-500`: 500 events a request, each batch durable before its receipts; one connection, or several."""
    name = "append-batch-500" if clients == 1 else f"append-batch-500-{clients}-clients"
    make_log(site, name)
    copier = Copier(site.url, name, f"{name}-copied")
    rates, size = Rates(), 0
    for turn, told in enumerate(stretches):
        scripts = [told] if clients == 1 else by_place(told, clients)
        sent = [[_batch(some[at : at + BATCH], name) for at in range(0, len(some), BATCH)] for some in scripts]
        appended = drive(site.port, sent, status=200)
        check_positions(positions_of_batches(appended), size, len(told))
        settle(site, name, size + len(told))
        copied = copier.copy(size, size + len(told), BATCH)
        size += len(told)
        inserted = rival.insert(told, BATCH) if rival is not None else None
        if turn:  # the first stretch warms up
            rates.add(len(told) / appended.seconds, len(told) / copied, inserted)
    bars = (Bar("ratio", "at least", 0.5), Bar("ratio", "more than", 1.0)) if clients == 1 else (None, None)
    results.lines += _lines(name, rates, "COPY of the same rows", *bars)


def _lines(name: str, rates: Rates, baseline: str, bar: Bar | None, ahead: Bar | None) -> list[Line]:
    ours = middle(rates.ours)
    lines = [Line(name, ours, "events/s", middle(rates.baseline), baseline, bar)]
    if rates.rival:
        beside = middle(rates.rival)
        lines.append(Line(f"{name}-beside-eventsourcing", ours, "events/s", beside, "eventsourcing, in process", ahead))
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


def _positions(appended: Driven) -> list[int]:
    """The positions that single receipts give."""
    return [json.loads(answer.body)["position"] for found in appended.answers for answer in found]


def positions_of_batches(appended: Driven) -> list[int]:
    """The positions that the receipts of batches give; what was not appended has none."""
    receipts = [one for found in appended.answers for answer in found for one in json.loads(answer.body)["receipts"]]
    return [one["position"] for one in receipts if one["status"] == "appended"]


def check_positions(positions: Sequence[int], size: int, count: int) -> None:
    """Raise NotAppendedError unless these are the next positions of a log, each once."""
    if sorted(positions) != list(range(size, size + count)):
        raise NotAppendedError(f"{count} events sent, {len(positions)} receipts: not the next positions after {size}")

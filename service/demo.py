"""Loads the sample logs of `examples/` under a scripted clock, so that "known on 2018-01-15" can be asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import entries, logs, store
from events.canonical import read_json
from events.clock import ScriptedClock, read_stamp
from events.cloudevent import read_event
from events.database import open_engine
from events.errors import LogUnknown
from events.logs import PREFIX
from events.receipts import Offer
from projections.runner import catch_up
from service.wiring import NotReadyError

CREDENTIAL: Final = "demo"

Line = tuple[datetime, dict[str, Any]]


def first_case() -> dict[str, str]:
    """The place, the day and the earlier state of knowledge that a newcomer is shown."""
    case = json.loads((files("examples") / "cases.json").read_text(encoding="utf-8"))["q1_gansu"]
    return {"code": case["code"], "valid_at": case["valid_at"], "known_at": case["known_at"]}


def sample_logs() -> list[str]:
    """The ids of the sample logs."""
    return sorted(entry.name.removesuffix(".ndjson") for entry in (files("examples") / "logs").iterdir())


def lines_of(log_id: str) -> list[Line]:
    """The events of a sample log, each with the instant at which it was recorded."""
    raw = (files("examples") / "logs" / f"{log_id}.ndjson").read_bytes()
    values = [read_json(line) for line in raw.splitlines() if line.strip()]
    return [(read_stamp(value["recorded_at"]), value["event"]) for value in values]


async def load(url: str, say: Callable[[str], object], prefix: str = PREFIX) -> None:
    """Write what is missing of the sample logs, their origins under `prefix`, and take their projections forward."""
    engine = open_engine(url)
    try:
        for log_id in sample_logs():
            added = await _load_one(engine, log_id, prefix)
            if added:
                say(f"{log_id}: {added} events recorded")
        await catch_up(engine)
    finally:
        await engine.dispose()


async def _load_one(engine: AsyncEngine, log_id: str, prefix: str) -> int:
    lines = lines_of(log_id)
    async with engine.begin() as conn:
        try:
            size = (await logs.get(conn, log_id)).size
        except LogUnknown:
            await logs.create(conn, log_id, name=None, origin=None, clock="scripted", prefix=prefix)
            size = 0
        await _check_start(conn, log_id, lines, size)
    missing = lines[size:]
    for recorded_at, events in _together(missing):
        offers = [Offer(read_event(event), CREDENTIAL, may_correct=True) for event in events]
        async with engine.begin() as conn:
            appended = await store.append(conn, log_id, offers, ScriptedClock(recorded_at))
        refused = [receipt for receipt in appended.receipts if receipt.status != "appended"]
        if refused:
            raise RuntimeError(f"{log_id}: sample event {refused[0].id} was {refused[0].status}: {refused[0].problem}")
    return len(missing)


async def _check_start(conn: AsyncConnection, log_id: str, lines: list[Line], size: int) -> None:
    """Raise NotReadyError unless what is recorded is the beginning of the sample log of this version."""
    last = await entries.at(conn, log_id, [size - 1]) if size else []
    if size > len(lines) or (last and last[0].id != lines[size - 1][1]["id"]):
        raise NotReadyError(f"{log_id} was recorded from other sample data: choose another directory with --data")


def _together(lines: list[Line]) -> Iterator[tuple[datetime, list[dict[str, Any]]]]:
    for recorded_at, group in groupby(lines, key=lambda line: line[0]):
        yield recorded_at, [event for _, event in group]

"""A long stretch taken through the pipeline leaves what one run after the other leaves."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from events.appender import Appender
from events.clock import SystemClock
from events.cloudevent import read_event
from events.receipts import Offer
from projections import pipeline, remembering, runner
from projections.pipeline import Pipeline
from projections.rebuild import Seeds, fingerprint
from projections.runner import catch_up_log
from tests.projections.histories import History, histories
from tests.thorough import examples

pytestmark = pytest.mark.anyio

NEW: Any = text("INSERT INTO projection_state (log_id, generation, live) VALUES (:log_id, :generation, false)")
few = settings(
    max_examples=examples(15),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
COUNT = iter(range(1_000_000))


@pytest.fixture
def short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs so short that what one touched is touched again before it is written, and after it is forgotten."""
    monkeypatch.setattr(pipeline, "RUN", 4)
    monkeypatch.setattr(pipeline, "SLICE", 2)
    monkeypatch.setattr(remembering, "KEPT", 4)
    monkeypatch.setattr(runner, "RUN", 3)


async def recorded(engine: AsyncEngine, history: History) -> tuple[str, int]:
    """A log of its own that holds a history; its id and size."""
    log_id = f"p-{next(COUNT)}"
    async with engine.begin() as conn:
        await logs.create(conn, log_id, name=None, origin=None, clock="live")
        for generation in (1, 2):
            await conn.execute(NEW, {"log_id": log_id, "generation": generation})
    appender = Appender(engine, SystemClock())
    size = 0
    for batch in history.batches():
        appended = await appender.append(log_id, [Offer(read_event(e), "test", may_correct=True) for e in batch])
        size = appended.size
    await appender.close()
    return log_id, size


async def compared(engine: AsyncEngine, log_id: str, size: int) -> None:
    """Both generations hold the same versions of the same rows, and got there by the same steps."""
    seeds = Seeds.drawn()
    async with engine.connect() as conn:
        one, other = [await fingerprint(conn, log_id, generation, size, seeds) for generation in (1, 2)]
        states = [await runner.look(conn, log_id, generation) for generation in (1, 2)]
    assert one == other
    assert states[0] == states[1]
    assert states[0] is not None
    assert (states[0].size, dict(states[0].failures)) == (size, {})


@few
@given(history=histories(least=20, most=60))
async def test_same_rows(engine: AsyncEngine, short_runs: None, history: History) -> None:
    """Worked out while the last run is written, or run by run: the same versions of the same rows, and one digest."""
    log_id, size = await recorded(engine, history)
    await catch_up_log(engine, log_id, 1)
    assert await Pipeline(engine, log_id, 2).run() == size
    await compared(engine, log_id, size)


@few
@given(history=histories(least=20, most=60))
async def test_two_at_work(engine: AsyncEngine, short_runs: None, history: History) -> None:
    """Two pipelines and a plain runner on one generation get in each other's way and lose nothing."""
    log_id, size = await recorded(engine, history)
    await catch_up_log(engine, log_id, 1)
    await asyncio.gather(*(Pipeline(engine, log_id, 2).run() for _ in range(2)), catch_up_log(engine, log_id, 2))
    await catch_up_log(engine, log_id, 2)
    await compared(engine, log_id, size)


async def test_a_fingerprint_tells_rows_apart(engine: AsyncEngine) -> None:
    """The fingerprint of histories changes with a word of a row, and with the position at which a row was closed."""
    log_id, size = "told", 2
    async with engine.begin() as conn:
        await logs.create(conn, log_id, name=None, origin=None, clock="live")
        insert = text(
            "INSERT INTO p_person (log_id, generation, entity_id, known_from, ordinal, known_to, name, doc) "
            "VALUES ('told', :generation, 'x', 0, 0, :known_to, :name, CAST(:doc AS jsonb))"
        )
        rows = [(1, None, "n", "{}"), (2, 1, "n", "{}"), (3, None, "m", "{}"), (4, None, "n", '{"a": null}')]
        for generation, known_to, name, doc in rows:
            await conn.execute(insert, {"generation": generation, "known_to": known_to, "name": name, "doc": doc})
        await conn.execute(insert, {"generation": 5, "known_to": 2, "name": "n", "doc": "{}"})
        seeds = Seeds.drawn()
        digests = [await fingerprint(conn, log_id, generation, size, seeds) for generation in range(1, 6)]
    assert len(set(digests[:4])) == 4
    assert digests[4] == digests[0], "closed by an entry beyond the size: open as far as is asked"

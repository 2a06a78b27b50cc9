"""A log that is being filled keeps no other from being projected."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs, store
from events.clock import SystemClock
from events.cloudevent import read_event
from events.receipts import Offer
from projections import pipeline, runner
from projections.pipeline import forward
from projections.runner import Forward, catch_up, catch_up_log, progress

pytestmark = pytest.mark.anyio

FULL, OTHER = "cn-11", "cn-62"


async def append(engine: AsyncEngine, log_id: str, numbers: range) -> None:
    """Append registrations of persons, each an append of its own."""
    for number in numbers:
        person = {"person_id": f"p{number}", "name_zh": "示例"}
        sent = {"specversion": "1.0", "id": f"e{number}", "source": "urn:test", "type": "person.registered"}
        async with engine.begin() as conn:
            await store.append(conn, log_id, [Offer(read_event({**sent, "data": person}), "test")], SystemClock())


@pytest.mark.parametrize("way", [catch_up_log, forward], ids=["run by run", "pipeline"])
async def test_the_runner_does_not_stay_on_one_log(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, way: Forward
) -> None:
    """While one log is far behind, an entry comes to another: it is projected before the first is at its head."""
    monkeypatch.setattr(runner, "RUN", 2)
    monkeypatch.setattr(pipeline, "RUN", 2)
    turns: list[tuple[str, int]] = []

    async def taken(engine: AsyncEngine, log_id: str, generation: int, *, shared: bool) -> int:
        moved = await way(engine, log_id, generation, shared=shared)
        turns.append((log_id, moved))
        if len(turns) == 1:
            await append(engine, OTHER, range(2, 3))
        return moved

    async with engine.begin() as conn:
        for log_id in (FULL, OTHER):
            await logs.create(conn, log_id, name=None, origin=None, clock="live")
    await append(engine, FULL, range(20))
    await append(engine, OTHER, range(2))
    assert await catch_up(engine, taken) == 23
    assert turns[0] == (OTHER, 2), "the one with the least to do is first"
    of_other = turns.index((OTHER, 1))
    assert sum(moved for log_id, moved in turns[:of_other] if log_id == FULL) < 20
    async with engine.connect() as conn:
        assert {log_id: each.size for log_id, each in (await progress(conn, [FULL, OTHER])).items()} == {
            FULL: 20,
            OTHER: 3,
        }


async def test_alone_it_goes_to_the_head(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rebuild takes its generation to the head, whatever else is behind."""
    monkeypatch.setattr(runner, "RUN", 2)
    monkeypatch.setattr(pipeline, "RUN", 2)
    async with engine.begin() as conn:
        for log_id in (FULL, OTHER):
            await logs.create(conn, log_id, name=None, origin=None, clock="live")
        await conn.execute(runner.BEGIN)
    await append(engine, FULL, range(9))
    await append(engine, OTHER, range(1))
    assert await forward(engine, FULL, 1) == 9

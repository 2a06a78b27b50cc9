"""Whoever asks for much keeps nobody waiting: duties are worked out beside the event loop, rows read in turns."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from projections import giving_way
from projections.duties import evaluating
from projections.duties.evaluating import Duty
from projections.giving_way import in_turns
from tests.service.test_summary_http import DAY, world
from tests.service.test_walk import posted

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("asks", ["jurisdiction=c", "person=v1-x", "body=lg"])
async def test_others_are_answered_while_duties_are_worked_out(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, asks: str
) -> None:
    """The rules wait until somebody else has got an answer; on the event loop nobody would."""
    await posted(client, *world())
    begun, answered = threading.Event(), threading.Event()
    work_out = evaluating.duties

    def slowly(*given: Any) -> Iterator[Duty]:
        begun.set()
        assert answered.wait(10), "nobody was answered meanwhile"
        return work_out(*given)

    monkeypatch.setattr(evaluating, "duties", slowly)
    asking = asyncio.create_task(client.get(f"/v1/duties?{asks}&valid_at={DAY}"))
    await asyncio.to_thread(begun.wait, 10)
    assert (await client.get("/healthz")).status_code == 200
    answered.set()
    assert (await asking).json()["items"]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 9])
async def test_very_many_are_gone_through_in_turns(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them in order; between two turns others have theirs."""
    monkeypatch.setattr(giving_way, "TURN", 3)
    others = 0

    async def count_on() -> None:
        nonlocal others
        while True:
            others += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count_on())
    turns = [some async for some in in_turns(range(count))]
    counting.cancel()
    assert [one for some in turns for one in some] == list(range(count))
    assert all(0 < len(some) <= 3 for some in turns)
    assert others >= len(turns) - 1

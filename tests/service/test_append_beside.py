"""Batches that were read by the process beside us are appended as any others."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from events import plain_batches, verify
from events.plain_batches import PlainBatches
from service import intake
from service.state import Service
from tests.patience import until
from tests.service.test_appends import URL, person
from tests.service.test_walk import BATCH

pytestmark = pytest.mark.anyio


@pytest.fixture
async def read_beside(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[int]]:
    """The process takes every batch that it can; the sizes of those it took."""
    monkeypatch.setattr(plain_batches, "LARGE", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    batches, took = PlainBatches(), list[int]()
    real = batches.read

    async def noted(raw: bytes) -> Any:
        found = await real(raw)
        took.extend([] if found is None else [len(found)])
        return found

    assert await real(b"[]") is None
    await until(lambda: batches._started is not None and batches._started.done())
    monkeypatch.setattr(batches, "read", noted)
    monkeypatch.setattr(intake, "_PLAIN", batches)
    yield took
    batches.close()


async def posted(client: httpx.AsyncClient, events: list[dict[str, Any]]) -> dict[str, Any]:
    """What a batch is answered."""
    answer = await client.post(URL, json=events, headers=BATCH)
    assert answer.status_code in (200, 207), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_they_are_appended_as_any_others(
    client: httpx.AsyncClient, service: Service, read_beside: list[int]
) -> None:
    """Positions follow on, receipts are those of their entries, the tree holds; sent again they are duplicates."""
    await client.put("/v1/logs/cn-62")
    batches = [[person(f"{batch}-{number}") for number in range(80)] for batch in range(12)]
    told = await asyncio.gather(*(posted(client, batch) for batch in batches))
    assert read_beside
    receipts = {receipt["id"]: receipt for answer in told for receipt in answer["receipts"]}
    assert sorted(receipt["position"] for receipt in receipts.values()) == list(range(12 * 80))
    for batch in batches:
        kept = await client.get(f"{URL}/{receipts[batch[0]['id']]['position']}")
        assert kept.json()["event"] == batch[0]
    async with service.engine.connect() as conn:
        await conn.execution_options(isolation_level="REPEATABLE READ")
        verdict = await verify.verify(conn, "cn-62")
    assert (verdict.size, verdict.lie) == (12 * 80, None)
    again = await asyncio.gather(*(posted(client, batch) for batch in batches))
    for receipt in (receipt for answer in again for receipt in answer["receipts"]):
        first = receipts[receipt["id"]]
        assert receipt["status"] == "duplicate"
        assert (receipt["position"], receipt["leaf_hash"]) == (first["position"], first["leaf_hash"])


async def test_faults_and_other_contents_are_told_as_ever(client: httpx.AsyncClient, read_beside: list[int]) -> None:
    """A batch with a fault is read here and each item answered; another content under a known id is a conflict."""
    await client.put("/v1/logs/cn-62")
    many = [[person(f"{batch}-{number}") for number in range(80)] for batch in range(6)]
    spoilt = [person("sound"), person("spoilt", shoe="43")]
    *_, told = await asyncio.gather(*(posted(client, batch) for batch in many), posted(client, spoilt))
    assert [receipt["status"] for receipt in told["receipts"]] == ["appended", "rejected"]
    assert told["receipts"][1]["problem"]["errors"][0]["pointer"] == "/data/shoe"
    changed = [[person(f"{batch}-{number}", "示例丁") for number in range(80)] for batch in range(6)]
    answers = await asyncio.gather(*(posted(client, batch) for batch in changed))
    statuses = {receipt["problem"]["code"] for answer in answers for receipt in answer["receipts"]}
    assert statuses == {"id-taken"}
    assert len(read_beside) >= 2

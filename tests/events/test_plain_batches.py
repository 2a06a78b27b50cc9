"""Batches read beside us: what comes back is what we would have read, or nothing where we must look ourselves."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from events import plain_batches
from events.cloudevent import read_events
from events.leaf import seal
from events.plain_batches import PlainBatches, read_plainly
from tests.patience import until

pytestmark = pytest.mark.anyio

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[PlainBatches]:
    """A process for batches of any size, on a machine with a processor to spare."""
    monkeypatch.setattr(plain_batches, "LARGE", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    found = PlainBatches()
    yield found
    found.close()


async def started(batches: PlainBatches) -> None:
    """Wait until the process is up."""
    assert await batches.read(b"[]") is None
    await until(lambda: batches._started is not None and batches._started.done())


def some(dice: random.Random, event: Make, count: int) -> list[dict[str, Any]]:
    """Sound events: plain ones, of all planes of Unicode, with extensions; corrections and annulments."""
    return [
        dice.choice(
            [
                event("person.registered", f"e{number}", name_zh=f"\U00020000{number}"),
                event("person.registered", f"e{number}", "urn:另一个", name_zh='张\n"三"', born="1970"),
                event("record.filed", f"e{number}", record_id=f"r{number}") | {"trace": "t-1", "time": None},
                event("record.corrected", f"c{number}", corrects_event_id="e0", corrects_event_source="urn:x"),
                event("record.annulled", f"a{number}", annuls_event_id="e0"),
            ]
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_what_comes_back_is_what_we_read(batches: PlainBatches, event: Make, seed: int) -> None:
    """Every part of every submission is the one read here, and its digests are those of its salts and bytes."""
    await started(batches)
    values = some(random.Random(seed), event, 50)
    found = await batches.read(orjson.dumps(values))
    assert found is not None
    salts = set()
    for sent, ours in zip(found, read_events(values), strict=True):
        assert not isinstance(ours, Exception)
        assert (sent.id, sent.source, sent.kind, sent.kind_version) == (
            ours.id, ours.source, ours.kind, ours.kind_version,
        )  # fmt: skip
        assert (sent.kept, sent.target, sent.claim, sent.event) == (ours.kept, ours.target, None, ours.event)
        assert sent.sealed is not None
        salts |= {*sent.sealed[:2]}
        assert sent.sealed[2:] == seal(
            *sent.sealed[:2], ours.kept, ours.source, ours.id, ours.kind, ours.kind_version
        )  # fmt: skip
    assert len(salts) == 2 * len(values)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"type": "no.such-kind"},
        {"data": {"person_id": "p1"}},
        {"data": {"person_id": "p1", "name_zh": "e\u0301"}},
        {"data": {"person_id": "p1", "name_zh": "张三", "shoe": 43.5}},
        {"type": "key.revoked", "data": {"key_id": "k", "reason": "lost"}},
        {"payload": "e30=", "payloadType": "application/vnd.zeren.event+json", "signatures": []},
    ],
)
def test_what_is_to_be_looked_at_is_left_to_us(event: Make, spoilt: dict[str, Any]) -> None:
    """One fault, envelope or key among sound events, and the whole batch is ours to read."""
    sound = event("person.registered")
    assert read_plainly(orjson.dumps([sound])) is not None
    assert read_plainly(orjson.dumps([sound, {**sound, **spoilt}])) is None


@pytest.mark.parametrize("raw", [b"", b"{", b"{}", b"7", b"\xff", b"[" * 2000])
def test_what_is_no_batch_is_left_to_us(raw: bytes) -> None:
    """What is no JSON array is told by those who answer."""
    assert read_plainly(raw) is None


async def test_nobody_waits_for_it(batches: PlainBatches, event: Make) -> None:
    """It takes one batch at a time; while it starts or is at work, we read. One that was killed is started again."""
    await started(batches)
    raw = orjson.dumps([event("person.registered")])
    both = await asyncio.gather(batches.read(raw), batches.read(raw))
    assert [found is None for found in both] == [False, True]
    running = batches._beside._process
    assert running is not None
    running.kill()
    running.wait()
    again = await batches.read(raw)
    assert again is not None
    assert [sent.id for sent in again] == ["e1"]


async def test_small_batches_are_ours(event: Make) -> None:
    """For a few events it is neither asked nor started."""
    batches = PlainBatches()
    assert await batches.read(orjson.dumps([event("person.registered")])) is None
    assert batches._started is None


async def test_one_that_does_not_stay_up_is_left_alone(monkeypatch: pytest.MonkeyPatch, event: Make) -> None:
    """Where the process cannot be started, that is tried once, and we read all."""
    monkeypatch.setattr(plain_batches, "LARGE", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    batches = PlainBatches("events.nothing_of_that_name")
    await started(batches)
    raw = orjson.dumps([event("person.registered")])
    assert [await batches.read(raw), await batches.read(raw)] == [None, None]
    assert batches._beside._process is None

"""What the tests of the log share: a log to append to, and offers of small events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from events.cloudevent import read_event
from events.receipts import Offer

LIVE = "cn-62"
SAMPLE = "demo-cn-62"

BASE: dict[str, dict[str, Any]] = {
    "record.filed": {"record_id": "r1", "filed_on": "2018-03-05"},
    "person.registered": {"person_id": "p1", "name_zh": "张三"},
    "record.corrected": {"corrects_event_id": "e1", "corrected_payload": {"person_id": "p1", "name_zh": "李四"}},
    "record.annulled": {"annuls_event_id": "e1"},
}


def _event(kind: str, event_id: str = "e1", source: str = "urn:test", /, **data: Any) -> dict[str, Any]:
    attributes = {"specversion": "1.0", "id": event_id, "source": source, "type": kind}
    return {**attributes, "data": {**BASE.get(kind, {}), **data}}


def _offer(
    kind: str, event_id: str = "e1", source: str = "urn:test", /, *, may_correct: bool = False, **data: Any
) -> Offer:
    return Offer(read_event(_event(kind, event_id, source, **data)), "key-1", may_correct)


@pytest.fixture
def event() -> Callable[..., dict[str, Any]]:
    """Makes a sound CloudEvent: `event(kind, id, source, **data)`, with the smallest data of a few kinds."""
    return _event


@pytest.fixture
def offer() -> Callable[..., Offer]:
    """Makes an offer of such an event: `offer(kind, id, source, may_correct, **data)`."""
    return _offer


@pytest.fixture
async def log(engine: AsyncEngine) -> str:
    """The id of an empty log under a live clock."""
    async with engine.begin() as conn:
        await logs.create(conn, LIVE, name=None, origin=None, clock="live")
    return LIVE


@pytest.fixture
async def sample_log(engine: AsyncEngine) -> str:
    """The id of an empty sample log, which a scripted clock stamps."""
    async with engine.begin() as conn:
        await logs.create(conn, SAMPLE, name=None, origin=None, clock="scripted")
    return SAMPLE

"""Logs with published checkpoints: grown by small events, and signed by the notary at once."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from events.clock import SystemClock
from service.notary.signing import Desk, Signer
from service.state import Service
from tests.service.test_walk import event

LINES = {"Content-Type": "application/x-ndjson"}


async def grow(client: httpx.AsyncClient, log: str, size: int) -> None:
    """Append small events, in several transactions, until a log, made where it is missing, has a size."""
    await client.put(f"/v1/logs/{log}")
    first = (await client.get(f"/v1/logs/{log}")).json()["size"]
    events = [
        event(f"e{number}", "record.filed", record_id=f"r{number}", filed_on="2018-03-05")
        for number in range(first, size)
    ]
    for part in (events[:1], events[1:3], events[3:]):
        lines = "\n".join(json.dumps(each) for each in part)
        answer = await client.post(f"/v1/logs/{log}/events", content=lines, headers=LINES)
        assert (answer.status_code, answer.json()["appended"]) == (200, len(part)), answer.text


async def publish(service: Service, directory: Path) -> None:
    """Sign and publish the head of every log that grew, the service's own too."""
    await Signer(Desk(service.engine, directory, SystemClock())).sign_all()

"""`zeren replay`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from events import logs, store
from events.clock import ScriptedClock
from events.cloudevent import read_event
from events.database import open_engine
from events.receipts import Offer
from tests.service.servers import Commands
from tests.service.test_walk import TREE, event

LOG = "demo-cn-62"
FIRST = datetime(2018, 1, 14, 12, tzinfo=UTC)


@pytest.fixture
def commands(tmp_path: Path, database_url: str) -> Commands:
    """Commands on a sample log of nine entries, eight hours apart, two of which amend others."""
    more = [
        event("7", "appointment.ended", appointment_id="a", effective_until="2019"),
        event("8", "record.corrected", corrects_event_id="4",
              corrected_payload={"person_id": "x", "name_zh": "示例丁"}, reason="错字"),
        event("9", "record.annulled", annuls_event_id="7", reason="误报"),
    ]  # fmt: skip
    asyncio.run(recorded(database_url, [*TREE, *more]))
    made = Commands(tmp_path / "data", database_url)
    made.with_key("inspector", "auditor")
    return made


async def recorded(url: str, events: Sequence[dict[str, Any]]) -> None:
    """Record events under a scripted clock, eight hours apart."""
    engine = open_engine(url)
    async with engine.begin() as conn:
        await logs.create(conn, LOG, name=None, origin=None, clock="scripted")
    for index, sent in enumerate(events):
        clock = ScriptedClock(FIRST + index * timedelta(hours=8))
        async with engine.begin() as conn:
            await store.append(conn, LOG, [Offer(read_event(sent), "test")], clock)
    await engine.dispose()


def positions(said: Any) -> list[int]:
    """The positions of what was replayed."""
    return [item["position"] for item in said["items"]]


def test_the_digest_is_that_of_the_service(commands: Commands) -> None:
    """What the events of the API fold to has the digest of the service's projections."""
    said = commands.json("replay", LOG, "--digest")
    assert positions(said) == list(range(9))
    assert said["replayed"] == {"size": 9, "digest": said["projected"]["digest"]}
    assert said["projected"]["size"] == 9
    assert said["replayed"]["digest"] in commands.run("replay", LOG, "--digest").stdout


def test_a_digest_that_is_another(commands: Commands, database_url: str) -> None:
    """A service whose digest is not what the events fold to is told so, with exit code 1."""
    commands.run("replay", LOG, "--digest")

    async def tamper() -> None:
        engine = open_engine(database_url, owner=True)
        async with engine.begin() as conn:
            await conn.exec_driver_sql("UPDATE projection_state SET digest = sha256(digest)")
        await engine.dispose()

    asyncio.run(tamper())
    assert "projections have the digest" in commands.run("replay", LOG, "--digest", code=1).stderr


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("@3", None, [3, 4, 5, 6, 7, 8]),
        (None, "@3", [0, 1, 2]),
        ("@2", "@5", [2, 3, 4]),
        ("2018-01-14T20:00:00Z", "2018-01-15T04:00:00Z", [1, 2]),
        ("2018-01-15", None, [1, 2, 3, 4, 5, 6, 7, 8]),
        ("2018-01-15", "2018-01-15", [1, 2, 3]),
    ],
)
def test_from_and_to(commands: Commands, since: str | None, until: str | None, expected: list[int]) -> None:
    """A part of a log, by size, by instant, and by whole days of Asia/Shanghai."""
    options = (("--from", since), ("--to", until))
    given = [word for name, value in options if value is not None for word in (name, value)]
    assert positions(commands.json("replay", LOG, *given)) == expected


def test_of_one_place(commands: Commands) -> None:
    """Only entries that name a place are shown; the digest is still that of all."""
    said = commands.json("replay", LOG, "--jurisdiction", "c", "--digest")
    assert {1, 2} <= set(positions(said)) < set(range(9))
    assert 0 not in positions(said)
    assert said["replayed"]["digest"] == said["projected"]["digest"]


def test_usage(commands: Commands) -> None:
    """A log that is not there is told with exit code 1; an instant that is none is a fault of usage."""
    assert "there is no log cn-99" in commands.run("replay", "cn-99", code=1).stderr
    told = "parameter --from has the value yesterday"
    assert told in commands.run("replay", LOG, "--from", "yesterday", code=2).stderr
    commands.run("replay", code=2)


def test_stdout_is_json_only(commands: Commands) -> None:
    """Where a check fails, stdout is JSON still."""
    assert json.loads(commands.run("replay", LOG, "--json").stdout)["replayed"] is None

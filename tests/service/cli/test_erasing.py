"""`zeren erase`: asks, records, erases, says what it did; refusals end with 1, a second time erases nothing."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from events import logs
from events.database import open_engine
from projections.rebuild import OvertakenError
from service.cli import erasing
from tests.service.evidence import LOG, append
from tests.service.servers import Commands

EVENTS = [
    {"specversion": "1.0", "id": f"e{at}", "source": "urn:test", "type": "person.registered",
     "data": {"person_id": f"p{at}", "name_zh": "示例"}}
    for at in range(5)
]  # fmt: skip
BECAUSE = ("--ground", "某院决定", "--ordered-by", "某院")


@pytest.fixture
def commands(database_url: str, tmp_path: Path) -> Commands:
    """Commands on a database with a short log."""

    async def fill() -> None:
        engine = open_engine(database_url)
        async with engine.begin() as conn:
            await logs.create(conn, LOG, name=None, origin=None, clock="live")
        await append(engine, EVENTS)
        await engine.dispose()

    asyncio.run(fill())
    return Commands(tmp_path / "data", database_url)


KEPT: Final = """
    SELECT count(*) FROM pg_stats
    WHERE tablename = 'payload' AND attname = 'kept' AND position(encode('"p2"', 'hex') IN histogram_bounds::text) > 0
"""


def fetched(url: str, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""

    async def work() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(url)
        rows = await connection.fetch(query)
        await connection.close()
        return [tuple(row) for row in rows]

    return asyncio.run(work())


def test_erased_on_record(commands: Commands, database_url: str) -> None:
    """The payload is gone, the order is in the log `access`, and every log verifies; again, nothing is left to do."""
    said = commands.json("erase", LOG, "2", *BECAUSE)
    assert (said["erased"], said["ground"]) == ([2], "某院决定")
    assert fetched(database_url, "SELECT position FROM payload WHERE log_id = 'cn-62' ORDER BY 1") == [
        (0,), (1,), (3,), (4,),
    ]  # fmt: skip
    ((kept,),) = fetched(database_url, "SELECT kept FROM payload WHERE log_id = 'access'")
    assert isinstance(kept, bytes)
    data = json.loads(kept)["data"]
    assert (data["log"], data["position"], data["ground"], data["ordered_by"]) == (LOG, 2, "某院决定", "某院")
    assert all(found["verified"] for found in commands.json("verify"))
    assert commands.json("erase", LOG, "2", *BECAUSE)["erased"] == []
    assert commands.json("erase", LOG, "3", "--ground", "E\u0301")["ground"] == "\u00c9"
    assert "was erased before" in commands.run("erase", LOG, "2", *BECAUSE, "--yes").stdout
    assert "erased on" in commands.run("replay", LOG).stdout


@pytest.mark.parametrize(
    ("ground", "ordered_by", "why"),
    [
        ("某院决定", "110101199003070011", "identity number"),
        ("删除110101199003070011的信息", "某院", "identity number"),
        ("某院\x07决定", "某院", "control characters"),
        ("某院\udcff决定", "某院", "surrogates"),
    ],
)
def test_the_order_holds_what_an_event_may(
    commands: Commands, database_url: str, ground: str, ordered_by: str, why: str
) -> None:
    """The order is on record for ever, and is told: no identity number of whom it is about, nor text that is none."""
    told = commands.run("erase", LOG, "2", "--ground", ground, "--ordered-by", ordered_by, "--yes", code=2)
    assert why in told.stderr
    assert fetched(database_url, "SELECT count(*) FROM erasure") == [(0,)]


def test_statistics_forget_it(commands: Commands, database_url: str) -> None:
    """The planner's statistics, which hold samples of rows, are made anew: what was erased is not among them."""
    fetched(database_url, "ANALYZE payload")
    assert fetched(database_url, KEPT) == [(1,)]
    commands.run("erase", LOG, "2", *BECAUSE, "--yes")
    assert fetched(database_url, KEPT) == [(0,)]


def test_run_again_after_an_interruption(
    commands: Commands, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the projections could not be made anew, the command says so, and they are when it is run again."""

    async def overtaken(*_: object) -> None:
        raise OvertakenError("another rebuild of cn-62 began")

    told = "SELECT entity_id FROM p_person ORDER BY 1"
    commands.run("rebuild")
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "rebuild", overtaken)
        assert "run this again" in commands.run("erase", LOG, "2", *BECAUSE, "--yes", code=1).stderr
    assert ("p2",) in fetched(database_url, told)
    assert "made anew" in commands.run("erase", LOG, "2", *BECAUSE, "--yes").stdout
    assert fetched(database_url, told) == [("p0",), ("p1",), ("p3",), ("p4",)]
    assert fetched(database_url, "SELECT id FROM mention WHERE id = 'p2'") == []
    assert all(found["verified"] for found in commands.json("verify"))


def test_who_may_not_erase_puts_nothing_on_record(commands: Commands, database_url: str, tmp_path: Path) -> None:
    """With the rights of the service alone it is refused before `access` says, for ever, that something was erased."""
    as_service = f"{database_url}{'&' if '?' in database_url else '?'}role=zeren_writer"
    told = Commands(tmp_path / "data", as_service).run("erase", LOG, "2", *BECAUSE, "--yes", code=1)
    assert "the database's owner" in told.stderr
    assert fetched(database_url, "SELECT count(*) FROM event WHERE log_id = 'access'") == [(0,)]
    assert commands.json("erase", LOG, "2", *BECAUSE)["erased"] == [2]


def test_run_again_on_another_day(commands: Commands, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order that is on record and was not carried out is carried out on a later day, as of the day on record."""

    async def interrupted(*_: object) -> None:
        raise OvertakenError("the command was interrupted")

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "today", lambda _: date(2026, 3, 5))
        patched.setattr("events.erasing.erase", interrupted)
        commands.run("erase", LOG, "2", *BECAUSE, "--yes", code=1)
    assert fetched(database_url, "SELECT count(*) FROM erasure") == [(0,)]
    assert "already recorded" in commands.run("erase", LOG, "2", "--ground", "别的", "--yes", code=1).stderr
    said = commands.json("erase", LOG, "2", *BECAUSE)
    assert (said["erased"], said["on"]) == ([2], "2026-03-05")
    assert fetched(database_url, "SELECT position, erased_on FROM erasure") == [(2, "2026-03-05")]
    assert all(found["verified"] for found in commands.json("verify"))


def test_it_asks_and_refuses(commands: Commands, database_url: str) -> None:
    """Without a yes, a ground or such an entry nothing is erased."""
    commands.run("erase", LOG, "2", *BECAUSE, code=1)
    commands.run("erase", LOG, "2", "--ground", " ", "--yes", code=2)
    commands.run("erase", LOG, "2", "--yes", code=2)
    for log, position, why in (("nolog", "1", "there is no log nolog"), (LOG, "99", "no such entry")):
        told = commands.run("erase", log, position, *BECAUSE, code=1)
        assert (why in told.stderr, "for ever?" in told.stdout + told.stderr) == (True, False)
    assert "for ever?" in commands.run("erase", LOG, "2", *BECAUSE, code=1).stdout
    assert "no such entry" in commands.run("erase", LOG, "99", *BECAUSE, "--yes", code=1).stderr
    assert len(fetched(database_url, "SELECT position FROM payload WHERE log_id = 'cn-62'")) == 5

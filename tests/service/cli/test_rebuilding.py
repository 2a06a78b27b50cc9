"""`zeren rebuild`: what was live is compared with what the log says, of one log or of several at once."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.database import open_engine
from projections.rebuild import OvertakenError, Rebuilt, rebuild
from projections.runner import catch_up
from service.cli import rebuilding
from tests.longer import longer
from tests.service.cli.test_keepers import tamper, with_eight_entries
from tests.service.servers import Commands

SEVERAL = ("cn-41", "cn-62", "cn-65")


@pytest.fixture
def commands(tmp_path: Path, database_url: str) -> Commands:
    """Commands on a log of eight entries."""
    return with_eight_entries(tmp_path, database_url)


@pytest.fixture
def several(tmp_path: Path, database_url: str) -> Commands:
    """Commands on three such logs."""
    for log in SEVERAL:
        made = with_eight_entries(tmp_path, database_url, log)
    return made


def test_a_rebuild_of_sound_projections(commands: Commands) -> None:
    """Rebuilt projections are those that were live, once and again; the answers do not change."""
    before = commands.json("ask", "c", "--valid-at", "2018-03-05")
    for _ in range(2):
        (said,) = commands.json("rebuild", "cn-62")
        assert (said["same"], said["size"], said["live"]) == (True, 8, said["rebuilt"])
    assert "same" in commands.run("rebuild").stdout
    assert commands.json("ask", "c", "--valid-at", "2018-03-05") == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE p_appointment SET doc = jsonb_set(doc, '{capacity}', '\"acting\"') WHERE known_to IS NULL",
        "UPDATE p_appointment SET doc = jsonb_set(doc, '{capacity}', '\"acting\"') WHERE known_to IS NOT NULL",
        "UPDATE p_appointment SET known_to = known_to - 1 WHERE known_to IS NOT NULL",
        "UPDATE p_post SET jurisdiction_id = 'p'",
        "DELETE FROM p_person",
    ],
)
def test_a_rebuild_of_changed_projections(commands: Commands, database_url: str, statement: str) -> None:
    """Rows that were changed, those of earlier states of knowledge too, are told with exit code 1, and put right.

    `verify`, which an upgraded program would have accuse the log, says that the entries are whole, and what to run.
    """
    commands.run("ask", "c")
    tamper(database_url, "mention", statement)
    (found,) = commands.json("verify", "cn-62", code=1)
    assert all(words in found["lie"] for words in ("not what the entries say", "entries are whole", "rebuild cn-62"))
    (said,) = commands.json("rebuild", code=1)
    assert said["same"] is False
    assert commands.json("rebuild")[0]["same"] is True
    assert commands.json("verify", "cn-62")[0]["verified"]


@pytest.mark.parametrize(
    ("statement", "lies", "same"),
    [
        ("UPDATE projection_state SET size = 5", True, False),
        ("UPDATE projection_state SET generation = generation + 7", True, False),
        ("DELETE FROM mention WHERE position = 3", True, True),
        ("DELETE FROM projection_state", False, True),
    ],
    ids=["behind its rows", "of other rows", "fewer mentions", "gone"],
)
def test_a_rebuild_where_the_progress_is_not_that_of_the_rows(
    commands: Commands, database_url: str, statement: str, lies: bool, same: bool
) -> None:
    """Whatever is there is made anew; what is told wrong is told with exit code 1, and the next rebuild is content."""
    before = commands.json("ask", "c", "--valid-at", "2018-03-05")
    for _ in range(2):  # the generation that is live then is not the first
        commands.json("rebuild")
    tamper(database_url, "mention", statement)
    assert ("LIE" in commands.run("verify", code=int(lies)).stdout) is lies
    (said,) = commands.json("rebuild", code=int(not same))
    assert said["same"] is same
    commands.run("verify")
    assert commands.json("rebuild")[0]["same"] is True
    assert commands.json("ask", "c", "--valid-at", "2018-03-05")["chain"] == before["chain"]


def test_a_rebuild_drops_rows_whose_progress_is_gone(commands: Commands, database_url: str) -> None:
    """Rows of a generation that nobody knows of are thrown away, and never in the way."""
    for _ in range(2):
        commands.json("rebuild")
    tamper(database_url, "mention", "DELETE FROM projection_state")
    assert commands.json("rebuild")[0]["same"] is True

    async def generations() -> int:
        engine = open_engine(database_url)
        async with engine.connect() as conn:
            found = await conn.execute(text("SELECT count(DISTINCT generation) FROM mention"))
        await engine.dispose()
        return int(found.scalar_one())

    assert asyncio.run(generations()) == 1


def test_two_rebuilds_at_once(commands: Commands, database_url: str) -> None:
    """Of rebuilds that meet one is told so at the most, and the projections stay whole."""

    async def work() -> None:
        engine = open_engine(database_url)
        for _ in range(5):
            ended = await asyncio.gather(*(rebuild(engine, "cn-62") for _ in range(3)), return_exceptions=True)
            assert any(not isinstance(one, BaseException) for one in ended), ended
            for one in ended:
                assert isinstance(one, OvertakenError) or getattr(one, "same", False), repr(one)
            assert await catch_up(engine) == 0
        await engine.dispose()

    commands.run("ask", "c")
    asyncio.run(work())
    assert commands.json("rebuild")[0]["same"] is True


@pytest.mark.long
def test_several_logs_at_once(several: Commands, database_url: str) -> None:
    """Each in a process of its own: the same of each as one after the other, in the order asked for."""
    one_by_one = several.json("rebuild")
    tamper(database_url, "mention", "UPDATE p_post SET jurisdiction_id = 'p' WHERE log_id = 'cn-62'")
    wanted = ("cn-65", "cn-62", "cn-41")
    at_once = several.json("rebuild", *wanted, "--jobs", "2", code=1)
    assert [(one["log"], one["same"]) for one in at_once] == [(log, log != "cn-62") for log in wanted]
    assert {one["log"]: one["size"] for one in at_once} == {one["log"]: one["size"] for one in one_by_one}
    said = several.run("rebuild", "--jobs", "9")
    assert said.stdout.count("same") == len(SEVERAL)
    for log in SEVERAL:
        assert re.search(rf"^{log}: 8 entries, same, \d+\.\d s$", said.stderr, re.MULTILINE), said.stderr


@pytest.mark.parametrize("jobs", ["1", *longer(["2"])])
def test_a_log_that_fails_does_not_keep_the_others(
    several: Commands, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    """What is wrong with it is said, and the exit code is 1; the others are rebuilt."""

    async def overtaken(engine: AsyncEngine, log_id: str) -> Rebuilt:
        if log_id == "cn-41":
            raise OvertakenError("another rebuild of cn-41 began")
        return await rebuild(engine, log_id)

    failing = "import os, sys; sys.argv[3] == 'cn-41' and os.abort(); from service.cli.main import run; run()"
    monkeypatch.setattr(rebuilding, "rebuild_log", overtaken)
    monkeypatch.setattr(rebuilding, "_COMMAND", (*rebuilding._COMMAND[:2], failing, "rebuild", "--json"))
    result = several.run("rebuild", "--jobs", jobs, code=1)
    assert "cn-41" not in result.stdout
    assert [log in result.stdout for log in SEVERAL[1:]] == [True, True]
    assert f"cn-41: {'another rebuild' if jobs == '1' else 'its process ended with'}" in result.stderr

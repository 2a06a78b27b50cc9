"""The runner: a process that follows the log, and ends with the one that started it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs, store
from events.clock import SystemClock
from events.cloudevent import read_event
from events.precedence import MANY, Precedence
from events.receipts import Offer
from projections.runner import progress
from service import running
from service.process import NICE, SESSION_NICE, supervise
from tests.patience import HANG_SECONDS, until
from tests.service.servers import environment
from tests.service.test_walk import event

pytestmark = pytest.mark.anyio

LOG = "cn-62"
PARENT = (
    "import asyncio, sys; from service.process import supervise; asyncio.run(supervise(sys.argv[1], 'service.running'))"
)


def person(number: int) -> Offer:
    """An offer of a person's registration."""
    sent = event(f"e{number}", "person.registered", person_id=f"p{number}", name_zh="示例")
    return Offer(read_event(sent), "test")


async def append(engine: AsyncEngine, number: int) -> None:
    """Append one entry and tell nobody."""
    async with engine.begin() as conn:
        await store.append(conn, LOG, [person(number)], SystemClock())


async def projected(engine: AsyncEngine, size: int) -> None:
    """Wait until the projections have reached a size."""
    async with asyncio.timeout(HANG_SECONDS):
        while True:
            async with engine.connect() as conn:
                if (await progress(conn, [LOG]))[LOG].size >= size:
                    return
            await asyncio.sleep(0.02)


def runners_of(parent: psutil.Process) -> list[psutil.Process]:
    """The runners that a process started."""
    return [one for one in parent.children() if "service.running" in " ".join(one.cmdline())]


def lives(process: psutil.Process) -> bool:
    """Whether a process runs, rather than waiting to be buried."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def nice_of_session(pid: int) -> int | None:
    """The niceness of a process's session among sessions; None where the system has none."""
    with contextlib.suppress(FileNotFoundError):
        return int(Path(f"/proc/{pid}/autogroup").read_text().split()[-1])
    return None


@pytest.fixture
async def log(engine: AsyncEngine) -> str:
    """An empty log."""
    async with engine.begin() as conn:
        await logs.create(conn, LOG, name=None, origin=None, clock="live")
    return LOG


@pytest.fixture
def parent(database_url: str) -> Iterator[psutil.Process]:
    """A process that supervises a runner, as `zeren serve` does; it and all its own are killed at the end."""
    command = [sys.executable, "-c", PARENT, database_url]
    started = subprocess.Popen(command, env=environment(), start_new_session=True)
    yield psutil.Process(started.pid)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait(HANG_SECONDS)


@pytest.fixture
async def runner(parent: psutil.Process, engine: AsyncEngine, log: str) -> psutil.Process:
    """The runner, at work."""
    await append(engine, 0)
    await projected(engine, 1)
    (found,) = runners_of(parent)
    return found


async def test_it_notices_without_being_told(runner: psutil.Process, engine: AsyncEngine) -> None:
    """Entries of which nobody was notified are projected, by a runner that looks at least once a second."""
    assert running.POLL_SECONDS <= 1
    for number in (1, 2, 3):
        await append(engine, number)
        await projected(engine, number + 1)
    assert lives(runner)


async def test_it_ends_when_its_parent_is_killed(parent: psutil.Process, runner: psutil.Process) -> None:
    """A parent that was killed could not end it; it ends by itself."""
    parent.kill()
    await until(lambda: not lives(runner))


async def test_it_ends_when_its_parent_was_killed_before_it_began(parent: psutil.Process, log: str) -> None:
    """A parent killed while the runner was still starting leaves no orphan behind."""
    await until(lambda: runners_of(parent))
    (found,) = runners_of(parent)
    parent.kill()
    await until(lambda: not lives(found))


async def test_it_is_started_again(parent: psutil.Process, runner: psutil.Process, engine: AsyncEngine) -> None:
    """A runner that died is replaced, and the new one goes on where the old one was."""
    runner.kill()
    await append(engine, 1)
    await projected(engine, 2)
    (found,) = runners_of(parent)
    assert found.pid != runner.pid


async def test_it_outlives_its_connections(runner: psutil.Process, engine: AsyncEngine) -> None:
    """When the database ends its connections it makes new ones, and goes on."""
    async with engine.connect() as conn:
        await conn.execute(text("RESET ROLE"))
        ended = await conn.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                 "WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )  # fmt: skip
        assert ended.all()
    await engine.dispose()
    await append(engine, 1)
    await projected(engine, 2)
    assert lives(runner)


async def test_it_comes_after_appends_and_answers(
    runner: psutil.Process, engine: AsyncEngine, database_url: str
) -> None:
    """Itself and its server processes have a small share of the processors, also where Linux shares them by session."""
    if "host=/" not in database_url:
        pytest.skip("the server may be another machine's")
    async with engine.connect() as conn:
        told = await conn.execute(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"))
        servers = [psutil.Process(pid) for pid in told.scalars()]
    last = [runner, *(one for one in servers if one.nice() == NICE)]
    assert runner.nice() == NICE
    assert 1 < len(last) <= len(servers)
    assert os.getsid(runner.pid) == runner.pid
    assert {nice_of_session(one.pid) for one in last} <= {SESSION_NICE, None}


async def test_it_comes_to_the_head_though_appends_come_first(log: str, engine: AsyncEngine, database_url: str) -> None:
    """Whoever appends without end has it rest, and never keeps it from going on."""
    precedence = Precedence()
    supervisor = asyncio.create_task(supervise(database_url, running.MODULE, first=precedence))
    holding = asyncio.create_task(_held_for_ever(precedence))
    try:
        for number in range(3):
            await append(engine, number)
            await projected(engine, number + 1)
    finally:
        for task in (holding, supervisor):
            task.cancel()
        await asyncio.gather(holding, supervisor, return_exceptions=True)


async def _held_for_ever(precedence: Precedence) -> None:
    while True:
        with precedence.held(MANY):
            await asyncio.sleep(0.1)


async def test_it_is_ended_with_its_supervisor(database_url: str) -> None:
    """A supervisor that is cancelled ends its runner before it returns."""
    supervisor = asyncio.create_task(supervise(database_url, running.MODULE))
    me = psutil.Process()
    await until(lambda: runners_of(me))
    (found,) = runners_of(me)
    supervisor.cancel()
    with pytest.raises(asyncio.CancelledError):
        await supervisor
    assert not lives(found)

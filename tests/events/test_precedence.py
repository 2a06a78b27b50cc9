"""While many events are appended, a process beside the service rests nine tenths of the time, and no longer."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Timer

import pytest

from events.precedence import HELD_SECONDS, LEISURE_SECONDS, MANY, Precedence, _Heeded
from tests.patience import HANG_SECONDS

WORKER = """
import asyncio, sys, time
from events.precedence import heed, rest

async def work():
    heed(int(sys.argv[1]), at_leisure=sys.argv[2] == "leisure")
    while True:
        until = time.process_time() + 0.005
        while time.process_time() < until:
            pass
        await rest()
        print(flush=True)

asyncio.run(work())
"""
RESTING = "import asyncio; from events.precedence import rest; asyncio.run(rest()); print('done')"


@pytest.fixture
def precedence() -> Precedence:
    """What a service says to the processes beside it."""
    return Precedence()


@contextmanager
def working(precedence: Precedence, how: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that works five milliseconds at a time, and prints a line after each."""
    descriptor = precedence.fileno()
    command = [sys.executable, "-c", WORKER, str(descriptor), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, pass_fds=(descriptor,)) as started:
        assert started.stdout is not None
        started.stdout.readline()
        yield started
        started.kill()


@pytest.fixture
def worker(precedence: Precedence) -> Iterator[subprocess.Popen[bytes]]:
    """Such a process, for whose work somebody may wait."""
    with working(precedence, "soon") as started:
        yield started


def share_of(worker: subprocess.Popen[bytes], turns: int = 8) -> float:
    """The share of the time for which a worker works, over some of its turns."""
    assert worker.stdout is not None
    worker.stdout.readline()
    began = time.monotonic()
    for _ in range(turns):
        worker.stdout.readline()
    return turns * 0.005 / (time.monotonic() - began)


def test_it_rests_while_many_are_appended(precedence: Precedence, worker: subprocess.Popen[bytes]) -> None:
    """A tenth of the time is its; said again and again, as every append says it."""
    with precedence.held(MANY):
        assert share_of(worker) < 0.2


@pytest.mark.parametrize("ends", ["few", "waived", "over", "killed"])
def test_it_rests_no_longer_than_that(precedence: Precedence, worker: subprocess.Popen[bytes], ends: str) -> None:
    """Few events hold nobody up; nor do many where somebody waits for what it works out, once they are appended, or
    where a service was killed over them."""
    holding = precedence.held(MANY - 1 if ends == "few" else MANY)
    with precedence.waived() if ends == "waived" else nullcontext():
        if ends == "over":
            with holding:
                pass
        else:
            holding.__enter__()
        seen = 0.0
        until = time.monotonic() + HANG_SECONDS
        while seen < 0.2 and time.monotonic() < until:
            seen = share_of(worker)
            waited = time.monotonic() - until + HANG_SECONDS
        assert seen >= 0.2
        assert ends != "killed" or waited > HELD_SECONDS / 2


def test_whoever_waits_does_not_end_what_others_wait_for(
    precedence: Precedence, worker: subprocess.Popen[bytes]
) -> None:
    """Of two that wait for it the first to be done leaves the second its due; then appends come first again."""
    with precedence.held(MANY):
        with precedence.waived():
            with precedence.waived():
                pass
            assert any(share_of(worker) >= 0.2 for _ in range(20))
        with precedence.held(MANY):
            assert share_of(worker) < 0.2


def test_of_two_appends_the_last_ends_it(precedence: Precedence, worker: subprocess.Popen[bytes]) -> None:
    """While one of them is still under way, it rests on."""
    with precedence.held(MANY):
        with precedence.held(MANY):
            pass
        time.sleep(0.1)
        assert share_of(worker, 4) < 0.2


def test_what_is_done_at_leisure_waits_until_they_have_ceased(precedence: Precedence) -> None:
    """It does nothing meanwhile, and goes on as soon as they have."""
    with working(precedence, "leisure") as worker:
        assert any(share_of(worker) >= 0.2 for _ in range(20))
        began = time.monotonic()
        holding = precedence.held(MANY)
        holding.__enter__()
        ending = Timer(0.6, holding.__exit__, (None, None, None))
        ending.start()
        share_of(worker, 2)
        assert time.monotonic() - began >= 0.6
        assert any(share_of(worker) >= 0.2 for _ in range(20))


def test_what_is_done_at_leisure_is_done_in_the_end(precedence: Precedence) -> None:
    """Appends that do not cease leave it its share, after ten seconds."""
    heeded = _Heeded(os.dup(precedence.fileno()), at_leisure=True)
    with precedence.held(MANY):
        now = time.monotonic()
        heeded._since = now - LEISURE_SECONDS
        asyncio.run(heeded.rest())
        assert time.monotonic() - now < HELD_SECONDS / 2


def test_nobody_rests_who_was_not_told_to() -> None:
    """In a process that heeds nobody there is nothing to wait for."""
    said = subprocess.run([sys.executable, "-c", RESTING], capture_output=True, text=True, check=True)
    assert said.stdout == "done\n"

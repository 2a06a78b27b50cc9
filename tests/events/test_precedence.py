"""While many events are appended, a process beside the service rests nine tenths of the time, and no longer."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest

from events import precedence as module
from events.precedence import LEISURE_SECONDS, MANY, Precedence, _Heeded
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
        print(time.monotonic(), time.process_time(), flush=True)

asyncio.run(work())
"""
RESTING = "import asyncio; from events.precedence import rest; asyncio.run(rest()); print('done')"
RESTED = 0.25
"""A share of the time that is less than this is that of one who rests; of one who works on it is more."""


class Worker:
    """A process that works five milliseconds at a time, and says after each what time it is and how long it worked."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def share(self, turns: int = 8) -> float:
        """The share of the time for which it works, over some turns from now on."""
        began = time.monotonic()
        first = self._next()
        while first[0] < began:
            first = self._next()
        for _ in range(turns):
            last = self._next()
        return (last[1] - first[1]) / (last[0] - first[0])

    def times_until(self, end: float) -> list[float]:
        """When it worked, of what it did not say yet, up to a time."""
        found = [self._next()[0]]
        while found[-1] < end:
            found.append(self._next()[0])
        return found

    def works(self) -> bool:
        """Whether it works on, sooner or later."""
        until = time.monotonic() + HANG_SECONDS
        while time.monotonic() < until:
            if self.share(4) >= RESTED:
                return True
        return False

    def _next(self) -> tuple[float, float]:
        assert self._process.stdout is not None
        now, worked = map(float, self._process.stdout.readline().split())
        return now, worked


@contextmanager
def working(precedence: Precedence, how: str) -> Iterator[Worker]:
    """A worker that heeds a service."""
    descriptor = precedence.fileno()
    command = [sys.executable, "-c", WORKER, str(descriptor), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, pass_fds=(descriptor,), text=True) as started:
        yield Worker(started)
        started.kill()


@pytest.fixture
def precedence() -> Precedence:
    """What a service says to the processes beside it."""
    return Precedence()


@pytest.fixture
def worker(precedence: Precedence) -> Iterator[Worker]:
    """One for whose work somebody may wait."""
    with working(precedence, "soon") as started:
        assert started.works()
        yield started


def test_it_rests_while_many_are_appended(precedence: Precedence, worker: Worker) -> None:
    """A tenth of the time is its."""
    with precedence.held(MANY):
        assert worker.share() < RESTED


@pytest.mark.parametrize("ends", ["few", "waived", "over", "hangs"])
def test_it_rests_no_longer_than_that(
    precedence: Precedence, worker: Worker, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    """Few events hold nobody up; nor do many where somebody waits for what it works out, once they are appended, or
    where a service hangs over them."""
    monkeypatch.setattr(module, "HELD_SECONDS", 0.5)
    holding = precedence.held(MANY - 1 if ends == "few" else MANY)
    with precedence.waived() if ends == "waived" else nullcontext(), holding if ends == "over" else nullcontext():
        if ends != "over":
            holding.__enter__()
        assert ends == "over" or worker.works()
    assert worker.works()


def test_whoever_waits_does_not_end_what_others_wait_for(precedence: Precedence, worker: Worker) -> None:
    """Of two that wait for it the first to be done leaves the second its due; then appends come first again."""
    with precedence.held(MANY):
        with precedence.waived():
            with precedence.waived():
                pass
            assert worker.works()
        assert worker.share() < RESTED


def test_of_two_appends_the_last_ends_it(precedence: Precedence, worker: Worker) -> None:
    """While one of them is still under way, it rests on."""
    with precedence.held(MANY):
        with precedence.held(MANY):
            pass
        time.sleep(0.1)
        assert worker.share(4) < RESTED
    assert worker.works()


def test_what_is_done_at_leisure_waits_for_a_pause(precedence: Precedence) -> None:
    """It does nothing meanwhile, and goes on as soon as there is one."""
    with working(precedence, "leisure") as worker:
        assert worker.works()
        with precedence.held(MANY):
            time.sleep(0.2)  # for what it was at
            began = time.monotonic()
            time.sleep(1.0)
            ended = time.monotonic()
        assert not [each for each in worker.times_until(ended) if began < each < ended]
        assert worker.works()


@pytest.mark.parametrize("looked", [0.1, 60.0])
def test_what_is_done_at_leisure_is_done_in_the_end(precedence: Precedence, looked: float) -> None:
    """Appends that do not pause keep it waiting ten seconds, each time that it did not look for a while."""
    heeded = _Heeded(os.dup(precedence.fileno()), at_leisure=True)
    with precedence.held(MANY):
        now = time.monotonic()
        heeded._since, heeded._looked = now - LEISURE_SECONDS, now - looked
        rested = asyncio.run(_rests(heeded))
    assert rested == (looked > 1)


async def _rests(heeded: _Heeded) -> bool:
    try:
        await asyncio.wait_for(heeded.rest(), 0.3)
    except TimeoutError:
        return True
    return False


def test_nobody_rests_who_was_not_told_to() -> None:
    """In a process that heeds nobody there is nothing to wait for."""
    said = subprocess.run([sys.executable, "-c", RESTING], capture_output=True, text=True, check=True)
    assert said.stdout == "done\n"

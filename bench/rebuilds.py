"""Rate and memory of a rebuild, beside reading the same entries raw."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Final

from bench.loading import LOG
from bench.measured import Bar, Line, Results, middle, named
from bench.rebuild_process import RebuildError
from bench.site import POLL_SECONDS, ROOT, Site

MIB: Final = 1024 * 1024
FAST_ENOUGH: Final = Bar("value", "at least", 15_000)
SMALL_ENOUGH: Final = Bar("value", "less than", 1024)
QUIET_SECONDS: Final = 3.0
NOTHING_SECONDS: Final = 0.15
"""Of processor time: what it takes to look, once in a while, whether there is something to do."""
PATIENCE_SECONDS: Final = 900.0


@dataclass(frozen=True, slots=True)
class Took:
    """What a process took: entries, seconds, seconds of CPU, and its peak of memory in bytes."""

    events: int
    seconds: float
    cpu: float
    peak: int


def measure(site: Site, size: int, results: Results, *, rounds: int) -> None:
    """Rebuild a log of some size and read it raw, in turns, and add the lines."""
    rebuilt, raw = [], []
    for _ in range(rounds):
        rest(site)
        raw.append(took("read", site.url, LOG))
        rebuilt.append(took("rebuild", site.url, LOG))
    for one in (*raw, *rebuilt):
        if one.events != size:
            raise RebuildError(f"{one.events} entries were gone through, not {size}")
    rate, beside = (
        middle([one.events / one.seconds for one in rebuilt]),
        middle([one.events / one.seconds for one in raw]),
    )
    busy = middle([one.events / one.cpu for one in rebuilt])
    idle = middle([one.events / one.cpu for one in raw])
    peak, least = max(one.peak for one in rebuilt) / MIB, max(one.peak for one in raw) / MIB
    results.lines += [
        Line(f"rebuild-{named(size)}", rate, "events/s", beside, "reading and parsing the entries", FAST_ENOUGH),
        Line(f"rebuild-{named(size)}-cpu", busy, "events/CPU s", idle, "the same, of its process"),
        Line(f"rebuild-{named(size)}-memory", peak, "MiB", least, "the same, peak", SMALL_ENOUGH),
    ]


def rest(site: Site) -> None:
    """Wait until the keeper has nothing to do: it makes the board again that a rebuild throws away."""
    keeper = site.keeper()
    worked, since = -1.0, time.monotonic()
    until = since + PATIENCE_SECONDS
    while time.monotonic() < min(since + QUIET_SECONDS, until):
        now = sum(keeper.cpu_times()[:2])
        if now > worked + NOTHING_SECONDS:
            worked, since = now, time.monotonic()
        time.sleep(POLL_SECONDS)


def took(what: str, url: str, log_id: str) -> Took:
    """Run one process to its end. Raises RebuildError with what it said where it failed."""
    command = [sys.executable, "-m", "bench.rebuild_process", what, url, log_id]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RebuildError(done.stderr)
    return Took(**json.loads(done.stdout))

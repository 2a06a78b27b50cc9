"""`zeren verify` as a user runs it, beside a plain read of the rows that it checks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from bench.loading import LOG
from bench.measured import Bar, Line, Results, middle, named
from bench.rebuilds import took
from bench.site import Site

ZEREN: Final = Path(sys.executable).with_name("zeren")
THREE_READS: Final = Bar("ratio", "at most", 3.0)
MILLION: Final = 1_000_000
"""From here on the bar stands: of a small log the start of the programs alone would be measured."""
BASELINE: Final = "reading the same rows"


class VerificationError(Exception):
    """A log was not verified, or not all of it."""


def measure(site: Site, size: int, results: Results, *, rounds: int) -> None:
    """Verify a log of some size and read its rows, in turns, and add the lines."""
    read, verified = [], []
    for _ in range(rounds):
        rows = took("rows", site.url, LOG)
        if rows.events != size:
            raise VerificationError(f"{rows.events} rows were read, not {size}")
        read.append(rows.seconds)
        verified.append(seconds_of(site, size, "--evidence-only"))
    whole = seconds_of(site, size)
    plain, seconds, name = middle(read), middle(verified), f"verify-{named(size)}"
    results.lines += [
        Line(name, seconds, "s", plain, BASELINE, THREE_READS if size >= MILLION else None),
        Line(f"{name}-rate", size / seconds, "entries/s", size / plain, BASELINE),
        Line(f"{name}-with-what-is-derived", whole, "s", plain, BASELINE),
    ]


def seconds_of(site: Site, size: int, *more: str) -> float:
    """The seconds of one `zeren verify`, its start included. Raises VerificationError with what it said."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ZEREN_")}
    command = [str(ZEREN), "verify", LOG, "--json", "--fresh", "--data", str(site.data), *more]
    began = time.perf_counter()
    done = subprocess.run(command, cwd=site.data, env=plain, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        raise VerificationError(done.stdout + done.stderr)
    (found,) = json.loads(done.stdout)
    if not found["verified"] or found["size"] != size or found["unchecked"]:
        raise VerificationError(f"of {size} entries this was found: {found}")
    return seconds

"""Run the benchmark: `python -m bench [--quick] [--only PART ...] [--strict]`, sizes from BENCH_SIZES."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console

from bench import plan, report
from bench.history import NATIONAL

WIDTH: Final = 160
"""Columns of the table where it is not shown on a terminal."""


def sizes_of(text: str | None) -> tuple[int, ...] | None:
    """The sizes of `BENCH_SIZES`, smallest first; None where it is not set. Raises ValueError."""
    if not text:
        return None
    sizes = sorted({int(part) for part in text.split(",")})
    if sizes[0] < NATIONAL.events:
        raise ValueError(f"BENCH_SIZES={text}: the smallest size is {NATIONAL.events}, one county")
    return tuple(sizes)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write the files; 1 where a bar is missed and `--strict` is given."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, and 10,000 events alone")
    parser.add_argument("--only", action="append", choices=plan.PARTS, help="measure this part alone; may be repeated")
    parser.add_argument("--strict", action="store_true", help="exit 1 where a bar is missed")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent, help="folder of results.json")
    given = parser.parse_args(arguments)
    try:
        sizes = sizes_of(os.environ.get("BENCH_SIZES"))
    except ValueError as error:
        parser.error(str(error))
    effort = plan.QUICK if given.quick else plan.Effort()
    if sizes is not None:
        effort = replace(effort, sizes=sizes)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # without it the servers would live on
    console, progress = Console(width=None if sys.stdout.isatty() else WIDTH), Console(stderr=True)
    with TemporaryDirectory(prefix="zeren-bench-", ignore_cleanup_errors=True) as folder:
        say = partial(progress.print, highlight=False)
        this = plan.Run(Path(folder), effort, given.only or plan.PARTS, say)
        where = plan.run(this)
    report.show(console, this.results, where)
    report.write(given.output, this.results, where)
    return int(given.strict and any(line.reached is False for line in this.results.lines))


if __name__ == "__main__":
    sys.exit(main())

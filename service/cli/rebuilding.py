"""`zeren rebuild`: the projections of logs anew, one log after the other, or several at once in processes."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from projections.pipeline import forward
from projections.rebuild import ASTRAY, OvertakenError
from projections.rebuild import rebuild as rebuild_log
from projections.runner import progress
from service.cli.keepers import LogsArgument, chosen_logs, ready
from service.cli.words import DataOption, JsonOption, err, print_json, settings_of, table, wait
from service.process import quick_loop
from service.running import RARELY
from service.wiring import opened

Told = dict[str, Any]
"""What became of a log: `log`, and `size`, `live`, `rebuilt`, `same`; or `problem`."""

_COMMAND: Final = (sys.executable, "-c", "from service.cli.main import run; run()", "rebuild", "--json")


def rebuild(
    chosen: LogsArgument = None,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="logs at once, each in a process of its own")] = 1,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Build the projections anew beside the live ones, compare, swap. Exit 1 where the live ones were wrong.

    What became of each log is said as it ends. A log that cannot be rebuilt does not keep the others from it.
    """

    async def work() -> list[Told]:
        gc.set_threshold(*RARELY)
        async with opened(settings_of(data), local_runner=True) as service:
            logs = await chosen_logs(service, chosen, projected=True)

            async def here(log_id: str) -> Told:
                try:
                    await _brought_up(service.engine, log_id)
                    made = await rebuild_log(service.engine, log_id)
                except OvertakenError as error:
                    return {"log": log_id, "problem": str(error)}
                told = {"log": log_id, "size": made.size, "live": made.live, "rebuilt": made.rebuilt}
                return {**told, "same": made.same}

            if jobs == 1 or len(logs) == 1:
                return [await _timed(here, log_id) for log_id in logs]
            async with service.engine.connect() as conn:
                state = await progress(conn, logs)
            largest_first = sorted(logs, key=lambda log_id: -state[log_id].size)
            found = await _several(largest_first, jobs, data)
            return [found[log_id] for log_id in logs]

    results = wait(ready(work()), quick_loop())
    if as_json:
        print_json(results)
    else:
        rows = [[r["log"], str(r["size"]), r["rebuilt"], _said(r)] for r in results if "problem" not in r]
        table(None, ("log", "size", "fingerprint", "live projections were"), rows)
    if not all(r.get("same") for r in results):
        raise typer.Exit(1)


async def _brought_up(engine: AsyncEngine, log_id: str) -> None:
    """Take the live projections to the head, so that they are compared whole; where that fails they are made anew."""
    async with engine.connect() as conn:
        live = (await progress(conn, [log_id]))[log_id]
    with suppress(*ASTRAY):
        await forward(engine, log_id, live.generation)


async def _several(logs: Sequence[str], jobs: int, data: Path | None) -> dict[str, Told]:
    """What became of each log, so many at a time."""
    free = asyncio.Semaphore(jobs)

    async def apart(log_id: str) -> Told:
        where = () if data is None else ("--data", str(data))
        process = await asyncio.create_subprocess_exec(*_COMMAND, log_id, *where, stdout=PIPE, stderr=PIPE)
        told, problem = await process.communicate()
        if told:
            (result,) = orjson.loads(told)
            return dict(result)
        said = problem.decode(errors="replace").strip()
        return {"log": log_id, "problem": said or f"its process ended with {process.returncode}"}

    async def in_turn(log_id: str) -> Told:
        async with free:
            return await _timed(apart, log_id)

    return dict(zip(logs, await asyncio.gather(*map(in_turn, logs)), strict=True))


async def _timed(rebuilt: Callable[[str], Awaitable[Told]], log_id: str) -> Told:
    """What became of a log; it is said, with how long it took."""
    began = time.monotonic()
    told = await rebuilt(log_id)
    seconds = time.monotonic() - began
    outcome = told.get("problem") or f"{told['size']} entries, {_said(told)}, {seconds:.1f} s"
    err.print(f"{log_id}: {outcome}", markup=False)
    return told


def _said(told: Told) -> str:
    return "same" if told["same"] else "DIFFERENT"

"""One rebuild of a log, or one raw reading of its entries or rows, in a process of its own that says what it took.

python -m bench.rebuild_process rebuild|read|rows URL LOG
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import asyncpg
import orjson

from events.database import open_engine
from projections.rebuild import rebuild
from service import process
from service.running import RARELY

FETCHED: Final = 1000
READ: Final = "SELECT kept FROM payload WHERE log_id = $1 ORDER BY position"
SLICE: Final = 2048
"""Positions whose rows are fetched at a time."""
SLICES: Final = (
    """
    SELECT position, recorded_at, kind, kind_version, source, id, salt_h, leaf_hash, payload_sha256, payload_sm3,
           target_position, fact_position
    FROM event WHERE log_id = $1 AND position >= $2 AND position < $3 ORDER BY position
    """,
    """
    SELECT position, salt_p, kept, envelope, signatures, encryption_key_id
    FROM payload WHERE log_id = $1 AND position >= $2 AND position < $3 ORDER BY position
    """,
)
"""The columns that a verification reads."""
IDS: Final = "SELECT source, id, position FROM event_id WHERE log_id = $1"
KIB: Final = 1024


class RebuildError(Exception):
    """The rebuilt rows are not the live ones."""


async def rebuilt(url: str, log_id: str) -> int:
    """Rebuild the projections of a log and compare them with the live ones; the entries. Raises RebuildError."""
    engine = open_engine(url)
    try:
        found = await rebuild(engine, log_id)
    finally:
        await engine.dispose()
    if not found.same:
        raise RebuildError(f"live {found.live}, rebuilt {found.rebuilt} at size {found.size}")
    return found.size


async def read(url: str, log_id: str) -> int:
    """Read the kept bytes of every entry of a log, in order, and parse them; the entries."""
    connection = await asyncpg.connect(url)
    try:
        count = 0
        async with connection.transaction():
            async for row in connection.cursor(READ, log_id, prefetch=FETCHED):
                orjson.loads(row["kept"])
                count += 1
        return count
    finally:
        await connection.close()


async def rows(url: str, log_id: str) -> int:
    """Fetch what a verification reads of every entry of a log, and do nothing with it; the entries."""
    connection = await asyncpg.connect(url)
    try:
        count, start = 0, 0
        events, payloads = [await connection.prepare(one) for one in SLICES]
        while found := await events.fetch(log_id, start, start + SLICE):
            count += len(await payloads.fetch(log_id, start, start + SLICE))
            start += len(found)
        async with connection.transaction():
            ids = await connection.cursor(IDS, log_id)
            while await ids.fetch(SLICE):
                pass
        return count
    finally:
        await connection.close()


def peak() -> int:
    """The most memory that this process ever held, in bytes.

    The kernel's own mark is read where there is one: `ru_maxrss` begins with what the parent held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * KIB
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held if sys.platform == "darwin" else held * KIB


def main() -> None:
    """Do what is asked; say in one line of JSON how much it was and what it took."""
    what, url, log_id = sys.argv[1:]
    gc.set_threshold(*RARELY)  # with the quick loop, as `zeren rebuild` does
    work: Callable[[str, str], Awaitable[int]] = {"rebuild": rebuilt, "read": read, "rows": rows}[what]

    async def worked() -> int:
        return await work(url, log_id)

    began, busy = time.perf_counter(), time.process_time()
    events = process.run(worked())
    took = {"events": events, "seconds": time.perf_counter() - began, "cpu": time.process_time() - busy}
    print(json.dumps({**took, "peak": peak()}))


if __name__ == "__main__":
    main()

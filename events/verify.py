"""Re-reads a log and names the first lie: every row hashed again, the tree grown again.

Trusts nothing of the writer but the hashing and the signatures that it shares. Rows are read in slices, by several
processes where asked to; then what stands beside them is compared with what the rows say: counters, keys,
checkpoints, erasures.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from events import logs
from events.database import driver_of
from events.verifying import counts, published, registry
from events.verifying.lies import Lie, first_of
from events.verifying.published import Outside
from events.verifying.slices import SLICE, Slice, Wanted, tree_at
from events.verifying.tree import Grown
from events.verifying.workers import checked_apart, checked_here

FEW: Final = 4 * SLICE
"""Up to so many entries a process of its own is not worth its start."""
SNAPSHOT: Final = "SELECT pg_export_snapshot()"
ALONE: Final = "SET LOCAL max_parallel_workers_per_gather = 0"
"""The processors are at work already."""
END: Final = """
    SELECT greatest(
        l.size, (SELECT coalesce(max(position) + 1, 0) FROM event WHERE log_id = $1),
        (SELECT coalesce(max(size), 0) FROM append_tx WHERE log_id = $1)
    ) FROM log l WHERE l.log_id = $1
"""
CHECKPOINT_SIZES: Final = "SELECT size FROM checkpoint WHERE log_id = $1 ORDER BY size"

Progress = Callable[[int, int], None]
"""Told how many entries are checked, and of how many."""
Reached = Callable[[Grown], None]
"""Told what was checked so far, each time it is more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found."""

    log_id: str
    size: int
    root: bytes
    lie: Lie | None
    unchecked: tuple[str, ...] = ()
    """What could not be checked with what was given, one sentence each."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to verify: in how many processes, from where on, and against what is kept outside the database."""

    url: str | None = None
    """The database's, where other processes are to read it too."""
    jobs: int = 1
    begun: Grown = field(default_factory=Grown)
    """What an interrupted run had checked."""
    outside: Outside = field(default_factory=Outside)
    progress: Progress | None = None
    reached: Reached | None = None


PLAINLY: Final = Manner()


async def verify(conn: AsyncConnection, log_id: str, manner: Manner = PLAINLY) -> Verdict:
    """Check a whole log. Raises LogUnknown; every other failing is a lie in the verdict.

    The connection's transaction should be REPEATABLE READ: then a log that grows meanwhile is still one log.
    """
    await logs.get(conn, log_id)
    raw = await driver_of(conn)
    sizes = {row[0] for row in await raw.fetch(CHECKPOINT_SIZES, log_id)} | manner.outside.sizes
    grown = deepcopy(manner.begun)
    for size in sizes - grown.roots.keys():
        if size <= grown.size:
            grown.roots[size] = (await tree_at(raw, log_id, size)).root()
    end = await raw.fetchval(END, log_id)
    async with await _checked(raw, log_id, grown.size, end, sizes, manner) as slices:
        lies = await counts.lies_of_identities(raw, log_id, end)  # while processes start
        lies += await _lies_of_slices(raw, log_id, grown, slices, end, manner)
    lies += await registry.lies_of_registry(raw, log_id, grown.key_acts, grown.size, grown.unchecked)
    lies += await counts.lies_of_erasures(raw, log_id, grown.gone)
    if all(lie.position is None for lie in lies):
        lies += await counts.lies_of_counters(raw, log_id, grown)
        lies += await grown.surplus_tiles(raw, log_id)
        lies += await registry.lies_of_registry_size(raw, log_id, grown.key_acts, grown.size)
        lies += await published.lies_of_checkpoints(raw, log_id, grown, manner.outside)
    return Verdict(log_id, grown.size, grown.root, first_of(lies), tuple(sorted(grown.unchecked)))


async def _checked(
    raw: Any, log_id: str, begun: int, end: int, sizes: set[int], manner: Manner
) -> AbstractAsyncContextManager[AsyncIterator[Slice]]:
    """The slices from a size on, checked in this process or in others."""
    slices = [
        Wanted(log_id, start, min(start + SLICE, end), [size for size in sizes if start <= size <= start + SLICE])
        for start in range(begun, end, SLICE)
    ]
    if manner.url is None or manner.jobs == 1 or end - begun <= FEW:
        return checked_here(raw, slices)
    await raw.execute(ALONE)
    return checked_apart(manner.url, await raw.fetchval(SNAPSHOT), manner.jobs, slices)


async def _lies_of_slices(
    raw: Any, log_id: str, grown: Grown, slices: AsyncIterator[Slice], end: int, manner: Manner
) -> list[Lie]:
    """Put checked slices together, one after the other, up to the first in which something lies."""
    async for found in slices:
        lies = await grown.add(raw, log_id, found)
        if lies:
            return lies
        if manner.progress is not None:
            manner.progress(grown.size, end)
        if manner.reached is not None and grown.size % SLICE == 0:
            manner.reached(grown)
    return []

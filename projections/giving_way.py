"""Work of seconds without keeping others waiting: done in a thread, or on the event loop in turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import islice
from typing import Final, TypeVar

from events.precedence import rest

T = TypeVar("T")

TURN: Final = 2_000
"""Rows that are gone through before whoever else waits for the event loop gets it: some milliseconds."""


async def in_turns(rows: Iterable[T], turn: int | None = None) -> AsyncIterator[list[T]]:
    """Rows, so many at a time (TURN); between two of these others have their turn."""
    most = turn or TURN
    left = iter(rows)
    while some := list(islice(left, most)):
        yield some
        if len(some) == most:
            await asyncio.sleep(0)
            await rest()


async def apart(work: Callable[[], T]) -> T:
    """What some work gives, done in a thread.

    It is not handed over as the thread's own result: that stays in a cycle of futures until the collector comes.
    """
    done: list[T] = []
    await asyncio.to_thread(lambda: done.append(work()))
    return done.pop()

"""Appends come first: what works beside the service rests while many events are appended.

Priorities alone do not see to it: whoever runs keeps its processor for some milliseconds, however low its priority,
and whoever holds a lock of the database holds it for longer, the lower it is; a batch of 500 takes twenty. So the
service says until when appends come first, in eight bytes that it shares with the processes beside it, and these
rest between two pieces of work: nine seconds for each second of their own processor time, and no longer than appends
go on without a pause. What is done at leisure, for which nobody waits, waits for that pause, ten seconds at the most.
"""

from __future__ import annotations

import asyncio
import mmap
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Final

MANY: Final = 50
"""So many events that are appended at once come first."""
HELD_SECONDS: Final = 10.0
"""How long one append comes first at the most: a service that hangs holds nobody up for longer."""
AFTER_SECONDS: Final = 0.01
"""How long after such an append: a sender that does not pause has sent the next one by then."""
REST: Final = 9.0
"""How long to rest, by how long was worked (processor time)."""
REST_SECONDS: Final = 5.0
"""How long at the most."""
LEISURE_SECONDS: Final = 10.0
"""How long what is done at leisure waits for a pause, before it goes on as if there were one."""
SEEN_SECONDS: Final = 5.0
"""Whoever did not look for as long does not know that there was no pause."""
_LOOK_SECONDS: Final = 0.01
_CELL: Final = struct.Struct("=d")
"""A time of the system's monotonic clock, in seconds."""


def _descriptor() -> int:
    """An open file of eight bytes that nobody else can open, in memory where the system has that."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("zeren-precedence")
    else:
        with TemporaryFile(buffering=0) as file:
            descriptor = os.dup(file.fileno())
    os.write(descriptor, bytes(_CELL.size))
    return descriptor


class Precedence:
    """The service's side: says until when appends come first."""

    def __init__(self) -> None:
        """Raises OSError where there is no room for eight bytes."""
        self._descriptor = _descriptor()
        self._cell = mmap.mmap(self._descriptor, _CELL.size)
        self._holding = 0
        self._awaited = 0

    def __del__(self) -> None:
        os.close(self._descriptor)

    def fileno(self) -> int:
        """The descriptor that processes beside the service inherit, to `heed` it."""
        return self._descriptor

    @contextmanager
    def held(self, events: int) -> Iterator[None]:
        """Come first, while so many events are appended and for a moment after, if they are MANY."""
        if events < MANY:
            yield
            return
        self._holding += 1
        self._say()
        try:
            yield
        finally:
            self._holding -= 1
            self._say(AFTER_SECONDS)

    @contextmanager
    def waived(self) -> Iterator[None]:
        """Let nothing come first meanwhile: somebody waits for what the others work out."""
        self._awaited += 1
        self._say()
        try:
            yield
        finally:
            self._awaited -= 1
            self._say()

    def _say(self, after: float = 0.0) -> None:
        """Say until when appends come first; `after`: for how long where none is under way."""
        seconds = 0.0 if self._awaited else HELD_SECONDS if self._holding else after
        _CELL.pack_into(self._cell, 0, time.monotonic() + seconds)


class _Heeded:
    """The other side, once in a process."""

    def __init__(self, descriptor: int, *, at_leisure: bool) -> None:
        self._at_leisure = at_leisure
        self._cell = mmap.mmap(descriptor, _CELL.size, access=mmap.ACCESS_READ)
        os.close(descriptor)
        self._since = self._looked = time.monotonic()
        """When this process last saw a pause, as far as it has looked without one itself, and when it last looked."""
        self._rested = time.process_time()
        """The processor time of this process when it last rested, or had no reason to."""

    async def rest(self) -> None:
        now = time.monotonic()
        if now - self._looked > SEEN_SECONDS:
            self._since = now
        end = now + min(REST * (time.process_time() - self._rested), REST_SECONDS)
        if self._at_leisure:
            end = self._since + LEISURE_SECONDS
        while now < end and now < self._until():
            await asyncio.sleep(min(end - now, _LOOK_SECONDS))
            now = time.monotonic()
        if now >= self._until():
            self._since = now
        self._looked, self._rested = now, time.process_time()

    def _until(self) -> float:
        until: float = _CELL.unpack_from(self._cell)[0]
        return until


_heeded: _Heeded | None = None


def heed(descriptor: int, *, at_leisure: bool = False) -> None:
    """Let this process rest where appends come first, as who started it says with this descriptor."""
    global _heeded  # noqa: PLW0603  as niceness, it is the process's own
    _heeded = _Heeded(descriptor, at_leisure=at_leisure)


async def rest() -> None:
    """Between two pieces of work: rest where appends come first, if this process heeds it."""
    if _heeded is not None:
        await _heeded.rest()

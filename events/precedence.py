"""Appends come first: what works beside the service rests while many events are appended.

Priorities alone do not see to it: whoever runs keeps its processor for some milliseconds, however low its priority,
and whoever holds a lock of the database holds it for longer, the lower it is; a batch of 500 takes twenty. So the
service says until when appends come first, in eight bytes that it shares with the processes beside it, and these
rest between two pieces of work: nine seconds for each one in which they worked, and no longer than appends go on. For
what is done at leisure nobody waits: it waits ten seconds for them to cease first.
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
HELD_SECONDS: Final = 1.0
"""How long at the most, without being said again: a service that was killed holds nobody up for longer."""
AFTER_SECONDS: Final = 0.05
"""How long after such an append: its sender has the next one to send."""
REST: Final = 9.0
"""How long to rest, by how long was worked (processor time)."""
REST_SECONDS: Final = 5.0
"""How long at the most."""
LEISURE_SECONDS: Final = 10.0
"""How long what is done at leisure waits for appends to cease, before it takes its share."""
_LOOK_SECONDS: Final = 0.01
_CELL: Final = struct.Struct("=d")
"""A time of the system's monotonic clock, in seconds."""


class Precedence:
    """The service's side: says until when appends come first."""

    def __init__(self) -> None:
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115  it lives as long as we
        self._file.truncate(_CELL.size)
        self._cell = mmap.mmap(self._file.fileno(), _CELL.size)
        self._holding = 0
        self._awaited = 0

    def fileno(self) -> int:
        """The descriptor that processes beside the service inherit, to `heed` it."""
        return self._file.fileno()

    @contextmanager
    def held(self, events: int) -> Iterator[None]:
        """Come first, while so many events are appended and for a moment after, if they are MANY."""
        if events < MANY:
            yield
            return
        self._holding += 1
        self._say(HELD_SECONDS)
        try:
            yield
        finally:
            self._holding -= 1
            self._say(HELD_SECONDS if self._holding else AFTER_SECONDS)

    @contextmanager
    def waived(self) -> Iterator[None]:
        """Let nothing come first meanwhile: somebody waits for what the others work out."""
        self._awaited += 1
        self._say(0)
        try:
            yield
        finally:
            self._awaited -= 1
            self._say(HELD_SECONDS if self._holding else 0)

    def _say(self, seconds: float) -> None:
        until = time.monotonic() + seconds if seconds and not self._awaited else 0.0
        _CELL.pack_into(self._cell, 0, until)


class _Heeded:
    """The other side, once in a process."""

    def __init__(self, descriptor: int, *, at_leisure: bool) -> None:
        self._at_leisure = at_leisure
        self._cell = mmap.mmap(descriptor, _CELL.size, access=mmap.ACCESS_READ)
        os.close(descriptor)
        self._since: float | None = None
        """When appends were first seen to come first without a pause."""
        self._rested = time.process_time()
        """The processor time of this process when it last rested, or had no reason to."""

    async def rest(self) -> None:
        now = time.monotonic()
        end = now + min(REST * (time.process_time() - self._rested), REST_SECONDS)
        if self._at_leisure:
            end = max(end, self._first_seen(now) + LEISURE_SECONDS)
        while now < end and now < self._until():
            await asyncio.sleep(min(end - now, _LOOK_SECONDS))
            now = time.monotonic()
        self._first_seen(now)
        self._rested = time.process_time()

    def _first_seen(self, now: float) -> float:
        """Since when appends come first, as far as this process has noticed."""
        self._since = None if now >= self._until() else self._since or now
        return self._since or now

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

"""Appends come first: what works beside the service rests while many events are appended.

Priorities alone do not see to it: whoever runs keeps its processor for some milliseconds, however low its priority,
and whoever holds a lock of the database holds it for longer, the lower it is; a batch of 500 takes twenty. So the
service says until when appends come first, in eight bytes that it shares with the processes beside it, and these
rest between two pieces of work: nine seconds for each one in which they worked, and no longer than appends go on.
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

    def __init__(self, descriptor: int) -> None:
        self._cell = mmap.mmap(descriptor, _CELL.size, access=mmap.ACCESS_READ)
        os.close(descriptor)
        self._rested = time.process_time()
        """The processor time of this process when it last rested, or had no reason to."""

    async def rest(self) -> None:
        end = time.monotonic() + min(REST * (time.process_time() - self._rested), REST_SECONDS)
        while (now := time.monotonic()) < end and now < self._until():  # noqa: ASYNC110  another process says it
            await asyncio.sleep(min(end - now, _LOOK_SECONDS))
        self._rested = time.process_time()

    def _until(self) -> float:
        until: float = _CELL.unpack_from(self._cell)[0]
        return until


_heeded: _Heeded | None = None


def heed(descriptor: int) -> None:
    """Let this process rest where appends come first, as who started it says with this descriptor."""
    global _heeded  # noqa: PLW0603  as niceness, it is the process's own
    _heeded = _Heeded(descriptor)


async def rest() -> None:
    """Between two pieces of work: let others on the loop have their turn, and rest where appends come first."""
    await asyncio.sleep(0)
    if _heeded is not None:
        await _heeded.rest()

"""Batches read by a process beside us, where nothing but plainly sound events is in them.

To parse, check and hash a batch takes more than half of what its append takes. A second processor does it while this
one appends the batch before. Whatever is to be looked at more closely (a fault, an envelope, a key) it leaves to us.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from events import dsse
from events.beside import Beside, Ended, serve
from events.canonical import NotJson, read_json
from events.cloudevent import Submission, Target, read_sound
from events.leaf import SALT_SIZE, Seal, seal

LARGE: Final = 32 * 1024
"""Bytes of a body from which on the process is asked: it starts with the first such batch, which is not its own."""

Columns = tuple[str, str, str, int, bytes, tuple[str, str] | None, Seal]
"""Of an event: id, source, kind, version of the kind, kept bytes, source and id of its target, salts and digests."""


class PlainBatches:
    """Asks the process, which reads one batch at a time."""

    def __init__(self, module: str = __name__) -> None:
        self._thread = ThreadPoolExecutor(1, "plain-batches")
        self._beside = Beside(module)
        self._started: Future[Any] | None = None
        self._reading = False
        self._off = (os.cpu_count() or 1) == 1
        """Whether it is of no use: there is no other processor, or it does not stay up."""

    async def read(self, raw: bytes) -> list[Submission] | None:
        """The submissions of a batch, already sealed; None where it is to be read here."""
        if len(raw) < LARGE or self._off or self._reading or not self._is_up():
            return None
        self._reading = True
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._thread, self._beside.ask, raw)
        except Ended:
            self._off = True
            return None
        finally:
            self._reading = False
        return None if found is None else [_submission(columns) for columns in found]

    def close(self) -> None:
        """End the process, where there is one."""
        self._beside.close()

    def _is_up(self) -> bool:
        """Whether the process is there; it is started where it is not, and nobody waits for that."""
        if self._started is None:
            self._started = self._thread.submit(self._beside.ask, b"[]")
        if not self._started.done():
            return False
        self._off = self._started.exception() is not None
        return not self._off


def read_plainly(raw: bytes) -> list[Columns] | None:
    """The columns of the events of a batch; None where one of them is not plainly sound."""
    try:
        values = read_json(raw)
    except NotJson:
        return None
    if not isinstance(values, list) or any(dsse.is_envelope(value) for value in values):
        return None
    salts = os.urandom(2 * SALT_SIZE * len(values))
    found: list[Columns] = []
    for at, sent in enumerate(read_sound(values)):
        if sent is None or sent.claim is not None:
            return None
        begin = 2 * SALT_SIZE * at
        salt_h, salt_p = salts[begin : begin + SALT_SIZE], salts[begin + SALT_SIZE : begin + 2 * SALT_SIZE]
        sealed = seal(salt_h, salt_p, sent.kept, sent.source, sent.id, sent.kind, sent.kind_version)
        aim = None if sent.target is None else (sent.target.source, sent.target.id)
        found.append((sent.id, sent.source, sent.kind, sent.kind_version, sent.kept, aim, (salt_h, salt_p, *sealed)))
    return found


def _submission(columns: Columns) -> Submission:
    event_id, source, kind, version, kept, target, sealed = columns
    aim = None if target is None else Target(*target)
    return Submission(event_id, source, kind, version, None, kept, aim, None, sealed)


def main() -> None:
    """The process: answer each body with its columns."""
    serve(read_plainly)

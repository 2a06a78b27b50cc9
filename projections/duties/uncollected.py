"""Work without the collector of cycles: it would go through a county's rows again and again, and find none.

To let go of a county's rows takes a tenth of a second too: what is given to hold is let go when the answer made of it
is out.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, Timer
from time import monotonic
from typing import Final

LATER: Final = 0.5
"""Seconds after the work until what it held is let go."""
LONGEST: Final = 30.0
"""Seconds: where one piece of work follows the other for longer, it begins by collecting."""


@dataclass(slots=True)
class _Pause:
    """How many pieces of work are under way, in whatever task or thread, since when, and whether it ran before."""

    lock: Lock = field(default_factory=Lock)
    under_way: int = 0
    since: float = 0.0
    ran: bool = False


_PAUSE: Final = _Pause()


@contextmanager
def uncollected() -> Iterator[list[object]]:
    """Keep the collector off until the last of such work has ended; one that was off before stays off.

    What the work puts into the list it is given is held a little longer, and the collector kept off meanwhile.
    """
    held: list[object] = []
    _begin()
    try:
        yield held
    finally:
        if held:
            later = Timer(LATER, _end, [held])  # a thread: the loop may have ended by then
            later.daemon = True
            later.start()
        else:
            _end(held)


def _begin() -> None:
    with _PAUSE.lock:
        if not _PAUSE.under_way:
            _PAUSE.ran, _PAUSE.since = gc.isenabled(), monotonic()
            gc.disable()
        elif monotonic() - _PAUSE.since > LONGEST:
            gc.collect()
            _PAUSE.since = monotonic()
        _PAUSE.under_way += 1


def _end(held: list[object]) -> None:
    held.clear()
    with _PAUSE.lock:
        _PAUSE.under_way -= 1
        if not _PAUSE.under_way and _PAUSE.ran:
            gc.enable()

"""Work without the collector of cycles: it would go through a county's rows again and again, and find none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Final


@dataclass(slots=True)
class _Pause:
    """How many pieces of work are under way, in whatever task or thread, and whether the collector ran before."""

    lock: Lock = field(default_factory=Lock)
    under_way: int = 0
    ran: bool = False


_PAUSE: Final = _Pause()


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector off until the last of such work has ended; one that was off before stays off."""
    with _PAUSE.lock:
        if not _PAUSE.under_way:
            _PAUSE.ran = gc.isenabled()
            gc.disable()
        _PAUSE.under_way += 1
    try:
        yield
    finally:
        with _PAUSE.lock:
            _PAUSE.under_way -= 1
            if not _PAUSE.under_way and _PAUSE.ran:
                gc.enable()

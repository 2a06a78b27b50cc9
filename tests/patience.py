"""How long a test waits for what must come: longer than the slowest machine takes, so that only a hang fails."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

HANG_SECONDS: Final = 300.0
"""No wait of a test is a measurement: how fast things are is what `make bench` says."""
LOOK_SECONDS: Final = 0.02


def looks(said: Path | None = None) -> Iterator[None]:
    """Look again and again until the caller is content; an AssertionError, with what a process said, at a hang."""
    ends = time.monotonic() + HANG_SECONDS
    while time.monotonic() < ends:
        yield
        time.sleep(LOOK_SECONDS)
    told = "" if said is None else said.read_text(encoding="utf-8")
    raise AssertionError(f"nothing came in {HANG_SECONDS:.0f} s\n{told}")


async def until(true: Callable[[], object]) -> None:
    """Wait until something holds; an AssertionError at a hang."""
    ends = time.monotonic() + HANG_SECONDS
    while not true():
        assert time.monotonic() < ends, f"nothing came in {HANG_SECONDS:.0f} s"
        await asyncio.sleep(LOOK_SECONDS)

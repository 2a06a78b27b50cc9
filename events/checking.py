"""Verifies signatures off the event loop: Ed25519 on two threads (it releases Python's lock), SM2 in its process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from events import signatures
from events.claim import Check
from events.signatures import ED25519
from events.sm2_process import Sm2Process

CHUNK: Final = 100
"""How many signatures a thread takes at a time."""

_ed25519: Final = ThreadPoolExecutor(2, "ed25519")
_sm2: Final = ThreadPoolExecutor(1, "sm2")
"""One waits for the one process."""
_sm2_process: Final = Sm2Process()


async def verified(checks: Iterable[Check]) -> dict[Check, bool]:
    """The verdicts of some checks, each once."""
    apart: tuple[list[Check], list[Check]] = ([], [])
    for check in dict.fromkeys(checks):
        apart[check.material.algorithm != ED25519].append(check)
    loop = asyncio.get_running_loop()
    found: dict[Check, bool] = {}
    waiting = []
    for some, threads, verify in zip(apart, (_ed25519, _sm2), (_verify_ed25519, _verify_sm2), strict=True):
        for start in range(0, len(some), CHUNK):
            chunk = some[start : start + CHUNK]
            waiting.append((chunk, loop.run_in_executor(threads, verify, chunk)))
    for chunk, answer in waiting:
        found.update(zip(chunk, await answer, strict=True))
    return found


def _verify_ed25519(checks: Sequence[Check]) -> list[bool]:
    return [signatures.verify(ED25519, m.public_key, message, signature) for m, message, signature in checks]


def _verify_sm2(checks: Sequence[Check]) -> list[bool]:
    return _sm2_process.verify([(m.public_key, message, signature, m.signer_id) for m, message, signature in checks])

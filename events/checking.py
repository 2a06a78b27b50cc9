"""Verifies signatures off the event loop, in processes of their own; a few of Ed25519 on a thread of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Final

from events import signatures
from events.claim import Check
from events.signature_process import SignatureProcess
from events.signatures import ED25519, SM2, Algorithm

FEW: Final = 16
"""Up to so many of Ed25519, which take a millisecond, a process is not asked, nor started."""


class _Lane:
    """A thread, and the process that it asks and waits for."""

    def __init__(self, algorithm: Algorithm) -> None:
        self._algorithm = algorithm
        self._thread = ThreadPoolExecutor(1, algorithm)
        self._process = SignatureProcess(algorithm)

    def verify(self, checks: Sequence[Check]) -> asyncio.Future[list[bool]]:
        """The verdicts of some checks, once they are there."""
        few = self._algorithm == ED25519 and len(checks) <= FEW
        return asyncio.get_running_loop().run_in_executor(self._thread, self._here if few else self._apart, checks)

    def _here(self, checks: Sequence[Check]) -> list[bool]:
        return [signatures.verify(self._algorithm, m.public_key, said, signed) for m, said, signed in checks]

    def _apart(self, checks: Sequence[Check]) -> list[bool]:
        return self._process.verify([(m.public_key, said, signed, m.signer_id) for m, said, signed in checks])


_LANES: Final = {ED25519: cycle([_Lane(ED25519), _Lane(ED25519)]), SM2: cycle([_Lane(SM2)])}
"""Two for Ed25519: while the thread of one waits for Python's lock, the process of the other works."""
CHUNK: Final = {ED25519: 250, SM2: 100}
"""How many signatures a process takes at a time: some milliseconds of work, so that callers take turns."""


async def verified(checks: Iterable[Check]) -> dict[Check, bool]:
    """The verdicts of some checks, each once."""
    apart: dict[Algorithm, list[Check]] = {ED25519: [], SM2: []}
    for check in dict.fromkeys(checks):
        apart[check.material.algorithm].append(check)
    waiting = []
    for algorithm, some in apart.items():
        lanes, many = _LANES[algorithm], CHUNK[algorithm]
        chunks = [some[start : start + many] for start in range(0, len(some), many)]
        waiting += [(chunk, next(lanes).verify(chunk)) for chunk in chunks]
    found: dict[Check, bool] = {}
    for chunk, answer in waiting:
        found.update(zip(chunk, await answer, strict=True))
    return found

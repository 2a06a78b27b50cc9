"""A process that verifies signatures of one algorithm.

SM2 holds Python's global lock and GmSSL writes to the C library's stderr; Ed25519 lets the lock go for every
signature, and waits for it as often. So both are verified beside us.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from events import signatures
from events.beside import Beside, serve
from events.signatures import ED25519, SM2, Algorithm, AlgorithmMissing

Check = tuple[bytes, bytes, bytes, bytes | None]
"""Public key, message, signature, signer id."""


class SignatureProcess:
    """Asks the process. Calls wait for each other, and for the answer: they belong on a thread."""

    def __init__(self, algorithm: Algorithm) -> None:
        self._algorithm = algorithm
        self._beside = Beside(__name__, algorithm)

    def verify(self, checks: Sequence[Check]) -> list[bool]:
        """Whether each signature is that of its key. Raises AlgorithmMissing where it is of SM2 and there is none."""
        if self._algorithm == SM2 and not signatures.sm2_available:
            raise AlgorithmMissing("SM2 takes the package gmssl-pyx, which has no wheel for this platform")
        found: list[bool] = self._beside.ask(list(checks))
        return found

    def close(self) -> None:
        """End the process, where there is one."""
        self._beside.close()


def main() -> None:
    """The process: answer each request with the verdicts."""
    algorithm: Algorithm = SM2 if sys.argv[1] == SM2 else ED25519
    serve(lambda checks: [signatures.verify(algorithm, *check) for check in checks])

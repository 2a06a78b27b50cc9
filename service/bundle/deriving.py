"""The answer derived again: the application itself answers, over what a bundle holds and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Never

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from events import edtf
from events.appender import Appender
from events.canonical import canonical, read_json
from events.clock import SHANGHAI, ScriptedClock
from events.credentials import Grant
from projections.policies.pack import Pack
from projections.tracing import Trace
from service.bundle.contents import Manifest, Request
from service.bundle.shelf import Shelf
from service.state import Service

MakeApp = Callable[[Service], FastAPI]
"""How the application is made over a service."""
KEY: Final = "whoever-verifies-a-bundle"
NOON: Final = 12


@dataclass(frozen=True, slots=True)
class Derived:
    """An answer derived from a bundle: canonical bytes where it is one, and what it asked for."""

    status: int
    answer: bytes
    trace: Trace


@dataclass(frozen=True, slots=True)
class Question:
    """All that an answer depends on beside the log: what was asked, on which day, by whom, under which packs."""

    request: Request
    asked_on: str
    jurisdictions: Sequence[str]
    packs: Mapping[str, Pack]

    @classmethod
    def of(cls, manifest: Manifest, packs: Mapping[str, Pack]) -> Question:
        """The question that a manifest records."""
        return cls(manifest.request, manifest.asked_on, manifest.jurisdictions, packs)


class Deriver:
    """Derives answers; the application is made once."""

    def __init__(self, make_app: MakeApp) -> None:
        self._make_app = make_app
        self._app: FastAPI | None = None

    async def derive(self, question: Question, shelf: Shelf) -> Derived:
        """The answer to a question from a shelf. What it asks is noted in the shelf's trace."""
        service = _service(question, shelf)
        if self._app is None:
            self._app = self._make_app(service)
        self._app.state.service = service
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {KEY}", "Accept": "application/json"}
        async with httpx.AsyncClient(transport=transport, base_url="http://bundle", headers=headers) as client:
            target = question.request.path + (f"?{question.request.query}" if question.request.query else "")
            answer = await client.get(target)
        return Derived(answer.status_code, plain(answer.content), shelf.trace)


def plain(answer: bytes) -> bytes:
    """An answer in the form of RFC 8785: the same whatever the order of its keys was."""
    return canonical(read_json(answer))


def _service(question: Question, shelf: Shelf) -> Service:
    """A service without a database: only the bundle answers, to one who sees what the asker saw."""
    engine = create_async_engine("postgresql+asyncpg://", async_creator=_no_database)
    clock = ScriptedClock(_noon_of(question.asked_on))
    grant = Grant(roles=("auditor",), jurisdictions=tuple(question.jurisdictions))
    return Service(engine, Appender(engine, clock), clock, question.packs, KEY, grant, bundled=shelf)


async def _no_database(*_: Any) -> Never:
    raise ConnectionError("a bundle is verified without a database")


def _noon_of(day: str) -> datetime:
    found = edtf.parse_day(day)
    return datetime(found.year, found.month, found.day, NOON, tzinfo=SHANGHAI)

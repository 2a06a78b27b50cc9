"""Answers say what was erased: `erased` names it beside what is left, and 410 where nothing is left.

An answer's texts are held against the names that erased entries gave. While nothing was ever erased, nothing is
looked at.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

import orjson
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from events import knowledge, logs
from events.canonical import texts_in
from events.erasing import Reach, erased_at, erased_naming, logs_erased_from
from events.errors import BadRequest, Gone, NotFound
from events.known import read_known_at
from service import problems
from service.access import Asker
from service.state import Service

ABOUT: Final = frozenset(
    {"jurisdictions", "persons", "posts", "letters", "bodies", "projects", "rectifications", "handovers"}
)
"""Calls about the one thing whose id follows."""
REGISTERS: Final = frozenset({"flags", "duties", "letters", "rectifications"})
"""Calls about what their parameters name, or a whole log."""
NAMING: Final = ("jurisdiction", "person", "body", "number")
"""The parameters that name something."""
FRESH_SECONDS: Final = 1.0
NOT_FOUND: Final = 404
MAX_TEXT: Final = 120
"""Longer texts are no ids."""
_POSITION: Final = re.compile(r"[0-9]{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a call of the API is about: names, and where it is about an entry, its log and position."""

    names: frozenset[str]
    log: str | None = None
    position: int | None = None


class Erasures:
    """Holds JSON answers about things, or of an entry's, until it is known what of them was erased."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        self._logs: frozenset[str] = frozenset()
        self._asked_at = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, at once where nothing was erased or something else is asked for."""
        subject = _subject(scope)
        if subject is None or not await self._erased():
            await self._app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def through(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if message["type"] != "http.response.body" or not _is_json(start):
                if start:
                    await send(start)
                    start = {}
                await send(message)
                return
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            changed, body = await self._told(scope, subject, start, b"".join(parts))
            await send(changed)
            await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, through)

    async def _erased(self) -> bool:
        """Whether anything was erased, as of a second ago at the most."""
        if time.monotonic() - self._asked_at > FRESH_SECONDS:
            with suppress(SQLAlchemyError, OSError):  # whoever answers says that the database is not there
                async with self._service.engine.connect() as conn:
                    self._logs = await logs_erased_from(conn)
                self._asked_at = time.monotonic()
        return bool(self._logs)

    async def _told(self, scope: Scope, subject: Subject, start: Message, body: bytes) -> tuple[Message, bytes]:
        """The answer with what was erased of it."""
        if start["status"] == NOT_FOUND:
            unknown = orjson.loads(body).get("code") == NotFound.slug
            gone = await self._gone(scope, subject) if unknown else None
            if gone is None:
                return start, body
            lang = problems.language(Headers(scope=scope).get("accept-language"))
            details = problems.problem(gone, lang)
            return _with(start, orjson.dumps(details), details["status"])
        answer = orjson.loads(body)
        sizes = {log: size for log, size in _sizes(answer).items() if log in self._logs}
        if not sizes:
            return start, body
        names = {*subject.names, *(said for said in texts_in(answer) if len(said) <= MAX_TEXT)}
        found: list[dict[str, Any]] = []
        asker: Asker = scope["state"]["asker"]
        async with self._service.engine.connect() as conn:
            for log, size in sizes.items():
                which, reach = {"log": log} if "logs" in answer else {}, Reach(log, size, asker.readable_kinds)
                found += [{**which, **one} for one in await erased_naming(conn, reach, names)]
        return _with(start, orjson.dumps({**answer, "erased": found})) if found else (start, body)

    async def _gone(self, scope: Scope, subject: Subject) -> Gone | None:
        """That all on record of what was asked for was erased, where it was on record in a log that the asker sees."""
        asker: Asker | None = scope.get("state", {}).get("asker")
        query = _query(scope)
        erased_from = self._logs.intersection(query.get("log", self._logs) if subject.log is None else [subject.log])
        async with self._service.engine.connect() as conn:
            for log in sorted(erased_from):
                if asker is None or not asker.sees_log(log):
                    continue
                reach = Reach(log, await _size(conn, log, query), asker.readable_kinds)
                if subject.position is not None:
                    found, value = await erased_at(conn, reach, subject.position), f"{log}/{subject.position}"
                else:
                    found, value = await erased_naming(conn, reach, subject.names), ", ".join(sorted(subject.names))
                if found:
                    return Gone(value=value, on=found[0]["erased_on"], ground=found[0]["ground"])
        return None


async def _size(conn: AsyncConnection, log: str, query: Mapping[str, list[str]]) -> int:
    """How much of a log is known as of what a request asks; all of it where that is more than there is."""
    head = await logs.get(conn, log)
    asked = read_known_at(query["known_at"][0]) if "known_at" in query else None
    with suppress(BadRequest):
        return (await knowledge.resolve(conn, log, asked, projected=head.size, clock=head.clock)).size
    return head.size


def _subject(scope: Scope) -> Subject | None:
    """What a call of the API is about; None where answers to it say nothing of erasures, or say it themselves."""
    steps = scope["path"].split("/")[1:] if scope["type"] == "http" and scope["method"] == "GET" else []
    match steps:
        case ["v1", noun] | ["v1", "duties" as noun, "summary"] if noun in REGISTERS:
            asked = _query(scope)
            return Subject(frozenset(text for name in NAMING for text in asked.get(name, ())))
        case ["v1", noun, thing, *_] if noun in ABOUT:
            return Subject(frozenset({str(thing)}))
        case ["v1", "logs", log, "events", position, "responsible"] if _POSITION.fullmatch(position):
            return Subject(frozenset(), str(log), int(position))
        case _:
            return None


def _query(scope: Scope) -> Mapping[str, list[str]]:
    return parse_qs(scope["query_string"].decode("utf-8", "replace"))


def _sizes(answer: Any) -> Mapping[str, int]:
    """The logs that an answer is of, each with how much of it was known."""
    if not isinstance(answer, dict):
        return {}
    grounds = [one.get("log") for one in answer["logs"]] if "logs" in answer else [answer.get("log")]
    return {log["id"]: log["size"] for log in grounds if isinstance(log, dict)}


def _is_json(start: Message) -> bool:
    kind = Headers(raw=start.get("headers", [])).get("content-type", "")
    return start.get("status") in (200, NOT_FOUND) and kind.partition(";")[0] in (
        "application/json",
        problems.PROBLEM_TYPE,
    )


def _with(start: Message, body: bytes, status: int = 200) -> tuple[Message, bytes]:
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["content-length"] = str(len(body))
    return {**start, "status": status, "headers": headers.raw}, body

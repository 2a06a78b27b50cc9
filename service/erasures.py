"""Answers say what was erased: `erased` names it beside what is left, and 410 where nothing is left.

An answer's texts are held against the names that erased entries gave. While nothing was ever erased, nothing is
looked at.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final
from urllib.parse import parse_qs

import orjson
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from events.canonical import texts_in
from events.erasing import erased_naming, logs_erased_from
from events.errors import Gone
from service import problems
from service.state import Service

ABOUT: Final = frozenset({"jurisdictions", "persons", "posts", "letters", "bodies", "projects", "rectifications"})
FRESH_SECONDS: Final = 1.0
NOT_FOUND: Final = 404
MAX_TEXT: Final = 120
"""Longer texts are no ids."""


class Erasures:
    """Holds JSON answers about one thing until it is known what of it was erased."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        self._logs: frozenset[str] = frozenset()
        self._asked_at = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, at once where nothing was erased or something else is asked for."""
        thing = _thing(scope)
        if thing is None or not await self._erased():
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
            changed, body = await self._told(scope, thing, start, b"".join(parts))
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

    async def _told(self, scope: Scope, thing: str, start: Message, body: bytes) -> tuple[Message, bytes]:
        """The answer with what was erased of it."""
        if start["status"] == NOT_FOUND:
            gone = await self._gone(scope, thing)
            if gone is None:
                return start, body
            lang = problems.language(Headers(scope=scope).get("accept-language"))
            details = problems.problem(gone, lang)
            return _with(start, orjson.dumps(details), details["status"])
        answer = orjson.loads(body)
        log = answer.get("log") if isinstance(answer, dict) else None
        if not isinstance(log, dict) or log.get("id") not in self._logs:
            return start, body
        names = {thing, *(said for said in texts_in(answer) if len(said) <= MAX_TEXT)}
        async with self._service.engine.connect() as conn:
            found = await erased_naming(conn, log["id"], names, log["size"])
        return _with(start, orjson.dumps({**answer, "erased": found})) if found else (start, body)

    async def _gone(self, scope: Scope, thing: str) -> Gone | None:
        """That all on record of a thing was erased, where it was on record."""
        asked = parse_qs(scope["query_string"].decode("utf-8", "replace")).get("log")
        async with self._service.engine.connect() as conn:
            for log_id in sorted(self._logs.intersection(asked) if asked else self._logs):
                found = await erased_naming(conn, log_id, {thing}, 2**62)
                if found:
                    return Gone(value=thing, on=found[0]["erased_on"], ground=found[0]["ground"])
        return None


def _thing(scope: Scope) -> str | None:
    """The id that a call of the API is about."""
    steps = scope["path"].split("/")[1:] if scope["type"] == "http" and scope["method"] == "GET" else []
    return str(steps[2]) if len(steps) > 2 and steps[0] == "v1" and steps[1] in ABOUT else None


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

"""Records reads and refusals in the service's own log `access`, each before its answer begins.

An answer carries the position of its record in `Zeren-Query`. The record is durable within a second,
or before the answer where `Zeren-Case` is given. What cannot be recorded is not answered.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import parse_qs, unquote

import orjson
import structlog
from asyncpg import InterfaceError, InternalClientError, PostgresError
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from events import logs
from events.canonical import canonical
from events.catalogue.records import AccessRecorded
from events.clock import stamp
from events.cloudevent import Submission
from events.door import is_identity_number
from events.edtf import parse_day
from events.errors import BadRequest, LogUnknown, NotRecorded, ZerenError
from events.item_errors import SignatureRefused
from events.logs import ACCESS
from events.receipts import Offer
from service import problems
from service.access import Asker
from service.case import read_case
from service.state import Service

log = structlog.get_logger()

CREDENTIAL: Final = "service"
"""Who posts the records: the service itself."""
SOURCE: Final = "urn:zeren:service"
ANSWER_HEADER: Final = b"zeren-query"
MAX_TARGET: Final = 1000
"""Characters of path and query that are kept."""
REFUSALS: Final = (401, 403)
_FAILURES: Final = (ZerenError, SQLAlchemyError, PostgresError, InterfaceError, InternalClientError, OSError)
"""`InternalClientError` is what asyncpg says of a connection that is closed under a statement."""
_IDENTITY: Final = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")


class _Unanswered(Exception):
    """The answer gives way to a problem: whatever was making it stops here."""

    def __init__(self, error: NotRecorded) -> None:
        super().__init__(str(error))
        self.error = error


def is_read(method: str, path: str) -> bool:
    """Whether a call of `/v1` answers facts: all that read do, but the catalogue, the packs and the logs' own sizes.

    Nor do proofs, which are made of what anybody may read without a key. Making and revoking keys is recorded too:
    it changes who may read.
    """
    match path.split("/")[2:]:
        case ["keys", "self"]:
            return False
        case ["keys", *_]:
            return True
        case ["kinds" | "policies", *_] | ["logs"] | ["logs", _] | ["logs", _, "consistency"]:
            return False
        case ["logs", _, "events", _, "proof"]:
            return False
        case _:
            return method in ("GET", "HEAD")


class Recorder:
    """Appends records to the log `access`, which it makes where it is missing."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._run = secrets.token_hex(8)
        self._count = count()

    async def record(self, said: Mapping[str, Any], *, flushed: bool) -> int:
        """Append one record; its position. It is durable, where `flushed`, once this returns, else within a second.

        Raises what an append raises.
        """
        data = {"at": stamp(self._service.clock.now()), **said}
        # Ids that follow each other keep the index of ids growing at one end.
        event_id = f"{self._run}-{next(self._count):012}"
        name, version = AccessRecorded.NAME, AccessRecorded.VERSION
        event = {"specversion": "1.0", "id": event_id, "source": SOURCE, "type": name, "data": data}
        offers = [Offer(Submission(event_id, SOURCE, name, version, event, canonical(event), None), CREDENTIAL)]
        try:
            appended = await self._service.appender.append(ACCESS, offers, flushed=flushed)
        except LogUnknown:
            async with self._service.engine.begin() as conn:
                await logs.create_service(conn, ACCESS, prefix=self._service.origins)
            appended = await self._service.appender.append(ACCESS, offers, flushed=flushed)
        position = appended.receipts[0].position
        assert position is not None
        return position


class Recording:
    """Holds each answer of `/v1` until its record is in the log."""

    def __init__(self, app: ASGIApp, recorder: Recorder) -> None:
        self._app = app
        self._recorder = recorder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; where there is something to record, do it between the first bytes of the answer and the wire."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        held: Message | None = None

        async def through(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                held = message
                return
            if held is not None:
                start, held = held, None
                await send(await self._recorded(scope, start, message))
            await send(message)

        try:
            await self._app(scope, receive, through)
        except _Unanswered as unanswered:
            lang = problems.language(Request(scope).headers.get("accept-language"))
            await problems.response(problems.problem(unanswered.error, lang))(scope, receive, send)

    async def _recorded(self, scope: Scope, start: Message, body: Message) -> Message:
        """The start of an answer as it may go out: with the position of its record, where it has one."""
        said = said_of(scope, start["status"], body.get("body", b""))
        if said is None:
            return start
        try:
            position = await self._recorder.record(said, flushed="case" in said)
        except _FAILURES as error:
            log.warning("a read cannot be recorded and is not answered", path=scope["path"], error=repr(error))
            raise _Unanswered(_not_recorded(error)) from error
        return {**start, "headers": [*start["headers"], (ANSWER_HEADER, f"{ACCESS}/{position}".encode())]}


def _not_recorded(error: Exception) -> NotRecorded:
    if isinstance(error, ZerenError):
        return NotRecorded(why_zh=error.message("zh"), why_en=error.message("en"))
    return NotRecorded(why_zh="数据库暂不可用", why_en="the database is not available")


def said_of(scope: Scope, status: int, body: bytes) -> dict[str, Any] | None:
    """What is recorded of a request and its answer, but the time; None where that is nothing.

    A refusal is recorded whatever was asked for, and that of a signature too, be it of one item among many.
    An answer to nobody we know tells no fact, nor does a failure.
    """
    asker: Asker | None = scope["state"].get("asker")
    method, path = scope["method"], scope["path"]
    signatures: frozenset[str] = scope["state"].get("refused", frozenset())
    refused = status in REFUSALS or bool(signatures)
    reads = is_read(method, path) or scope["state"].get("reads", False)
    if not refused and (asker is None or status >= 500 or not reads):
        return None
    query = scope["query_string"].decode("utf-8", "replace")
    asked = {name: _plain(given[0]) for name, given in parse_qs(query).items()}
    noun, named = (*path.split("/")[2:4], None)[:2]
    said = {
        "outcome": "refused" if refused else "answered",
        "credential": None if asker is None else asker.credential.key_id,
        "method": method,
        "target": _plain(path + (f"?{unquote(query)}" if query else ""), MAX_TARGET),
        "status": status,
        "log": _plain(named) if noun == "logs" and named else asked.get("log"),
        "jurisdiction": _plain(named) if noun == "jurisdictions" and named else asked.get("jurisdiction"),
        "valid_at": _day(asked.get("valid_at")),
        "known_at": asked.get("known_at"),
        "case": _case(scope),
        "reason": _reason(body, signatures) if refused else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def _plain(text: str, limit: int = 120) -> str:
    """Text as the log may hold it: NFC, not too long, and citizen identity numbers struck out."""
    return normalize("NFC", _IDENTITY.sub(_struck, text))[:limit]


def _case(scope: Scope) -> str | None:
    """The case of a request; None where it has none, or one that is answered 422."""
    with suppress(BadRequest):
        case = read_case(scope["headers"])
        return None if case is None else _plain(case)
    return None


def _struck(found: re.Match[str]) -> str:
    return "*" * 18 if is_identity_number(found[0]) else found[0]


def _day(text: str | None) -> str | None:
    with suppress(ValueError):
        return None if text is None else parse_day(text).isoformat()
    return None


def _reason(body: bytes, signatures: frozenset[str]) -> str | None:
    """Why a request was refused: the code of its problem, or what was wrong with signatures."""
    if not signatures:
        return _code(body)
    return f"{SignatureRefused.slug}: {', '.join(sorted(signatures))}"


def _code(problem: bytes) -> str | None:
    """The code of a problem, from its bytes."""
    with suppress(ValueError, AttributeError):
        return str(orjson.loads(problem).get("code"))
    return None

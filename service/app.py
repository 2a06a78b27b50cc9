"""The application: routers, what every request must pass, and how failures are told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

import orjson
import structlog
from asyncpg import InterfaceError, InternalClientError, PostgresError
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from events.errors import BadRequest, NotJsonBody, ZerenError
from events.fields import FORMS
from service import problems
from service.bundle.answering import Bundling
from service.console import console
from service.console.refusals import as_page, is_looked_at
from service.console.visit import language_of
from service.erasures import Erasures
from service.heads import Heads, answers_head
from service.http import (
    appends,
    bodies,
    duties,
    entry_answers,
    events,
    exhibits,
    flags,
    handovers,
    health,
    jurisdictions,
    keys,
    kinds,
    letters,
    logs,
    persons,
    policies,
    posts,
    projects,
    proofs,
    rectifications,
    states,
    summaries,
    tiles,
    timestamps,
)
from service.recording import Recorder, Recording
from service.state import Service

log = structlog.get_logger()

ROUTERS: Final = (
    logs, appends, events, exhibits, entry_answers, proofs, kinds, jurisdictions, states, persons, posts, bodies,
    letters, projects, rectifications, handovers, flags, duties, summaries, policies,
    keys,
)  # fmt: skip
PLACES: Final = (*(("/v1", each) for each in ROUTERS), *(("", each) for each in (health, tiles, timestamps)))
"""Below which path the routes of a module are."""
UNAVAILABLE: Final = ("08", "28", "3D", "40", "53", "57", "58", "25006", "25P03", "25P04", "55P03")
"""SQLSTATEs, or how they begin, of what passes or is the operator's: the connection or its login, the database is gone,
a deadlock, resources, intervention, the system; a read-only transaction, those that were left or took too long, a lock.
"""
METHOD_NOT_ALLOWED: Final = 405
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")

EXPECTED: Final = {
    "missing": ("一个值(必填)", "a value"),
    "int_parsing": ("整数", "an integer"),
    "int_type": ("整数", "an integer"),
    "int_parsing_size": ("整数", "an integer"),
    "int_from_float": ("整数", "an integer"),
    "bool_parsing": ("true 或 false", "true or false"),
    "string_type": ("字符串", "a string"),
    "string_too_long": ("较短的字符串", "a shorter string"),
    "string_pattern_mismatch": ("不含控制字符和空白的文本", "text without control characters or white space"),
    "extra_forbidden": ("没有此字段", "no such field"),
    "too_short": ("至少一项", "at least one"),
    "id": FORMS["id"],
    "string_unicode": ("字符串", "a string"),
    "string_too_short": ("非空字符串", "a string that is not empty"),
    "model_attributes_type": ("JSON 对象", "a JSON object"),
}
"""What a parameter of some type should be, in both languages."""


class Answered(JSONResponse):
    """JSON as orjson writes it."""

    def render(self, content: Any) -> bytes:
        """The bytes of an answer."""
        return orjson.dumps(content)


class PlainTextOnly:
    """Refuses control characters in paths and queries, and parameters given twice, before they reach anything.

    Of `dry_run=true&dry_run=false` whoever reads it would take one or the other. Pages take what their forms send.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 422."""
        if scope["type"] == "http":
            query = unquote(scope["query_string"].decode("utf-8", "replace"))
            error = None
            if _CONTROL.search(scope["path"]) or _CONTROL.search(query):
                error = BadRequest(
                    name="URL",
                    value="…",
                    expected_zh="不含控制字符的文本",
                    expected_en="text without control characters",
                )
            elif scope["path"].startswith("/v1/"):
                error = _given_twice(scope["query_string"])
            if error is not None:
                request = Request(scope)
                await as_page(request, problems.response(problems.problem(error, _lang(request))))(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _given_twice(query: bytes) -> BadRequest | None:
    """The fault of a query that gives a parameter more than once."""
    given = parse_qsl(query.decode("utf-8", "replace"), keep_blank_values=True) if b"&" in query else []
    counted = Counter(name for name, _ in given)
    twice = next((name for name, times in counted.items() if times > 1), None)
    if twice is None:
        return None
    value = " & ".join(value for name, value in given if name == twice)[:100]
    return BadRequest(name=twice[:60], value=value, expected_zh="一个值(只给一次)", expected_en="one value, given once")


def _lang(request: Request) -> str:
    return language_of(request) if is_looked_at(request) else problems.language(request.headers.get("accept-language"))


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, ZerenError)
    return as_page(request, problems.response(problems.problem(error, _lang(request))))


async def _bad_parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        no_json = NotJsonBody(why=str(first.get("ctx", {}).get("error", "")))
        return as_page(request, problems.response(problems.problem(no_json, _lang(request))))
    zh, en = EXPECTED.get(first["type"], (first["msg"], first["msg"]))
    name = ".".join(str(step) for step in first["loc"][1:]) or str(first["loc"][0])
    given = None if first["type"] == "missing" else str(first.get("input"))[:100]
    value = None if given is None else given.encode("utf-8", "replace").decode()
    told = BadRequest(name=name, value=value, expected_zh=zh, expected_en=en)
    return as_page(request, problems.response(problems.problem(told, _lang(request))))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = problems.plain(error.status_code, _lang(request))
    answer.headers.update(error.headers or {})
    if error.status_code == METHOD_NOT_ALLOWED:
        every = _methods_of(request.url.path)
        answer.headers["Allow"] = ", ".join(sorted(every)) or answer.headers.get("Allow", "")
    return as_page(request, answer)


def _methods_of(path: str) -> set[str]:
    """The methods of all routes of a path: a router that refuses one names those of the first such route."""
    found = {
        method
        for prefix, module in PLACES
        if path.startswith(prefix)
        for route in module.router.routes
        if isinstance(route, Route) and route.path_regex.match(path.removeprefix(prefix))
        for method in route.methods or ()
    }
    return found | {"HEAD"} if "GET" in found and answers_head(path) else found


async def _gone(_: Request, error: Exception) -> Response:
    """The sender went away before its request was whole; what lines it had sent in batches is recorded."""
    assert isinstance(error, ClientDisconnect)
    return Response(status_code=400)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected", path=request.url.path, error=repr(error), exc_info=error)
    return as_page(request, problems.plain(500, _lang(request)))


async def _database(request: Request, error: Exception) -> Response:
    """The database refused or went away: 503, to be tried again; any other failing of a statement is ours."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = str(getattr(cause, "sqlstate", None) or "")
    lost = isinstance(error, OSError | InterfaceError | InternalClientError | PoolTimeout)
    away = lost or state.startswith(UNAVAILABLE)
    if not away and not (isinstance(error, DBAPIError) and error.connection_invalidated):
        return await _unexpected(request, error)
    log.warning("database unavailable", path=request.url.path, error=repr(cause))
    return as_page(request, problems.plain(503, _lang(request)))


def make_app(service: Service) -> FastAPI:
    """The application over a wired service."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await service.appender.close()

    app = FastAPI(
        title="Zeren 责任链",
        version=service.version,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        default_response_class=Answered,
        exception_handlers={
            ZerenError: _told,
            RequestValidationError: _bad_parameters,
            HTTPException: _http,
            DBAPIError: _database,
            PoolTimeout: _database,
            PostgresError: _database,
            InterfaceError: _database,
            InternalClientError: _database,
            OSError: _database,
            ClientDisconnect: _gone,
            Exception: _unexpected,
        },
    )
    app.state.service = service
    if service.bundled is None:
        app.add_middleware(Bundling, service=service, make_app=make_app)
        app.add_middleware(Erasures, service=service)
        app.add_middleware(Recording, recorder=Recorder(service))
    app.add_middleware(PlainTextOnly)
    app.add_middleware(Heads)
    app.router.routes.insert(0, appends.PLAIN)
    for prefix, module in PLACES:
        app.include_router(module.router, prefix=prefix)
    if service.bundled is None:
        console.install(app, service)
    return app

"""A visit: who looks at a page, in which language and for which case, and what they ask the API."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import quote, unquote

import httpx
import orjson
from fastapi import Depends
from starlette.requests import Request

from events.clock import today
from service.console.address import given, ref
from service.session import COOKIE, Expired, Sealer, Session
from service.state import Service

CASE_COOKIE: Final = "zeren_case"
LANGUAGE_COOKIE: Final = "zeren_language"
LANGUAGES: Final = ("zh", "en")
QUERY_HEADER: Final = "zeren-query"
UNAUTHENTICATED: Final = 401
FORBIDDEN: Final = 403
NOT_FOUND: Final = 404
AMBIGUOUS: Final = 409
Answer = dict[str, Any]


class SignedOut(Exception):
    """Nobody is signed in, or no longer."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired" if expired else "signed out")
        self.expired = expired


class Refused(Exception):
    """The API answered with a problem (RFC 9457)."""

    def __init__(self, visit: Visit, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code') or problem.get('title')}")
        self.visit = visit
        self.status = status
        self.problem = problem


@dataclass
class Visit:
    """One request for a page by one who is signed in."""

    request: Request
    session: Session
    language: str
    case: str | None
    queries: list[str] = field(default_factory=list)
    """The records of what was asked for this page: `access/812`."""

    @property
    def headers(self) -> dict[str, str]:
        """The headers with which the API is asked."""
        said = {"Authorization": f"Bearer {self.session.key}", "Accept-Language": self.language}
        return said if self.case is None else {**said, "Zeren-Case": quote(self.case, safe="")}

    @property
    def today(self) -> date:
        """The day it is, in China."""
        service: Service = self.request.app.state.service
        return today(service.clock)

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request to the application this page is part of; `path` begins with `/`."""
        client: httpx.AsyncClient = self.request.app.state.console
        answer = await client.request(method, path, headers={**self.headers, **more.pop("headers", {})}, **more)
        recorded = answer.headers.get(QUERY_HEADER)
        if recorded is not None:
            self.queries.append(recorded)
        return answer

    async def ask(self, path: str, **params: Any) -> Answer:
        """The API's answer to `GET /v1{path}`; parameters that are None or empty are left out.

        Raises Refused with the problem, or SignedOut where the key is no longer good.
        """
        answer = self.check(await self.send("GET", f"/v1{path}", params=given(params)))
        told: Answer = orjson.loads(answer.content)
        return told

    async def ask_unless(self, statuses: Container[int], path: str, **params: Any) -> Answer | None:
        """The same; None where the API refuses with one of these statuses."""
        try:
            return await self.ask(path, **params)
        except Refused as refused:
            if refused.status not in statuses:
                raise
            return None

    def check(self, answer: httpx.Response) -> httpx.Response:
        """An answer of the API, which must be a success. Raises Refused, or SignedOut."""
        if answer.status_code == UNAUTHENTICATED:
            raise SignedOut(expired=True)
        if not answer.is_success:
            raise Refused(self, answer.status_code, _problem(answer))
        return answer

    async def head(self, log: str) -> int:
        """How many entries a log has now."""
        size: int = (await self.ask(f"/logs/{ref(log)}"))["size"]
        return size

    async def all_of(self, path: str, *, most: int = 5000, **params: Any) -> Answer:
        """A list of the API, its pages put together until there are `most` items; `next` tells whether more are left.

        Later pages are asked as of the size that the first one answered for.
        """
        answer = await self.ask(path, limit=1000, **params)
        if "log" in answer:
            params |= {"log": answer["log"]["id"], "known_at": f"@{answer['log']['size']}"}
        while answer["next"] is not None and len(answer["items"]) < most:
            page = await self.ask(path, limit=1000, after=answer["next"], **params)
            answer |= {"items": answer["items"] + page["items"], "next": page["next"]}
        return answer


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        problem = orjson.loads(answer.content)
    except ValueError:
        problem = None
    return problem if isinstance(problem, dict) else {"title": answer.reason_phrase, "status": answer.status_code}


def language_of(request: Request) -> str:
    """The language of pages: the one asked for in the address, else the one chosen before, else Chinese."""
    for said in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if said in LANGUAGES:
            return said
    return LANGUAGES[0]


def session_of(request: Request) -> Session | None:
    """Who is signed in; None where nobody is. Raises SignedOut where the session is over."""
    text = request.cookies.get(COOKIE)
    if text is None:
        return None
    sealer: Sealer = request.app.state.sealer
    try:
        return sealer.open(text)
    except Expired:
        raise SignedOut(expired=True) from None


def visit_of(request: Request) -> Visit:
    """The visit of a request. Raises SignedOut."""
    session = session_of(request)
    if session is None:
        raise SignedOut(expired=False)
    return Visit(request, session, language_of(request), unquote(request.cookies.get(CASE_COOKIE, "")) or None)


Visiting = Annotated[Visit, Depends(visit_of)]

"""People who look at the console: a browser that signed in with a key, and what they read on a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from typing import Any

import httpx
from starlette.requests import Request

from events import credentials
from events.credentials import Grant
from service.app import make_app
from service.console.visit import Visit
from service.session import Session
from service.state import Service
from tests.service.conftest import OPERATOR_KEY


@asynccontextmanager
async def browser(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody signed in with; it follows no redirection by itself."""
    transport = httpx.ASGITransport(make_app(service), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test") as opened:
        yield opened


@asynccontextmanager
async def visitor(service: Service, key: str = OPERATOR_KEY) -> AsyncIterator[httpx.AsyncClient]:
    """A browser signed in with a key."""
    async with browser(service) as opened:
        answer = await opened.post("/sign-in", data={"key": key})
        assert answer.status_code == 303, answer.text
        yield opened


async def key_of(service: Service, *roles: str, **limits: Any) -> str:
    """A new key of these roles and limits."""
    async with service.engine.begin() as conn:
        _, key = await credentials.make(conn, "test", Grant(roles=roles, **limits))
    return key


class Page(HTMLParser):
    """What a page says and where it leads."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self._words: list[str] = []
        self.links: dict[str, str] = {}
        """Text of a link to its address; of two with one text the first."""
        self.hrefs: list[str] = []
        """Every address, in order."""
        self.fields: dict[str, str] = {}
        """Name of a field of a form to its value."""
        self._link: tuple[str, int] | None = None
        self._ids: list[str] = []
        self.feed(answer.text)
        self.text = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember where links and fields are."""
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            assert given["id"] not in self._ids, f"two elements are called {given['id']}"
            self._ids.append(given["id"])
        if tag == "a":
            self._link = given.get("href", ""), len(self._words)
        if tag == "input" and "name" in given:
            self.fields.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """A link ends."""
        if tag == "a" and self._link is not None:
            href, start = self._link
            self.links.setdefault(" ".join(" ".join(self._words[start:]).split()), href)
            self.hrefs.append(href)
            self._link = None

    def handle_data(self, data: str) -> None:
        """Words."""
        self._words.append(data)

    def leading(self, start: str) -> Iterator[str]:
        """The addresses of links that begin with a path."""
        return (href for href in self.hrefs if href.startswith(start))


async def read(client: httpx.AsyncClient, path: str, status: int = 200, /, **query: str) -> Page:
    """A page, which must answer with a status."""
    answer = await client.get(path, params=query or None)
    assert answer.status_code == status, f"{path} {query}: {answer.status_code} {answer.text[-600:]}"
    assert answer.headers["content-type"].startswith("text/html"), answer.text
    return Page(answer)


def visit(service: Service, key: str = OPERATOR_KEY) -> Visit:
    """A visit of one who signed in with a key, to what the pages are made of."""
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "app": make_app(service)}
    return Visit(Request(scope), Session(key, "test", 0), "zh", None)

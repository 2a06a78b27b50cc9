"""Asks the application in this process as over the network: an answer's body is read as it comes.

httpx's own ASGITransport hands an answer on when all of it is there: of a log of a million entries 700 MB in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import suppress
from typing import Any, Final

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

Message = MutableMapping[str, Any]

CHUNKS: Final = 8
"""How many chunks of a body may wait to be read before the application waits."""
CLIENT: Final = ("127.0.0.1", 1)


class InProcess(httpx.AsyncBaseTransport):
    """Hands requests to an ASGI application (ASGI 3.0, HTTP connection scope). What it raises is raised here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request as soon as it has begun."""
        assert isinstance(request.stream, httpx.AsyncByteStream)
        exchange = _Exchange(self._app, request.stream, _scope(request))
        try:
            start = await exchange.message()
        except BaseException:
            await exchange.aclose()
            raise
        return httpx.Response(start["status"], headers=start.get("headers", []), stream=exchange)


def _scope(request: httpx.Request) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, request.url.port),
        "client": CLIENT,
        "root_path": "",
    }


class _Exchange(httpx.AsyncByteStream):
    """One request and its answer, whose body this is."""

    def __init__(self, app: ASGIApp, body: httpx.AsyncByteStream, scope: Scope) -> None:
        self._sent: asyncio.Queue[Message | None] = asyncio.Queue(CHUNKS)
        """What the application says, and None once it has ended."""
        self._body = aiter(body)
        self._asked = False
        self._over = asyncio.Event()
        self._task = asyncio.create_task(self._run(app, scope, self._receive, self._sent.put))

    async def _run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception:
            await self._sent.put(None)
            raise
        await self._sent.put(None)

    async def _receive(self) -> Message:
        if self._asked:
            await self._over.wait()
            return {"type": "http.disconnect"}
        try:
            return {"type": "http.request", "body": await anext(self._body), "more_body": True}
        except StopAsyncIteration:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

    async def message(self) -> Message:
        """What the application says next. Raises what it raised, where it said nothing more."""
        said = await self._sent.get()
        if said is None:
            await self._task
            raise RuntimeError("the application ended without an answer")
        return said

    async def __aiter__(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            said = await self.message()
            more = said.get("more_body", False)
            yield said.get("body", b"")
        self._over.set()
        await self._task  # what it does once it has answered, too

    async def aclose(self) -> None:
        """End the exchange: an application that is still at it is told, and ends."""
        self._over.set()
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

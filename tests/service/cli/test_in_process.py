"""Answers of the application in this process come as they are made, as over the network."""

from __future__ import annotations

import anyio
import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from service.cli.in_process import CHUNKS, InProcess
from tests.patience import HANG_SECONDS

pytestmark = pytest.mark.anyio

START = {"type": "http.response.start", "status": 200, "headers": [(b"x-told", b"yes")]}


def asking(app: ASGIApp) -> httpx.AsyncClient:
    """A client of an application."""
    return httpx.AsyncClient(transport=InProcess(app), base_url="http://local")


def part(body: bytes, *, more: bool = True) -> dict[str, object]:
    """A part of a body."""
    return {"type": "http.response.body", "body": body, "more_body": more}


async def test_a_request_arrives_whole() -> None:
    """Method, path, query, headers and body; then the client is there until it has the answer."""
    told: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        told.extend([scope["method"], scope["path"], scope["query_string"], dict(scope["headers"])[b"x-asked"]])
        body, more = b"", True
        while more:
            message = await receive()
            body += message["body"]
            more = message["more_body"]
        told.append(body)
        await send(START)
        await send(part(b"a"))
        await send(part(b"b", more=False))
        told.append((await receive())["type"])

    async with asking(app) as client:
        answer = await client.post("/a b", params={"c": "d"}, headers={"X-Asked": "e"}, content=b"f" * 100_000)
    assert (answer.status_code, answer.headers["x-told"], answer.content) == (200, "yes", b"ab")
    assert told == ["POST", "/a b", b"c=d", b"e", b"f" * 100_000, "http.disconnect"]


async def test_a_body_is_made_as_it_is_read() -> None:
    """An application that is far ahead of its reader waits for it; once the reader goes, it ends."""
    made = 0
    ended = anyio.Event()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        nonlocal made
        try:
            await send(START)
            while True:
                await send(part(b"x"))
                made += 1
        finally:
            ended.set()

    with anyio.fail_after(HANG_SECONDS):
        async with asking(app) as client, client.stream("GET", "/") as answer:
            parts = answer.aiter_raw()
            for _ in range(3):
                assert await anext(parts) == b"x"
            for _ in range(100):
                await anyio.lowlevel.checkpoint()
            assert 3 <= made <= 3 + CHUNKS
        await ended.wait()


async def test_what_an_application_does_after_its_answer_is_done() -> None:
    """What it puts on record then is on record when the answer has been read."""
    done = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(START)
        await send(part(b"", more=False))
        await anyio.sleep(0.01)
        done.append("recorded")

    async with asking(app) as client:
        await client.get("/")
    assert done == ["recorded"]


@pytest.mark.parametrize("said", [[], [START], [START, part(b"a")], [START, part(b"a", more=False)]])
async def test_what_an_application_raises_is_raised(said: list[dict[str, object]]) -> None:
    """Before it answers, within its answer and after it."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in said:
            await send(message)
        raise ValueError("a bug")

    with anyio.fail_after(HANG_SECONDS), pytest.raises(ValueError, match="a bug"):
        async with asking(app) as client:
            await client.get("/")


async def test_an_application_that_does_not_answer_is_a_bug() -> None:
    """It is not waited for."""

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        return

    with anyio.fail_after(HANG_SECONDS), pytest.raises(RuntimeError, match="ended without an answer"):
        async with asking(app) as client:
            await client.get("/")

"""The ways of `POST /v1/logs/{log}/events`: the documented call, the short one without a query, uploads of lines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import text
from starlette.routing import Match

from service.app import make_app
from service.http.appends import LINES_TOGETHER, PLAIN
from service.state import Service
from tests.service.conftest import OPERATOR_KEY
from tests.service.test_appends import LINES, ONE, URL, one, person
from tests.service.test_walk import BATCH

pytestmark = pytest.mark.anyio


@pytest.fixture
async def both(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application that has the short way before all others, with the log cn-62."""
    app = make_app(service)
    app.router.routes.insert(0, PLAIN)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {OPERATOR_KEY}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers) as opened:
        assert (await opened.put("/v1/logs/cn-62")).status_code == 201
        yield opened
    await service.appender.close()


@pytest.mark.parametrize(
    ("kind", "method", "path", "query", "taken"),
    [
        ("http", "POST", "/v1/logs/cn-62/events", b"", True),
        ("http", "POST", "/v1/logs/cn-62/events", b"dry_run=true", False),
        ("http", "GET", "/v1/logs/cn-62/events", b"", False),
        ("http", "POST", "/v1/logs/cn-62/events/0", b"", False),
        ("http", "POST", "/v1/logs/a/b/events", b"", False),
        ("websocket", "GET", "/v1/logs/cn-62/events", b"", False),
    ],
)
def test_the_short_way_takes_posts_without_a_query(
    kind: str, method: str, path: str, query: bytes, taken: bool
) -> None:
    """Everything else passes it by as if it were not there, so that no other route answers differently."""
    scope = {"type": kind, "method": method, "path": path, "query_string": query, "headers": []}
    assert PLAIN.matches(scope)[0] == (Match.FULL if taken else Match.NONE)


async def test_a_post_without_a_query_is_answered_as_one_with(both: httpx.AsyncClient) -> None:
    """The short way of a post that has no query answers all that the documented call answers, refusals too."""
    cases: list[tuple[str, dict[str, str], str]] = [
        ("cn-62", ONE, json.dumps(person("1"))),
        ("cn-62", ONE, json.dumps(person("1", "示例乙"))),
        ("cn-62", ONE, "{"),
        ("cn-62", BATCH, json.dumps([person("1"), person("2", shoe="43")])),
        ("cn-62", LINES, json.dumps(person("1"))),
        ("cn-62", {"Content-Type": "text/plain"}, "x"),
        ("cn-99", ONE, json.dumps(person("1"))),
    ]
    await one(both, person("1"))
    for log_id, headers, body in cases:
        url = f"/v1/logs/{log_id}/events"
        plain, documented = [
            await both.post(f"{url}{query}", content=body, headers=headers) for query in ("", "?dry_run=false")
        ]
        assert (plain.status_code, plain.json()) == (documented.status_code, documented.json())
        assert plain.headers["content-type"] == documented.headers["content-type"]
    unkeyed = [await both.post(f"{URL}{query}", headers={"Authorization": ""}) for query in ("", "?dry_run=true")]
    assert [answer.status_code for answer in unkeyed] == [401, 401]
    assert (await both.post(f"{URL}?dry_run=perhaps", content="{}", headers=ONE)).json()["code"] == "bad-parameter"
    assert (await both.get(URL)).status_code == 200


async def test_a_failure_ends_an_upload(both: httpx.AsyncClient, service: Service) -> None:
    """Where the log is closed meanwhile, the upload is answered with that, and what was appended before stands."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"\n".join(json.dumps(person(str(number))).encode() for number in range(LINES_TOGETHER)) + b"\n"
        while (await both.get("/v1/logs/cn-62")).json()["size"] < LINES_TOGETHER:  # noqa: ASYNC110  it is HTTP
            await asyncio.sleep(0.01)
        async with service.engine.begin() as conn:
            await conn.execute(text("UPDATE log SET state = 'sealed' WHERE log_id = 'cn-62'"))
        yield json.dumps(person("late")).encode()

    answer = await both.post(URL, content=chunks(), headers=LINES)
    assert (answer.status_code, answer.json()["code"]) == (409, "log-closed")
    assert (await both.get("/v1/logs/cn-62")).json()["size"] == LINES_TOGETHER

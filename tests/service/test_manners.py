"""What HTTP promises to any client: HEAD, `Allow`, weights of `Accept`, CloudEvents without a content type."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest
from structlog.testing import capture_logs

from events import logs
from service.accepting import preferred
from service.app import make_app
from service.state import Service
from tests.service.conftest import OPERATOR_KEY
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

EVENTS = "/v1/logs/cn-62/events"
PLACE = "/v1/jurisdictions/c"
BUNDLE = "application/vnd.zeren.bundle+zip"
SSE, LINES, JSON = "text/event-stream", "application/x-ndjson", "application/json"


async def test_head_answers_as_get_without_a_body(client: httpx.AsyncClient) -> None:
    """Status and headers are those of GET; a stream, which never ends, is not waited for; the console has none."""
    await posted(client, *TREE)
    for path, status in (
        ("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/v1/jurisdictions/c/responsibility", 200),
        ("/v1/jurisdictions/nowhere", 404), (EVENTS, 200),
    ):  # fmt: skip
        got, headed = await client.get(path), await client.head(path)
        assert (headed.status_code, got.status_code, headed.content) == (status, status, b""), path
        assert headed.headers["content-type"] == got.headers["content-type"]
    streamed = await client.head(EVENTS, headers={"Accept": SSE})
    assert (streamed.headers["content-type"].partition(";")[0], streamed.content) == (SSE, b"")
    assert (await client.head("/ticket/none")).status_code == 405


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", EVENTS, "GET, HEAD, POST"), ("DELETE", "/v1/logs/cn-62", "GET, HEAD, PUT"),
        ("PUT", "/v1/keys", "GET, HEAD, POST"), ("POST", "/healthz", "GET, HEAD"),
    ],
)  # fmt: skip
async def test_what_is_allowed_is_told_whole(client: httpx.AsyncClient, method: str, path: str, allowed: str) -> None:
    """The methods of all routes of a path are named, not those of the first."""
    answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON), (None, JSON), ("*/*", JSON), ("text/html", JSON), (SSE, SSE), (f"{SSE}, */*", SSE), (LINES, LINES),
        (f"{SSE};q=0, {JSON}", JSON), (f"{LINES};q=0, */*", JSON), (f"{LINES};q=0.4, {JSON};q=0.5", JSON),
        (f"{LINES};q=0.5, application/*;q=0.4", LINES), (f"{LINES}; charset=utf-8; q=0.9, {JSON};q=0.2", LINES),
        (f"{LINES}, {JSON}", LINES), (f"{SSE.upper()};Q=1", SSE), (f"{LINES};q=x", JSON), (f"{LINES};q=nan", JSON),
    ],
)  # fmt: skip
def test_the_heavier_form_is_taken(accept: str | None, chosen: str) -> None:
    """By the weights of RFC 9110, 12.4.2: 0 means not at all; JSON where nothing that there is was asked for."""
    assert preferred(accept, (SSE, LINES, JSON)) == chosen


async def test_forms_by_weight(client: httpx.AsyncClient) -> None:
    """Answers and lists follow the weights; a bundle is for who would rather have it."""
    await posted(client, *TREE)
    for path, accept, form in (
        (EVENTS, f"{LINES};q=0, */*", JSON), (EVENTS, f"{JSON};q=0.1, {LINES}", LINES),
        (PLACE, f"{BUNDLE};q=0, {JSON}", JSON), (PLACE, f"{JSON}, {BUNDLE};q=0.1", JSON),
    ):  # fmt: skip
        answer = await client.get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, form)
    refused = await client.get(EVENTS, params={"known_at": "@1"}, headers={"Accept": SSE})
    assert (refused.status_code, "known_at" in refused.json()["detail"]) == (422, True)


async def test_binary_mode_without_a_content_type(client: httpx.AsyncClient) -> None:
    """Data of no stated type is JSON; an attribute that is given twice is not chosen from."""
    await posted(client)
    sent = event("b1", "person.registered", person_id="p", name_zh="示例")
    data = orjson.dumps(sent.pop("data"))
    attributes = [(f"ce-{name}", str(value)) for name, value in sent.items()]
    answer = await client.post(EVENTS, content=data, headers=attributes)
    assert answer.status_code == 201, answer.text
    answer = await client.post(EVENTS, content=data, headers=[*attributes, ("ce-id", "b2")])
    assert (answer.status_code, "ce-id" in answer.json()["detail"]) == (422, True)
    answer = await client.post(EVENTS, content=data)
    assert answer.json()["code"] == "media-type"


async def test_a_sender_that_goes_away_is_no_fault_of_ours(service: Service) -> None:
    """An upload that breaks off is not an internal error."""
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": b'{"a"', "more_body": True}, {"type": "http.disconnect"},
    ]  # fmt: skip
    headers = [
        (b"authorization", f"Bearer {OPERATOR_KEY}".encode()),
        (b"content-type", b"application/cloudevents+json"),
    ]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": EVENTS, "raw_path": EVENTS.encode(), "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0) if len(messages) > 1 else messages[0]

    async def send(message: Any) -> None:
        sent.append(message)

    async with service.engine.begin() as conn:
        await logs.create(conn, "cn-62", name=None, origin="zeren.example/cn-62", clock="live")
    with capture_logs() as told:
        await make_app(service)(scope, receive, send)
    assert [one for one in told if one["log_level"] == "error"] == []
    assert sent[0]["status"] == 400
    await service.appender.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"ce-id", b"%ff"), (b"ce-id", b"%E4%B8"), (b"ce-enteredby", b"\xff"),
        (b"ce-enteredby", "中".encode("gb18030")), (b"ce-data", b"x"), (b"ce-datacontenttype", b"text/xml"),
    ],
)  # fmt: skip
async def test_binary_mode_refuses_what_it_cannot_keep(client: httpx.AsyncClient, name: bytes, value: bytes) -> None:
    """A header that is no UTF-8, or an attribute with another place, is named: nothing is recorded in its stead."""
    await posted(client, *TREE[:1])
    sent = {b"ce-id": b"b1", b"ce-source": b"urn:test", b"ce-type": b"person.registered", b"ce-specversion": b"1.0"}
    headers = [*{**sent, name: value}.items(), (b"content-type", b"application/json")]
    answer = await client.post(EVENTS, content='{"person_id":"x","name_zh":"甲"}', headers=headers)
    assert (answer.status_code, name.decode() in answer.json()["detail"]) == (422, True)
    assert (await client.get("/v1/logs/cn-62")).json()["size"] == 1


async def test_binary_mode_reads_utf_8_as_it_is(client: httpx.AsyncClient) -> None:
    """As clients send it that do not encode: curl does."""
    await posted(client, *TREE[:1])
    sent = {b"ce-id": "张-1".encode(), b"ce-source": b"urn:test", b"ce-type": b"person.registered"}
    headers = [*sent.items(), (b"ce-specversion", b"1.0"), (b"content-type", b"application/json")]
    answer = await client.post(EVENTS, content='{"person_id":"x","name_zh":"甲"}', headers=headers)
    assert (answer.status_code, answer.json()["id"]) == (201, "张-1")

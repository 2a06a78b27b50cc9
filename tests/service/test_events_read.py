"""`GET /v1/logs/{log}/events`: pages, filters, lines, single entries with their standing, and the live stream."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from events.appender import Appender
from events.clock import SystemClock
from events.credentials import OPERATOR
from events.database import open_engine
from projections.policies.pack import load_all
from service.app import make_app
from service.state import Service
from tests.patience import HANG_SECONDS, looks
from tests.service.conftest import OPERATOR_KEY
from tests.service.test_walk import BATCH, TREE, event, posted

pytestmark = pytest.mark.anyio

URL = "/v1/logs/cn-62/events"
CORRECTED = {"person_id": "x", "name_zh": "示例乙"}
LATER = [
    event("7", "record.corrected", corrects_event_id="4", corrected_payload=CORRECTED),
    event("8", "record.annulled", annuls_event_id="5"),
    event("9", "record.annulled", annuls_event_id="8"),
    event("10", "record.corrected", corrects_event_id="7", corrected_payload={**CORRECTED, "name_zh": "示例丙"}),
    event("11", "record.annulled", annuls_event_id="6"),
]


@pytest.fixture
async def reader(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of a log of eleven entries, the last five of which correct or annul."""
    await posted(client, *TREE)
    for late in LATER:
        await posted(client, late)
    return client


async def positions(client: httpx.AsyncClient, **query: Any) -> list[int]:
    """The positions of one page."""
    answer = await client.get(URL, params=query)
    assert answer.status_code == 200, answer.text
    return [entry["position"] for entry in answer.json()["items"]]


async def test_pages_go_on_without_loss_or_repeats(reader: httpx.AsyncClient) -> None:
    """`after` is exclusive, `next` is null on the last page, and all pages together are the log in order."""
    for limit in (1, 2, 4, 11, 1000):
        seen, after, pages = [], "-1", 0
        while after is not None:
            body = (await reader.get(URL, params={"after": after, "limit": limit})).json()
            seen += [entry["position"] for entry in body["items"]]
            after, pages = body["next"], pages + 1
        assert seen == list(range(11)), limit
        assert pages == -(-11 // limit)
    assert await positions(reader, after=4, limit=2) == [5, 6]
    assert await positions(reader, after=10) == await positions(reader, after=10**30) == []


async def test_an_entry_is_shown_with_what_the_log_added(reader: httpx.AsyncClient) -> None:
    """An entry has position, time, leaf hash, kind and schema, and the event as it was sent."""
    body = (await reader.get(URL, params={"limit": 1})).json()
    entry = body["items"][0]
    assert entry["event"] == TREE[0]
    assert (entry["id"], entry["source"], entry["type"]) == ("1", "urn:test", "jurisdiction.registered")
    assert entry["dataschema"] == "urn:zeren:kind:jurisdiction.registered:1"
    assert (entry["names"], entry["about"], entry["credential"]) == (None, 0, "operator")
    assert body["log"].keys() == {"id", "size", "root", "clock"}
    assert (body["log"]["size"], body["log"]["clock"]) == (11, "live")


async def test_filters_narrow_and_go_together(reader: httpx.AsyncClient) -> None:
    """Entries are filtered by kind, by what is of a place and of a person; two filters are both met."""
    assert await positions(reader, type="appointment.started") == [4]
    assert await positions(reader, type="person.registered,record.corrected") == [3, 6, 9]
    of_the_county = [1, 2, 4, 5, 7, 8, 10]
    assert await positions(reader, jurisdiction="c") == of_the_county
    assert await positions(reader, jurisdiction="621223") == of_the_county
    assert await positions(reader, jurisdiction="62") == [0, 1]
    assert await positions(reader, person="x") == [3, 4, 5, 6, 7, 8, 9, 10]
    assert await positions(reader, person="x", type="record.annulled") == [7, 8, 10]
    assert await positions(reader, person="x", jurisdiction="c") == of_the_county[2:]
    assert await positions(reader, person="x", jurisdiction="p") == []
    assert await positions(reader, person="nobody") == []
    pages: list[int] = []
    after = -1
    while found := await positions(reader, person="x", limit=3, after=after):
        pages += found
        after = found[-1]
    assert pages == [3, 4, 5, 6, 7, 8, 9, 10]


async def test_a_correction_is_found_by_what_it_takes_a_fact_from(client: httpx.AsyncClient) -> None:
    """What moves a visit from one place and person to others is listed under all of them, the visit under its own."""
    await posted(client, *TREE)
    size = (await client.get("/v1/logs/cn-62")).json()["size"]
    visit = {"visit_id": "v", "place_id": "c", "visitor": [{"person_id": "x"}], "started_on": "2017-02-01"}
    moved = {**visit, "place_id": "p", "visitor": [{"person_id": "z"}]}
    await posted(client, event("v1", "visit.made", **visit))
    await posted(client, event("v2", "record.corrected", corrects_event_id="v1", corrected_payload=moved))
    for narrowed in ({"jurisdiction": "c"}, {"person": "x"}):
        assert (await positions(client, **narrowed))[-2:] == [size, size + 1]
    for narrowed in ({"jurisdiction": "p"}, {"person": "z"}):
        assert [one for one in await positions(client, **narrowed) if one >= size] == [size + 1]


async def test_entries_as_lines(reader: httpx.AsyncClient) -> None:
    """With `Accept: application/x-ndjson` all entries that pass come as lines, in order, whatever the limit."""
    answer = await reader.get(URL, params={"limit": 2, "after": 1}, headers={"Accept": "application/x-ndjson"})
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [entry["position"] for entry in lines] == list(range(2, 11))
    listed = (await reader.get(URL, params={"after": 1})).json()["items"]
    assert lines == listed


async def test_entries_as_known_at_an_instant(reader: httpx.AsyncClient) -> None:
    """`known_at` cuts lists, lines and single entries at the size it resolves to."""
    assert await positions(reader, known_at="@6") == list(range(6))
    assert await positions(reader, known_at="2000-01-01") == []
    stamp = (await reader.get(f"{URL}/7")).json()["recorded_at"]
    assert await positions(reader, known_at=stamp, after=4) == [5, 6, 7]
    lines = await reader.get(URL, params={"known_at": "@2"}, headers={"Accept": "application/x-ndjson"})
    assert len(lines.text.splitlines()) == 2
    assert (await reader.get(f"{URL}/6", params={"known_at": "@6"})).status_code == 404
    assert (await reader.get(URL, params={"known_at": "@12"})).status_code == 422


async def standing(client: httpx.AsyncClient, position: int, **query: Any) -> tuple[str, int | None]:
    """The status of an entry and the version of its fact that stands."""
    told = (await client.get(f"{URL}/{position}", params=query)).json()["standing"]
    return told["status"], told["version"]


async def test_a_single_entry_says_whether_it_stands(reader: httpx.AsyncClient) -> None:
    """An entry is corrected, superseded, annulled, or stands again once its annulment is annulled."""
    assert await standing(reader, 0) == ("stands", 0)
    assert await standing(reader, 3) == ("corrected", 9)
    assert await standing(reader, 6) == ("superseded", 9)
    assert await standing(reader, 9) == ("stands", 9)
    assert await standing(reader, 4) == ("stands", 4)
    assert await standing(reader, 7) == ("annulled", 4)
    assert await standing(reader, 8) == ("stands", 4)
    assert await standing(reader, 5) == ("annulled", None)


async def test_standing_is_as_of_what_was_known(reader: httpx.AsyncClient) -> None:
    """Before a correction was recorded the old version stood, and the answer names its own instant and size."""
    assert await standing(reader, 3, known_at="@6") == ("stands", 3)
    assert await standing(reader, 3, known_at="@7") == ("corrected", 6)
    assert await standing(reader, 4, known_at="@8") == ("annulled", None)
    then = (await reader.get(f"{URL}/3", params={"known_at": "@7"})).json()
    assert (then["log"]["size"], then["known_at"]) == (7, (await reader.get(f"{URL}/6")).json()["recorded_at"])
    versions = (await reader.get(f"{URL}/3")).json()["standing"]["versions"]
    assert [(version["position"], version["names"]) for version in versions] == [(3, None), (6, 3), (9, 6)]


async def test_what_is_not_there(reader: httpx.AsyncClient) -> None:
    """Unknown logs, positions and places are 404, and what is no position or kind is 422."""
    for path, status in (
        ("/v1/logs/cn-99/events", 404), ("/v1/logs/cn-99/events/0", 404), (f"{URL}/11", 404), (f"{URL}/-1", 404),
        (f"{URL}/{10**30}", 404), (f"{URL}?jurisdiction=999999", 404), (f"{URL}/first", 422), (f"{URL}?after=x", 422),
        (f"{URL}?after=-2", 422), (f"{URL}?limit=0", 422), (f"{URL}?limit=1001", 422), (f"{URL}?type=person", 422),
        (f"{URL}?type=", 422),
    ):  # fmt: skip
        answer = await reader.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), path


class Running:
    """The application on loopback, in a thread with an event loop of its own."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        engine = open_engine(self._database_url)
        clock = SystemClock()
        service = Service(engine, Appender(engine, clock), clock, load_all(), OPERATOR_KEY, OPERATOR, local_runner=True)
        config = uvicorn.Config(make_app(service), port=0, log_level="error", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        await self._server.serve()
        await engine.dispose()

    def start(self) -> str:
        """Start the server; its URL."""
        self._thread.start()
        for _ in looks():
            if self._server is not None and self._server.started:
                break
        assert self._server is not None
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """Stop the server and wait for its thread."""
        assert self._server is not None
        self._server.should_exit = True
        self._thread.join(HANG_SECONDS)


@pytest.fixture
def served(database_url: str) -> Iterator[httpx.Client]:
    """A client of a real server on a log of six entries."""
    running = Running(database_url)
    headers = {"Authorization": f"Bearer {OPERATOR_KEY}"}
    try:
        with httpx.Client(base_url=running.start(), headers=headers, timeout=HANG_SECONDS) as client:
            client.put("/v1/logs/cn-62")
            assert client.post(URL, content=json.dumps(TREE), headers=BATCH).status_code == 200
            yield client
    finally:
        running.stop()


def read(lines: Iterator[str], count: int) -> list[tuple[int, str]]:
    """The next events of a stream: id, and the id of the event in its data."""
    found: list[tuple[int, str]] = []
    position = -1
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "id":
            position = int(value)
        elif name == "data":
            entry = json.loads(value)
            assert entry["position"] == position
            found.append((position, entry["id"]))
            if len(found) == count:
                break
    return found


def test_the_stream_goes_on_live_and_resumes(served: httpx.Client) -> None:
    """A stream tells what is there, then what is appended later; `Last-Event-ID` resumes after that position."""
    sse = {"Accept": "text/event-stream"}
    with served.stream("GET", URL, headers=sse) as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert read(lines, 6) == [(n, str(n + 1)) for n in range(6)]
        served.post(URL, content=json.dumps(LATER[:2]), headers=BATCH)
        assert read(lines, 2) == [(6, "7"), (7, "8")]
    with served.stream("GET", URL, headers={**sse, "Last-Event-ID": "5"}) as stream:
        assert read(stream.iter_lines(), 2) == [(6, "7"), (7, "8")]
    with served.stream("GET", URL, params={"after": 3, "type": "record.annulled"}, headers=sse) as stream:
        assert read(stream.iter_lines(), 1) == [(7, "8")]
    with served.stream("GET", URL, headers={**sse, "Last-Event-ID": "7"}) as stream:
        served.post(URL, content=json.dumps(LATER[2:3]), headers=BATCH)
        assert read(stream.iter_lines(), 1) == [(8, "9")]
    for last in ("9", "10", "999999999"):
        beyond = served.get(URL, headers={**sse, "Last-Event-ID": last})
        assert (beyond.status_code, beyond.json()["code"]) == (409, "beyond-head")
    for garbage in ("x", "-1", "1.5", "9" * 20):
        assert served.get(URL, headers={**sse, "Last-Event-ID": garbage}).status_code == 422

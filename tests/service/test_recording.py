"""The log `access`: what is recorded of whom, when it is durable, who reads it, and what is not answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import credentials, store
from events.appender import Appender
from events.canonical import read_json
from events.clock import SystemClock, read_stamp
from events.credentials import Grant
from events.database import open_engine
from events.receipts import Appended
from events.verify import verify
from projections.runner import catch_up
from service.app import make_app
from service.state import Service
from tests.patience import HANG_SECONDS
from tests.service.conftest import OPERATOR_KEY
from tests.service.servers import Commands, free_port
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

CHAIN = "/v1/jurisdictions/c/responsibility"
EVENTS = "/v1/logs/cn-62/events"
ACCESS = "/v1/logs/access"
ONE = {"Content-Type": "application/cloudevents+json"}
KEPT = text("SELECT kept FROM payload WHERE log_id = 'access' ORDER BY position")
FLUSHED = text("SELECT pg_current_wal_flush_lsn() >= CAST(:lsn AS text)::pg_lsn")
LATEST = text("SELECT 3 * current_setting('wal_writer_delay')::interval <= '1 second'")
INSERTED = text("SELECT pg_current_wal_insert_lsn()::text")

Keyed = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def keyed(service: Service, client: httpx.AsyncClient) -> AsyncIterator[Keyed]:
    """Makes a key with a grant and a client that sends it; the log cn-62 holds a county and its secretary."""
    await posted(client, *TREE)
    async with AsyncExitStack() as stack:

        async def make(*roles: str, **limits: Any) -> httpx.AsyncClient:
            async with service.engine.begin() as conn:
                key_id, key = await credentials.make(conn, "test", Grant(roles=roles, **limits))
            transport = httpx.ASGITransport(make_app(service), raise_app_exceptions=False)
            headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en", "Test-Key": key_id}
            opened = httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers)
            return await stack.enter_async_context(opened)

        yield make


async def records(engine: AsyncEngine) -> list[dict[str, Any]]:
    """The data of every record, in order, by a connection of its own."""
    async with engine.connect() as conn:
        return [read_json(bytes(row.kept))["data"] for row in await conn.execute(KEPT)]


async def the_only(engine: AsyncEngine) -> dict[str, Any]:
    """The data of the one record there is."""
    (record,) = await records(engine)
    return record


async def test_a_read_leaves_one_record_that_its_answer_names(keyed: Keyed, service: Service) -> None:
    """Who asked what, when, as of what, and how it was answered is kept; `Zeren-Query` is the record's position."""
    inspector = await keyed("inspector")
    before = service.clock.now()
    asked = {"valid_at": "2018-03-05", "known_at": "@6"}
    for position in range(2):
        answer = await inspector.get(CHAIN, params=asked)
        assert (answer.status_code, answer.headers["zeren-query"]) == (200, f"access/{position}")
    first, second = await records(service.engine)
    at = first.pop("at")
    assert before <= read_stamp(at) <= read_stamp(second.pop("at")) <= service.clock.now()
    assert first == second
    assert first == {
        "outcome": "answered", "credential": inspector.headers["test-key"], "method": "GET", "status": 200,
        "target": f"{CHAIN}?valid_at=2018-03-05&known_at=@6", "jurisdiction": "c", "valid_at": "2018-03-05",
        "known_at": "@6",
    }  # fmt: skip


async def test_what_tells_nothing_is_an_answer_too(keyed: Keyed, service: Service) -> None:
    """An unknown id, several candidates and a wrong parameter are recorded with their status, and the log asked."""
    inspector = await keyed("inspector")
    assert (await inspector.get("/v1/persons/nobody", params={"log": "cn-62"})).headers["zeren-query"] == "access/0"
    assert (await inspector.get(CHAIN, params={"valid_at": "2018-02-30"})).status_code == 422
    assert (await inspector.get(f"{EVENTS}/4")).status_code == 200
    missing, wrong, entry = await records(service.engine)
    assert (missing["status"], missing["outcome"], missing["log"]) == (404, "answered", "cn-62")
    assert (wrong["status"], wrong["target"]) == (422, f"{CHAIN}?valid_at=2018-02-30")
    assert "valid_at" not in wrong
    assert "reason" not in wrong
    assert (entry["status"], entry["log"]) == (200, "cn-62")


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How each append to `access` commits: `on` where it waits for the disk, `off` where it does not."""
    seen: list[str] = []
    real = store.append

    async def watched(conn: AsyncConnection, log_id: str, *given: Any, **named: Any) -> Appended:
        if log_id == "access":
            seen.append((await conn.execute(text("SHOW synchronous_commit"))).scalar_one())
        return await real(conn, log_id, *given, **named)

    monkeypatch.setattr(store, "append", watched)
    return seen


async def test_with_a_case_the_record_is_durable_before_the_answer(
    keyed: Keyed, service: Service, commits: list[str]
) -> None:
    """Whoever has an answer for a case finds its record, which was committed with a wait for the disk."""
    inspector = await keyed("inspector")
    await inspector.get(CHAIN)
    commits.clear()
    for number in range(3):
        case = f"甘纪立〔2019〕{number}号"
        answer = await inspector.get(CHAIN, headers={"Zeren-Case": quote(case)})
        assert answer.headers["zeren-query"] == f"access/{number + 1}"
        assert (await records(service.engine))[-1]["case"] == case
    assert commits == ["on"] * 3


async def test_without_a_case_the_record_is_durable_within_a_second(
    keyed: Keyed, service: Service, commits: list[str]
) -> None:
    """The answer does not wait for the disk; the record can be read at once, and is written with no other commit.

    PostgreSQL's writer looks every `wal_writer_delay`, and has it on disk after three of them at the latest.
    """
    inspector = await keyed("inspector")
    await inspector.get(CHAIN)
    commits.clear()
    for number in range(3):
        answer = await inspector.get(CHAIN)
        assert answer.headers["zeren-query"] == f"access/{number + 1}"
        assert len(await records(service.engine)) == number + 2
    assert commits == ["off"] * 3
    async with service.engine.connect() as conn:
        lsn = (await conn.execute(INSERTED)).scalar_one()
        assert (await conn.execute(LATEST)).scalar_one()
        async with asyncio.timeout(HANG_SECONDS):
            while not (await conn.execute(FLUSHED, {"lsn": lsn})).scalar_one():  # noqa: ASYNC110  PostgreSQL tells nobody
                await asyncio.sleep(0.02)


async def test_concurrent_reads_of_two_services_get_positions_of_their_own(
    keyed: Keyed, service: Service, engine: AsyncEngine
) -> None:
    """Forty reads at once, through two processes' services, have forty positions without a gap; each is its own."""
    here = await keyed("inspector")
    other = Service(engine, Appender(engine, SystemClock()), service.clock, service.packs, OPERATOR_KEY, Grant(()))
    transport = httpx.ASGITransport(make_app(other))
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=here.headers) as there:
        cases = [{"Zeren-Case": "1"} if n % 7 == 0 else {} for n in range(40)]
        asked = [
            (here, there)[n % 2].get("/v1/persons", params={"q": f"x{n}"}, headers=case) for n, case in enumerate(cases)
        ]
        answers = await asyncio.gather(*asked)
    kept = await records(engine)
    positions = [int(answer.headers["zeren-query"].removeprefix("access/")) for answer in answers]
    assert sorted(positions) == list(range(40))
    for answer, position in zip(answers, positions, strict=True):
        assert kept[position]["target"] == f"/v1/persons?q={answer.url.params['q']}"
    async with engine.connect() as conn:
        verdict = await verify(conn, "access")
    assert (verdict.size, verdict.lie) == (40, None)


async def test_refusals_are_recorded_with_their_reason(keyed: Keyed, service: Service) -> None:
    """No key, a wrong key, the wrong role, log or place, for reading and for posting; never the key that was sent."""
    await keyed("inspector")
    recorder = await keyed("recorder", kinds=("person.registered",))
    narrow = await keyed("inspector", jurisdictions=("elsewhere",))
    other_log = await keyed("inspector", logs=("cn-14",))
    wrong = "zk_00000000_" + "A" * 43
    post = json.dumps(event("9", "record.filed", record_id="r", filed_on="2018-01-01"))
    case = {"Zeren-Case": "7"}
    made = [
        await recorder.get(CHAIN, headers={"Authorization": ""}),
        await recorder.get("/v1/kinds", headers={"Authorization": f"Bearer {wrong}"}),
        await recorder.get(CHAIN, headers=case),
        await narrow.get(CHAIN),
        await other_log.get(f"{EVENTS}/0"),
        await narrow.post(EVENTS, content=post, headers=ONE),
        await recorder.post(EVENTS, content=post, headers=ONE),
        await recorder.put("/v1/logs/cn-14"),
    ]
    assert [answer.headers["zeren-query"] for answer in made] == [f"access/{n}" for n in range(len(made))]
    kept = await records(service.engine)
    assert {record["outcome"] for record in kept} == {"refused"}
    told = [(record["status"], record["reason"], record["method"], record.get("credential")) for record in kept]
    who = [client.headers["test-key"] for client in (recorder, narrow, other_log)]
    assert told == [
        (401, "unauthenticated", "GET", None), (401, "unauthenticated", "GET", None),
        (403, "forbidden", "GET", who[0]), (403, "forbidden", "GET", who[1]), (403, "forbidden", "GET", who[2]),
        (403, "forbidden", "POST", who[1]), (403, "outside-grant", "POST", who[0]), (403, "forbidden", "PUT", who[0]),
    ]  # fmt: skip
    assert [record.get("case") for record in kept[:4]] == [None, None, "7", None]
    assert wrong not in json.dumps(kept)


async def test_what_is_not_recorded(keyed: Keyed, client: httpx.AsyncClient, service: Service) -> None:
    """Posts that are taken, the catalogue, the packs, sizes of logs, health, and what no one known asked."""
    recorder = await keyed("recorder")
    sent = json.dumps(event("9", "person.registered", person_id="y", name_zh="甲"))
    assert (await recorder.post(EVENTS, content=sent, headers=ONE)).status_code == 201
    assert (await recorder.post(EVENTS, content="{", headers=ONE)).status_code == 422
    for path in (
        "/v1/kinds", "/v1/kinds/person.registered/schema", "/v1/policies", "/v1/policies/gansu", "/v1/logs",
        "/v1/logs/cn-62", "/healthz", "/readyz", "/metrics", "/", "/openapi.json",
    ):  # fmt: skip
        answer = await client.get(path)
        assert (answer.status_code, "zeren-query" in answer.headers) == (200, False), path
    assert (await client.get("/v1/nothing", headers={"Authorization": ""})).status_code == 404
    assert (await client.get("/v1/logs?all=true")).json()["items"] == (await client.get("/v1/logs")).json()["items"]
    assert await records(service.engine) == []


async def test_overseers_alone_read_the_log(keyed: Keyed, client: httpx.AsyncClient, service: Service) -> None:
    """An overseer reads `access` and nothing else, everybody else is refused; reading it is recorded as well."""
    await client.get(CHAIN)
    overseer = await keyed("overseer")
    body = (await overseer.get(f"{ACCESS}/events")).json()
    assert [item["type"] for item in body["items"]] == ["access.recorded"]
    assert body["items"][0]["event"]["data"]["credential"] == "operator"
    assert (await overseer.get(f"{ACCESS}/events/1")).json()["event"]["data"]["target"] == f"{ACCESS}/events"
    described = (await overseer.get(ACCESS)).json()
    assert (described["size"], described["clock"]) == (3, "live")
    listed = {log["id"] for log in (await overseer.get("/v1/logs?all=true")).json()["items"]}
    assert listed == {"access", "cn-62"}
    assert "access" not in (await overseer.get("/v1/logs")).text
    for path in (CHAIN, EVENTS, f"{EVENTS}/0", "/v1/persons?q=x", "/v1/letters/l"):
        assert (await overseer.get(path)).status_code == 403, path
    assert (await overseer.get("/v1/persons?q=x&log=access")).status_code == 422

    for roles in (("inspector",), ("auditor",), ("operator",), ("recorder",), ("recorder", "auditor", "operator")):
        other = await keyed(*roles)
        for path in (f"{ACCESS}/events", f"{ACCESS}/events/0", ACCESS):
            assert (await other.get(path)).status_code == 403, (roles, path)
        assert "access" not in (await other.get("/v1/logs?all=true")).text
    assert (await client.get(f"{ACCESS}/events")).status_code == 200
    assert (await (await keyed("overseer", logs=("cn-62",))).get(f"{ACCESS}/events")).status_code == 403
    last = (await records(service.engine))[-1]
    assert (last["status"], last["target"], last["log"]) == (403, f"{ACCESS}/events", "access")


async def test_the_service_alone_writes_the_log(keyed: Keyed, client: httpx.AsyncClient, service: Service) -> None:
    """Neither a recorder, nor an overseer who records, nor the operator who may do all, posts to `access`."""
    await client.get(CHAIN)
    sent = json.dumps(event("9", "person.registered", person_id="y", name_zh="甲"))
    for sender in (await keyed("recorder"), await keyed("recorder", "overseer"), client):
        assert (await sender.post(f"{ACCESS}/events", content=sent, headers=ONE)).status_code == 403
        assert (await sender.post(f"{ACCESS}/events?dry_run=true", content=sent, headers=ONE)).status_code == 403
    assert (await client.put(ACCESS)).status_code == 422
    assert [record["outcome"] for record in await records(service.engine)] == ["answered"] + ["refused"] * 6


async def test_the_log_is_verified_like_any_other(keyed: Keyed, service: Service) -> None:
    """Every row, leaf, tile and root of `access` is found right, over the end of a tile; nothing is projected of it."""
    inspector = await keyed("inspector")
    for _ in range(13):
        await asyncio.gather(*(inspector.get("/v1/persons/x") for _ in range(20)))
    async with service.engine.connect() as conn:
        verdict = await verify(conn, "access")
        tiles = (await conn.execute(text("SELECT count(*) FROM tile WHERE log_id = 'access'"))).scalar_one()
    assert (verdict.size, verdict.lie, tiles) == (260, None, 1)
    await catch_up(service.engine)
    async with service.engine.connect() as conn:
        found = await conn.execute(text("SELECT * FROM directory WHERE log_id = 'access'"))
        assert found.all() == []


async def test_lines_and_streams_are_recorded_as_they_begin(keyed: Keyed, service: Service) -> None:
    """An export and a live stream have their record before their first byte, and name it."""
    inspector = await keyed("inspector")
    lines = await inspector.get(EVENTS, headers={"Accept": "application/x-ndjson"})
    assert (lines.headers["zeren-query"], len(lines.text.splitlines())) == ("access/0", len(TREE))
    headers = [(name.lower(), value) for name, value in inspector.headers.raw] + [(b"accept", b"text/event-stream")]
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": EVENTS, "raw_path": EVENTS.encode(), "query_string": b"", "root_path": "",
        "headers": [(name, value) for name, value in headers if (name, value) != (b"accept", b"*/*")],
        "client": ("127.0.0.1", 1), "server": ("zeren.test", 80),
    }  # fmt: skip
    gone = asyncio.Event()
    seen: list[tuple[dict[str, Any], int]] = []

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        seen.append((message, len(await records(service.engine))))
        if b'"position":5' in message.get("body", b""):
            gone.set()

    await asyncio.wait_for(make_app(service)(scope, receive, send), HANG_SECONDS)
    (start, before), (body, _) = seen[0], seen[1]
    assert (start["status"], before, body["body"]) == (200, 2, b": zeren\n\n")
    assert dict(start["headers"])[b"zeren-query"] == b"access/1"
    assert [record["status"] for record in await records(service.engine)] == [200, 200]


async def test_a_case_that_is_none_is_refused(keyed: Keyed, service: Service) -> None:
    """A case number that cannot be kept is 422 and names the header, once the key is known to be good."""
    inspector = await keyed("inspector")
    answer = await inspector.get(CHAIN, headers={"Zeren-Case": "1" * 121})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-parameter")
    assert "Zeren-Case" in answer.json()["detail"]
    assert (await the_only(service.engine)) | {"at": ""} == {
        "at": "", "outcome": "answered", "credential": inspector.headers["test-key"], "method": "GET",
        "target": CHAIN, "status": 422, "jurisdiction": "c",
    }  # fmt: skip
    unknown = await inspector.get(CHAIN, headers={"Zeren-Case": "", "Authorization": "Bearer x"})
    assert unknown.status_code == 401


class Skewed:
    """A clock that is a minute ahead."""

    def now(self) -> Any:
        return SystemClock().now() + timedelta(minutes=1)


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson", "text/event-stream"])
@pytest.mark.parametrize("case", [{}, {"Zeren-Case": "7"}], ids=["without a case", "with a case"])
async def test_what_cannot_be_recorded_is_not_answered(
    keyed: Keyed, service: Service, accept: str, case: dict[str, str]
) -> None:
    """With a clock that stops appends, and with `access` sealed, reads and refusals are 503 and tell no fact."""
    inspector = await keyed("inspector")
    skewed = Service(
        service.engine, Appender(service.engine, Skewed()), Skewed(), service.packs, OPERATOR_KEY, Grant(())
    )
    headers = httpx.Headers(inspector.headers)
    headers.update({**case, "Accept": accept, "Accept-Language": "zh"})
    transport = httpx.ASGITransport(make_app(skewed))
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers) as client:
        for path, sent in ((EVENTS, headers), (f"{EVENTS}/4", headers), (EVENTS, {"Authorization": ""})):
            answer = await client.get(path, headers=sent)
            assert (answer.status_code, answer.json()["code"]) == (503, "not-recorded")
            assert (answer.headers["retry-after"], "zeren-query" in answer.headers) == ("1", False)
            assert "时钟" in answer.json()["detail"]
    await inspector.get(CHAIN)
    async with service.engine.begin() as conn:
        await conn.execute(text("UPDATE log SET state = 'sealed' WHERE log_id = 'access'"))
    answer = await inspector.get(EVENTS, headers={**case, "Accept": accept})
    assert (answer.status_code, answer.json()["code"]) == (503, "not-recorded")
    assert "sealed" in answer.json()["detail"]
    assert len(await records(service.engine)) == 1


async def test_a_database_that_is_away(keyed: Keyed, service: Service, engine: AsyncEngine) -> None:
    """While the log cannot be reached there is neither answer nor refusal, though a refusal needs no database."""
    inspector = await keyed("inspector")
    nowhere = open_engine(f"postgresql://127.0.0.1:{free_port()}/nowhere")
    appender = Appender(nowhere, service.clock)
    away = Service(engine, appender, service.clock, service.packs, OPERATOR_KEY, Grant(()), local_runner=True)
    transport = httpx.ASGITransport(make_app(away))
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test") as client:
        refused = await client.get(CHAIN)
        assert (refused.status_code, refused.json()["code"]) == (503, "not-recorded")
        answer = await client.get(CHAIN, headers=inspector.headers)
        assert (answer.status_code, answer.json()["code"]) == (503, "not-recorded")
        assert "database" in answer.json()["detail"]
    await nowhere.dispose()


def test_questions_on_local_data_are_recorded_too(tmp_path: Path, database_url: str) -> None:
    """`zeren ask` without a service to speak to leaves a record, which `zeren verify access` finds right."""
    commands = Commands(tmp_path / "data", database_url)
    commands.with_key("operator", "recorder", "inspector")
    file = tmp_path / "cn-62.ndjson"
    file.write_text("\n".join(json.dumps(one) for one in TREE), encoding="utf-8")
    commands.run("import", file)
    commands.run("ask", "621223", "--valid-at", "2018-03-05")
    (verified,) = commands.json("verify", "access")
    assert (verified["verified"], verified["size"] > 0) == (True, True)

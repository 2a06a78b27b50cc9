"""`POST /v1/logs/{log}/events`: receipts, conflicts, batches, streams of lines, and what the door refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import text

from events.appender import Appender
from events.clock import SystemClock
from events.credentials import OPERATOR
from service.app import make_app
from service.intake import MAX_BODY, MAX_ITEMS
from service.state import Service
from tests.service.conftest import OPERATOR_KEY
from tests.service.test_walk import BATCH, event

pytestmark = pytest.mark.anyio

URL = "/v1/logs/cn-62/events"
ONE = {"Content-Type": "application/cloudevents+json"}
LINES = {"Content-Type": "application/x-ndjson"}
PLACE = "jurisdiction.registered"
RECEIPT = {"id", "source", "status", "position", "recorded_at", "leaf_hash"}


def person(event_id: str, name: str = "示例甲", **more: Any) -> dict[str, Any]:
    """A person's registration."""
    return event(event_id, "person.registered", person_id=f"person-{event_id}", name_zh=name, **more)


@pytest.fixture(autouse=True)
async def log(client: httpx.AsyncClient) -> str:
    """The log cn-62."""
    assert (await client.put("/v1/logs/cn-62")).status_code == 201
    return "cn-62"


async def size(client: httpx.AsyncClient) -> int:
    """How many entries the log has."""
    return int((await client.get("/v1/logs/cn-62")).json()["size"])


async def one(client: httpx.AsyncClient, value: Any, **headers: str) -> httpx.Response:
    """Post one event, as a value or as JSON text."""
    content = value if isinstance(value, str | bytes) else json.dumps(value)
    return await client.post(URL, content=content, headers={**ONE, **headers})


async def batch(client: httpx.AsyncClient, *events: Any, query: str = "") -> httpx.Response:
    """Post a batch."""
    return await client.post(URL + query, content=json.dumps(events), headers=BATCH)


async def test_one_event_gets_its_receipt_and_the_first_again(client: httpx.AsyncClient) -> None:
    """A single event answers 201 with every field of a receipt; sent again, 200 with the first receipt."""
    first = await one(client, person("1"))
    assert first.status_code == 201
    assert first.headers["content-type"] == "application/json"
    receipt = first.json()
    assert receipt.keys() == RECEIPT
    assert (receipt["id"], receipt["source"], receipt["status"]) == ("1", "urn:test", "appended")
    assert receipt["position"] == 0
    assert len(receipt["leaf_hash"]) == 44
    assert receipt["recorded_at"].endswith("Z")
    again = await one(client, json.dumps(person("1"), indent=4, sort_keys=True))
    assert again.status_code == 200
    assert again.json() == {**receipt, "status": "duplicate"}
    assert await size(client) == 1


async def test_the_same_id_with_other_content_is_a_conflict(client: httpx.AsyncClient) -> None:
    """Other content under a taken id is 409 and names each difference by its JSON pointer."""
    await one(client, person("1"))
    answer = await one(client, {**person("1", "示例乙"), "time": "2018-01-01T00:00:00Z"})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["differs"] == ["/data/name_zh", "/time"]
    assert answer.json()["position"] == 0
    other = await one(client, {**person("1", "示例乙"), "source": "urn:other"})
    assert other.status_code == 201


async def test_faults_are_told_in_the_language_asked_for(client: httpx.AsyncClient) -> None:
    """A malformed event is 422; every fault has a pointer and what was expected, in Chinese or English."""
    wrong = {**event("1", "appointment.started", appointment_id="a/b", born="x"), "specversion": "0.3"}
    english = await one(client, wrong, **{"Accept-Language": "en"})
    chinese = await one(client, wrong, **{"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.1"})
    assert (english.status_code, chinese.status_code) == (422, 422)
    said = {fault["pointer"]: fault["expected"] for fault in english.json()["errors"]}
    assert said["/data/person_id"] == said["/data/post_id"] == "required"
    assert said["/data/born"] == "no such field in this kind of event"
    assert said["/specversion"] == 'the string "1.0"'
    assert "without control characters" in said["/data/appointment_id"]
    in_chinese = {fault["pointer"]: fault["expected"] for fault in chinese.json()["errors"]}
    assert in_chinese.keys() == said.keys()
    assert in_chinese["/data/person_id"] == "必填"
    titles = {fault["pointer"]: fault["title"] for fault in chinese.json()["errors"]}
    assert titles["/data/person_id"] == "人员编号"
    assert chinese.json()["title"] == "事件格式有误"
    assert await size(client) == 0


async def test_binary_mode_reads_percent_encoded_headers(client: httpx.AsyncClient) -> None:
    """In binary mode the attributes come in `ce-` headers, percent-encoded or quoted, and `data` is the body."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "ce-specversion": "1.0",
        "ce-id": quote("甲-1"),
        "ce-source": "urn:test",
        "ce-type": "person.registered",
        "ce-enteredby": quote("录入员 A"),
        "ce-reviewedby": '"a \\"b\\""',
    }
    answer = await client.post(URL, content=json.dumps({"person_id": "x", "name_zh": "示例甲"}), headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["id"] == "甲-1"
    kept = (await client.get(f"{URL}/0")).json()["event"]
    assert kept["data"] == {"person_id": "x", "name_zh": "示例甲"}
    assert (kept["enteredby"], kept["reviewedby"]) == ("录入员 A", 'a "b"')
    assert kept["datacontenttype"] == "application/json"
    again = await client.post(URL, content='{"name_zh":"示例甲","person_id":"x"}', headers=headers)
    assert (again.status_code, again.json()["status"]) == (200, "duplicate")


async def test_a_batch_of_sound_events_keeps_its_order(client: httpx.AsyncClient) -> None:
    """A batch answers 200 with the size of the log and the receipts in the order sent."""
    answer = await batch(client, *(person(str(n)) for n in range(5)), person("0"))
    assert answer.status_code == 200
    body = answer.json()
    assert (body["log"], body["size"]) == ("cn-62", 5)
    assert [(r["id"], r["position"], r["status"]) for r in body["receipts"]] == [
        *((str(n), n, "appended") for n in range(5)),
        ("0", 0, "duplicate"),
    ]
    assert (await batch(client)).json() == {"log": "cn-62", "size": 5, "receipts": []}


async def test_in_a_batch_each_event_is_judged_by_itself(client: httpx.AsyncClient) -> None:
    """Rejected items get a problem with status and index and no position; their neighbours stand, in order."""
    await one(client, person("taken"))
    answer = await batch(
        client, person("a"), "no object", person("taken", "示例乙"), person("b", shoe="43"), person("c")
    )
    assert answer.status_code == 207
    receipts = answer.json()["receipts"]
    assert [receipt["status"] for receipt in receipts] == ["appended", "rejected", "rejected", "rejected", "appended"]
    assert [receipt["position"] for receipt in receipts] == [1, None, None, None, 2]
    problems = {r["problem"]["index"]: r["problem"]["status"] for r in receipts if "problem" in r}
    assert problems == {1: 422, 2: 409, 3: 422}
    assert [(r["id"], r["recorded_at"], r["leaf_hash"]) for r in receipts[1:4]] == [
        (None, None, None),
        ("taken", None, None),
        ("b", None, None),
    ]
    assert receipts[2]["problem"]["differs"] == ["/data/name_zh"]
    assert await size(client) == 3


async def test_a_parameter_given_twice(client: httpx.AsyncClient) -> None:
    """What says both `dry_run=true` and `dry_run=false` is refused before anything is written; so is any other."""
    size = (await client.get("/v1/logs/cn-62")).json()["size"]
    for query, name in (("dry_run=true&dry_run=false", "dry_run"), ("dry_run=&dry_run=true", "dry_run"),
                        ("dry_run=true&dry%5Frun=true", "dry_run"), ("x=1&dry_run=true&x=2", "x")):  # fmt: skip
        answer = await client.post(f"{URL}?{query}", content=json.dumps(person("twice")), headers=ONE)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad-parameter"), query
        assert f"parameter {name} has the value" in answer.json()["detail"], query
        assert "one value, given once" in answer.json()["detail"], query
    assert (await client.get("/v1/logs/cn-62")).json()["size"] == size


async def test_a_dry_run_checks_and_writes_nothing(client: httpx.AsyncClient) -> None:
    """`dry_run=true` says what would be accepted and rejected, gives no positions, and leaves the log as it was."""
    await one(client, person("old"))
    single = await client.post(f"{URL}?dry_run=true", content=json.dumps(person("new")), headers=ONE)
    assert (single.status_code, single.json()["status"], single.json()["position"]) == (200, "accepted", None)
    events = [person("a"), person("old"), person("old", "示例乙"), person("b", shoe="43"), person("a")]
    answer = await batch(client, *events, query="?dry_run=true")
    assert answer.status_code == 207
    told = [(receipt["status"], receipt["position"]) for receipt in answer.json()["receipts"]]
    assert told == [("accepted", None), ("duplicate", 0), ("rejected", None), ("rejected", None), ("duplicate", None)]
    lines = "\n".join(json.dumps(one) for one in events)
    counted = (await client.post(f"{URL}?dry_run=true", content=lines, headers=LINES)).json()
    assert (counted["accepted"], counted["appended"], counted["duplicates"], counted["rejected"]) == (1, 0, 2, 2)
    assert await size(client) == 1


async def test_corrections_name_what_is_below_them(client: httpx.AsyncClient) -> None:
    """A correction may name an event earlier in its batch; one of an unknown or later event is 422."""
    fixed = {"person_id": "person-1", "name_zh": "示例乙"}
    correction = event("c", "record.corrected", corrects_event_id="1", corrected_payload=fixed)
    early = await one(client, correction)
    assert (early.status_code, early.json()["code"]) == (422, "target-unknown")
    answer = await batch(client, person("1"), correction)
    assert answer.status_code == 200
    entry = (await client.get(f"{URL}/1")).json()
    assert (entry["names"], entry["about"]) == (0, 0)
    upside_down = await batch(client, event("n", "record.annulled", annuls_event_id="2"), person("2"))
    assert [r["status"] for r in upside_down.json()["receipts"]] == ["rejected", "appended"]
    unfit = event("u", "record.corrected", corrects_event_id="1", corrected_payload={"person_id": "x"})
    pointers = [fault["pointer"] for fault in (await one(client, unfit)).json()["errors"]]
    assert pointers == ["/data/corrected_payload/name_zh"]


async def test_what_is_too_large_is_refused(client: httpx.AsyncClient) -> None:
    """A body above 8 MiB, a batch above 5,000 items and an event above 64 KiB are 413."""
    announced = await one(client, b" " * (MAX_BODY + 1))
    assert (announced.status_code, announced.json()["code"]) == (413, "too-large")

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 2**20 + 1):
            yield b" " * 2**20

    streamed = await client.post(URL, content=unannounced(), headers=ONE)
    assert streamed.status_code == 413
    many = await client.post(URL, content="[" + ",".join("1" * (MAX_ITEMS + 1)) + "]", headers=BATCH)
    assert (many.status_code, many.json()["code"]) == (413, "too-large")
    large = await batch(client, person("1", basis="字" * 22_000), person("2"))
    assert [r["status"] for r in large.json()["receipts"]] == ["rejected", "appended"]
    assert large.json()["receipts"][0]["problem"]["status"] == 413
    assert (await one(client, person("3", basis="x" * 66_000))).status_code == 413


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "application/xml", "application/vnd.dsse"])
async def test_an_unknown_media_type_is_415(client: httpx.AsyncClient, media_type: str) -> None:
    """A content type that the call does not read is 415 and names those it reads."""
    answer = await client.post(URL, content="{}", headers={"Content-Type": media_type})
    assert answer.status_code == 415
    assert "application/cloudevents-batch+json" in answer.json()["detail"]


async def test_a_body_that_is_no_json_is_422(client: httpx.AsyncClient) -> None:
    """A body that is no JSON text is 422, for one event and for a batch; so is a batch that is no array."""
    for body in (b"", b"{", b"\xff", b'{"a":1}{', b"[" * 100_000, b"{'a': 1}"):
        for headers in (ONE, BATCH):
            answer = await client.post(URL, content=body, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (422, "not-json"), body[:10]
    assert (await client.post(URL, content="{}", headers=BATCH)).json()["code"] == "malformed-event"


async def test_logs_that_are_not_there_or_may_not_be(client: httpx.AsyncClient) -> None:
    """Posting to an unknown log is 404; reserved, malformed and demo- ids may not be made; a sealed log is 409."""
    missing = await client.post("/v1/logs/cn-99/events", content=json.dumps(person("1")), headers=ONE)
    assert (missing.status_code, missing.json()["code"]) == (404, "log-unknown")
    reserved = ("v1", "access", "api", "docs", "static", "healthz", "readyz", "metrics", "login")
    for log_id in (*reserved, "demo-x", "x", "CN-62", "a" * 41, "甘肃", "a.b"):
        answer = await client.put(f"/v1/logs/{log_id}")
        assert (answer.status_code, answer.json()["code"]) == (422, "log-reserved"), log_id
    assert (await client.put("/v1/logs/cn-62", json={"origin": "example.org/other"})).status_code == 200


async def test_a_sealed_log_takes_nothing(client: httpx.AsyncClient, service: Service) -> None:
    """A log that is not open answers 409 and keeps its size."""
    async with service.engine.begin() as conn:
        await conn.execute(text("UPDATE log SET state = 'sealed' WHERE log_id = 'cn-62'"))
    answer = await one(client, person("1"))
    assert (answer.status_code, answer.json()["code"]) == (409, "log-closed")
    assert await size(client) == 0


async def test_lines_are_counted_and_their_problems_numbered(client: httpx.AsyncClient) -> None:
    """NDJSON counts what became of its lines; blank lines and CRLF are no matter; problems are in line order."""
    lines = [
        json.dumps(person("1")), "", json.dumps(person("2", shoe="43")), "{", "   ", "[1]",
        json.dumps(person("1")), json.dumps(person("1", "示例乙")), "x" * 600_000, json.dumps(person("3")),
    ]  # fmt: skip
    body = "\r\n".join(lines).encode()
    first = await client.post(URL, content=body, headers=LINES)
    assert first.status_code == 200
    told = first.json()
    assert {name: told[name] for name in ("log", "size", "appended", "duplicates", "rejected")} == {
        "log": "cn-62", "size": 2, "appended": 2, "duplicates": 1, "rejected": 5,
    }  # fmt: skip
    assert [(p["line"], p["status"], p["id"]) for p in told["problems"]] == [
        (3, 422, "2"), (4, 422, None), (6, 422, None), (8, 409, "1"), (9, 422, None),
    ]  # fmt: skip
    again = (await client.post(URL, content=body + b"\n", headers=LINES)).json()
    assert (again["size"], again["appended"], again["duplicates"], again["rejected"]) == (2, 0, 3, 5)


async def test_lines_may_come_in_chunks_of_any_cut(client: httpx.AsyncClient) -> None:
    """A streamed upload is read line by line wherever its chunks are cut, over several transactions."""
    body = b"\n".join(json.dumps(person(str(n))).encode() for n in range(1201))

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 7001):
            yield body[start : start + 7001]

    told = (await client.post(URL, content=chunks(), headers=LINES)).json()
    assert (told["appended"], told["size"], told["problems"]) == (1201, 1201, [])
    page = (await client.get(URL, params={"after": 1199})).json()["items"]
    assert [entry["id"] for entry in page] == ["1200"]


async def test_only_the_first_thousand_problems_are_told(client: httpx.AsyncClient) -> None:
    """Of many bad lines all are counted, and the first thousand are told in order."""
    told = (await client.post(URL, content=b"{\n[]\n" * 600, headers=LINES)).json()
    assert (told["rejected"], len(told["problems"])) == (1200, 1000)
    assert [problem["line"] for problem in told["problems"]] == list(range(1, 1001))


def said(data: str, kind: str = "person.registered", more: str = "") -> str:
    """JSON text of an event with `data` as it is written."""
    return f'{{"specversion": "1.0", "id": "1", "source": "urn:test", "type": "{kind}", "data": {{{data}}}{more}}}'


def letter(member: str) -> str:
    """JSON text of a signed letter with one more member."""
    return said(f'"letter_id": "l", {member}', "responsibility-letter.signed")


SOUND = '"person_id": "x", "name_zh": "甲"'
REFUSED = {
    "float": (said(f'{SOUND}, "basis": 1.0'), "/data/basis"),
    "2^53": (letter('"signed_on": "2018", "pages": 9007199254740992'), "/data/pages"),
    "duplicate key": (said(f'{SOUND}, "person_id": "x"'), "/data/person_id"),
    "not NFC": (said('"person_id": "x", "name_zh": "e\\u0301"'), "/data/name_zh"),
    "control": (said('"person_id": "x", "name_zh": "甲\\u0000"'), "/data/name_zh"),
    "carriage return": (said(f'{SOUND}, "basis": "a\\r\\nb"'), "/data/basis"),
    "C1 control": (said('"person_id": "x", "name_zh": "甲\\u0085"'), "/data/name_zh"),
    "lone surrogate": (said('"person_id": "x", "name_zh": "甲\\ud800"'), "/data/name_zh"),
    "surrogate in a key": (said(f'{SOUND}, "\\ud800": 1'), "/data/?"),
    "identity number": (said(f'{SOUND}, "basis": "证11010519491231002X号"'), "/data/basis"),
    "identity number as id": (said('"person_id": "11010519491231002X", "name_zh": "甲"'), "/data/person_id"),
    "secret": (letter('"signed_on": "2018", "classification": "秘密"'), "/data/classification"),
    "top secret": (letter('"signed_on": "2018", "classification": "绝密★"'), "/data/classification"),
    "unknown kind": (said("", "person.invented"), "/type"),
    "erased": (said('"position": 0, "erased_on": "2018-01-01"', "record.erased"), "/type"),
    "access": (said('"at": "2018-01-01T00:00:00Z", "outcome": "x"', "access.recorded"), "/type"),
    "unknown field": (said(f'{SOUND}, "shoe": "43"'), "/data/shoe"),
    "wrong type": (said('"person_id": "x", "name_zh": 7'), "/data/name_zh"),
    "code": (said('"jurisdiction_id": "j", "code": "62122", "name_zh": "甲", "level": "county"', PLACE), "/data/code"),
    "impossible date": (letter('"signed_on": "2018-02-30"'), "/data/signed_on"),
    "impossible month": (letter('"signed_on": "2018-13"'), "/data/signed_on"),
    "id with a slash": (said('"person_id": "x/y", "name_zh": "甲"'), "/data/person_id"),
    "required null": (said('"person_id": "x", "name_zh": null'), "/data/name_zh"),
    "data no object": (said(SOUND).replace("{" + SOUND + "}", "[]"), "/data"),
    "no such time": (said(SOUND, more=', "time": "2018-01-01T25:00:00Z"'), "/time"),
    "other schema": (said(SOUND, more=', "dataschema": "urn:other"'), "/dataschema"),
}  # fmt: skip


async def test_what_the_door_refuses(client: httpx.AsyncClient) -> None:
    """Every rule of the door is told as a fault at its place, and the rest of a batch stands."""
    for name, (wrong, pointer) in REFUSED.items():
        answer = await one(client, wrong)
        assert answer.status_code == 422, (name, answer.text)
        assert pointer in [fault["pointer"] for fault in answer.json()["errors"]], (name, answer.text)
    every = ", ".join(wrong for wrong, _ in REFUSED.values())
    answer = await client.post(URL, content=f"[{every}, {json.dumps(person('2'))}]", headers=BATCH)
    statuses = [receipt["status"] for receipt in answer.json()["receipts"]]
    assert statuses == ["rejected"] * len(REFUSED) + ["appended"]


async def test_codes_of_two_and_four_digits_are_accepted(client: httpx.AsyncClient) -> None:
    """Codes of 2 and 4 digits are read as 6; the event is kept as it was sent."""
    levels = (
        ("62", "province"),
        ("6212", "city"),
        ("621223", "county"),
        ("621223100", "township"),
        ("621223100001", "village"),
    )
    places = [event(code, PLACE, jurisdiction_id=code, code=code, name_zh="甲", level=level) for code, level in levels]
    assert (await batch(client, *places)).status_code == 200
    assert (await client.get(f"{URL}/0")).json()["event"]["data"]["code"] == "62"


class Skewed:
    """A clock that is off by a fixed time."""

    def __init__(self, off: timedelta) -> None:
        self.off = off

    def now(self) -> datetime:
        return SystemClock().now() + self.off


@pytest.mark.parametrize("seconds", [-60, 60])
async def test_a_clock_that_is_off_stops_appends(client: httpx.AsyncClient, service: Service, seconds: int) -> None:
    """A service whose clock is off the database's answers 503 to appends and dry runs, and writes nothing."""
    clock = Skewed(timedelta(seconds=seconds))
    skewed = Service(
        service.engine, Appender(service.engine, clock), clock, service.packs, OPERATOR_KEY, OPERATOR, local_runner=True
    )
    transport = httpx.ASGITransport(make_app(skewed), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=client.headers) as other:
        for query in ("", "?dry_run=true"):
            answer = await other.post(URL + query, content=json.dumps(person("1")), headers=ONE)
            assert (answer.status_code, answer.json()["code"]) == (503, "clock-stopped")
            assert "zeren doctor" in answer.json()["detail"]
        assert (await other.post(URL, content=json.dumps(person("1")), headers=LINES)).status_code == 503
    assert await size(client) == 0

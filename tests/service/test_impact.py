"""`dry_run=true&impact=true`: what events about the past would change, from what to what, with nothing written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from service.state import Service
from tests.service.grants import granted
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

URL = "/v1/logs/cn-62/events"
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
STRUCTURED = {"Content-Type": "application/cloudevents+json"}
CASE = {"Zeren-Case": "%E7%94%98%E7%BA%AA%E7%AB%8B3%E5%8F%B7"}
CHAIN = (
    event("p", "jurisdiction.registered", jurisdiction_id="p", code="620000", name_zh="甘肃省", level="province"),
    event(
        "c",
        "jurisdiction.registered",
        jurisdiction_id="c",
        code="621223",
        name_zh="宕昌县",
        level="county",
        parent_id="p",
    ),
    event(
        "s",
        "post.established",
        post_id="head",
        title_zh="县长",
        jurisdiction_id="c",
        functions=["government-principal"],
    ),
    event("a", "appointment.started", appointment_id="A", person_id="X", post_id="head", effective_from="2016-03-01"),
)
SECRETARY = (
    event(
        "s2", "post.established", post_id="sec", title_zh="县委书记", jurisdiction_id="c", functions=["party-principal"]
    ),
    event("a2", "appointment.started", appointment_id="B", person_id="Y", post_id="sec", effective_from="2016-03-01"),
)
ENDED = event("end", "appointment.ended", appointment_id="A", effective_until="2018-03-01", reason="transfer")


async def supposed(client: httpx.AsyncClient, *events: Mapping[str, Any]) -> dict[str, Any]:
    """What a dry run with impact answers."""
    asked = {"dry_run": "true", "impact": "true"}
    answer = await client.post(URL, params=asked, json=list(events), headers=BATCH)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def differences(body: Mapping[str, Any], day: str) -> dict[tuple[str, str], tuple[Any, Any]]:
    """What differs of the county's chain on a day: (id, field) to before and after."""
    found = [one for one in body["impact"]["answers"] if one["valid_at"] == day and one["jurisdiction"]["id"] == "c"]
    return {
        (each["id"], each["field"]): (each["before"], each["after"]) for one in found for each in one["differences"]
    }


async def test_an_end_in_the_past_empties_the_post_from_then_on(client: httpx.AsyncClient) -> None:
    """The chain of the day it tells of and of today would change; what was answered before is still answered after."""
    await posted(client, *CHAIN, *SECRETARY)
    body = await supposed(client, ENDED)
    assert [receipt["status"] for receipt in body["receipts"]] == ["accepted"]
    told = body["impact"]
    assert told["days"][0] == "2018-03-01"
    assert differences(body, "2018-03-01")["head", "status"] == ("held", "vacant")
    assert differences(body, told["days"][-1])["head", "status"] == ("held", "vacant")
    duties = {one["rule"]: one for one in told["duties"] if one["jurisdiction"] == "c"}
    assert duties["gansu-2017-art23-b"]["before"]["status"] == "met"
    assert duties["gansu-2017-art23-b"]["after"]["status"] != "met"
    head = (await client.get("/v1/jurisdictions/c/responsibility", params={"valid_at": "2018-03-01"})).json()
    assert [post["status"] for post in head["chain"][1]["posts"]] == ["held", "held"]
    assert head["log"]["size"] == len(CHAIN) + len(SECRETARY)


async def test_what_it_said_is_what_comes(client: httpx.AsyncClient) -> None:
    """After the append the chain is what the impact said it would be."""
    await posted(client, *CHAIN)
    before = differences(await supposed(client, ENDED), "2018-03-01")
    await posted(client, ENDED)
    after = (await client.get("/v1/jurisdictions/c/responsibility", params={"valid_at": "2018-03-01"})).json()
    post = after["chain"][1]["posts"][0]
    assert (post["status"], post["vacancy"]) == (before["head", "status"][1], before["head", "vacancy"][1])


async def test_a_correction_of_a_correction_in_one_batch(client: httpx.AsyncClient) -> None:
    """Events that name each other within the batch are taken together, and one that is refused is left out."""
    await posted(client, *CHAIN)
    first = {**CHAIN[3]["data"], "effective_from": "2017-01-01"}
    second = {**CHAIN[3]["data"], "effective_from": "2017-06-01"}
    body = await supposed(
        client,
        event("k1", "record.corrected", corrects_event_id="a", corrected_payload=first, reason="x"),
        event("k2", "record.corrected", corrects_event_id="k1", corrected_payload=second, reason="y"),
        event("k3", "record.corrected", corrects_event_id="nothing", corrected_payload=second, reason="z"),
    )
    assert [receipt["status"] for receipt in body["receipts"]] == ["accepted", "accepted", "rejected"]
    assert differences(body, "2016-03-01")["A", "from"] == ("2016-03-01", None)
    assert differences(body, "2017-06-01")["A", "from"] == ("2016-03-01", "2017-06-01")


async def test_a_visit_elsewhere_changes_what_is_owed_at_home(client: httpx.AsyncClient) -> None:
    """A unit of no place helps one county and visits another: its duty is told, and would change, at the first."""
    other = {"jurisdiction_id": "d", "code": "621224", "name_zh": "康县", "level": "county", "parent_id": "p"}
    helped = {"pairing_id": "r", "helper": "u", "assisted": "c", "kind": "fixed-point-unit", "effective_from": "2017"}
    unit = (
        event("d", "jurisdiction.registered", **other),
        event("u", "body.established", body_id="u", name_zh="单位", functions=["assisting-unit"]),
        event("us", "post.established", post_id="uh", title_zh="主任", body_id="u", functions=["assisting-unit-head"]),
        event("ua", "appointment.started", appointment_id="U", person_id="Z", post_id="uh", effective_from="2016"),
        {**event("ur", "pairing.started"), "data": helped},
    )
    await posted(client, *CHAIN, *unit)
    for visitor in ({"post_id": "uh"}, {"person_id": "Z"}):
        visit = {"visit_id": "1", "visitor": [visitor], "place_id": "d", "started_on": "2018-05-01"}
        told = (await supposed(client, event("v", "visit.made", **visit, purpose="assistance")))["impact"]
        assert ("c", "central-2016-art21-c") in {(one["jurisdiction"], one["rule"]) for one in told["duties"]}


async def test_what_else_is_said_and_what_would_be_gone(client: httpx.AsyncClient) -> None:
    """A letter's other number and dates, and the end of a place's registration, are differences too."""
    signed = {
        "letter_id": "l", "signatory": {"person_id": "X", "post_id": "head"}, "signed_on": "2016-03-01",
        "document_number": "1号", "effective_from": "2016-01-01", "effective_until": "2020-01-01",
    }  # fmt: skip
    await posted(client, *CHAIN, event("l", "responsibility-letter.signed", **signed))
    later = signed | {"document_number": "2号", "effective_from": "2015-01-01", "effective_until": "2021-01-01"}
    body = await supposed(
        client, event("k", "record.corrected", corrects_event_id="l", corrected_payload=later, reason="x")
    )
    told = differences(body, "2016-03-01")
    assert told["l", "number"] == ("1号", "2号")
    assert told["l", "effective_from"] == ("2016-01-01", "2015-01-01")
    body = await supposed(client, event("k", "record.annulled", annuls_event_id="c", reason="x"))
    assert differences(body, body["impact"]["days"][-1])["path", "jurisdictions"] == (["p", "c"], [])


async def test_nothing_changes_where_nothing_is_said(client: httpx.AsyncClient) -> None:
    """The same fact again, under another id, changes no answer and no duty."""
    await posted(client, *CHAIN)
    again = {**CHAIN[3], "id": "again"}
    told = (await supposed(client, again))["impact"]
    assert (told["answers"], told["duties"]) == ([], [])


async def test_who_may_ask(client: httpx.AsyncClient, service: Service) -> None:
    """It takes a reader's role, goes only with a dry run, and leaves out places outside the grant."""
    await posted(client, *CHAIN)
    refused = await client.post(URL, params={"impact": "true"}, json=[ENDED], headers=BATCH)
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-parameter")
    lines = {"Content-Type": "application/x-ndjson"}
    for dry_run in ("true", "false"):
        given = {"dry_run": dry_run, "impact": "true"}
        assert (await client.post(URL, params=given, json=ENDED, headers=lines)).status_code == 422
    assert (await client.get("/v1/logs/cn-62")).json()["size"] == len(CHAIN)
    asked = {"dry_run": "true", "impact": "true"}
    async with granted(service, "recorder") as recorder:
        assert (await recorder.post(URL, params=asked, json=[ENDED], headers=BATCH)).status_code == 403
    async with granted(service, "recorder", "inspector", jurisdictions=("c",)) as narrow:
        told = (await narrow.post(URL, params=asked, json=[ENDED], headers=BATCH)).json()["impact"]
    assert [place["id"] for place in told["jurisdictions"]] == ["c"]
    assert told["withheld"] == 1


async def test_it_is_a_read(client: httpx.AsyncClient, service: Service) -> None:
    """It tells facts: it is recorded as a read, for its case, where a dry run alone is not."""
    await posted(client, *CHAIN)
    alone, impact = {"dry_run": "true"}, {"dry_run": "true", "impact": "true"}
    for asked, body, content_type, query in (
        (alone, ENDED, STRUCTURED, None), (impact, ENDED, STRUCTURED, "access/0"), (impact, [ENDED], BATCH, "access/1"),
    ):  # fmt: skip
        answer = await client.post(URL, params=asked, json=body, headers={**content_type, **CASE})
        assert (answer.status_code, answer.headers.get("zeren-query")) == (200, query)
    async with granted(service, "overseer") as overseer:
        items = (await overseer.get("/v1/logs/access/events")).json()["items"]
    for record in (item["event"]["data"] for item in items):
        told = {name: record[name] for name in ("method", "target", "log", "status", "outcome", "case")}
        assert told == {
            "method": "POST", "target": f"{URL}?dry_run=true&impact=true", "log": "cn-62", "status": 200,
            "outcome": "answered", "case": "甘纪立3号",
        }  # fmt: skip
    assert len(items) == 2

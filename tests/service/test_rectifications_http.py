"""`/v1/rectifications`: the shape of one, the register with its filters and pages, and who may read it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from service.state import Service
from tests.service.grants import granted
from tests.service.test_walk import BATCH, event, posted

pytestmark = pytest.mark.anyio

URL = "/v1/rectifications"


def county(name: str, code: str) -> list[dict[str, Any]]:
    """A county, its deputy head's post and two who held it, a finding and the order to rectify it."""
    one = f"{name}-"
    place = {"jurisdiction_id": name, "code": code, "name_zh": f"{name}县", "level": "county", "parent_id": "city"}
    post = {"post_id": f"{one}deputy", "title_zh": "副县长", "jurisdiction_id": name}
    old = {"appointment_id": f"{one}a1", "person_id": f"{one}old", "post_id": f"{one}deputy"}
    new = {"appointment_id": f"{one}a2", "person_id": f"{one}new", "post_id": f"{one}deputy"}
    raised = {"finding_id": f"{one}F", "jurisdiction_id": name, "raised_on": "2019-11-05", "category": "住房安全"}
    ordered = {"rectification_id": f"{one}R", "finding_id": f"{one}F", "ordered_on": "2019-11-05"}
    return [
        event(f"{one}1", "jurisdiction.registered", **place),
        event(f"{one}2", "post.established", **post),
        event(f"{one}3", "person.registered", person_id=f"{one}old", name_zh="示例甲"),
        event(f"{one}4", "appointment.started", **old, effective_from="2018-07-01"),
        event(f"{one}5", "appointment.ended", appointment_id=f"{one}a1", effective_until="2020-01-12"),
        event(f"{one}6", "appointment.started", **new, effective_from="2020-02-03"),
        event(f"{one}7", "finding.raised", **raised, occurred_from="2019-03-01"),
        event(f"{one}8", "rectification.ordered", **ordered, deadline="2020-02-29",
              responsible={"post_id": f"{one}deputy"}),
    ]  # fmt: skip


CITY = event("0", "jurisdiction.registered", jurisdiction_id="city", code="621200", name_zh="陇南市", level="city")
WORLD = [CITY, *county("c1", "621223"), *county("c2", "621224")]
VERIFIED = event(
    "9", "rectification.verified", rectification_id="c2-R", verdict="confirmed", verified_on="2020-03-20"
)  # fmt: skip


async def listed(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    """The register as asked."""
    answer = await client.get(URL, params={"valid_at": "2020-03-20", **asked})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def ids(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    """The ids of the rectifications asked for."""
    return [one["rectification"] for one in (await listed(client, **asked))["items"]]


async def test_one_has_the_shape_of_the_design(client: httpx.AsyncClient) -> None:
    """Question 7 through the API: status, deadlines, days late, steps, charged days and who it arose under."""
    await posted(client, *WORLD)
    answer = (await client.get(f"{URL}/c1-R", params={"valid_at": "2020-03-20"})).json()
    assert (answer["rectification"], answer["finding"], answer["status"]) == ("c1-R", "c1-F", "open")
    assert (answer["ordered_on"], answer["deadline"], answer["days_overdue"]) == ("2019-11-05", "2020-02-29", 20)
    assert answer["deadlines"] == [{"deadline": "2020-02-29", "position": 8, "on": "2019-11-05"}]
    assert {"type": "rectification.ordered", "on": "2019-11-05", "position": 8}.items() <= answer["steps"][0].items()
    assert [(one["person"], one["from"], one["until"], one["days"]) for one in answer["charged"]] == [
        ({"id": "c1-old", "name": "示例甲"}, "2019-11-05", "2020-01-12", 68),
        (None, "2020-01-12", "2020-02-03", 22),
        ({"id": "c1-new", "name": None}, "2020-02-03", "2020-03-21", 47),
    ]
    assert [(one["person"]["id"], one["certainty"]) for one in answer["arose_under"]] == [("c1-old", "certain")]
    assert (answer["place"]["id"], answer["responsible"]["post"]["title"]) == ("c1", "副县长")
    assert (answer["valid_at"], answer["log"]["id"], answer["log"]["size"]) == ("2020-03-20", "cn-62", 17)


async def test_what_is_not_known(client: httpx.AsyncClient) -> None:
    """Unknown is 404, also before it was recorded; known but not ordered by the day is 200 and not on record."""
    await posted(client, *WORLD)
    assert (await client.get(f"{URL}/R9")).status_code == 404
    assert (await client.get(f"{URL}/c1-R", params={"known_at": "@8"})).status_code == 404
    early = (await client.get(f"{URL}/c1-R", params={"valid_at": "2019-11-04", "known_at": "@9"})).json()
    assert (early["on_record"], early["status"], early["charged"]) == (False, None, [])


async def test_an_id_in_two_logs_is_ambiguous(client: httpx.AsyncClient) -> None:
    """The same id in several logs is 409 with the logs as candidates; `log` chooses."""
    await posted(client, *WORLD)
    await client.put("/v1/logs/cn-61")
    await client.post("/v1/logs/cn-61/events", content=json.dumps(WORLD), headers=BATCH)
    answer = await client.get(f"{URL}/c1-R")
    assert (answer.status_code, [one["log"] for one in answer.json()["candidates"]]) == (409, ["cn-61", "cn-62"])
    assert (await client.get(f"{URL}/c1-R", params={"log": "cn-61"})).json()["log"]["id"] == "cn-61"
    body = await listed(client, status="open")
    assert [(one["log"], one["rectification"]) for one in body["items"]] == [
        (log, one) for log in ("cn-61", "cn-62") for one in ("c1-R", "c2-R")
    ]
    assert [one["log"]["id"] for one in body["logs"]] == ["cn-61", "cn-62"]


async def test_the_filters(client: httpx.AsyncClient) -> None:
    """By place and what is below it, person, status and deadline; at least one filter or a log is asked for."""
    await posted(client, *WORLD, VERIFIED)
    assert await ids(client, jurisdiction="621223") == ["c1-R"]
    assert await ids(client, jurisdiction="city") == ["c1-R", "c2-R"]
    assert await ids(client, jurisdiction="city", scope="own") == []
    unknown = await client.get(URL, params={"jurisdiction": "nowhere"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")  # an empty list would say: none
    assert await ids(client, person="c2-new") == ["c2-R"]
    assert await ids(client, body="b") == []
    assert await ids(client, status="overdue") == ["c1-R"]
    assert await ids(client, status="closed", log="cn-62") == ["c2-R"]
    assert await ids(client, due_before="2020-02-29") == []
    assert await ids(client, due_before="2020-03-01") == ["c1-R", "c2-R"]
    assert await ids(client, log="cn-62", known_at="@9") == ["c1-R"]
    for asked in ("", "status=late", "due_before=2020", "log=cn-62&scope=all", "log=cn-62&limit=0"):
        assert (await client.get(f"{URL}?{asked}")).status_code == 422, asked


async def test_the_pages_of_the_register(client: httpx.AsyncClient) -> None:
    """Pages of one, over logs of which one id begins the other, give every item once and in order."""
    await posted(client, *WORLD)
    for log in ("cn-6", "cn-6-2"):
        await client.put(f"/v1/logs/{log}")
        await client.post(f"/v1/logs/{log}/events", content=json.dumps(WORLD), headers=BATCH)
    whole = await listed(client, status="open")
    assert (len(whole["items"]), whole["next"]) == (6, None)
    found, after = [], ""
    while after is not None:
        page = await listed(client, status="open", limit=1, after=after)
        found += page["items"]
        after = page["next"]
        assert len(found) <= 6
    assert found == whole["items"]


async def test_a_narrow_grant(client: httpx.AsyncClient, service: Service) -> None:
    """A reader of one county reads its rectification, is refused the other's, and the list says what it withheld."""
    await posted(client, *WORLD)
    async with granted(service, "inspector", jurisdictions=("c1",)) as inspector:
        assert (await inspector.get(f"{URL}/c1-R")).status_code == 200
        assert (await inspector.get(f"{URL}/c2-R")).status_code == 403
        body = await listed(inspector, status="open")
        assert ([one["rectification"] for one in body["items"]], body["withheld"]) == (["c1-R"], 1)
    async with granted(service, "recorder") as recorder:
        assert (await recorder.get(f"{URL}/c1-R")).status_code == 403
        assert (await recorder.get(URL, params={"status": "open"})).status_code == 403
    async with granted(service, "inspector", logs=("cn-11",)) as stranger:
        assert (await stranger.get(f"{URL}/c1-R")).status_code == 404
        assert (await stranger.get(URL, params={"log": "cn-62"})).status_code == 403

"""`/v1/logs/{log}/events/{position}/responsible`: the chain of each dated step, and who may ask for it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from service.state import Service
from tests.service.grants import granted
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

PLACES = [("p", "province", "620000", None), ("c1", "county", "621223", "p"), ("c2", "county", "621224", "p")]
WORLD = [
    *(
        event(one, "jurisdiction.registered", jurisdiction_id=one, level=level, code=code, name_zh=f"{one}名",
              parent_id=parent)
        for one, level, code, parent in PLACES
    ),
    event("s", "post.established", post_id="s", title_zh="财政局局长", jurisdiction_id="c1"),
    event("a", "appointment.started", appointment_id="a", person_id="x", post_id="s", effective_from="2018-04-10"),
    event("d", "funds.disbursed", disbursement_id="D1", jurisdiction_id="c1", amount="120000.00",
          approved_on="2018-03-20", disbursed_on="2018-04-20"),
    event("m", "jurisdiction.restructured", predecessor_ids=["c1", "c2"], successor_ids=["c2"],
          effective_from="2019-06-01"),
]  # fmt: skip
PAID, MERGED = 5, 6


def url(position: object) -> str:
    """The path of the question about an entry."""
    return f"/v1/logs/cn-62/events/{position}/responsible"


async def asked(client: httpx.AsyncClient, position: int, **more: str) -> dict[str, Any]:
    """Who was responsible for an entry."""
    answer = await client.get(url(position), params=more)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_question_eight(client: httpx.AsyncClient) -> None:
    """The post was vacant when the payment was approved and held when it was made: each step has its own chain."""
    await posted(client, *WORLD)
    body = await asked(client, PAID)
    assert (body["event"]["id"], body["event"]["type"]) == ("d", "funds.disbursed")
    assert body["event"]["standing"] == {"status": "stands", "version": PAID}
    assert [(step["step"], step["on"]) for step in body["steps"]] == [
        ("approved", "2018-03-20"),
        ("disbursed", "2018-04-20"),
    ]
    posts = [step["chain"][-1]["posts"][0] for step in body["steps"]]
    assert [one["status"] for one in posts] == ["vacant", "held"]
    assert posts[1]["holders"][0]["appointment"] == "a"
    chain = await client.get("/v1/jurisdictions/c1/responsibility", params={"valid_at": "2018-04-20"})
    assert chain.json()["chain"] == body["steps"][1]["chain"]
    assert body["log"]["size"] == len(WORLD)


async def test_corrected_and_annulled(client: httpx.AsyncClient) -> None:
    """The version that stands at `known_at` answers, and an annulled event has no steps."""
    await posted(client, *WORLD)
    payload = {"disbursement_id": "D1", "jurisdiction_id": "c2", "amount": "1.00", "disbursed_on": "2018-02-01"}
    await posted(client, event("k", "record.corrected", corrects_event_id="d", corrected_payload=payload))
    body = await asked(client, PAID)
    assert [(step["on"], step["jurisdiction"]["id"]) for step in body["steps"]] == [("2018-02-01", "c2")]
    assert (await asked(client, 7))["steps"] == body["steps"]
    assert len((await asked(client, PAID, known_at="@7"))["steps"]) == 2
    await posted(client, event("n", "record.annulled", annuls_event_id="d"))
    assert (await asked(client, PAID))["steps"] == []
    assert (await asked(client, PAID))["event"]["standing"]["status"] == "annulled"


async def test_what_is_not_there(client: httpx.AsyncClient) -> None:
    """Positions beyond the state of knowledge and logs that do not exist are 404, other text is 422."""
    await posted(client, *WORLD)
    assert (await client.get(url(len(WORLD)))).status_code == 404
    assert (await client.get(url(-1))).status_code == 404
    assert (await client.get(url(PAID), params={"known_at": "@5"})).status_code == 404
    assert (await client.get(url(10**30))).status_code == 404
    assert (await client.get(url("x"))).status_code == 422
    assert (await client.get("/v1/logs/cn-99/events/0/responsible")).status_code == 404


async def test_narrow_grants(client: httpx.AsyncClient, service: Service) -> None:
    """A reader of one county is answered for its events, in part for those of two, and refused those of another."""
    await posted(client, *WORLD)
    async with granted(service, "inspector", jurisdictions=("c2",)) as inspector:
        assert (await inspector.get(url(PAID))).status_code == 403
        body = await asked(inspector, MERGED)
        assert ([step["jurisdiction"]["id"] for step in body["steps"]], body["withheld"]) == (["c2"], 1)
    async with granted(service, "inspector", kinds=("visit.made",)) as inspector:
        assert (await inspector.get(url(PAID))).status_code == 403
    async with granted(service, "auditor", kinds=("visit.made",)) as auditor:
        assert (await auditor.get(url(PAID))).status_code == 200
    async with granted(service, "recorder") as recorder:
        assert (await recorder.get(url(PAID))).status_code == 403
    async with granted(service, "inspector", logs=("cn-61",)) as stranger:
        assert (await stranger.get(url(PAID))).status_code == 403

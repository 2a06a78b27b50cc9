"""The API from end to end: post events, ask, correct, ask again."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

BATCH = {"Content-Type": "application/cloudevents-batch+json"}


def event(event_id: str, kind: str, **data: Any) -> dict[str, Any]:
    """A CloudEvent of this test's source."""
    return {"specversion": "1.0", "id": event_id, "source": "urn:test", "type": kind, "data": data}


TREE = [
    event("1", "jurisdiction.registered", jurisdiction_id="p", code="62", name_zh="甘肃省", level="province"),
    event(
        "2",
        "jurisdiction.registered",
        jurisdiction_id="c",
        code="621223",
        name_zh="宕昌县",
        level="county",
        parent_id="p",
    ),
    event(
        "3", "post.established", post_id="s", title_zh="县委书记", jurisdiction_id="c", functions=["party-principal"]
    ),
    event("4", "person.registered", person_id="x", name_zh="示例甲"),
    event("5", "appointment.started", appointment_id="a", person_id="x", post_id="s", effective_from="2016-08"),
    event(
        "6",
        "responsibility-letter.signed",
        letter_id="l",
        signatory={"person_id": "x", "post_id": "s"},
        signed_on="2017-04-20",
        effective_from="2017-01-01",
    ),
]


async def posted(client: httpx.AsyncClient, *events: dict[str, Any]) -> dict[str, Any]:
    """Post a batch to the log cn-62, which is made where it is missing."""
    await client.put("/v1/logs/cn-62")
    answer = await client.post("/v1/logs/cn-62/events", content=json.dumps(events), headers=BATCH)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_chain_is_answered_from_what_was_posted(client: httpx.AsyncClient) -> None:
    """A county's chain shows holder, certainty, responsibilities by article, letters and evidence."""
    await posted(client, *TREE)
    answer = await client.get(
        "/v1/jurisdictions/621223/responsibility", params={"valid_at": "2018-03-05"}, headers={"Zeren-Wait": "5"}
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert [level["level"] for level in body["chain"]] == ["province", "county"]
    post = body["chain"][1]["posts"][0]
    assert (post["status"], post["holders"][0]["certainty"]) == ("held", "certain")
    roles = {(found["system"], found["role"]) for found in post["responsibilities"]}
    assert ("gansu", "第一责任人") in roles
    assert ("central-2016", "第一责任人") in roles
    letter = post["holders"][0]["letters"][0]
    assert (letter["in_force"], letter["signed_late_days"], letter["position"]) == ("certain", 109, 5)


async def test_an_annulment_does_not_change_what_was_known(client: httpx.AsyncClient) -> None:
    """What was believed at a size stays answerable after it was annulled."""
    await posted(client, *TREE)
    await posted(client, event("7", "record.annulled", annuls_event_id="5"))
    url = "/v1/jurisdictions/c/responsibility"
    now = (await client.get(url, params={"valid_at": "2018-03-05"}, headers={"Zeren-Wait": "cn-62=6"})).json()
    then = (await client.get(url, params={"valid_at": "2018-03-05", "known_at": "@6"})).json()
    assert now["chain"][1]["posts"][0]["status"] == "vacant"
    assert then["chain"][1]["posts"][0]["status"] == "held"
    changes = await client.get(
        "/v1/jurisdictions/c/changes", params={"valid_at": "2018-03-05", "known_at": "@7", "compared_to": "@6"}
    )
    assert [found["position"] for found in changes.json()["events"]] == [6]


async def test_every_call_answers(client: httpx.AsyncClient) -> None:
    """Every call of the table answers 200 on things that are on record."""
    await posted(client, *TREE)
    await client.get("/v1/jurisdictions/c", headers={"Zeren-Wait": "cn-62=5"})
    for path in (
        "/v1/logs", "/v1/logs/cn-62", "/v1/logs/cn-62/events", "/v1/logs/cn-62/events/0",
        "/v1/logs/cn-62/events?person=x",
        "/v1/kinds", "/v1/kinds/appointment.started/schema", "/v1/jurisdictions/c", "/v1/jurisdictions/p/children",
        "/v1/jurisdictions?q=宕昌", "/v1/jurisdictions/c/timeline", "/v1/persons?q=示例", "/v1/persons/x",
        "/v1/persons/x/responsibility", "/v1/persons/x/timeline", "/v1/posts/s/holders", "/v1/posts/s/timeline",
        "/v1/letters/l", "/v1/letters?jurisdiction=c", "/v1/letters?person=x", "/v1/policies", "/v1/policies/gansu",
        "/healthz", "/readyz",
    ):  # fmt: skip
        answer = await client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text}"

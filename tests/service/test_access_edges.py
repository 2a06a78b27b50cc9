"""The edges of a grant: what a narrowed key may not write, learn or hand on by a way around."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from service.state import Service
from tests.service.grants import granted
from tests.service.test_access import CHAIN, ONE, RECORDER, URL, Keyed, keyed, post
from tests.service.test_walk import TREE, event, posted

__all__ = ["keyed"]

pytestmark = pytest.mark.anyio

KEYS = "/v1/keys"


async def test_the_companion_of_a_log_is_written_by_the_service_alone(
    service: Service, client: httpx.AsyncClient
) -> None:
    """An event that somebody could put there would stand in the way of every index entry to come."""
    await posted(client, *TREE)
    sent = event("x", "person.registered", person_id="x9", name_zh="甲")
    for path in ("cn-62.index", "access"):
        assert (await client.post(f"/v1/logs/{path}/events", json=sent)).status_code == 403
        async with granted(service, "recorder") as asker:
            assert (await asker.post(f"/v1/logs/{path}/events", json=sent)).status_code == 403


async def test_who_somebody_is_may_not_be_rewritten_from_elsewhere(keyed: Keyed, client: httpx.AsyncClient) -> None:
    """A recorder of one county neither renames nor merges whoever holds an office in another, whatever the subject."""
    recorder = await keyed(RECORDER, jurisdictions=("c1",))
    assert await post(recorder, "r1", "person.registered", "c1", person_id="person-c2", name_zh="改名") == (
        403, "outside-grant",
    )  # fmt: skip
    merged = {"person_id": "person-c2", "into_person_id": "person-c1"}
    assert (await post(recorder, "r2", "person.merged", "c1", **merged))[0] == 403
    assert (await post(recorder, "r3", "person.merged", "c1", person_id="p9", into_person_id="person-c1"))[0] == 201
    assert (await post(recorder, "r4", "person.registered", "c1", person_id="person-c1", name_zh="新名"))[0] == 201
    assert (await post(recorder, "r5", "person.registered", "c1", person_id="nobody-yet", name_zh="新人"))[0] == 201
    corrected = {"corrects_event_id": "person-c2", "corrected_payload": {"person_id": "person-c2", "name_zh": "改名"}}
    assert (await post(recorder, "r6", "record.corrected", "c1", **corrected))[0] == 403
    chain = (await client.get("/v1/jurisdictions/c2/responsibility")).json()["chain"]
    names = {holder["person"]["name"] for level in chain for one in level["posts"] for holder in one["holders"]}
    assert names == {"示例c2"}


async def test_a_refusal_names_what_was_sent_and_nothing_else(keyed: Keyed) -> None:
    """Where an event names a thing outside the grant, the answer does not say of which place that thing is."""
    recorder = await keyed(RECORDER, jurisdictions=("c1",))

    async def refused(kind: str, **data: Any) -> str:
        answer = await recorder.post(URL, json=event("e", kind, **data), headers=ONE)
        assert answer.status_code == 403, answer.text
        detail: str = answer.json()["detail"]
        return detail

    told = await refused("appointment.ended", appointment_id="tenure-c2", effective_until="2019")
    assert "tenure-c2" in told
    assert "c2" not in told.replace("tenure-c2", "")
    told = await refused("record.annulled", annuls_event_id="tenure-c2")
    assert "c2" not in told.replace("tenure-c2", "")
    assert "c2" in await refused("body.established", body_id="b", jurisdiction_id="c2")


@pytest.mark.parametrize("path", ["/rectifications", "/letters", "/duties", "/flags", "/jurisdictions/c2/state"])
async def test_a_place_outside_the_grant_is_not_asked_about(keyed: Keyed, path: str) -> None:
    """No list, not even with its count of what is withheld, tells of a place that the key may not ask about."""
    inspector = await keyed(("inspector",), jurisdictions=("c1",))
    for place, status in (("c2", 403), ("city", 403), ("c1", 200)):
        asked = path.replace("c2", place) if "c2" in path else f"{path}?jurisdiction={place}"
        assert (await inspector.get(f"/v1{asked}")).status_code == status, asked


async def test_a_limited_operator_hands_on_no_more_than_it_has(
    service: Service, keyed: Keyed, client: httpx.AsyncClient
) -> None:
    """No auditor, whom places and kinds do not hold; no `correct`; places below its own it may grant."""
    await keyed(RECORDER)
    limits: list[dict[str, Any]] = [{"jurisdictions": ["c1"]}, {"kinds": ["person.registered"]}]
    for limit in limits:
        async with granted(service, "operator", **{name: tuple(value) for name, value in limit.items()}) as operator:
            for more in ({"roles": ["auditor"]}, {"roles": ["recorder"], "correct": True}):
                answer = await operator.post(KEYS, json={"name": "e", **limit, **more})
                assert answer.status_code == 403, answer.text
            assert (await operator.post(KEYS, json={"name": "e", "roles": ["inspector"], **limit})).status_code == 201
    assert (await client.get(CHAIN)).status_code == 200  # projected, as a runner does
    async with granted(service, "operator", jurisdictions=("c1",)) as operator:
        for place, status in (("village-c1", 201), ("c1", 201), ("village-c2", 403), ("city", 403), ("nowhere", 403)):
            wanted = {"name": "e", "roles": ["inspector"], "jurisdictions": [place]}
            assert (await operator.post(KEYS, json=wanted)).status_code == status, place
        shown = {tuple(one["jurisdictions"]) for one in (await operator.get(KEYS)).json()["items"]}
        assert shown == {("c1",), ("village-c1",)}
    made = await client.post(KEYS, json={"name": "e", "roles": ["auditor"], "correct": True})
    assert made.status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", KEYS, '{"name":"x","roles":["recorder"],"roles":["operator"]}', "not-json"),
        ("PUT", "/v1/logs/cn-63", '{"name":"a","name":"b"}', "not-json"),
        ("POST", KEYS, "{", "not-json"),
        ("PUT", "/v1/logs/cn-63", "{", "not-json"),
        ("POST", KEYS, '{"name":"x","roles":[]}', "bad-parameter"),
    ],
)
async def test_bodies_are_read_as_strictly_as_events(
    client: httpx.AsyncClient, method: str, path: str, body: str, code: str
) -> None:
    """A key given twice is a fault, not its last value; what is no JSON is said to be none."""
    answer = await client.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code >= 400, answer.json()["code"]) == (True, code)


async def test_a_matter_is_named_as_it_was_sent(client: httpx.AsyncClient) -> None:
    """In what is not found and in the candidates of several logs: so that it can be asked for."""
    ordered = event("o", "rectification.ordered", rectification_id="r", ordered_on="2019-01-01")
    for log in ("cn-62", "cn-63"):
        await client.put(f"/v1/logs/{log}")
        assert (await client.post(f"/v1/logs/{log}/events", json=ordered, headers=ONE)).status_code == 201
    several = (await client.get("/v1/rectifications/r")).json()
    assert [(one["log"], one["id"], one["ref"]) for one in several["candidates"]] == [
        ("cn-62", "r", "r"), ("cn-63", "r", "r"),
    ]  # fmt: skip
    assert (await client.get("/v1/rectifications/r?log=cn-63")).status_code == 200
    assert "rectification:" not in (await client.get("/v1/rectifications/nope")).text


async def test_a_stream_begins_at_what_is_there(client: httpx.AsyncClient) -> None:
    """What would come before a position that is not there yet would not be told: 409, as with `Last-Event-ID`."""
    await posted(client, *TREE)
    stream = {"Accept": "text/event-stream"}
    path = "/v1/logs/cn-62/events"
    for after in (len(TREE), 50):
        assert (await client.get(f"{path}?after={after}", headers=stream)).status_code == 409
    refused = await client.get(f"{path}?known_at=@3", headers=stream)
    assert (refused.status_code, "@3" in refused.json()["detail"]) == (422, True)

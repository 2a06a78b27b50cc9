"""`/v1/keys`: who may make, list and revoke keys, what a new one can do, and that its secret is told once."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from events.credentials import ROLES
from service import access
from service.state import Service
from tests.service.grants import granted
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

URL = "/v1/keys"
LIMITS = {"logs": ["cn-62"], "kinds": ["person.registered"], "sources": ["urn:test"], "jurisdictions": []}


async def made(client: httpx.AsyncClient, **wanted: Any) -> dict[str, Any]:
    """A new key, which must be made."""
    answer = await client.post(URL, json={"name": "县扶贫办", "roles": ["recorder"], **wanted})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_key_is_told_once_and_does_what_it_grants(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key posts what its grant reaches and nothing else, is listed without its secret, and ends when revoked."""
    monkeypatch.setattr(access, "KEY_SECONDS", 0.0)
    await posted(client, *TREE)
    key = await made(client, name=" 县扶贫办 ", **LIMITS, correct=True)
    assert (key["name"], key["roles"], key["correct"], key["key_kinds"]) == ("县扶贫办", ["recorder"], True, False)
    assert {name: key[name] for name in LIMITS} == LIMITS
    listed = await client.get(URL)
    assert [one["id"] for one in listed.json()["items"]] == [key["id"]]
    assert key["key"] not in listed.text
    own = {"Authorization": f"Bearer {key['key']}"}
    told = (await client.get(f"{URL}/self", headers=own)).json()
    assert (told["id"], told["roles"], told["logs"]) == (key["id"], ["recorder"], ["cn-62"])
    headers = {**own, "Content-Type": "application/cloudevents+json"}
    statuses = [
        (await client.post("/v1/logs/cn-62/events", json=sent, headers=headers)).status_code
        for sent in (
            event("n", "person.registered", person_id="y", name_zh="乙"),
            event("m", "body.established", body_id="b", jurisdiction_id="c"),
            event("o", "person.registered", person_id="z", name_zh="丙") | {"source": "urn:other"},
        )
    ]
    assert statuses == [201, 403, 403]
    revoked = await client.delete(f"{URL}/{key['id']}")
    assert revoked.status_code == 200
    assert revoked.json()["revoked_at"] is not None
    assert (await client.delete(f"{URL}/{key['id']}")).json() == revoked.json()
    assert (await client.get(f"{URL}/self", headers=own)).status_code == 401


async def test_a_key_for_a_place_is_kept_as_such(client: httpx.AsyncClient) -> None:
    """Places are kept by id, each once, and limit what the key may post."""
    await posted(client, *TREE)
    key = await made(client, jurisdictions=["c", "c"])
    assert key["jurisdictions"] == ["c"]
    headers = {"Authorization": f"Bearer {key['key']}", "Content-Type": "application/cloudevents+json"}
    for place, status in (("c", 201), ("p", 403)):
        sent = event(f"b-{place}", "body.established", body_id=f"b-{place}", jurisdiction_id=place)
        answer = await client.post("/v1/logs/cn-62/events", json=sent, headers=headers)
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize("role", [role for role in ROLES if role != "operator"])
async def test_operators_alone(client: httpx.AsyncClient, service: Service, role: str) -> None:
    """Whoever is no operator knows their own key and no other, and neither makes nor revokes one."""
    key = await made(client)
    async with granted(service, role) as asker:
        assert (await asker.get(f"{URL}/self")).json()["roles"] == [role]
        answers = [
            await asker.get(URL),
            await asker.post(URL, json={"name": "x", "roles": [role]}),
            await asker.delete(f"{URL}/{key['id']}"),
        ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    kept = (await client.get(URL)).json()["items"]
    assert [one["revoked_at"] for one in kept if one["id"] == key["id"]] == [None]


async def test_nobody_gives_more_than_they_have(client: httpx.AsyncClient, service: Service) -> None:
    """An operator of one log makes, sees and revokes keys of that log; what it has not it gives not."""
    await posted(client, *TREE)
    await client.put("/v1/logs/cn-14")
    beyond = await made(client, logs=["cn-62", "cn-14"])
    async with granted(service, "operator", logs=["cn-62"]) as narrow:
        for wrong in ({}, {"logs": ["cn-14"]}, {"logs": ["cn-62", "cn-14"]}):
            answer = await narrow.post(URL, json={"name": "x", "roles": ["recorder"], **wrong})
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), wrong
        own = await made(narrow, logs=["cn-62"])
        listed = (await narrow.get(URL)).json()
        assert own["id"] in [one["id"] for one in listed["items"]]
        assert beyond["id"] not in [one["id"] for one in listed["items"]]
        assert listed["withheld"] >= 1
        assert (await narrow.delete(f"{URL}/{beyond['id']}")).status_code == 403
        assert (await narrow.delete(f"{URL}/{own['id']}")).status_code == 200
    async with granted(service, "operator") as plain:
        assert (await plain.post(URL, json={"name": "x", "roles": ["overseer"]})).status_code == 403
        assert (await plain.post(URL, json={"name": "x", "roles": ["recorder"], "key_kinds": True})).status_code == 403
        assert (await plain.post(URL, json={"name": "x", "roles": ["auditor"], "correct": True})).status_code == 201


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"roles": []}, 422), ({"roles": ["boss"]}, 422), ({"name": "  "}, 422), ({"name": ""}, 422),
        ({"logs": ["nowhere"]}, 404), ({"kinds": ["visit.dreamt"]}, 422), ({"jurisdictions": ["a/b"]}, 422),
        ({"sources": ["two words"]}, 422), ({"colour": "red"}, 422), ({"correct": "perhaps"}, 422),
    ],
)  # fmt: skip
async def test_what_is_no_key_is_refused(client: httpx.AsyncClient, wrong: dict[str, Any], status: int) -> None:
    """A wrong role, name, log, kind, id or field is a problem, and no key is made."""
    answer = await client.post(URL, json={"name": "x", "roles": ["recorder"], **wrong})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get(URL)).json()["items"] == []


async def test_an_unknown_key_cannot_be_revoked(client: httpx.AsyncClient) -> None:
    """An id that no key has is 404."""
    assert (await client.delete(f"{URL}/00000000")).status_code == 404


async def test_keys_are_on_record_and_their_secrets_are_not(client: httpx.AsyncClient) -> None:
    """Making and revoking a key are entries of the log `access`, which holds nothing of the key itself."""
    key = await made(client)
    await client.delete(f"{URL}/{key['id']}")
    await client.get(f"{URL}/self")
    entries = await client.get("/v1/logs/access/events", params={"limit": 1000})
    told = [entry["event"]["data"] for entry in entries.json()["items"]]
    assert [(one["method"], one["target"], one["status"]) for one in told] == [
        ("POST", "/v1/keys", 201),
        ("DELETE", f"/v1/keys/{key['id']}", 200),
    ]
    secret = key["key"].removeprefix(f"zk_{key['id']}_")
    assert len(secret) == 43  # 32 bytes in base64url, which may hold "_" itself
    assert secret not in entries.text

"""Who may do what: keys, roles, and grants narrowed to logs, kinds, sources and places."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from events import credentials
from events.credentials import Grant
from service.app import make_app
from service.state import Service
from tests.service.test_walk import BATCH, event, posted

pytestmark = pytest.mark.anyio

Keyed = Callable[..., Awaitable[httpx.AsyncClient]]

URL = "/v1/logs/cn-62/events"
ONE = {"Content-Type": "application/cloudevents+json"}
CHAIN = "/v1/jurisdictions/c1/responsibility"
PLACE = "jurisdiction.registered"
POST = "post.established"
LETTER = "responsibility-letter.signed"
RECORDER = ("recorder",)


def place(place_id: str, code: str, level: str, parent: str | None = None) -> dict[str, Any]:
    """A jurisdiction's registration."""
    data = {"jurisdiction_id": place_id, "code": code, "name_zh": f"{place_id}名", "level": level, "parent_id": parent}
    return event(f"place-{place_id}", PLACE, **data)


def county(name: str, code: str) -> list[dict[str, Any]]:
    """A county with a village, a body, a post with its holder and a letter towards the city."""
    signatory = {"person_id": f"person-{name}", "post_id": f"post-{name}"}
    held = {"appointment_id": f"tenure-{name}", **signatory, "effective_from": "2016"}
    return [
        place(name, code, "county", "city"),
        place(f"village-{name}", f"{code}100001", "village", name),
        event(f"body-{name}", "body.established", body_id=f"body-{name}", jurisdiction_id=name),
        event(f"post-{name}", POST, post_id=f"post-{name}", title_zh="书记", jurisdiction_id=name),
        event(f"post-b-{name}", POST, post_id=f"post-b-{name}", title_zh="局长", body_id=f"body-{name}"),
        event(f"person-{name}", "person.registered", person_id=f"person-{name}", name_zh=f"示例{name}"),
        event(f"tenure-{name}", "appointment.started", **held),
        event(f"letter-{name}", LETTER, letter_id=f"letter-{name}", signatory=signatory, signed_on="2017",
              counterparty="city", document_number="甘责〔2017〕1号"),
    ]  # fmt: skip


WORLD = [place("city", "621200", "city"), *county("c1", "621223"), *county("c2", "621224")]


@pytest.fixture
async def keyed(service: Service, client: httpx.AsyncClient) -> AsyncIterator[Keyed]:
    """Makes a key with a grant and a client that sends it; the log cn-62 holds two counties of a city."""
    await posted(client, *WORLD)
    async with AsyncExitStack() as stack:

        async def make(roles: tuple[str, ...], **limits: Any) -> httpx.AsyncClient:
            async with service.engine.begin() as conn:
                _, key = await credentials.make(conn, "test", Grant(roles=roles, **limits))
            transport = httpx.ASGITransport(make_app(service), raise_app_exceptions=False)
            headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en"}
            opened = httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers)
            return await stack.enter_async_context(opened)

        yield make


async def post(client: httpx.AsyncClient, event_id: str, kind: str, subject: str | None = None, **data: Any) -> Any:
    """Post one event; the status, and the code of the problem where there is one."""
    sent = event(event_id, kind, **data) | ({} if subject is None else {"subject": subject})
    answer = await client.post(URL, content=json.dumps(sent), headers=ONE)
    return answer.status_code, answer.json().get("code")


async def batch(client: httpx.AsyncClient, *events: dict[str, Any]) -> list[Any]:
    """Post a batch; what became of each, by status or by the code of its problem."""
    answer = await client.post(URL, content=json.dumps(events), headers=BATCH)
    return [receipt.get("problem", {}).get("code", receipt["status"]) for receipt in answer.json()["receipts"]]


async def test_without_a_good_key_the_answer_is_always_the_same(keyed: Keyed, service: Service) -> None:
    """No key, a wrong one, a revoked one and another scheme are 401 with one constant message."""
    client = await keyed(RECORDER)
    async with service.engine.begin() as conn:
        key_id, revoked = await credentials.make(conn, "old", credentials.OPERATOR)
        assert await credentials.revoke(conn, key_id)
        _, good = await credentials.make(conn, "good", credentials.OPERATOR)
    wrong = good[:-1] + ("A" if good[-1] != "A" else "B")
    given = [
        "",
        "Bearer",
        "Bearer ",
        f"Bearer {wrong}",
        f"Bearer {revoked}",
        f"Basic {good}",
        good,
        "Bearer zk_x_y",
        "Bearer \xe9",
    ]
    told = set()
    for value in given:
        answer = await client.get("/v1/logs", headers={b"Authorization": value.encode("latin-1")})
        assert answer.status_code == 401, value
        assert answer.headers["www-authenticate"] == "Bearer"
        told.add(answer.text)
    assert len(told) == 1
    assert (await client.get("/v1/logs", headers={"Authorization": f"bearer {good}"})).status_code == 200
    for path in ("/healthz", "/readyz", "/", "/metrics"):
        assert (await client.get(path, headers={"Authorization": ""})).status_code == 200, path


MAY = {
    "recorder": {"post", "entries", "kinds", "logs"},
    "inspector": {"ask", "entries", "kinds", "logs"},
    "auditor": {"ask", "entries", "kinds", "logs"},
    "overseer": {"kinds", "logs"},
    "operator": {"ask", "entries", "kinds", "logs", "make"},
}


@pytest.mark.parametrize("role", MAY)
async def test_what_each_role_may_do(keyed: Keyed, role: str) -> None:
    """Recorders post and read no answers, readers ask and do not post, operators alone make logs."""
    client = await keyed((role,))
    sent = json.dumps(event("new", "person.registered", person_id="x", name_zh="甲"))
    done = {
        "post": await client.post(URL, content=sent, headers=ONE),
        "ask": await client.get(CHAIN),
        "entries": await client.get(URL),
        "kinds": await client.get("/v1/kinds"),
        "logs": await client.get("/v1/logs/cn-62"),
        "make": await client.put("/v1/logs/cn-14"),
    }
    assert {name for name, answer in done.items() if answer.is_success} == MAY[role]
    refused = {answer.status_code for answer in done.values() if not answer.is_success}
    assert refused == {403}


async def test_a_recorder_reads_what_it_posted_and_nothing_else(keyed: Keyed) -> None:
    """Of the entries of a log, a recorder is given those that its own key posted."""
    recorder = await keyed(("recorder",))
    sent = json.dumps(event("new", "person.registered", person_id="x", name_zh="甲"))
    position = (await recorder.post(URL, content=sent, headers=ONE)).json()["position"]
    assert [item["position"] for item in (await recorder.get(URL)).json()["items"]] == [position]
    assert (await recorder.get(f"{URL}/{position}")).status_code == 200
    assert (await recorder.get(f"{URL}/0")).status_code == 403


async def test_only_auditors_see_who_posted(keyed: Keyed) -> None:
    """The credential kept with an entry is shown to auditors and to nobody else."""
    for roles, sees in ((("auditor",), True), (("inspector",), False)):
        entry = (await (await keyed(roles)).get(f"{URL}/0")).json()
        assert entry.get("credential") == ("operator" if sees else None)


async def test_a_key_for_some_logs_reaches_no_other(keyed: Keyed, client: httpx.AsyncClient) -> None:
    """A key narrowed to a log gets 403 from every call on another and does not see it in lists."""
    await client.put("/v1/logs/cn-14")
    narrow = await keyed(("recorder", "inspector"), logs=("cn-14",))
    for path in ("/v1/logs/cn-62", URL, f"{URL}/0", "/v1/jurisdictions/c1?log=cn-62", "/v1/persons?q=x&log=cn-62"):
        assert (await narrow.get(path)).status_code == 403, path
    assert (await post(narrow, "x", "person.registered", person_id="x", name_zh="甲"))[0] == 403
    assert (await narrow.post("/v1/logs/cn-99/events", content="{}", headers=ONE)).status_code == 403
    assert [log["id"] for log in (await narrow.get("/v1/logs")).json()["items"]] == ["cn-14"]
    assert (await narrow.get("/v1/jurisdictions/c1")).status_code == 404
    assert (await narrow.get("/v1/jurisdictions?q=c1")).json()["items"] == []


async def test_kinds_and_sources_of_a_recorder(keyed: Keyed) -> None:
    """A recorder posts its kinds from its sources alone; keys of signers need a grant of their own."""
    client = await keyed(RECORDER, kinds=("person.registered",), sources=("urn:test",))
    person = {"person_id": "x", "name_zh": "甲"}
    other_source = {**event("2", "person.registered", **person), "source": "urn:else"}
    assert await batch(
        client,
        event("1", "person.registered", **person),
        other_source,
        event("3", POST, post_id="p", title_zh="甲", body_id="b"),
    ) == ["appended", "outside-grant", "outside-grant"]
    key = {
        "key_id": "k",
        "person_id": "x",
        "algorithm": "Ed25519",
        "public_key": "AAAA",
        "valid_from": "2018-01-01T00:00:00Z",
    }
    anything = await keyed(RECORDER)
    assert await post(anything, "4", "key.registered", **key) == (403, "outside-grant")


async def test_kinds_of_a_reader(keyed: Keyed) -> None:
    """An inspector granted some kinds sees entries of those alone, in lists and one by one."""
    client = await keyed(("inspector",), kinds=("person.registered",))
    seen = (await client.get(URL)).json()["items"]
    assert {entry["type"] for entry in seen} == {"person.registered"}
    assert (await client.get(URL, params={"type": PLACE})).json()["items"] == []
    assert (await client.get(f"{URL}/{seen[0]['position']}")).status_code == 200
    assert (await client.get(f"{URL}/0")).status_code == 403


async def test_a_recorder_of_a_county_posts_about_its_subtree(keyed: Keyed) -> None:
    """Places below the county, and posts, bodies, appointments and letters there, are within its grant."""
    client = await keyed(RECORDER, jurisdictions=("c1",))
    signatory = {"person_id": "person-c1", "post_id": "post-c1"}
    assert (
        await batch(
            client,
            place("new-village", "621223100002", "village", "c1"),
            event(
                "1",
                "jurisdiction.renamed",
                jurisdiction_id="village-c1",
                new_name_zh="新名",
                effective_from="2018-01-01",
            ),
            event("2", POST, post_id="p", title_zh="村支书", jurisdiction_id="village-c1"),
            event("3", POST, post_id="q", title_zh="副局长", body_id="body-c1"),
            event(
                "4",
                "appointment.started",
                appointment_id="t",
                person_id="x",
                post_id="post-b-c1",
                effective_from="2018",
            ),
            event("5", "appointment.ended", appointment_id="tenure-c1", effective_until="2018-05"),
            event("6", LETTER, letter_id="l", signatory=signatory, signed_on="2018", counterparty="city"),
            event("7", "responsibility-letter.discharged", letter_id="letter-c1", effective_until="2019"),
            event(
                "8", "pairing.started", pairing_id="g", helper="body-c2", assisted="village-c1", effective_from="2018"
            ),
        )
        == ["appended"] * 9
    )


async def test_a_recorder_of_a_county_is_refused_elsewhere(keyed: Keyed) -> None:
    """The neighbour county, what is in it and the levels above are outside the grant, item by item."""
    client = await keyed(RECORDER, jurisdictions=("c1",))
    signatory = {"person_id": "person-c1", "post_id": "post-c2"}
    moved = {"jurisdiction_id": "village-c1", "new_parent_id": "c2", "effective_from": "2018-01-01"}
    assert await batch(
        client,
        place("new-village", "621224100002", "village", "c2"),
        event("1", POST, post_id="p", title_zh="甲", jurisdiction_id="city"),
        event(
            "2",
            "appointment.started",
            appointment_id="t",
            person_id="person-c1",
            post_id="post-c2",
            effective_from="2018",
        ),
        event("3", "appointment.ended", appointment_id="tenure-c2", effective_until="2018-05"),
        event("4", LETTER, letter_id="l", signatory=signatory, signed_on="2018", counterparty="c1"),
        event("5", "responsibility-letter.discharged", letter_id="letter-c2", effective_until="2019"),
        event("6", "jurisdiction.reparented", **moved),
        {**event("7", PLACE, jurisdiction_id="c2", code="621224", name_zh="甲", level="county", parent_id="c1")},
        event("8", "post.abolished", post_id="post-c1", effective_from="2019-01-01"),
    ) == ["outside-grant"] * 8 + ["appended"]


async def test_a_place_that_cannot_be_told_names_what_to_register(keyed: Keyed) -> None:
    """Without a known place the problem names what to register; a known `subject` settles it, within the grant."""
    client = await keyed(RECORDER, jurisdictions=("c1",))
    started = {"appointment_id": "t", "person_id": "x", "post_id": "unheard-of", "effective_from": "2018"}
    answer = await client.post(URL, content=json.dumps(event("1", "appointment.started", **started)), headers=ONE)
    assert (answer.status_code, answer.json()["code"]) == (403, "subject-unknown")
    assert "unheard-of" in answer.json()["detail"]
    assert await post(client, "1", "appointment.started", "nowhere", **started) == (403, "subject-unknown")
    assert await post(client, "1", "appointment.started", "c2", **started) == (403, "outside-grant")
    assert await post(client, "1", "appointment.started", "village-c1", **started) == (201, None)
    assert await post(client, "2", "person.registered", "c1", person_id="x", name_zh="甲") == (201, None)


def corrected(event_id: str, target: str, subject: str | None = None, **payload: Any) -> dict[str, Any]:
    """A correction."""
    sent = event(event_id, "record.corrected", corrects_event_id=target, corrected_payload=payload)
    return sent | ({} if subject is None else {"subject": subject})


def annulled(event_id: str, target: str, subject: str | None = None) -> dict[str, Any]:
    """An annulment."""
    sent = event(event_id, "record.annulled", annuls_event_id=target)
    return sent | ({} if subject is None else {"subject": subject})


def titled(place_id: str) -> dict[str, Any]:
    """The data of a post at a place."""
    return {"post_id": "p", "title_zh": "书记", "jurisdiction_id": place_id}


async def test_corrections_are_checked_on_the_old_and_the_new_place(keyed: Keyed, client: httpx.AsyncClient) -> None:
    """A county may correct what is in it to stay in it; neither what is elsewhere, nor to go elsewhere."""
    county_key = await keyed(RECORDER, jurisdictions=("c1",))
    assert await batch(
        county_key,
        event("own", POST, **titled("c1")),
        corrected("1", "own", **titled("village-c1")),
        corrected("2", "own", "c1", **titled("c2")),
        corrected("3", "post-c2", "c1", **{**titled("c1"), "post_id": "post-c2"}),
        annulled("4", "tenure-c2", "c1"),
        annulled("5", "1"),
        corrected("6", "1", "c1", **titled("c2")),
        corrected("7", "unheard-of", "c1", **titled("c1")),
        annulled("8", "tenure-c1"),
    ) == [
        "appended", "appended", "outside-grant", "outside-grant", "outside-grant", "appended",
        "outside-grant", "target-unknown", "appended",
    ]  # fmt: skip
    # What an operator moved to the neighbour is the neighbour's, though it was the county's once.
    assert (await client.post(URL, content=json.dumps(corrected("9", "own", **titled("c2"))), headers=ONE)).is_success
    assert await batch(county_key, annulled("10", "own"), annulled("11", "9"), annulled("12", "8")) == [
        "outside-grant", "outside-grant", "appended",
    ]  # fmt: skip


async def test_only_the_same_source_or_a_grant_may_correct(keyed: Keyed) -> None:
    """Another source's facts may be corrected by a key with `correct` alone."""
    foreign = {**annulled("1", "tenure-c1"), "source": "urn:else"}
    foreign["data"] = {**foreign["data"], "annuls_event_source": "urn:test"}
    assert await batch(await keyed(RECORDER), foreign) == ["correction-forbidden"]
    assert await batch(await keyed(RECORDER, correct=True), foreign) == ["appended"]


async def test_an_inspector_of_a_county_sees_it_and_the_levels_above(keyed: Keyed) -> None:
    """The county is answered with the levels above it; the neighbour, the city and their posts are 403."""
    client = await keyed(("inspector",), jurisdictions=("c1",))
    chain = await client.get(CHAIN, headers={"Zeren-Wait": f"{len(WORLD) - 1}"})
    assert [level["jurisdiction"]["id"] for level in chain.json()["chain"]] == ["city", "c1"]
    for path in ("/v1/jurisdictions/{}", "/v1/jurisdictions/{}/timeline", "/v1/jurisdictions/{}/children",
                 "/v1/posts/post-{}/holders", "/v1/posts/post-{}/timeline", "/v1/posts/post-b-{}/holders",
                 "/v1/letters/letter-{}", "/v1/bodies/body-{}", "/v1/jurisdictions/village-{}"):  # fmt: skip
        assert (await client.get(path.format("c1"))).status_code == 200, path
        assert (await client.get(path.format("c2"))).status_code == 403, path
    assert (await client.get("/v1/jurisdictions/city")).status_code == 403
    assert (await client.get(URL)).status_code == 403


async def test_a_letter_of_two_counties_is_shown_to_both(keyed: Keyed, client: httpx.AsyncClient) -> None:
    """A letter countersigned in another county may be read by either; a person of no post by anyone."""
    shared = {
        "letter_id": "letter-c2",
        "signatory": {"post_id": "post-c1"},
        "signed_on": "2017",
        "role": "co-principal",
    }
    await posted(
        client,
        event("both", "responsibility-letter.countersigned", **shared),
        event("nowhere", "person.registered", person_id="nowhere", name_zh="无职者"),
    )
    for county_id in ("c1", "c2"):
        reader = await keyed(("inspector",), jurisdictions=(county_id,))
        assert (await reader.get("/v1/letters/letter-c2", headers={"Zeren-Wait": f"{len(WORLD)}"})).status_code == 200
        found = (await reader.get("/v1/persons", params={"q": "无职者"})).json()
        assert ([person["id"] for person in found["items"]], found["withheld"]) == (["nowhere"], 0)

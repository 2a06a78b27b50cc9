"""Scenes: many askers at once share few connections."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio


async def test_more_askers_than_connections(client: httpx.AsyncClient) -> None:
    """Sixty-four answers at once that compare two states each are all given: none waits for a second connection."""
    await posted(client, *TREE)
    await client.get("/v1/jurisdictions/c", headers={"Zeren-Wait": "cn-62=5"})
    url, asked = "/v1/jurisdictions/c/changes", {"valid_at": "2018-03-05", "compared_to": "@3"}
    answers = await asyncio.gather(*(client.get(url, params=asked) for _ in range(64)))
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json() == answers[0].json() for answer in answers)


async def test_a_comparison_waits_for_both_states(client: httpx.AsyncClient) -> None:
    """A state to compare with is reached before the answer, as an asked one is."""
    await posted(client, *TREE)
    answer = await client.get("/v1/jurisdictions/c/changes", params={"known_at": "@3", "compared_to": "@6"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["before"]["log"]["size"], answer.json()["after"]["log"]["size"]) == (3, 6)


async def test_a_size_waits_before_the_log_is_found(client: httpx.AsyncClient) -> None:
    """What was just receipted is found at its size, without naming the log."""
    await posted(client, *TREE)
    answer = await client.get("/v1/persons/x", params={"known_at": "@6"})
    assert (answer.status_code, answer.json()["log"]["size"]) == (200, 6)


async def test_a_bare_position_is_waited_for_in_the_log_that_has_it(client: httpx.AsyncClient) -> None:
    """A list over several logs answers a receipt's position although another log is shorter."""
    await posted(client, *TREE)
    await client.put("/v1/logs/cn-63")
    for path in ("/v1/persons?q=示例", "/v1/letters?person=x"):
        answer = await client.get(path, headers={"Zeren-Wait": "5"})
        assert (answer.status_code, len(answer.json()["items"])) == (200, 1), answer.text


async def test_the_candidates_of_a_code_in_two_logs_say_what_it_is_there(client: httpx.AsyncClient) -> None:
    """A code that is on record in two logs is answered with the place it means in each."""
    await posted(client, *TREE)
    await client.put("/v1/logs/cn-63")
    county = {"jurisdiction_id": "other", "code": "621223", "name_zh": "宕昌县", "level": "county"}
    sent = event("1", "jurisdiction.registered", **county)
    await client.post("/v1/logs/cn-63/events", json=sent, headers={"Content-Type": "application/cloudevents+json"})
    answer = await client.get("/v1/jurisdictions/621223", headers={"Zeren-Wait": "cn-62=5, cn-63=0"})
    assert answer.status_code == 409
    assert [(found["log"], found["id"]) for found in answer.json()["candidates"]] == [
        ("cn-62", "c"),
        ("cn-63", "other"),
    ]


async def test_every_list_pages(client: httpx.AsyncClient) -> None:
    """Lists that fit one page are cut by `limit` and go on at `next`, to the same whole."""
    await posted(client, *TREE)
    await client.get("/v1/jurisdictions/c", headers={"Zeren-Wait": "cn-62=5"})
    for path in ("/v1/kinds", "/v1/policies", "/v1/jurisdictions/c/timeline", "/v1/posts/s/timeline"):
        whole = (await client.get(path)).json()
        paged, after = [], None
        while True:
            page = (await client.get(path, params={"limit": 2} | ({"after": after} if after else {}))).json()
            assert len(page["items"]) <= 2
            paged += page["items"]
            after = page["next"]
            if after is None:
                break
        assert (whole["next"], paged) == (None, whole["items"]), path

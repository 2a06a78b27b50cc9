"""Scenes: many askers at once share few connections."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.service.test_walk import TREE, posted

pytestmark = pytest.mark.anyio


async def test_more_askers_than_connections(client: httpx.AsyncClient) -> None:
    """Sixty-four answers at once that compare two states each are all given: none waits for a second connection."""
    await posted(client, *TREE)
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

"""Names of things by their ids."""

from __future__ import annotations

import httpx
import pytest

from service.console.naming import named
from service.state import Service
from tests.service.console.visitors import key_of, visit
from tests.service.test_tree_http import place
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

PINNED = {"log": "cn-62", "known_at": "@7"}
BODY = event("b", "body.established", body_id="b", name_zh="县扶贫办", body_type="office", jurisdiction_id="c")


async def test_each_sort_has_its_name(client: httpx.AsyncClient, service: Service) -> None:
    """Places, persons, posts and bodies are named; of several sorts the first that has the id counts."""
    await posted(client, *TREE, BODY)
    wanted = {"c": ("jurisdiction",), "x": ("person",), "s": ("post",), "b": ("jurisdiction", "body")}
    found = await named(visit(service), wanted, PINNED)
    assert found == {"c": "宕昌县", "x": "示例甲", "s": "县委书记", "b": "县扶贫办"}


async def test_what_is_not_known_or_not_granted_has_no_name(client: httpx.AsyncClient, service: Service) -> None:
    """An id that nothing bears, or bears outside the grant, is left out, and the others are still named."""
    await posted(client, *TREE, place("q", "63", "province", name="青海省"))
    key = await key_of(service, "inspector", jurisdictions=("q",))
    wanted = {"c": ("jurisdiction",), "q": ("jurisdiction",), "none": ("body", "person")}
    assert await named(visit(service, key), wanted, PINNED) == {"q": "青海省"}


async def test_names_are_those_of_a_state_of_knowledge(client: httpx.AsyncClient, service: Service) -> None:
    """What was recorded later has no name yet."""
    await posted(client, *TREE, BODY)
    assert await named(visit(service), {"b": ("body",)}, {**PINNED, "known_at": "@6"}) == {}

"""Which kinds each answer tells of: every call is known, and refuses a key that lacks one of them."""

from __future__ import annotations

import httpx
import pytest

from service.app import make_app
from service.kinds_told import ANSWERS, EVERY, ITEM_BY_ITEM, NO_FACTS, kinds_told
from service.state import Service
from tests.service.grants import granted
from tests.service.test_access import WORLD
from tests.service.test_walk import posted

pytestmark = pytest.mark.anyio


def paths(service: Service) -> set[str]:
    """The paths of all calls below `/v1`."""
    every = make_app(service).openapi()["paths"]
    return {path.removeprefix("/v1") for path in every if path.startswith("/v1/")}


async def test_every_call_says_which_kinds_it_tells_of(service: Service) -> None:
    """Each path of the API is told of once; of one that nobody told of, all kinds are needed."""
    tables = (ANSWERS.keys(), ITEM_BY_ITEM, NO_FACTS)
    assert set().union(*tables) == paths(service)
    assert sum(map(len, tables)) == len(paths(service))
    assert kinds_told("/a/call/of/tomorrow") == EVERY


def asked(path: str) -> str:
    """A question of a call about the world of two counties."""
    named = {
        "ref": "c1", "person_id": "person-c1", "post_id": "post-c1", "body_id": "body-c1", "letter_id": "letter-c1",
        "appointment_id": "tenure-c1", "project_id": "none", "rectification_id": "none", "log": "cn-62", "position": 1,
    }  # fmt: skip
    more = {
        "/jurisdictions/{ref}/changes": "?compared_to=@3",
        "/persons": "?q=c1",
        "/letters": "?jurisdiction=c1",
        "/rectifications": "?jurisdiction=c1",
        "/flags": "?jurisdiction=c1",
        "/duties": "?jurisdiction=c1",
        "/duties/summary": "?jurisdiction=c1",
    }
    return f"/v1{path.format(**named)}{more.get(path, '')}"


@pytest.mark.long
async def test_a_key_that_lacks_kinds_is_refused_by_every_answer(service: Service, client: httpx.AsyncClient) -> None:
    """Of each answer: 403 that names what is missing for whoever lacks one kind of it, and 200 for who has them all."""
    await posted(client, *WORLD)
    for path in ANSWERS.keys() - {"/logs/{log}/exhibits"}:  # for auditors, who are never narrowed to kinds
        needed, url = kinds_told(path), asked(path)
        async with granted(service, "inspector", kinds=("funds.disbursed",)) as narrow:
            refused = await narrow.get(url)
            assert (refused.status_code, refused.json()["code"]) == (403, "forbidden"), url
            assert all(kind in refused.json()["detail"] for kind in needed - {"funds.disbursed"}), url
        missing = max(needed)
        async with granted(service, "inspector", kinds=tuple(needed - {missing})) as narrow:
            refused = await narrow.get(url)
            assert refused.status_code == 403, url
            assert refused.json()["detail"].endswith(f" {missing}"), url
        own = {"jurisdiction.registered"}  # the kind of the entry whose responsible are asked for
        for reader in (
            granted(service, "inspector", kinds=tuple(needed | own)),
            granted(service, "auditor", kinds=("funds.disbursed",)),
        ):
            async with reader as wide:
                assert (await wide.get(url)).status_code == (404 if "/none" in url else 200), url

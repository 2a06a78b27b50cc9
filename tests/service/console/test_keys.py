"""Keys on the console: listed, made and shown once, revoked; for operators."""

from __future__ import annotations

import re

import httpx
import pytest

from service import access
from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_walk import TREE, posted

pytestmark = pytest.mark.anyio

SECRET = re.compile(r"zk_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")


async def test_a_key_is_made_shown_once_used_and_revoked(
    client: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that answers the form shows the key, no later page does, and a revoked one opens nothing."""
    monkeypatch.setattr(access, "KEY_SECONDS", 0.0)
    await posted(client, *TREE)
    form = {"name": "县扶贫办", "roles": ["recorder", "inspector"], "logs": "cn-62", "jurisdictions": "c、p",
            "sources": "urn:a urn:b", "kinds": "visit.made", "correct": "true"}  # fmt: skip
    async with visitor(service) as opened:
        made = await opened.post("/keys", data=form)
        assert made.status_code == 200
        assert made.headers["cache-control"] == "no-store"
        found = SECRET.search(made.text)
        assert found is not None
        listed = await read(opened, "/keys")
        assert found[0] not in (await opened.get("/keys")).text
        for word in ("县扶贫办", "录入、检查", "cn-62", "c、p", "urn:a、urn:b", "走访调研", "可更正其他来源的事实"):
            assert word in listed.text, word
        async with visitor(service, found[0]) as other:
            assert "走访调研" in (await read(other, "/enter")).text
            revoked = await opened.post(f"/keys/{found[1]}/revoke")
            assert (revoked.status_code, revoked.headers["location"]) == (303, f"/keys?revoked={found[1]}")
            assert (await other.get("/enter")).status_code == 303
        assert "已吊销" in (await read(opened, "/keys", revoked=found[1])).text


async def test_what_cannot_be_made_is_told_beside_what_was_filled_in(
    client: httpx.AsyncClient, service: Service
) -> None:
    """Without a role there is no key: the page says so, and keeps the name."""
    async with visitor(service) as opened:
        answer = await opened.post("/keys", data={"name": "县扶贫办"})
        assert 'value="县扶贫办"' in answer.text
        assert "roles" in answer.text
        assert SECRET.search(answer.text) is None
        assert "尚未发出密钥" in (await read(opened, "/keys")).text
        assert "No key was made yet" in (await read(opened, "/keys", lang="en")).text
        assert (await opened.post("/keys/00000000/revoke")).status_code == 404


async def test_keys_are_for_operators_and_our_own_pages(client: httpx.AsyncClient, service: Service) -> None:
    """An auditor is told what to do, another site makes and revokes nothing."""
    async with visitor(service, await key_of(service, "auditor")) as opened:
        assert "请换用有权限的密钥登录" in (await read(opened, "/keys", 403)).text
        assert (await opened.post("/keys", data={"name": "x", "roles": "auditor"})).status_code == 403
    crossed = {"Sec-Fetch-Site": "cross-site"}
    async with visitor(service) as opened:
        refused = await opened.post("/keys", data={"name": "x", "roles": "auditor"}, headers=crossed)
        assert (refused.status_code, refused.headers["content-type"]) == (403, "text/html; charset=utf-8")
        assert "请求来自其他站点" in refused.text
        (key,) = (await client.get("/v1/keys")).json()["items"]
        assert (await opened.post(f"/keys/{key['id']}/revoke", headers=crossed)).status_code == 403
    assert (await client.get("/v1/keys")).json()["items"][0]["revoked_at"] is None

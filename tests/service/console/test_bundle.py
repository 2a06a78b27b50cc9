"""`/bundle`: the evidence bundle of an answer as a file, of this service's own answers alone."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from service.state import Service
from tests.service.bundle.notary import bundles, report_of
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_walk import TREE, posted

pytestmark = pytest.mark.anyio

CHAIN = "/v1/jurisdictions/c/responsibility?valid_at=2018-06-01&known_at=@6&log=cn-62"


async def test_a_bundle_downloaded_is_one_that_verifies(database_url: str, tmp_path: Path) -> None:
    """What the route gives is the API's bundle, named after the answer, and every claim of it holds."""
    async with bundles(database_url, tmp_path) as made:
        await posted(made.client, *TREE)
        await made.bundle(CHAIN.removeprefix("/v1"))
        async with visitor(made.service, made.service.operator_key) as browser:
            answer = await browser.get("/bundle", params={"of": CHAIN})
        policy = await made.policy("cn-62")
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == "application/vnd.zeren.bundle+zip"
    assert 'filename="jurisdictions-c-responsibility.zip"' in answer.headers["content-disposition"]
    report = await report_of(answer.content, policy)
    assert report.failed is None


@pytest.mark.parametrize(
    "of",
    [
        "", "/", "/metrics", "/v1", "//v1/elsewhere.example/", "http://elsewhere.example/v1/persons/x", "v1/persons/x",
        "/v1/../metrics", "/v1/%2e%2e/metrics", "/v1/persons/x#part", "/v1\\persons", "//[", "http://[::1/v1/logs",
    ],
)  # fmt: skip
async def test_only_of_own_answers(client: httpx.AsyncClient, service: Service, of: str) -> None:
    """An address that is not one under /v1 of this service is refused with a sentence, and nothing is asked."""
    async with visitor(service) as browser:
        page = await read(browser, "/bundle", 422, of=of)
    assert "下载证据包" in page.text


async def test_what_the_api_refuses_is_a_page(client: httpx.AsyncClient, service: Service) -> None:
    """An answer without a bundle, one that is not there, one out of the key's reach: each a page with its status."""
    await posted(client, *TREE)
    async with visitor(service) as browser:
        assert "下载证据包" in (await read(browser, "/bundle", 406, of="/v1/kinds")).text
        assert "没有记录" in (await read(browser, "/bundle", 404, of="/v1/persons/nobody")).text
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("c",))) as browser:
        assert "权限" in (await read(browser, "/bundle", 403, of=CHAIN)).text
    answer = await client.get("/bundle", params={"of": CHAIN})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")

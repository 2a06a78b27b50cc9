"""The pages of logs: what is said of each, its entries by page and filter, and who may read what."""

from __future__ import annotations

import httpx
import pytest

from service.console import logs
from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_walk import TREE, posted

pytestmark = pytest.mark.anyio


async def test_every_log_within_the_grant(client: httpx.AsyncClient, service: Service) -> None:
    """Logs of facts with size, state and lag, the service's own apart; others than the granted ones are not named."""
    await posted(client, *TREE)
    await client.put("/v1/logs/cn-14", json={"name": "山西"})
    await client.get("/v1/jurisdictions/c")
    async with visitor(service) as browser:
        page = await read(browser, "/logs")
    assert "cn-62 ● 可写入 6" in page.text
    assert "山西 cn-14 ● 可写入 0" in page.text
    assert page.links["access"] == "/logs/access"
    async with visitor(service, await key_of(service, "inspector", logs=("cn-14",))) as browser:
        narrow = await read(browser, "/logs")
    assert "cn-62" not in narrow.text
    assert "access" not in narrow.links


async def test_a_log_tells_how_it_stands(client: httpx.AsyncClient, service: Service) -> None:
    """Size, root, origin, lag, that no checkpoint, witness or verification is there yet, and the command for it."""
    await posted(client, *TREE)
    root = (await client.get("/v1/logs/cn-62")).json()["root"]
    async with visitor(service) as browser:
        page = await read(browser, "/logs/cn-62")
        english = await read(browser, "/logs/cn-62", lang="en")
        none = await read(browser, "/logs/cn-99", 404)
    assert "条数 6" in page.text
    assert root in page.text
    assert "尚无已发布的检查点" in page.text
    assert "未设见证人" in page.text
    assert "zeren verify cn-62" in page.text
    assert "Verification runs" in english.text
    assert "jurisdiction registered" in english.text
    assert "jurisdiction.registered" not in english.text
    assert "没有记录" in none.text


async def test_entries_by_page_and_filter(
    client: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest come first, page by page to the oldest; kind, place and person narrow, and stay in the address."""
    monkeypatch.setattr(logs, "LISTED", 4)
    await posted(client, *TREE)
    async with visitor(service) as browser:
        page = await read(browser, "/logs/cn-62")
        assert [text for text in page.links if text.startswith("#")] == ["#5", "#4", "#3", "#2"]
        rest = await read(browser, page.links["下一页"])
        assert [text for text in rest.links if text.startswith("#")] == ["#1", "#0"]
        assert "下一页" not in rest.links
        oldest = await read(browser, "/logs/cn-62", order="asc")
        assert [text for text in oldest.links if text.startswith("#")] == ["#0", "#1", "#2", "#3"]
        found = await read(browser, "/logs/cn-62", type="person.registered", person="x")
        assert [text for text in found.links if text.startswith("#")] == ["#3"]
        assert found.fields["person"] == "x"
        none = await read(browser, "/logs/cn-62", type="visit.made")
        assert "没有符合的记录" in none.text
        wrong = await read(browser, "/logs/cn-62", 404, jurisdiction="nowhere")
        assert "没有记录" in wrong.text


async def test_the_log_of_reads_is_for_overseers(client: httpx.AsyncClient, service: Service) -> None:
    """An overseer reads it page by page and entry by entry; who is none is told so."""
    await posted(client, *TREE)
    await client.get("/v1/jurisdictions/c")
    async with visitor(service) as browser:
        page = await read(browser, "/logs/access")
        first = await read(browser, "/logs/access/events/0")
    assert "查阅记录" in page.text
    assert "请求路径和参数 /v1/jurisdictions/c" in first.text
    assert "事发时由谁负责" not in first.text
    async with visitor(service, await key_of(service, "inspector")) as browser:
        assert "密钥不含此权限" in (await read(browser, "/logs/access", 403)).text
    async with visitor(service, await key_of(service, "recorder")) as browser:
        assert "没有符合的记录" in (await read(browser, "/logs/cn-62")).text

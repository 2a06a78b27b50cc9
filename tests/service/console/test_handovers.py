"""The handover inventory as a page, and the record that it is made into."""

from __future__ import annotations

import json

import httpx
import pytest

from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_handovers_http import END, HANDED, WORLD
from tests.service.test_walk import BATCH, posted

pytestmark = pytest.mark.anyio

PATH = "/handovers/a"


async def test_everything_open_is_told(client: httpx.AsyncClient, service: Service) -> None:
    """Findings, rectifications, payments, projects, letters, pairings, tasks and money, with lines to sign."""
    await posted(client, *WORLD)
    async with visitor(service) as browser:
        page = await read(browser, PATH, on="2020-01-12")
    for part in ("整改 (1)", "未结问题 (1)", "已批未付的款项 (1)", "未验收项目 (1)", "在效责任书 (1)", "结对帮扶 (1)",
                 "未完成任务 (1)"):  # fmt: skip
        assert part in page.text
    assert "2020-02-29 余 49 天" in page.text
    assert "30.00 元 2020-01-05 2020-02-05" in page.text
    assert "收到下达 100.00 元" in page.text
    assert "清单截至 2020-01-11" in page.text
    assert "7 项待交接" in page.text
    for who in ("交出人 ", "接收人 签字 日期", "监交人 签字 日期"):
        assert who in page.text
    assert "/rectifications/R" in " ".join(page.hrefs)
    assert "/projects/P" in " ".join(page.hrefs)


async def test_what_was_handed_over_and_what_was_not(client: httpx.AsyncClient, service: Service) -> None:
    """A handover on record is told with its items, and what is open and in none of them."""
    await posted(client, *WORLD, END, HANDED)
    async with visitor(service) as browser:
        page = await read(browser, PATH)
    assert "已登记的交接 (1) 2020-01-12" in page.text
    assert "仍未结而不在已交接清单中: 责任书 l 、 任务 t" in page.text.replace("l、", "l 、 ")
    assert "离任记录 2020-01-12 调动" in page.text


async def test_the_draft_can_be_recorded_as_it_was_downloaded(client: httpx.AsyncClient, service: Service) -> None:
    """The file holds one event that the log takes, with who takes over, the witness and the day of the form."""
    await posted(client, *WORLD)
    query = {"on": "2020-01-12", "incoming": "b", "witness": "w", "completed_on": "2020-01-15"}
    async with visitor(service) as browser:
        answer = await browser.get(f"{PATH}/draft", params=query)
        told = await read(browser, PATH, **query)
    assert answer.headers["content-disposition"] == 'attachment; filename="handover.json"'
    draft = json.loads(answer.content)
    data = draft["data"]
    assert (data["incoming_appointment_id"], data["witness"], data["completed_on"]) == ("b", "w", "2020-01-15")
    assert {item["kind"] for item in data["items"]} >= {"finding", "rectification", "letter", "task"}
    assert "交接日期 2020-01-15" in told.text
    taken = await client.post("/v1/logs/cn-62/events?dry_run=true", content=json.dumps([draft]), headers=BATCH)
    assert [one["status"] for one in taken.json()["receipts"]] == ["accepted"]


async def test_one_who_is_still_in_office(client: httpx.AsyncClient, service: Service) -> None:
    """Without an end the inventory is of the day asked about, and says so; in English too."""
    await posted(client, *WORLD)
    async with visitor(service) as browser:
        page = await read(browser, PATH, valid_at="2019-06-30")
        english = await read(browser, PATH, valid_at="2019-06-30", lang="en")
    assert "清单截至 2019-06-30" in page.text
    assert "此任职尚未登记结束" in page.text
    assert "Handing over" in english.text
    assert "Letters in force (1)" in english.text
    assert "to be filled in" in english.text


async def test_an_end_far_ahead(client: httpx.AsyncClient, service: Service) -> None:
    """Beyond the last day as of which duties are worked out the page says that they were not, and has the rest."""
    await posted(client, *WORLD)
    async with visitor(service) as browser:
        page = await read(browser, PATH, on="2090-01-12")
    assert "未到期、逾期或违反的职责 日期太远,未推算" in page.text
    assert "整改 (1)" in page.text


async def test_who_may_not_see_it(client: httpx.AsyncClient, service: Service) -> None:
    """Outside the grant neither the page nor the draft; an unknown appointment is said to be unknown."""
    await posted(client, *WORLD)
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("c2",))) as narrow:
        await read(narrow, PATH, 403)
        await read(narrow, f"{PATH}/draft", 403)
        assert "请核对" in (await read(narrow, "/handovers/none", 404)).text

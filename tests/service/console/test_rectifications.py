"""Rectifications as pages: the register with its filters, and one with the days under each holder."""

from __future__ import annotations

import httpx
import pytest

from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_rectifications_http import VERIFIED, WORLD
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

DAY = "2020-03-20"
STRUCTURED = "application/cloudevents+json"


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Two counties, each with a rectification handed over between officials; that of the second was verified."""
    await posted(client, *WORLD, VERIFIED)
    return client


async def test_what_is_open_is_listed_first(filled: httpx.AsyncClient, service: Service) -> None:
    """Without a filter what is open; closed ones where they are asked for, with deadline and days overdue."""
    async with visitor(service) as browser:
        page = await read(browser, "/rectifications", valid_at=DAY)
        closed = await read(browser, "/rectifications", valid_at=DAY, status="closed")
        every = await read(browser, "/rectifications", valid_at=DAY, status="all", log="cn-62")
    assert "c1-R" in page.links
    assert "c2-R" not in page.links
    assert "2020-02-29 20 副县长" in page.text
    assert "未结" in page.text
    assert "逾期" in page.text
    assert list(closed.leading("/rectifications/")) == [f"/rectifications/c2-R?valid_at={DAY}&log=cn-62"]
    assert {"c1-R", "c2-R"} <= every.links.keys()


async def test_filters(filled: httpx.AsyncClient, service: Service) -> None:
    """A deadline before a day, a person who is charged a day, a place; what is not found is said."""
    async with visitor(service) as browser:
        due = await read(browser, "/rectifications", valid_at=DAY, due_before="2020-02-29", status="all")
        person = await read(browser, "/rectifications", valid_at=DAY, person="c2-old")
        place = await read(browser, "/jurisdictions/621224/rectifications", valid_at=DAY)
        unsaid = await read(browser, "/rectifications", valid_at=DAY, status="all")
    assert "没有符合的整改" in due.text
    assert "c2-R" in person.links
    assert "c1-R" not in person.links
    assert "c2-R" in place.links
    assert "c1-R" not in place.links
    assert "请选定一个日志" in unsaid.text


async def test_a_handed_over_one(filled: httpx.AsyncClient, service: Service) -> None:
    """Question 7: days under each holder and under nobody, and who held the post when it arose and at the deadline."""
    async with visitor(service) as browser:
        page = await read(browser, "/rectifications/c2-R", valid_at="2020-04-01")
    assert "示例甲 2019-11-05 2020-01-12 68 " in page.text
    assert "无人 2020-01-12 2020-02-03 22 " in page.text
    assert "c2-new 2020-02-03 2020-03-20 46 " in page.text
    assert "其中无人任职 22" in page.text
    assert "问题发生时 · 2019-03-01 住房安全 副县长 示例甲" in page.text
    assert "到期时 · 2020-02-29 c2-new" in page.text
    assert "逾期 20 天" in page.text
    assert "责令整改" in page.text
    assert "核查结论 属实" in page.text
    assert "/persons/c2-new" in " ".join(page.hrefs)
    assert "/handovers/c2-a1" in " ".join(page.hrefs)


async def test_a_deadline_that_was_moved(filled: httpx.AsyncClient, service: Service) -> None:
    """Each deadline is told with the day on which it was set; before the order nothing is on record."""
    extended = event(
        "e", "rectification.extended", rectification_id="c1-R", deadline="2020-04-30", extended_on="2020-02-20"
    )
    await posted(filled, extended)
    async with visitor(service) as browser:
        page = await read(browser, "/rectifications/c1-R", valid_at=DAY)
        early = await read(browser, "/rectifications/c1-R", valid_at="2019-01-01")
        english = await read(browser, "/rectifications/c1-R", valid_at=DAY, lang="en")
    assert "2020-02-29 定于 2019-11-05" in page.text
    assert "2020-04-30 定于 2020-02-20" in page.text
    assert "未逾期" in page.text
    assert "到该日尚未责令" in early.text
    assert "Of these under nobody 22" in english.text
    assert "rectification ordered" in english.text


async def test_who_may_not_see_it(filled: httpx.AsyncClient, service: Service) -> None:
    """Outside the grant it is refused with what to do next; an unknown one likewise."""
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("c1",))) as narrow:
        assert "授权" in (await read(narrow, "/rectifications/c2-R", 403)).text
        assert "c1-R" in (await read(narrow, "/rectifications", valid_at=DAY)).links
        assert "请核对" in (await read(narrow, "/rectifications/none", 404)).text
    key = await key_of(service, "inspector", jurisdictions=("nowhere",))
    asked = f"valid_at={DAY}&status=overdue"
    answer = await filled.get(f"/v1/rectifications?{asked}", headers={"Authorization": f"Bearer {key}"})
    many = answer.json()["withheld"]
    assert many
    async with visitor(service, key) as stranger:
        page = await read(stranger, f"/rectifications?{asked}")
    assert "没有符合的整改" in page.text
    assert f"授权之外未列: {many}" in page.text


async def test_a_row_leads_within_its_log(filled: httpx.AsyncClient, service: Service) -> None:
    """Whom a row names is sought in the log of the row: the same id in another log does not make it ambiguous."""
    await filled.put("/v1/logs/cn-14")
    other = event("1", "person.registered", person_id="c1-old", name_zh="他人")
    receipt = await filled.post("/v1/logs/cn-14/events", json=other, headers={"Content-Type": STRUCTURED})
    assert receipt.status_code == 201, receipt.text
    await filled.get("/v1/persons/c1-old", params={"log": "cn-14"}, headers={"Zeren-Wait": "0"})
    async with visitor(service) as browser:
        page = await read(browser, "/rectifications", valid_at=DAY)
        (person,) = set(page.leading("/persons/c1-old"))
        assert "示例甲" in (await read(browser, person)).text

"""The page of a project: its steps, every step of its money in the order of days, and what was posted."""

from __future__ import annotations

import httpx
import pytest

from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_projects_http import WORLD
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

MONEY = [
    event("20", "funds.allocated", allocation_id="A", source="central-special", allocator_id="c", recipient_id="P",
          amount="280000.00", allocated_on="2018-02-10"),
    event("21", "funds.disbursed", disbursement_id="E", project_id="P", amount="1250000.50",
          approved_on="2018-11-20", disbursed_on="2019-01-15", payer="committee"),
    event("22", "funds.recovered", recovery_id="F", project_id="P", amount="500.00", recovered_on="2018-12-01"),
    event("23", "finding.raised", finding_id="G", subject_id="P", category="资金使用", raised_on="2018-12-02"),
]  # fmt: skip


async def test_steps_and_money_by_day(client: httpx.AsyncClient, service: Service) -> None:
    """Steps with who took them, amounts with their thousands apart, both days of a payment, postings and sums."""
    await posted(client, *WORLD, *MONEY)
    async with visitor(service) as browser:
        page = await read(browser, "/projects/P", valid_at="2018-12-31")
    assert "道路硬化" in page.text
    assert "2018-01-10 提出 村委会 预算 300,000.00" in page.text
    assert "2018-10-01 验收 未载明 通过" in page.text
    days = [page.text.index(said) for said in (
        "2018-02-10 分配 280,000.00", "2018-03-09 拨付 100,000.00", "2018-11-01 报账 90,000.00",
        "2018-12-01 追回 500.00", "2019-01-15 批准,当日未付 1,250,000.50",
    )]  # fmt: skip
    assert days == sorted(days)
    assert "先验收: ● 是" in page.text
    assert "公示栏 资金投入" in page.text
    assert "资金使用" in page.text
    assert page.links["村委会"] == "/bodies/committee?valid_at=2018-12-31"
    assert page.links["当时谁负责"].startswith("/logs/cn-62/events/")


async def test_up_to_a_day_and_as_known_then(client: httpx.AsyncClient, service: Service) -> None:
    """Later steps are not told on an earlier day, nor what was recorded later in an earlier state of knowledge."""
    await posted(client, *WORLD, *MONEY)
    async with visitor(service) as browser:
        early = await read(browser, "/projects/P", valid_at="2018-01-31")
        assert "资金 (0)" in early.text
        assert "截至该日没有资金记录" in early.text
        then = await read(browser, "/projects/P", valid_at="2019-12-31", known_at="@10")
        assert "分配" not in then.text
        assert "拨付 1,250,000.50" in (await read(browser, "/projects/P", valid_at="2019-12-31", lang="zh")).text
        english = await read(browser, "/projects/P", valid_at="2018-12-31", lang="en")
        assert "2018-03-09 paid 100,000.00" in english.text


async def test_money_before_its_posting_is_pointed_out(client: httpx.AsyncClient, service: Service) -> None:
    """A payment before the first posting is said to be so, with the days between."""
    early = {"disbursement_id": "B0", "project_id": "P", "amount": "1.00", "disbursed_on": "2018-02-20"}
    await posted(client, *WORLD, event("30", "funds.disbursed", **early))
    async with visitor(service) as browser:
        assert "先付款后公示: 10 天" in (await read(browser, "/projects/P", valid_at="2018-12-31")).text


async def test_unknown_and_not_granted(client: httpx.AsyncClient, service: Service) -> None:
    """An unknown project and one outside the grant say what to do next."""
    await posted(client, *WORLD)
    async with visitor(service) as browser:
        assert "此编号或代码没有记录" in (await read(browser, "/projects/nothing", 404)).text
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("d",))) as browser:
        assert "请换用有权限的密钥登录" in (await read(browser, "/projects/P", 403)).text

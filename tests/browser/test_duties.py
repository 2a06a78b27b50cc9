"""The board of duties, as an inspector walks it: from a log to a cell, to the duties behind it, to their evidence."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import accessible
from tests.service.samples import CASES

Q5 = CASES["q5"]
SHANXI = "山西省脱贫攻坚责任制实施细则"


def test_who_left_before_the_county_was_delisted(page: Page, shot: Callable[[Page, str], None]) -> None:
    """Question 5 by clicks: who left, when, why, how long before delisting, who decided, and on what ground."""
    page.goto("/")
    page.get_by_role("link", name="职责看板").click()
    page.get_by_role("link", name="demo-cn-14").click()
    page.get_by_label("有效日期").fill("2020-12-06")
    page.get_by_label("文件", exact=True).select_option(label=SHANXI)
    page.get_by_label("状态").select_option("breached")
    page.get_by_role("button", name="查看").click()
    table = page.get_by_role("table", name="职责状态")
    expect(table.get_by_role("columnheader", name=SHANXI)).to_be_visible()
    table.get_by_role("link", name=re.compile("山西省 第八条: 违反 4")).first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("山西省 职责清单 · 2020-12-06")
    left = page.get_by_role("table", name="应保持稳定的职务上离任的人")
    for one in Q5["left"]:
        row = left.get_by_role("row").filter(has=page.locator(f"a[href*='{one['person']}']"))
        if one["left_on"] == "2016-05":
            expect(row).to_have_count(0)
            continue
        expect(row).to_contain_text(one["left_on"])
        days = one.get("days_before_approval")
        on_time = one["reason"] not in ("transfer", "promotion") or (days is not None and days <= 0)
        expect(row).to_contain_text("已履行" if on_time else "违反")
        if one.get("decided_on"):
            expect(row).to_contain_text(one["decided_on"])
            expect(row.get_by_role("link", name="中共山西省委员会")).to_be_visible()
        expect(row).to_contain_text(f"{one['delisted_on']} 批准" if one["delisted_on"] else "未摘帽")
    shot(page, "departures")
    accessible(page)

    early = left.get_by_role("row").filter(has_text="示例干部-14-0436")
    expect(early).to_contain_text("391")
    expect(early).to_contain_text("晚 253 天")
    early.locator("a.entry").first.click()
    expect(page).to_have_url(re.compile("/logs/demo-cn-14/events/[0-9]+"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_down_the_heat_table_by_keyboard(page: Page, shot: Callable[[Page, str], None]) -> None:
    """Places lead down, cells lead to duties; every cell is reached by Tab and says in words what its colour says."""
    page.goto("/jurisdictions/621223/duties?valid_at=2018-12-31&system=gansu&status=breached,overdue,gap")
    shot(page, "duties-heat")
    accessible(page)
    table = page.get_by_role("table", name="职责状态")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    town = table.get_by_role("link", name="官亭镇", exact=True)
    town.focus()
    page.keyboard.press("Tab")
    cell = page.locator(":focus")
    expect(cell).to_have_attribute("aria-label", re.compile("官亭镇 第.+条: .+ [0-9]+"))
    expect(cell).to_contain_text(re.compile("[✗!○?…✓–] (违反|逾期|无记录|无法判定|未到期|已履行|不适用) [0-9]+"))
    town.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("官亭镇 职责看板 · 2018-12-31")
    expect(page.get_by_label("状态")).to_have_value("breached,overdue,gap")

    cells = page.get_by_role("table", name="职责状态").locator("tbody tr.own a[href*='view=list']")
    told = cells.first.get_attribute("aria-label") or ""
    many = sum(int(number) for number in re.findall(r" (\d+)", told.partition(":")[2]))
    cells.first.press("Enter")
    expect(page.locator("main")).to_contain_text(re.compile(f"{many} 项职责"))
    duty = page.locator("article.duty").first
    expect(duty.locator("blockquote")).not_to_be_empty()
    if duty.locator("details[open]").count() == 0:
        duty.get_by_text("要求、实际、读法与各人天数").click()
    expect(duty.get_by_text("政策包摘要")).to_be_visible()
    expect(duty.get_by_role("table", name="各人应负责的天数")).to_be_visible()
    shot(page, "duty")
    accessible(page)

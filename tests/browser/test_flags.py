"""Flags, as an auditor walks them: funds approved while a post was vacant."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import accessible
from tests.service.samples import CASES

Q8 = CASES["q8"]


def test_funds_while_a_post_was_vacant(page: Page, shot: Callable[[Page, str], None]) -> None:
    """Question 8 by clicks: the sort and its number, each payment in words, the vacant post and the entries."""
    page.goto("/")
    page.get_by_label(re.compile("区划名称")).fill("合成辰县")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="合成辰县", exact=True).first.click()
    page.get_by_role("navigation", name="此地的页面").get_by_role("link", name="疑点").click()
    listed = [one for one in Q8["disbursements"] if one["without_substantive_holder"]]
    flagged = [one for one in listed if "finance-head" not in one["without_substantive_holder"][0]]
    sorts = page.get_by_role("table", name="各种疑点的条数")
    row = sorts.get_by_role("row").filter(has_text="资金监管岗位空缺期间批准用款")
    expect(row).to_contain_text(str(len(flagged)))
    shot(page, "flags-payments")
    accessible(page)
    row.get_by_role("link").click()

    flags = page.get_by_role("table", name="疑点").locator("tbody tr")
    expect(flags).to_have_count(len(flagged))
    for one in flagged:
        told = flags.filter(has_text=one["disbursement"])
        gap = Q8["gaps"][one["without_substantive_holder"][0]]
        expect(told).to_contain_text(f"{one['approved_on']} 批准、{one['disbursed_on']} 拨付")
        expect(told).to_contain_text(f"空缺 {gap['from']} → {gap['until']}")
        expect(told).to_contain_text("高")
    flags.first.locator("a[href*='/posts/']").first.click()
    expect(page).to_have_url(re.compile("/posts/syn-62-post-621291-(secretary|head)/timeline"))
    page.go_back()
    flags.first.locator("a.entry").first.click()
    expect(page).to_have_url(re.compile("/logs/demo-cn-62/events/[0-9]+"))

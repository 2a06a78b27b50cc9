"""Question 4 as an inspector walks it: what was believed on one day about another, and what is known now."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, expect

CASES: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "examples" / "cases.json").read_text(encoding="utf-8")
)


def test_question_4_what_was_believed_then(page: Page) -> None:
    """From the chain to the comparison of two states of knowledge: held then, vacant now, by which entries."""
    case = CASES["q4"]
    page.goto(f"/jurisdictions/{case['jurisdiction']}?valid_at={case['valid_at']}")
    card = page.locator(f"#post-{case['post']}")
    expect(card).to_contain_text("○ 空缺")
    known = page.get_by_label("已知截至", exact=True)
    known.fill(case["known_at"])
    known.press("Enter")
    expect(card).to_contain_text("● 在任")
    expect(card).to_contain_text("示例干部-62-0051")
    expect(page).to_have_url(re.compile(f"known_at={case['known_at']}"))
    page.get_by_role("button", name="已知截至现在").click()
    expect(card).to_contain_text("○ 空缺")
    page.get_by_role("link", name="与另一天或另一知悉时点比较").click()
    page.get_by_label("先知悉至").fill(case["known_at"])
    page.get_by_role("button", name="比较知悉").click()
    post = page.locator("tbody", has=page.locator(f"a[href*='{case['post']}']"))
    rows = post.locator("tr")
    expect(rows.nth(0)).to_contain_text("驻村第一书记")
    expect(post).to_contain_text("示例干部-62-0051 · 实任 · 确定")
    expect(post.locator("tr", has_text="状态").first.locator("td")).to_have_text(["状态", "在任", "空缺"])
    annulled = page.locator("section[aria-labelledby=made] tr", has_text="记录撤销")
    expect(annulled).to_contain_text("2018-06-01")
    expect(page.locator("section[aria-labelledby=decided]")).to_contain_text("报告报送 · 2018-01-15")
    ended = page.locator("section[aria-labelledby=made] tr", has_text=re.compile("任职结束.*2018-06-01"))
    ended.get_by_role("link", name="只看此条前后").click()
    expect(page.locator("section[aria-labelledby=made] tbody tr")).to_have_count(1)
    page.locator("section[aria-labelledby=made] a.entry").first.click()
    expect(page).to_have_url(re.compile("/logs/demo-cn-62/events/[0-9]+"))


def test_two_days_by_a_preset(page: Page) -> None:
    """One click compares with the year before, from the earlier to the later day, and cites both roots."""
    page.goto("/jurisdictions/j-621223/compare?valid_at=2018-03-05")
    page.get_by_role("link", name="与一年前比较").click()
    expect(page.locator(".sides")).to_contain_text("2017-03-05")
    expect(page.locator("table.differences").first).to_be_visible()
    expect(page.locator(".sides code")).to_have_count(2)
    page.goto("/jurisdictions/j-621223/compare?valid_at=2018-03-05&compared_valid_at=2018-03-05")
    expect(page.locator("main")).to_contain_text("没有差别")

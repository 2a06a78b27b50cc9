"""The money of a place as an auditor walks it: the Sankey from the table, question 8, and a browser of 2020."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, expect

CASES: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "examples" / "cases.json").read_text(encoding="utf-8")
)
CASE: Final = CASES["q8"]
OLD: Final = """
  delete String.prototype.replaceAll; delete String.prototype.at; delete Array.prototype.at; delete Object.hasOwn;
  delete Array.prototype.findLast; delete Promise.any; delete globalThis.structuredClone; delete globalThis.WeakRef;
  delete Element.prototype.replaceChildren; delete globalThis.AggregateError; delete Array.prototype.toSorted;
"""
"""What Chrome has learned since version 80, forgotten."""


def sankey(page: Page) -> None:
    """Wait until the Sankey is drawn."""
    expect(page.locator("#sankey[data-drawn=yes]")).to_be_visible()
    expect(page.locator("#vacant[data-ask]")).to_have_count(0)
    page.wait_for_load_state("networkidle")


def test_question_8_funds_approved_while_a_post_was_vacant(page: Page, shot: Callable[[Page, str], None]) -> None:
    """From the search to the county's money: the payments above the amount, their sum, who answered on each day."""
    page.goto("/")
    page.get_by_role("searchbox").fill("合成辰县")
    page.locator("form[role=search] button").click()
    page.get_by_role("link", name="合成辰县").first.click()
    page.get_by_role("link", name="资金", exact=True).click()
    sankey(page)
    shot(page, "money-sankey")
    page.get_by_label("金额高于(元)").fill("100000")
    page.get_by_role("button", name="筛选").click()
    sankey(page)
    rows = page.locator("#vacant-table tbody tr")
    wanted = [
        one for one in CASE["disbursements"]
        if one["disbursement"] in CASE["gansu"]["disbursements"]
        and not one["without_substantive_holder"][0].endswith("finance-head")
    ]  # fmt: skip
    expect(rows).to_have_count(len(wanted))
    for row, one in zip(rows.all(), sorted(wanted, key=lambda one: str(one["approved_on"])), strict=True):
        expect(row).to_contain_text(f"{Decimal(one['amount']):,.2f}")
        expect(row).to_contain_text(str(one["approved_on"]))
        expect(row).to_contain_text("空缺")
    total = sum(Decimal(one["amount"]) for one in wanted)
    expect(page.locator("#vacant-table caption")).to_contain_text(f"合计 {total:,.2f}")
    rows.last.get_by_role("link", name="当日由谁负责").click()
    expect(page.locator("#responsible h3").first).to_contain_text(f"审批 {wanted[-1]['approved_on']}")
    head = page.locator("#responsible table").first.locator("tr", has_text="合成辰县县长")
    expect(head).to_contain_text("代理")
    expect(head).to_contain_text("空缺")
    finance = next(one for one in CASE["disbursements"] if one["disbursement"] == "syn-62-disbursement-0020")
    step = page.locator("#steps tr", has_text=f"审批 {finance['approved_on']}")
    step.get_by_role("link", name="当日由谁负责").click()
    days = page.locator("#responsible h3")
    expect(days).to_contain_text([f"审批 {finance['approved_on']}", f"拨付 {finance['disbursed_on']}"])
    tables = page.locator("#responsible > .wide table")
    expect(tables.nth(0).locator("tr", has_text="财政局局长")).to_contain_text("空缺")
    expect(tables.nth(1).locator("tr", has_text="财政局局长")).to_contain_text("在任")
    shot(page, "money-responsible")


def test_the_sankey_is_what_the_table_says(page: Page) -> None:
    """Each flow of the table is drawn once, also after the day has moved; a place above leads to its page."""
    page.goto("/jurisdictions/621223/money?valid_at=2020-12-21")
    sankey(page)
    flows = page.locator("#flows tr[data-amount]")
    many = flows.count()
    assert many > 10
    expect(page.locator("#sankey .sankey-link")).to_have_count(many)
    drawn = page.evaluate("document.getElementById('sankey').data[0].link.value")
    assert sum(Decimal(str(one)) for one in drawn) == sum(
        Decimal(str(row.get_attribute("data-amount"))) for row in flows.all()
    )
    page.get_by_label("有效日期", exact=True).fill("2017-12-31")
    page.get_by_label("有效日期", exact=True).press("Enter")
    expect(page.locator("h1")).to_contain_text("2017-12-31")
    sankey(page)
    fewer = page.locator("#flows tr[data-amount]").count()
    assert 0 < fewer < many
    expect(page.locator("#sankey .sankey-link")).to_have_count(fewer)


def test_charts_are_drawn_without_what_browsers_learned_since_2020(page: Page) -> None:
    """Without the built-ins that came after Chrome 80 both charts are drawn all the same."""
    page.add_init_script(OLD)
    page.goto("/jurisdictions/621223104211/money")
    assert page.evaluate("typeof Object.hasOwn") == "undefined"
    expect(page.locator("#sankey[data-drawn=yes]")).to_be_visible()
    page.goto("/jurisdictions/621223104211/timeline")
    expect(page.locator("#chart[data-drawn=yes]")).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_without_a_script_everything_is_in_tables(page: Page) -> None:
    """Where scripts do not run no empty chart is shown; flows, sums and steps are there, and links for the rest."""
    page.route(re.compile(r"/static/.*\.js$"), lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto("/jurisdictions/621223/money?valid_at=2020-12-21")
    expect(page.locator("#sankey-figure")).to_be_hidden()
    expect(page.locator("#levels tbody tr")).to_have_count(3)
    assert page.locator("#flows tbody tr").count() > 10
    page.get_by_role("link", name="查看", exact=True).click()
    expect(page.locator("#vacant")).to_contain_text("筛选")


LAID: Final = """() => Array.from(document.querySelectorAll('#sankey .node-label')).filter(one => one.textContent)
  .map(one => one.getBoundingClientRect()).map(box => [box.left, box.top, box.right, box.bottom])"""
"""Where the texts of the ends stand."""


def test_texts_of_small_nodes_do_not_lie_on_others(page: Page) -> None:
    """No text of the Sankey lies on another; what is shortened for it says all of it when it is pointed at."""
    page.goto("/jurisdictions/621223/money?valid_at=2020-12-21")
    sankey(page)
    village = page.locator("#sankey .sankey-node", has_text=re.compile("^村级$"))
    expect(village.locator(".node-label")).to_be_visible()
    boxes = page.evaluate(LAID)
    assert len(boxes) > 10
    for at, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
    village.locator(".node-rect").hover(force=True)
    expect(page.locator("#sankey .hoverlayer")).to_contain_text(re.compile(r"村级 [\d,]+\.\d\d 元"))

"""Replay in a browser: a letter entered for the wrong county (question 9), found again step by step."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Page, expect

CASE: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "examples" / "cases.json").read_text(encoding="utf-8")
)["q9"]
AT: Final = f"/jurisdictions/{CASE['wrong_jurisdiction']}/replay"


def test_a_wrong_letter_comes_and_goes(page: Page) -> None:
    """At its recording the letter is new in the chain; at the annulment it is gone; both lead to the same entry."""
    page.goto(f"{AT}?log={CASE['log']}&known_at={CASE['recorded_on']}")
    page.get_by_label("跳到某日为止录入的最后一条").fill(CASE["corrected_on"])
    page.get_by_role("button", name="跳转").click()
    page.locator(".events").get_by_role("link", name="记录撤销").click()
    expect(page.locator("#shown")).to_contain_text("记录撤销")
    changes = page.locator("table.changes")
    expect(changes.locator("td").nth(0)).to_contain_text("去 示例责字〔2017〕0007号")
    expect(changes.locator("td").nth(1)).not_to_contain_text("0007号")
    expect(page.locator("table.own")).to_contain_text("扫描件归错县")
    page.locator(".notice a").click()
    expect(page.locator("#shown")).to_contain_text("责任书签订")
    expect(page.locator("table.changes td").nth(1)).to_contain_text("新 示例责字〔2017〕0007号")
    assert "position=1481" in page.url


def test_stepping_changes_the_page_and_its_address(page: Page) -> None:
    """Next and previous put another event in place without a new page; the address follows; back undoes it."""
    page.goto(f"{AT}?log={CASE['log']}&position=1481")
    expect(page.locator("#shown")).to_contain_text("#1481")
    page.evaluate("window.here = 'yes'")
    page.locator("#next").press("Enter")
    expect(page.locator("#shown")).not_to_contain_text("#1481")
    later = page.locator("#shown").inner_text()
    assert "position=1481" not in page.url
    assert page.evaluate("window.here") == "yes"
    expect(page.locator("#announce")).to_contain_text("#")
    page.locator("#previous").click()
    expect(page.locator("#shown")).to_contain_text("#1481")
    page.go_back()
    expect(page.locator("#shown")).to_have_text(later, use_inner_text=True)


def test_play_stops_at_the_end(page: Page) -> None:
    """Playing goes on by itself to the last event, then stops and says so; the button tells which it is."""
    page.goto(f"{AT}?log={CASE['log']}&position=99999999")
    expect(page.locator("#play")).to_be_disabled()
    last = page.locator("#shown").inner_text()
    for _ in range(2):
        page.locator("#previous").click()
        expect(page.locator("#shown")).not_to_have_text(last, use_inner_text=True)
        page.wait_for_function("!document.querySelector('#play').disabled")
    page.get_by_label("每步").select_option("1000")
    play = page.locator("#play")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#shown")).to_have_text(last, use_inner_text=True)
    expect(page.locator("#play")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#announce")).to_contain_text("已到最后一条")


def test_it_works_without_scripts(page: Page) -> None:
    """With scripts off the links step as well, and no control is shown that would do nothing."""
    context = page.context.browser
    assert context is not None
    plain = context.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    opened = plain.new_page()
    page.goto("/")
    opened.goto(f"{page.url.rstrip('/')}{AT}?log={CASE['log']}&position=1481")
    expect(opened.locator("#play")).to_be_hidden()
    opened.locator("#next").click()
    expect(opened.locator("#shown")).not_to_contain_text("#1481")
    plain.close()

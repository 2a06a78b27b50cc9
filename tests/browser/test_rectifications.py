"""A rectification that was handed over between officials, and the inventory that goes with it, as one walks there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import accessible
from tests.service.samples import CASES

Q7 = CASES["q7_handed_over"]
FIRST = CASES["q7"]


def test_handed_over_between_officials(page: Page, shot: Callable[[Page, str], None]) -> None:
    """Question 7 by clicks: the days under each official and under nobody, and who held the post when."""
    page.goto("/")
    page.get_by_role("link", name="整改").click()
    expect(page.get_by_label("状态")).to_have_value("open")
    page.get_by_label("日志").select_option("demo-cn-14")
    page.get_by_label("状态").select_option("closed")
    page.get_by_role("button", name="查看").click()
    row = page.get_by_role("row").filter(has_text=Q7["rectification"])
    expect(row).to_contain_text(Q7["deadline"])
    expect(row).to_contain_text("无人 22 天")
    row.get_by_role("link", name=Q7["rectification"]).click()

    expect(page.locator("main")).to_contain_text("逾期 28 天")
    days = page.get_by_role("table", name="责令之日至销号").locator("tbody tr")
    for nth, run in enumerate(Q7["charged"][:2]):
        expect(days.nth(nth)).to_contain_text(re.compile(rf"{run['from']}\s*{run['until']}\s*{run['days']}"))
        expect(days.nth(nth).locator("a[href*='/persons/']")).to_have_count(0 if run["person"] is None else 1)
    expect(days.nth(1)).to_contain_text("无人")
    last = days.nth(2)
    expect(last.locator(f"a[href*='{Q7['at_deadline']}']")).to_have_count(1)
    arose, due = page.locator(".sides .card").all()
    expect(arose).to_contain_text(Q7["arose_on"])
    expect(arose.locator(f"a[href*='{Q7['arose_under']}']")).to_be_visible()
    expect(due).to_contain_text(Q7["deadline"])
    expect(due.locator(f"a[href*='{Q7['at_deadline']}']")).to_be_visible()
    shot(page, "rectification-handed-over")
    accessible(page)


def test_the_inventory_is_printed_for_signature(page: Page, shot: Callable[[Page, str], None], tmp_path: Path) -> None:
    """From a holder's days to the handover: printed on A4 it has the three to sign; the draft is downloaded to sign."""
    page.goto(f"/rectifications/{FIRST['rectification']}?valid_at=2020-12-21")
    page.get_by_role("table", name="责令之日至销号").get_by_role("link", name="交接清单").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("交接清单:示例干部-62-0950")
    expect(page.get_by_role("region", name="整改 (1)")).to_contain_text("余 49 天")
    expect(page.get_by_role("region", name="已批未付的款项 (1)")).to_contain_text("200,000.00 元")
    expect(page.get_by_text("仍未结而不在已交接清单中")).to_contain_text("syn-62-task-0001")
    shot(page, "handover-inventory")
    accessible(page)

    page.get_by_label("接收人的任职编号").fill(FIRST["handover"]["incoming"])
    page.get_by_label("监交人").fill("syn-62-person-0022")
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="下载待签名的记录").click()
    file = tmp_path / "handover.json"
    downloaded.value.save_as(file)
    event = json.loads(file.read_text(encoding="utf-8"))
    assert event["type"] == "handover.completed"
    assert event["data"]["incoming_appointment_id"] == FIRST["handover"]["incoming"]
    assert {item["id"] for item in event["data"]["items"]} >= {FIRST["rectification"], FIRST["finding"]}

    page.emulate_media(media="print")
    lines = page.locator(".signature-lines")
    for who in ("交出人", "接收人", "监交人"):
        expect(lines.locator("dt").filter(has_text=who)).to_be_visible()
        expect(lines.locator("div").filter(has_text=who).locator(".line").first).to_be_visible()
    expect(page.get_by_role("button", name="下载待签名的记录")).to_be_hidden()
    expect(page.locator("#foot")).to_contain_text("access/")
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")

"""Entering a ledger, as a clerk does: previewed, mended, recorded, broken off, sent again, corrected."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser.axe import accessible
from tests.service.servers import KEY
from tests.service.test_access import place
from tests.service.test_walk import BATCH, event

MANY: Final = 1100
HEADER: Final = ["事件标识(appointment.started)", "任职编号", "人员编号", "岗位编号", "任职方式", "任职起始日期"]
ROWS: Final = [
    ["", "t-1", "e-person-1", "e-post-1", "substantive", "2016-08"],
    ["", "t-2", "e-person-2", "e-post-2", "顶岗", "2017-01-09"],
    ["", "t-3", "e-person-3", "e-post-3", "acting", "2018年3月"],
]


@pytest.fixture
def log(demo: str, request: pytest.FixtureRequest) -> str:
    """A log of the test's own, with a county, three posts and three people."""
    name = f"e-{abs(hash(request.node.name)) % 10**8}"
    place_id = f"{name}-county"
    events: list[dict[str, Any]] = [place(place_id, "990001", "county") | {"source": "urn:test"}]
    for number in (1, 2, 3):
        post = {"post_id": f"e-post-{number}", "title_zh": f"示例岗位{number}", "jurisdiction_id": place_id}
        events.append(event(f"s{number}", "post.established", **post))
        events.append(event(f"x{number}", "person.registered", person_id=f"e-person-{number}", name_zh=f"示例{number}"))
    with httpx.Client(base_url=demo, headers={"Authorization": f"Bearer {KEY}"}, timeout=60) as client:
        assert client.put(f"/v1/logs/{name}").status_code in (200, 201)
        answer = client.post(f"/v1/logs/{name}/events", json=events, headers=BATCH)
        assert answer.status_code == 200, answer.text
    return name


def ledger(*rows: list[str], encoding: str = "utf-8-sig") -> bytes:
    """Rows as a spreadsheet saves them."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def read(download: Download) -> list[list[str]]:
    """The rows of a file that was downloaded."""
    return list(csv.reader(io.StringIO(Path(download.path()).read_text(encoding="utf-8-sig"), newline="")))


def upload(page: Page, raw: bytes) -> None:
    """Choose a file, and wait until its preview is whole."""
    page.get_by_label("台账文件").set_input_files({"name": "台账.csv", "mimeType": "text/csv", "buffer": raw})
    page.get_by_role("button", name="预览并试运行").click()
    expect(page.locator("#verdict")).to_contain_text("尚未记录任何内容")


def test_a_ledger_is_previewed_mended_and_recorded(page: Page, log: str, shot: Callable[[Page, str], None]) -> None:
    """Wrong rows are marked in Chinese and kept back; mended they are recorded, and the chain shows their holders."""
    page.goto(f"/enter?log={log}")
    upload(page, ledger(HEADER, *ROWS, encoding="gb18030"))
    expect(page.locator("#about")).to_contain_text("GB 18030")
    expect(page.locator("#verdict")).to_contain_text("1 行可记录,0 行已在册,0 行与在册不同,2 行有误")
    wrong = page.locator("#rows td.wrong")
    expect(wrong).to_have_count(2)
    expect(wrong.nth(0)).to_contain_text("acting 主持工作或代理")
    expect(wrong.nth(1)).to_contain_text("2018、2018-03 或 2018-03-05")
    accessible(page)
    shot(page, "enter-preview")
    page.get_by_role("button", name="记录 1 行").click()
    expect(page.locator("#result")).to_contain_text(
        "已记录 1 行;此前已在册 0 行;未接受 0 行;余 0 行未送。另有 2 行有误"
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="下载有误的行").click()
    head, *kept = read(download.value)
    assert [row[:-1] for row in kept] == ROWS[1:]
    assert kept[0][-1].startswith("原第 3 行 任职方式:应为:")
    kept[0][4], kept[1][5] = "acting", "2018-03"
    upload(page, ledger(head, *kept))
    expect(page.locator("#verdict")).to_contain_text("2 行可记录,0 行已在册,0 行与在册不同,0 行有误")
    page.get_by_role("button", name="记录 2 行").click()
    expect(page.locator("#result")).to_contain_text("已记录 2 行")
    accessible(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载回执").click()
    receipts = read(download.value)
    assert [row[1:4] for row in receipts[1:]] == [
        ["appointment.started:t-2", "appended", "8"], ["appointment.started:t-3", "appended", "9"],
    ]  # fmt: skip
    page.goto(f"/jurisdictions/{log}-county?log={log}&valid_at=2018-06-01")
    for number in (1, 2, 3):
        expect(page.locator(".holder", has_text=f"示例{number}")).to_be_visible()


def test_an_edited_row_is_a_correction_with_a_reason(page: Page, log: str) -> None:
    """A row that differs from the record is told, and corrects it only with a reason; then it is on record."""
    mended = [*ROWS[0][:5], "2016-09"]
    page.goto(f"/enter?log={log}")
    upload(page, ledger(HEADER, ROWS[0]))
    page.get_by_role("button", name="记录 1 行").click()
    expect(page.locator("#result")).to_contain_text("已记录 1 行")
    upload(page, ledger(HEADER, mended))
    expect(page.locator("#verdict")).to_contain_text("0 行可记录,0 行已在册,1 行与在册不同")
    expect(page.locator("#rows td.differs")).to_have_text("2016-09")
    page.get_by_label("将不同之处作为更正报送").check()
    go = page.locator("#go")
    expect(go).to_be_disabled()
    page.get_by_label("更正原因").fill("原件为九月")
    go.click()
    expect(page.locator("#result")).to_contain_text("已记录 1 行")
    upload(page, ledger(HEADER, mended))
    expect(page.locator("#verdict")).to_contain_text("0 行可记录,1 行已在册,0 行与在册不同")


def test_an_upload_that_stops_or_breaks_goes_on(page: Page, log: str) -> None:
    """Stopped after a batch, cut off in the next, begun anew on another page: every row is recorded once."""
    head = ["事件标识(person.registered)", "人员编号", "姓名"]
    raw = ledger(head, *(["", f"{log}-p{number}", f"批量{number}"] for number in range(MANY)))
    page.goto(f"/enter?log={log}")
    upload(page, raw)
    page.evaluate("""() => {
        const sent = window.fetch;
        window.fetch = async (...asked) => {
            const answer = await sent(...asked);
            document.getElementById('stop').click();
            window.fetch = sent;
            return answer;
        };
    }""")
    page.get_by_role("button", name=f"记录 {MANY} 行").click()
    expect(page.locator("#result")).to_contain_text("已停止")
    expect(page.locator("#result")).to_contain_text(f"已记录 500 行;此前已在册 0 行;未接受 0 行;余 {MANY - 500} 行未送")
    expect(page.locator("#commit-bar")).to_have_js_property("value", 500)
    page.evaluate("""() => {
        const sent = window.fetch;
        window.fetch = async (...asked) => {
            await sent(...asked);
            window.fetch = sent;
            throw new TypeError('the connection broke');
        };
    }""")
    page.get_by_role("button", name="继续记录余下").click()
    expect(page.locator("#result")).to_contain_text("无法连接服务")
    page.goto(f"/enter?log={log}")
    upload(page, raw)
    expect(page.locator("#verdict")).to_contain_text(f"{MANY - 1000} 行可记录,1000 行已在册")
    page.get_by_role("button", name=f"记录 {MANY - 1000} 行").click()
    expect(page.locator("#result")).to_contain_text(f"已记录 {MANY - 1000} 行;此前已在册 1000 行;未接受 0 行;余 0 行")
    page.locator("#receipts a").first.click()
    expect(page).to_have_url(f"{page.url.split('/logs/')[0]}/logs/{log}/events/{7 + 1000}")

"""The live tail in a browser: it shows what is appended while one looks, pauses, and goes on where it left off."""

from __future__ import annotations

import json
from typing import Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.service.servers import KEY

LOG: Final = "tail-of-a-test"
HEADERS: Final = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
def appended(demo: str) -> httpx.Client:
    """A client that posts to a log of this test's own."""
    client = httpx.Client(base_url=demo, headers=HEADERS, timeout=60)
    client.put(f"/v1/logs/{LOG}")
    return client


def post(client: httpx.Client, name: str) -> int:
    """Register a person; the position of the entry."""
    event = {
        "specversion": "1.0", "id": name, "source": "urn:test:tail", "type": "person.registered",
        "data": {"person_id": name, "name_zh": name},
    }  # fmt: skip
    headers = {"Content-Type": "application/cloudevents+json"}
    answer = client.post(f"/v1/logs/{LOG}/events", content=json.dumps(event), headers=headers)
    assert answer.status_code in (200, 201), answer.text
    position: int = answer.json()["position"]
    return position


def test_what_is_appended_appears(page: Page, appended: httpx.Client) -> None:
    """Followed, an entry appears with its page a click away; paused none does; then what came meanwhile comes too."""
    first = post(appended, "before")
    page.goto(f"/logs/{LOG}")
    rows = page.locator("#tail-table tbody tr")
    page.get_by_role("button", name="开始跟踪").click()
    expect(page.locator("#tail-state")).to_contain_text("跟踪中")
    second = post(appended, "during")
    expect(rows.first).to_contain_text(f"#{second}")
    expect(rows.first).to_contain_text("人员登记")
    expect(rows).to_have_count(1)
    expect(page.locator("#announce")).to_contain_text("新增 1 条记录")
    page.get_by_role("button", name="暂停").click()
    expect(page.locator("#tail-state")).to_contain_text("已暂停")
    third = post(appended, "paused")
    page.wait_for_timeout(1000)
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="开始跟踪").click()
    expect(rows.first).to_contain_text(f"#{third}")
    expect(rows).to_have_count(2)
    rows.first.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text(f"人员登记 #{third}")
    expect(page.locator("#proof-result")).to_contain_text("核验")
    assert first < second < third


def test_a_log_and_its_entries(page: Page) -> None:
    """From the list to a log, its checkpoint, and by a filter to its corrections; the address holds the filter."""
    page.goto("/logs")
    page.get_by_role("link", name="demo-cn-62", exact=True).click()
    expect(page.get_by_text("覆盖条数")).to_be_visible()
    page.get_by_label("类型").select_option("record.corrected")
    page.get_by_role("button", name="筛选").click()
    assert "type=record.corrected" in page.url
    expect(page.locator("table").last.locator("tbody tr").first).to_contain_text("记录更正")
    page.locator("table").last.locator("tbody th a").first.click()
    expect(page.locator("table.stated").first).to_contain_text("更正为")

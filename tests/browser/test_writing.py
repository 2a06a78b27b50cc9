"""Names written from right to left, and names that turn writing round, leave the figures beside them as they are."""

from __future__ import annotations

from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.patience import HANG_SECONDS
from tests.service.servers import KEY

LOG: Final = "cn-65"
UYGHUR: Final = "ئابدۇللا مۇھەممەت"
TURNED: Final = "\u202e示例甲"
"""Begins with U+202E, which turns round all that follows up to the end of what holds it."""
EVENTS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("jurisdiction.registered", {"jurisdiction_id": "c", "code": "653125", "name_zh": UYGHUR, "level": "county"}),
    ("post.established", {"post_id": "h", "title_zh": "县长", "jurisdiction_id": "c"}),
    ("person.registered", {"person_id": "a", "name_zh": UYGHUR}),
    ("person.registered", {"person_id": "b", "name_zh": TURNED}),
    ("appointment.started", {"appointment_id": "A", "person_id": "a", "post_id": "h", "effective_from": "2018-03-05"}),
    ("appointment.ended", {"appointment_id": "A", "effective_until": "2019-01-02"}),
    ("appointment.started", {"appointment_id": "B", "person_id": "b", "post_id": "h", "effective_from": "2019-01-02"}),
    ("finding.raised", {"finding_id": "f", "jurisdiction_id": "c", "raised_on": "2018-11-05"}),
    (
        "rectification.ordered",
        {"rectification_id": "r", "finding_id": "f", "responsible": {"post_id": "h"}, "ordered_on": "2018-11-05"},
    ),
)
AFTER: Final = """(text) => {
  const found = document.createTreeWalker(document.getElementById('main'), NodeFilter.SHOW_TEXT);
  const all = [];
  while (found.nextNode()) all.push(found.currentNode);
  const spans = all.map((node) => [node, node.data.indexOf(text)]).filter(([, at]) => at >= 0);
  return spans.map(([node, at]) => [0, 1].map((end) => {
    const range = document.createRange();
    const from = end ? at + text.length - 1 : at;
    range.setStart(node, from);
    range.setEnd(node, from + 1);
    return Math.round(range.getBoundingClientRect().left);
  }));
}"""
"""Where the first and the last sign of a text stand on the page, wherever it is shown."""


@pytest.fixture(scope="module", autouse=True)
def _recorded(demo: str) -> None:
    """What the pages tell of."""
    with httpx.Client(base_url=demo, headers={"Authorization": f"Bearer {KEY}"}, timeout=HANG_SECONDS) as client:
        client.put(f"/v1/logs/{LOG}")
        batch = [
            {"specversion": "1.0", "id": f"e{at}", "source": "urn:test", "type": kind, "data": data}
            for at, (kind, data) in enumerate(EVENTS)
        ]
        media = {"Content-Type": "application/cloudevents-batch+json"}
        assert client.post(f"/v1/logs/{LOG}/events", json=batch, headers=media).status_code == 200
        wait = {"Zeren-Wait": str(len(EVENTS) - 1)}
        assert client.get("/v1/rectifications/r", params={"log": LOG}, headers=wait).status_code == 200


def test_days_follow_the_name_that_they_are_of(page: Page) -> None:
    """The days stand after a name from right to left; after one that turns writing round they are not reversed."""
    page.goto(f"/rectifications?log={LOG}&valid_at=2020-06-30")
    runs = page.locator(".register .run", has_text="天")
    expect(runs).to_have_text([f"{UYGHUR} 58 天", "[U+202E]示例甲 546 天"])
    name = runs.first.get_by_role("link").bounding_box()
    assert name is not None
    ((first, last),) = page.evaluate(AFTER, "58 天")
    assert name["x"] + name["width"] <= first < last
    ((first, last),) = page.evaluate(AFTER, "546 天")
    assert first < last


def test_the_day_of_a_heading_is_not_turned_round(page: Page) -> None:
    """The day beside a place's name in a heading reads year, month, day."""
    for path in ("", "/state", "/money"):
        page.goto(f"/jurisdictions/c{path}?log={LOG}&valid_at=2020-06-30")
        expect(page.locator("h1")).to_contain_text(UYGHUR)
        assert all(first < last for first, last in page.evaluate(AFTER, "2020-06-30"))
    page.goto(f"/jurisdictions/c/timeline?log={LOG}&from=2018-01-01&to=2020-06-30")
    assert all(first < last for first, last in page.evaluate(AFTER, "2018-01-01"))


def test_kept_bytes_stay_as_they_are(page: Page) -> None:
    """The browser holds the text as kept, signs and all, against its digest; beside it the sign is shown."""
    page.goto(f"/logs/{LOG}/events/3")
    expect(page.locator("table.stated, .stated").first).to_contain_text("[U+202E]示例甲")
    assert TURNED in (page.locator("#kept").text_content() or "")

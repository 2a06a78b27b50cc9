"""What holds of every page: it can be read by all, fits, cites itself, prints, and speaks both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import accessible
from tests.patience import HANG_SECONDS
from tests.service.servers import KEY

CASES: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "examples" / "cases.json").read_text(encoding="utf-8")
)
VILLAGE: Final = f"/jurisdictions/{CASES['q1_gansu']['jurisdiction']}"
COUNTY: Final = "/jurisdictions/621223"
HANDED: Final = CASES["q7_handed_over"]
DAY: Final = "valid_at=2018-03-05"

PAGES: Final = {
    "find": "/?q=宕昌",
    "tree": "/?at=j-621223&log=demo-cn-62",
    "chain": f"{VILLAGE}?{DAY}",
    "state": f"{VILLAGE}/state?{DAY}",
    "timeline": f"{VILLAGE}/timeline?{DAY}",
    "post-timeline": "/posts/syn-62-post-621223-head/timeline",
    "person-timeline": f"/persons/{CASES['q1_gansu']['first_secretary_now']}/timeline",
    "replay": f"{VILLAGE}/replay?{DAY}",
    "compare": f"{VILLAGE}/compare?{DAY}&compared_valid_at=2017-03-05",
    "money": f"{COUNTY}/money?valid_at=2018-12-31",
    "duties": f"{COUNTY}/duties?valid_at=2018-12-31",
    "duties-of-a-log": "/duties?log=demo-cn-51&valid_at=2018-12-31",
    "rectifications": f"{COUNTY}/rectifications?valid_at=2018-12-31",
    "rectification": f"/rectifications/{HANDED['rectification']}",
    "handover": f"/handovers/{CASES['acting']['appointment']}",
    "flags": f"{VILLAGE}/flags?valid_at=2018-12-31",
    "person": f"/persons/{CASES['q1_gansu']['first_secretary_now']}",
    "letter": f"/letters/{CASES['countersigned_letter']['letter']}",
    "body": "/bodies/syn-62-body-621200-group",
    "event": "/logs/demo-cn-62/events/3884",
    "logs": "/logs",
    "log": "/logs/demo-cn-62",
    "enter": "/enter",
    "form": "/enter/visit.made",
    "keys": "/keys",
}
"""Names of pictures in docs/console to addresses of the demo."""
UNCITED: Final = ("enter", "form", "keys", "logs")
"""Pages that answer no question about a log."""


@pytest.fixture(scope="module", autouse=True)
def _log_to_enter_into(demo: str) -> None:
    """A log that takes entries, for the pages where one enters."""
    httpx.put(f"{demo}/v1/logs/cn-00", headers={"Authorization": f"Bearer {KEY}"}, timeout=HANG_SECONDS)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_all(page: Page, shot: Callable[[Page, str], None], name: str) -> None:
    """No serious barrier by axe, one heading, no sideways scrolling, a foot that cites, lines to sign on paper."""
    answer = page.goto(PAGES[name])
    assert answer is not None
    assert answer.status == 200
    page.wait_for_load_state("networkidle")
    expect(page.locator("h1")).to_have_count(1)
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in re.sub("style-src[^;]*", "", answer.headers["content-security-policy"])
    accessible(page)
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{width} px wider than the window"
    foot = page.locator("#foot")
    expect(foot).to_contain_text("operator")
    if name not in UNCITED:
        expect(foot).to_contain_text(re.compile("access/[0-9]+"))
        expect(foot).to_contain_text("demo-cn-")
    shot(page, name)
    page.emulate_media(media="print")
    expect(page.locator(".sign-lines")).to_be_visible()
    expect(page.locator(".sign-lines")).to_have_text(re.compile("经办.*审核.*盖章"))
    expect(page.locator("header.top")).to_be_hidden()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_narrow_window(page: Page, name: str, language: str) -> None:
    """At 320 pixels, a page at 400 %, what is wider scrolls by itself and never the page (WCAG 2.2, 1.4.10)."""
    page.set_viewport_size({"width": 320, "height": 640})
    path = PAGES[name]
    page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
    page.wait_for_load_state("networkidle")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, f"{width} px wider than the window"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_speaks_english(page: Page, name: str) -> None:
    """With `lang=en` a page's own words are English: no heading, button, label or column has Chinese words of ours."""
    path = PAGES[name]
    page.goto(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert page.locator("html").get_attribute("lang") == "en"
    labels = page.locator("header.top nav a, .tabs a, form.times label, #foot dt").all_text_contents()
    assert labels
    assert not [label for label in labels if re.search("[\u4e00-\u9fff]", label)]

"""The chart of a timeline as an inspector uses it: drawn from the table, hatched, zoomed by keys, opened by a click."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import accessible

CASES: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "examples" / "cases.json").read_text(encoding="utf-8")
)
EARLY: Final = CASES["q5"]["left"][0]
POST: Final = "/posts/syn-62-post-621223-secretary/timeline"


def drawn(page: Page) -> Locator:
    """The chart, once it is drawn and the breaches have come."""
    chart = page.locator("#chart[data-drawn=yes]")
    expect(chart).to_be_visible()
    expect(page.locator("#breaches[data-ask]")).to_have_count(0)
    expect(page.locator("#ask-breaches")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    return chart


def bars(page: Page) -> dict[str, int]:
    """How many bars are solid and how many hatched, and how many signs and open ends there are."""
    told: dict[str, int] = page.evaluate(
        """() => {
          const chart = document.getElementById('chart');
          const fills = Array.from(chart.querySelectorAll('.bars .point path')).map((one) => one.style.fill);
          return {
            all: fills.length,
            patterned: fills.filter((one) => one.startsWith('url(')).length,
            hatched: chart.data[0].marker.pattern.shape.filter((one) => one === '/').length,
            vacant: chart.data[0].marker.pattern.shape.filter((one) => one === 'x').length,
            ends: chart.data[1].x.length,
            points: chart.data[2].x.length,
          };
        }"""
    )
    return told


def in_the_table(page: Page) -> dict[str, int]:
    """The same, counted in the tables."""
    told: dict[str, int] = page.evaluate(
        """() => {
          const found = document.querySelectorAll('#items tr[data-lane], #breach-table tr[data-lane]');
          const rows = Array.from(found).map((row) => row.dataset);
          const spans = rows.filter((one) => !('point' in one));
          const apart = (one) => (one.from !== one.sureFrom) + (one.until !== one.sureUntil);
          const unsure = (one) => (one.sure === 'no' ? 1 : apart(one));
          const hatched = spans.reduce((sum, one) => sum + unsure(one), 0);
          const solid = spans.filter((one) => one.sure !== 'no');
          const vacant = solid.filter((one) => one.tone === 'vacant').length;
          return {
            all: solid.length + hatched, patterned: hatched + vacant, hatched, vacant,
            ends: spans.reduce((sum, one) => sum + !one.from + !one.until, 0), points: rows.length - spans.length,
          };
        }"""
    )
    return told


def test_the_chart_is_what_the_table_says(page: Page) -> None:
    """Every line is a bar or a sign; possible days are hatched; open ends have their signs; nothing needs WebGL."""
    page.goto(
        "/jurisdictions/621223/timeline?type=tenure,vacant,uncertain,contested,disbursement,meeting,rectification"
    )
    drawn(page)
    told = in_the_table(page)
    assert bars(page) == told
    assert told["hatched"] > 10
    assert told["ends"] > 10
    assert told["points"] > 10
    assert page.evaluate("document.createElement('canvas').getContext('webgl')") is None
    assert page.locator("#breach-table tbody tr").count() > 0
    accessible(page)


def test_zoom_is_in_the_address(page: Page) -> None:
    """By button and by dragging the address follows and lines outside go; the address alone shows the same."""
    page.goto(POST)
    chart = drawn(page)
    before = page.locator("#items tbody tr:visible").count()
    page.get_by_role("button", name="放大").press("Enter")
    page.get_by_role("button", name="后移").press("Enter")
    expect(page).to_have_url(re.compile(r"from=20\d\d-\d\d-\d\d&to=20\d\d-\d\d-\d\d"))
    expect(page.locator("#shown-told")).to_contain_text("本时段")
    some = page.locator("#items tbody tr:visible").count()
    assert 0 < some < before
    assert page.get_by_label("自", exact=True).input_value() in page.url
    page.reload()
    drawn(page)
    assert page.locator("#items tbody tr").count() == some
    page.get_by_role("link", name="全部时段与类别").click()
    drawn(page)
    assert page.locator("#items tbody tr").count() == before
    box = chart.locator(".nsewdrag").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 8, steps=6)
    page.mouse.up()
    expect(page).to_have_url(re.compile("from="))
    page.get_by_role("button", name="还原").click()
    expect(page).not_to_have_url(re.compile("from="))


def test_zoom_stays_within_the_calendar(page: Page) -> None:
    """However often one zooms out, the range is of days that there are, and its address can be opened."""
    page.goto(POST)
    drawn(page)
    for _ in range(16):
        page.get_by_role("button", name="缩小").press("Enter")
    expect(page.locator("#range-told")).to_have_text("0001-01-01 → 9999-12-31")
    page.reload()
    drawn(page)
    expect(page.locator("#range-told")).to_have_text("0001-01-01 → 9999-12-31")


def test_question_5_transfer_before_delisting(page: Page, shot: Callable[[Page, str], None]) -> None:
    """From the breaches below the province's timeline to the county, whose secretary left before it was delisted."""
    page.goto("/")
    page.get_by_role("searchbox").fill("山西省")
    page.locator("form[role=search] button").click()
    page.locator("a[href*='/jurisdictions/j-140000']").first.click()
    page.get_by_role("link", name="时间线").click()
    page.get_by_label("自", exact=True).fill("2016-01-01")
    page.get_by_label("至(不含)").fill("2021-01-01")
    page.get_by_role("button", name="查看").click()
    drawn(page)
    row = page.locator(
        "#breach-table tr", has_text=f"早于摘帽({EARLY['delisted_on']}){EARLY['days_before_approval']} 天"
    )
    expect(row.first).to_contain_text("不脱贫不调整")
    expect(row.first).to_contain_text(f"{EARLY['left_on']} 离任 调动")
    expect(row.first).to_contain_text(f"{EARLY['decided_on']} 中共山西省委员会 {EARLY['ground']}")
    row.first.get_by_role("link", name="合成子县", exact=True).click()
    expect(page.locator("h1")).to_contain_text("合成子县")
    chart = drawn(page)
    tenure = page.locator("#items tr", has_text="离任:调动").filter(has_text=f"→ {EARLY['left_on']}")
    expect(tenure).to_contain_text("合成子县委书记")
    listed = page.locator("#items tr", has_text="国家扶贫开发工作重点县")
    expect(listed).to_contain_text(EARLY["lifted_on"])
    shot(page, "timeline-question-5")
    ends = chart.evaluate(
        """({ data: [bars] }) => bars.base.map(
          (from, at) => new Date(Date.parse(from) + bars.x[at]).toISOString().slice(0, 10))"""
    )
    assert EARLY["left_on"] in ends
    assert EARLY["lifted_on"] in ends


def test_a_click_on_a_bar_opens_what_it_stands_for(page: Page) -> None:
    """The bar of a tenure leads to the person."""
    page.goto(POST)
    drawn(page)
    bar = page.locator("#chart .bars .point path").nth(1)
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#chart .hoverlayer .hovertext")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile("/persons/syn-62-person-"))


def test_it_prints_as_a_picture_that_fits(page: Page) -> None:
    """On paper a picture of the chart stands in its place, as wide as the page and no wider; as it is after a zoom."""
    page.goto(POST)
    drawn(page)
    expect(page.locator(".printed")).to_have_attribute("src", re.compile("^data:image/svg"))
    first = page.locator(".printed").get_attribute("src")
    page.get_by_role("button", name="放大").click()
    page.wait_for_function("(first) => document.querySelector('.printed').src !== first", arg=first)
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    picture = page.locator(".printed")
    expect(picture).to_be_visible()
    expect(page.locator("#chart")).to_be_hidden()
    told = picture.evaluate("(one) => [one.naturalWidth, one.getBoundingClientRect().right, document.body.clientWidth]")
    assert told[0] > 0
    assert told[1] <= told[2]

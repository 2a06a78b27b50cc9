"""Questions 1 to 3 as an inspector walks them on the page of a chain, with its two sliders."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

CASES: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "examples" / "cases.json").read_text(encoding="utf-8")
)


def found(page: Page, wanted: str, day: str) -> None:
    """Go from the front page to the chain of a place on a day, by its search and the field of the day."""
    page.goto("/")
    page.get_by_role("searchbox").fill(wanted)
    page.locator("form[role=search] button").click()
    page.locator(f"a[href*='/jurisdictions/'][href*='{wanted}']").first.click()
    page.get_by_label("有效日期", exact=True).fill(day)
    page.get_by_label("有效日期", exact=True).press("Enter")
    expect(page.locator("h1")).to_contain_text(day)


def line(page: Page, post: str) -> Locator:
    """The line of a post in the table of who answers."""
    return page.locator(f"tr[data-same='post-{post}']")


def moved(page: Page, many: int | None = None) -> Locator:
    """What a move said that it changed; waits for the changed page."""
    said = page.locator("#moved .sum")
    expect(said).to_be_visible()
    expect(page.locator("#announce")).to_have_text(re.compile("已更新" if many is None else f"已更新:{many} 处变化"))
    return page.locator("#moved")


def test_question_1_who_was_responsible_on_one_day(page: Page) -> None:
    """First, direct and helping responsible and first secretary with letters; nobody is invented; one click further."""
    case = CASES["q1"]
    found(page, case["jurisdiction"], case["valid_at"])
    lines = page.locator("table.lines")
    expect(lines.locator("tbody")).to_have_count(5)
    for post in ("syn-14-post-141126-secretary", "syn-14-post-141126-head"):
        expect(line(page, post)).to_contain_text("第一责任人")
        expect(line(page, post)).to_contain_text("● 在任")
    expect(line(page, "syn-14-post-141126-secretary")).to_contain_text("晚签 36 天")
    expect(line(page, case["without_letter"]["post"]).locator("td").nth(4)).to_have_text("无")
    expect(line(page, "syn-14-post-141126103-secretary")).to_contain_text("第三十六条")
    city = lines.locator("tbody").nth(1)
    expect(city.locator("tr.of-unnamed")).to_contain_text("文件未指明由谁承担")
    expect(city.locator("tr.of-post")).to_have_count(0)
    village = lines.locator("tbody").nth(4)
    expect(village.locator("tr", has_text="驻村第一书记").first).to_contain_text("示例干部-14-0047")
    expect(village.locator("tr", has_text="帮扶责任人").first).to_contain_text("示例干部-14-0048")
    expect(village.locator("tr.of-bodies", has_text="直接责任")).to_contain_text("村民委员会")
    page.get_by_text("该日状态:责任书、走访、资金").click()
    expect(page.locator("#state-panel")).to_contain_text("最近一次")
    expect(page.locator("#state-panel [data-key=last-visit] dd")).to_have_text("2018-02-26")
    page.get_by_role("link", name="该日职责履行").click()
    expect(page).to_have_url(re.compile(f"/duties\\?.*valid_at={case['valid_at']}"))


def test_question_2_a_vacancy_between_two_secretaries(page: Page) -> None:
    """The interval with its days, who came before and after, who else answered; a step to the change fills it."""
    case = CASES["q2"]
    found(page, case["jurisdiction"], case["valid_at"])
    card = page.locator(f"#post-{case['post']}")
    expect(card).to_contain_text("○ 空缺")
    expect(card).to_contain_text(f"{case['from']} → {case['until']} · {case['days']} 天")
    expect(card).to_contain_text("前任:示例干部-41-0001")
    expect(card).to_contain_text("后任:示例干部-41-0002")
    expect(card).to_contain_text("无代理任职记录")
    others = card.locator(".sharers + ul")
    expect(others).to_contain_text("主要责任 合成丁1村驻村第一书记 示例干部-41-0003")
    expect(others).to_contain_text("总责 村级脱贫责任组组长 示例干部-41-0004")
    assert card.evaluate("(one) => getComputedStyle(one).borderTopStyle") == "dashed"
    button = page.get_by_role("button", name="后一变动日")
    while page.get_by_label("有效日期", exact=True).input_value() < case["until"]:
        shown = page.locator("h1").text_content()
        button.click()
        expect(page.locator("h1")).not_to_have_text(shown or "")
    expect(page).to_have_url(re.compile(f"valid_at={case['until']}"))
    expect(card).to_contain_text("● 在任")
    expect(card).to_have_class(re.compile("changed"))
    expect(card.locator(".changed-mark")).to_contain_text("原为:空缺")
    expect(button).to_be_focused()


def test_question_3_a_letter_signed_late(page: Page) -> None:
    """By the day a letter was in force, signed 109 days late; as known before it was signed there was none."""
    case = CASES["q3"]
    found(page, case["jurisdiction"], case["valid_at"])
    letter = page.locator(f"#post-{case['post']} [data-key='letter-{case['letter']}']")
    expect(letter).to_contain_text("签于 2017-04-20 晚签 109 天")
    expect(letter).to_contain_text("效力 2017-01-01 → 2018-01-01")
    expect(letter).to_contain_text("当日有效")
    known = page.get_by_label("已知截至", exact=True)
    known.fill("2017-04-20")
    known.press("Enter")
    moved(page)
    expect(letter).to_have_count(0)
    gone = page.locator("#moved li.gone", has_text="示例责字〔2017〕")
    expect(gone.first).to_contain_text("不再出现")
    expect(page).to_have_url(re.compile("known_at=2017-04-20"))
    page.get_by_role("button", name="已知截至现在").click()
    expect(letter).to_be_visible()
    expect(letter).to_have_class(re.compile("changed"))
    letter.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(f"/letters/{case['letter']}"))


def test_sliders_by_keyboard(page: Page) -> None:
    """Arrows move a slider by a day and an entry; focus stays, the address follows, what changed is told, and back."""
    case = CASES["q4"]
    page.goto(f"/jurisdictions/{case['jurisdiction']}?valid_at=2018-02-19")
    card = page.locator(f"#post-{case['post']}")
    expect(card).to_contain_text("○ 空缺")
    slider = page.get_by_label("有效日期滑块")
    slider.focus()
    slider.press("ArrowRight")
    moved(page)
    expect(page).to_have_url(re.compile("valid_at=2018-02-20"))
    expect(page.get_by_label("有效日期", exact=True)).to_have_value("2018-02-20")
    expect(card).to_contain_text("● 在任")
    expect(slider).to_be_focused()
    expect(page.locator("#foot")).to_contain_text("2018-02-20")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("2018-02-19")
    expect(page.get_by_label("有效日期", exact=True)).to_have_value("2018-02-19")
    expect(card).to_contain_text("○ 空缺")
    knowledge = page.get_by_label("已知截至滑块(日志条数)")
    knowledge.focus()
    knowledge.press("ArrowLeft")
    expect(page).to_have_url(re.compile("known_at=%40[0-9]+"))
    expect(page.locator("#known-told")).to_contain_text("最后录入于")
    knowledge.press("Home")
    expect(page.locator("h1")).to_contain_text("当时尚无记录")
    page.get_by_role("link", name="到现在").click()
    expect(card).to_be_visible()


def test_a_step_begins_where_the_page_stands(page: Page) -> None:
    """A day typed as known moves the slider to its entry: a step back is to the one before, not before the newest."""
    case = CASES["q4"]
    page.goto(f"/jurisdictions/{case['jurisdiction']}?valid_at=2018-02-19")
    known = page.get_by_label("已知截至", exact=True)
    known.fill("2018-01-15")
    known.press("Enter")
    moved(page)
    told = re.search("前 ([0-9]+) / ([0-9]+) 条", page.locator("#known-told").text_content() or "")
    assert told is not None
    size, head = int(told[1]), int(told[2])
    assert 1 < size < head
    slider = page.get_by_label("已知截至滑块(日志条数)")
    expect(slider).to_have_value(str(size))
    page.locator("[data-of=known][data-by='-1']").click()
    expect(known).to_have_value(f"@{size - 1}")
    expect(page).to_have_url(re.compile(f"known_at=%40{size - 1}$"))
    expect(slider).to_have_value(str(size - 1))


def test_the_day_stays_within_the_calendar(page: Page) -> None:
    """A step from the calendar's last day leads nowhere, and not to a day that is none."""
    page.goto(f"/jurisdictions/{CASES['q4']['jurisdiction']}?valid_at=9999-12-31")
    page.locator("[data-of=valid][data-by='1']").click()
    expect(page.get_by_label("有效日期", exact=True)).to_have_value("9999-12-31")
    expect(page.locator("h1")).to_contain_text("9999-12-31")


def test_states_differ_in_print_without_colour(page: Page) -> None:
    """Held, vacant, uncertain and contested have different words, marks and borders."""
    contested = CASES["contested"]
    page.goto(f"/jurisdictions/j-621223101?valid_at={contested['from']}")
    seen: dict[str, tuple[str, str]] = {}
    for status in ("held", "vacant", "uncertain", "contested"):
        card = page.locator(f"article.post.{status}").first
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        border = card.evaluate("(one) => getComputedStyle(one).borderTopStyle")
        seen[status] = ((card.locator("header .state").first.text_content() or "").strip(), border)
    assert "" not in {said for said, _ in seen.values()}
    assert len({said for said, _ in seen.values()}) == len(seen)
    assert len({border for _, border in seen.values()}) == len(seen), seen

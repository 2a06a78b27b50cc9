"""Finding a place, a person and a letter as an inspector does, and walking the tree by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import accessible
from tests.browser.conftest import VIEW

MOST_BYTES = 150_000
LOADED = "performance.getEntries().filter((one) => one.transferSize).map((one) => [one.name, one.transferSize])"


def test_the_first_page_is_small(page: Page, shot: Callable[[Page, str], None]) -> None:
    """The front page tells where to begin and the topmost places of every log, and loads nothing that draws."""
    page.goto("/", wait_until="load")
    loaded = page.evaluate(LOADED)
    assert sum(size for _, size in loaded) < MOST_BYTES, loaded
    expect(page.get_by_role("heading", name="从哪里开始")).to_be_visible()
    expect(page.locator("#tree .fold")).not_to_have_count(0)
    accessible(page)
    shot(page, "front")


def test_a_place_is_found_among_those_of_its_name(page: Page) -> None:
    """A part of a name finds places with what is above them; one click opens the chain, in its log."""
    page.goto("/")
    page.get_by_label("区划名称或代码").fill("城关镇")
    page.keyboard.press("Enter")
    found = page.locator("#places li").filter(has_text="宕昌县")
    expect(found).to_contain_text("甘肃省")
    found.get_by_role("link", name="城关镇", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("城关镇")
    assert "log=demo-cn-62" in page.url


def test_a_letter_and_its_signer_are_found(page: Page) -> None:
    """A number in other brackets finds the letter; its page leads to who signed, and that to what they answered for."""
    page.goto("/")
    page.get_by_label("区划名称或代码").fill("示例责字[2016] 0072 号")
    page.keyboard.press("Enter")
    page.locator("#letters").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("示例责字〔2016〕0072号")
    page.get_by_role("table", name="签字各方").get_by_role("row").nth(1).locator(".person").click()
    expect(page.get_by_role("heading", name="曾对什么负责")).to_be_visible()
    expect(page.locator(".tenure").first).to_contain_text("贾河乡")
    accessible(page)


def test_the_tree_opens_in_place(page: Page) -> None:
    """A place opens and closes without leaving the page, by keyboard; the address can be opened again as it stands."""
    page.goto("/")
    page.evaluate("window.here = 'still'")
    province = page.locator("#tree li").filter(has=page.get_by_role("link", name="甘肃省", exact=True))
    fold = province.locator("> .fold")
    fold.focus()
    page.keyboard.press("Enter")
    city = province.get_by_role("link", name="陇南市", exact=True)
    expect(city).to_be_visible()
    expect(fold).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#announce")).to_contain_text("已展开")
    province.get_by_role("link", name="展开 陇南市").click()
    expect(province.get_by_role("link", name="宕昌县", exact=True)).to_be_visible()
    accessible(page)
    page.keyboard.press("Enter")
    expect(province.get_by_role("link", name="宕昌县", exact=True)).to_be_hidden()
    assert page.evaluate("window.here") == "still"
    page.reload()
    expect(page.get_by_role("link", name="宕昌县", exact=True)).to_be_visible()
    page.get_by_role("link", name="宕昌县", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("宕昌县")


def test_the_tree_needs_no_script(chromium: Browser, demo: str, page: Page) -> None:
    """Without scripts the same links walk the tree and find."""
    plain = chromium.new_context(
        base_url=demo,
        viewport=VIEW,
        locale="zh-CN",
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
    )
    bare = plain.new_page()
    bare.goto("/")
    bare.get_by_role("link", name="展开 甘肃省").click()
    bare.get_by_role("link", name="展开 陇南市").click()
    bare.get_by_role("link", name="宕昌县", exact=True).click()
    expect(bare.get_by_role("heading", level=1)).to_contain_text("宕昌县")
    plain.close()


def test_nothing_found_says_what_to_do(page: Page) -> None:
    """What is unknown or found nowhere shows a sentence that says what to do next."""
    page.goto("/?q=无此地名")
    expect(page.get_by_role("status").filter(has_text="没有找到")).to_contain_text("名称可只写一部分")
    accessible(page)
    page.goto("/jurisdictions/宕昌")
    expect(page.get_by_role("alert")).to_contain_text("没有记录")
    accessible(page)
    page.get_by_role("link", name="按名称查找").click()
    expect(page.get_by_role("link", name="宕昌县", exact=True).first).to_be_visible()

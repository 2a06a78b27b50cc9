"""Signing in, as a person does."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import accessible
from tests.browser.conftest import VIEW
from tests.service.servers import KEY


def test_a_key_opens_the_page_that_was_wanted(chromium: Browser, demo: str, shot: Callable[[Page, str], None]) -> None:
    """Whoever is not signed in gets the sign-in page, is told of a wrong key, and then gets the page they wanted."""
    page = chromium.new_page(base_url=demo, viewport=VIEW, locale="zh-CN")
    page.goto("/jurisdictions/621223?valid_at=2018-03-05")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    accessible(page)
    shot(page, "sign-in")
    page.get_by_label("密钥").fill("zk_wrong")
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("alert")).to_contain_text("密钥不对或已吊销")
    page.get_by_label("密钥").fill(KEY)
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("宕昌县")
    assert page.url.endswith("/jurisdictions/621223?valid_at=2018-03-05")
    page.close()


def test_no_script_reads_the_session(page: Page, demo: str) -> None:
    """The cookie of the session is out of reach of scripts, and goes to this site alone."""
    page.goto("/")
    assert "zeren_session" not in str(page.evaluate("document.cookie"))
    (kept,) = [one for one in page.context.cookies(demo) if one.get("name") == "zeren_session"]
    assert kept.get("httpOnly") is True
    assert kept.get("sameSite") == "Strict"


def test_the_language_is_switched(page: Page) -> None:
    """English by one click, and back."""
    page.goto("/")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find")
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("查找")

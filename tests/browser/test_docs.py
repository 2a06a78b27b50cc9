"""The API documentation in the browser, under the console's policy."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.axe import accessible


def test_a_call_is_read_and_tried(page: Page, shot: Callable[[Page, str], None]) -> None:
    """Swagger UI draws every call without breaking the policy, and a call that is tried answers with our session."""
    answer = page.goto("/docs")
    assert answer is not None
    assert "unsafe" not in answer.headers["content-security-policy"]
    calls = page.locator(".opblock")
    calls.first.wait_for()
    expect(page.get_by_text("/v1/keys/{key_id}", exact=True)).to_be_visible()
    shot(page, "docs")
    call = calls.filter(has=page.get_by_text("/v1/jurisdictions", exact=True))
    call.get_by_role("button").first.click()
    call.get_by_role("button", name="Try it out").click()
    call.get_by_label("q", exact=True).fill("宕昌")
    call.get_by_role("button", name="Execute").click()
    expect(call.locator(".live-responses-table")).to_contain_text("宕昌县")
    accessible(page)

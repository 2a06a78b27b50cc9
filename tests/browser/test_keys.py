"""Keys, as an operator hands them out: made, copied, used, revoked."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from playwright.sync_api import Page, expect

from tests.browser.axe import accessible


def test_a_key_is_made_used_and_revoked(page: Page, demo: str, shot: Callable[[Page, str], None]) -> None:
    """A key for a recorder is shown once and copied, does what it says, and is refused once it is revoked."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/keys")
    page.get_by_label("持有人").fill("示例县扶贫办")
    page.get_by_label("录入", exact=True).check()
    page.get_by_label("demo-cn-62", exact=True).check()
    page.get_by_role("button", name="新建密钥").click()
    secret = page.get_by_label("密钥", exact=True)
    expect(page.get_by_role("alert")).to_contain_text("密钥只显示这一次")
    key = secret.input_value()
    accessible(page)
    page.get_by_role("button", name="复制").click()
    expect(page.locator("#copied")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == key
    own = {"Authorization": f"Bearer {key}"}
    told = httpx.get(f"{demo}/v1/keys/self", headers=own, timeout=60).json()
    assert (told["name"], told["roles"], told["logs"]) == ("示例县扶贫办", ["recorder"], ["demo-cn-62"])
    page.get_by_role("link", name="已保存,返回列表").click()
    assert key not in page.content()
    row = page.get_by_role("row", name=told["id"])
    row.get_by_text("吊销").first.click()
    shot(page, "keys-revoke")
    button = row.get_by_role("button", name="吊销")
    button.click()
    expect(row).to_contain_text("有效")
    row.get_by_label("确认吊销").check()
    button.click()
    expect(page.get_by_role("status").filter(has_text="已吊销密钥")).to_contain_text(told["id"])
    expect(page.get_by_role("row", name=told["id"])).to_contain_text("已吊销")
    page.wait_for_timeout(1100)  # that long a revocation may take to be felt
    assert httpx.get(f"{demo}/v1/keys/self", headers=own, timeout=60).status_code == 401

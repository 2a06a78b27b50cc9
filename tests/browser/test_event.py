"""An entry in a browser: opened from a chain, its proof checked, tampering shown, its bundle verified."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from events import trust
from service.app import make_app
from service.bundle.check import Trust
from service.bundle.verifying import verify_bundle
from tests.browser.axe import accessible
from tests.service.servers import KEY

LOG: Final = "demo-cn-62"
AT: Final = f"/logs/{LOG}/events/3286"
INSECURE: Final = "Object.defineProperty(window, 'isSecureContext', { value: false });"


def claim(page: Page, words: str) -> Locator:
    """One claim of the proof, by some of its words."""
    return page.locator("#proof-claims li").filter(has_text=words)


def test_an_entry_is_proven_in_the_browser(page: Page) -> None:
    """From the chain one click leads to an entry; the browser finds it in the signed tree and says what it left out."""
    page.goto("/jurisdictions/621223?valid_at=2018-03-05")
    page.locator("a.entry").first.click()
    expect(page.locator("#proof-result")).to_contain_text("核验通过:7 项成立")
    expect(page.locator("#proof-result")).to_contain_text("WebCrypto")
    expect(page.locator("#proof-claims li[data-status=good]")).to_have_count(7)
    expect(claim(page, "通到检查点的根")).to_contain_text(re.compile(r"算得 \S{43}= · 检查点 @5361 \S{43}="))
    left = page.locator("#proof ul.claims")
    for words in ("见证人", "遗漏", "SM3", "同一份日志"):
        expect(left).to_contain_text(words)
    expect(page.locator("#proof")).to_contain_text("zeren verify")
    accessible(page)


def test_where_the_page_is_no_secure_context(page: Page) -> None:
    """Our own SHA-256 proves the same, and the signature, which it cannot check, is said not to be checked."""
    page.add_init_script(INSECURE)
    page.goto(AT)
    expect(page.locator("#proof-result")).to_contain_text("核验通过:6 项成立,1 项未核验")
    expect(page.locator("#proof-result")).to_contain_text("SHA-256 由本页脚本计算")
    expect(claim(page, "检查点由本服务所示的密钥签署")).to_have_attribute("data-status", "calm")


def flipped(encoded: str, at: int = 5) -> str:
    """Base64 of the same bytes with one bit of one of them changed."""
    raw = bytearray(base64.b64decode(encoded))
    raw[at] ^= 1
    return base64.b64encode(bytes(raw)).decode()


def of_line(start: str, at: int = 0) -> Callable[[str], str]:
    """Changes a byte of the base64 on the line that begins so, or `at` lines after it."""

    def change(body: str) -> str:
        lines = body.split("\n")
        index = next(number for number, line in enumerate(lines) if line.startswith(start)) + at
        word, space, encoded = lines[index].rpartition(" ")
        lines[index] = word + space + flipped(encoded)
        return "\n".join(lines)

    return change


def of_kept(body: str) -> str:
    """Changes a byte of the bytes of the event."""
    told = json.loads(body)
    return json.dumps({**told, "kept": flipped(told["kept"], 40)})


def of_salt(body: str) -> str:
    """Changes a byte of the salt of the header."""
    told = json.loads(body)
    return json.dumps({**told, "salt_h": flipped(told["salt_h"])})


@pytest.mark.parametrize(
    ("path", "change", "failing"),
    [
        ("**/exhibit", of_kept, ["本页所示原文", "由这条记录的字节做成"]),
        ("**/exhibit", of_salt, ["由这条记录的字节做成"]),
        ("**/proof?*", of_line("index", 3), ["通到检查点的根"]),
        ("**/proof?*", of_line("zeren.example/", 2), ["通到检查点的根", "公开的检查点", "由本服务所示的密钥签署"]),
        ("**/proof?*", of_line("— zeren"), ["由本服务所示的密钥签署"]),
        (f"**/{LOG}/checkpoint", of_line("zeren.example/", 2), ["公开的检查点"]),
        ("**/proof?*", lambda body: body.replace("index 3286", "index 3287"), ["位置、时间", "通到检查点的根"]),
        ("**/proof?*", lambda body: body.replace("tlog-proof@v1", "tlog-proof@v2"), ["格式不对"]),
    ],
)
def test_a_tampered_answer_is_shown_as_failing(
    page: Page, path: str, change: Callable[[str], str], failing: list[str]
) -> None:
    """Whatever byte of an answer is changed on its way, the claims that rest on it fail, and the page says so."""

    def tampered(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=change(answer.text()))

    page.route(path, tampered)
    page.goto(AT)
    expect(page.locator("#proof-result")).to_contain_text(f"核验不通过:{len(failing)} 项不成立")
    for words in failing:
        expect(claim(page, words)).to_have_attribute("data-status", "bad")


def test_the_key_that_one_trusts(page: Page, demo: str) -> None:
    """With a key brought along the claim is about that key: it fails with another log's and holds with this one's."""
    headers = {"Authorization": f"Bearer {KEY}"}
    own, other = (httpx.get(f"{demo}/v1/logs/{log}", headers=headers).json()["vkeys"][0] for log in (LOG, "demo-cn-14"))
    page.goto(AT)
    expect(page.locator("#proof-result")).to_contain_text("核验通过")
    for vkey, status in ((other, "bad"), ("nonsense", "bad"), (own, "good")):
        page.get_by_label("您信任的验证密钥").fill(vkey)
        page.get_by_role("button", name="重新核验").click()
        expect(claim(page, "检查点")).to_have_count(3)
        expect(page.locator("#proof-claims li").last).to_have_attribute("data-status", status)
    expect(page.locator("#proof-claims li").last).to_contain_text("由您信任的密钥签署")


def test_a_bundle_is_downloaded_and_verified(page: Page, demo: str, tmp_path: Path) -> None:
    """The file that the browser keeps holds in every claim, by the verifier and keys of a policy alone."""
    page.goto(AT)
    with page.expect_download() as begun:
        page.get_by_role("link", name="下载证据包").click()
    file = tmp_path / begun.value.suggested_filename
    assert file.suffix == ".zip"
    begun.value.save_as(file)
    headers = {"Authorization": f"Bearer {KEY}"}
    vkeys = [httpx.get(f"{demo}/v1/logs/{log}", headers=headers).json()["vkeys"][0] for log in (LOG, f"{LOG}.index")]
    policy = trust.parse("\n".join([*(f"log {vkey}" for vkey in vkeys), "quorum none", ""]).encode())
    with ThreadPoolExecutor(1) as apart:  # this thread has a loop already: Playwright's
        report = apart.submit(lambda: asyncio.run(verify_bundle(file, Trust(policy), make_app))).result()
    assert report.failed is None
    assert report.holds(without_policy=False)

"""Chromium of Debian, driven by Playwright, on a served `zeren demo`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect, sync_playwright

from tests.debian import need
from tests.service.servers import KEY, Served

CHROMIUM: Final = Path("/usr/bin/chromium")
FONTS: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
PACKAGES: Final = ("chromium", "fonts-noto-cjk")
QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-3d-apis",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""No sandbox, for tests may run as root; no WebGL; nothing of the browser's own on the network."""
VIEW: Final = ViewportSize(width=1366, height=768)
PICTURES: Final = Path(__file__).parents[2] / "docs" / "console"
WAIT_MS: Final = 60_000.0
"""No wait of a test is a measurement."""
expect.set_options(timeout=WAIT_MS)
REFUSED: Final = "Failed to load resource: the server responded with a status of 4"
"""What Chromium says of a page that is answered with 4xx: such pages are looked at too."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    need(PACKAGES, lambda: CHROMIUM.exists() and FONTS.exists())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served `zeren demo`, whose operator's key is `KEY`."""
    running = Served(tmp_path_factory.mktemp("console") / "data", command="demo", ZEREN_OPERATOR_KEY=KEY)
    try:
        running.start()
        yield running.url
        running.stop()
    finally:
        running.close()


@pytest.fixture(scope="session")
def signed(chromium: Browser, demo: str) -> Any:
    """The state of a browser that is signed in."""
    context = chromium.new_context(base_url=demo)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("密钥").fill(KEY)
    page.get_by_role("button", name="进入").click()
    page.get_by_role("button", name="退出").wait_for()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def context(chromium: Browser, demo: str, signed: Any) -> Iterator[BrowserContext]:
    """A context of a test's own, signed in; no page of it speaks to another host or reports an error."""
    opened = chromium.new_context(base_url=demo, viewport=VIEW, locale="zh-CN", storage_state=signed)
    opened.set_default_timeout(WAIT_MS)
    elsewhere: list[str] = []
    wrong: list[str] = []
    own = urlsplit(demo).netloc

    def asked(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != own:
            elsewhere.append(url)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REFUSED):
            wrong.append(message.text)

    opened.on("request", lambda request: asked(request.url))
    opened.on("console", said)
    opened.on("weberror", lambda error: wrong.append(str(error.error)))
    yield opened
    opened.close()
    assert not elsewhere, elsewhere
    assert not wrong, wrong


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page, signed in, 1366x768, in Chinese."""
    return context.new_page()


@pytest.fixture
def shot(tmp_path: Path) -> Callable[[Page, str], None]:
    """Takes the picture of a page: into docs/console with ZEREN_SCREENSHOTS=1, else only to see that it can be."""
    folder = PICTURES if os.environ.get("ZEREN_SCREENSHOTS") == "1" else tmp_path

    def take(page: Page, name: str) -> None:
        file = folder / f"{name}.png"
        page.screenshot(path=file)
        assert file.stat().st_size > 0

    return take

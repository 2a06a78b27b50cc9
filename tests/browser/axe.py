"""axe-core on a page: nothing that keeps people out."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def accessible(page: Page) -> None:
    """Fail on a serious or critical violation of WCAG 2.2 AA, naming the elements."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    grave = [one for one in found.response["violations"] if one["impact"] in GRAVE]
    told = [(one["id"], one["help"], [node["html"][:160] for node in one["nodes"][:4]]) for one in grave]
    assert not grave, (page.url, told)

"""What pages that draw load: Plotly held to our policy, with its own styles as a file of ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import httpx
import pytest

from service.console import assets, drawing
from service.state import Service
from tests.service.console.recording import recorded
from tests.service.console.visitors import visitor
from tests.service.test_walk import TREE

pytestmark = pytest.mark.anyio

RULE: Final = re.compile(r"""(?:"([^"]+)"|([A-Z]\w*)):(?:'([^']*)'|"((?:[^"\\]|\\.)*)")""")
PREFIXED: Final = re.compile(r"-(?:webkit|moz|ms|o)-(?:transition|transform|user-select|hyphens)[^;]*;")


def plotly() -> Path:
    """The script of the installed package."""
    (script,) = (file for name, file in assets.foreign().items() if name.startswith("plotly-"))
    return script


def test_our_file_has_the_styles_of_the_installed_plotly() -> None:
    """Every rule that this version would write into the page is in plotly.css, but those of its cloud dialog."""
    text = plotly().read_text(encoding="utf-8")
    start = text.index('{"X,X div":')
    rules = RULE.findall(text[start : text.index("};for(", start)])
    ours = (assets.STATIC / "plotly.css").read_text(encoding="utf-8")
    wanted = [(quoted or plain, single or double) for quoted, plain, single, double in rules if "cloud" not in quoted]
    assert len(wanted) > 40
    for selector, said in wanted:
        named = selector.replace("Y", ".plotly-notifier").replace("X", ".js-plotly-plot .plotly")
        assert f"{named} {{ {PREFIXED.sub('', said)} }}\n" in ours, selector


def test_plotly_adds_no_style_that_we_do_not_hold() -> None:
    """It makes style elements in two places: for its rules, and for maps, whose id the page holds already."""
    text = plotly().read_text(encoding="utf-8")
    assert text.count('createElement("style")') == 1 + len(drawing.held_ids()) == 2
    assert "plotly.js-style-" in text
    assert ".no-inline-styles" in text


async def test_a_page_that_draws_loads_in_order(client: httpx.AsyncClient, service: Service) -> None:
    """Styles and held ids, then what old browsers lack, Plotly, the page's own script; other pages draw nothing."""
    await recorded(client, *TREE)
    async with visitor(service) as browser:
        page = (await browser.get("/jurisdictions/c/timeline")).text
        styles = ['id="plotly.js-style-global" class="no-inline-styles"', drawing.held_ids()[0]]
        order = [*styles, "/older.js", "/static/plotly-", "/timeline.js"]
        places = [page.index(one) for one in order]
        assert places == sorted(places)
        assert "plotly" not in (await browser.get("/jurisdictions/c")).text

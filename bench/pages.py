"""The part `console`: the page of a chain beside the answer that it shows, and a move of its slider in Chromium."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from playwright.sync_api import Page, sync_playwright

from bench.answers import MILLISECONDS
from bench.appends import settle
from bench.client import request
from bench.measured import Bar, Line, Results, middle, percentile
from bench.site import KEY, Site
from service.demo import lines_of, load, sample_logs

CHROMIUM: Final = Path("/usr/bin/chromium")
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
VIEW: Final = {"width": 1366, "height": 768}
NO_CHROMIUM: Final = f"slider-move: skipped, {CHROMIUM} is not installed"
VILLAGE: Final = "621223104211"
"""The village of the sample logs whose chain says most: about 250 KB of JSON."""
DAY: Final = "2018-03-05"
THREE_TIMES: Final = Bar("ratio", "at most", 3.0)
SWIFT: Final = Bar("value", "less than", 150.0)
MOVE: Final = """(by) => new Promise((done) => {
  const slider = document.getElementById('valid-slider');
  const began = performance.now();
  document.addEventListener('zeren:swapped', () => {
    document.getElementById('main').getBoundingClientRect();
    done(performance.now() - began);
  }, { once: true });
  slider.value = Number(slider.value) + by;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
})"""
"""Moves the slider of days: milliseconds from its event to the changed page, laid out."""
STEPS: Final = (17, -11)
"""Days of a move, in turns, so that each shows another day."""

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    requests: int = 30
    moves: int = 20


WHOLE: Final = Effort()


def measure(site: Site, effort: Effort, results: Results, say: Say) -> None:
    """Record the sample logs on an empty site, ask for the chain as answer and as page, and move the slider."""
    say("recording the sample logs")
    asyncio.run(load(site.url, lambda _: None))
    for log_id in sample_logs():  # the service's own runner may be at it still
        settle(site, log_id, len(lines_of(log_id)))
    say("asking for the page of a chain")
    cookie = _signed_in(site)
    alone = _page(site, cookie, effort, results)
    if not CHROMIUM.exists():
        results.notes.append(NO_CHROMIUM)
        return
    say("moving the slider of a chain in Chromium")
    moves = _moves(site, cookie, effort)
    for name, value in (("p50", middle(moves)), ("worst", max(moves))):
        results.lines.append(Line(f"slider-move-{name}", value, "ms", alone, "the page alone, p50", SWIFT))


def _signed_in(site: Site) -> str:
    """The cookie of a session. Raises httpx.HTTPError where the server gives none."""
    answer = httpx.post(f"http://127.0.0.1:{site.port}/sign-in", data={"key": KEY})
    return answer.headers["set-cookie"].partition(";")[0]


def _page(site: Site, cookie: str, effort: Effort, results: Results) -> float:
    """`chain-page`: the page and the answer behind it, in turns, now and as of a state of knowledge; its median."""
    for name, known in (("", ""), ("-known", "&known_at=@3000")):
        path = f"/jurisdictions/{VILLAGE}"
        query = f"?valid_at={DAY}{known}"
        asked = {
            "answer": site.get(f"/v1{path}/responsibility{query}"),
            "page": request("GET", path + query, {"cookie": cookie}),
        }
        spent: dict[str, list[float]] = {which: [] for which in asked}
        with closing(site.connect()) as connection:
            for turn in range(effort.requests + 2):
                for which, raw in asked.items():
                    answer = connection.ask(raw)
                    answer.expect(200)
                    if turn > 1:  # the first turns warm up
                        spent[which].append(answer.seconds * MILLISECONDS)
        beside = middle(spent["answer"])
        results.lines += [
            Line(f"chain-page{name}-p50", middle(spent["page"]), "ms", beside, "its answer, p50", THREE_TIMES),
            Line(f"chain-page{name}-p95", percentile(spent["page"], 95), "ms", beside, "its answer, p50"),
        ]
    return middle(spent["page"])


def _moves(site: Site, cookie: str, effort: Effort) -> list[float]:
    """The milliseconds of each move."""
    base = f"http://127.0.0.1:{site.port}"
    name, _, value = cookie.partition("=")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        context = browser.new_context(viewport={"width": VIEW["width"], "height": VIEW["height"]}, locale="zh-CN")
        context.add_cookies([{"name": name, "value": value, "url": base}])
        page = context.new_page()
        page.goto(f"{base}/jurisdictions/{VILLAGE}?valid_at={DAY}")
        page.wait_for_load_state("networkidle")
        found = [_move(page, turn) for turn in range(effort.moves + 2)]
        browser.close()
    return found[2:]


def _move(page: Page, turn: int) -> float:
    spent = page.evaluate(MOVE, STEPS[turn % len(STEPS)])
    page.wait_for_timeout(100)
    return float(spent)

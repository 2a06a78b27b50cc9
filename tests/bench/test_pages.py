"""What is measured of the console is its page and its slider."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import pages
from bench.measured import Results
from bench.site import Site

pytestmark = pytest.mark.long


def test_the_page_and_the_slider_are_measured(tmp_path: Path) -> None:
    """Each line has a value and a baseline; without Chromium the slider is left out, and that is said."""
    results = Results()
    with Site(tmp_path / "console") as site:
        pages.measure(site, pages.Effort(requests=2, moves=2), results, lambda _: None)
    lines = {line.name: line for line in results.lines}
    wanted = {f"chain-page{name}-{which}" for name in ("", "-known") for which in ("p50", "p95")}
    if pages.CHROMIUM.exists():
        wanted |= {"slider-move-p50", "slider-move-worst"}
    else:
        assert results.notes == [pages.NO_CHROMIUM]
    assert set(lines) == wanted
    for line in lines.values():
        assert line.value > 0
        assert (line.baseline or 0) > 0
    assert str(lines["chain-page-p50"].bar) == "ratio at most 3"

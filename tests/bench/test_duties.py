"""The duties of a county and the board of a province are measured, and are what they are said to be."""

from __future__ import annotations

from collections import Counter

import pytest

from bench import duties
from bench.history import Shape, county_ids, province_id, whole_history
from bench.households import EXITING
from bench.measured import Results
from bench.site import Site

FEW = duties.Effort(
    county=Shape(townships=1, villages=2, households=3),
    county_months=40,
    days=("2018-03-31",),
    rounds=1,
    counties=2,
    province=Shape(townships=1, villages=2),
    province_months=3,
    events=1,
    requests=3,
)


@pytest.mark.long
def test_a_county_is_asked_for_all_its_duties(tmp_path_factory: pytest.TempPathFactory) -> None:
    """First page and all pages are measured beside the bare queries; what was asked is said; a small one has no bar."""
    results = Results()
    with Site(tmp_path_factory.mktemp("county") / "data") as site:
        duties.county(site, FEW, results, lambda _: None)
    lines = {line.name: line for line in results.lines}
    assert set(lines) == {"duties-county-2-first-page", "duties-county-2-all-pages"}
    assert lines["duties-county-2-all-pages"].value >= lines["duties-county-2-first-page"].value > 0
    assert all((line.baseline or 0) > 0 and line.bar is None for line in results.lines)
    assert "2018-03-31" in results.notes[0]


@pytest.mark.long
def test_the_board_of_a_province_is_made_and_asked(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The board is made from scratch, taken on after an event for some of the places, and answers the summary."""
    results = Results()
    with Site(tmp_path_factory.mktemp("province") / "data") as site:
        duties.province(site, FEW, results, lambda _: None)
    assert [line.name for line in results.lines] == [
        "duty-board-4-first-made",
        "duty-board-4-one-event",
        "duties-summary-4-p50",
        "duties-summary-4-p95",
    ]
    assert all(line.value > 0 for line in results.lines)
    assert "duties of 10 places" in results.notes[0]


def test_the_whole_effort_is_what_the_bars_are_about() -> None:
    """A county of 20 townships and 300 villages tells 40,000 to 60,000 events; the province has 10,000 villages."""
    whole = duties.WHOLE
    assert (whole.county.townships, whole.villages_of_county, whole.county_months) == (20, 300, 60)
    assert whole.villages_of_province == duties.PROVINCE_VILLAGES
    told = [one.event for one in whole_history(1, whole.county, whole.county_months)]
    assert 40_000 <= len(told) <= 60_000
    assert len({one["id"] for one in told}) == len(told)
    levels = Counter(one["data"]["level"] for one in told if one["type"] == "jurisdiction.registered")
    assert levels == {"province": 1, "city": 1, "county": 1, "township": 20, "village": 300}
    registered = {one["data"]["jurisdiction_id"] for one in told if one["type"] == "jurisdiction.registered"}
    assert {province_id(), *county_ids(1)} <= registered


def test_households_exit_and_lose_their_helpers() -> None:
    """Of the households of a village one exits at a time, each with all its steps, and then has no helper any more."""
    told = [one.event for one in whole_history(1, Shape(townships=1, villages=1, households=3))]
    exits = Counter(one["type"] for one in told if str(one["data"].get("exit_id", "")).startswith("w-h-"))
    assert exits == dict.fromkeys(("exit.proposed", "exit.verified", "exit.approved"), len(EXITING))
    helped = {one["data"]["pairing_id"] for one in told if one["data"].get("kind") == "helper-household"}
    ended = {one["data"]["pairing_id"] for one in told if one["type"] == "pairing.ended"}
    assert len(helped) == 3
    assert ended == helped

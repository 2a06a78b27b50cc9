"""Duties as answers tell them: who is charged from which day, and whose duties a span of days tells."""

from __future__ import annotations

from typing import Any

import pytest

from projections.answers import duties, summary
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

PATROL, BOARD = "river-chief-art7-b", "river-chief-art15"
"""A patrol every week, and a board that names the chief."""


def villages() -> Ledger:
    """A township with the villages a and b."""
    log = Ledger()
    log.place("p", "province", "990000")
    log.place("c", "county", "990121", "p")
    log.place("t", "township", "990121901", "c")
    for n, one in enumerate("ab"):
        log.place(one, "village", f"99012190120{n}", "t")
    return log


def chief(log: Ledger, place: str, **more: Any) -> str:
    """The post of a village's river chief."""
    log.post(f"chief-{place}", place, functions=["river-chief"], **more)
    return f"chief-{place}"


async def told(log: Ledger, day: str, rule: str, place: str = "t", span: tuple[str, str] | None = None) -> list[Any]:
    """The duties of a place and all below it under a rule."""
    asked = duties.Asked(rules={rule}, span=span)
    found = await duties.of_places(log.scene(day), [place], asked)
    return found.described(found.duties)


def runs(item: Any) -> list[tuple[str | None, str, int]]:
    """Who is charged, from when, with how many days."""
    return [(one["person"] and one["person"]["id"], one["from"], one["days"]) for one in item["charged"]]


async def test_a_post_is_charged_from_the_day_it_began() -> None:
    """A post that nobody ever held is vacant since it was established; a tenure said to be older begins with it."""
    log = villages()
    chief(log, "a", effective_from="2018-02-05")
    log.start("B", "xb", chief(log, "b", effective_from="2018-02-05"), "2018-01-01")
    vacant, held = await told(log, "2018-06-01", BOARD)
    assert runs(vacant) == [(None, "2018-02-05", 117)]
    assert runs(held) == [("xb", "2018-02-05", 117)]


async def test_a_post_that_always_was_is_charged_from_its_first_tenure() -> None:
    """Nobody knows since when it was vacant."""
    log = villages()
    log.start("A", "xa", chief(log, "a"), "2018-05-01")
    assert runs((await told(log, "2018-06-01", BOARD, "a"))[0]) == [("xa", "2018-05-01", 32)]


async def test_days_before_a_merger_are_told_of_the_place_that_ended() -> None:
    """Of two villages without a patrol, the one merged at the end of the year owes its weeks up to its last day."""
    log = villages()
    for one in "ab":
        log.start(one.upper(), f"x{one}", chief(log, one), "2017-01-01")
    log.record(
        "jurisdiction.restructured", kind="merge", predecessor_ids=["b"], successor_ids=["a"],
        effective_from="2018-12-20",
    )  # fmt: skip
    year = ("2018-01-01", "2019-01-01")
    items = await told(log, "2020-01-01", PATROL, span=year)
    of = {one: [item for item in items if item["jurisdiction"]["id"] == one] for one in "ab"}
    assert {item["status"] for item in of["a"]} == {"breached"}
    assert len(of["a"]) == 52
    assert [item["status"] for item in of["b"]] == ["breached"] * 50
    assert {run[0] for item in of["b"] for run in runs(item)} == {"xb"}
    assert await told(log, "2020-01-01", PATROL, "b", year) == of["b"]
    assert await told(log, "2020-01-01", PATROL, "b", ("2018-12-20", "2020-01-01")) == []
    found = await duties.of_person(log.scene("2020-01-01"), "xb", duties.Asked(rules={PATROL}, span=year))
    assert found.described(found.duties) == of["b"]
    wanted = summary.Wanted(rules=frozenset({PATROL}), span=year)
    counted = await summary.evaluated(log.scene("2020-01-01"), "t", ["a"], wanted)
    assert {part.place: sum(part.counts.values()) for part in counted.parts} == {"t": 0, "a": 52, "b": 50}
    assert sum(counted.whole.values()) == 102
    assert {kind.level for kind in counted.whole} == {"village"}

"""Duties as answers tell them: who is charged from which day, and whose duties a span of days tells."""

from __future__ import annotations

from typing import Any

import pytest

from projections.answers import duties
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

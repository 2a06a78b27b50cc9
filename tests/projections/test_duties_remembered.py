"""Evaluations are found again under their key alone, for a while, and make room for others."""

from __future__ import annotations

import weakref
from collections.abc import Callable

import anyio
import pytest
from anyio.lowlevel import checkpoint

from projections.duties.dossier import Dossier
from projections.duties.remembered import LEAST, Evaluation, Evaluations
from projections.rows import Found
from tests.patience import HANG_SECONDS

pytestmark = pytest.mark.anyio


def weighing(rows: int) -> Evaluation:
    """An evaluation of no duties whose dossier has so many persons."""
    people = [Found(f"p{n}", 0, {"merged_into": None, "name": "某人"}) for n in range(rows)]
    return Evaluation(Dossier("2018-12-31", {"person": people}), ())


async def _until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, asking all the time."""
    with anyio.fail_after(HANG_SECONDS):
        while not holds():
            await checkpoint()


async def test_an_evaluation_is_found_under_its_key() -> None:
    """What was kept is found under an equal key and under no other; kept again, the later one is found."""
    kept, first, second = Evaluations(), weighing(1), weighing(1)
    assert kept.find(("cn-62", 1, 10)) is None
    kept.keep(("cn-62", 1, 10), first)
    assert kept.find(("cn-62", 1, 10)) is first
    assert kept.find(("cn-62", 2, 10)) is None
    kept.keep(("cn-62", 1, 10), second)
    assert kept.find(("cn-62", 1, 10)) is second


async def test_those_asked_for_least_lately_make_room() -> None:
    """The bound is on duties and rows together: what was asked for last stays, what is too heavy alone never comes."""
    kept = Evaluations(most=2 * LEAST + 10)
    a, b, c = weighing(4), weighing(4), weighing(0)
    kept.keep("a", a)
    kept.keep("b", b)
    assert kept.find("a") is a
    kept.keep("c", c)
    assert (kept.find("a"), kept.find("b"), kept.find("c")) == (a, None, c)
    kept.keep("d", weighing(LEAST + 11))
    assert (kept.find("a"), kept.find("c"), kept.find("d")) == (a, c, None)


async def test_it_is_forgotten_after_its_time() -> None:
    """Nothing asks again, and yet it is gone: what was erased from a log does not linger here."""
    kept, found = Evaluations(seconds=0.02), weighing(1)
    gone = weakref.ref(found.dossier)
    kept.keep("a", found)
    del found
    assert gone() is not None
    await _until(lambda: gone() is None)
    assert kept.find("a") is None


async def test_asking_again_does_not_put_off_its_end() -> None:
    """Its time runs from its making: one that is asked for again and again is forgotten as well."""
    kept = Evaluations(seconds=0.05)
    kept.keep("a", weighing(1))
    await _until(lambda: kept.find("a") is None)

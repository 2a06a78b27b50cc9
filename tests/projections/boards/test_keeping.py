"""The board, kept batch by batch and day by day, is what evaluation from scratch gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from projections.policies.pack import Place, load_all
from tests.projections.boards.kept import base, new_log
from tests.projections.histories import DAYS, History, histories
from tests.thorough import examples

pytestmark = pytest.mark.anyio

ANYWHERE: Final = Place(frozenset(), (), None)
PACKS: Final = [replace(load_all()[system], place=ANYWHERE) for system in ("central-2016", "shanxi")]
ON: Final = sorted({*DAYS, "2016-12-31", "2017-07-09", "2017-07-11", "2018-03-31", "2019-01-01", "2020-01-01"})

many = settings(
    max_examples=examples(30),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(
    history=histories(),
    steps=st.lists(st.integers(0, 3), min_size=6, max_size=6),
    first=st.integers(4, 9),
    most=st.sampled_from([1, 1, 4, 9]),
)
@many
async def test_the_board_is_what_evaluation_from_scratch_gives(
    engine: AsyncEngine, history: History, steps: list[int], first: int, most: int
) -> None:
    """After every batch and every step of days, statuses and tallies are those of everything evaluated again."""
    log = await new_log(engine, PACKS, most)
    await log.append(base())
    await log.keep(ON[first])
    at = first
    for batch, step in zip(history.batches(), steps, strict=False):
        await log.append(batch)
        for day in sorted({ON[at], ON[min(at + step, len(ON) - 1)]}):
            kept = await log.keep(day)
            found, expected = await log.kept(), await log.scratch(day, alone=False)
            assert found == expected, day
            assert await log.keep(day) is None
            event(f"scratch: {kept is not None and kept.scratch}")
            event(f"duties: {min(len(found[0]) // 100, 5)}")
        at = min(at + step, len(ON) - 1)

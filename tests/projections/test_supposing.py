"""Rows as they would be after an append are those that are there once it was made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy.ext.asyncio import AsyncEngine

from projections.gathering import Gatherer
from projections.memory import MemoryReader
from projections.reading import PostgresReader
from projections.registry import PROJECTIONS
from projections.rows import Reader
from projections.runner import catch_up
from projections.supposing import SupposingReader, suppose
from tests.projections.histories import BODIES, DAYS, PERSONS, PLACES, POSTS, History, histories
from tests.projections.kinds import THINGS
from tests.projections.test_agreement import filled, new_log
from tests.thorough import examples

pytestmark = pytest.mark.anyio

IDS = (*PLACES, *BODIES, *POSTS, *PERSONS, *THINGS)


async def told(reader: Reader) -> dict[str, Any]:
    """Rows by id and by every key, and what joins and sums make of them."""
    found: dict[str, Any] = {}
    for name, projection in PROJECTIONS.items():
        found[name] = await reader.of(name, IDS)
        for key in projection.keys:
            found[f"{name} by {key}"] = await reader.by(name, key, IDS)
    day = DAYS[4]
    for place in PLACES:
        found[f"below {place}"] = await reader.below(place, day)
        found[f"members {place}"] = sorted(map(repr, await reader.members(place, day, subtree=True)))
    for name, rows in (await reader.estate(PLACES)).items():
        found[f"estate {name}"] = sorted(rows, key=lambda row: (row.entity_id, row.ordinal))
    found["naming"] = await reader.naming(IDS)
    found["tally"] = await reader.tally(PLACES, ["visit", "finding", "disbursement"], DAYS[-1])
    return found


@given(history=histories(least=16))
@settings(max_examples=examples(25), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
async def test_supposed_rows_are_the_rows_to_come(engine: AsyncEngine, history: History) -> None:
    """Over any history cut in two, what the second half would change is what it then changes."""
    half = len(history.events) // 2
    log = await filled(engine, History(history.events[:half], []), [True])
    whole = await new_log(engine)
    await whole.append(history.events)
    await catch_up(engine)
    entries = await whole.entries()
    run = [replace(entry) for entry in entries[half:]]
    here = await log.progress()
    async with engine.connect() as conn:
        generation = here.generation
        gathered = await Gatherer(conn, log.log_id, generation).gather(run)
        rows = suppose(run, gathered)
        beneath = PostgresReader(conn, log.log_id, generation, half)
        found = await told(SupposingReader(beneath, rows, run))
    expected = await told(MemoryReader(log.log_id, entries, len(entries)))
    for name, answer in expected.items():
        assert _plain(found[name]) == _plain(answer), name


def _plain(value: Any) -> Any:
    """A value without the stamps by which the two logs differ."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if name != "recorded_at"}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value

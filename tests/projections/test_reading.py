"""What readers say of entries and of searches: PostgreSQL's as the whole log in memory."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from sqlalchemy.ext.asyncio import AsyncEngine

from projections.memory import MemoryReader
from projections.reading import PostgresReader
from projections.rows import Reader
from tests.projections.histories import BODIES, PERSONS, PLACES, History, histories
from tests.projections.test_agreement import filled, looks, many, pauses

pytestmark = pytest.mark.anyio


async def told(reader: Reader) -> dict[str, Any]:
    """Entries by position, version and run; who names ids; what fits a text."""
    size = reader.size
    said: dict[str, Any] = {
        "entries": [entry.position for entry in await reader.entries([0, size - 1, size, -1, 3])],
        "versions": [entry.position for entry in await reader.versions(range(size))],
        "run": [entry.position for entry in await reader.run(1, 5)],
        "kinds": [entry.position for entry in await reader.run(0, 5, ["appointment.started", "record.corrected"])],
    }
    for ids in (PLACES[:1], [*PLACES, *PERSONS], BODIES, ["nobody"]):
        said[f"naming {ids}"] = await reader.mentioning(ids, 0, size, 100)
        said[f"some naming {ids}"] = await reader.mentioning(ids, 2, size - 1, 3)
    for projection, texts in {
        "jurisdiction": ["甲", "14", "j1"],
        "person": ["甲", "x0", "%"],
        "body": ["乙", "b1"],
    }.items():
        for text in texts:
            said[f"{projection} {text}"] = await reader.search(projection, text, limit=10)
            said[f"more {projection} {text}"] = await reader.search(projection, text, limit=1, after="j0")
    return said


@given(history=histories(), catching_up=pauses, asked=looks)
@many
async def test_entries_and_searches_are_those_of_the_whole_log(
    engine: AsyncEngine, history: History, catching_up: list[bool], asked: list[tuple[int, str]]
) -> None:
    """At the head and inside of batches, both readers give the same entries, mentions and findings."""
    log = await filled(engine, history, catching_up)
    kept, here = await log.entries(), await log.progress()
    for size in {len(kept), *(max(1, len(kept) * permille // 1000) for permille, _ in asked)}:
        expected = await told(MemoryReader(log.log_id, kept, size))
        async with engine.connect() as conn:
            found = await told(PostgresReader(conn, log.log_id, here.generation, size))
        assert found == expected

"""The kept map of names over random histories: what a slow walk finds, in whatever slices and batches."""

from __future__ import annotations

from hashlib import sha256
from itertools import count
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from events import entries, logs, name_index, name_tables
from events.appender import Appender
from events.clock import SystemClock
from events.cloudevent import read_event
from events.errors import NotYetIndexed
from events.name_checking import check_map
from events.name_map import check, check_entries, key_of
from events.receipts import Offer
from tests.events.naming import names_of_all
from tests.projections.histories import History, histories
from tests.thorough import examples

pytestmark = pytest.mark.anyio

LOGS: Final = count()
calm = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


async def appended(engine: AsyncEngine, history: History) -> str:
    """A log of its own with the events of a history, as far as they are accepted; `history` keeps those alone."""
    log_id = f"cn-{next(LOGS)}-names"
    async with engine.begin() as conn:
        await logs.create(conn, log_id, name=None, origin=None, clock="live")
    appender = Appender(engine, SystemClock())
    kept = []
    for batch in history.batches():
        told = await appender.append(log_id, [Offer(read_event(event), "k") for event in batch])
        kept += [event for event, receipt in zip(batch, told.receipts, strict=True) if receipt.status == "appended"]
        await name_index.ensure(engine, appender.append, log_id, told.size // 2)
    await name_index.ensure(engine, appender.append, log_id, len(kept))
    await appender.close()
    history.events = kept
    return log_id


@settings(max_examples=examples(12), deadline=None, derandomize=True, suppress_health_check=calm)
@given(history=histories(), size=st.integers(1, 9))
async def test_the_kept_map_is_that_of_a_slow_walk(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, history: History, size: int
) -> None:
    """Every name opens to just the entries that a slow walk finds, positions are kept for it, and all checks hold."""
    monkeypatch.setattr(name_tables, "SLICE", size)
    log_id = await appended(engine, history)
    named = names_of_all(history.events)
    names = {*set().union(*named), "nobody"}
    opened = await name_index.open_keys(engine, log_id, names)
    async with engine.connect() as conn:
        told = await name_index.positions(conn, log_id, names, len(named))
        earlier = await name_index.positions(conn, log_id, names, len(named) // 2)
        leaves = await entries.leaf_hashes(conn, log_id, 0, len(named))
        await check_map(conn, log_id, await name_index.recorded(engine, log_id))
    for name in names:
        expected = [position for position, found in enumerate(named) if name in found]
        assert told[name] == expected
        assert earlier[name] == [position for position in expected if position < len(named) // 2]
        check(opened.entry.map_root, key_of(log_id, name), opened.openings[name])
        check_entries(opened.openings[name], [(position, leaves[position]) for position in expected])


async def test_positions_beyond_the_map_are_not_told(engine: AsyncEngine) -> None:
    """Asked for a size that the map does not cover, nothing is told that might be too little."""
    async with engine.connect() as conn:
        assert await name_tables.positions(conn, "none", ["p1"], 0) == {"p1": []}
        with pytest.raises(NotYetIndexed):
            await name_tables.positions(conn, "none", ["p1"], 1)


def test_packed_positions() -> None:
    """Positions are kept big-endian, whatever the machine."""
    packed = bytes.fromhex("0000000000000001 00000000000f4240")
    assert list(name_tables.unpacked(packed)) == [1, 1_000_000]
    with pytest.raises(ValueError):
        name_tables.unpacked(sha256().digest()[:31])

"""The stamp of an append: never back, and no append under a clock that cannot be trusted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import store
from events.clock import TICK, Clock, ScriptedClock, SystemClock
from events.errors import ClockStopped
from events.receipts import Offer

pytestmark = pytest.mark.anyio

Make = Callable[..., Offer]
START = datetime(2018, 3, 5, 1, tzinfo=UTC)
TEN_TIMES = 10 * store.MAX_DRIFT
"""The drift of tests with a running clock: a machine that stops for a second is no clock that is off."""


class Shifted:
    """The machine's clock, some seconds fast or slow."""

    def __init__(self, seconds: float) -> None:
        self.shift = timedelta(seconds=seconds)

    def now(self) -> datetime:
        """The machine's time and the shift."""
        return SystemClock().now() + self.shift


async def stamped(engine: AsyncEngine, log: str, offer: Offer, clock: Clock) -> datetime:
    """Append one event under a clock; its stamp."""
    async with engine.begin() as conn:
        (receipt,) = (await store.append(conn, log, [offer], clock)).receipts
    assert receipt.recorded_at is not None
    return receipt.recorded_at


async def count(engine: AsyncEngine) -> int:
    """How many entries there are."""
    async with engine.connect() as conn:
        return int((await conn.execute(text("SELECT count(*) FROM event"))).scalar_one())


async def test_the_stamp_is_the_clock_s(engine: AsyncEngine, sample_log: str, offer: Make) -> None:
    """A sample log is stamped with what the script says, years from the database's time."""
    for day in range(3):
        instant = START + timedelta(days=day)
        assert await stamped(engine, sample_log, offer("record.filed", f"e{day}"), ScriptedClock(instant)) == instant


async def test_a_clock_that_stands_still(engine: AsyncEngine, sample_log: str, offer: Make) -> None:
    """Under a clock that stands still, or goes back by less than five seconds, stamps go on by a microsecond."""
    for index, seconds in enumerate((0, 0, -4.9, -4.9, 0)):
        instant = await stamped(
            engine, sample_log, offer("record.filed", f"e{index}"), ScriptedClock(START + timedelta(seconds=seconds))
        )
        assert instant == START + index * TICK


@pytest.mark.parametrize("behind", [timedelta(seconds=5) + TICK, timedelta(seconds=6), timedelta(days=400)])
async def test_a_clock_behind_the_last_entry(
    engine: AsyncEngine, sample_log: str, offer: Make, behind: timedelta
) -> None:
    """More than five seconds behind the last stamp nothing is appended, until the clock is right again."""
    await stamped(engine, sample_log, offer("record.filed", "e0"), ScriptedClock(START))
    with pytest.raises(ClockStopped, match="behind the last entry"):
        await stamped(engine, sample_log, offer("record.filed", "e1"), ScriptedClock(START - behind))
    assert await count(engine) == 1
    assert await stamped(engine, sample_log, offer("record.filed", "e1"), ScriptedClock(START)) == START + TICK


@pytest.mark.parametrize("seconds", [60, -60, 3600])
async def test_a_clock_off_the_database(
    engine: AsyncEngine, log: str, offer: Make, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Further off the database's time than it may be, fast or slow, nothing is appended."""
    monkeypatch.setattr(store, "MAX_DRIFT", TEN_TIMES)
    with pytest.raises(ClockStopped, match="off the database's"):
        await stamped(engine, log, offer("record.filed", "e1"), Shifted(seconds))
    assert await count(engine) == 0


async def test_a_live_clock_behind_the_last_entry(
    engine: AsyncEngine, log: str, offer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two machines each near the database's time may still be too far apart for one log."""
    monkeypatch.setattr(store, "MAX_DRIFT", TEN_TIMES)
    last = await stamped(engine, log, offer("record.filed", "e1"), Shifted(40))
    assert await stamped(engine, log, offer("record.filed", "e2"), Shifted(0)) == last + TICK
    with pytest.raises(ClockStopped, match="behind the last entry"):
        await stamped(engine, log, offer("record.filed", "e3"), Shifted(-30))
    assert await count(engine) == 2


async def test_waiting_for_the_lock_stops_no_clock(
    engine: AsyncEngine, log: str, offer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An append that waited for the lock compares its clock with the database's time after the wait, not before."""
    monkeypatch.setattr(store, "MAX_DRIFT", timedelta(seconds=1.5))
    async with engine.connect() as holder:
        await store.append(holder, log, [offer("record.filed", "e0")], SystemClock())
        waiting = asyncio.create_task(stamped(engine, log, offer("record.filed", "e1"), SystemClock()))
        await asyncio.sleep(2)
        assert not waiting.done()
        released = SystemClock().now()
        await holder.rollback()
        assert released <= await waiting <= SystemClock().now()

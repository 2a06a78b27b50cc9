"""How much of a log is believed: instants, days and sizes, and the root at each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import knowledge, store
from events.clock import ScriptedClock
from events.errors import BadRequest
from events.known import Knowledge, KnownAt, read_known_at
from events.merkle import EMPTY_ROOT
from events.receipts import Offer
from tests.events.trees import root_of

pytestmark = pytest.mark.anyio

# Three append transactions: 2, 3 and 1 entries, the last two within one day of Shanghai.
BATCHES = (2, 3, 1)
STAMPS = (
    datetime(2018, 3, 4, 15, 59, 59, 999999, tzinfo=UTC),  # the end of 4 March in Shanghai
    datetime(2018, 3, 4, 16, 0, tzinfo=UTC),  # its 5 March begins
    datetime(2018, 3, 5, 15, 59, 59, 999999, tzinfo=UTC),
)
HEAD = STAMPS[-1]
TICK = timedelta(microseconds=1)


@pytest.fixture
async def filled(engine: AsyncEngine, sample_log: str, offer: Callable[..., Offer]) -> str:
    """A log of six entries, appended in three transactions."""
    size = 0
    for count, instant in zip(BATCHES, STAMPS, strict=True):
        async with engine.begin() as conn:
            offers = [offer("record.filed", f"e{size + index}") for index in range(count)]
            await store.append(conn, sample_log, offers, ScriptedClock(instant))
        size += count
    return sample_log


async def resolved(engine: AsyncEngine, log: str, asked: KnownAt | None, projected: int = 6) -> Knowledge:
    """The state of knowledge that is asked for."""
    async with engine.connect() as conn:
        return await knowledge.resolve(conn, log, asked, projected=projected, clock="scripted")


@pytest.mark.parametrize(
    ("instant", "size"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), 0),
        (STAMPS[0] - TICK, 0),
        (STAMPS[0], 2),
        (STAMPS[1] - TICK, 2),
        (STAMPS[1], 5),
        (STAMPS[2] - TICK, 5),
    ],
)
async def test_instants(engine: AsyncEngine, filled: str, instant: datetime, size: int) -> None:
    """An instant resolves to the entries recorded by then, whole transactions, and stays the instant asked for."""
    assert await resolved(engine, filled, KnownAt(instant=instant)) == Knowledge(filled, size, instant, "scripted")


@pytest.mark.parametrize("later", [timedelta(0), TICK, timedelta(days=900_000)])
async def test_later_than_the_head_is_the_head(engine: AsyncEngine, filled: str, later: timedelta) -> None:
    """At the head or later only the head's own instant is given back: it alone can be cited."""
    assert await resolved(engine, filled, KnownAt(instant=HEAD + later)) == Knowledge(filled, 6, HEAD, "scripted")


@pytest.mark.parametrize(("day", "size"), [("2018-03-03", 0), ("2018-03-04", 2), ("2018-03-05", 6), ("2018-03-06", 6)])
async def test_days_end_in_shanghai(engine: AsyncEngine, filled: str, day: str, size: int) -> None:
    """A date believes what was recorded up to the last microsecond of it in Shanghai."""
    assert (await resolved(engine, filled, read_known_at(day))).size == size


@pytest.mark.parametrize(
    ("size", "instant"), [(0, None), (1, STAMPS[0]), (2, STAMPS[0]), (3, STAMPS[1]), (5, STAMPS[1]), (6, STAMPS[2])]
)
async def test_sizes(engine: AsyncEngine, filled: str, size: int, instant: datetime | None) -> None:
    """A size is taken as it is, inside a transaction too, and tells when its last entry was recorded."""
    assert await resolved(engine, filled, KnownAt(size=size)) == Knowledge(filled, size, instant, "scripted")


async def test_a_size_beyond_the_head_is_refused(engine: AsyncEngine, filled: str) -> None:
    """A size that the log does not have is a wrong parameter that names the size it has."""
    with pytest.raises(BadRequest, match=r"@7.*6"):
        await resolved(engine, filled, KnownAt(size=7))


@pytest.mark.parametrize(("projected", "instant"), [(0, None), (4, STAMPS[1]), (6, HEAD)])
async def test_nothing_asked(engine: AsyncEngine, filled: str, projected: int, instant: datetime | None) -> None:
    """Without `known_at` all that is projected is believed, no more."""
    assert await resolved(engine, filled, None, projected) == Knowledge(filled, projected, instant, "scripted")


async def test_an_empty_log(engine: AsyncEngine, log: str) -> None:
    """An empty log is known to be empty at any instant."""
    assert await resolved(engine, log, None, 0) == Knowledge(log, 0, None, "scripted")
    assert await resolved(engine, log, KnownAt(size=0), 0) == Knowledge(log, 0, None, "scripted")
    assert await resolved(engine, log, KnownAt(instant=HEAD), 0) == Knowledge(log, 0, HEAD, "scripted")


async def test_roots_at_every_size(engine: AsyncEngine, filled: str) -> None:
    """At every size, at the end of a transaction or inside it, the root is that of the leaves below."""
    async with engine.connect() as conn:
        rows = await conn.execute(
            text("SELECT leaf_hash FROM event WHERE log_id = :log ORDER BY position"), {"log": filled}
        )
        leaves = [bytes(row.leaf_hash) for row in rows]
        assert len(leaves) == 6
        for size in range(7):
            assert await knowledge.root_at(conn, filled, size) == root_of(leaves[:size])
        assert await knowledge.root_at(conn, filled, 0) == EMPTY_ROOT

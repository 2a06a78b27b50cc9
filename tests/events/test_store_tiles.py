"""Tiles: every full tile of every level is written, once, with the hashes of the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import batch, merkle, store
from events.clock import SystemClock
from events.cloudevent import Submission
from events.receipts import Offer
from tests.events.trees import root_of

pytestmark = pytest.mark.anyio

Tiles = dict[tuple[int, int], tuple[bytes, bytes]]


async def grow(engine: AsyncEngine, log: str, offer: Callable[..., Offer], sizes: Iterable[int]) -> None:
    """Append small events in transactions of these sizes."""
    sent: Submission = offer("record.filed").submission
    first = 0
    for size in sizes:
        offers = [
            Offer(Submission(f"e{number}", sent.source, sent.kind, 1, sent.event, sent.kept, None), "k")
            for number in range(first, first + size)
        ]
        async with engine.begin() as conn:
            await store.append(conn, log, offers, SystemClock())
        first += size


async def written(engine: AsyncEngine) -> tuple[list[bytes], Tiles, bytes]:
    """The leaf hashes, the tiles by level and index, and the last root."""
    async with engine.connect() as conn:
        leaves = [bytes(row[0]) for row in await conn.execute(text("SELECT leaf_hash FROM event ORDER BY position"))]
        rows: Iterable[Any] = await conn.execute(text("SELECT level, tile_index, hashes, root FROM tile"))
        tiles = {(row.level, row.tile_index): (bytes(row.hashes), bytes(row.root)) for row in rows}
        root = await conn.execute(text("SELECT root FROM append_tx ORDER BY size DESC LIMIT 1"))
        return leaves, tiles, bytes(root.scalar_one())


def expected(leaves: list[bytes], width: int) -> Tiles:
    """All full tiles over the leaves, from the definition: each hash is the root of the leaves below it."""
    tiles: Tiles = {}
    level, hashes = 0, leaves
    while len(hashes) >= width:
        full = [hashes[at : at + width] for at in range(0, len(hashes) - width + 1, width)]
        tiles |= {(level, index): (b"".join(tile), root_of(tile)) for index, tile in enumerate(full)}
        level, hashes = level + 1, [root_of(tile) for tile in full]
    return tiles


@pytest.mark.parametrize(
    ("sizes", "full"),
    [([255], 0), ([256], 1), ([255, 1], 1), ([100] * 6, 2), ([1, 511], 2), ([300, 1, 300, 167], 3)],
)
async def test_full_tiles_of_level_0(
    engine: AsyncEngine, log: str, offer: Callable[..., Offer], sizes: list[int], full: int
) -> None:
    """A tile is written by the transaction that fills it, whether it fills one, several or part of one."""
    await grow(engine, log, offer, sizes)
    leaves, tiles, root = await written(engine)
    assert tiles == expected(leaves, 256)
    assert sorted(tiles) == [(0, index) for index in range(full)]
    assert root == root_of(leaves)


@pytest.mark.parametrize("sizes", [[700], [1] * 70, [3, 5, 60, 1, 187, 2, 62], [63, 1, 191, 1, 256], [64, 64, 128, 1]])
async def test_every_level(
    engine: AsyncEngine,
    log: str,
    offer: Callable[..., Offer],
    monkeypatch: pytest.MonkeyPatch,
    sizes: list[int],
) -> None:
    """With tiles of width 4 five levels fill up; whatever the cuts, each full tile is there with the right hashes."""
    monkeypatch.setattr(batch, "TILE_WIDTH", 4)
    monkeypatch.setattr(merkle, "TILE_WIDTH", 4)
    await grow(engine, log, offer, sizes)
    leaves, tiles, root = await written(engine)
    assert tiles == expected(leaves, 4)
    assert max(level for level, _ in tiles) >= 2
    assert root == root_of(leaves)


async def test_a_tile_of_level_1(engine: AsyncEngine, log: str, offer: Callable[..., Offer]) -> None:
    """At 65,536 entries the first tile of level 1 is full, and its root is that of the whole tree so far."""
    await grow(engine, log, offer, [*[8000] * 8, 1535, 1])
    leaves, tiles, root = await written(engine)
    assert len(leaves) == 65536
    assert tiles == expected(leaves, 256)
    assert max(tiles) == (1, 0)
    assert tiles[1, 0][1] == root == root_of(leaves)

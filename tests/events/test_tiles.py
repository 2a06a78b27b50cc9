"""The tree as it is stored: paths of tiles as Go writes them, their bytes, and proofs from every level of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs, store, tiles
from events.clock import SystemClock
from events.cloudevent import Submission
from events.merkle import TILE_WIDTH, Frontier, leaf_hash, node_hash, tile_root
from events.proofs import BadProof, assemble, check_consistency, check_inclusion, consistency_parts, inclusion_parts
from events.receipts import Offer
from events.tiles import HashesMissing, Tile, read_path
from tests.events.trees import root_of
from tests.external.vectors import GOLDEN
from tests.external.vectors import LEAVES as GOLDEN_LEAVES

pytestmark = pytest.mark.anyio

HIGH = 3 * 65536 + 2 * 256 + 77
"""A tree with full tiles on two levels, and a tile on each of three that is not full."""

INSERT = """
    INSERT INTO event (log_id, position, recorded_at, kind, kind_version, source, id, salt_h, leaf_hash,
        payload_sha256, payload_sm3, credential, fact_position)
    SELECT :log_id, n, '2020-01-01Z', 'record.filed', 1, 'urn:test', n::text, '',
        sha256('\\x00'::bytea || n::text::bytea), '', '', 'k', n
    FROM generate_series(0, :last) n
"""
INSERT_TILES = """
    INSERT INTO tile (log_id, level, tile_index, hashes, root)
    SELECT :log_id, :level, t.* FROM unnest(
        CAST(:indexes AS bigint[]), CAST(:hashes AS bytea[]), CAST(:roots AS bytea[])
    ) AS t
"""


def test_paths_as_go_writes_them() -> None:
    """The path of a tile is that of x/mod without its height, for any level, index and width, and is read back."""
    for each in GOLDEN["Tiles"] + GOLDEN["Paths"]:
        tile = Tile(each["Level"], each["Index"], each["Width"])
        assert "tile/8/" + tile.path == each["Path"]
        assert read_path(tile.path) == tile
        bundle = Tile(0, each["Index"], each["Width"], entries=True)
        assert bundle.path == "entries/" + tile.path.partition("/")[2]
        assert read_path(bundle.path) == bundle


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "0/0",
        "00/000",
        "64/000",
        "0/x000/001",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/07",
        "x/000",
        "0/000\n",
        "0/٠٠٠",
    ],
)
def test_what_is_no_path(path: str) -> None:
    """Another way to write a tile's path, or that of no tile, is none."""
    assert read_path(path) is None


@pytest.mark.parametrize(
    ("size", "within", "beyond"),
    [
        (0, [], ["0/000.p/1", "1/000.p/1"]),
        (1, ["0/000.p/1"], ["0/000.p/2", "0/000", "1/000.p/1"]),
        (255, ["0/000.p/255"], ["0/000", "1/000.p/1"]),
        (256, ["0/000", "1/000.p/1", "0/000.p/9"], ["0/001.p/1", "1/000.p/2", "2/000.p/1"]),
        (70_000, ["0/272", "0/273.p/112", "1/000", "1/001.p/17", "2/000.p/1"], ["0/273", "0/273.p/113", "2/000.p/2"]),
        (2**62, ["7/000.p/64"], ["7/000.p/65", "8/000.p/1", "63/000.p/1"]),
    ],
)
def test_which_tiles_a_tree_has(size: int, within: Sequence[str], beyond: Sequence[str]) -> None:
    """As in the example of tlog-tiles: full ones, and of the last one of each level no more than there is."""
    for paths, expected in ((within, True), (beyond, False)):
        for path in paths:
            tile = read_path(path)
            assert tile is not None
            assert tile.is_within(size) is expected, path


async def high_tree(engine: AsyncEngine, log: str) -> list[bytes]:
    """A log that holds `HIGH` leaf hashes and the tiles over them, and nothing that was hashed; its leaf hashes."""
    leaves = [leaf_hash(str(number).encode()) for number in range(HIGH)]
    async with engine.begin() as conn:
        await conn.execute(text(INSERT), {"log_id": log, "last": HIGH - 1})
        level, hashes = 0, leaves
        while len(hashes) >= TILE_WIDTH:
            full = [hashes[at : at + TILE_WIDTH] for at in range(0, len(hashes) - TILE_WIDTH + 1, TILE_WIDTH)]
            roots = [tile_root(each) for each in full]
            given = {"indexes": list(range(len(full))), "hashes": [b"".join(each) for each in full], "roots": roots}
            await conn.execute(text(INSERT_TILES), {"log_id": log, "level": level, **given})
            level, hashes = level + 1, roots
    return leaves


async def test_a_tree_of_three_levels(engine: AsyncEngine, log: str) -> None:
    """Every proof leads to the root, across full tiles of two levels and the edge of three that are not full."""
    leaves = await high_tree(engine, log)
    frontier, roots = Frontier(), {}
    sizes = {1, 200, 256, 65536, 65537, 131072, 196608, 196864, HIGH - 1, HIGH}
    for size, leaf in enumerate(leaves, 1):
        frontier.append(leaf)
        if size in sizes:
            roots[size] = frontier.root()
    async with engine.connect() as conn:
        for size, root in roots.items():
            nodes = tiles.nodes_of(conn, log, size)
            for index in {0, size // 2, size // 3, size - 1}:
                proof = await assemble(inclusion_parts(index, size), nodes)
                check_inclusion(leaves[index], index, size, proof, root)
            for old, older in roots.items():
                if old <= size:
                    check_consistency(old, size, await assemble(consistency_parts(old, size), nodes), older, root)
        for path, first in (("1/002", 512), ("1/003.p/2", 768)):
            tile = read_path(path)
            assert tile is not None
            below = [leaves[at * 256 : (at + 1) * 256] for at in range(first, first + tile.width)]
            assert await tiles.content(conn, log, tile) == b"".join(tile_root(each) for each in below)
        assert len(await tiles.content(conn, log, Tile(2, 0, 3))) == 3 * 32


async def test_the_right_edge_is_had_from_the_frontier(
    engine: AsyncEngine, log: str, offer: Callable[..., Offer]
) -> None:
    """With the size of an append, another, or none every proof is right; of a changed frontier none is taken."""
    sent: Submission = offer("record.filed").submission
    for first, end in ((0, 7), (7, 300), (300, 611)):
        ids = map(str, range(first, end))
        offers = [Offer(Submission(each, "urn:test", sent.kind, 1, sent.event, sent.kept, None), "k") for each in ids]
        async with engine.begin() as conn:
            await store.append(conn, log, offers, SystemClock())
    async with engine.connect() as conn:
        leaves = [leaf_hash(leaf.record) for leaf in await tiles.leaves(conn, log, 0, 611)]
        for size in (1, 6, 7, 8, 256, 300, 301, 610, 611):
            root = root_of(leaves[:size])
            for index in {0, size // 2, size - 1}:
                parts = inclusion_parts(index, size)
                for named in (size, 0, 7, 611):
                    proof = await assemble(parts, tiles.nodes_of(conn, log, named))
                    check_inclusion(leaves[index], index, size, proof, root)
        await conn.execute(text("RESET ROLE"))
        await conn.execute(text("ALTER TABLE append_tx DISABLE TRIGGER USER"))
        await conn.execute(text("UPDATE append_tx SET frontier = sha256('x') WHERE log_id = :log_id"), {"log_id": log})
        proof = await assemble(inclusion_parts(610, 611), tiles.nodes_of(conn, log, 611))
        with pytest.raises(BadProof):
            check_inclusion(leaves[610], 610, 611, proof, root_of(leaves))
        await conn.rollback()


async def test_tiles_as_go_makes_them(engine: AsyncEngine, log: str) -> None:
    """Tiles over the records of the golden vectors have the bytes that x/mod gives them."""
    async with engine.begin() as conn:
        await conn.execute(
            text(INSERT.replace("n::text::bytea", "('record ' || n)::bytea")), {"log_id": log, "last": 599}
        )
        full = [GOLDEN_LEAVES[at : at + 256] for at in (0, 256)]
        given = {"indexes": [0, 1], "hashes": [b"".join(each) for each in full], "roots": list(map(root_of, full))}
        await conn.execute(text(INSERT_TILES), {"log_id": log, "level": 0, **given})
        for each in GOLDEN["Tiles"]:
            content = await tiles.content(conn, log, Tile(each["Level"], each["Index"], each["Width"]))
            assert sha256(content).hexdigest() == each["Sha256"], each


async def test_leaves_are_what_was_hashed(engine: AsyncEngine, log: str, offer: Callable[..., Offer]) -> None:
    """Leaf records of several transactions hash to what the log stored when they were appended; ids may be any text."""
    sent: Submission = offer("record.filed").submission
    for ids in (['a"b\\c', "县"], ["e3"], ["\u2028", "e5", "e6"]):
        offers = [Offer(Submission(each, "urn:源", sent.kind, 1, sent.event, sent.kept, None), "k-1") for each in ids]
        async with engine.begin() as conn:
            await store.append(conn, log, offers, SystemClock())
    async with engine.connect() as conn:
        leaves = await tiles.leaves(conn, log, 0, 6)
        kept = await conn.execute(
            text("SELECT leaf_hash FROM event WHERE log_id = :log_id ORDER BY position"), {"log_id": log}
        )
        assert [leaf_hash(leaf.record) for leaf in leaves] == [bytes(row[0]) for row in kept]
        assert {(leaf.kind, leaf.credential) for leaf in leaves} == {("record.filed", "k-1")}
        assert await tiles.leaves(conn, log, 2, 4) == leaves[2:4]
        (first, second) = await tiles.nodes_of(conn, log)([(1, 0), (0, 5)])
        assert first == node_hash(*(leaf_hash(leaf.record) for leaf in leaves[:2]))
        assert second == leaf_hash(leaves[5].record)


async def test_what_is_missing_is_not_made_up(engine: AsyncEngine, log: str) -> None:
    """Beyond the entries, across a hole, or of another log there are no hashes: an error, never other bytes."""
    async with engine.begin() as conn:
        await conn.execute(text(INSERT), {"log_id": log, "last": 20})
        await logs.create(conn, "cn-14", name=None, origin=None, clock="live")
        assert len(await tiles.content(conn, log, Tile(0, 0, 21))) == 21 * 32
        for log_id, tile in (
            (log, Tile(0, 0, 22)),
            (log, Tile(0, 1, 1)),
            (log, Tile(1, 0, 1)),
            ("cn-14", Tile(0, 0, 1)),
        ):
            with pytest.raises(HashesMissing):
                await tiles.content(conn, log_id, tile)
        with pytest.raises(HashesMissing):
            await tiles.content(conn, log, Tile(0, 0, 22, entries=True))
        with pytest.raises(HashesMissing):
            await tiles.nodes_of(conn, log)([(4, 1)])
        await conn.execute(text("RESET ROLE"))
        await conn.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))
        await conn.execute(text("DELETE FROM event WHERE log_id = :log_id AND position = 3"), {"log_id": log})
        with pytest.raises(HashesMissing):
            await tiles.content(conn, log, Tile(0, 0, 10))
        await conn.rollback()

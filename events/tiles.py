"""The tree as others read it (C2SP tlog-tiles): its tiles, the bundles of its entries, and the nodes of proofs.

A full tile is a row of `tile`. Of one that is not full the hashes are those of the entries (level 0), or the roots
of the full tiles below it. Nothing here asks what is published: that is for whoever serves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.leaf import Leaves, header_digest
from events.merkle import HASH_SIZE, TILE_HEIGHT, TILE_WIDTH
from events.proofs import Node, Nodes

FRONTIER: Final = -1
"""In place of the level of a tile: the frontier of a size."""
HASHES: Final = text(
    f"""
    SELECT w.level, w.tile_index, coalesce(
        (SELECT hashes FROM tile WHERE log_id = :log_id AND level = w.level AND tile_index = w.tile_index),
        CASE w.level WHEN 0 THEN (
            SELECT string_agg(leaf_hash, ''::bytea ORDER BY position) FROM event
            WHERE log_id = :log_id
              AND position >= w.tile_index * {TILE_WIDTH} AND position < (w.tile_index + 1) * {TILE_WIDTH}
            HAVING count(*) = max(position) - w.tile_index * {TILE_WIDTH} + 1
        ) ELSE (
            SELECT string_agg(root, ''::bytea ORDER BY tile_index) FROM tile
            WHERE log_id = :log_id AND level = w.level - 1
              AND tile_index >= w.tile_index * {TILE_WIDTH} AND tile_index < (w.tile_index + 1) * {TILE_WIDTH}
            HAVING count(*) = max(tile_index) - w.tile_index * {TILE_WIDTH} + 1
        ) END, ''::bytea
    ) AS hashes
    FROM unnest(CAST(:levels AS integer[]), CAST(:indexes AS bigint[])) AS w (level, tile_index)
    UNION ALL
    SELECT {FRONTIER}, size, frontier FROM append_tx WHERE log_id = :log_id AND size = :size
    """
)
"""All that stands in some tiles, full or not; nothing of one that has a hole. And the frontier of one size."""
LEAVES: Final = text(
    """
    SELECT position, recorded_at, salt_h, source, id, kind, kind_version, payload_sha256, payload_sm3, credential
    FROM event WHERE log_id = :log_id AND position >= :first AND position < :end ORDER BY position
    """
)
_PATH: Final = re.compile(
    r"(?P<level>entries|[1-5]?[0-9]|6[0-3])/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)
_LENGTH: Final = 2
"""Bytes that say how long an entry of a bundle is."""
_GROUP: Final = 3
"""Digits of one element of an index in a path."""


class HashesMissing(RuntimeError):
    """The database lacks entries or tiles of a log that its size promises; `zeren verify` names them."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the tree, or the bundle of the entries below a tile of level 0: its place and its width."""

    level: int
    index: int
    width: int = TILE_WIDTH
    """How many hashes or entries it is asked to have, 1 to 256."""
    entries: bool = False

    @property
    def path(self) -> str:
        """The path below `/tile/`."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // _GROUP) * _GROUP)
        groups = [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]
        index = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"{'entries' if self.entries else self.level}/{index}{partial}"

    def is_within(self, size: int) -> bool:
        """Whether the tree of a size has all of this tile."""
        return self.index * TILE_WIDTH + self.width <= size >> (TILE_HEIGHT * self.level)


def read_path(path: str) -> Tile | None:
    """The tile of a path below `/tile/`; None where the path is not exactly that of a tile."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level, index, width = found["level"], int(found["index"].replace("/", "").replace("x", "")), found["width"]
    entries = level == "entries"
    tile = Tile(0 if entries else int(level), index, int(width or TILE_WIDTH), entries)
    return tile if tile.path == path and tile.width <= TILE_WIDTH else None


@dataclass(frozen=True, slots=True)
class Leaf:
    """What was hashed of one entry, and what decides who may ask for it."""

    record: bytes
    kind: str
    credential: str


async def content(conn: AsyncConnection, log_id: str, tile: Tile) -> bytes:
    """The bytes of a tile, or of a bundle of entries, that the log's tree has. Raises HashesMissing."""
    if tile.entries:
        first = tile.index * TILE_WIDTH
        records = [leaf.record for leaf in await leaves(conn, log_id, first, first + tile.width)]
        return b"".join(len(record).to_bytes(_LENGTH, "big") + record for record in records)
    return _part((await _hashes(conn, log_id, [(tile.level, tile.index)]))[tile.level, tile.index], 0, tile.width)


async def leaf_at(conn: AsyncConnection, log_id: str, position: int) -> Leaf | None:
    """The leaf of one entry; None where there is no such entry."""
    rows = (await conn.execute(LEAVES, {"log_id": log_id, "first": position, "end": position + 1})).all()
    return next(iter(_leaves(log_id, rows)), None)


async def leaves(conn: AsyncConnection, log_id: str, first: int, end: int) -> list[Leaf]:
    """The leaves of the entries [first, end), byte for byte as they were hashed. Raises HashesMissing."""
    rows = (await conn.execute(LEAVES, {"log_id": log_id, "first": first, "end": end})).all()
    if len(rows) != end - first:
        raise HashesMissing(f"log {log_id} has {len(rows)} entries at [{first}, {end})")
    return list(_leaves(log_id, rows))


def _leaves(log_id: str, rows: Iterable[Any]) -> Iterable[Leaf]:
    """Only digests are needed: an entry whose payload was erased has its leaf as before."""
    stamp, of_stamp = None, None
    for position, recorded_at, salt_h, source, event_id, kind, kind_version, digest, sm3, credential in rows:
        if of_stamp is None or recorded_at != stamp:
            stamp, of_stamp = recorded_at, Leaves(log_id, recorded_at)
        header = header_digest(salt_h, source=source, event_id=event_id, kind=kind, kind_version=kind_version)
        yield Leaf(of_stamp.record(position, header, digest, sm3), kind, credential)


def nodes_of(conn: AsyncConnection, log_id: str, size: int = 0) -> Nodes:
    """Gives complete subtrees of a log's tree, for `proofs.assemble`, by one statement. It may raise HashesMissing.

    Where an append ended at `size`, as it did at that of every checkpoint, the subtrees at the right edge of that
    tree are those of the frontier kept there; else they take one more statement.
    """
    edge = [(height, (size >> height) - 1) for height in range(size.bit_length() - 1, -1, -1) if size >> height & 1]

    async def nodes(wanted: Sequence[Node]) -> list[bytes]:
        inner = [node for node in wanted if node not in edge]
        known, frontier = await _subtrees(conn, log_id, inner, size)
        known |= zip(edge, frontier, strict=False)
        missing = [node for node in wanted if node not in known]
        if missing:
            known |= (await _subtrees(conn, log_id, missing, 0))[0]
        return [known[node] for node in wanted]

    return nodes


async def _subtrees(
    conn: AsyncConnection, log_id: str, wanted: Sequence[Node], size: int
) -> tuple[dict[Node, bytes], list[bytes]]:
    """The roots of some complete subtrees, and the frontier of a size, empty where no append ended there."""
    places = {node: _place(node) for node in wanted}
    tiles = await _hashes(conn, log_id, sorted({place[:2] for place in places.values()}), size)
    packed = tiles.get((FRONTIER, size), b"")
    known = {
        node: _root(_part(tiles[level, index], first, count)) for node, (level, index, first, count) in places.items()
    }
    return known, [packed[at : at + HASH_SIZE] for at in range(0, len(packed), HASH_SIZE)]


def _place(node: Node) -> tuple[int, int, int, int]:
    """Where the hashes stand that a complete subtree is the root of: level and index of a tile, first, count."""
    height, index = node
    level, above = divmod(height, TILE_HEIGHT)
    tile, first = divmod(index << above, TILE_WIDTH)
    return level, tile, first, 1 << above


async def _hashes(
    conn: AsyncConnection, log_id: str, wanted: Sequence[tuple[int, int]], size: int = 0
) -> dict[tuple[int, int], bytes]:
    """The hashes that stand in some tiles, by level and index; and at (FRONTIER, size) the frontier, if it is kept."""
    levels, indexes = [level for level, _ in wanted], [index for _, index in wanted]
    rows = await conn.execute(HASHES, {"log_id": log_id, "levels": levels, "indexes": indexes, "size": size})
    return {(level, index): bytes(hashes) for level, index, hashes in rows}


def _part(hashes: bytes, first: int, count: int) -> bytes:
    part = hashes[first * HASH_SIZE : (first + count) * HASH_SIZE]
    if len(part) != count * HASH_SIZE:
        raise HashesMissing(f"a tile lacks hashes [{first}, {first + count}): it has {len(hashes) // HASH_SIZE}")
    return part


def _root(hashes: bytes) -> bytes:
    """The root of the complete tree over some hashes, as many as a power of two."""
    while len(hashes) > HASH_SIZE:
        # Two hashes that stand side by side are hashed as they stand: a proof takes hundreds of these.
        pairs = range(0, len(hashes), 2 * HASH_SIZE)
        hashes = b"".join([sha256(b"\x01" + hashes[at : at + 2 * HASH_SIZE]).digest() for at in pairs])
    return hashes

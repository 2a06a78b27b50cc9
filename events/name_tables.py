"""The tables of the map of names: `name_bucket`, `name_tile`, `name_map` and `name_position`.

All of it follows from the entries of the log, is written by nobody else, and can be made again from position 0.
"""

from __future__ import annotations

import asyncio
import sys
from array import array
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from events.database import KEEP_PLANS, driver_of, set_local
from events.errors import NotYetIndexed
from events.merkle import TILE_WIDTH
from events.name_growing import EMPTY_MAP_ROOT, TOP, Link, Tile, empty_tile, grow, hashes_of, retile, tiles_over
from events.name_map import Opening, bucket_of, key_of, open_key
from events.named import Naming

SLICE: Final = 8000
"""Entries taken in one transaction: half a second of work or so, in which nobody else grows the map."""
SHORT_KEY: Final = 16
"""Bytes of a key by which positions are kept: enough that nobody finds two names that share them."""

MADE: Final = "INSERT INTO name_map (log_id, size, root) VALUES ($1, 0, $2) ON CONFLICT (log_id) DO NOTHING"
STATE: Final = "SELECT size, root FROM name_map WHERE log_id = $1"
LOCK: Final = f"{STATE} FOR UPDATE SKIP LOCKED"
_NAMING: Final = """
    SELECT e.position, e.kind, e.leaf_hash, e.fact_position, p.kept, x.named
    FROM event e
    LEFT JOIN payload p ON p.log_id = e.log_id AND p.position = e.position
    LEFT JOIN erasure x ON x.log_id = e.log_id AND x.position = e.position
    WHERE e.log_id = $1
"""
BETWEEN: Final = f"{_NAMING} AND e.position >= $2 AND e.position < $3 ORDER BY e.position"
FACTS: Final = f"{_NAMING} AND e.position = ANY($2) ORDER BY e.position"
VERSIONS: Final = f"""
    {_NAMING} AND e.target_position IS NOT NULL AND e.fact_position = ANY($2) AND e.position < $3 ORDER BY e.position
"""
BUCKETS: Final = "SELECT bucket, content FROM name_bucket WHERE log_id = $1 AND bucket = ANY($2)"
TILES: Final = """
    SELECT level, tile, hashes FROM name_tile
    WHERE log_id = $1 AND (level, tile) IN (SELECT * FROM unnest($2::integer[], $3::integer[]))
"""
PUT_BUCKETS: Final = """
    INSERT INTO name_bucket (log_id, bucket, content)
    SELECT $1, changed.* FROM unnest($2::integer[], $3::bytea[]) AS changed
    ON CONFLICT (log_id, bucket) DO UPDATE SET content = EXCLUDED.content
"""
PUT_TILES: Final = """
    INSERT INTO name_tile (log_id, level, tile, hashes)
    SELECT $1, changed.* FROM unnest($2::integer[], $3::integer[], $4::bytea[]) AS changed
    ON CONFLICT (log_id, level, tile) DO UPDATE SET hashes = EXCLUDED.hashes
"""
PUT_STATE: Final = "UPDATE name_map SET size = $2, root = $3 WHERE log_id = $1"
POSITIONS: Final = "SELECT name, positions FROM name_position WHERE log_id = $1 AND name = ANY($2) ORDER BY name, first"
AFTER: Final = """
    SELECT name, first, positions FROM name_position
    WHERE log_id = $1 AND (name, first) > ($2, $3) ORDER BY name, first LIMIT 20000
"""
ALL_BUCKETS: Final = """
    SELECT bucket, content FROM name_bucket
    WHERE log_id = $1 AND bucket >= $2 AND bucket < $3 ORDER BY bucket
"""
ALL_TILES: Final = "SELECT level, tile, hashes FROM name_tile WHERE log_id = $1"


@dataclass(frozen=True, slots=True)
class MapState:
    """How far a log's map has come: the entries it covers, and its root there."""

    size: int
    root: bytes


EMPTY: Final = MapState(0, EMPTY_MAP_ROOT)


async def state(conn: AsyncConnection, log_id: str) -> MapState:
    """How far the map of a log has come."""
    row = await (await driver_of(conn)).fetchrow(STATE, log_id)
    return EMPTY if row is None else MapState(*row)


async def lock(conn: AsyncConnection, log_id: str) -> MapState | None:
    """Keep everybody else from changing a map until the transaction ends; None where somebody does just now."""
    raw = await driver_of(conn)
    if await raw.fetchrow(STATE, log_id) is None:
        await raw.execute(MADE, log_id, EMPTY_MAP_ROOT)
    row = await raw.fetchrow(LOCK, log_id)
    return None if row is None else MapState(*row)


async def extend(conn: AsyncConnection, log_id: str, before: MapState, end: int) -> MapState:
    """Take the map, which the transaction has locked, over the next entries below `end`: a slice of them at most."""
    await set_local(conn, KEEP_PLANS)
    raw = await driver_of(conn)
    rows = await raw.fetch(BETWEEN, log_id, before.size, min(end, before.size + SLICE))
    links, positions = await asyncio.to_thread(_links, log_id, rows, await _earlier(raw, log_id, rows, before.size))
    buckets = {bucket_of(key) for key, _, _ in links}
    contents = await _buckets(raw, log_id, buckets)
    changed, tiles, root = await asyncio.to_thread(
        _grown, contents, await _tiles(raw, log_id, tiles_over(buckets)), links
    )
    after = MapState(before.size + len(rows), root if links else before.root)
    if links:
        await raw.execute(PUT_BUCKETS, log_id, list(changed), list(changed.values()))
        levels, indexes = zip(*tiles, strict=True)
        await raw.execute(PUT_TILES, log_id, levels, indexes, list(tiles.values()))
        records = [(log_id, name, at[0], _packed(at)) for name, at in sorted(positions.items())]
        columns = ("log_id", "name", "first", "positions")
        await raw.copy_records_to_table("name_position", records=records, columns=columns)
    await raw.execute(PUT_STATE, log_id, after.size, after.root)
    return after


async def _earlier(raw: Any, log_id: str, rows: Sequence[Any], size: int) -> list[Any]:
    """What came before a slice and is named again by what it corrects or annuls, in order."""
    facts = sorted({row["fact_position"] for row in rows if row["fact_position"] < size})
    if not facts:
        return []
    return [*await raw.fetch(FACTS, log_id, facts), *await raw.fetch(VERSIONS, log_id, facts, size)]


def _links(log_id: str, rows: Sequence[Any], earlier: Sequence[Any]) -> tuple[list[Link], dict[bytes, array[int]]]:
    """The links of a slice in order, and the positions in it of each name, by its short key."""
    corrected = {fact for position, _, _, fact, _, _ in (*earlier, *rows) if fact != position}
    naming = Naming(corrected)
    for row in earlier:
        _names(naming, row)
    links: list[Link] = []
    positions: dict[bytes, array[int]] = {}
    for row in rows:
        position, leaf = row["position"], row["leaf_hash"]
        for name in _names(naming, row):
            key = key_of(log_id, name)
            links.append((key, position, leaf))
            positions.setdefault(key[:SHORT_KEY], array("Q")).append(position)
    return links, positions


def _names(naming: Naming, row: Any) -> Collection[str]:
    position, kind, _, fact, kept, erased = row
    if kept is None:
        return naming.of(position, kind, fact, None, erased or ())
    return naming.of(position, kind, fact, orjson.loads(kept)["data"])


def _grown(
    contents: Mapping[int, bytes], tiles: Mapping[Tile, bytes], links: Iterable[Link]
) -> tuple[dict[int, bytes], dict[Tile, bytes], bytes]:
    changed = grow(contents, links)
    return changed, *retile(tiles, hashes_of(changed))


def _packed(positions: array[int]) -> bytes:
    """Positions in order, each a big-endian integer of 8 bytes."""
    return _turned(positions).tobytes()


def unpacked(packed: bytes) -> array[int]:
    """Positions from their packed form. Raises ValueError where it is none."""
    return _turned(array("Q", packed))


def _turned(positions: array[int]) -> array[int]:
    """The same bytes in the order of this machine, or from it."""
    if sys.byteorder == "little":
        positions.byteswap()
    return positions


async def _buckets(raw: Any, log_id: str, buckets: Collection[int]) -> dict[int, bytes]:
    return {row["bucket"]: row["content"] for row in await raw.fetch(BUCKETS, log_id, list(buckets))}


async def _tiles(raw: Any, log_id: str, tiles: Collection[Tile]) -> dict[Tile, bytes]:
    levels, indexes = [level for level, _ in tiles], [index for _, index in tiles]
    return {(row[0], row[1]): row[2] for row in await raw.fetch(TILES, log_id, levels, indexes)}


async def openings(conn: AsyncConnection, log_id: str, names: Iterable[str]) -> dict[str, Opening]:
    """Each of some names opened in the map as the transaction sees it, those that no entry names too."""
    raw = await driver_of(conn)
    keys = {name: key_of(log_id, name) for name in names}
    buckets = {bucket_of(key) for key in keys.values()}
    contents, tiles = await _buckets(raw, log_id, buckets), await _tiles(raw, log_id, tiles_over(buckets))
    return await asyncio.to_thread(_opened, keys, contents, tiles)


def _opened(
    keys: Mapping[str, bytes], contents: Mapping[int, bytes], tiles: Mapping[Tile, bytes]
) -> dict[str, Opening]:
    """In the order of the keys, so that the hashes within a tile are worked out once for all keys below it."""
    above, found = tiles.get(TOP) or empty_tile(TOP), {}
    for name, key in sorted(keys.items(), key=itemgetter(1)):
        bucket = bucket_of(key)
        low = (0, bucket // TILE_WIDTH)
        found[name] = open_key(key, contents.get(bucket, b""), tiles.get(low) or empty_tile(low), above)
    return found


async def positions(conn: AsyncConnection, log_id: str, names: Collection[str], size: int) -> dict[str, list[int]]:
    """The positions below `size` of the entries that name each of some names, in order.

    Raises NotYetIndexed where the map does not cover so many entries.
    """
    covered = (await state(conn, log_id)).size
    if covered < size:
        raise NotYetIndexed(log=log_id, wanted=size, size=covered)
    short = {key_of(log_id, name)[:SHORT_KEY]: name for name in names}
    found: dict[str, list[int]] = {name: [] for name in names}
    for row in await (await driver_of(conn)).fetch(POSITIONS, log_id, list(short)):
        found[short[row["name"]]] += [position for position in unpacked(row["positions"]) if position < size]
    return found


async def all_positions(conn: AsyncConnection, log_id: str) -> AsyncIterator[tuple[bytes, int, bytes]]:
    """Every name's short key, the first position of a row and the packed positions in it, in this order."""
    raw, last = await driver_of(conn), (b"", -1)
    while rows := await raw.fetch(AFTER, log_id, *last):
        for row in rows:
            yield row["name"], row["first"], row["positions"]
        last = (rows[-1]["name"], rows[-1]["first"])


async def all_buckets(conn: AsyncConnection, log_id: str) -> AsyncIterator[tuple[int, bytes]]:
    """Every bucket that is kept, in order."""
    raw = await driver_of(conn)
    for row in await raw.fetch("SELECT min(bucket), max(bucket) FROM name_bucket WHERE log_id = $1", log_id):
        first, last = row
    if first is None:
        return
    for start in range(first, last + 1, 4096):
        for row in await raw.fetch(ALL_BUCKETS, log_id, start, min(start + 4096, last + 1)):
            yield row["bucket"], row["content"]


async def all_tiles(conn: AsyncConnection, log_id: str) -> dict[Tile, bytes]:
    """Every tile that is kept."""
    return {(row[0], row[1]): row[2] for row in await (await driver_of(conn)).fetch(ALL_TILES, log_id)}

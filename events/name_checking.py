"""Makes the map of names of a log again from its entries, and holds what is kept of it against that.

It shares the hashing of the map with the writer and the reading of names. The leaf hashes of the entries are
taken as they are kept: whoever verifies a log checks them by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from events import name_tables
from events.database import driver_of
from events.merkle import Frontier
from events.name_growing import WholeMap
from events.name_index import Indexed
from events.name_map import COUNT_SIZE, NOBODY, bucket_of
from events.name_tables import BETWEEN, SHORT_KEY
from events.named import Naming

CHUNK: Final = 5000
CORRECTED: Final = "SELECT DISTINCT fact_position FROM event WHERE log_id = $1 AND target_position IS NOT NULL"
ASTRAY: Final = (
    "SELECT name FROM name_position WHERE log_id = $1 AND substring(positions FROM 1 FOR 8) <> int8send(first) LIMIT 1"
)

Progress = Callable[[int], None]


class MapLie(Exception):
    """What is kept of a map is not what the entries give; the message says what."""


@dataclass(slots=True)
class Remade:
    """The map and the tree of a log, made again up to a size."""

    whole: WholeMap
    tree: Frontier
    leaves: list[bytes]


async def check_map(
    conn: AsyncConnection, log_id: str, recorded: Iterable[Indexed], progress: Progress | None = None
) -> None:
    """Check all that is kept of a log's map, and what its companion has on record of it. Raises MapLie.

    `recorded` are the companion's entries in order. Memory grows by 32 bytes for each entry and 300 for each name.
    """
    kept = await name_tables.state(conn, log_id)
    entries = list(recorded)
    sizes = [entry.size for entry in entries]
    for before, entry in zip([0, *sizes], entries, strict=False):
        if entry.size <= before:
            raise MapLie(f"index entry {entry.position} is of size {entry.size}, the one before it of {before}")
    said = {entry.size: entry for entry in entries}
    remade = Remade(WholeMap(log_id), Frontier(), [])
    corrected = {row[0] for row in await (await driver_of(conn)).fetch(CORRECTED, log_id)}
    naming = Naming(corrected)
    for end in sorted({*sizes, kept.size}):
        await _take(conn, log_id, remade, naming, end, progress)
        if end in said:
            _hold(said[end], remade)
        if end == kept.size:
            if remade.whole.root() != kept.root:
                raise MapLie(f"name_map: the root for size {kept.size} is not that of the entries")
            await check_tables(conn, log_id, remade.whole, remade.leaves)


async def _take(
    conn: AsyncConnection, log_id: str, remade: Remade, naming: Naming, end: int, progress: Progress | None
) -> None:
    """Take the entries up to a size."""
    raw = await driver_of(conn)
    while (size := remade.whole.size) < end:
        rows = await raw.fetch(BETWEEN, log_id, size, min(size + CHUNK, end))
        for row in rows:
            _add(remade, naming, row)
        if remade.whole.size == size:
            raise MapLie(f"the map is on record for {end} entries; the log has {size}")
        remade.tree.extend(remade.leaves[size:])
        if progress is not None:
            progress(remade.whole.size)


def _add(remade: Remade, naming: Naming, row: Any) -> None:
    position, kind, leaf, fact, kept, erased = row
    if position != remade.whole.size:
        raise MapLie(f"the entry at position {remade.whole.size} is missing")
    data = None if kept is None else _data(kept)
    gone = erased or () if kept is None else None
    remade.whole.add(leaf, naming.of(position, kind, fact, data, gone))
    remade.leaves.append(leaf)


def _data(kept: bytes) -> Any:
    """The data of a kept event; nothing of what is no event, which is for others to name."""
    try:
        event = orjson.loads(kept)
    except ValueError:
        return None
    return event.get("data") if isinstance(event, dict) else None


def _hold(entry: Indexed, remade: Remade) -> None:
    if entry.root != remade.tree.root():
        raise MapLie(f"index entry {entry.position}: the root for size {entry.size} is not that of the log")
    if entry.map_root != remade.whole.root():
        raise MapLie(f"index entry {entry.position}: the root of the map for size {entry.size} is not of the entries")


async def check_tables(conn: AsyncConnection, log_id: str, whole: WholeMap, leaves: Sequence[bytes]) -> None:
    """Hold every bucket, tile and kept position against the map made again. Raises MapLie."""
    due = whole.buckets()
    async for bucket, content in name_tables.all_buckets(conn, log_id):
        expected = next(due, None)
        if expected != (bucket, content):
            at = bucket if expected is None else min(bucket, expected[0])
            raise MapLie(f"name_bucket: bucket {at} is not what the entries give")
    if (missing := next(due, None)) is not None:
        raise MapLie(f"name_bucket: bucket {missing[0]} is missing")
    tiles, kept = whole.tiles(), await name_tables.all_tiles(conn, log_id)
    for tile in sorted(tiles.keys() | kept.keys()):
        if tiles.get(tile) != kept.get(tile):
            raise MapLie(f"name_tile: tile {tile[0]}/{tile[1]} is not what the entries give")
    await _check_positions(conn, log_id, whole, leaves)


async def _check_positions(conn: AsyncConnection, log_id: str, whole: WholeMap, leaves: Sequence[bytes]) -> None:
    """The positions kept for each name chain up to its value."""
    keys = iter(whole.keys())
    name, packed = b"", b""
    async for short, first, found in name_tables.all_positions(conn, log_id):
        if first != int.from_bytes(found[:COUNT_SIZE]):
            raise MapLie(f"name_position: a row of {short.hex()} does not begin with position {first}")
        if short == name:
            packed += found
            continue
        if name:
            _check_name(name, packed, next(keys, None), whole, leaves)
        name, packed = short, found
    if name:
        _check_name(name, packed, next(keys, None), whole, leaves)
    if (missing := next(keys, None)) is not None:
        raise MapLie(f"name_position: the name {missing[:SHORT_KEY].hex()} is missing")


def _check_name(name: bytes, packed: bytes, key: bytes | None, whole: WholeMap, leaves: Sequence[bytes]) -> None:
    if key is None or name != key[:SHORT_KEY]:
        raise MapLie(f"name_position: no entry names {name.hex()}, or one before it is missing")
    try:
        chain = _chain_of(packed, leaves)
    except (ValueError, IndexError):
        chain = b""
    if whole.value_of(key) != (len(packed) // COUNT_SIZE).to_bytes(COUNT_SIZE) + chain:
        raise MapLie(
            f"name_position: the positions of {name.hex()} (bucket {bucket_of(key)}) are not those that name it"
        )


def _chain_of(packed: bytes, leaves: Sequence[bytes]) -> bytes:
    """The chain over packed positions, as `events.name_map.linked` makes it, in one go."""
    chain = NOBODY[COUNT_SIZE:]
    for at, position in enumerate(name_tables.unpacked(packed)):
        chain = sha256(chain + packed[at * COUNT_SIZE : (at + 1) * COUNT_SIZE] + leaves[position]).digest()
    return chain

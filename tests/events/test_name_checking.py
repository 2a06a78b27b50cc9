"""What is kept of a map of names is held against the entries, and whatever was changed is named."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any, Final

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import name_index, name_tables
from events.appender import Appender
from events.clock import SystemClock
from events.name_checking import MapLie, check_map
from events.name_index import Indexed
from events.receipts import Offer

pytestmark = pytest.mark.anyio

Make = Callable[..., Offer]


@pytest.fixture
async def indexed(engine: AsyncEngine, log: str, offer: Make, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A log of sixty entries, corrections among them, indexed in two goes and several slices."""
    monkeypatch.setattr(name_tables, "SLICE", 11)
    appender = Appender(engine, SystemClock())
    offers = [offer("person.registered", f"e{n}", person_id=f"p{n % 7}") for n in range(50)]
    offers += [
        offer(
            "record.corrected",
            f"c{n}",
            corrects_event_id=f"e{n}",
            corrected_payload={"person_id": "q", "name_zh": "乙"},
        )
        for n in range(0, 50, 5)
    ]
    for some, size in ((offers[:30], 30), (offers[30:], 60)):
        await appender.append(log, some)
        await name_index.ensure(engine, appender.append, log, size)
    yield log
    await appender.close()


async def check(engine: AsyncEngine, log: str, recorded: list[Indexed] | None = None) -> list[int]:
    """Check the map, with the companion's entries or others; the sizes seen on the way."""
    seen: list[int] = []
    entries = await name_index.recorded(engine, log) if recorded is None else recorded
    async with engine.connect() as conn:
        await check_map(conn, log, entries, seen.append)
    return seen


async def as_owner(database_url: str, statement: str, *given: Any) -> str:
    """A statement as the owner, whom no trigger stops."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("SET session_replication_role = replica")
        return str(await connection.execute(statement, *given))
    finally:
        await connection.close()


async def test_a_sound_map_is_found_sound(engine: AsyncEngine, indexed: str) -> None:
    """What was written slice by slice is what the entries give; a log without a map is sound as well."""
    assert [entry.size for entry in await name_index.recorded(engine, indexed)] == [30, 60]
    assert await check(engine, indexed) == [30, 60]
    assert await name_index.recorded(engine, "none") == []
    assert await check(engine, "none") == []


FLIP: Final = "set_byte({0}, length({0}) - 1, get_byte({0}, length({0}) - 1) # 1)"
FIRST: Final = "(bucket) = (SELECT min(bucket) FROM name_bucket)"
CHANGES: Final = {
    "a bucket's byte": (
        f"UPDATE name_bucket SET content = {FLIP.format('content')} WHERE {FIRST}",
        "name_bucket: bucket",
    ),
    "a bucket's number": (f"UPDATE name_bucket SET bucket = 65535 WHERE {FIRST}", "name_bucket: bucket"),
    "a bucket gone": (f"DELETE FROM name_bucket WHERE {FIRST}", "name_bucket: bucket"),
    "the last bucket gone": (
        "DELETE FROM name_bucket WHERE bucket = (SELECT max(bucket) FROM name_bucket)",
        "is missing",
    ),
    "a bucket more": ("INSERT INTO name_bucket VALUES ('cn-62', 65535, 'x')", "name_bucket: bucket 65535"),
    "a low tile": (f"UPDATE name_tile SET hashes = {FLIP.format('hashes')} WHERE level = 0", "name_tile: tile 0/"),
    "the top tile": (f"UPDATE name_tile SET hashes = {FLIP.format('hashes')} WHERE level = 1", "name_tile: tile 1/0"),
    "a tile's level": ("UPDATE name_tile SET level = 2 WHERE level = 1", "name_tile: tile 1/0"),
    "a tile's number": ("UPDATE name_tile SET tile = 1 WHERE level = 1", "name_tile: tile 1/0"),
    "the tiles gone": ("DELETE FROM name_tile", "name_tile: tile"),
    "the root": ("UPDATE name_map SET root = sha256(root)", "name_map: the root for size 60"),
    "the size": ("UPDATE name_map SET size = 59", "name_map: the root for size 59"),
    "a size beyond the log": ("UPDATE name_map SET size = 61", "the log has 60"),
    "the map's row gone": ("DELETE FROM name_map", "name_bucket: bucket"),
    "a position": (
        f"UPDATE name_position SET positions = {FLIP.format('positions')} WHERE first = 0",
        "name_position: the positions",
    ),
    "positions twice": ("UPDATE name_position SET positions = positions || positions", "name_position: the positions"),
    "a position beyond the log": (
        "UPDATE name_position SET positions = positions || decode('ffffffffffffffff', 'hex')",
        "name_position: the positions",
    ),
    "half a position": ("UPDATE name_position SET positions = positions || 'x'", "name_position: the positions"),
    "a name": (f"UPDATE name_position SET name = {FLIP.format('name')} WHERE first = 0", "name_position:"),
    "an order": ("UPDATE name_position SET first = first + 1 WHERE first = 0", "does not begin with position 1"),
    "positions gone": ("DELETE FROM name_position WHERE first = 0", "name_position:"),
    "all positions gone": ("DELETE FROM name_position", "is missing"),
    "a name more": (
        "INSERT INTO name_position VALUES ('cn-62', repeat('~', 16)::bytea, 0, '')",
        "name_position: no entry",
    ),
    "an entry gone": ("DELETE FROM event WHERE position = 5", "the entry at position 5 is missing"),
    "the last entry gone": ("DELETE FROM event WHERE position = 59", "the log has 59"),
    "a kept text": (
        "UPDATE payload SET kept = decode(replace(encode(kept, 'hex'), '7033', '7034'), 'hex') WHERE position = 3",
        "index entry 0: the root of the map",
    ),
    "a text that is no JSON": (
        "UPDATE payload SET kept = 'x' WHERE position = 40",
        "index entry 1: the root of the map",
    ),
    "a leaf": (
        "UPDATE event SET leaf_hash = sha256(leaf_hash) WHERE position = 3",
        "index entry 0: the root for size 30",
    ),
}


@pytest.mark.parametrize(("statement", "named"), CHANGES.values(), ids=CHANGES.keys())
async def test_what_was_changed_is_named(
    engine: AsyncEngine, database_url: str, indexed: str, statement: str, named: str
) -> None:
    """Whatever of the map, or of what it rests on, is changed in the database is found and named."""
    where = " AND log_id = 'cn-62'" if " WHERE " in statement else " WHERE log_id = 'cn-62'"
    done = await as_owner(database_url, statement + ("" if statement.startswith("INSERT") else where))
    assert not done.endswith(" 0")
    with pytest.raises(MapLie) as lie:
        await check(engine, indexed)
    assert named in str(lie.value)


WRONG: Final[dict[str, tuple[Callable[[list[Indexed]], list[Indexed]], str]]] = {
    "a size": (lambda said: [replace(said[0], size=29), said[1]], "index entry 0: the root for size 29"),
    "a root": (lambda said: [replace(said[0], root=bytes(32)), said[1]], "index entry 0: the root for size 30"),
    "a map's root": (
        lambda said: [said[0], replace(said[1], map_root=bytes(32))],
        "index entry 1: the root of the map",
    ),
    "swapped": (lambda said: said[::-1], "index entry 0 is of size 30, the one before it of 60"),
    "twice": (lambda said: [said[0], *said], "index entry 0 is of size 30, the one before it of 30"),
    "beyond the log": (lambda said: [*said, replace(said[1], size=61)], "on record for 61 entries; the log has 60"),
    "of nothing": (lambda said: [replace(said[0], size=0), said[1]], "is of size 0"),
}


@pytest.mark.parametrize(("change", "named"), WRONG.values(), ids=WRONG.keys())
async def test_what_the_companion_says_is_held_against_the_log(
    engine: AsyncEngine, indexed: str, change: Callable[[list[Indexed]], list[Indexed]], named: str
) -> None:
    """An entry of the companion log that is wrong about the log, or out of order, is named."""
    with pytest.raises(MapLie) as lie:
        await check(engine, indexed, change(await name_index.recorded(engine, indexed)))
    assert named in str(lie.value)


async def test_erased_entries_keep_their_names(engine: AsyncEngine, database_url: str, indexed: str) -> None:
    """With the names that an erasure has on record the map comes out as before; with others it does not."""
    for position, name in ((3, "p3"), (52, "p3")):
        named = [name] if position == 3 else ["p3", "q", "e10"]
        await as_owner(
            database_url,
            "INSERT INTO erasure VALUES ($1, $2, 'g', NULL, '2026-01-01', now(), $3)",
            indexed,
            position,
            named,
        )
        await as_owner(database_url, "DELETE FROM payload WHERE log_id = $1 AND position = $2", indexed, position)
    assert await check(engine, indexed) == [30, 60]
    await as_owner(database_url, "UPDATE erasure SET named = '{p4}' WHERE position = 3")
    with pytest.raises(MapLie, match="index entry 0: the root of the map"):
        await check(engine, indexed)

"""The companion log `<log>.index`: it says what the root of the map of names is as of sizes of the log.

The map is taken over what the log grew by, slice by slice, each slice a transaction on the log alone. When it
has come to the head, an entry `index.recorded` is appended to the companion, in a transaction of its own. Who
extends a map or appends of it holds the map's row, so that entries come in the order of their sizes; what a
crash left between the two is made good by the next call.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events import entries, knowledge, logs, name_tables
from events.canonical import canonical
from events.catalogue.records import IndexRecorded
from events.clock import Clock
from events.cloudevent import Submission
from events.entry import Entry
from events.errors import LogUnknown, NotAsIndexed, NotYetIndexed
from events.name_map import Opening
from events.name_tables import MapState
from events.precedence import rest
from events.receipts import Appended, Offer
from events.signatures import read_base64

EVERY: Final = timedelta(seconds=30)
"""While a log grows, its map is on record so often at the most; sooner where somebody asks for it."""
CREDENTIAL: Final = "service"
SOURCE: Final = "urn:zeren:service"
_PAUSE: Final = 0.05
"""Seconds until another look where somebody else is at it."""

POSITION_OF: Final = text("SELECT position FROM event_id WHERE log_id = :log_id AND source = :source AND id = :id")

Append = Callable[[str, Sequence[Offer]], Awaitable[Appended]]
"""Appends offers to a log, such as `Appender.append` does."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """An entry of the companion log: its position there, and what it says of the log."""

    position: int
    recorded_at: datetime
    size: int
    root: bytes
    map_root: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """Names opened in the map whose root an entry of the companion log has on record."""

    entry: Indexed
    openings: Mapping[str, Opening]


def index_of(log_id: str) -> str:
    """The id of the companion log."""
    return log_id + logs.INDEX


async def newest(engine: AsyncEngine, log_id: str) -> Indexed | None:
    """The last entry of the companion log; None before the first."""
    index = index_of(log_id)
    async with engine.connect() as conn:
        try:
            head = await logs.get(conn, index)
        except LogUnknown:
            return None
        return next((_read(entry, log_id) for entry in await entries.at(conn, index, [head.size - 1])), None)


async def recorded(engine: AsyncEngine, log_id: str) -> list[Indexed]:
    """All entries of the companion log, in order. Raises NotAsIndexed where one of them is none."""
    index = index_of(log_id)
    async with engine.connect() as conn:
        try:
            head = await logs.get(conn, index)
        except LogUnknown:
            return []
        return [_read(entry, log_id) async for chunk in entries.stream(conn, index, 0, head.size) for entry in chunk]


def _read(entry: Entry, log_id: str) -> Indexed:
    try:
        said = entry.data
        root, map_root = read_base64(said["root"]), read_base64(said["map_root"])
        return Indexed(entry.position, entry.recorded_at, said["size"], root, map_root)
    except (KeyError, TypeError) as error:
        why = {
            "why_zh": f"伴随日志位置 {entry.position} 的条目不是索引条目",
            "why_en": f"the entry at position {entry.position} of its companion log is no index entry",
        }
        raise NotAsIndexed(log=log_id, size=entry.position, **why) from error


async def extend(engine: AsyncEngine, append: Append, clock: Clock, log_id: str, budget: float) -> bool:
    """Take a log's map on, where that is due, for about `budget` seconds.

    False once the companion log has the whole of the log on record; then nothing is to be done until it grows.
    A service log has no map, that of a halted log stays as it is. Raises NotAsIndexed, and what an append raises.
    """
    head = await _head(engine, log_id)
    last = await newest(engine, log_id)
    on_record = 0 if last is None else last.size
    covered = await _covered(engine, log_id)
    if head.service or head.size == on_record == covered:
        return False
    fresh = last is not None and timedelta() <= clock.now() - last.recorded_at < EVERY
    if head.state == "halted" or (fresh and covered >= on_record):
        return True
    await _check(engine, head, last)
    until = asyncio.get_running_loop().time() + budget
    if not await _caught_up(engine, log_id, head.size, until):
        return True
    entry = await _recorded(engine, append, log_id)
    return entry is None or entry.size < head.size


async def ensure(engine: AsyncEngine, append: Append, log_id: str, size: int, *, patience: float = 10.0) -> Indexed:
    """The newest entry of the companion log, which covers at least `size` entries: made now where need be.

    Raises NotYetIndexed where that takes more than `patience` seconds, or the log has no such size or no entry
    at all, and NotAsIndexed.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while True:
        last = await newest(engine, log_id)
        if last is not None and last.size >= size and await _covered(engine, log_id) >= last.size:
            return last
        head = await _head(engine, log_id)
        if head.service or head.size < max(size, 1) or loop.time() >= until:
            raise NotYetIndexed(log=log_id, wanted=size, size=0 if last is None else last.size)
        await _check(engine, head, last)
        done = await _caught_up(engine, log_id, head.size, until) and await _recorded(engine, append, log_id)
        if not done:
            await asyncio.sleep(_PAUSE)


async def open_keys(engine: AsyncEngine, log_id: str, names: Collection[str], *, patience: float = 10.0) -> Opened:
    """Names opened in the map as it stands, with the entry of the companion log that has its root on record.

    Waits while the map is between two entries. Raises NotYetIndexed after `patience` seconds, at once for a
    log that has no map.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while True:
        async with _snapshot(engine) as conn:
            standing = await name_tables.state(conn, log_id)
            openings = await name_tables.openings(conn, log_id, names)
        entry = await _entry_of(engine, log_id, standing)
        if entry is not None:
            return Opened(entry, openings)
        if standing.size == 0 or loop.time() >= until:
            raise NotYetIndexed(log=log_id, wanted=standing.size, size=standing.size)
        await asyncio.sleep(_PAUSE)


async def positions(conn: AsyncConnection, log_id: str, names: Collection[str], size: int) -> dict[str, list[int]]:
    """The positions below `size` of the entries that name each of some names in the map's sense, in order.

    Raises NotYetIndexed where the map does not cover so many entries.
    """
    return await name_tables.positions(conn, log_id, names, size)


@asynccontextmanager
async def _snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.execution_options(isolation_level="REPEATABLE READ").connect() as conn:
        yield conn


async def _head(engine: AsyncEngine, log_id: str) -> logs.Log:
    async with engine.connect() as conn:
        return await logs.get(conn, log_id)


async def _covered(engine: AsyncEngine, log_id: str) -> int:
    """How many entries the map covers: fewer than are on record where its tables were emptied."""
    async with engine.connect() as conn:
        return (await name_tables.state(conn, log_id)).size


async def _check(engine: AsyncEngine, head: logs.Log, last: Indexed | None) -> None:
    """Raise NotAsIndexed where the log is not the one, grown on, that its last index entry was made from."""
    async with engine.connect() as conn:
        covered = (await name_tables.state(conn, head.log_id)).size
        size = max(covered, 0 if last is None else last.size)
        if head.size < size:
            why = {"why_zh": f"日志只有 {head.size} 条", "why_en": f"the log has {head.size} entries"}
            raise NotAsIndexed(log=head.log_id, size=size, **why)
        if last is not None and await knowledge.root_at(conn, head.log_id, last.size) != last.root:
            why = {"why_zh": "该处的树根哈希不同", "why_en": "its root there is another"}
            raise NotAsIndexed(log=head.log_id, size=last.size, **why)


async def _caught_up(engine: AsyncEngine, log_id: str, end: int, until: float) -> bool:
    """Take the map on to at least `end`; whether it got there in time and nobody else was at it."""
    while True:
        await rest()
        async with engine.begin() as conn:
            standing = await name_tables.lock(conn, log_id)
            if standing is None:
                return False
            if standing.size < end:
                standing = await name_tables.extend(conn, log_id, standing, end)
        if standing.size >= end:
            return True
        if asyncio.get_running_loop().time() >= until:
            return False


async def _recorded(engine: AsyncEngine, append: Append, log_id: str) -> Indexed | None:
    """The companion's newest entry once it has the map as it stands on record; None where somebody is at the map.

    The map's row stays locked meanwhile; the append is a transaction of its own, on another connection.
    """
    async with engine.begin() as conn:
        standing = await name_tables.lock(conn, log_id)
        if standing is None:
            return None
        last = await newest(engine, log_id)
        if last is not None and last.size >= standing.size:
            return last
        root = await knowledge.root_at(conn, log_id, standing.size)
        await _append(engine, append, log_id, standing, root)
    return await newest(engine, log_id)


async def _append(engine: AsyncEngine, append: Append, log_id: str, standing: MapState, root: bytes) -> None:
    index, event_id = index_of(log_id), _id_of(log_id, standing.size)
    data = {"log": log_id, "size": standing.size, "root": _text(root), "map_root": _text(standing.root)}
    name, version = IndexRecorded.NAME, IndexRecorded.VERSION
    event = {"specversion": "1.0", "id": event_id, "source": SOURCE, "type": name, "data": data}
    offers = [Offer(Submission(event_id, SOURCE, name, version, event, canonical(event), None), CREDENTIAL)]
    try:
        appended = await append(index, offers)
    except LogUnknown:
        async with engine.begin() as conn:
            await logs.create_service(conn, index)
        appended = await append(index, offers)
    if (problem := appended.receipts[0].problem) is not None:
        raise problem


async def _entry_of(engine: AsyncEngine, log_id: str, standing: MapState) -> Indexed | None:
    """The entry that has the map on record as it stands; None where there is none yet."""
    index = index_of(log_id)
    async with engine.connect() as conn:
        named: dict[str, Any] = {"log_id": index, "source": SOURCE, "id": _id_of(log_id, standing.size)}
        position = (await conn.execute(POSITION_OF, named)).scalar()
        if position is None:
            return None
        entry = _read((await entries.at(conn, index, [position]))[0], log_id)
    if entry.map_root != standing.root:
        why = {"why_zh": "登记的索引根哈希不同", "why_en": "the map's root on record is another"}
        raise NotAsIndexed(log=log_id, size=standing.size, **why)
    return entry


def _id_of(log_id: str, size: int) -> str:
    return f"{log_id}-{size}"


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()

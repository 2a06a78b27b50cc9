"""Re-reads a log and names the first lie: every row hashed again, the tree grown again.

Trusts nothing of the writer but the hashing it shares. Rows are read in order and checked for
contiguity, form, digests, leaf hash, identity and target; then the append transactions, the tiles
and the counter are compared with what the rows say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events import logs
from events.canonical import NotJson, canonical, read_json
from events.cloudevent import TARGET_FIELDS
from events.leaf import PayloadDigests, header_digest, leaf_record, sm3
from events.merkle import TILE_WIDTH, Frontier, leaf_hash, tile_root

CHUNK: Final = 2000

ROWS: Final = text(
    """
    SELECT e.*, p.salt_p, p.kept, i.position AS id_position
    FROM event e
    LEFT JOIN payload p ON p.log_id = e.log_id AND p.position = e.position
    LEFT JOIN event_id i ON i.log_id = e.log_id AND i.source = e.source AND i.id = e.id
    WHERE e.log_id = :log_id AND e.position >= :first ORDER BY e.position LIMIT :limit
    """
)
APPENDS: Final = text("SELECT * FROM append_tx WHERE log_id = :log_id ORDER BY size")
TILES: Final = text("SELECT level, tile_index, hashes, root FROM tile WHERE log_id = :log_id ORDER BY 1, 2")
COUNTS: Final = text(
    """
    SELECT (SELECT count(*) FROM event WHERE log_id = :log_id) AS event,
           (SELECT count(*) FROM payload WHERE log_id = :log_id) AS payload,
           (SELECT count(*) FROM event_id WHERE log_id = :log_id) AS event_id
    """
)

Progress = Callable[[int, int], None]


class Lie(Exception):
    """What does not hold: where, and why."""

    def __init__(self, position: int | None, what: str) -> None:
        self.position = position
        self.what = what
        super().__init__(what if position is None else f"position {position}: {what}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found."""

    log_id: str
    size: int
    root: bytes
    lie: Lie | None


@dataclass(slots=True)
class _Rebuilt:
    """What the rows say, as they are read."""

    frontier: Frontier
    roots: dict[int, tuple[bytes, bytes, datetime, int]]
    """Size to root, frontier, recorded_at, and the first of the entries just below that bear this recorded_at."""
    leaves: list[bytes]
    facts: dict[int, int]
    by_id: dict[tuple[str, str], int]
    recorded_at: datetime | None = None
    """Of the last entry; entries from `since` on bear it."""
    since: int = 0


async def verify(conn: AsyncConnection, log_id: str, progress: Progress | None = None) -> Verdict:
    """Check a whole log. Raises LogUnknown; every other failing is a lie in the verdict.

    Memory grows by about 150 bytes an entry.
    """
    log = await logs.get(conn, log_id)
    rebuilt = _Rebuilt(Frontier(), {}, [], {}, {})
    lie = None
    try:
        ends = {row.size: row for row in await conn.execute(APPENDS, {"log_id": log_id})}
        await _rows(conn, log, rebuilt, set(ends), progress)
        _appends(list(ends.values()), rebuilt)
        _tiles(list(await conn.execute(TILES, {"log_id": log_id})), rebuilt.leaves)
        _counts((await conn.execute(COUNTS, {"log_id": log_id})).one(), rebuilt.frontier.size)
        _counter(log, rebuilt)
    except Lie as found:
        lie = found
    return Verdict(log_id, rebuilt.frontier.size, rebuilt.frontier.root(), lie)


async def _rows(
    conn: AsyncConnection, log: logs.Log, rebuilt: _Rebuilt, ends: set[int], progress: Progress | None
) -> None:
    while True:
        where = {"log_id": log.log_id, "first": rebuilt.frontier.size, "limit": CHUNK}
        rows = (await conn.execute(ROWS, where)).all()
        if not rows:
            return
        for row in rows:
            leaf = _row(row, rebuilt)
            if row.recorded_at != rebuilt.recorded_at:
                rebuilt.recorded_at, rebuilt.since = row.recorded_at, row.position
            rebuilt.leaves.append(leaf)
            rebuilt.frontier.append(leaf)
            if rebuilt.frontier.size in ends:
                frontier = rebuilt.frontier
                rebuilt.roots[frontier.size] = (frontier.root(), frontier.pack(), row.recorded_at, rebuilt.since)
        if progress is not None:
            progress(rebuilt.frontier.size, log.size)


def _row(row: Any, rebuilt: _Rebuilt) -> bytes:
    """The leaf hash that a row should have, which it has. Raises Lie."""
    position = rebuilt.frontier.size
    if row.position != position:
        raise Lie(position, f"the entry is missing; the next one is at position {row.position}")
    if row.kept is None:
        raise Lie(position, "the payload is missing")
    kept = bytes(row.kept)
    salted = bytes(row.salt_p) + kept
    if hashlib.sha256(salted).digest() != bytes(row.payload_sha256) or sm3(salted) != bytes(row.payload_sm3):
        raise Lie(position, "the kept bytes do not have the digests recorded for them")
    event = _event(kept, position)
    for column, name in (("id", "id"), ("source", "source"), ("kind", "type")):
        if event.get(name) != getattr(row, column):
            raise Lie(position, f"column {column} says {getattr(row, column)!r}, the kept event {event.get(name)!r}")
    if row.id_position != position:
        raise Lie(position, f"its source and id are recorded for position {row.id_position}")
    header = header_digest(
        bytes(row.salt_h), source=row.source, event_id=row.id, kind=row.kind, kind_version=row.kind_version
    )
    digests = PayloadDigests(bytes(row.payload_sha256), bytes(row.payload_sm3))
    leaf = leaf_hash(leaf_record(row.log_id, position, row.recorded_at, header, digests))
    if leaf != bytes(row.leaf_hash):
        raise Lie(position, "the leaf hash is not that of its record (position, time, header or digests were changed)")
    _targets(row, event, rebuilt)
    return leaf


def _event(kept: bytes, position: int) -> dict[str, Any]:
    try:
        event = read_json(kept)
        again = canonical(event)
    except NotJson as error:
        raise Lie(position, f"the kept bytes are no JSON: {error}") from None
    except TypeError:  # what no door lets in: a float, a surrogate
        again = b""
    if not isinstance(event, dict) or again != kept:
        raise Lie(position, "the kept bytes are not the RFC 8785 form of an event")
    return event


def _targets(row: Any, event: dict[str, Any], rebuilt: _Rebuilt) -> None:
    position = row.position
    names = TARGET_FIELDS.get(row.kind)
    target, fact = None, position
    if names is not None:
        given = event.get("data")
        data = given if isinstance(given, dict) else {}
        target = rebuilt.by_id.get((str(data.get(names[1]) or row.source), str(data.get(names[0]))))
        if target is None:
            raise Lie(position, "it corrects or annuls an event that is not below it")
        fact = rebuilt.facts[target]
    if (row.target_position, row.fact_position) != (target, fact):
        stored = f"naming {row.target_position}, about {row.fact_position}"
        raise Lie(position, f"it is recorded as {stored}; its event names {target}, about {fact}")
    rebuilt.facts[position] = fact
    rebuilt.by_id[row.source, row.id] = position


def _appends(rows: list[Any], rebuilt: _Rebuilt) -> None:
    first, last = 0, None
    for row in rows:
        if row.first_position != first or row.size <= first:
            raise Lie(first, f"append transaction of size {row.size} begins at {row.first_position}, not {first}")
        if last is not None and row.recorded_at <= last:
            raise Lie(first, "recorded_at is not later than that of the append before it")
        found = rebuilt.roots.get(row.size)
        if found is None:
            raise Lie(rebuilt.frontier.size, f"an append transaction ends at size {row.size}, beyond the entries")
        root, frontier, recorded_at, since = found
        if since > first:
            raise Lie(first, "its recorded_at is not that of its append transaction")
        if recorded_at != row.recorded_at:
            raise Lie(row.size - 1, "its recorded_at is not that of its append transaction")
        if root != bytes(row.root) or frontier != bytes(row.frontier):
            raise Lie(row.size - 1, f"the root stored for size {row.size} is not that of the entries")
        first, last = row.size, row.recorded_at
    if first != rebuilt.frontier.size:
        raise Lie(first, "the entries from here on belong to no append transaction")


def _tiles(rows: list[Any], leaves: list[bytes]) -> None:
    stored = {(row.level, row.tile_index): (bytes(row.hashes), bytes(row.root)) for row in rows}
    level, hashes = 0, leaves
    while len(hashes) >= TILE_WIDTH:
        roots = []
        for index in range(len(hashes) // TILE_WIDTH):
            tile = hashes[index * TILE_WIDTH : (index + 1) * TILE_WIDTH]
            roots.append(tile_root(tile))
            if stored.pop((level, index), None) != (b"".join(tile), roots[-1]):
                raise Lie(None, f"tile {level}/{index} is missing or not that of the entries")
        level, hashes = level + 1, roots
    if stored:
        raise Lie(None, f"tile {min(stored)} is not of this log")


def _counts(row: Any, size: int) -> None:
    for name, count in row._mapping.items():
        if count != size:
            raise Lie(None, f"table {name} has {count} rows for {size} entries")


def _counter(log: logs.Log, rebuilt: _Rebuilt) -> None:
    if log.size != rebuilt.frontier.size:
        raise Lie(
            min(log.size, rebuilt.frontier.size),
            f"the log counts {log.size} entries; there are {rebuilt.frontier.size}",
        )
    if log.frontier != rebuilt.frontier.pack():
        raise Lie(None, "the frontier of the log is not that of its entries")
    if log.recorded_at != rebuilt.recorded_at:
        raise Lie(None, "the log's recorded_at is not that of its last entry")

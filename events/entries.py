"""Reads entries back: the event as kept, what the log added, and what corrects it.

A fact whose payload was erased, and all that was about it, states nothing: it is left out but where said.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.database import driver_of
from events.entry import Entry, Erasure

_COLUMNS = """
    e.position, e.recorded_at, e.kind, e.kind_version, e.source, e.id, e.leaf_hash, e.credential,
    e.target_position, e.fact_position, p.kept, p.signatures
"""
_FROM = "FROM event e JOIN payload p ON p.log_id = e.log_id AND p.position = e.position"
_WITHIN = "{0}.position >= $2 AND {0}.position < $3"
"""A range is said of every table: merged in order, one of which it is not said is read from the log's beginning."""


def _with_erased(of_payload: str = "true", of_erasure: str = "true") -> str:
    return f"""
        SELECT {_COLUMNS}, x.ground, x.erased_on, x.named
        FROM event e
        LEFT JOIN payload p ON p.log_id = e.log_id AND p.position = e.position AND {of_payload}
        LEFT JOIN erasure x ON x.log_id = e.log_id AND x.position = e.position AND {of_erasure}
        WHERE e.log_id = $1
    """


_EVERY = f"{_with_erased(_WITHIN.format('p'), _WITHIN.format('x'))} AND {_WITHIN.format('e')}"
EVERY: Final = f"{_EVERY} ORDER BY e.position LIMIT $4"
EVERY_OF_KIND: Final = f"{_EVERY} AND e.kind = ANY($5) ORDER BY e.position LIMIT $4"
LAST: Final = f"{_EVERY} ORDER BY e.position DESC LIMIT $4"
LAST_OF_KIND: Final = f"{_EVERY} AND e.kind = ANY($5) ORDER BY e.position DESC LIMIT $4"
EVERY_AT: Final = f"{_with_erased()} AND e.position = ANY($2) ORDER BY e.position"
ONE: Final = f"{_with_erased()} AND e.position = $2"
_SLICE = f"SELECT {_COLUMNS} {_FROM} WHERE e.log_id = $1 AND {_WITHIN.format('e')} AND {_WITHIN.format('p')}"
SLICE: Final = f"{_SLICE} ORDER BY e.position LIMIT $4"
SLICE_OF_KIND: Final = f"{_SLICE} AND e.kind = ANY($5) ORDER BY e.position LIMIT $4"
AT: Final = f"SELECT {_COLUMNS} {_FROM} WHERE e.log_id = $1 AND e.position = ANY($2) ORDER BY 1"
VERSIONS: Final = (
    f"SELECT {_COLUMNS} {_FROM} WHERE e.log_id = $1 AND e.target_position IS NOT NULL AND e.fact_position = ANY($2) "
    "AND e.position < $3 ORDER BY e.position"
)
LEAVES: Final = text(
    "SELECT leaf_hash FROM event WHERE log_id = :log_id AND position >= :first AND position < :end ORDER BY position"
)
FACT_NAMED: Final = text(
    f"""
    SELECT {_COLUMNS} {_FROM}
    WHERE e.log_id = :log_id AND e.position = (
        SELECT n.fact_position FROM event_id i JOIN event n ON n.log_id = i.log_id AND n.position = i.position
        WHERE i.log_id = :log_id AND i.source = :source AND i.id = :id
    )
    """
)
KINDS: Final = "SELECT position, kind FROM event WHERE log_id = $1 AND position = ANY($2)"
OTHERS: Final = """
    SELECT count(*)
    FROM event e JOIN event f ON f.log_id = e.log_id AND f.position = e.fact_position
    WHERE e.log_id = $1 AND e.position >= $2 AND e.position < $3 AND (e.kind <> ALL($4) OR f.kind <> ALL($4))
      AND ($5::text[] IS NULL OR e.kind = ANY($5)) AND ($6::text IS NULL OR e.credential = $6)
"""
POSITION_NAMED: Final = text("SELECT position FROM event_id WHERE log_id = :log_id AND source = :source AND id = :id")


async def between(
    conn: AsyncConnection, log_id: str, first: int, end: int, *, limit: int, kinds: Sequence[str] = ()
) -> Sequence[Entry]:
    """Up to `limit` entries at positions [first, end), in order, of the given kinds or of all."""
    driver = await driver_of(conn)
    if kinds:
        return _entries(await driver.fetch(SLICE_OF_KIND, log_id, first, end, limit, list(kinds)))
    return _entries(await driver.fetch(SLICE, log_id, first, end, limit))


async def every(
    conn: AsyncConnection, log_id: str, first: int, end: int, *, limit: int, kinds: Sequence[str] = ()
) -> Sequence[Entry]:
    """What `between` gives, and among them those whose payload was erased."""
    driver = await driver_of(conn)
    if kinds:
        return _every(await driver.fetch(EVERY_OF_KIND, log_id, first, end, limit, list(kinds)))
    return _every(await driver.fetch(EVERY, log_id, first, end, limit))


async def last(
    conn: AsyncConnection, log_id: str, first: int, end: int, *, limit: int, kinds: Sequence[str] = ()
) -> Sequence[Entry]:
    """The last `limit` entries of what `every` gives without a limit, in order."""
    driver = await driver_of(conn)
    if kinds:
        return _every(reversed(await driver.fetch(LAST_OF_KIND, log_id, first, end, limit, list(kinds))))
    return _every(reversed(await driver.fetch(LAST, log_id, first, end, limit)))


async def every_at(conn: AsyncConnection, log_id: str, positions: Sequence[int]) -> Sequence[Entry]:
    """What `at` gives, and among them those whose payload was erased."""
    return _every(await (await driver_of(conn)).fetch(EVERY_AT, log_id, list(positions)))


async def one(conn: AsyncConnection, log_id: str, position: int) -> Entry | None:
    """The entry at a position, one whose payload was erased too; None where there is none."""
    return next(iter(_every(await (await driver_of(conn)).fetch(ONE, log_id, position))), None)


def _every(records: Iterable[Any]) -> list[Entry]:
    found = []
    for record in records:
        entry = Entry(*record[:-3])
        ground, on, named = record[-3:]
        if entry.kept is None and ground is not None:
            entry.kept, entry.erased = b"", Erasure(ground, on, named)
        found.append(entry)
    return found


async def stream(
    conn: AsyncConnection, log_id: str, first: int, end: int, *, chunk: int = 1000
) -> AsyncIterator[Sequence[Entry]]:
    """All entries at positions [first, end), chunk by chunk."""
    while first < end:
        entries = await between(conn, log_id, first, end, limit=chunk)
        if not entries:
            return
        yield entries
        first = entries[-1].position + 1


async def at(conn: AsyncConnection, log_id: str, positions: Sequence[int]) -> Sequence[Entry]:
    """The entries at these positions, in order; those that do not exist are left out."""
    return _entries(await (await driver_of(conn)).fetch(AT, log_id, list(positions)))


async def versions(conn: AsyncConnection, log_id: str, facts: Sequence[int], size: int) -> Sequence[Entry]:
    """The corrections and annulments about these facts, below `size`, in order."""
    return _entries(await (await driver_of(conn)).fetch(VERSIONS, log_id, list(facts), size))


async def leaf_hashes(conn: AsyncConnection, log_id: str, first: int, end: int) -> list[bytes]:
    """The leaf hashes of the entries at positions [first, end), in order."""
    return [bytes(row.leaf_hash) for row in await conn.execute(LEAVES, {"log_id": log_id, "first": first, "end": end})]


async def fact_named(conn: AsyncConnection, log_id: str, source: str, event_id: str) -> Entry | None:
    """The fact that an event, named by source and id, is about; None where there is no such event."""
    row = (await conn.execute(FACT_NAMED, {"log_id": log_id, "source": source, "id": event_id})).one_or_none()
    return None if row is None else _entry(row)


async def kinds_at(conn: AsyncConnection, log_id: str, positions: Iterable[int]) -> dict[int, str]:
    """Position to kind of the entries at these positions, erased ones too."""
    return dict(await (await driver_of(conn)).fetch(KINDS, log_id, sorted(set(positions))))


async def others(
    conn: AsyncConnection,
    log_id: str,
    first: int,
    end: int,
    kinds: Sequence[str],
    *,
    among: Sequence[str] | None = None,
    credential: str | None = None,
) -> int:
    """How many entries at positions [first, end) are not of some kinds, or are about a fact that is not.

    Of those `among` some kinds (None: all), that a credential posted (None: any).
    """
    driver = await driver_of(conn)
    only = None if among is None else list(among)
    found: int = await driver.fetchval(OTHERS, log_id, first, end, list(kinds), only, credential)
    return found


async def position_named(conn: AsyncConnection, log_id: str, source: str, event_id: str) -> int | None:
    """The position of an event, named by source and id; None where there is no such event."""
    position: int | None = await conn.scalar(POSITION_NAMED, {"log_id": log_id, "source": source, "id": event_id})
    return position


def _entries(records: Iterable[Any]) -> list[Entry]:
    return [Entry(*record) for record in records]


def _entry(row: Any) -> Entry:
    return Entry(**row._mapping)

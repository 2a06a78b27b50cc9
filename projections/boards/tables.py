"""The tables of the board: what is read of them and written to them. One row a log, group, place, duty, tally."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.database import driver_of
from projections.boards.groups import Groups, Parents
from projections.duties.tallying import Kind

_COLUMNS: Final = "log_id, generation, size, day, digest"
BOARD: Final = text(f"SELECT {_COLUMNS} FROM duty_board WHERE log_id = :log_id")
BEGIN: Final = text("INSERT INTO duty_board (log_id) VALUES (:log_id) ON CONFLICT DO NOTHING")
TAKE: Final = text(f"SELECT {_COLUMNS} FROM duty_board WHERE log_id = :log_id FOR UPDATE SKIP LOCKED")
SAVE: Final = text(
    """
    UPDATE duty_board SET generation = :generation, size = :size, day = :day, digest = :digest WHERE log_id = :log_id
    """
)
NAMES: Final = ("duty_status", "duty_tally", "duty_reach", "duty_group", "duty_place")
CLEAR: Final = [text(f"DELETE FROM {name} WHERE log_id = :log_id") for name in NAMES]
FORGET: Final = text("DELETE FROM duty_board WHERE log_id = :log_id")
TREE: Final = """
    SELECT entity_id, parent_id FROM p_jurisdiction
    WHERE log_id = $1 AND generation = $2 AND known_from < $3 AND (known_to IS NULL OR known_to >= $3)
      AND (doc->>'from' IS NULL OR doc->>'from' <= $4) AND (doc->>'until' IS NULL OR doc->>'until' > $4)
"""
PLACES: Final = "SELECT place, parent, head FROM duty_place WHERE log_id = $1"
KEEP_PLACES: Final = """
    INSERT INTO duty_place (log_id, place, parent, head)
    SELECT $1, place, parent, head FROM unnest($2::text[], $3::text[], $4::text[]) AS given (place, parent, head)
    ON CONFLICT (log_id, place) DO UPDATE SET parent = EXCLUDED.parent, head = EXCLUDED.head
"""
DROP_PLACES: Final = "DELETE FROM duty_place WHERE log_id = $1 AND place = ANY ($2)"
REACHED: Final = "SELECT DISTINCT head FROM duty_reach WHERE log_id = $1 AND id = ANY ($2)"
DUE: Final = "SELECT head FROM duty_group WHERE log_id = $1 AND next_on <= $2"
REACH: Final = "SELECT id FROM duty_reach WHERE log_id = $1 AND head = $2"
DROP_REACH: Final = "DELETE FROM duty_reach WHERE log_id = $1 AND head = $2 AND id = ANY ($3)"
DROP_GROUPS: Final = "DELETE FROM duty_group WHERE log_id = $1 AND head = ANY ($2)"
DROP_REACHES: Final = "DELETE FROM duty_reach WHERE log_id = $1 AND head = ANY ($2)"
KEEP_GROUP: Final = """
    INSERT INTO duty_group (log_id, head, next_on) VALUES ($1, $2, $3)
    ON CONFLICT (log_id, head) DO UPDATE SET next_on = EXCLUDED.next_on
"""
STATUSES: Final = """
    SELECT place, key, rule, level, subject, about, since, status, again, changes_on FROM duty_status
    WHERE log_id = $1 AND place = ANY ($2)
"""
DROP_STATUSES: Final = """
    DELETE FROM duty_status s USING unnest($2::text[], $3::bytea[]) AS gone (place, key)
    WHERE s.log_id = $1 AND s.place = gone.place AND s.key = gone.key
"""
ADD_TALLIES: Final = """
    INSERT INTO duty_tally AS t (log_id, place, rule, level, status, own, own_again, whole, whole_again)
    SELECT $1, given.* FROM unnest(
        $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[]
    ) AS given (place, rule, level, status, own, own_again, whole, whole_again)
    ON CONFLICT (log_id, place, rule, level, status) DO UPDATE SET
        own = t.own + EXCLUDED.own, own_again = t.own_again + EXCLUDED.own_again,
        whole = t.whole + EXCLUDED.whole, whole_again = t.whole_again + EXCLUDED.whole_again
"""
DROP_TALLIES: Final = """
    DELETE FROM duty_tally WHERE log_id = $1 AND place = ANY ($2) AND whole = 0 AND whole_again = 0
"""
TALLIES: Final = """
    SELECT place, rule, level, status, own, own_again, whole, whole_again FROM duty_tally
    WHERE log_id = $1 AND place = ANY ($2)
"""
LAG: Final = text(
    """
    SELECT l.log_id, coalesce(b.day, '') AS day, l.size - coalesce(b.size, 0) AS entries, (
        SELECT min(a.recorded_at) FROM append_tx a WHERE a.log_id = l.log_id AND a.size > coalesce(b.size, 0)
    ) AS since
    FROM log l LEFT JOIN duty_board b ON b.log_id = l.log_id WHERE NOT l.service ORDER BY l.log_id
    """
)


@dataclass(frozen=True, slots=True)
class Board:
    """How far the board of a log is: which generation, size, day, and under which packs and evaluators."""

    log_id: str
    generation: int
    size: int
    day: str
    digest: str


class Stored(NamedTuple):
    """A duty as the board keeps it."""

    kind: Kind
    subject: str
    about: str | None
    since: str | None
    changes_on: str | None


Key = bytes
Statuses = Mapping[Key, Stored]
"""The duties of one place."""
Sums = tuple[int, int, int, int]
"""Counted and left out, of a place alone and with all below it."""


@dataclass(frozen=True, slots=True)
class Lag:
    """What a board has not taken in yet: how many entries, and when the first of them was recorded."""

    log_id: str
    day: str
    """As of which it is; empty where there is none yet."""
    entries: int
    since: datetime | None


async def board_of(conn: AsyncConnection, log_id: str) -> Board | None:
    """The board of a log; None where none was made."""
    row = (await conn.execute(BOARD, {"log_id": log_id})).one_or_none()
    return None if row is None else Board(*row)


async def take(conn: AsyncConnection, log_id: str) -> Board | None:
    """Hold the board of a log to the end of the transaction; None where another keeper has it."""
    row = (await conn.execute(TAKE, {"log_id": log_id})).one_or_none()
    return None if row is None else Board(*row)


async def save(conn: AsyncConnection, board: Board) -> None:
    """Say how far the board is."""
    said = {"generation": board.generation, "size": board.size, "day": board.day, "digest": board.digest}
    await conn.execute(SAVE, {"log_id": board.log_id, **said})


async def clear(conn: AsyncConnection, log_id: str) -> None:
    """Empty the board of a log."""
    for statement in CLEAR:
        await conn.execute(statement, {"log_id": log_id})


async def forget(conn: AsyncConnection, log_id: str) -> None:
    """Take away the board of a log: until it is made again, answers evaluate from scratch."""
    await clear(conn, log_id)
    await conn.execute(FORGET, {"log_id": log_id})


async def lags(conn: AsyncConnection) -> list[Lag]:
    """What the boards have not taken in yet."""
    return [Lag(*row) for row in await conn.execute(LAG)]


async def tree(conn: AsyncConnection, board: Board) -> Parents:
    """The places on record on the board's day, as of its size, to those above them."""
    raw = await driver_of(conn)
    return dict(await raw.fetch(TREE, board.log_id, board.generation, board.size, board.day))


async def places(conn: AsyncConnection, log_id: str) -> Groups:
    """The places and groups that the board was made with."""
    rows = await (await driver_of(conn)).fetch(PLACES, log_id)
    return Groups({place: parent for place, parent, _ in rows}, {place: head for place, _, head in rows})


async def keep_places(conn: AsyncConnection, log_id: str, old: Groups, new: Groups) -> None:
    """Write how the tree changed, and take away the groups that are no more."""
    raw = await driver_of(conn)
    changed = [
        place for place in new.parents
        if place not in old.parents or (old.parents[place], old.heads[place]) != (new.parents[place], new.heads[place])
    ]  # fmt: skip
    columns = [new.parents[place] for place in changed], [new.heads[place] for place in changed]
    await raw.execute(KEEP_PLACES, log_id, changed, *columns)
    await raw.execute(DROP_PLACES, log_id, list(old.parents.keys() - new.parents.keys()))
    gone = list(old.members.keys() - new.members.keys())
    await raw.execute(DROP_GROUPS, log_id, gone)
    await raw.execute(DROP_REACHES, log_id, gone)


async def reached(conn: AsyncConnection, log_id: str, ids: Collection[str]) -> set[str]:
    """The heads of the groups whose dossiers look at one of these ids."""
    return {row["head"] for row in await (await driver_of(conn)).fetch(REACHED, log_id, list(ids))}


async def due(conn: AsyncConnection, log_id: str, day: str) -> set[str]:
    """The heads of the groups of which something may be otherwise on a day, without any event."""
    return {row["head"] for row in await (await driver_of(conn)).fetch(DUE, log_id, day)}


async def keep_group(
    conn: AsyncConnection, log_id: str, head: str, reach: Collection[str], next_on: str | None
) -> None:
    """Write by which ids a group's dossier was gathered, and when it may be otherwise without any event."""
    raw = await driver_of(conn)
    await raw.execute(KEEP_GROUP, log_id, head, next_on)
    old = {row["id"] for row in await raw.fetch(REACH, log_id, head)}
    if old - set(reach):
        await raw.execute(DROP_REACH, log_id, head, list(old - set(reach)))
    added = sorted(set(reach) - old)
    await raw.copy_records_to_table(
        "duty_reach", records=[(log_id, one, head) for one in added], columns=("log_id", "id", "head")
    )


async def statuses(conn: AsyncConnection, log_id: str, of: Collection[str]) -> dict[str, dict[Key, Stored]]:
    """The duties of some places as they are kept."""
    found: dict[str, dict[Key, Stored]] = {}
    for row in await (await driver_of(conn)).fetch(STATUSES, log_id, list(of)):
        place, key, rule, level, subject, about, since, status, again, changes_on = row
        found.setdefault(place, {})[key] = Stored(Kind(rule, level, status, again), subject, about, since, changes_on)
    return found


async def write_statuses(
    conn: AsyncConnection, log_id: str, gone: Iterable[tuple[str, Key]], come: Iterable[tuple[str, Key, Stored]]
) -> None:
    """Take away some duties and write others."""
    raw = await driver_of(conn)
    dropped = list(gone)
    if dropped:
        await raw.execute(DROP_STATUSES, log_id, [place for place, _ in dropped], [key for _, key in dropped])
    records = [
        (
            log_id, place, key, one.kind.rule, one.kind.level, one.subject, one.about, one.since, one.kind.status,
            one.kind.again, one.changes_on,
        )
        for place, key, one in come
    ]  # fmt: skip
    columns = (
        "log_id", "place", "key", "rule", "level", "subject", "about", "since", "status", "again", "changes_on",
    )  # fmt: skip
    if records:
        await raw.copy_records_to_table("duty_status", records=records, columns=columns)


async def add_tallies(conn: AsyncConnection, log_id: str, sums: Mapping[tuple[str, str, str, str], Sums]) -> None:
    """Add to tallies (place, rule, level, status), and take away those that come to nothing."""
    if not sums:
        return
    raw = await driver_of(conn)
    rows = [(*at, *more) for at, more in sorted(sums.items())]
    await raw.execute(ADD_TALLIES, log_id, *(list(column) for column in zip(*rows, strict=True)))
    await raw.execute(DROP_TALLIES, log_id, sorted({place for place, *_ in sums}))


async def tallies(conn: AsyncConnection, log_id: str, of: Collection[str]) -> list[Any]:
    """The tallies of some places."""
    rows: list[Any] = await (await driver_of(conn)).fetch(TALLIES, log_id, list(of))
    return rows

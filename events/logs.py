"""The logs: independent ledgers, each one row that counts its entries and is locked to append.

A log is `open`, `sealed` or `halted` and never deleted. `clock` is `scripted` for sample logs. Its origin names it
wherever its checkpoints go, and no other log: `log_origin` keeps them apart. That of its companion is `<origin>.index`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.errors import LogReserved, LogUnknown, OriginTaken
from events.merkle import Frontier

ACCESS: Final = "access"
"""The service's own log of reads and refusals."""
RESERVED: Final = frozenset({"v1", ACCESS, "api", "docs", "static", "healthz", "readyz", "metrics", "login"})
SAMPLE_PREFIX: Final = "demo-"
INDEX: Final = ".index"
"""How the id and the origin of a log's companion end (`events/name_index.py`)."""
PREFIX: Final = "zeren.example"
"""Origins begin so where nothing else is set."""

_ID = re.compile(r"[a-z0-9-]{2,40}", re.ASCII)

_COLUMNS = "log_id, name, origin, state, clock, service, created_at, size, recorded_at, frontier"
INSERT: Final = text(
    """
    INSERT INTO log (log_id, name, origin, clock, service, created_at)
    VALUES (:log_id, :name, :origin, :clock, :service, clock_timestamp())
    ON CONFLICT (log_id) DO NOTHING
    """
)
NAME: Final = text(
    """
    INSERT INTO log_origin (origin, log_id)
    SELECT * FROM unnest(CAST(:origins AS text[]), CAST(:log_ids AS text[]))
    ON CONFLICT (origin) DO NOTHING
    """
)
NAMED: Final = text(
    "SELECT origin, log_id FROM log_origin WHERE origin = ANY(CAST(:origins AS text[])) ORDER BY origin"
)
SELECT_ONE: Final = text(f"SELECT {_COLUMNS} FROM log WHERE log_id = :log_id")
SELECT_ALL: Final = text(f"SELECT {_COLUMNS} FROM log WHERE (:all OR NOT service) ORDER BY log_id")
COUNTED: Final = text("SELECT log_id, count(*) AS entries FROM event GROUP BY log_id")


@dataclass(frozen=True, slots=True)
class Log:
    """One log as it stands: `size` entries, the last recorded at `recorded_at`."""

    log_id: str
    name: str | None
    origin: str
    state: str
    clock: str
    service: bool
    created_at: datetime
    size: int
    recorded_at: datetime | None
    frontier: bytes

    @property
    def root(self) -> bytes:
        """The root of the tree over all its entries."""
        return Frontier.unpack(self.size, self.frontier).root()


def is_log_id(log_id: str) -> bool:
    """Whether a text has the form of a log's id."""
    return _ID.fullmatch(log_id) is not None and log_id not in RESERVED


async def create(
    conn: AsyncConnection, log_id: str, *, name: str | None, origin: str | None, clock: str, prefix: str = PREFIX
) -> bool:
    """Make a log unless it exists; whether it was made. Its origin, `<prefix>/<log_id>` unless given, never changes.

    Raises LogReserved where the id is none, or is a sample log's and the clock is live; OriginTaken, after which the
    transaction is to be rolled back.
    """
    if not is_log_id(log_id) or log_id.startswith(SAMPLE_PREFIX) != (clock == "scripted"):
        raise LogReserved(log=log_id)
    chosen = origin or f"{prefix}/{log_id}"
    if not await _insert(conn, log_id, name, chosen, clock, service=False):
        return False
    wanted = {chosen: log_id, chosen + INDEX: log_id + INDEX}
    held = await _named(conn, wanted)
    for each, bearer in wanted.items():
        if each == f"{prefix}/{ACCESS}" or held[each] != bearer:
            raise OriginTaken(log=log_id, origin=each)
    return True


async def create_service(conn: AsyncConnection, log_id: str, *, prefix: str = PREFIX) -> bool:
    """Make one of the service's own logs unless it exists: `access`, or the companion of a log; whether it was made.

    Raises LogUnknown where a companion's log is not there.
    """
    origin = f"{prefix}/{log_id}"
    if log_id.endswith(INDEX):
        origin = (await get(conn, log_id.removesuffix(INDEX))).origin + INDEX
    if not await _insert(conn, log_id, None, origin, "live", service=True):
        return False
    await _named(conn, {origin: log_id})  # another's only where logs shared an origin before they were kept apart
    return True


async def _insert(
    conn: AsyncConnection, log_id: str, name: str | None, origin: str, clock: str, *, service: bool
) -> bool:
    named = {"log_id": log_id, "name": name, "origin": origin}
    made = await conn.execute(INSERT, {**named, "clock": clock, "service": service})
    return bool(made.rowcount)


async def _named(conn: AsyncConnection, wanted: Mapping[str, str]) -> dict[str, str]:
    """Let origins name logs where they name none yet; which logs they name now. Waits for who is about to take one."""
    origins = sorted(wanted)
    await conn.execute(NAME, {"origins": origins, "log_ids": [wanted[each] for each in origins]})
    return {row.origin: row.log_id for row in await conn.execute(NAMED, {"origins": origins})}


async def get(conn: AsyncConnection, log_id: str) -> Log:
    """One log. Raises LogUnknown."""
    row = (await conn.execute(SELECT_ONE, {"log_id": log_id})).one_or_none()
    if row is None:
        raise LogUnknown(log=log_id)
    return _log(row)


async def every(conn: AsyncConnection, *, service: bool = False) -> Sequence[Log]:
    """All logs by id; the service's own too where `service`."""
    return [_log(row) for row in await conn.execute(SELECT_ALL, {"all": service})]


async def gone(conn: AsyncConnection) -> dict[str, int]:
    """The logs of which there are entries and no row, and how many: no log is ever deleted. Reads every key."""
    known = {log.log_id for log in await every(conn, service=True)}
    return {row.log_id: row.entries for row in await conn.execute(COUNTED) if row.log_id not in known}


def _log(row: Any) -> Log:
    named: dict[str, Any] = {**row._mapping, "frontier": bytes(row.frontier)}
    return Log(**named)

"""The logs: independent ledgers, each one row that counts its entries and is locked to append.

A log is `open`, `sealed` or `halted` and never deleted. `clock` is `scripted` for sample logs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.errors import LogReserved, LogUnknown
from events.merkle import Frontier

ACCESS: Final = "access"
"""The service's own log of reads and refusals."""
RESERVED: Final = frozenset({"v1", ACCESS, "api", "docs", "static", "healthz", "readyz", "metrics", "login"})
SAMPLE_PREFIX: Final = "demo-"

_ID = re.compile(r"[a-z0-9-]{2,40}", re.ASCII)

_COLUMNS = "log_id, name, origin, state, clock, service, created_at, size, recorded_at, frontier"
INSERT: Final = text(
    """
    INSERT INTO log (log_id, name, origin, clock, service, created_at)
    VALUES (:log_id, :name, :origin, :clock, :service, clock_timestamp())
    ON CONFLICT (log_id) DO NOTHING
    """
)
SELECT_ONE: Final = text(f"SELECT {_COLUMNS} FROM log WHERE log_id = :log_id")
SELECT_ALL: Final = text(f"SELECT {_COLUMNS} FROM log WHERE (:all OR NOT service) ORDER BY log_id")


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


async def create(conn: AsyncConnection, log_id: str, *, name: str | None, origin: str | None, clock: str) -> bool:
    """Make a log unless it exists; whether it was made. The origin of a log never changes.

    Raises LogReserved where the id is none, or is a sample log's and the clock is live.
    """
    if not is_log_id(log_id) or log_id.startswith(SAMPLE_PREFIX) != (clock == "scripted"):
        raise LogReserved(log=log_id)
    return await _insert(conn, log_id, name, origin, clock, service=False)


async def create_service(conn: AsyncConnection, log_id: str) -> bool:
    """Make one of the service's own logs unless it exists; whether it was made."""
    return await _insert(conn, log_id, None, None, "live", service=True)


async def _insert(
    conn: AsyncConnection, log_id: str, name: str | None, origin: str | None, clock: str, *, service: bool
) -> bool:
    named = {"log_id": log_id, "name": name, "origin": origin or f"zeren.example/{log_id}"}
    made = await conn.execute(INSERT, {**named, "clock": clock, "service": service})
    return bool(made.rowcount)


async def get(conn: AsyncConnection, log_id: str) -> Log:
    """One log. Raises LogUnknown."""
    row = (await conn.execute(SELECT_ONE, {"log_id": log_id})).one_or_none()
    if row is None:
        raise LogUnknown(log=log_id)
    return _log(row)


async def every(conn: AsyncConnection, *, service: bool = False) -> Sequence[Log]:
    """All logs by id; the service's own too where `service`."""
    return [_log(row) for row in await conn.execute(SELECT_ALL, {"all": service})]


def _log(row: Any) -> Log:
    named: dict[str, Any] = {**row._mapping, "frontier": bytes(row.frontier)}
    return Log(**named)

"""The raw baseline of appends: rows that the service wrote, copied again into the same tables under another log.

Nothing is checked, hashed or looked up: prepared rows go in by COPY, so many to a transaction, each
with its row of `append_tx`, and each transaction waits for the disk.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, Final

import asyncpg

TABLES: Final = ("event", "payload", "event_id")
"""What an append writes for every entry, by position."""
APPENDS: Final = "append_tx"
"""What an append writes for every transaction."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table, ready to be copied."""

    table: str
    columns: tuple[str, ...]
    records: list[tuple[Any, ...]]


class Copier:
    """Copies stretches of one log, which lie one behind the other, into a log that exists by its rows alone."""

    def __init__(self, url: str, log_id: str, copied: str) -> None:
        self._url = url
        self._log_id = log_id
        self._copied = copied
        self._ticks = count(1)

    def copy(self, first: int, end: int, batch: int) -> float:
        """Copy the rows of the positions [first, end), `batch` positions to a transaction; the seconds it took."""
        return asyncio.run(self._copy(first, end, batch))

    async def _copy(self, first: int, end: int, batch: int) -> float:
        connection = await asyncpg.connect(self._url)
        try:
            batches = [await self._read(connection, at, min(at + batch, end)) for at in range(first, end, batch)]
            began = time.perf_counter()
            for rows in batches:
                async with connection.transaction():
                    for one in rows:
                        await connection.copy_records_to_table(one.table, records=one.records, columns=one.columns)
            return time.perf_counter() - began
        finally:
            await connection.close()

    async def _read(self, connection: asyncpg.Connection, first: int, end: int) -> list[Rows]:
        """The rows of some positions by table, as they are but for the log they belong to."""
        where = "log_id = $1 AND position >= $2 AND position < $3 ORDER BY position"
        found = []
        for table in TABLES:
            rows = await connection.fetch(f"SELECT * FROM {table} WHERE {where}", self._log_id, first, end)
            found.append(self._rows(table, rows))
        appended = f"SELECT * FROM {APPENDS} WHERE log_id = $1 AND size >= $2 ORDER BY size LIMIT 1"
        row = await connection.fetchrow(appended, self._log_id, end)
        # A batch of ours may have shared its transaction; its copy has one, and so an instant, of its own.
        instant = row["recorded_at"] + timedelta(microseconds=next(self._ticks))
        own = {"size": end, "first_position": first, "recorded_at": instant}
        found.append(self._rows(APPENDS, [{**row, **own}]))
        return found

    def _rows(self, table: str, rows: list[Any]) -> Rows:
        return Rows(table, tuple(rows[0].keys()), [tuple({**row, "log_id": self._copied}.values()) for row in rows])

"""Whether a log is still the one whose checkpoint was signed; and what is done where it is not.

A database restored from an older backup, or one that was changed, gives a log that is smaller than what was
signed or has another root at that size. Such a log takes no entries and is not signed: it is halted until an
operator decides.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events import checkpoints, knowledge
from events.logs import Log

HALT: Final = text("UPDATE log SET state = 'halted' WHERE log_id = :log_id AND state = 'open'")
REOPEN: Final = text("UPDATE log SET state = 'open' WHERE log_id = :log_id AND state = 'halted'")


@dataclass(frozen=True, slots=True)
class Head:
    """The size and root of a log that were signed once."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What was signed, against what the log is now; `root_there` is its root at the signed size, if it reaches it."""

    log_id: str
    signed: Head
    now: Head
    root_there: bytes | None

    @property
    def zh(self) -> str:
        """What it is, in Chinese."""
        signed, root = self.signed, b64encode(self.signed.root).decode()
        if self.root_there is None:
            return f"曾签署 {signed.size} 条(根 {root}),现仅有 {self.now.size} 条:日志变短,末尾记录丢失"
        there = b64encode(self.root_there).decode()
        return f"曾签署 {signed.size} 条的根为 {root},现在同一条数的根为 {there}:内容与所签不同"

    @property
    def en(self) -> str:
        """What it is, in English."""
        signed, root = self.signed, b64encode(self.signed.root).decode()
        if self.root_there is None:
            return (
                f"size {signed.size} was signed (root {root}), but the log has {self.now.size} entries: "
                "it came back smaller, its last entries are lost"
            )
        there = b64encode(self.root_there).decode()
        return f"size {signed.size} was signed with root {root}, but its root there is {there}: it came back different"


async def against(conn: AsyncConnection, log: Log, signed: Head) -> Contradiction | None:
    """The contradiction between a log and a head of it that was signed; None where there is none."""
    now = Head(log.size, log.root)
    if log.size < signed.size:
        return Contradiction(log.log_id, signed, now, None)
    there = now.root if log.size == signed.size else await knowledge.root_at(conn, log.log_id, signed.size)
    return None if there == signed.root else Contradiction(log.log_id, signed, now, there)


async def within(conn: AsyncConnection, log: Log) -> Contradiction | None:
    """The contradiction between a log and the newest checkpoint that its own database keeps."""
    newest = await checkpoints.newest(conn, log.log_id)
    return None if newest is None else await against(conn, log, Head(newest.size, newest.root))


async def halt(conn: AsyncConnection, log_id: str) -> bool:
    """Halt an open log; whether it was open. A sealed one stays sealed."""
    return bool((await conn.execute(HALT, {"log_id": log_id})).rowcount)


async def reopen(conn: AsyncConnection, log_id: str) -> bool:
    """Open a halted log; whether it was halted."""
    return bool((await conn.execute(REOPEN, {"log_id": log_id})).rowcount)

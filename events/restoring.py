"""Entries that a log has lost, put back from a copy of them, byte for byte and under their own stamps.

Whoever brings them has checked them. What a copy does not hold is not restored: the credential that posted an
entry reads `restored`. Entries that shared an append share their stamp, so that the appends come back as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from events import logs
from events.batch import Batch
from events.canonical import read_json
from events.claim import Claim
from events.cloudevent import Submission
from events.database import driver_of
from events.merkle import Frontier
from events.receipts import Offer
from events.targets import Named

CREDENTIAL: Final = "restored"
LOCK: Final = """
    SELECT size, recorded_at, frontier, to_regproc('citus_version') IS NOT NULL AS sharded
    FROM log WHERE log_id = $1 FOR UPDATE
"""


class NotRestored(Exception):
    """The entries do not go on from the log, or do not lead to the root they are to lead to; nothing is changed."""


@dataclass(frozen=True, slots=True)
class Lost:
    """An entry as a copy has it; `signatures` as a log keeps them."""

    position: int
    recorded_at: datetime
    kind: str
    kind_version: int
    source: str
    id: str
    salt_h: bytes
    salt_p: bytes
    kept: bytes
    envelope: bytes | None
    signatures: Sequence[Mapping[str, Any]]
    names: int | None
    about: int

    def offer(self) -> Offer:
        """The entry as it was offered once."""
        claim = None if self.envelope is None else Claim(envelope=self.envelope)
        event = read_json(self.kept)
        sent = Submission(self.id, self.source, self.kind, self.kind_version, event, self.kept, None, claim)
        return Offer(sent, CREDENTIAL)


class _Restored(Batch):
    """An append that was lost."""

    def __init__(self, log_id: str, frontier: Frontier, entries: Sequence[Lost]) -> None:
        super().__init__(log_id, entries[0].recorded_at, frontier, [entry.offer() for entry in entries])
        self.salts_h, self.salts_p = [entry.salt_h for entry in entries], [entry.salt_p for entry in entries]
        for index, entry in enumerate(entries):
            self.add(index, None if entry.names is None else Named(entry.names, entry.about))
            self.sign(entry.position, entry.signatures)


async def restore(conn: AsyncConnection, log_id: str, entries: Sequence[Lost], root: bytes) -> None:
    """Put entries back at the end of a log, inside the caller's transaction; `root` is the root they lead to.

    Raises LogUnknown and NotRestored.
    """
    await logs.get(conn, log_id)
    raw = await driver_of(conn)
    size, last, packed, sharded = await raw.fetchrow(LOCK, log_id)
    frontier = Frontier.unpack(size, packed)
    if [entry.position for entry in entries] != list(range(size, size + len(entries))):
        raise NotRestored(f"the entries do not go on from size {size} of log {log_id}")
    for stamp, append in groupby(entries, key=lambda entry: entry.recorded_at):
        if last is not None and stamp <= last:
            raise NotRestored(f"an entry of {stamp.isoformat()} does not follow one of {last.isoformat()}")
        await _Restored(log_id, frontier, list(append)).write(raw, sharded=sharded, sealing=None)
        last = stamp
    if frontier.root() != root:
        raise NotRestored(f"the entries do not lead to the root that log {log_id} is to have")

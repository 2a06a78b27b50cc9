"""Entries with all that their leaves are made of, as evidence gives them to a stranger."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from events.database import driver_of

TOGETHER: Final = 5000
"""Positions asked for by one statement."""
_SELECT: Final = """
    SELECT e.position, e.recorded_at, e.kind, e.kind_version, e.source, e.id, e.salt_h, e.payload_sha256, e.payload_sm3,
           e.leaf_hash, e.target_position, e.fact_position, p.salt_p, p.kept, p.envelope, p.signatures,
           x.ground, x.erased_on
    FROM event e
    LEFT JOIN payload p ON p.log_id = e.log_id AND p.position = e.position
    LEFT JOIN erasure x ON x.log_id = e.log_id AND x.position = e.position
    WHERE e.log_id = $1
"""
AT: Final = f"{_SELECT} AND e.position = ANY($2) ORDER BY e.position"
VERSIONS: Final = (
    f"{_SELECT} AND e.target_position IS NOT NULL AND e.fact_position = ANY($2) AND e.position < $3 ORDER BY e.position"
)
BELOW: Final = f"{_SELECT} AND e.position >= $2 AND e.position < $3 ORDER BY e.position"

LEAVES: Final = "SELECT position, leaf_hash FROM event WHERE log_id = $1 AND position = ANY($2)"


@dataclass(slots=True)
class Exhibit:
    """One entry: what its leaf is made of, and what it says unless it was erased."""

    position: int
    recorded_at: datetime
    kind: str
    kind_version: int
    source: str
    id: str
    salt_h: bytes
    payload_sha256: bytes
    payload_sm3: bytes
    leaf_hash: bytes
    target_position: int | None
    fact_position: int
    salt_p: bytes | None
    """None, as `kept`, of an entry whose payload was erased."""
    kept: bytes | None
    envelope: bytes | None
    signatures: Sequence[Mapping[str, Any]] | None
    """Those of the envelope, as the log keeps them."""
    ground: str | None
    """On which its payload was erased."""
    erased_on: str | None


async def at(conn: AsyncConnection, log_id: str, positions: Collection[int]) -> list[Exhibit]:
    """The entries at these positions, in order."""
    return await _in_parts(conn, AT, log_id, positions)


async def versions(conn: AsyncConnection, log_id: str, facts: Collection[int], size: int) -> list[Exhibit]:
    """The corrections and annulments about these facts, below `size`."""
    return await _in_parts(conn, VERSIONS, log_id, facts, size)


async def below(conn: AsyncConnection, log_id: str, size: int) -> list[Exhibit]:
    """The first `size` entries, in order."""
    driver = await driver_of(conn)
    found: list[Exhibit] = []
    for first in range(0, size, TOGETHER):
        found += _exhibits(await driver.fetch(BELOW, log_id, first, min(first + TOGETHER, size)))
    return found


async def between(conn: AsyncConnection, log_id: str, first: int, end: int) -> list[Exhibit]:
    """The entries at positions [first, end), in order."""
    return _exhibits(await (await driver_of(conn)).fetch(BELOW, log_id, first, end))


async def leaves(conn: AsyncConnection, log_id: str, positions: Sequence[int]) -> dict[int, bytes]:
    """The leaf hashes at these positions."""
    driver = await driver_of(conn)
    found: dict[int, bytes] = {}
    for first in range(0, len(positions), TOGETHER):
        rows = await driver.fetch(LEAVES, log_id, positions[first : first + TOGETHER])
        found |= {row["position"]: row["leaf_hash"] for row in rows}
    return found


async def _in_parts(
    conn: AsyncConnection, statement: str, log_id: str, wanted: Collection[int], *more: int
) -> list[Exhibit]:
    driver, ordered = await driver_of(conn), sorted(wanted)
    found: list[Exhibit] = []
    for first in range(0, len(ordered), TOGETHER):
        found += _exhibits(await driver.fetch(statement, log_id, ordered[first : first + TOGETHER], *more))
    return found


def _exhibits(records: Sequence[Any]) -> list[Exhibit]:
    return [Exhibit(*record) for record in records]

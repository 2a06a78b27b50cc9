"""The registry of signing keys as the log's database keeps it, row by row as keys are registered and revoked.

The rows follow from the entries: they are written in the append transaction, and `log.registry_size` is the
position after the last of them, so that a registry once read is known to be the newest or not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import asyncpg

from events.keyring import REGISTERED, Keyring, Material, SigningKey, registration

COLUMNS: Final = (
    "log_id", "position", "key_id", "act", "algorithm", "public_key", "signer_id", "valid_from", "valid_until",
)  # fmt: skip
SIZE: Final = "SELECT registry_size FROM log WHERE log_id = $1"
MOVE: Final = "UPDATE log SET registry_size = $2 WHERE log_id = $1"
ROWS: Final = """
    SELECT position, key_id, act, algorithm, public_key, signer_id, valid_from, valid_until FROM signing_key
    WHERE log_id = $1 AND position >= $2 AND position < $3 ORDER BY position
"""
REVOCATIONS: Final = """
    SELECT key_id, min(position) FROM signing_key
    WHERE log_id = $1 AND key_id = ANY($2) AND act = 'revoked' AND position > $3 AND position < $4 GROUP BY key_id
"""


class Registries:
    """The registries of the logs of one database, each read once and then as it grows."""

    def __init__(self) -> None:
        self._rings: dict[str, Keyring] = {}
        self.moving: set[str] = set()
        """Logs of which ours is likely to be behind: this process is about to register keys."""

    def read(self, log_id: str) -> Keyring | None:
        """The registry of a log as it was read last, which may have grown; None where it is better read again."""
        return None if log_id in self.moving else self._rings.get(log_id)

    async def newest(self, raw: asyncpg.Connection, log_id: str) -> Keyring:
        """The registry of a log as it is now; empty where there is no such log."""
        self.moving.discard(log_id)
        return await self.at(raw, log_id, await raw.fetchval(SIZE, log_id) or 0)

    async def at(self, raw: asyncpg.Connection, log_id: str, size: int) -> Keyring:
        """The registry of a log of which this is the size."""
        ring = self._rings.get(log_id)
        if ring is None or ring.size > size:  # another database took the place of ours
            ring = self._rings[log_id] = Keyring()
        since = ring.size
        if since < size:
            rows = await raw.fetch(ROWS, log_id, since, size)
            if ring.size == since:  # nobody else was quicker
                for row in rows:
                    _take(ring, row)
        return ring


def _take(ring: Keyring, row: Sequence[Any]) -> None:
    position, key_id, act, algorithm, public_key, signer_id, valid_from, valid_until = row
    if act == "registered":
        material = Material(algorithm, public_key, None if signer_id is None else signer_id.encode())
        ring.register(SigningKey(key_id, position, material, valid_from, valid_until))
    else:
        ring.revoke(key_id, position)


def add(ring: Keyring, kind: str, data: Mapping[str, Any], position: int) -> None:
    """Take a `key.registered` or `key.revoked` into a registry."""
    if kind == REGISTERED:
        ring.register(registration(data, position))
    else:
        ring.revoke(data["key_id"], position)


async def write(raw: asyncpg.Connection, log_id: str, told: Sequence[tuple[int, str, Mapping[str, Any]]]) -> None:
    """Write the rows of entries (position, kind, data) that register and revoke keys, and the registry's new size."""
    records: list[tuple[Any, ...]] = []
    for position, kind, data in told:
        if kind == REGISTERED:
            key_id, _, material, since, until = registration(data, position)
            records.append(
                (log_id, position, key_id, "registered", material.algorithm, material.public_key,
                 data.get("signer_id"), since, until)
            )  # fmt: skip
        else:
            records.append((log_id, position, data["key_id"], "revoked", None, None, None, None, None))
    await raw.copy_records_to_table("signing_key", records=records, columns=COLUMNS)
    await raw.execute(MOVE, log_id, told[-1][0] + 1)


async def revoked_after(
    raw: asyncpg.Connection, log_id: str, key_ids: Collection[str], position: int, size: int
) -> dict[str, int]:
    """The first position in (position, size) at which each of some keys was revoked; those that were not left out."""
    return dict(await raw.fetch(REVOCATIONS, log_id, list(key_ids), position, size))

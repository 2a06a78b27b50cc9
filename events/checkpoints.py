"""The checkpoints of a log as they are kept: signed, cosigned, time-stamped, published; and the keys of the log.

A checkpoint is signed once for a size. What others add to it (cosignatures of witnesses, a time token) comes
later and stands in rows of its own. What is published is served; nothing else leaves the service.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from events.note import VerifierKey

DURABLY: Final = text(
    "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"
)
"""What a checkpoint covers must not be lost once it is signed: its commit flushes all that was committed before."""

_COLUMNS: Final = "c.size, c.root, c.note, c.signed_at"
ADD: Final = text(
    """
    INSERT INTO checkpoint (log_id, size, root, note, signed_at) VALUES (:log_id, :size, :root, :note, :at)
    ON CONFLICT (log_id, size) DO NOTHING
    """
)
AT: Final = text(f"SELECT {_COLUMNS} FROM checkpoint c WHERE c.log_id = :log_id AND c.size = :size")
NEWEST: Final = text(f"SELECT {_COLUMNS} FROM checkpoint c WHERE c.log_id = :log_id ORDER BY c.size DESC LIMIT 1")
SIGNED_BEYOND: Final = text(
    "SELECT signed_at FROM checkpoint WHERE log_id = :log_id AND size > :size ORDER BY size LIMIT 1"
)
PUBLISH: Final = text(
    """
    INSERT INTO publication (log_id, size, published_at) VALUES (:log_id, :size, :at)
    ON CONFLICT (log_id, size) DO NOTHING
    """
)
_PUBLISHED: Final = f"""
    SELECT {_COLUMNS} FROM publication p JOIN checkpoint c ON c.log_id = p.log_id AND c.size = p.size
    WHERE p.log_id = :log_id
"""
NEWEST_PUBLISHED: Final = text(f"{_PUBLISHED} ORDER BY p.size DESC LIMIT 1")
PUBLISHED_FROM: Final = text(f"{_PUBLISHED} AND p.size >= :size ORDER BY p.size LIMIT 1")
PUBLISHED_AT: Final = text(f"{_PUBLISHED} AND p.size = :size")
PUBLISHED_COSIGNED: Final = text(
    f"""
    SELECT {_COLUMNS}, array_agg(s.line ORDER BY s.received_at, s.line) AS lines FROM cosignature s
    JOIN publication p ON p.log_id = s.log_id AND p.size = s.size
    JOIN checkpoint c ON c.log_id = s.log_id AND c.size = s.size
    WHERE s.log_id = :log_id AND s.size >= :size
    GROUP BY {_COLUMNS} ORDER BY c.size LIMIT :most
    """
)
PUBLISHED_SIZE: Final = text("SELECT coalesce(max(size), 0) FROM publication WHERE log_id = :log_id")
PUBLISHED_NEAR: Final = text(
    """
    (SELECT size FROM publication WHERE log_id = :log_id AND size <= :size ORDER BY size DESC LIMIT 1)
    UNION (SELECT size FROM publication WHERE log_id = :log_id AND size >= :size ORDER BY size LIMIT 1)
    ORDER BY size
    """
)
COSIGN: Final = text(
    """
    INSERT INTO cosignature (log_id, size, line, received_at) VALUES (:log_id, :size, :line, :at)
    ON CONFLICT (log_id, size, line) DO NOTHING
    """
)
COSIGNATURES: Final = text(
    "SELECT line FROM cosignature WHERE log_id = :log_id AND size = :size ORDER BY received_at, line"
)
LAST_COSIGNED: Final = text(
    """
    SELECT size, received_at FROM cosignature WHERE log_id = :log_id AND starts_with(line, :beginning)
    ORDER BY size DESC, received_at DESC LIMIT 1
    """
)
KEEP_TOKEN: Final = text(
    """
    INSERT INTO time_token (log_id, size, token, received_at) VALUES (:log_id, :size, :token, :at)
    ON CONFLICT (log_id, size) DO NOTHING
    """
)
TOKEN: Final = text("SELECT token FROM time_token WHERE log_id = :log_id AND size = :size")
UNTIMED: Final = text(
    f"""
    SELECT {_COLUMNS} FROM checkpoint c
    WHERE c.log_id = :log_id
      AND c.size > (SELECT coalesce(max(t.size), -1) FROM time_token t WHERE t.log_id = :log_id)
    ORDER BY c.size DESC LIMIT :most
    """
)
ADD_KEY: Final = text(
    """
    INSERT INTO log_key (log_id, vkey, first_size) VALUES (:log_id, :vkey, :size)
    ON CONFLICT (log_id, vkey) DO NOTHING
    """
)
LOCK: Final = text("SELECT size FROM log WHERE log_id = :log_id FOR UPDATE")
KEYS: Final = text("SELECT vkey FROM log_key WHERE log_id = :log_id ORDER BY first_size, length(vkey), vkey")
"""Of keys of one size the Ed25519 one comes first: it is shorter than that of SM2."""

_KEY_ID_DIGITS: Final = 5
"""How many digits of base64 the four bytes of a key's id fill alone."""


class SignedOtherwise(RuntimeError):
    """A checkpoint of this size was signed before, with another root."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed checkpoint: its size and root, the whole note as text, and when it was signed."""

    size: int
    root: bytes
    note: str
    signed_at: datetime

    @property
    def body(self) -> str:
        """The text that is signed, its final newline included."""
        return self.note.rpartition("\n\n")[0] + "\n"


async def add(conn: AsyncConnection, log_id: str, signed: Signed) -> Signed:
    """Keep a checkpoint; the one that is kept of its size, which another notary may have signed before.

    Raises SignedOtherwise where that has another root.
    """
    values = {"log_id": log_id, "size": signed.size, "root": signed.root, "note": signed.note, "at": signed.signed_at}
    await conn.execute(ADD, values)
    kept = await at(conn, log_id, signed.size)
    assert kept is not None
    if kept.root != signed.root:
        raise SignedOtherwise(f"log {log_id} has a checkpoint of size {signed.size} with another root")
    return kept


async def at(conn: AsyncConnection, log_id: str, size: int) -> Signed | None:
    """The checkpoint of a size, published or not, with the log's own signatures alone."""
    return _signed((await conn.execute(AT, {"log_id": log_id, "size": size})).one_or_none())


async def newest(conn: AsyncConnection, log_id: str) -> Signed | None:
    """The newest checkpoint, published or not, with the log's own signatures alone."""
    return _signed((await conn.execute(NEWEST, {"log_id": log_id})).one_or_none())


async def signed_beyond(conn: AsyncConnection, log_id: str, size: int) -> datetime | None:
    """When the first checkpoint above a size was signed, published or not; None where there is none."""
    when: datetime | None = (await conn.execute(SIGNED_BEYOND, {"log_id": log_id, "size": size})).scalar_one_or_none()
    return when


async def publish(conn: AsyncConnection, log_id: str, size: int, when: datetime) -> None:
    """Let the checkpoint of a size be served from now on; nothing where it is already."""
    await conn.execute(PUBLISH, {"log_id": log_id, "size": size, "at": when})


async def published(conn: AsyncConnection, log_id: str) -> Signed | None:
    """The newest published checkpoint, its note with the cosignatures that have come."""
    return await _noted(conn, log_id, (await conn.execute(NEWEST_PUBLISHED, {"log_id": log_id})).one_or_none())


async def published_from(conn: AsyncConnection, log_id: str, size: int) -> Signed | None:
    """The oldest published checkpoint that covers the first `size` entries, with its cosignatures."""
    found = await conn.execute(PUBLISHED_FROM, {"log_id": log_id, "size": size})
    return await _noted(conn, log_id, found.one_or_none())


async def published_cosigned(conn: AsyncConnection, log_id: str, size: int, most: int) -> list[Signed]:
    """The oldest published checkpoints that cover the first `size` entries and have cosignatures, with these."""
    rows = await conn.execute(PUBLISHED_COSIGNED, {"log_id": log_id, "size": size, "most": most})
    return [with_lines(Signed(row.size, bytes(row.root), row.note, row.signed_at), row.lines) for row in rows]


async def published_at(conn: AsyncConnection, log_id: str, size: int) -> Signed | None:
    """The published checkpoint of exactly this size, with its cosignatures."""
    found = await conn.execute(PUBLISHED_AT, {"log_id": log_id, "size": size})
    return await _noted(conn, log_id, found.one_or_none())


async def published_size(conn: AsyncConnection, log_id: str) -> int:
    """The size of the newest published checkpoint; 0 where there is none."""
    size: int = (await conn.execute(PUBLISHED_SIZE, {"log_id": log_id})).scalar_one()
    return size


async def published_near(conn: AsyncConnection, log_id: str, size: int) -> list[int]:
    """The sizes of the published checkpoints next to a size, below it and above."""
    return list((await conn.execute(PUBLISHED_NEAR, {"log_id": log_id, "size": size})).scalars())


async def cosign(conn: AsyncConnection, log_id: str, size: int, line: str, when: datetime) -> None:
    """Keep the line of a cosignature, without its newline, that was verified before."""
    await conn.execute(COSIGN, {"log_id": log_id, "size": size, "line": line, "at": when})


async def cosignatures(conn: AsyncConnection, log_id: str, size: int) -> list[str]:
    """The lines of the cosignatures of a checkpoint, without their newlines, in the order they came."""
    return list((await conn.execute(COSIGNATURES, {"log_id": log_id, "size": size})).scalars())


async def last_cosigned(conn: AsyncConnection, log_id: str, witness: VerifierKey) -> tuple[int, datetime] | None:
    """The largest size that a witness has cosigned, and when its cosignature came."""
    values = {"log_id": log_id, "beginning": line_beginning(witness)}
    row = (await conn.execute(LAST_COSIGNED, values)).one_or_none()
    return None if row is None else (row.size, row.received_at)


def line_beginning(key: VerifierKey) -> str:
    """How every signature line of a key begins."""
    return f"— {key.name} {b64encode(key.key_id).decode()[:_KEY_ID_DIGITS]}"


async def keep_token(conn: AsyncConnection, log_id: str, size: int, token: bytes, when: datetime) -> None:
    """Keep the time-stamp response for a checkpoint, DER as it came, that was verified before."""
    await conn.execute(KEEP_TOKEN, {"log_id": log_id, "size": size, "token": token, "at": when})


async def token(conn: AsyncConnection, log_id: str, size: int) -> bytes | None:
    """The time-stamp response (RFC 3161, DER) for the checkpoint of a size, over the bytes of its body."""
    found = (await conn.execute(TOKEN, {"log_id": log_id, "size": size})).scalar_one_or_none()
    return None if found is None else bytes(found)


async def untimed(conn: AsyncConnection, log_id: str, most: int) -> list[Signed]:
    """The checkpoints above the last that has a token, oldest first, and no more than the `most` newest."""
    rows = (await conn.execute(UNTIMED, {"log_id": log_id, "most": most})).all()
    return [Signed(row.size, bytes(row.root), row.note, row.signed_at) for row in reversed(rows)]


async def add_key(conn: AsyncConnection, log_id: str, vkey: str, first_size: int) -> None:
    """Put a key of the log on record, from the size it signs first; nothing where it is on record."""
    await conn.execute(ADD_KEY, {"log_id": log_id, "vkey": vkey, "size": first_size})


async def locked_size(conn: AsyncConnection, log_id: str) -> int:
    """The size of a log, whose row is locked to the end of the transaction: two notaries take turns."""
    size: int = (await conn.execute(LOCK, {"log_id": log_id})).scalar_one()
    return size


async def vkeys(conn: AsyncConnection, log_id: str) -> list[str]:
    """The verifier keys of a log, those of retired keys included, in the order they began to sign."""
    return list((await conn.execute(KEYS, {"log_id": log_id})).scalars())


async def _noted(conn: AsyncConnection, log_id: str, row: Any) -> Signed | None:
    signed = _signed(row)
    if signed is None:
        return None
    return with_lines(signed, await cosignatures(conn, log_id, signed.size))


def with_lines(signed: Signed, lines: Sequence[str]) -> Signed:
    """A checkpoint with lines of further signatures below its own."""
    return replace(signed, note=signed.note + "".join(f"{line}\n" for line in lines))


def _signed(row: Any) -> Signed | None:
    return None if row is None else Signed(row.size, bytes(row.root), row.note, row.signed_at)

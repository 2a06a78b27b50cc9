"""API keys `zk_<id>_<256 random bits>` and what they grant; kept as SHA-256, never in clear.

A grant with an empty list of logs, jurisdictions, kinds or sources is not limited in that respect.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

ROLES: Final = ("recorder", "inspector", "auditor", "overseer", "operator")

_KEY = re.compile(r"zk_([a-z0-9]{8})_([A-Za-z0-9_-]{43})", re.ASCII)

INSERT: Final = text(
    """
    INSERT INTO api_key (key_id, name, secret_sha256, grants, created_at)
    VALUES (:key_id, :name, :digest, CAST(:grants AS jsonb), clock_timestamp())
    """
)
SELECT_ONE: Final = text("SELECT secret_sha256, name, grants, revoked_at FROM api_key WHERE key_id = :key_id")
SELECT_ALL: Final = text("SELECT key_id, name, grants, created_at, revoked_at FROM api_key ORDER BY created_at")
REVOKE: Final = text("UPDATE api_key SET revoked_at = clock_timestamp() WHERE key_id = :key_id AND revoked_at IS NULL")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a credential may do: roles, and the logs, places, kinds and sources they reach."""

    roles: Sequence[str]
    logs: Sequence[str] = ()
    jurisdictions: Sequence[str] = ()
    """Ids of jurisdictions whose subtrees, by today's tree, are within reach."""
    kinds: Sequence[str] = ()
    sources: Sequence[str] = ()
    correct: bool = False
    key_kinds: bool = False
    """Whether `key.*` events may be posted."""


OPERATOR: Final = Grant(roles=ROLES, correct=True, key_kinds=True)


@dataclass(frozen=True, slots=True)
class Credential:
    """Who asks: the id of a key, its name, and its grant."""

    key_id: str
    name: str
    grant: Grant


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key as it is listed; its secret is not known to us."""

    key_id: str
    name: str
    grant: Grant
    created_at: datetime
    revoked_at: datetime | None


async def make(conn: AsyncConnection, name: str, grant: Grant) -> tuple[str, str]:
    """Make a key; its id and the key itself, which is told this once."""
    key_id = secrets.token_hex(4)
    key = f"zk_{key_id}_{secrets.token_urlsafe(32)}"
    parameters = {"key_id": key_id, "name": name, "digest": sha256(key.encode()).digest()}
    await conn.execute(INSERT, {**parameters, "grants": json.dumps(asdict(grant))})
    return key_id, key


async def check(conn: AsyncConnection, key: str) -> Credential | None:
    """The credential of a key, or None where it is wrong or revoked; compared in constant time."""
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    row = (await conn.execute(SELECT_ONE, {"key_id": found[1]})).one_or_none()
    stored = bytes(row.secret_sha256) if row is not None else bytes(32)
    same = hmac.compare_digest(stored, sha256(key.encode()).digest())
    if row is None or not same or row.revoked_at is not None:
        return None
    return Credential(found[1], row.name, _grant(row.grants))


async def every(conn: AsyncConnection) -> Sequence[KeyRecord]:
    """All keys, oldest first."""
    return [
        KeyRecord(row.key_id, row.name, _grant(row.grants), row.created_at, row.revoked_at)
        for row in await conn.execute(SELECT_ALL)
    ]


async def revoke(conn: AsyncConnection, key_id: str) -> bool:
    """Revoke a key; whether there was one to revoke."""
    return bool((await conn.execute(REVOKE, {"key_id": key_id})).rowcount)


def _grant(stored: Any) -> Grant:
    return Grant(**(json.loads(stored) if isinstance(stored, str) else stored))

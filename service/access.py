"""Who asks, and what their grant reaches.

Keys come as `Authorization: Bearer`, or in the sealed session of one of the console's own pages. The
operator's own key is compared in constant time; every other is looked up. A grant for a whole log needs no
place. The log `access` is read by overseers alone; it and the companions of logs are written by the service alone.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from events import credentials
from events.credentials import Credential, Grant
from events.errors import Forbidden, Unauthenticated
from events.logs import ACCESS, INDEX
from service.case import read_case
from service.session import key_of
from service.state import Service

OPERATOR_ID: Final = "operator"
KEY_SECONDS: Final = 1.0
MOST_KEYS: Final = 10_000
READERS: Final = ("inspector", "auditor", "operator")


@dataclass(frozen=True, slots=True)
class Asker:
    """The credential of a request, and what may be done with it."""

    credential: Credential
    all_powerful: bool = False
    """The operator of an embedded server may do all."""

    @property
    def grant(self) -> Grant:
        """What the credential grants."""
        return self.credential.grant

    @property
    def readable_kinds(self) -> frozenset[str]:
        """The kinds that may be read, where the grant is narrowed to some; none where all. Auditors read all."""
        return frozenset() if self.has("auditor") else frozenset(self.grant.kinds)

    def reads(self, *kinds: str) -> bool:
        """Whether all of these kinds may be read: of a correction or annulment its own, and that of its fact."""
        readable = self.readable_kinds
        return not readable or readable.issuperset(kinds)

    def require_kinds(self, kinds: Collection[str]) -> None:
        """Raise Forbidden, which names those that are missing, unless all of these kinds may be read."""
        readable = self.readable_kinds
        missing = sorted(set(kinds) - readable) if readable else []
        if missing:
            raise Forbidden(
                what_zh=f"取得此答复:它涉及授权以外的事件类型 {'、'.join(missing)}",
                what_en=f"have this answer: it tells of kinds beyond its grant, {', '.join(missing)}",
            )

    def has(self, *roles: str) -> bool:
        """Whether the grant has one of these roles."""
        return self.all_powerful or any(role in self.grant.roles for role in roles)

    def require(self, *roles: str) -> None:
        """Raise Forbidden unless the grant has one of these roles."""
        if not self.has(*roles):
            raise Forbidden(
                what_zh=f"此操作(需要角色 {'、'.join(roles)})",
                what_en=f"do this: it takes the role {' or '.join(roles)}",
            )

    def sees_log(self, log_id: str) -> bool:
        """Whether the grant reaches a log."""
        reached = not self.grant.logs or log_id in self.grant.logs
        return reached and (log_id != ACCESS or self.has("overseer"))

    def require_log(self, log_id: str) -> None:
        """Raise Forbidden unless the grant reaches the log."""
        if not self.sees_log(log_id):
            raise Forbidden(what_zh=f"访问日志 {log_id}", what_en=f"reach log {log_id}")

    def require_posting(self, log_id: str) -> None:
        """Raise Forbidden unless events may be posted to the log."""
        self.require("recorder")
        self.require_log(log_id)
        if log_id == ACCESS or log_id.endswith(INDEX):
            raise Forbidden(
                what_zh=f"写入日志 {log_id}:它只由本服务写入", what_en=f"post to log {log_id}: the service alone does"
            )


def readers_of(log_id: str) -> tuple[str, ...]:
    """The roles that may read the entries of a log; of these a recorder reads its own."""
    return ("overseer",) if log_id == ACCESS else (*READERS, "recorder")


async def asker_of(request: Request) -> Asker:
    """The asker of a request, noted on it for the record. Raises Unauthenticated, or BadRequest for its case."""
    service: Service = request.app.state.service
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    key = key.strip() if scheme else key_of(request) or ""
    if scheme.lower() not in ("bearer", "") or not key:
        raise Unauthenticated
    asker = await asker_with(service, key)
    request.state.asker = asker
    read_case(request.headers.raw)
    return asker


_GOOD: Final[WeakKeyDictionary[AsyncEngine, dict[bytes, tuple[float, Asker]]]] = WeakKeyDictionary()
"""For each database: the keys found good of late, by their SHA-256, each with the time until which that holds."""


async def asker_with(service: Service, key: str) -> Asker:
    """The asker who holds a key. Raises Unauthenticated.

    A key found good is taken for good by this process for `KEY_SECONDS`, and that long a revocation may
    take to be felt. Keys are remembered by their digest: how long that look-up takes tells nothing of a key.
    """
    if hmac.compare_digest(key.encode(), service.operator_key.encode()):
        grant = service.operator_grant
        return Asker(Credential(OPERATOR_ID, "operator", grant), all_powerful=grant == credentials.OPERATOR)
    now = asyncio.get_running_loop().time()
    good = _GOOD.setdefault(service.engine, {})
    digest = sha256(key.encode()).digest()
    until, asker = good.get(digest, (now, None))
    if asker is not None and now < until:
        return asker
    async with service.engine.connect() as conn:
        found = await credentials.check(conn, key)
    good.pop(digest, None)
    if found is None:
        raise Unauthenticated
    if len(good) >= MOST_KEYS:
        good.clear()
    asker = Asker(found)
    good[digest] = now + KEY_SECONDS, asker
    return asker

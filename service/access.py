"""Who asks, and what their grant reaches.

Keys come as `Authorization: Bearer`. The operator's own key is compared in constant time; every
other is looked up. A grant for a whole log needs no place.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from events import credentials
from events.credentials import Credential, Grant
from events.errors import Forbidden, Unauthenticated
from service.state import Service

OPERATOR_ID: Final = "operator"
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
        return not self.grant.logs or log_id in self.grant.logs

    def require_log(self, log_id: str) -> None:
        """Raise Forbidden unless the grant reaches the log."""
        if not self.sees_log(log_id):
            raise Forbidden(what_zh=f"访问日志 {log_id}", what_en=f"reach log {log_id}")


async def asker_of(request: Request) -> Asker:
    """The asker of a request. Raises Unauthenticated."""
    service: Service = request.app.state.service
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    key = key.strip()
    if scheme.lower() != "bearer" or not key:
        raise Unauthenticated
    return await asker_with(service, key)


async def asker_with(service: Service, key: str) -> Asker:
    """The asker who holds a key. Raises Unauthenticated."""
    if hmac.compare_digest(key.encode(), service.operator_key.encode()):
        grant = service.operator_grant
        return Asker(Credential(OPERATOR_ID, "operator", grant), all_powerful=grant == credentials.OPERATOR)
    async with service.engine.connect() as conn:
        found = await credentials.check(conn, key)
    if found is None:
        raise Unauthenticated
    return Asker(found)

"""A sealed session: the key of one who signed in to the console, kept in a cookie that only this service opens.

The browser holds it and cannot read it (XSalsa20-Poly1305, NaCl's secretbox, under a key made from the operator's):
nothing is stored here, and a key that is revoked is refused at the next request. A ticket stands for a key once.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

import orjson
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from events.clock import Clock

COOKIE: Final = "zeren_session"
SESSION_HOURS: Final = 8
TICKET_MINUTES: Final = 10
_CONTEXT: Final = b"zeren console session v1\0"
_OWN: Final = ("same-origin", "none")
"""What `Sec-Fetch-Site` says of a request that no other site's page made."""


@dataclass(frozen=True)
class Session:
    """Who signed in: the key presented for them, the id it goes by, and when it ends (seconds since 1970)."""

    key: str = field(repr=False)
    name: str
    until: int


_SESSION: Final = TypeAdapter(Session)


class Expired(Exception):
    """The session is over, or was not sealed by this service."""


@dataclass
class Sealer:
    """Seals and opens sessions, and keeps the tickets that it gave out."""

    operator_key: str = field(repr=False)
    clock: Clock
    _tickets: dict[str, tuple[int, str, str]] = field(default_factory=dict, repr=False)
    """Ticket to when it ends, the key and its id."""

    def __post_init__(self) -> None:
        self._box = SecretBox(sha256(_CONTEXT + self.operator_key.encode()).digest())

    def seal(self, key: str, name: str) -> str:
        """A session that begins now, as the text of a cookie."""
        return self._sealed(_SESSION.dump_python(self._session(key, name)))

    def open(self, text: str) -> Session:
        """The session of a cookie. Raises Expired."""
        try:
            session = _SESSION.validate_python(self._opened(text))
        except ValidationError:
            raise Expired from None
        if session.until <= self._now():
            raise Expired
        return session

    def ticket(self, key: str, name: str) -> str:
        """What stands for a key in a link: good once, for some minutes, and with this process."""
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = self._now() + int(timedelta(minutes=TICKET_MINUTES).total_seconds()), key, name
        return ticket

    def redeem(self, ticket: str) -> Session:
        """The session that a ticket gives, once. Raises Expired."""
        until, key, name = self._tickets.pop(ticket, (0, "", ""))
        if until <= self._now():
            raise Expired
        return self._session(key, name)

    def _session(self, key: str, name: str) -> Session:
        return Session(key, name, self._now() + int(timedelta(hours=SESSION_HOURS).total_seconds()))

    def _now(self) -> int:
        return int(self.clock.now().timestamp())

    def _sealed(self, value: Any) -> str:
        return base64.urlsafe_b64encode(self._box.encrypt(orjson.dumps(value))).decode().rstrip("=")

    def _opened(self, text: str) -> Any:
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            return orjson.loads(self._box.decrypt(sealed))
        except (binascii.Error, ValueError, CryptoError):
            raise Expired from None


def is_own(request: Request) -> bool:
    """Whether a browser says that a page of ours made the request, or the user by hand; true of what is no browser.

    Over plain http browsers leave out `Sec-Fetch-Site`, and to `SameSite` another port is the same site: there
    `Origin` tells.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in _OWN
    hosts = (request.headers.get("host"), request.headers.get("x-forwarded-host"))
    return origin is None or origin.partition("://")[2] in hosts


def key_of(request: Request) -> str | None:
    """The key of the session that a request of one of our own pages carries; None where there is none."""
    sealer: Sealer | None = getattr(request.app.state, "sealer", None)
    text = request.cookies.get(COOKIE)
    if sealer is None or text is None or not is_own(request):
        return None
    try:
        return sealer.open(text).key
    except Expired:
        return None

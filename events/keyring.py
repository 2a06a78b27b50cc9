"""The registry of signing keys: which key may sign at an instant, by what the log had on record below it.

A key is registered by `key.registered` and works from its position in the log onward, for signing times in
[valid_from, valid_until); `key.revoked` ends it from its own position on, for good. Where one id is
registered again, what was registered last stands. Neither can be corrected or annulled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from events import edtf
from events.canonical import canonical
from events.clock import SHANGHAI, read_stamp
from events.dsse import pae
from events.item_errors import SignatureRefused
from events.signatures import Algorithm, check_public_key, read_base64

REGISTERED: Final = "key.registered"
REVOKED: Final = "key.revoked"
KEY_KINDS: Final = frozenset({REGISTERED, REVOKED})
POSSESSION_TYPE: Final = "application/vnd.zeren.key.v1+json"
"""The payload type of the statement that a proof of possession signs."""
MAX_SIGNER_ID: Final = 8191
"""Bytes: GM/T 0003.2 counts their bits in two bytes."""


class Material(NamedTuple):
    """All of a key that a verification takes."""

    algorithm: Algorithm
    public_key: bytes
    signer_id: bytes | None


class SigningKey(NamedTuple):
    """One registration of a key; `position` is that of its entry."""

    key_id: str
    position: int
    material: Material
    valid_from: datetime
    valid_until: datetime | None


class Keyring:
    """The registrations and revocations of one log, in the order of their positions, below `size`.

    One with a parent adds to it and leaves it as it is.
    """

    def __init__(self, parent: Keyring | None = None) -> None:
        self.size: int = 0 if parent is None else parent.size
        self._parent = parent
        self._registered: dict[str, list[SigningKey]] = {}
        self._revoked: dict[str, list[int]] = {}

    def register(self, key: SigningKey) -> None:
        """Add a registration above all that is there."""
        self._registered.setdefault(key.key_id, []).append(key)
        self.size = key.position + 1

    def revoke(self, key_id: str, position: int) -> None:
        """Add a revocation above all that is there."""
        self._revoked.setdefault(key_id, []).append(position)
        self.size = position + 1

    def registrations(self, key_id: str) -> Sequence[SigningKey]:
        """Every registration of a key, in order."""
        above = () if self._parent is None else self._parent.registrations(key_id)
        return [*above, *self._registered.get(key_id, ())]

    def revocations(self, key_id: str) -> Sequence[int]:
        """The positions at which a key was revoked, in order."""
        above = () if self._parent is None else self._parent.revocations(key_id)
        return [*above, *self._revoked.get(key_id, ())]

    def key_for(self, key_id: str, at: datetime, below: int | None = None) -> SigningKey:
        """The key that may sign at an instant an entry at the position `below`; without one, the next entry.

        Raises SignatureRefused: unknown-key, revoked or outside-time.
        """
        found = [key for key in self.registrations(key_id) if below is None or key.position < below]
        if not found:
            raise SignatureRefused("unknown-key", key=key_id)
        if any(below is None or position < below for position in self.revocations(key_id)):
            raise SignatureRefused("revoked", key=key_id)
        key = found[-1]
        if at < key.valid_from or (key.valid_until is not None and at >= key.valid_until):
            raise SignatureRefused("outside-time", key=key_id)
        return key


def registration(data: Mapping[str, Any], position: int) -> SigningKey:
    """What the data of a `key.registered` registers. Raises SignatureRefused: bad-key or signer-id."""
    key_id: str = data["key_id"]
    try:
        public_key = check_public_key(data["algorithm"], read_base64(data["public_key"]))
    except ValueError as error:
        raise SignatureRefused("bad-key", key=key_id, pointer="/data/public_key") from error
    said = data.get("signer_id")
    signer_id = None if said is None else said.encode()
    if signer_id is not None and not 1 <= len(signer_id) <= MAX_SIGNER_ID:
        raise SignatureRefused("signer-id", key=key_id, pointer="/data/signer_id")
    until = data.get("valid_until")
    material = Material(data["algorithm"], public_key, signer_id)
    return SigningKey(key_id, position, material, moment(data["valid_from"]), None if until is None else moment(until))


def moment(text: str) -> datetime:
    """The instant of a time, or the first of a day in Asia/Shanghai. Raises ValueError."""
    try:
        return read_stamp(text)
    except ValueError:
        day = edtf.parse_day(text)
        return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def possession_statement(log_id: str, data: Mapping[str, Any]) -> bytes:
    """What a holder states of a key and signs with it: RFC 8785 of log, key id, algorithm, public key and holder."""
    said = {name: data.get(name) for name in ("key_id", "algorithm", "public_key", "person_id", "body_id")}
    return canonical({"log": log_id, **{name: value for name, value in said.items() if value is not None}})


def possession_message(log_id: str, data: Mapping[str, Any]) -> bytes:
    """The bytes that a proof of possession is a signature over: the statement under its payload type (PAE)."""
    return pae(POSSESSION_TYPE, possession_statement(log_id, data))


def vouched(data: Mapping[str, Any]) -> str:
    """Who vouches that a registered key is its holder's: a `certificate`, a `registrar`, or the `operator` alone."""
    if data.get("certificate") is not None:
        return "certificate"
    return "operator" if data.get("vouched_by") is None else "registrar"


def possession(data: Mapping[str, Any]) -> str:
    """Whether the holder showed to have the private key: `proved` at the door, or `not-shown`."""
    return "not-shown" if data.get("proof_of_possession") is None else "proved"

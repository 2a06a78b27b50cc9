"""Leaf v1: the public, fact-free record of one entry that the tree is built over.

It holds only salted digests, so that erasing the payload and its salt leaves the tree intact and
tells nothing. Digests are lower-case hexadecimal. docs/log.md describes the format.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import orjson
from cryptography.hazmat.primitives import hashes

from events.clock import stamp

LEAF_VERSION = 1
SALT_SIZE = 16


_SM3 = hashlib.new("sm3") if "sm3" in hashlib.algorithms_available else None


def sm3(data: bytes) -> bytes:
    """The SM3 digest (GM/T 0004) of `data`, 32 bytes."""
    if _SM3 is None:
        return sm3_apart(data)
    digest = _SM3.copy()
    digest.update(data)
    return digest.digest()


def sm3_apart(data: bytes) -> bytes:
    """What `sm3` gives, where Python's own OpenSSL has none."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def _header(salt_h: bytes, source: str, event_id: str, kind: str, kind_version: int) -> bytes:
    """The header's salt and the RFC 8785 record of what identifies the event."""
    return b'%b{"id":%b,"kind_version":%d,"source":%b,"type":%b}' % (
        salt_h, orjson.dumps(event_id), kind_version, orjson.dumps(source), orjson.dumps(kind),
    )  # fmt: skip


def header_digest(salt_h: bytes, *, source: str, event_id: str, kind: str, kind_version: int) -> bytes:
    """SHA-256 of the header's salt and the RFC 8785 record of what identifies the event."""
    return sha256(_header(salt_h, source, event_id, kind, kind_version)).digest()


class PayloadDigests(NamedTuple):
    """The two salted digests of the kept bytes."""

    sha256: bytes
    sm3: bytes

    @classmethod
    def of(cls, salt_p: bytes, kept: bytes) -> PayloadDigests:
        """The digests of the payload's salt followed by the kept bytes."""
        salted = salt_p + kept
        return cls(sha256(salted).digest(), sm3(salted))


def seal(
    salt_h: bytes, salt_p: bytes, kept: bytes, source: str, event_id: str, kind: str, kind_version: int
) -> tuple[bytes, bytes, bytes]:
    """All of a leaf that does not depend on its position: the digests of the header, and SHA-256 and SM3 of `kept`."""
    salted = salt_p + kept
    header = _header(salt_h, source, event_id, kind, kind_version)
    return sha256(header).digest(), sha256(salted).digest(), sm3(salted)


class Leaves:
    """The leaves of one append transaction, which share the log and the stamp."""

    def __init__(self, log: str, recorded_at: datetime) -> None:
        self._before = f'","log":{orjson.dumps(log).decode()},"position":'
        self._after = f',"recorded_at":"{stamp(recorded_at)}","sha256":"'

    def record(self, position: int, header: bytes, sha256: bytes, sm3: bytes) -> bytes:
        """The RFC 8785 bytes of a leaf."""
        return (
            f'{{"header":"{header.hex()}{self._before}{position}{self._after}{sha256.hex()}'
            f'","sm3":"{sm3.hex()}","v":{LEAF_VERSION}}}'
        ).encode()


def leaf_record(log: str, position: int, recorded_at: datetime, header: bytes, payload: PayloadDigests) -> bytes:
    """The RFC 8785 bytes of the leaf."""
    return Leaves(log, recorded_at).record(position, header, *payload)

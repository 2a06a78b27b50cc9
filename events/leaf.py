"""Leaf v1: the public, fact-free record of one entry that the tree is built over.

It holds only salted digests, so that erasing the payload and its salt leaves the tree intact and
tells nothing. Digests are lower-case hexadecimal. docs/log.md describes the format.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes

from events.canonical import canonical
from events.clock import stamp
from events.merkle import leaf_hash

LEAF_VERSION = 1
SALT_SIZE = 16


def sm3(data: bytes) -> bytes:
    """The SM3 digest (GM/T 0004) of `data`, 32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def header_digest(salt_h: bytes, *, source: str, event_id: str, kind: str, kind_version: int) -> bytes:
    """SHA-256 of the header's salt and the RFC 8785 record of what identifies the event."""
    record = {"id": event_id, "source": source, "type": kind, "kind_version": kind_version}
    return hashlib.sha256(salt_h + canonical(record)).digest()


@dataclass(frozen=True, slots=True)
class PayloadDigests:
    """The two salted digests of the kept bytes."""

    sha256: bytes
    sm3: bytes

    @classmethod
    def of(cls, salt_p: bytes, kept: bytes) -> PayloadDigests:
        """The digests of the payload's salt followed by the kept bytes."""
        salted = salt_p + kept
        return cls(hashlib.sha256(salted).digest(), sm3(salted))


def leaf_record(log: str, position: int, recorded_at: datetime, header: bytes, payload: PayloadDigests) -> bytes:
    """The RFC 8785 bytes of the leaf."""
    return canonical(
        {
            "v": LEAF_VERSION,
            "log": log,
            "position": position,
            "recorded_at": stamp(recorded_at),
            "header": header.hex(),
            "sha256": payload.sha256.hex(),
            "sm3": payload.sm3.hex(),
        }
    )


def leaf_of(log: str, position: int, recorded_at: datetime, header: bytes, payload: PayloadDigests) -> bytes:
    """The leaf hash of an entry."""
    return leaf_hash(leaf_record(log, position, recorded_at, header, payload))

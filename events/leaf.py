"""Leaf v1: the public, fact-free record of one entry that the tree is built over.

It holds only salted digests, so that erasing the payload and its salt leaves the tree intact and
tells nothing. Digests are lower-case hexadecimal. docs/log.md describes the format.
"""

from __future__ import annotations

from binascii import hexlify
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from operator import add
from typing import Final, NamedTuple

import orjson

from events.clock import stamp
from events.merkle import LEAF_PREFIX

try:
    from gmssl_pyx import sm3_hash as _sm3
except ImportError:  # no wheel for this platform
    _sm3 = None

LEAF_VERSION = 1
SALT_SIZE = 16
ENVELOPED: Final = b"DSSE"
"""How the salt of a header begins where the entry came in an envelope, and nowhere else."""


def sm3_apart(data: bytes) -> bytes:
    """What `sm3` gives, where gmssl-pyx has no wheel: by cryptography, which takes three times as long for an event."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  rarely needed, and slow to import

    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


sm3: Final[Callable[[bytes], bytes]] = sm3_apart if _sm3 is None else _sm3
"""The SM3 digest (GM/T 0004) of bytes, 32 bytes."""


def sealing_salt(salt_p: bytes, envelope: bytes) -> bytes:
    """The salt of the header of an entry that came in an envelope: the leaf holds it, and with it the envelope.

    `ENVELOPED`, and the first 12 bytes of SHA-256(`ENVELOPED` || salt_p || envelope). Without salt_p, which goes with
    the payload, it tells nothing.
    """
    return ENVELOPED + sha256(b"".join((ENVELOPED, salt_p, envelope))).digest()[: SALT_SIZE - len(ENVELOPED)]


def is_sealed(salt_h: bytes, salt_p: bytes, envelope: bytes | None) -> bool:
    """Whether an entry came in this envelope, or (None) in none, as the salt of its header has it."""
    return not salt_h.startswith(ENVELOPED) if envelope is None else salt_h == sealing_salt(salt_p, envelope)


def header_digests(
    salts: Iterable[bytes], ids: Iterable[str], versions: Iterable[int], sources: Sequence[str], kinds: Sequence[str]
) -> list[bytes]:
    """SHA-256 of each header's salt and the RFC 8785 record of what identifies the event."""
    few = {text: orjson.dumps(text) for text in {*sources, *kinds}}.__getitem__
    headers = zip(salts, map(orjson.dumps, ids), versions, map(few, sources), map(few, kinds), strict=True)
    return [sha256(b'%b{"id":%b,"kind_version":%d,"source":%b,"type":%b}' % each).digest() for each in headers]


def header_digest(salt_h: bytes, *, source: str, event_id: str, kind: str, kind_version: int) -> bytes:
    """What `header_digests` gives for one."""
    return header_digests([salt_h], [event_id], [kind_version], [source], [kind])[0]


def payload_digests(salts: Iterable[bytes], kept: Iterable[bytes]) -> tuple[list[bytes], list[bytes]]:
    """SHA-256 of each payload's salt followed by the kept bytes, and SM3 of the same."""
    salted = list(map(add, salts, kept))
    return [sha256(each).digest() for each in salted], list(map(sm3, salted))


class PayloadDigests(NamedTuple):
    """The two salted digests of the kept bytes."""

    sha256: bytes
    sm3: bytes

    @classmethod
    def of(cls, salt_p: bytes, kept: bytes) -> PayloadDigests:
        """The digests of the payload's salt followed by the kept bytes."""
        (by_sha256,), (by_sm3,) = payload_digests([salt_p], [kept])
        return cls(by_sha256, by_sm3)


class Leaves:
    """The leaves of one append transaction, which share the log and the stamp."""

    def __init__(self, log: str, recorded_at: datetime) -> None:
        named = orjson.dumps(log).replace(b"%", b"%%")
        self._record = (
            b'{"header":"%%s","log":%b,"position":%%d,"recorded_at":"%b","sha256":"%%s","sm3":"%%s","v":%d}'
            % (named, stamp(recorded_at).encode(), LEAF_VERSION)
        )

    def record(self, position: int, header: bytes, sha256: bytes, sm3: bytes) -> bytes:
        """The RFC 8785 bytes of a leaf."""
        return self._record % (hexlify(header), position, hexlify(sha256), hexlify(sm3))

    def hashes(
        self, positions: Iterable[int], headers: Iterable[bytes], sha256s: Iterable[bytes], sm3s: Iterable[bytes]
    ) -> list[bytes]:
        """The leaf hashes (RFC 6962 section 2.1) of these leaves."""
        prefixed = LEAF_PREFIX + self._record
        told = zip(map(hexlify, headers), positions, map(hexlify, sha256s), map(hexlify, sm3s), strict=True)
        return [sha256(prefixed % each).digest() for each in told]


def leaf_record(log: str, position: int, recorded_at: datetime, header: bytes, payload: PayloadDigests) -> bytes:
    """The RFC 8785 bytes of the leaf."""
    return Leaves(log, recorded_at).record(position, header, *payload)

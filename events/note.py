"""C2SP signed-note v1.0.0: a text signed by one or more keys, and the verifier keys (vkeys) it is checked with.

Signature types: 0x01 Ed25519; 0x04 timestamped Ed25519 cosignatures (c2sp.org/tlog-cosignature); 0xff followed
by `SM2_TYPE` for SM2 with SM3, which has no byte of its own. Parsing is strict: what is not exactly of the
format is refused.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from events import signatures
from events.signatures import ED25519, SM2, Algorithm, read_base64

ED25519_TYPE: Final = b"\x01"
COSIGNATURE_TYPE: Final = b"\x04"
SM2_TYPE: Final = b"\xffsm2-with-sm3"
"""0xff, and a longer identifier as the format recommends."""
MAX_SIGNATURES: Final = 64
MAX_NOTE: Final = 1024 * 1024
_KEY_ID: Final = 4
_TIMESTAMP: Final = 8
_NAME: Final = re.compile(r"[^\s+]+")
_VKEY: Final = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_UNFIT: Final = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
"""Control characters, and what is no character of UTF-8."""


class NotANote(ValueError):
    """A text that is no signed note, or a vkey that is none; the message says why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says they signed, the key's short id (4 bytes), and the signature."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, its newline included."""
        return f"— {self.name} {_b64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, its final newline included, and the signatures below it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(signature.line for signature in self.signatures)

    def signed_by(self, key: VerifierKey) -> bool:
        """Whether a signature of that key is there and verifies.

        Raises NotANote where a line bears the key's name and id but does not verify: then the whole note is
        to be rejected. Where SM2 cannot be verified, a line of it counts for nothing.
        """
        if key.algorithm == SM2 and not signatures.sm2_available:
            return False
        found = False
        for each in self.signatures:
            if (each.name, each.key_id) == (key.name, key.key_id):
                if not key.verifies(self.text, each.signature):
                    raise NotANote(f"the signature of {key.name} does not verify")
                found = True
        return found


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under and the type of its signatures."""

    name: str
    type: bytes
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, type and key."""
        return sha256(self.name.encode() + b"\n" + self.type + self.public_key).digest()[:_KEY_ID]

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm of the key."""
        return SM2 if self.type == SM2_TYPE else ED25519

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_b64(self.type + self.public_key)}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether a signature, without the key id, is this key's over a note's text."""
        if self.type == COSIGNATURE_TYPE:
            if len(signature) < _TIMESTAMP:
                return False
            message = cosigned(text, cosigned_at(signature))
            return signatures.verify(ED25519, self.public_key, message, signature[_TIMESTAMP:])
        return signatures.verify(self.algorithm, self.public_key, text.encode(), signature)


def cosigned_at(signature: bytes) -> int:
    """The POSIX time, in seconds, that a cosignature states."""
    return int.from_bytes(signature[:_TIMESTAMP], "big")


def cosigned(text: str, timestamp: int) -> bytes:
    """What a cosigner signs of a note's text (c2sp.org/tlog-cosignature)."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def is_key_name(name: str) -> bool:
    """Whether a name may sign: not empty, no white space, no plus sign."""
    return _NAME.fullmatch(name) is not None


def parse_vkey(vkey: str) -> VerifierKey:
    """The key of `name+id+base64`. Raises NotANote."""
    found = _VKEY.fullmatch(vkey)
    if found is None:
        raise NotANote(f"a verifier key is name+8 hexadecimal digits+base64, not {vkey[:120]!r}")
    name, key_id, encoded = found.groups()
    raw = _read(encoded)
    kind = next((each for each in (SM2_TYPE, ED25519_TYPE, COSIGNATURE_TYPE) if raw.startswith(each)), None)
    if kind is None:
        raise NotANote(f"the key of {name} is of type 0x{raw[:1].hex()}, which is none of ours (0x01, 0x04, SM2)")
    key = VerifierKey(name, kind, raw[len(kind) :])
    try:
        signatures.check_public_key(key.algorithm, key.public_key)
    except ValueError as error:
        raise NotANote(f"the key of {name}: {error}") from None
    if key.key_id.hex() != key_id:
        raise NotANote(f"the key of {name} has the id {key.key_id.hex()}, not {key_id}")
    return key


def parse(data: str) -> Note:
    """A signed note. Raises NotANote."""
    if len(data) > MAX_NOTE or _UNFIT.search(data):
        raise NotANote("a note has no control characters but newlines, no surrogates, and at most a mebibyte")
    text, blank, below = data.rpartition("\n\n")
    if not blank or not below.endswith("\n"):
        raise NotANote("a note is a text, an empty line, and lines of signatures")
    lines = below.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NotANote(f"{len(lines)} signatures; at most {MAX_SIGNATURES}")
    return Note(text + "\n", tuple(parse_line(line) for line in lines))


def parse_line(line: str) -> Signature:
    """One signature line, without its newline. Raises NotANote."""
    dash, name, encoded, *more = [*line.split(" "), "", ""]
    if dash != "—" or any(more) or len(line.split(" ")) != 3 or not is_key_name(name):
        raise NotANote(f"a signature line is an em dash, a name and base64, not {line[:120]!r}")
    raw = _read(encoded)
    if len(raw) <= _KEY_ID:
        raise NotANote(f"the signature of {name} is too short")
    return Signature(name, raw[:_KEY_ID], raw[_KEY_ID:])


def sign(text: str, key: VerifierKey, private_key: bytes) -> Signature:
    """The signature of a key over a text that ends with a newline."""
    return Signature(key.name, key.key_id, signatures.sign(key.algorithm, private_key, text.encode()))


def verified_by(note: Note, keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    """Those of the keys whose signatures are in a note and verify. Raises NotANote where one does not."""
    return [key for key in keys if note.signed_by(key)]


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _read(encoded: str) -> bytes:
    try:
        return read_base64(encoded)
    except ValueError as error:
        raise NotANote(str(error)) from None

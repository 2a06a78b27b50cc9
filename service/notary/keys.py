"""The keys that a log's checkpoints are signed with: private ones, in files that their owner alone reads.

Each log has keys of its own, in `<notary directory>/<log>/`: `current`, and while keys change also `retiring`.
A file has one line for each key, Ed25519 first, in the encoding of Go's `sumdb/note`:
`PRIVATE+KEY+name+id+base64(type || private key)`. The name is the log's origin.
"""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from events import note, signatures
from events.note import ED25519_TYPE, SM2_TYPE, VerifierKey
from events.signatures import ED25519, SM2, Algorithm, read_base64
from service.notary.kept import alone, replace

CURRENT: Final = "current"
RETIRING: Final = "retiring"
_LINE: Final = re.compile(r"PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_TYPES: Final[dict[bytes, Algorithm]] = {ED25519_TYPE: ED25519, SM2_TYPE: SM2}


class KeyUnreadable(Exception):
    """A file of private keys is not as it was written; the message says which and why, never what is in it."""


class NoKeyName(Exception):
    """The origin of the log cannot be the name of a key."""


class AlreadyRetiring(Exception):
    """Keys of the log are retiring: others are made once these are retired."""


@dataclass(frozen=True, slots=True)
class NotaryKey:
    """A private key with the public one it belongs to."""

    public: VerifierKey
    private: bytes

    @property
    def line(self) -> str:
        """The line it is kept as."""
        raw = base64.b64encode(self.public.type + self.private).decode()
        return f"PRIVATE+KEY+{self.public.name}+{self.public.key_id.hex()}+{raw}\n"


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of one log: the current ones and those that are retiring."""

    current: tuple[NotaryKey, ...]
    retiring: tuple[NotaryKey, ...]

    @property
    def signing(self) -> list[NotaryKey]:
        """All that sign, each once, those of Ed25519 first."""
        each = {key.public.key_id: key for key in (*self.current, *self.retiring)}
        return sorted(each.values(), key=lambda key: key.public.type != ED25519_TYPE)

    @property
    def vkeys(self) -> list[str]:
        """The public keys of all that sign."""
        return [str(key.public) for key in self.signing]


def generate(name: str, *, sm2: bool) -> tuple[NotaryKey, ...]:
    """New keys under a name: one of Ed25519, and where `sm2` one of SM2. Raises NoKeyName."""
    if not note.is_key_name(name):
        raise NoKeyName(f"the origin {name!r} has white space or a plus sign: no key can bear it")
    return tuple(_one(name, kind) for kind in (ED25519_TYPE, SM2_TYPE) if sm2 or kind == ED25519_TYPE)


def _one(name: str, kind: bytes) -> NotaryKey:
    public, private = signatures.generate(_TYPES[kind])
    return NotaryKey(VerifierKey(name, kind, public), private)


def read(directory: Path, log_id: str) -> Keyring:
    """The keys of a log; empty where there are none yet. Raises KeyUnreadable."""
    place = directory / log_id
    return Keyring(_keys_in(place / CURRENT), _keys_in(place / RETIRING))


def ensure(directory: Path, log_id: str, origin: str, *, sm2: bool) -> Keyring:
    """The keys of a log, made where they are missing; with `sm2` a key of SM2 beside one of Ed25519.

    Raises KeyUnreadable, NoKeyName.
    """
    found = read(directory, log_id)
    if found.current and not (sm2 and len(found.current) == 1):
        return found
    with alone(directory, log_id) as place:
        found = read(directory, log_id)
        if not found.current:
            _write(place / CURRENT, generate(origin, sm2=sm2))
        elif sm2 and len(found.current) == 1:
            _write(place / CURRENT, (*found.current, _one(origin, SM2_TYPE)))
        return read(directory, log_id)


def rotate(directory: Path, log_id: str, origin: str, *, sm2: bool) -> Keyring:
    """Make new current keys; the old ones sign on beside them until they are retired.

    Raises KeyUnreadable, NoKeyName, and AlreadyRetiring where keys are.
    """
    with alone(directory, log_id) as place:
        found = read(directory, log_id)
        if found.retiring and found.retiring != found.current:
            raise AlreadyRetiring(f"keys of {log_id} are retiring already: retire them first")
        made = generate(origin, sm2=sm2)
        if found.current:
            _write(place / RETIRING, found.current)
        _write(place / CURRENT, made)
        return read(directory, log_id)


def retire(directory: Path, log_id: str) -> tuple[NotaryKey, ...]:
    """Destroy the retiring private keys; which they were."""
    with alone(directory, log_id) as place:
        found = read(directory, log_id).retiring
        with contextlib.suppress(FileNotFoundError):
            (place / RETIRING).unlink()
        return found


def _write(file: Path, keys: Sequence[NotaryKey]) -> None:
    replace(file, "".join(key.line for key in keys))


def _keys_in(file: Path) -> tuple[NotaryKey, ...]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError:
        raise KeyUnreadable(f"{file} is no file of keys") from None
    if not lines:
        raise KeyUnreadable(f"{file} is empty")
    return tuple(_key_of(file, line) for line in lines)


def _key_of(file: Path, line: str) -> NotaryKey:
    found = _LINE.fullmatch(line)
    if found is None:
        raise KeyUnreadable(f"{file} has a line that is no private key")
    name, key_id, encoded = found.groups()
    try:
        raw = read_base64(encoded)
    except ValueError:
        raise KeyUnreadable(f"{file} has a key that is not base64") from None
    kind = next((each for each in _TYPES if raw.startswith(each)), None)
    length = {ED25519_TYPE: 32, SM2_TYPE: 96, None: -1}[kind]
    if kind is None or len(raw) != len(kind) + length:
        raise KeyUnreadable(f"{file} has a key of no known type or length")
    private = raw[len(kind) :]
    public = VerifierKey(name, kind, signatures.public_key_of(_TYPES[kind], private))
    if public.key_id.hex() != key_id:
        raise KeyUnreadable(f"{file} has a key whose id is {public.key_id.hex()}, not {key_id}")
    return NotaryKey(public, private)

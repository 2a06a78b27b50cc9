"""What a log has signed and others added to it, held against its tree; and what is kept of it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from cryptography.x509 import Certificate

from events.checkpoint import Checkpoint, parse_body
from events.note import COSIGNATURE_TYPE, NotANote, Note, VerifierKey, parse, parse_line, parse_vkey
from events.signatures import SM2, sm2_available
from events.time_token import BadTimeToken, check
from events.verifying.lies import Lie, LieFound
from events.verifying.registry import UNAVAILABLE
from events.verifying.tree import Grown

CHECKPOINTS: Final = "SELECT size, root, note FROM checkpoint WHERE log_id = $1 ORDER BY size"
LOG_KEYS: Final = "SELECT vkey, first_size FROM log_key WHERE log_id = $1 ORDER BY first_size, vkey"
COSIGNATURES: Final = """
    SELECT s.size, s.line, c.note FROM cosignature s LEFT JOIN checkpoint c ON c.log_id = $1 AND c.size = s.size
    WHERE s.log_id = $1 ORDER BY s.size, s.line
"""
TOKENS: Final = """
    SELECT t.size, t.token, c.note FROM time_token t LEFT JOIN checkpoint c ON c.log_id = $1 AND c.size = t.size
    WHERE t.log_id = $1 ORDER BY t.size
"""
UNSIGNED: Final = """
    SELECT p.size FROM publication p LEFT JOIN checkpoint c ON c.log_id = $1 AND c.size = p.size
    WHERE p.log_id = $1 AND c.size IS NULL ORDER BY p.size LIMIT 1
"""
ORIGIN: Final = "SELECT origin FROM log WHERE log_id = $1"


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A checkpoint that is kept outside the database: where, the signed note, and what it says."""

    where: str
    note: Note
    checkpoint: Checkpoint


def kept_note(where: str, text: str) -> KeptNote:
    """The checkpoint of a note's text. Raises NotANote."""
    note = parse(text)
    return KeptNote(where, note, parse_body(note.text))


@dataclass(frozen=True, slots=True)
class Outside:
    """What a verifier brings, which no one with the database's password can have changed."""

    notes: tuple[KeptNote, ...] = ()
    keys: tuple[VerifierKey, ...] = ()
    """Keys of the log, one of which must have signed the newest checkpoint; without any the log's own are believed."""
    witnesses: tuple[VerifierKey, ...] = ()
    """Without any cosignatures are read, but not verified."""
    authorities: tuple[Certificate, ...] = ()
    """Roots of the authority that stamped checkpoints; without any tokens are read, but not verified."""

    @property
    def sizes(self) -> set[int]:
        """The sizes at which the root of the log is wanted."""
        return {kept.checkpoint.size for kept in self.notes}


async def lies_of_checkpoints(raw: Any, log_id: str, grown: Grown, outside: Outside) -> list[Lie]:
    """The first checkpoint, stored or kept outside, that is not of this log, its tree and its keys."""
    try:
        await _Published(raw, log_id, await raw.fetchval(ORIGIN, log_id), grown, outside).check()
    except LieFound as lied:
        return [lied.lie]
    return []


class _Published:
    """What a log of an origin has published."""

    def __init__(self, raw: Any, log_id: str, origin: str, grown: Grown, outside: Outside) -> None:
        self._raw = raw
        self._log_id = log_id
        self._origin = origin
        self._size = grown.size
        self._roots = grown.roots
        self._unchecked = grown.unchecked
        self._outside = outside
        self._keys: dict[VerifierKey, int] = {}
        """The keys of the log, with the size that each signs first."""

    async def check(self) -> None:
        """Raise LieFound at the first that lies."""
        for vkey, first_size in await self._raw.fetch(LOG_KEYS, self._log_id):
            self._take_key(vkey, first_size)
        first_signed: dict[VerifierKey, int] = {}
        sizes, signers = [], list[VerifierKey]()
        async for size, root, text in self._raw.cursor(CHECKPOINTS, self._log_id):
            sizes.append(size)
            signers = self._check_stored(_parsed(f"the checkpoint of size {size}", text), size, root)
            for key in signers:
                first_signed.setdefault(key, size)
        if sizes and self._outside.keys and not set(signers) & set(self._outside.keys):
            raise LieFound(None, f"the checkpoint of size {sizes[-1]} is signed by none of the keys that were brought")
        for key, first_size in self._keys.items():
            self._check_begun(key, first_size, [size for size in sizes if size >= first_size], first_signed.get(key))
        for kept in self._outside.notes:
            self._check_root(kept)
            if not self._signers(kept):
                raise LieFound(None, f"{kept.where} is signed by no key of the log")
        await self._check_additions()

    def _take_key(self, vkey: str, first_size: int) -> None:
        try:
            key = parse_vkey(vkey)
        except NotANote as error:
            raise LieFound(None, f"a key of the log: {error}") from None
        if key.name != self._origin:
            raise LieFound(None, f"the key {vkey} is not of the origin {self._origin}")
        self._keys[key] = first_size

    def _check_begun(self, key: VerifierKey, first_size: int, due: list[int], signed: int | None) -> None:
        """Check that a key began to sign where it is on record to; one that has signed nothing yet is told.

        The first checkpoint that is `due` may be without it: another notary may have signed while keys were changed.
        A key is put on record at the head of the log, so that the next checkpoint is the first it can sign.
        """
        record = f"the key {key} is on record from size {first_size} on"
        if first_size > self._size + 1:
            raise LieFound(None, f"{record}, but the log has {self._size} entries")
        if signed is not None and signed not in due[:2]:
            raise LieFound(None, f"{record}, but signed first at {signed}")
        if signed is None and len(due) > 1 and key.algorithm != SM2:
            raise LieFound(None, f"{record}, but has signed none of the {len(due)} checkpoints from there on")
        if signed is None:
            self._unchecked.add(f"whether the log's own is {key}: it has signed no checkpoint yet")

    def _check_stored(self, kept: KeptNote, size: int, root: bytes) -> list[VerifierKey]:
        """The keys that signed a stored checkpoint."""
        if (kept.checkpoint.size, kept.checkpoint.root) != (size, root):
            raise LieFound(None, f"{kept.where} says another size or root than its note")
        self._check_root(kept)
        signers = self._signers(kept)
        if len(signers) != len(kept.note.signatures):
            raise LieFound(None, f"{kept.where} is signed by a key that the log does not name")
        return signers

    def _check_root(self, kept: KeptNote) -> None:
        found = kept.checkpoint
        if found.origin != self._origin:
            raise LieFound(None, f"{kept.where} is of {found.origin}, not {self._origin}")
        if found.size not in self._roots:
            raise LieFound(None, f"{kept.where} is of size {found.size}, beyond the entries")
        if found.root != self._roots[found.size]:
            raise LieFound(None, f"{kept.where} has a root that is not that of the first {found.size} entries")

    def _signers(self, kept: KeptNote) -> list[VerifierKey]:
        """The keys that signed a note; one of SM2 that cannot be verified here is believed, and told."""
        signers = []
        try:
            for key in self._keys:
                if key.algorithm == SM2 and not sm2_available:
                    if any((each.name, each.key_id) == (key.name, key.key_id) for each in kept.note.signatures):
                        self._unchecked.add(UNAVAILABLE)
                        signers.append(key)
                elif kept.note.signed_by(key):
                    signers.append(key)
        except NotANote as error:
            raise LieFound(None, f"{kept.where}: {error}") from None
        return signers

    async def _check_additions(self) -> None:
        size = await self._raw.fetchval(UNSIGNED, self._log_id)
        if size is not None:
            raise LieFound(None, f"size {size} is published without a checkpoint")
        for size, line, text in await self._raw.fetch(COSIGNATURES, self._log_id):
            by = _check_cosignature(size, line, text, self._outside.witnesses)
            if by is not None:
                self._unchecked.add(f"cosignatures by {by}: its key was not given")
        for size, token, text in await self._raw.fetch(TOKENS, self._log_id):
            _check_token(size, token, text, self._outside.authorities)
            if not self._outside.authorities:
                self._unchecked.add("time tokens: no roots were given to verify their signatures with")


def _parsed(where: str, text: str) -> KeptNote:
    try:
        return kept_note(where, text)
    except NotANote as error:
        raise LieFound(None, f"{where}: {error}") from None


def _check_cosignature(size: int, line: str, text: str | None, witnesses: tuple[VerifierKey, ...]) -> str | None:
    """Check a cosignature; the name of its witness, where that is none of those given. Raises LieFound."""
    where = f"a cosignature of size {size}"
    if text is None:
        raise LieFound(None, f"{where} is of no checkpoint")
    try:
        signature = parse_line(line)
    except NotANote as error:
        raise LieFound(None, f"{where}: {error}") from None
    key = next((key for key in witnesses if (key.name, key.key_id) == (signature.name, signature.key_id)), None)
    if key is None:
        return signature.name
    if key.type != COSIGNATURE_TYPE or not key.verifies(parse(text).text, signature.signature):
        raise LieFound(None, f"{where} by {signature.name} does not verify")
    return None


def _check_token(size: int, token: bytes, text: str | None, authorities: tuple[Certificate, ...]) -> None:
    where = f"the time token of size {size}"
    if text is None:
        raise LieFound(None, f"{where} is of no checkpoint")
    body = parse(text).text
    if sha256(body.encode()).digest() not in token:
        raise LieFound(None, f"{where} is not over its checkpoint")
    try:
        if authorities:
            check(token, body, authorities)
    except BadTimeToken as error:
        raise LieFound(None, f"{where}: {error}") from None

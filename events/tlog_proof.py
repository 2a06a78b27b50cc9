"""C2SP tlog-proof@v1: an inclusion proof with the checkpoint it leads to, in one text that is checked offline."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from events import checkpoint, note
from events.checkpoint import Checkpoint, read_size
from events.merkle import HASH_SIZE
from events.note import Note
from events.proofs import MAX_PROOF, BadProof, check_inclusion
from events.signatures import read_base64

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
MEDIA_TYPE: Final = "text/plain; charset=utf-8"
SUFFIX: Final = ".tlog-proof"
MAX_EXTRA: Final = 1024 * 1024
"""Characters of the line `extra`."""
MAX_TEXT: Final = note.MAX_NOTE + MAX_EXTRA + 64 * 1024
_EXTRA: Final = "extra "
_INDEX: Final = "index "


@dataclass(frozen=True, slots=True)
class TlogProof:
    """That the entry at an index is in the tree of a checkpoint. Nothing in it is trusted before it is checked."""

    index: int
    hashes: tuple[bytes, ...]
    """The inclusion proof, from the leaf's sibling up, each 32 bytes."""
    signed: str
    """The checkpoint, a signed note, word for word."""
    extra: bytes | None = None
    """Opaque and not authenticated. Ours is the leaf's record, which the proof itself then covers."""

    def __str__(self) -> str:
        lines = [FIRST_LINE]
        if self.extra:
            lines.append(_EXTRA + _b64(self.extra))
        lines += [f"index {self.index}", *(_b64(each) for each in self.hashes), "", self.signed]
        return "\n".join(lines)

    @property
    def note(self) -> Note:
        """The signed note. Raises NotANote."""
        return note.parse(self.signed)

    @property
    def checkpoint(self) -> Checkpoint:
        """The tree head that is signed. Raises NotANote."""
        return checkpoint.parse_body(self.note.text)

    def check(self, leaf: bytes) -> Checkpoint:
        """The tree head in which a leaf hash stands at the index. Who signed it is for the caller to check.

        Raises BadProof or NotANote.
        """
        head = self.checkpoint
        check_inclusion(leaf, self.index, head.size, self.hashes, head.root)
        return head


def parse(text: str) -> TlogProof:
    """The proof of a text that is exactly of the format. Raises BadProof, or NotANote for its checkpoint."""
    if len(text) > MAX_TEXT:
        raise BadProof(f"a proof of {len(text)} characters; at most {MAX_TEXT}")
    above, empty, signed = text.partition("\n\n")
    first, *lines = above.split("\n")
    if first != FIRST_LINE or not empty:
        raise BadProof(f"a proof begins with {FIRST_LINE!r} and has an empty line before its checkpoint")
    extra = None
    if lines and lines[0].startswith(_EXTRA):
        if len(lines[0]) > MAX_EXTRA:
            raise BadProof(f"extra data of {len(lines[0])} characters; at most {MAX_EXTRA}")
        extra = _read(lines.pop(0).removeprefix(_EXTRA))
        if not extra:
            raise BadProof("a line `extra` with nothing after it")
    index = _index(lines.pop(0) if lines else "")
    if len(lines) > MAX_PROOF:
        raise BadProof(f"a proof of {len(lines)} hashes; at most {MAX_PROOF}")
    hashes = tuple(_read(line) for line in lines)
    if any(len(each) != HASH_SIZE for each in hashes):
        raise BadProof(f"each hash of a proof has {HASH_SIZE} bytes")
    proof = TlogProof(index, hashes, signed, extra)
    if index >= (size := proof.checkpoint.size):
        raise BadProof(f"no entry {index} in a tree of {size}")
    return proof


def _index(line: str) -> int:
    try:
        return read_size(line.removeprefix(_INDEX) if line.startswith(_INDEX) else "")
    except ValueError:
        raise BadProof(f"expected `index` and a number, not {line[:80]!r}") from None


def _read(encoded: str) -> bytes:
    try:
        return read_base64(encoded)
    except ValueError as error:
        raise BadProof(str(error)) from None


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()

"""C2SP tlog-checkpoint v1.0.0: the body of a log's signed tree head."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final

from events.merkle import HASH_SIZE
from events.note import NotANote
from events.signatures import read_base64

MAX_SIZE: Final = 2**63 - 1
"""What other verifiers and a column of the database can count to."""
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: the log's origin, its size, and the root of its tree at that size (32 bytes)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    """Opaque further lines; we write none."""

    @property
    def body(self) -> str:
        """The text that is signed, its final newline included."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions]
        return "\n".join(lines) + "\n"


def read_size(text: str) -> int:
    """A size in ASCII decimal without leading zeros. Raises ValueError: `int` would take `+1`, `1_0` and ` 1`."""
    if _SIZE.fullmatch(text) is None or int(text) > MAX_SIZE:
        raise ValueError(f"not a size: {text[:40]!r}")
    return int(text)


def parse_body(text: str) -> Checkpoint:
    """The checkpoint of a note's text. Raises NotANote."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise NotANote("a checkpoint has three lines or more, none empty: origin, size, root")
    try:
        size, root = read_size(lines[1]), read_base64(lines[2])
    except ValueError as error:
        raise NotANote(f"a checkpoint's size and root: {error}") from None
    if len(root) != HASH_SIZE:
        raise NotANote(f"a checkpoint's root has {HASH_SIZE} bytes, not {len(root)}")
    return Checkpoint(lines[0], size, root, tuple(lines[3:]))

"""The Merkle tree as RFC 6962 writes it down: slow, and obviously right."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of RFC 6962 section 2.1, word for word, over leaf hashes."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else sha256().digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()

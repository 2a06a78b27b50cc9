"""The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1) over SHA-256, and its tiles.

A frontier is the list of roots of the complete subtrees that make up a tree of size n, largest
first: one for each set bit of n. It is all that is needed to grow the tree and to give its root.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

EMPTY_ROOT: Final = sha256(b"").digest()
HASH_SIZE: Final = 32
LEAF_PREFIX: Final = b"\x00"
"""Before a leaf that is hashed (RFC 6962 section 2.1)."""
TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
"""C2SP tlog-tiles: tiles of height 8, 256 hashes wide."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 6962 section 2.1)."""
    return sha256(LEAF_PREFIX + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 6962 section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree, as its size and the roots of its complete subtrees, largest first."""

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()) -> None:
        if len(roots) != size.bit_count():
            raise ValueError(f"a tree of size {size} has {size.bit_count()} complete subtrees, not {len(roots)}")
        self.size = size
        self._roots = list(roots)

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> Frontier:
        """The frontier of `size` from its packed form. Raises ValueError where the two do not fit."""
        if len(packed) % HASH_SIZE:
            raise ValueError(f"{len(packed)} bytes are no whole number of hashes")
        roots = [packed[at : at + HASH_SIZE] for at in range(0, len(packed), HASH_SIZE)]
        return cls(size, roots)

    def pack(self) -> bytes:
        """The subtree roots one after another, 32 bytes each."""
        return b"".join(self._roots)

    def append(self, leaf: bytes) -> None:
        """Grow by one leaf hash."""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self._roots.pop(), node)
            size >>= 1
        self._roots.append(node)
        self.size += 1

    def extend(self, leaves: Sequence[bytes]) -> list[list[bytes]]:
        """Grow by leaf hashes; the roots of the subtrees this completes, in order: at [h] those over 2^(h+1) leaves."""
        completed: list[list[bytes]] = []
        kept: list[bytes] = []
        nodes, size = list(leaves), self.size
        while nodes or size:
            if size & 1:
                nodes.insert(0, self._roots.pop())
            if len(nodes) & 1:
                kept.append(nodes.pop())
            nodes = [
                sha256(b"\x01" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=True)
            ]
            completed.append(list(nodes))
            size >>= 1
        self._roots = kept[::-1]
        self.size += len(leaves)
        return completed

    def root(self) -> bytes:
        """The root of the tree of this size."""
        if not self._roots:
            return EMPTY_ROOT
        node = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            node = node_hash(left, node)
        return node


def tile_root(hashes: Sequence[bytes]) -> bytes:
    """The root of a full tile of 256 hashes: the hash it contributes one level up."""
    if len(hashes) != TILE_WIDTH:
        raise ValueError(f"a full tile has {TILE_WIDTH} hashes, not {len(hashes)}")
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level), 2)]
    return level[0]

"""Inclusion and consistency proofs (RFC 9162 sections 2.1.3 and 2.1.4; RFC 6962 sections 2.1.1 and 2.1.2).

A proof is a list of hashes of 32 bytes. Making one takes the hashes of complete subtrees, which `Nodes` gives
by level and index; checking one takes nothing but the hashes in it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from events.merkle import EMPTY_ROOT, HASH_SIZE, node_hash

MAX_PROOF: Final = 63
"""Hashes: what c2sp.org/tlog-witness and tlog-proof allow at the most."""

Node = tuple[int, int]
"""A complete subtree: (level, index) is the one over leaves [index << level, (index + 1) << level)."""
Nodes = Callable[[Sequence[Node]], Awaitable[Sequence[bytes]]]
"""Gives the hashes of some complete subtrees, in the order asked."""


class BadProof(ValueError):
    """A proof that does not prove what it is said to; the message says why."""


Parts = list[list[Node]]
"""Each hash of a proof as the complete subtrees that make it up, left to right."""


def subtrees(begin: int, end: int) -> list[Node]:
    """The complete subtrees that make up the tree over leaves [begin, end), where begin is aligned to it."""
    found = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        found.append((level, begin >> level))
        begin += 1 << level
    return found


def split(size: int) -> int:
    """The largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_parts(index: int, size: int) -> Parts:
    """What an inclusion proof of a leaf in the tree of a size is made of, from the leaf up. Raises ValueError."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: Parts = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + split(end - begin)
        if index < middle:
            path.append(subtrees(middle, end))
            end = middle
        else:
            path.append(subtrees(begin, middle))
            begin = middle
    return path[::-1]


def consistency_parts(old: int, size: int) -> Parts:
    """What the consistency proof between two sizes is made of; empty from 0 and between equal sizes.

    Raises ValueError.
    """
    if not 0 <= old <= size:
        raise ValueError(f"no consistency from {old} to {size}")
    if old in (0, size):
        return []
    path: Parts = []
    begin, end, whole = 0, size, True
    while old != end:
        middle = begin + split(end - begin)
        if old <= middle:
            path.append(subtrees(middle, end))
            end = middle
        else:
            path.append(subtrees(begin, middle))
            begin, whole = middle, False
    if not whole:
        path.append(subtrees(begin, end))
    return path[::-1]


async def assemble(parts: Parts, nodes: Nodes) -> list[bytes]:
    """The hashes of a proof, from the complete subtrees that `nodes` knows."""
    wanted = [node for part in parts for node in part]
    known = dict(zip(wanted, await nodes(wanted), strict=True)) if wanted else {}
    return [_joined([known[node] for node in part]) for part in parts]


def _joined(hashes: Sequence[bytes]) -> bytes:
    node = hashes[-1]
    for left in reversed(hashes[:-1]):
        node = node_hash(left, node)
    return node


def _check_hashes(proof: Sequence[bytes]) -> None:
    if len(proof) > MAX_PROOF or any(len(node) != HASH_SIZE for node in proof):
        raise BadProof(f"a proof has at most {MAX_PROOF} hashes of {HASH_SIZE} bytes")


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof of a leaf hash leads to (RFC 9162 section 2.1.3.2). Raises BadProof."""
    _check_hashes(proof)
    if not 0 <= index < size:
        raise BadProof(f"no leaf {index} in a tree of {size}")
    at, last, node = index, size - 1, leaf
    for each in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if at & 1 or at == last:
            node = node_hash(each, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, each)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise BadProof("the proof is too short")
    return node


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise BadProof unless a proof shows that a leaf hash stands at an index of the tree of a size and root."""
    if root_of_inclusion(leaf, index, size, proof) != root:
        raise BadProof(f"the proof of leaf {index} does not lead to the root of size {size}")


def check_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Raise BadProof unless a proof shows that the tree of `old` is the beginning of that of `size`.

    RFC 9162 section 2.1.4.2. The tree of size 0 is the beginning of every tree, with an empty proof.
    """
    _check_hashes(proof)
    if not 0 <= old <= size:
        raise BadProof(f"no consistency from {old} to {size}")
    if (old == 0 and old_root != EMPTY_ROOT) or (size == 0 and root != EMPTY_ROOT):
        raise BadProof("the root of size 0 is the hash of nothing")
    if old in (0, size):
        if proof or (old == size and old_root != root):
            raise BadProof(f"between sizes {old} and {size} a proof is empty and the roots of equal sizes are the same")
        return
    if _roots_of_consistency(old, size, proof, old_root) != (old_root, root):
        raise BadProof(f"the proof does not lead from the root of size {old} to that of size {size}")


def _roots_of_consistency(old: int, size: int, proof: Sequence[bytes], old_root: bytes) -> tuple[bytes, bytes]:
    """The two roots that a consistency proof leads to, for 0 < old < size. Raises BadProof."""
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        raise BadProof("the proof is too short")
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for each in path[1:]:
        if last == 0:
            raise BadProof("the proof is too long")
        if at & 1 or at == last:
            first, second = node_hash(each, first), node_hash(each, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, each)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise BadProof("the proof is too short")
    return first, second

"""One proof for many leaves: the tree of a size, with every subtree that holds none of them given as its hash.

The tree is walked from the top, left before right. A subtree that holds none of the leaves is not entered: its
hash is the next of the proof. A subtree of one leaf is that leaf's hash. All else is computed. So for every set
of leaves there is one proof, and for one leaf it has the hashes of an inclusion proof.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from events.merkle import EMPTY_ROOT, HASH_SIZE, node_hash
from events.proofs import BadProof, Parts, split, subtrees


def multiproof_parts(indexes: Sequence[int], size: int) -> Parts:
    """What the proof of some leaves, in order and none twice, is made of. Raises ValueError."""
    if indexes and not 0 <= indexes[0] <= indexes[-1] < size:
        raise ValueError(f"leaves [{indexes[0]}, {indexes[-1]}] are not all in a tree of {size}")
    found: Parts = []

    def walk(begin: int, end: int, low: int, high: int) -> None:
        if low == high:
            found.append(subtrees(begin, end))
        elif end - begin > 1:
            middle = begin + split(end - begin)
            cut = bisect_left(indexes, middle, low, high)
            walk(begin, middle, low, cut)
            walk(middle, end, cut, high)

    if size:
        walk(0, size, 0, len(indexes))
    return found


def root_of_multiproof(leaves: Mapping[int, bytes], size: int, proof: Sequence[bytes]) -> bytes:
    """The root of the tree of a size that has these leaf hashes at their indexes. Raises BadProof."""
    if any(len(node) != HASH_SIZE for node in (*leaves.values(), *proof)):
        raise BadProof(f"hashes have {HASH_SIZE} bytes")
    indexes = sorted(leaves)
    if indexes and not 0 <= indexes[0] <= indexes[-1] < size:
        raise BadProof(f"leaves [{indexes[0]}, {indexes[-1]}] are not all in a tree of {size}")
    given = iter(proof)
    root = _root(leaves, indexes, 0, size, given) if size else EMPTY_ROOT
    if next(given, None) is not None:
        raise BadProof("the proof is too long")
    return root


def _root(leaves: Mapping[int, bytes], indexes: Sequence[int], begin: int, end: int, given: Iterator[bytes]) -> bytes:
    low = bisect_left(indexes, begin)
    if low == len(indexes) or indexes[low] >= end:
        node = next(given, None)
        if node is None:
            raise BadProof("the proof is too short")
        return node
    if end - begin == 1:
        return leaves[begin]
    middle = begin + split(end - begin)
    left = _root(leaves, indexes, begin, middle, given)
    return node_hash(left, _root(leaves, indexes, middle, end, given))

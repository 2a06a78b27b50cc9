"""One proof for many leaves, against trees grown leaf by leaf and against the proof of a single leaf."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.merkle import Frontier
from events.multiproof import multiproof_parts, root_of_multiproof
from events.proofs import BadProof, Node, assemble, inclusion_parts

MOST = 70
LEAVES = [sha256(bytes([at])).digest() for at in range(MOST)]


def root_of(leaves: Sequence[bytes]) -> bytes:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


async def nodes(wanted: Sequence[Node]) -> list[bytes]:
    return [root_of(LEAVES[index << level : (index + 1) << level]) for level, index in wanted]


def proof_of(indexes: Sequence[int], size: int) -> list[bytes]:
    return asyncio.run(assemble(multiproof_parts(indexes, size), nodes))


@st.composite
def chosen(draw: st.DrawFn) -> tuple[int, list[int]]:
    size = draw(st.integers(0, MOST))
    return size, sorted(draw(st.sets(st.integers(0, size - 1)))) if size else []


@given(chosen())
def test_it_leads_to_the_root(case: tuple[int, list[int]]) -> None:
    """Whatever leaves are chosen, they and the proof give the root of the tree, and hold no hash too many."""
    size, indexes = case
    proof = proof_of(indexes, size)
    assert root_of_multiproof({at: LEAVES[at] for at in indexes}, size, proof) == root_of(LEAVES[:size])
    assert len(indexes) + len(proof) <= max(size, 1)


@given(st.integers(1, MOST), st.data())
def test_of_one_leaf_it_holds_the_hashes_of_an_inclusion_proof(size: int, data: st.DataObject) -> None:
    """For a single leaf the same hashes are given as in its inclusion proof, in the order of the tree."""
    at = data.draw(st.integers(0, size - 1))
    assert set(proof_of([at], size)) == set(asyncio.run(assemble(inclusion_parts(at, size), nodes)))


@given(chosen(), st.data())
def test_no_other_leaf_leads_there(case: tuple[int, list[int]], data: st.DataObject) -> None:
    """A leaf changed, moved or left out, a hash changed: another root or a refusal."""
    size, indexes = case
    if not indexes:
        return
    proof, root = proof_of(indexes, size), root_of(LEAVES[:size])
    leaves = {at: LEAVES[at] for at in indexes}
    at = data.draw(st.sampled_from(indexes))
    assert root_of_multiproof({**leaves, at: sha256(b"other").digest()}, size, proof) != root
    for hashes in (proof[:-1], [*proof, proof[0] if proof else root]):
        if len(hashes) != len(proof):
            with pytest.raises(BadProof):
                root_of_multiproof(leaves, size, hashes)
    without = {one: leaf for one, leaf in leaves.items() if one != at}
    try:
        assert root_of_multiproof(without, size, proof) != root
    except BadProof:
        return


def test_indexes_beyond_the_tree_are_refused() -> None:
    """A leaf that the tree does not have, and a hash that is none, are refused."""
    with pytest.raises(ValueError):
        multiproof_parts([3], 3)
    for leaves in ({3: LEAVES[3]}, {-1: LEAVES[0]}, {0: b"short"}):
        with pytest.raises(BadProof):
            root_of_multiproof(leaves, 3, [])

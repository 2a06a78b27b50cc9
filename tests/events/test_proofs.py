"""Proofs of inclusion and consistency: published vectors, the definition word for word, and every mutation refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from events.merkle import EMPTY_ROOT, leaf_hash
from events.proofs import (
    MAX_PROOF,
    BadProof,
    Node,
    assemble,
    check_consistency,
    check_inclusion,
    consistency_parts,
    inclusion_parts,
    root_of_inclusion,
)
from tests.events.test_merkle import INPUTS
from tests.events.test_merkle import ROOTS as CT_ROOTS
from tests.events.trees import root_of
from tests.external.vectors import GOLDEN, LEAVES, ROOTS, hashes

pytestmark = pytest.mark.anyio

CT_LEAVES = [leaf_hash(bytes.fromhex(data)) for data in INPUTS]
# Proofs of Certificate Transparency's own tests over its eight leaves: index or older size, size, hashes.
A, B, C = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
D, E, F = (
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
)
G, H, J = (
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
)
CT_INCLUSION = [(0, 1, []), (0, 8, [A, B, C]), (5, 8, [D, E, F]), (2, 3, [G]), (1, 5, [H, B, D])]
CT_CONSISTENCY = [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [J, E, F]), (2, 5, [B, D])]

Prover = Callable[[int, int], list[bytes]]


def slow_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    if index < k:
        return [*slow_path(index, leaves[:k]), root_of(leaves[k:])]
    return [*slow_path(index - k, leaves[k:]), root_of(leaves[:k])]


def slow_proof(old: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2, word for word."""
    if old == len(leaves):
        return [] if whole else [root_of(leaves)]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    if old <= k:
        return [*slow_proof(old, leaves[:k], whole=whole), root_of(leaves[k:])]
    return [*slow_proof(old - k, leaves[k:], whole=False), root_of(leaves[:k])]


async def subtrees(wanted: Sequence[Node]) -> list[bytes]:
    """Complete subtrees over `LEAVES`."""
    found = [LEAVES[index << level : (index + 1) << level] for level, index in wanted]
    assert all(len(leaves) == 1 << level for leaves, (level, _) in zip(found, wanted, strict=True))
    return [root_of(leaves) for leaves in found]


@pytest.mark.parametrize(("index", "size", "proof"), CT_INCLUSION)
def test_inclusion_of_certificate_transparency(index: int, size: int, proof: list[str]) -> None:
    """The published inclusion proofs of Certificate Transparency are what the definition gives, and are taken."""
    given = [bytes.fromhex(each) for each in proof]
    assert given == slow_path(index, CT_LEAVES[:size])
    check_inclusion(CT_LEAVES[index], index, size, given, bytes.fromhex(CT_ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "size", "proof"), CT_CONSISTENCY)
def test_consistency_of_certificate_transparency(old: int, size: int, proof: list[str]) -> None:
    """The published consistency proofs of Certificate Transparency are what the definition gives, and are taken."""
    given = [bytes.fromhex(each) for each in proof]
    assert given == slow_proof(old, CT_LEAVES[:size])
    check_consistency(old, size, given, *(bytes.fromhex(CT_ROOTS[at - 1]) for at in (old, size)))


async def test_inclusion_as_go_makes_it() -> None:
    """Each inclusion proof that x/mod made is made here byte for byte, and taken."""
    assert {each["Size"] for each in GOLDEN["Inclusion"]} == ROOTS.keys()
    for each in GOLDEN["Inclusion"]:
        index, size, proof = each["Index"], each["Size"], hashes(each["Hashes"])
        assert await assemble(inclusion_parts(index, size), subtrees) == proof
        check_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


async def test_consistency_as_go_makes_it() -> None:
    """Each consistency proof that x/mod made is made here byte for byte, and taken."""
    for each in GOLDEN["Consistency"]:
        old, size, proof = each["Old"], each["Size"], hashes(each["Hashes"])
        assert await assemble(consistency_parts(old, size), subtrees) == proof
        check_consistency(old, size, proof, ROOTS[old], ROOTS[size])


async def test_proofs_of_every_small_tree() -> None:
    """Up to 40 leaves every proof is that of the definition, and leads from leaf or older root to the root."""
    roots = [root_of(LEAVES[:size]) for size in range(41)]
    for size in range(1, 41):
        for index in range(size):
            proof = await assemble(inclusion_parts(index, size), subtrees)
            assert proof == slow_path(index, LEAVES[:size])
            assert root_of_inclusion(LEAVES[index], index, size, proof) == roots[size]
            proof = await assemble(consistency_parts(index + 1, size), subtrees)
            assert proof == slow_proof(index + 1, LEAVES[:size])
            check_consistency(index + 1, size, proof, roots[index + 1], roots[size])


async def test_the_empty_tree() -> None:
    """It is the beginning of every tree, by an empty proof, and has no other root than the hash of nothing."""
    assert consistency_parts(0, 9) == consistency_parts(0, 0) == consistency_parts(9, 9) == []
    assert await assemble([], subtrees) == []
    check_consistency(0, 9, [], EMPTY_ROOT, ROOTS[9])
    check_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    for old, size, proof, roots in (
        (0, 9, [], (ROOTS[8], ROOTS[9])), (0, 9, [LEAVES[0]], (EMPTY_ROOT, ROOTS[9])),
        (0, 0, [], (EMPTY_ROOT, ROOTS[9])), (0, 0, [], (ROOTS[9], ROOTS[9])),
    ):  # fmt: skip
        with pytest.raises(BadProof):
            check_consistency(old, size, proof, *roots)


def mutations(proof: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Every proof that is nearly this one: a bit flipped, one hash less, more, twice, two swapped, cut short."""
    for at, node in enumerate(proof):
        for byte in (0, 15, 31):
            yield [*proof[:at], node[:byte] + bytes([node[byte] ^ 1]) + node[byte + 1 :], *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], node, *proof[at:]]
        yield [*proof[:at], node[:-1], *proof[at + 1 :]]
        yield [*proof[:at], node + b"\0", *proof[at + 1 :]]
    for at in range(1, len(proof)):
        yield [*proof[: at - 1], proof[at], proof[at - 1], *proof[at + 1 :]]
    yield [*proof, LEAVES[0]]
    yield [LEAVES[0], *proof]


def test_no_mutation_of_an_inclusion_proof_is_taken() -> None:
    """A changed proof, another leaf, index or root, and indexes outside the tree are refused with BadProof."""
    count = 0
    for each in GOLDEN["Inclusion"]:
        index, size, proof = each["Index"], each["Size"], hashes(each["Hashes"])
        leaf, root = LEAVES[index], ROOTS[size]
        wrong = [(leaf, index, size, mutated, root) for mutated in mutations(proof)]
        wrong += [(leaf, other, size, proof, root) for other in range(-1, size + 2) if other != index]
        wrong += [(LEAVES[index - 1], index, size, proof, root), (leaf, index, size, proof, LEAVES[0][::-1])]
        wrong += [(leaf, index, 0, proof, root), (leaf, index, -1, proof, root), (leaf, index, index, proof, root)]
        for given in wrong:
            with pytest.raises(BadProof):
                check_inclusion(*given)
            count += 1
    assert count > 5000


def test_no_mutation_of_a_consistency_proof_is_taken() -> None:
    """A changed proof, another size or root, and sizes in the wrong order are refused with BadProof."""
    count = 0
    for each in GOLDEN["Consistency"]:
        old, size, proof = each["Old"], each["Size"], hashes(each["Hashes"])
        first, second = ROOTS[old], ROOTS[size]
        wrong = [(old, size, mutated, first, second) for mutated in mutations(proof)]
        wrong += [(old, size, proof, second, first), (old, size, proof, LEAVES[0][::-1], second)] if old < size else []
        wrong += [(old, size, proof, first, LEAVES[0][::-1]), (size + 1, size, proof, first, second)]
        wrong += [(-1, size, proof, first, second)]
        for given in wrong:
            with pytest.raises(BadProof):
                check_consistency(*given)
            count += 1
    assert count > 1000


def test_a_proof_is_no_longer_than_any_tree_is_high() -> None:
    """A proof of more than 63 hashes is refused before it is hashed."""
    with pytest.raises(BadProof, match="at most 63"):
        root_of_inclusion(LEAVES[0], 0, 2**63 - 1, [LEAVES[0]] * (MAX_PROOF + 1))
    assert len(root_of_inclusion(LEAVES[0], 0, 2**63 - 1, [LEAVES[0]] * MAX_PROOF)) == 32


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 1), (5, 4)])
def test_there_is_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    """Proofs of leaves outside the tree, and from a larger size, are not made."""
    with pytest.raises(ValueError, match=f"no leaf {index}"):
        inclusion_parts(index, size)
    with pytest.raises(ValueError, match="no consistency"):
        consistency_parts(size + 1, size)
    with pytest.raises(ValueError, match="no consistency"):
        consistency_parts(-1, size)

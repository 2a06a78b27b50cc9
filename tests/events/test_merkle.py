"""The Merkle tree: the published vectors, and a slow tree that is obviously right."""

from __future__ import annotations

import pytest

from events.merkle import EMPTY_ROOT, TILE_WIDTH, Frontier, leaf_hash, node_hash, tile_root
from tests.events.trees import root_of

# The reference inputs and roots of Certificate Transparency's own tests (merkle_tree_test.cc).
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = [leaf_hash(str(number).encode()) for number in range(600)]


def test_root_of_the_empty_tree() -> None:
    """The empty tree has the hash of nothing for its root."""
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Frontier().root() == root_of([]) == EMPTY_ROOT


def test_vectors_of_certificate_transparency() -> None:
    """The roots of the published trees of one to eight leaves are the published ones, grown or computed slowly."""
    leaves = [leaf_hash(bytes.fromhex(data)) for data in INPUTS]
    assert [root_of(leaves[:size]).hex() for size in range(1, len(leaves) + 1)] == list(ROOTS)
    frontier = Frontier()
    for leaf, root in zip(leaves, ROOTS, strict=True):
        frontier.append(leaf)
        assert frontier.root().hex() == root


def test_frontier_grows_as_the_slow_tree() -> None:
    """At every size from 0 to 600 the frontier's root is that of the recursive definition."""
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES):
        assert (frontier.size, frontier.root()) == (size, root_of(LEAVES[:size]))
        frontier.append(leaf)
    assert frontier.root() == root_of(LEAVES)


@pytest.mark.parametrize(
    "cuts", [[600], [1] * 70, [0, 1, 0, 2], [3, 5, 60, 1, 187, 2, 62], [255, 1, 256, 44], [256, 344]]
)
def test_a_frontier_grows_by_many_as_by_one(cuts: list[int]) -> None:
    """Grown by any number at once it is as grown one by one, and names each subtree it completes, once, in order."""
    many, one, at = Frontier(), Frontier(), 0
    completed: list[list[bytes]] = []
    for cut in cuts:
        for height, roots in enumerate(many.extend(LEAVES[at : at + cut])):
            completed += [[] for _ in range(height + 1 - len(completed))]
            completed[height] += roots
        for leaf in LEAVES[at : at + cut]:
            one.append(leaf)
        at += cut
        assert (many.size, many.pack(), many.root()) == (at, one.pack(), one.root())
    for height, roots in enumerate(completed):
        width = 2 << height
        assert roots == [root_of(LEAVES[start : start + width]) for start in range(0, at - width + 1, width)]
    assert sum(map(len, completed)) == at - at.bit_count()


def test_frontier_packs_and_unpacks() -> None:
    """Unpacked at any size, a frontier has the same root and grows on as the one that was packed."""
    frontier = Frontier()
    for size, leaf in enumerate(LEAVES):
        packed = frontier.pack()
        assert len(packed) == 32 * size.bit_count()
        other = Frontier.unpack(size, packed)
        assert other.root() == frontier.root()
        frontier.append(leaf)
        other.append(leaf)
        assert other.pack() == frontier.pack()


@pytest.mark.parametrize(
    ("size", "packed"),
    [(0, bytes(32)), (1, b""), (1, bytes(64)), (3, bytes(32)), (1, bytes(31)), (2, b"x"), (3, bytes(33))],
)
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, packed: bytes) -> None:
    """A packed frontier with too few or too many hashes, or part of one, is refused."""
    with pytest.raises(ValueError, match=r"subtrees|whole number"):
        Frontier.unpack(size, packed)


def test_leaves_and_nodes_are_told_apart() -> None:
    """A leaf over the bytes of two hashes is not the node over them (RFC 6962: no second preimage)."""
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)


def test_tile_root() -> None:
    """A full tile's root is that of the tree over its hashes; a tile that is not full has none."""
    assert tile_root(LEAVES[:TILE_WIDTH]) == root_of(LEAVES[:TILE_WIDTH])
    for width in (0, TILE_WIDTH - 1, TILE_WIDTH + 1):
        with pytest.raises(ValueError, match=str(width)):
            tile_root(LEAVES[:width])


def test_tree_over_tile_roots() -> None:
    """Two full tiles are the two halves of a tree of 512."""
    roots = [tile_root(LEAVES[at : at + TILE_WIDTH]) for at in (0, TILE_WIDTH)]
    assert node_hash(*roots) == root_of(LEAVES[: 2 * TILE_WIDTH])

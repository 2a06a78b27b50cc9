"""A tree of divisions: of a table, keyed by its codes, or of a log on a day, keyed by ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

LEVELS: Final = ("province", "city", "county", "township", "village")
CITY: Final = 1
COUNTY: Final = 2
TOWNSHIP: Final = 3
VILLAGE: Final = 4


class Node(NamedTuple):
    """One division. `level` is its place in LEVELS, `code` has 6, 9 or 12 digits, `parent` is a key."""

    key: str
    level: int
    code: str
    name: str
    parent: str | None


class Tree:
    """Divisions by key, level and parent. A parent may be more than one level up, or missing."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes: dict[str, Node] = {}
        self.levels: list[list[Node]] = [[] for _ in LEVELS]
        self._children: dict[str | None, list[Node]] = defaultdict(list)
        for node in nodes:
            self.nodes[node.key] = node
            self.levels[node.level].append(node)
            self._children[node.parent].append(node)

    def __getitem__(self, key: str) -> Node:
        return self.nodes[key]

    def __len__(self) -> int:
        return len(self.nodes)

    def children(self, key: str) -> list[Node]:
        """The divisions directly below one."""
        return self._children.get(key, [])

    def above(self, key: str, level: int) -> str | None:
        """The ancestor of a division at a level or, where there is none, the nearest above that level."""
        parent = self.nodes[key].parent
        while parent is not None and parent in self.nodes and self.nodes[parent].level > level:
            parent = self.nodes[parent].parent
        return parent

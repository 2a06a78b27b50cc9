"""How far two divisions are the same by what lies below them: the share of names that both have."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from service.divisions.names import stem
from service.divisions.tree import COUNTY, Node, Tree

CLEAR: Final = 0.8
"""From this share on two divisions are the same without any other sign."""
FITTING: Final = 0.5
"""From this share on they are where name, or parent and code, or parent and stem of the name agree too."""
DOUBTFUL: Final = 0.3
"""From this share on something of the one is in the other, so a person must say."""
FEW: Final = 3
"""With fewer names than this below it, what lies below a division says nothing."""


class Overlap(NamedTuple):
    """What an old and a new division have in common below them."""

    old: str
    new: str
    common: int
    share: float
    """Of the one with more names."""


class Below:
    """The names below the divisions of one tree: of its children, and down to counties of theirs too."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[str, frozenset[str]] = {}

    def of(self, node: Node) -> frozenset[str]:
        """The names below one division, without the kind of place, which often changes."""
        known = self._known.get(node.key)
        if known is None:
            children = self._tree.children(node.key)
            if node.level <= COUNTY:
                children = children + [lower for child in children for lower in self._tree.children(child.key)]
            known = frozenset(stem(child.level, child.name) for child in children)
            self._known[node.key] = known
        return known


def overlap(old: Node, new: Node, before: Below, after: Below) -> Overlap | None:
    """What two divisions have in common; None where one of them has too few names below it to say."""
    one, other = before.of(old), after.of(new)
    if min(len(one), len(other)) < FEW:
        return None
    common = len(one & other)
    return Overlap(old.key, new.key, common, common / max(len(one), len(other)))


def overlaps(olds: Iterable[Node], news: Iterable[Node], before: Below, after: Below) -> list[Overlap]:
    """Every pair of some old and some new divisions with anything in common, the largest share first."""
    holders: dict[str, list[Node]] = defaultdict(list)
    for new in news:
        for name in after.of(new):
            holders[name].append(new)
    found = []
    for old in olds:
        names = before.of(old)
        counts: Counter[Node] = Counter(new for name in names for new in holders.get(name, ()))
        for new, common in counts.items():
            larger = max(len(names), len(after.of(new)))
            found.append(Overlap(old.key, new.key, common, common / larger))
    return sorted(found, key=lambda pair: (-pair.share, pair.old, pair.new))

"""Divisions of one parent that codes and names tie together, before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from service.divisions.names import plain
from service.divisions.tree import Node

Pair = tuple[str, str]


def unique_pairs(
    olds: Sequence[Node], news: Sequence[Node], by: Callable[[Node], Hashable]
) -> Iterator[tuple[Node, Node]]:
    """The old and new divisions that agree in `by` and that no other of their side shares it with."""
    before: dict[Hashable, list[Node]] = defaultdict(list)
    after: dict[Hashable, list[Node]] = defaultdict(list)
    for old in olds:
        before[by(old)].append(old)
    for new in news:
        after[by(new)].append(new)
    for key, found in before.items():
        others = after.get(key, ())
        if len(found) == len(others) == 1:
            yield found[0], others[0]


@dataclass(slots=True)
class Tie:
    """Old and new divisions that hang together by code or by name; each has one tie of a sort under its parent."""

    by_name: list[Pair] = field(default_factory=list)
    by_code: list[Pair] = field(default_factory=list)

    @property
    def olds(self) -> list[str]:
        """The old divisions."""
        return sorted({old for old, _ in (*self.by_name, *self.by_code)})

    @property
    def news(self) -> list[str]:
        """The new divisions."""
        return sorted({new for _, new in (*self.by_name, *self.by_code)})

    @property
    def contradicts(self) -> bool:
        """Whether a code says one thing and a name another."""
        return bool(self.by_name) and not set(self.by_code) <= set(self.by_name)

    def without(self, taken: Sequence[Pair]) -> list[Tie]:
        """What hangs together still when some pairs are decided."""
        olds, news = {old for old, _ in taken}, {new for _, new in taken}
        by_name, by_code = (
            [(old, new) for old, new in pairs if old not in olds and new not in news]
            for pairs in (self.by_name, self.by_code)
        )
        return components(by_name, by_code)


class Ties:
    """The ties between the old and the new divisions of one parent."""

    def __init__(self, level: int, olds: Sequence[Node], news: Sequence[Node]) -> None:
        same = list(unique_pairs(olds, news, lambda node: node.name))
        taken = {node.key for pair in same for node in pair}
        spelled = unique_pairs(
            [old for old in olds if old.key not in taken],
            [new for new in news if new.key not in taken],
            lambda node: plain(level, node.name),
        )
        self.by_name = [(old.key, new.key) for old, new in (*same, *spelled)]
        self.by_code = [(old.key, new.key) for old, new in unique_pairs(olds, news, lambda node: node.code)]

    def components(self) -> list[Tie]:
        """What hangs together, each by itself."""
        return components(self.by_name, self.by_code)


def components(by_name: Iterable[Pair], by_code: Iterable[Pair]) -> list[Tie]:
    """What hangs together of pairs by name and by code, each by itself."""
    ties: dict[str, Tie] = {}
    for pairs, sort in ((by_name, "by_name"), (by_code, "by_code")):
        for old, new in pairs:
            one, other = ties.get(f"old {old}"), ties.get(f"new {new}")
            tie = _joined(ties, one, other) if one is not None and other is not None else one or other or Tie()
            getattr(tie, sort).append((old, new))
            ties[f"old {old}"] = ties[f"new {new}"] = tie
    return list({id(tie): tie for tie in ties.values()}.values())


def one_to_one(pairs: Sequence[Pair]) -> bool:
    """Whether no old and no new division is in two pairs."""
    return len({old for old, _ in pairs}) == len({new for _, new in pairs}) == len(pairs)


def _joined(ties: dict[str, Tie], one: Tie, other: Tie) -> Tie:
    """One tie of two."""
    if one is other:
        return one
    one.by_name += other.by_name
    one.by_code += other.by_code
    for old, new in (*other.by_name, *other.by_code):
        ties[f"old {old}"] = ties[f"new {new}"] = one
    return one

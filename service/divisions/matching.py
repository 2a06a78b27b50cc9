"""Which division of an older tree is which of a newer one, decided level by level, highest first.

Of code, name and parent two must agree and nothing speak against it; where places moved and were
recoded at once, what lies below them decides (`evidence`). What stays ambiguous is kept apart as
undecided, with all that lies below it: it is neither ended nor founded nor moved. docs/import.md
has the rules in words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from service.divisions.evidence import (
    CLEAR,
    DOUBTFUL,
    FEW,
    FITTING,
    Below,
    Overlap,
    overlap,
    overlaps,
)
from service.divisions.names import plain, prolonged, stem
from service.divisions.ties import Pair, Tie, Ties, components, one_to_one, unique_pairs
from service.divisions.tree import COUNTY, LEVELS, VILLAGE, Node, Tree

Named = dict[tuple[str | None, str], list[str]]
"""Keys of divisions by where they stand and by name."""


class Undecided(NamedTuple):
    """Old and new divisions of which a person must say which are the same."""

    level: int
    reason: str
    olds: tuple[str, ...]
    news: tuple[str, ...]


@dataclass(slots=True)
class Matching:
    """What became of every division of the older tree, and where those of the newer one come from."""

    new_of: dict[str, str] = field(default_factory=dict)
    old_of: dict[str, str] = field(default_factory=dict)
    into: dict[str, str] = field(default_factory=dict)
    """Old divisions that went whole into a founded one."""
    founded: set[str] = field(default_factory=set)
    """Those that several went into whole."""
    undecided: list[Undecided] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    """Old divisions that are undecided or below such: nothing is said of them."""
    held: set[str] = field(default_factory=set)
    """New ones that are undecided or below such."""

    def has_old(self, key: str) -> bool:
        """Whether it is decided, or left to a person, what became of an old division."""
        return key in self.new_of or key in self.kept or key in self.into

    def has_new(self, key: str) -> bool:
        """Whether it is decided, or left to a person, where a new division comes from."""
        return key in self.old_of or key in self.held or key in self.founded

    def pair(self, old: str, new: str) -> None:
        """Say that an old and a new division are the same."""
        self.new_of[old] = new
        self.old_of[new] = old

    def doubt(self, level: int, reason: str, olds: Iterable[str], news: Iterable[str]) -> None:
        """Leave divisions to a person."""
        found = Undecided(level, reason, tuple(olds), tuple(news))
        self.undecided.append(found)
        self.kept.update(found.olds)
        self.held.update(found.news)


def match(before: Tree, after: Tree, others: Iterable[Node] = ()) -> Matching:
    """Match two trees of one province. `others` are old divisions not on record on the day, but on some other."""
    work = _Matcher(before, after)
    elsewhen = {(node.code, node.name): node.key for node in others}
    for level in range(len(LEVELS)):
        work.level(level)
        work.returned(level, elsewhen)
    return work.done


class _Matcher:
    def __init__(self, before: Tree, after: Tree) -> None:
        self.before = before
        self.after = after
        self.below_before = Below(before)
        self.below_after = Below(after)
        self.done = Matching()

    def level(self, level: int) -> None:
        """Decide about the divisions of one level, those above being decided."""
        self._same_code_and_name(level)
        self._hold_back(level)
        self._within_parents(level)
        if level < VILLAGE:
            self._by_what_lies_below(level)
        else:
            self._within_counties()
        self._doubt(level, "same-code-little-else", self._same_code(level))

    def returned(self, level: int, elsewhen: Mapping[tuple[str, str], str]) -> None:
        """Leave to a person what the table has and the record has too, but not on that day."""
        for new in self._new(level):
            other = elsewhen.get((new.code, new.name))
            if other is not None:
                self.done.doubt(level, "not-on-record-that-day", [other], [new.key])

    def _old(self, level: int) -> list[Node]:
        done = self.done
        return [node for node in self.before.levels[level] if not done.has_old(node.key)]

    def _new(self, level: int) -> list[Node]:
        done = self.done
        return [node for node in self.after.levels[level] if not done.has_new(node.key)]

    def _same_code_and_name(self, level: int) -> None:
        for spelled in (lambda node: (node.code, node.name), lambda node: (node.code, plain(level, node.name))):
            for old, new in unique_pairs(self._old(level), self._new(level), spelled):
                self.done.pair(old.key, new.key)

    def _hold_back(self, level: int) -> None:
        """What lies below the undecided is left as it is."""
        self.done.kept.update(node.key for node in self._old(level) if node.parent in self.done.kept)
        self.done.held.update(node.key for node in self._new(level) if node.parent in self.done.held)

    def _parent(self, old: Node) -> str | None:
        """The new key of an old division's parent, or of what that was merged into."""
        return None if old.parent is None else self.done.new_of.get(old.parent) or self.done.into.get(old.parent)

    def _families(self, level: int) -> list[tuple[list[Node], list[Node]]]:
        """The old and new divisions that are still open, by parents that are the same."""
        olds: dict[str | None, list[Node]] = defaultdict(list)
        for old in self._old(level):
            parent = self._parent(old)
            if parent is not None or old.parent is None:
                olds[parent].append(old)
        news: dict[str | None, list[Node]] = defaultdict(list)
        for new in self._new(level):
            news[new.parent].append(new)
        return [(olds[parent], news[parent]) for parent in olds if parent in news]

    def _within_parents(self, level: int) -> None:
        """Where a name is borne by one under a parent, before and after, and then by code."""
        settled = True
        while settled:
            settled = sum(self._settle(tie) for tie in self._ties(level)) > 0
        self._by_code(level)

    def _ties(self, level: int) -> list[Tie]:
        return [tie for olds, news in self._families(level) for tie in Ties(level, olds, news).components()]

    def _settle(self, tie: Tie) -> bool:
        """Pair divisions of one parent that have a name in common; whether any were."""
        best = tie.by_name
        if tie.contradicts:
            shares = {pair: self._share(*pair) for pair in {*tie.by_name, *tie.by_code}}
            if any(share is not None for share in shares.values()):
                best = [pair for pair, share in shares.items() if share is not None and share >= FITTING]
            elif len(tie.by_name) < len(tie.by_code):
                best = []
        return one_to_one(best) and self._pair_all(best)

    def _pair_all(self, pairs: Sequence[Pair]) -> bool:
        for old, new in pairs:
            self.done.pair(old, new)
        return bool(pairs)

    def _by_code(self, level: int) -> None:
        """By code under one parent, unless the old name stands elsewhere now, or the new one stood elsewhere before."""
        by_name, by_code = [], []
        for tie in self._ties(level):
            by_name += tie.by_name
            for old, new in tie.by_code:
                if not tie.by_name and self._nearly_named(level, old, new):
                    self._take(level, old, new)
                else:
                    by_code.append((old, new))
        for tie in components(sorted({*by_name, *self._elsewhere(level, by_code)}), by_code):
            self._weigh(level, tie)

    def _elsewhere(self, level: int, by_code: Iterable[Pair]) -> list[Pair]:
        """Open divisions of one name, of the county or province: the names being those that codes give to another."""
        before, after = self._by_names(level)
        names = {
            (self._scope_after(level, new), plain(level, name))
            for old, new in by_code
            for name in (self.before[old].name, self.after[new].name)
        }
        pairs = [(old, new) for name in names for old in before.get(name, ()) for new in after.get(name, ())]
        return [pair for pair in pairs if (share := self._share(*pair)) is None or share >= DOUBTFUL]

    def _weigh(self, level: int, tie: Tie) -> None:
        """Decide about divisions that codes of one parent, and names wherever they stand, tie together."""
        pairs = sorted({*tie.by_name, *tie.by_code})
        alike = [pair for pair in pairs if self._alike_below(*pair)]
        if not tie.by_name:
            for old, new in tie.by_code:
                self._take(level, old, new)
        elif alike and one_to_one(alike):
            self._pair_all(alike)
            for rest in tie.without(alike):
                self._weigh(level, rest)
        elif level == VILLAGE and one_to_one(tie.by_name) and len(tie.by_name) >= len(tie.by_code):
            self._pair_all(tie.by_name)
        else:
            self.done.doubt(level, "code-and-name-disagree", tie.olds, tie.news)

    def _nearly_named(self, level: int, old: str, new: str) -> bool:
        """Whether two names differ in the kind of place alone, or the one is the other with something before it."""
        one, other = self.before[old].name, self.after[new].name
        return stem(level, one) == stem(level, other) or prolonged(level, one, other)

    def _alike_below(self, old: str, new: str) -> bool:
        """Whether what lies below two divisions speaks for them, be it little."""
        share = self._share(old, new)
        if share is not None:
            return share >= FITTING
        one, other = self.below_before.of(self.before[old]), self.below_after.of(self.after[new])
        return bool(one & other) and len(one & other) >= CLEAR * max(len(one), len(other))

    def _share(self, old: str, new: str) -> float | None:
        found = overlap(self.before[old], self.after[new], self.below_before, self.below_after)
        return None if found is None else found.share

    def _take(self, level: int, old: str, new: str) -> None:
        """Pair two divisions of one parent by code alone, where nothing below speaks against it."""
        share = self._share(old, new)
        if share is None or share >= DOUBTFUL or prolonged(level, self.before[old].name, self.after[new].name):
            self.done.pair(old, new)

    def _by_what_lies_below(self, level: int) -> None:
        olds, news = self._old(level), self._new(level)
        pairs = overlaps(olds, news, self.below_before, self.below_after)
        siblings = set(self._same_stem(level))
        named = {(old.key, new.key) for old, new in unique_pairs(olds, news, lambda node: plain(level, node.name))}
        for pair in pairs:
            if self.done.has_old(pair.old) or self.done.has_new(pair.new):
                continue
            between = (pair.old, pair.new)
            enough = pair.common >= FEW or between in siblings
            alike = between in named or between in siblings
            if enough and pair.share >= (FITTING if alike else CLEAR):
                self.done.pair(*between)
        self._merge(self._still_open(pairs))
        doubtful = [
            (pair.old, pair.new)
            for pair in self._still_open(pairs)
            if pair.share >= DOUBTFUL
            and (pair.common >= FEW or (pair.old, pair.new) in named or self._of_one_parent(pair.old, pair.new))
        ]
        self._doubt(level, "shared-below", doubtful + self._same_stem(level))

    def _of_one_parent(self, old: str, new: str) -> bool:
        return self._parent(self.before[old]) == self.after[new].parent

    def _still_open(self, pairs: Iterable[Overlap]) -> list[Overlap]:
        return [pair for pair in pairs if not self.done.has_old(pair.old) and not self.done.has_new(pair.new)]

    def _same_stem(self, level: int) -> list[tuple[str, str]]:
        """Open divisions of one parent whose names differ in the kind of place alone."""
        return [
            (old.key, new.key)
            for olds, news in self._families(level)
            for old, new in unique_pairs(olds, news, lambda node: stem(level, node.name))
        ]

    def _same_code(self, level: int) -> list[tuple[str, str]]:
        """Open divisions of one code, though nothing else agrees."""
        pairs = unique_pairs(self._old(level), self._new(level), lambda node: node.code)
        return [(old.key, new.key) for old, new in pairs]

    def _merge(self, pairs: Sequence[Overlap]) -> None:
        """Found what several went into whole, and nothing else did."""
        sources: dict[str, list[Overlap]] = defaultdict(list)
        for pair in pairs:
            near = pair.common >= FEW or self._of_one_parent(pair.old, pair.new)
            if near and pair.common >= CLEAR * len(self.below_before.of(self.before[pair.old])):
                sources[pair.new].append(pair)
        for new, into in sources.items():
            whole = len(self.below_after.of(self.after[new]))
            if len(into) > 1 and sum(pair.common for pair in into) >= CLEAR * whole:
                self.done.founded.add(new)
                self.done.into |= {pair.old: new for pair in into}

    def _doubt(self, level: int, reason: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Leave pairs to a person, those that share a division together."""
        tied: dict[str, set[tuple[str, str]]] = {}
        for old, new in pairs:
            group = tied.get(f"old {old}", set()) | tied.get(f"new {new}", set()) | {(old, new)}
            for one, other in group:
                tied[f"old {one}"] = tied[f"new {other}"] = group
        for group in {id(group): group for group in tied.values()}.values():
            self.done.doubt(level, reason, sorted({old for old, _ in group}), sorted({new for _, new in group}))

    def _scope_before(self, level: int, old: str) -> str | None:
        """Where the name of an old division tells it: the new key of a village's county, else the whole province."""
        if level < VILLAGE:
            return ""
        county = self.before.above(old, COUNTY)
        return None if county is None else self.done.new_of.get(county) or self.done.into.get(county)

    def _scope_after(self, level: int, new: str) -> str | None:
        return "" if level < VILLAGE else self.after.above(new, COUNTY)

    def _by_names(self, level: int) -> tuple[Named, Named]:
        """The open old and new divisions by where their names tell them, and their plain names."""
        olds: Named = defaultdict(list)
        news: Named = defaultdict(list)
        for old in self._old(level):
            olds[self._scope_before(level, old.key), plain(level, old.name)].append(old.key)
        for new in self._new(level):
            news[self._scope_after(level, new.key), plain(level, new.name)].append(new.key)
        return olds, news

    def _within_counties(self) -> None:
        """Villages that left their township: by name, where a county has one such village before and after."""
        olds, news = self._by_names(VILLAGE)
        for (scope, name), before in olds.items():
            after = news.get((scope, name), [])
            if scope is None or not after:
                continue
            if len(before) == len(after) == 1:
                self.done.pair(before[0], after[0])
            else:
                self.done.doubt(VILLAGE, "several-of-one-name", before, after)
        self._doubt(VILLAGE, "same-stem", self._same_stem(VILLAGE))

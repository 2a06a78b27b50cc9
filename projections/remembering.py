"""What a long stretch remembers from run to run, so that little is read back of what it wrote itself.

Months of a place come again and again after thousands of entries about others. What was touched within
the last `KEPT` entries is kept; where a stretch began at the beginning of the log, so is whether an
entity was touched at all: what never was has nothing to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from events.entry import Entry
from projections.advance import Entity, History

KEPT: Final = 24_000
"""Entries: some hundred MiB, and a month of a province."""
LOOKED_EVERY: Final = 6_000
"""Entries between two looks for what may be forgotten."""


@dataclass(slots=True)
class Memory:
    """The history as the last run left it, and when each part of it was last touched."""

    history: History = field(default_factory=History)
    from_beginning: bool = False
    """Whether every entry before the next run went through here."""
    _size: int = 0
    _looked: int = 0
    _last: dict[Entity, int] = field(default_factory=dict)
    """Up to which size it went when each entity was last touched, in that order."""
    _met: set[int] = field(default_factory=set)
    """Hashes of the entities touched so far; two with one hash cost a look that finds nothing."""

    def is_new(self, entity: Entity) -> bool:
        """Whether nothing of an entity can have been written."""
        return self.from_beginning and hash(entity) not in self._met

    def touch(self, entity: Entity) -> None:
        """Keep an entity from being forgotten for a while."""
        self._last.pop(entity, None)
        self._last[entity] = self._size
        if self.from_beginning:
            self._met.add(hash(entity))

    def end_run(self, run: Sequence[Entry], end: int) -> None:
        """Slim the entries of a run, and forget now and then what was not touched for long.

        `end` is the size that the run went on to: where all of it was erased it has no entry to say so.
        """
        names = self.history.named
        for entry in run:
            entry.slim()
            if not names.get(entry.position, True):  # an annulment, or what no projection is about
                self._let_go(entry.fact_position)
        began, self._size = self._size, end
        if self._size - self._looked >= LOOKED_EVERY:
            self._looked = self._size
            self._forget(min(self._size - KEPT, began))  # the last run is not written yet

    def _forget(self, oldest: int) -> None:
        """Forget the entities that were last touched before some size, and the facts that are no others'."""
        gone = [entity for entity, _ in takewhile(lambda touched: touched[1] < oldest, self._last.items())]
        facts: set[int] = set()
        for entity in gone:
            del self._last[entity]
            facts.update(self.history.facts_of.pop(entity, ()))
            self.history.open_rows.pop(entity, None)
        for position in facts:
            self._let_go(position)

    def _let_go(self, position: int) -> None:
        """Forget a fact, unless one of the entities that it names is remembered."""
        history = self.history
        versions = history.versions.get(position)
        if versions is None or not history.facts_of.keys().isdisjoint(history.touched(versions)):
            return
        del history.versions[position]
        for version in versions:
            history.named.pop(version.position, None)

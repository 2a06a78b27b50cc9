"""What a long stretch remembers from run to run, so that little is read back of what it wrote itself.

Months of a place come again and again after thousands of entries about others. What was touched within
the last `KEPT` entries is kept, and up to twice as long; where a stretch began at the beginning of the log, so is
whether an entity was touched at all: what never was has nothing to be read.

There are two histories: that since the last turn, and that before it. What is touched again is recalled from
the one to the other, and the older one goes at the next turn, as a whole: nothing is ever looked for that
might be forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from events.entry import Entry
from projections.advance import Entity, History

KEPT: Final = 16_000
"""Entries from one turn to the next: more than two runs, for the last one is not written yet when a history goes."""


@dataclass(slots=True)
class Memory:
    """The history as the last run left it."""

    history: History = field(default_factory=History)
    """Since the last turn."""
    from_beginning: bool = False
    """Whether every entry before the next run went through here."""
    _before: History = field(default_factory=History)
    """From the turn before to the last one."""
    _turned: int = 0
    """The size at the last turn."""
    _met: set[int] = field(default_factory=set)
    """Hashes of the entities touched so far; two with one hash cost a look that finds nothing."""

    def is_new(self, entity: Entity) -> bool:
        """Whether nothing of an entity can have been written."""
        return self.from_beginning and hash(entity) not in self._met

    def touch(self, entity: Entity) -> None:
        """An entity is touched: it is not new any more."""
        if self.from_beginning:
            self._met.add(hash(entity))

    def recall(self, entity: Entity) -> bool:
        """Whether the facts and the rows of an entity are in the history, taken over from before where need be."""
        history, before = self.history, self._before
        if entity not in history.facts_of and entity in before.facts_of:
            history.facts_of[entity] = before.facts_of[entity]
            history.open_rows[entity] = before.open_rows.get(entity, [])
        return entity in history.facts_of

    def recall_fact(self, position: int) -> bool:
        """Whether the versions of a fact are in the history, taken over from before where need be."""
        if position in self.history.versions:
            return True
        versions, named = self._before.versions.get(position), self._before.named
        if versions is None:
            return False
        self.history.versions[position] = versions
        self.history.named.update((one.position, named[one.position]) for one in versions if one.position in named)
        return True

    def end_run(self, run: Sequence[Entry], end: int) -> None:
        """Slim the entries of a run, and turn now and then.

        `end` is the size that the run went on to: where all of it was erased it has no entry to say so.
        """
        for entry in run:
            entry.slim()
        if end - self._turned >= KEPT:
            self._turned = end
            self._before, self.history = self.history, History()

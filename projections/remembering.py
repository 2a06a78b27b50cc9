"""What a long stretch remembers from run to run, so that little is read back of what it wrote itself.

Months of a place come again and again after thousands of entries about others. What was touched within
the last `KEPT` entries is kept; where a stretch began at the beginning of the log, so is whether an
entity was touched at all: what never was has nothing to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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
    """Up to which size it went when each entity was last touched."""
    _met: set[int] = field(default_factory=set)
    """Hashes of the entities touched so far; two with one hash cost a look that finds nothing."""

    def is_new(self, entity: Entity) -> bool:
        """Whether nothing of an entity can have been written."""
        return self.from_beginning and hash(entity) not in self._met

    def touch(self, entity: Entity) -> None:
        """Keep an entity from being forgotten for a while."""
        self._last[entity] = self._size
        if self.from_beginning:
            self._met.add(hash(entity))

    def end_run(self, run: Sequence[Entry], end: int) -> None:
        """Slim the entries of a run, and forget now and then what was not touched for long.

        `end` is the size that the run went on to: where all of it was erased it has no entry to say so.
        """
        for entry in run:
            entry.slim()
        began, self._size = self._size, end
        if self._size - self._looked < LOOKED_EVERY:
            return
        self._looked = self._size
        history, oldest = self.history, min(self._size - KEPT, began)  # the last run is not written yet
        for entity in [entity for entity, last in self._last.items() if last < oldest]:
            del self._last[entity]
            history.facts_of.pop(entity, None)
            history.open_rows.pop(entity, None)
        needed = {position for positions in history.facts_of.values() for position in positions}
        for position in [position for position in history.versions if position not in needed]:
            for version in history.versions.pop(position):
                history.named.pop(version.position, None)

"""A reader in memory that notes what an answer asked of it: the ground on which entries are enough for a proof.

A row follows from the entries that name its entity. So where every entry that names an id asked for, or the id
of a row given back, is at hand, the answer is that of the whole log. Division codes are names too, in every form
they are sent in; numbers of letters, names in words and registers are not: what is looked up by these can be
shown to be all there is by the whole log alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from events.entry import Entry
from projections.folds.matter import own_id
from projections.folds.registers import REGISTERS
from projections.memory import MemoryReader
from projections.rows import Found

NO_NAMES: Final = frozenset({"name", "number", "register", "day", "amount"})
"""Keys of rows by whose values no entry can be found."""
_FULL: Final = 6
"""Digits of a code; one of 2 or 4 is sent for one that ends in zeros."""


@dataclass(slots=True)
class Trace:
    """What an answer asked for."""

    ids: set[str] = field(default_factory=set)
    """Ids asked for, and those of the rows given back."""
    looked_up: set[str] = field(default_factory=set)
    """What was looked up by something that is no name, as `projection.key=value`."""
    positions: set[int] = field(default_factory=set)
    """Entries asked for by their positions."""
    sizes: set[int] = field(default_factory=set)
    """Sizes of the log that were asked."""
    ran: bool = False
    """Whether entries were read one after the other: then all are needed."""

    def name(self, ids: Iterable[str]) -> None:
        """Note ids, or entities; the id of a matter is behind its register."""
        for one in ids:
            self.ids.add(one)
            if one.partition(":")[0] in REGISTERS:
                self.ids.add(own_id(one))

    def rows(self, found: Iterable[Found]) -> None:
        """Note the entities of rows given back."""
        self.name(row.entity_id for row in found)


def forms_of_code(code: str) -> list[str]:
    """The forms in which a division code may have been sent."""
    short = [code[:digits] for digits in (2, 4) if len(code) == _FULL and not code[digits:].strip("0")]
    return [code, *short]


class TracingReader(MemoryReader):
    """Rows of the first `size` entries of a log, as far as they follow from `entries`; notes what is asked."""

    def __init__(self, log_id: str, entries: Iterable[Entry], size: int, trace: Trace) -> None:
        super().__init__(log_id, entries, size)
        self._trace = trace
        trace.sizes.add(size)

    async def of(self, projection: str, ids: Collection[str]) -> list[Found]:
        """The rows of these entities."""
        self._trace.name(ids)
        return await super().of(projection, ids)

    async def by(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        """The rows with one of these values of a key."""
        if key in NO_NAMES:
            self._trace.looked_up |= {f"{projection}.{key}={value}" for value in values}
        elif key == "code":
            self._trace.name(form for code in values for form in forms_of_code(code))
        else:
            self._trace.name(values)
        found = await super().by(projection, key, values)
        self._trace.rows(found)
        return found

    async def naming(self, ids: Collection[str], but: Collection[Found] = ()) -> list[Found]:
        """The matters of which a fact that stands names one of these ids, but for those among rows already read."""
        self._trace.name(ids)
        found = await super().naming(ids, but)
        self._trace.rows(found)
        return found

    async def search(self, projection: str, text: str, *, limit: int, after: str = "") -> list[str]:
        """Ids of up to `limit` entities beyond `after` whose name, alias, code or id fits a text."""
        self._trace.looked_up.add(f"{projection}~{text}")
        found = await super().search(projection, text, limit=limit, after=after)
        self._trace.name(found)
        return found

    async def mentioning(self, ids: Collection[str], first: int, end: int, limit: int) -> list[int]:
        """Positions in [first, end) of up to `limit` entries whose data names one of these ids, in order."""
        self._trace.name(ids)
        return await super().mentioning(ids, first, end, limit)

    async def entries(self, positions: Collection[int]) -> Sequence[Entry]:
        """The entries at these positions below the size, in order; those that do not exist are left out."""
        self._trace.positions |= {position for position in positions if 0 <= position < self.size}
        return await super().entries(positions)

    async def run(self, start: int, limit: int, kinds: Sequence[str] = ()) -> Sequence[Entry]:
        """Up to `limit` entries from a position on, in order, of the given kinds or of all."""
        self._trace.ran = True
        return await super().run(start, limit, kinds)

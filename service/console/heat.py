"""The heat table of duties: places by rules, each cell how many duties stand how. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

Doc = Mapping[str, Any]

STATUSES: Final = ("breached", "overdue", "gap", "undetermined", "due", "met", "not-applicable")
"""The gravest first."""
UNMET: Final = ("breached", "overdue", "gap")
DEGREES: Final = 4


@dataclass(frozen=True)
class Cell:
    """How many duties stand how; of a rule that only informs, those that inform."""

    counts: Mapping[str, int] = field(default_factory=dict)
    left_out: int = 0
    """Results that are counted under the rule which theirs repeats."""

    @property
    def told(self) -> list[tuple[str, int]]:
        """What there is of each status, the gravest first; what does not apply only where nothing else is there."""
        found = [(status, self.counts[status]) for status in STATUSES if self.counts.get(status)]
        return [pair for pair in found if pair[0] != "not-applicable"] or found

    @property
    def owed(self) -> int:
        """How many are owed."""
        return sum(many for status, many in self.counts.items() if status != "not-applicable")

    @property
    def degree(self) -> int | None:
        """How much of what is owed is not met: 0 (nothing) to 4 (all); None where nothing is owed."""
        unmet = sum(self.counts.get(status, 0) for status in UNMET)
        return None if not self.owed else -(-unmet * DEGREES // self.owed)

    @property
    def gravest(self) -> str | None:
        """The gravest status in it."""
        return next((status for status, _ in self.told), None)


@dataclass(frozen=True)
class Row:
    """A place with its cells, in the order of the columns. `own`: the place asked about alone."""

    place: Doc
    own: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Heat:
    """A part of the table: some columns, some rows, and where the next rows begin."""

    columns: tuple[Doc, ...]
    rows: tuple[Row, ...]
    following: int | None

    @property
    def systems(self) -> list[tuple[str, int]]:
        """The systems over the columns, with how many columns each spans."""
        return [(system, len(list(some))) for system, some in groupby(self.columns, lambda one: one["system"])]


def cell_of(item: Doc) -> Cell:
    """The counts of an item of a summary: of what binds and of what informs, for a rule is one or the other."""
    both = {one: item["counts"][one] + item["informing"]["counts"][one] for one in STATUSES}
    return Cell(both, item["counted_once"]["left_out"])


def added(cells: Iterable[Cell]) -> Cell:
    """Several cells as one."""
    some = list(cells)
    counts = {one: sum(cell.counts.get(one, 0) for cell in some) for one in STATUSES}
    return Cell(counts, sum(cell.left_out for cell in some))


def by_system(items: Sequence[Doc]) -> list[tuple[str, Cell]]:
    """The cells of a summary by rule, added up for each system."""
    return [(system, added(map(cell_of, some))) for system, some in groupby(items, lambda one: one["system"])]


def columns_with(items: Sequence[Doc], statuses: Sequence[str]) -> list[Doc]:
    """The rules of a summary by rule of which some result has one of the statuses; all where none is named."""
    return [one for one in items if not statuses or any(cell_of(one).counts[status] for status in statuses)]


def heat(columns: Sequence[Doc], answer: Doc, begun: int, most: int) -> Heat:
    """The rows of a summary by place and rule, from its item number `begun` on; at most so many of them.

    A place that the page of the answer may have cut is left to the next part, unless it is the only one.
    """
    places: list[tuple[Doc, bool, list[Doc]]] = [
        (some[0]["jurisdiction"], own, some)
        for (_, own), some in (
            (key, list(grouped))
            for key, grouped in groupby(answer["items"], lambda one: (one["jurisdiction"]["id"], one["own"]))
        )
    ]
    if answer["next"] is not None and len(places) > 1:
        places = places[:-1]
    more = answer["next"] is not None or len(places) > most
    places = places[:most]
    rows = tuple(_row(place, some, columns, own=own) for place, own, some in places)
    given = sum(len(some) for _, _, some in places)
    return Heat(tuple(columns), rows, begun + given if more else None)


def _row(place: Doc, items: Sequence[Doc], columns: Sequence[Doc], *, own: bool) -> Row:
    found = {item["rule"]: cell_of(item) for item in items}
    return Row(place, own, tuple(found.get(column["rule"], Cell()) for column in columns))

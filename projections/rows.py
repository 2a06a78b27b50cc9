"""Rows, and how a projection declares itself.

A projection is a pure function from the corrected facts of one entity to rows. A row holds only
what its own entity's events say; the rest is joined at read time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from events.canonical import canonical
from projections.facts import Data, Fact


@dataclass(frozen=True)
class Row:
    """One row of an entity: the values it can be found by, and what it says."""

    keys: Mapping[str, str | None]
    doc: Mapping[str, Any]

    @cached_property
    def text(self) -> bytes:
        """What it says as canonical JSON (RFC 8785): stored, and digested."""
        return canonical(self.doc)


@dataclass(frozen=True, slots=True)
class Found:
    """A row as it is read back."""

    entity_id: str
    ordinal: int
    doc: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Projection:
    """One projection: which fields of which kinds name its entities, and the fold."""

    name: str
    keys: tuple[str, ...]
    """The columns its rows can be found by, besides the entity's id."""
    touches: Mapping[str, tuple[str, ...]]
    """Kind to the fields of `data` that name an entity of this projection (an id, or a list of ids)."""
    fold: Callable[[str, Sequence[Fact]], list[Row]]
    """The rows of an entity, from the facts that name it, in the order of the log."""
    names: Callable[[str, Data, str], Iterator[str]] | None = None
    """How data of a kind, in an event with an id, names entities, where the fields alone do not say it."""

    def named(self, kind: str, data: Data, event_id: str) -> Iterator[str]:
        """The entities of this projection that data of a kind names; `event_id` is the fact's own."""
        if self.names is not None:
            yield from self.names(kind, data, event_id)
            return
        for field in self.touches.get(kind, ()):
            value = data.get(field)
            if isinstance(value, str):
                yield value
            elif isinstance(value, list):
                yield from value


@dataclass(frozen=True, slots=True)
class Tally:
    """Some matters added up: how many, their amounts (an exact decimal), and the last day of one."""

    count: int
    total: Decimal
    last: str | None


class Reader(Protocol):
    """Reads rows as of one size of one log. Rows come ordered by entity and ordinal."""

    log_id: str
    size: int

    async def of(self, projection: str, ids: Collection[str]) -> list[Found]:
        """The rows of these entities."""

    async def by(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        """The rows with one of these values of a key."""

    async def matters(
        self, key: str, values: Collection[str], registers: Collection[str], until: str | None = None
    ) -> list[Found]:
        """The matters of some registers with one of these values of a key, up to and including a day."""

    async def tally(self, places: Collection[str], registers: Collection[str], until: str) -> dict[str, Tally]:
        """By register, the matters that stand at some ids, up to and including a day, added up."""

    async def below(self, place_id: str, day: str) -> set[str]:
        """A place and every place below it in the tree of a day."""

    async def naming(self, ids: Collection[str]) -> list[Found]:
        """The matters of which a fact that stands names one of these ids."""


def last(facts: Sequence[Fact], kind: str) -> Fact | None:
    """The fact of a kind that is last in the order of the log: where several state one thing, it stands."""
    return next((fact for fact in reversed(facts) if fact.kind == kind), None)

"""Rows, and how a projection declares itself.

A projection is a pure function from the corrected facts of one entity to rows. A row holds only
what its own entity's events say; the rest is joined at read time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

import orjson

from events.canonical import canonical
from events.entry import Entry
from projections.facts import Data, Fact


class Row:
    """One row of an entity: the values it can be found by, and what it says. Nothing changes it.

    Rows that say the same are equal.
    """

    __slots__ = ("_doc", "_text", "keys")

    def __init__(self, keys: Mapping[str, str | None], doc: Mapping[str, Any]) -> None:
        self.keys = keys
        self._doc: Mapping[str, Any] | None = doc
        self._text: bytes | None = None

    @property
    def doc(self) -> Mapping[str, Any]:
        """What it says."""
        if self._doc is None:
            self._doc = orjson.loads(self.text)
        return self._doc

    @property
    def text(self) -> bytes:
        """What it says as canonical JSON (RFC 8785): stored, and digested."""
        if self._text is None:
            self._text = canonical(self._doc)
        return self._text

    def slim(self) -> bytes:
        """Keep the text alone, and give it: what it says takes ten times the room, and is read anew where asked for."""
        text, self._doc = self.text, None
        return text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.text == other.text and self.keys == other.keys

    __hash__ = None  # type: ignore[assignment]


class Found(NamedTuple):
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
        for name in self.touches.get(kind, ()):
            value = data.get(name)
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


class Member(NamedTuple):
    """What belongs to a scope: a place, a body, a post, or a matter at which others stand."""

    kind: str
    """`place`, `body`, `post` or `matter`."""
    id: str
    at: str | None
    """What it stands at, another member; None of a place."""
    told: str | None
    """The level of a place that is on record, the day of a matter."""


class Transfer(NamedTuple):
    """An allocation: who gave, who received, how much."""

    entity_id: str
    day: str
    giver: str | None
    """The allocator named, else the recipient of the allocation that this one passes on."""
    receiver: str | None
    amount: Decimal
    onward_of: str | None
    """The allocation that it passes on."""


class Reader(Protocol):
    """Reads rows as of one size of one log. Rows come ordered by entity and ordinal."""

    log_id: str
    size: int

    @property
    def generation(self) -> int | None:
        """The generation of the projections that the rows are stored in; None where they are not stored as they are."""

    async def of(self, projection: str, ids: Collection[str]) -> list[Found]:
        """The rows of these entities."""

    async def by(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        """The rows with one of these values of a key."""

    async def bulk(
        self, projection: str, key: str, values: Collection[str], but: str = "", among: Collection[str] = ()
    ) -> list[Found]:
        """Very many rows: those of `by`, but for those of which another key is among some values; in no order."""

    async def lineage(self, place_ids: Collection[str], day: str) -> list[Found]:
        """The rows of places, and of those above them in the tree of a day; in no order."""

    async def kin(self, person_ids: Collection[str]) -> list[Found]:
        """The rows of persons, and of those that merges make the same as one of them; in no order."""

    async def named(self, ids: Collection[str]) -> dict[str, list[Found]]:
        """By projection, the rows of places, posts, bodies and persons (as of `kin`) with these ids; in no order."""

    async def estate(self, place_ids: Collection[str]) -> dict[str, list[Found]]:
        """By projection, what belongs to places; in no order.

        Their bodies and those that are part of these; the posts of all; the appointments to them; the persons
        appointed (as of `kin`); what these posts or persons signed; the pairings that assist the places.
        """

    async def matters(
        self, key: str, values: Collection[str], registers: Collection[str], until: str | None = None
    ) -> list[Found]:
        """The matters of some registers with one of these values of a key, up to and including a day."""

    async def tally(self, places: Collection[str], registers: Collection[str], until: str) -> dict[str, Tally]:
        """By register, the matters that stand at some ids, up to and including a day, added up."""

    async def below(self, place_id: str, day: str) -> set[str]:
        """A place and every place below it in the tree of a day."""

    async def topmost(self, day: str) -> list[Found]:
        """The rows that hold a day, of the places that stand under none on record that day; in no order."""

    async def naming(self, ids: Collection[str], but: Collection[Found] = ()) -> list[Found]:
        """The matters of which a fact that stands names one of these ids, but for those among rows already read."""

    async def members(self, place_id: str, day: str, *, subtree: bool) -> list[Member]:
        """What belongs to a place, or to it and all below it in the tree of a day; in no order.

        The places, their bodies with those that are part of these, the posts of all, and the projects, findings,
        households and plans that stand at any of them.
        """

    async def dated(self, ids: Collection[str], registers: Collection[str], until: str) -> list[tuple[str, str]]:
        """(day, id) of the matters that stand at some ids, up to and including a day; in no order."""

    async def adrift(self, doers: Collection[str], wholes: Collection[str], registers: Collection[str]) -> list[Found]:
        """The matters that were done by some ids, or are part of some, and stand elsewhere, at no place; in no order.

        Where they stand is named, and is neither a place on record nor a matter that stands at one: it may still lead
        to a place by more steps.
        """

    async def transfers(self, ids: Collection[str], until: str) -> list[Transfer]:
        """The allocations given or received by some ids, up to and including a day; in no order."""

    async def unpaid(self, ids: Collection[str], day: str) -> list[Found]:
        """The disbursements standing at some ids that were approved by a day and paid after it."""

    async def letters_on(self, posts: Collection[str], places: Collection[str], day: str) -> dict[str, int]:
        """How many letters, signed by posts or about places, are in force on a day: `certain`, `possible`, `no`.

        Those neither begun nor signed by the day are left out.
        """

    async def letters_at(
        self, posts: Collection[str], towards: Collection[str], places: Collection[str]
    ) -> dict[str, int]:
        """The letters that posts signed, signed towards some ids, or about places: their ids to their positions."""

    async def households_on(self, ids: Collection[str], day: str) -> dict[str, Tally]:
        """The households that stand at some ids, by how they stand on a day, with their persons."""

    async def search(self, projection: str, text: str, *, limit: int, after: str = "") -> list[str]:
        """Ids of up to `limit` entities beyond `after` whose name, alias, code or id fits a text."""

    async def mentioning(self, ids: Collection[str], first: int, end: int, limit: int) -> list[int]:
        """Positions in [first, end) of up to `limit` entries whose data names one of these ids, in order."""

    async def entries(self, positions: Collection[int]) -> Sequence[Entry]:
        """The entries at these positions below the size, in order; those that do not exist are left out."""

    async def versions(self, facts: Collection[int]) -> Sequence[Entry]:
        """The corrections and annulments about these facts, in order."""

    async def run(self, start: int, limit: int, kinds: Sequence[str] = ()) -> Sequence[Entry]:
        """Up to `limit` entries from a position on, in order, of the given kinds or of all."""


def last(facts: Sequence[Fact], kind: str) -> Fact | None:
    """The fact of a kind that is last in the order of the log: where several state one thing, it stands."""
    for fact in reversed(facts):
        if fact.kind == kind:
            return fact
    return None

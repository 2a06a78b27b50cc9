"""Which entries an answer rests on: found by deriving it from fewer and seeing what it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from sqlalchemy.ext.asyncio import AsyncConnection

from events import exhibits, name_tables
from events.canonical import texts_in
from events.errors import BundleTooLarge, NoBundle
from events.exhibits import Exhibit
from projections.tracing import Trace
from service.bundle.contents import Erased, Item, OfLog, State
from service.bundle.deriving import Derived, Deriver, Question
from service.bundle.shelf import Shelf, entries_of

MAX_ENTRIES: Final = 200_000
MAX_ROUNDS: Final = 20
"""An answer comes to what it rests on in a handful of rounds, a step along its rows each."""


@dataclass(slots=True)
class Gathered:
    """The entries that an answer rests on, and what it asked for when it was derived from them."""

    items: list[Item]
    names: set[str]
    """What it asked for by name, and the keys of its signatures: what a verifier wants to see opened."""
    whole: bool
    """Whether they are all entries below the size."""


@dataclass(slots=True)
class Gathering:
    """The search for the entries of one answer, over one snapshot."""

    conn: AsyncConnection
    log: OfLog
    question: Question
    states: list[State]
    roots: dict[int, bytes]
    answer: bytes
    """In the form of RFC 8785."""
    deriver: Deriver
    known: dict[int, Exhibit] = field(default_factory=dict)

    @property
    def _size(self) -> int:
        return max(state.size for state in self.states)

    async def gather(self, seeds: Collection[str]) -> Gathered:
        """The entries; all of the log where no fewer give the answer. Raises BundleTooLarge or NotDerivable."""
        asked: set[str] = set()
        positions: set[int] = set()
        wanted = set(seeds)
        for _ in range(MAX_ROUNDS):
            await self._add(wanted - asked, positions)
            asked |= wanted
            derived = await self._derive()
            if derived.trace.ran or derived.trace.looked_up:
                break
            names = derived.trace.ids | self._keys()
            if names <= asked and derived.trace.positions <= self.known.keys():
                if derived.answer != self.answer:
                    break
                if names == asked:
                    return Gathered(self._items(), names, len(self.known) == self._size)
                # Seeds that nothing asked for are let go, with what they alone brought.
                self.known, asked = {}, set()
            wanted, positions = names, derived.trace.positions
        return await self._whole()

    async def _whole(self) -> Gathered:
        if self._size > MAX_ENTRIES:
            raise BundleTooLarge(entries=self._size, limit=MAX_ENTRIES)
        self.known = {one.position: one for one in await exhibits.below(self.conn, self.log.id, self._size)}
        derived = await self._derive()
        if derived.answer != self.answer:
            why = "凭这些记录推导不出同一答复", "the answer cannot be derived from the entries alone"
            raise NoBundle(path=self.question.request.path, why_zh=why[0], why_en=why[1])
        return Gathered(self._items(), derived.trace.ids | self._keys(), whole=True)

    async def _add(self, names: Collection[str], positions: Collection[int]) -> None:
        """Add all entries that name one of some names, and all versions of the facts that they are about."""
        found = await name_tables.positions(self.conn, self.log.id, names, self._size)
        new = {position for each in found.values() for position in each} | {p for p in positions if p < self._size}
        await self._take(new)
        facts = {one.fact_position for one in self.known.values()}
        await self._take(facts)
        for one in await exhibits.versions(self.conn, self.log.id, facts, self._size):
            self.known[one.position] = one
        if len(self.known) > MAX_ENTRIES:
            raise BundleTooLarge(entries=len(self.known), limit=MAX_ENTRIES)

    async def _take(self, positions: Collection[int]) -> None:
        missing = set(positions) - self.known.keys()
        if len(missing) > MAX_ENTRIES:
            raise BundleTooLarge(entries=len(missing), limit=MAX_ENTRIES)
        for one in await exhibits.at(self.conn, self.log.id, missing):
            self.known[one.position] = one

    def _items(self) -> list[Item]:
        return [item_of(self.known[position]) for position in sorted(self.known)]

    def _keys(self) -> set[str]:
        return {str(signature["key_id"]) for one in self.known.values() for signature in one.signatures or ()}

    async def _derive(self) -> Derived:
        """The answer derived from what is known, on a thread of its own: it may take a while."""
        return await asyncio.to_thread(self._derive_apart)

    def _derive_apart(self) -> Derived:
        signed = {one.position: one.signatures for one in self.known.values() if one.signatures is not None}
        shelf = Shelf(self.log, entries_of(self.log.id, self._items(), signed), self.states, self.roots, Trace())
        return asyncio.run(self.deriver.derive(self.question, shelf))


def item_of(one: Exhibit) -> Item:
    """An entry as a bundle shows it."""
    erased = None
    if one.kept is None:
        erased = Erased(ground=one.ground or "", on=one.erased_on or "", sha256=one.payload_sha256, sm3=one.payload_sm3)
    return Item(
        position=one.position, recorded_at=one.recorded_at, type=one.kind, kind_version=one.kind_version,
        source=one.source, id=one.id, salt_h=one.salt_h, salt_p=one.salt_p, kept=one.kept, envelope=one.envelope,
        names=one.target_position, about=one.fact_position, erased=erased,
    )  # fmt: skip


def seeds_of(path: str, query: str, answer: Any) -> set[str]:
    """Every text of a question and its answer: what an id, if it is one, leads to is needed for certain."""
    given = {unquote(step) for step in path.split("/")} | {value for _, value in parse_qsl(query)}
    return {text for text in given | set(texts_in(answer)) if 0 < len(text) <= 512}

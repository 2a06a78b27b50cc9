"""Keeps the board of a log: evaluates again what may have changed since its size and day, and nothing else.

A group of places is evaluated in one dossier. The board remembers by which ids that dossier was gathered: where no
row that is found by one of these changed, and no day has come on which something in it turns, nothing of the group
can be otherwise. The places above all groups are evaluated whenever anything changed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import metadata, resources
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from events.database import KEEP_PLANS, UNFLUSHED, set_local
from projections.boards import tables
from projections.boards.dirt import Between, Dirt
from projections.boards.groups import HIGH, Groups, grouped, line
from projections.boards.noting import NotingReader
from projections.boards.statuses import Evaluated, evaluated
from projections.boards.tables import Board, Key, Statuses, Stored, Sums
from projections.duties.tallying import Kind
from projections.policies.pack import Pack
from projections.reading import PostgresReader
from projections.runner import progress

MOST: Final = 500
"""Places in a group: a county with its townships and villages."""
FAR: Final = 50_000
"""Over more entries than these all is evaluated from scratch."""
_NOTHING: Final[Statuses] = {}


@dataclass(slots=True)
class Kept:
    """What a round did."""

    size: int
    evaluated: int = 0
    """Places."""
    scratch: bool = False


async def keep_up(
    engine: AsyncEngine, log_id: str, packs: Sequence[Pack], day: str, *, most: int = MOST
) -> Kept | None:
    """Take the board of a log to its projected size and a day, in one transaction; None where there was nothing to do.

    `most`: how many places a group may have.
    """
    async with engine.connect() as conn:
        standing = (await progress(conn, [log_id]))[log_id]
        now = Board(log_id, standing.generation, standing.size, day, digest_of(packs, most))
        kept = await tables.board_of(conn, log_id)
        if kept == now:
            return None
    if kept is None:
        async with engine.begin() as conn:
            await conn.execute(tables.BEGIN, {"log_id": log_id})
    async with engine.connect() as conn:
        await conn.execution_options(isolation_level="REPEATABLE READ")
        async with conn.begin():
            await set_local(conn, KEEP_PLANS, UNFLUSHED)
            standing = (await progress(conn, [log_id]))[log_id]
            was = await tables.take(conn, log_id)
            if was is None:  # another keeper is at it
                return None
            now = replace(now, generation=standing.generation, size=standing.size)
            return await _Round(conn, was, now, packs, most).run()


def digest_of(packs: Sequence[Pack], most: int = MOST) -> str:
    """What a board is made with beside the log: packs, evaluators, how places are grouped."""
    said = [*(pack.digest for pack in packs), _evaluators(), str(most)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


@cache
def _evaluators() -> str:
    """The digest of the modules that evaluate, and of the calendar they look into."""
    state = hashlib.sha256(metadata.version("chinesecalendar").encode())
    for package in ("projections.duties", "projections.duties.evaluators", "projections.policies"):
        for file in sorted(resources.files(package).iterdir(), key=lambda one: one.name):
            if file.name.endswith((".py", ".yaml")):
                state.update(file.name.encode() + file.read_bytes())
    return state.hexdigest()


@dataclass(slots=True)
class _Round:
    """One round over one board, within its transaction."""

    conn: AsyncConnection
    was: Board
    now: Board
    packs: Sequence[Pack]
    most: int
    old: Groups = field(default_factory=Groups)
    new: Groups = field(default_factory=Groups)
    sums: dict[tuple[str, str, str, str], Sums] = field(default_factory=dict)

    async def run(self) -> Kept:
        """Evaluate what may have changed, write how it differs, and how far the board is now."""
        was, now, conn = self.was, self.now, self.conn
        scratch = (was.generation, was.digest) != (now.generation, now.digest) or (
            now.day < was.day or not was.size <= now.size <= was.size + FAR
        )
        if scratch:
            await tables.clear(conn, now.log_id)
        else:
            self.old = await tables.places(conn, now.log_id)
        self.new = grouped(await tables.tree(conn, now), self.most)
        heads = set(self.new.members) if scratch else await self._dirty()
        for head in sorted(heads - {HIGH}):
            await self._group(head)
        if HIGH in heads:
            await self._high()
        await self._gone()
        await tables.add_tallies(conn, now.log_id, {at: sums for at, sums in self.sums.items() if any(sums)})
        await tables.keep_places(conn, now.log_id, self.old, self.new)
        await tables.save(conn, now)
        return Kept(now.size, sum(len(self.new.members[head]) for head in heads), scratch)

    async def _dirty(self) -> set[str]:
        """The heads of the groups to be evaluated again."""
        log_id, old, new = self.now.log_id, self.old, self.new
        dirt = await self._dirt()
        if dirt.everywhere:
            return set(new.members)
        found = await tables.reached(self.conn, log_id, dirt.ids)
        found |= await tables.due(self.conn, log_id, self.now.day)
        found |= {head for head, places in new.members.items() if old.members.get(head) != places}
        found |= {new.heads[place] for place in new.parents if self._moved(place)}
        if found or dirt.any or old.parents != new.parents:
            found.add(HIGH)
        return found & new.members.keys()

    async def _dirt(self) -> Dirt:
        if self.was.size == self.now.size:
            return Dirt()
        readers = (
            PostgresReader(self.conn, self.now.log_id, self.now.generation, size)
            for size in (self.was.size, self.now.size)
        )
        return await Between(*readers).dirt()

    def _moved(self, place: str) -> bool:
        """Whether a place was not on record, or what is above it was otherwise."""
        return place not in self.old.parents or self.old.line(place) != self.new.line(place)

    async def _group(self, head: str) -> None:
        """Evaluate one group."""
        now = self.now
        reader = NotingReader(self.conn, now.log_id, now.generation, now.size)
        places = self.new.members[head]
        found = await evaluated(reader, head, places, self.packs, now.day)
        await self._write(places, found)
        await tables.keep_group(self.conn, now.log_id, head, reader.reach, found.next_on)

    async def _high(self) -> None:
        """Evaluate the places above all groups, each in the dossier of the highest place above it."""
        now, left = self.now, set(self.new.high)
        turns = []
        for top in self.new.tops(left):
            places = {place for place in left if top in self.new.line(place)}
            left -= places
            reader = PostgresReader(self.conn, now.log_id, now.generation, now.size)
            found = await evaluated(reader, top, places, self.packs, now.day)
            await self._write(places, found)
            turns.append(found.next_on)
        await tables.keep_group(
            self.conn, now.log_id, HIGH, (), min((one for one in turns if one is not None), default=None)
        )

    async def _gone(self) -> None:
        """Take away what places no longer on record owed."""
        gone = self.old.parents.keys() - self.new.parents.keys()
        if gone:
            await self._write(gone, Evaluated({}, None))

    async def _write(self, places: Collection[str], found: Evaluated) -> None:
        """Write how the duties of places differ from those kept, and reckon what that is in every place above."""
        log_id = self.now.log_id
        kept = await tables.statuses(self.conn, log_id, places) if self.old.parents else {}
        gone: list[tuple[str, Key]] = []
        come: list[tuple[str, Key, Stored]] = []
        for place in sorted(places):
            before, after = kept.get(place, _NOTHING), found.of_places.get(place, _NOTHING)
            gone += [(place, key) for key, one in before.items() if after.get(key) != one]
            come += [(place, key, one) for key, one in after.items() if before.get(key) != one]
            self._reckon(place, before, after)
        await tables.write_statuses(self.conn, log_id, gone, come)

    def _reckon(self, place: str, before: Statuses, after: Statuses) -> None:
        """Take what a place owed from all that were above it, and add what it owes to all that are."""
        minus, plus = _counted(before), _counted(after)
        old = line(self.old.parents, place) if place in self.old.parents else []
        new = line(self.new.parents, place) if place in self.new.parents else []
        if old == new:
            plus.subtract(minus)
            self._add(new, plus)
            return
        self._add(old, Counter({kind: -many for kind, many in minus.items()}))
        self._add(new, plus)

    def _add(self, places: Iterable[str], counted: Mapping[Kind, int]) -> None:
        for nth, place in enumerate(places):
            for kind, many in counted.items():
                if many:
                    at = (place, kind.rule, kind.level, kind.status)
                    own, own_again, whole, whole_again = self.sums.get(at, (0, 0, 0, 0))
                    if kind.again:
                        self.sums[at] = own, own_again + many * (nth == 0), whole, whole_again + many
                    else:
                        self.sums[at] = own + many * (nth == 0), own_again, whole + many, whole_again


def _counted(duties: Statuses) -> Counter[Kind]:
    return Counter(one.kind for one in duties.values())

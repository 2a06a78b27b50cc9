"""Which entries of a log are asked for, who may read them, and how they are found.

What names an entity is looked up in the map of names (`events/name_tables.py`), and read one by one only beyond it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from events import entries, logs, name_tables
from events.catalogue import registry
from events.entry import Entry
from events.errors import BadRequest, Forbidden
from events.logs import ACCESS
from projections.advance import ids_named
from projections.answers import about
from projections.answers.territory import path_to, resolve
from projections.scene import Scene
from service.access import READERS, Asker
from service.asking import Asked, scene_of_log
from service.state import Service

CHUNK: Final = 500
SCOPES: Final = ("own", "chain")


@dataclass(frozen=True)
class Wanted:
    """The filters of a request."""

    kinds: str | None = None
    """Separated by commas."""
    jurisdiction: str | None = None
    scope: str = "own"
    """`chain`: the places above it on the day asked about, too."""
    person: str | None = None


@dataclass(frozen=True)
class Filter:
    """Which entries of a log are asked for."""

    asker: Asker
    log_id: str
    clock: str
    kinds: Sequence[str]
    """What the asker may read of what is asked for; all where there are none."""
    asked: Sequence[str] | None
    """The kinds asked for; None for all."""
    ids: Sequence[frozenset[str]]
    """Only entries that name one id of each of these sets."""
    credential: str | None = None
    """Only entries that this credential posted: a recorder reads its own."""

    def passes(self, entry: Entry, versions: Sequence[Entry] | None = None) -> bool:
        """Whether an entry passes; `versions` are those of its fact, where they were read."""
        if self.credential not in (None, entry.credential) or (self.kinds and entry.kind not in self.kinds):
            return False
        if not self.ids:
            return True
        if entry.erased is not None:
            return all(not wanted.isdisjoint(entry.erased.named) for wanted in self.ids)
        named = ids_named(versions or [entry], entry)
        return all(not wanted.isdisjoint(named) for wanted in self.ids)


def entries_asker(asked: Asked) -> Asked:
    """The question of one who may read entries: auditors, inspectors of whole logs, recorders their own.

    Only overseers come as far as this with a question of the log `access`.
    """
    if asked.asker.grant.jurisdictions and _own(asked) is None:
        asked.asker.require("auditor")
    return asked


def _own(asked: Asked) -> str | None:
    """The credential whose entries alone the asker may read; None for a reader."""
    return None if asked.log == ACCESS or asked.asker.has(*READERS) else asked.asker.credential.key_id


def check_readable(asked: Asked, position: int, credential: str, *kinds: str) -> None:
    """Raise Forbidden unless the asker may read an entry that this credential posted, of its kind and its fact's."""
    if _own(asked) not in (None, credential):
        raise Forbidden(
            what_zh=f"读取位置 {position}", what_en=f"read position {position}: another credential posted it"
        )
    for kind in kinds:
        if not asked.asker.reads(kind):
            raise Forbidden(what_zh=f"读取事件类型 {kind}", what_en=f"read events of the kind {kind}")


async def filter_of(asked: Asked, head: logs.Log, wanted: Wanted) -> Filter:
    """The filter of a request. Raises Forbidden, BadRequest, NotFound or Ambiguous."""
    log = head.log_id
    entries_asker(asked).asker.require_log(log)
    kinds = [] if wanted.kinds is None else wanted.kinds.split(",")
    for name in kinds:
        if registry.find(name) is None:
            raise BadRequest(
                name="type", value=name[:100], expected_zh="目录中的事件类型", expected_en="a kind of the catalogue"
            )
    if wanted.scope not in SCOPES:
        expected = " 或 ".join(SCOPES), " or ".join(SCOPES)
        raise BadRequest(name="scope", value=wanted.scope[:60], expected_zh=expected[0], expected_en=expected[1])
    granted = asked.asker.readable_kinds
    readable = sorted(granted.intersection(kinds or granted)) or ["-"] if granted else kinds
    ids: list[frozenset[str]] = []
    if wanted.jurisdiction is not None or wanted.person is not None:
        async with scene_of_log(asked, log) as scene:
            if wanted.jurisdiction is not None:
                ids.append(await _of_place(scene, wanted.jurisdiction, wanted.scope))
            if wanted.person is not None:
                ids.append(frozenset(await about.person(scene.reader, wanted.person)))
    return Filter(asked.asker, log, head.clock, readable, kinds or None, ids, _own(asked))


async def _of_place(scene: Scene, ref: str, scope: str) -> frozenset[str]:
    """The ids that are about a place, or about any place of its chain."""
    place_id, _ = await resolve(scene.reader, ref, scene.valid_at)
    places = {place_id}
    if scope == "chain":
        places |= {place.id for place in (await path_to(scene.reader, place_id, scene.valid_at)).places}
    return frozenset().union(*[await about.place(scene.reader, one) for one in sorted(places)])


@dataclass(frozen=True)
class Page:
    """Entries that pass, and how far was looked."""

    items: list[Entry]
    reached: int
    """The position after the last one looked at; backward, the last one itself."""


async def page(conn: AsyncConnection, chosen: Filter, first: int, end: int, limit: int, *, back: bool = False) -> Page:
    """Up to `limit` entries at positions [first, end) that pass, in order, or from the last one backward."""
    found: list[Entry] = []
    async for run in _runs(conn, chosen, first, end, back=back):
        versions = await _versions(conn, chosen, run)
        readable = await _readable(conn, chosen, run)
        for entry in reversed(run) if back else run:
            if entry.position in readable and chosen.passes(entry, versions.get(entry.fact_position)):
                found.append(entry)
                if len(found) == limit:
                    return Page(found, entry.position if back else entry.position + 1)
    return Page(found, first if back else max(first, end))


async def withheld(conn: AsyncConnection, chosen: Filter, first: int, end: int) -> int:
    """How many entries at positions [first, end) that are asked for are left out, for their kind or their fact's."""
    granted = chosen.asker.readable_kinds
    if not granted:
        return 0
    if not chosen.ids:
        among, credential = chosen.asked, chosen.credential
        return await entries.others(
            conn, chosen.log_id, first, end, sorted(granted), among=among, credential=credential
        )
    left_out = 0
    every = replace(chosen, kinds=chosen.asked or ())
    async for run in _runs(conn, every, first, end, back=False):
        versions = await _versions(conn, every, run)
        readable = await _readable(conn, every, run)
        left_out += sum(
            first <= one.position < end
            and one.position not in readable
            and every.passes(one, versions.get(one.fact_position))
            for one in run
        )
    return left_out


async def _readable(conn: AsyncConnection, chosen: Filter, run: Sequence[Entry]) -> set[int]:
    """The positions of the entries in a run that the asker may read, by their kind and by that of their fact."""
    asker = chosen.asker
    if not asker.readable_kinds:
        return {entry.position for entry in run}
    facts = await entries.kinds_at(conn, chosen.log_id, [one.fact_position for one in run])
    return {one.position for one in run if asker.reads(one.kind, facts[one.fact_position])}


async def chunk(service: Service, chosen: Filter, first: int, end: int) -> Page:
    """The next entries of a stream."""
    async with service.engine.connect() as conn:
        return await page(conn, chosen, first, end, CHUNK)


async def _runs(
    conn: AsyncConnection, chosen: Filter, first: int, end: int, *, back: bool
) -> AsyncIterator[Sequence[Entry]]:
    """Runs of entries, each in order, among which are all that pass; backward the last run comes first."""
    if first >= end:
        return
    known, covered = await _named(conn, chosen, end)
    split = min(max(first, covered), end)
    at = known[bisect_left(known, first) :]
    if back:
        while split < end:
            run = await entries.last(conn, chosen.log_id, split, end, limit=CHUNK, kinds=chosen.kinds)
            if not run:
                break
            yield run
            end = run[0].position
        for last in range(len(at), 0, -CHUNK):
            yield await entries.every_at(conn, chosen.log_id, at[max(0, last - CHUNK) : last])
        return
    for begin in range(0, len(at), CHUNK):
        yield await entries.every_at(conn, chosen.log_id, at[begin : begin + CHUNK])
    while split < end:
        run = await entries.every(conn, chosen.log_id, split, end, limit=CHUNK, kinds=chosen.kinds)
        if not run:
            return
        yield run
        split = run[-1].position + 1


async def _named(conn: AsyncConnection, chosen: Filter, end: int) -> tuple[list[int], int]:
    """The positions below `end` that name what is asked for, as far as the map of names goes; and how far that is."""
    covered = min((await name_tables.state(conn, chosen.log_id)).size, end) if chosen.ids else 0
    if covered == 0:
        return [], 0
    found: set[int] | None = None
    for wanted in chosen.ids:
        of_names = await name_tables.positions(conn, chosen.log_id, wanted, covered)
        named = {position for each in of_names.values() for position in each}
        found = named if found is None else found & named
    return sorted(found or ()), covered


async def _versions(conn: AsyncConnection, chosen: Filter, run: Sequence[Entry]) -> dict[int, list[Entry]]:
    """The versions of the facts that corrections and annulments in a run are about, where ids are filtered."""
    facts = sorted({entry.fact_position for entry in run if entry.target_position is not None})
    if not chosen.ids or not facts:
        return {}
    versions = {entry.position: [entry] for entry in await entries.at(conn, chosen.log_id, facts)}
    for entry in await entries.versions(conn, chosen.log_id, facts, run[-1].position + 1):
        versions[entry.fact_position].append(entry)
    return versions

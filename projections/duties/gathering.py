"""Which rows a dossier needs: all that belongs to some places, and whoever else their matters name.

Goes through a `Reader` of any sort, so that an answer over PostgreSQL, memory or a bundle rests on the same rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from projections.adding import all_below
from projections.duties.dossier import Dossier
from projections.duties.parties import add_parties, subjects
from projections.duties.targets import named_by_units
from projections.folds.matter import as_matters, own_id
from projections.folds.registers import ANCHORS
from projections.giving_way import apart, in_turns
from projections.policies.pack import Pack
from projections.rows import Found, Reader
from projections.tenure import on_record
from projections.walking import ever_above

EVERYWHERE: Final = ("instrument", "case")
"""Registers of few matters that stand nowhere; `p_matter_everywhere` is an index over just these."""
_ROWS: Final = ("jurisdiction", "post", "body", "appointment", "person", "letter", "pairing", "matter")


class _Rows:
    """Rows by projection, each once."""

    def __init__(self) -> None:
        self.found: dict[str, dict[tuple[str, int], Found]] = {name: {} for name in _ROWS}

    def add(self, name: str, rows: Iterable[Found]) -> None:
        self.found[name].update(((row.entity_id, row.ordinal), row) for row in rows)

    def add_all(self, rows: dict[str, list[Found]]) -> None:
        for name, found in rows.items():
            self.add(name, found)

    def ids(self, name: str) -> set[str]:
        return {one for one, _ in self.found[name]}

    def every(self) -> list[Found]:
        return [row for rows in self.found.values() for row in rows.values()]

    def known(self, one: str) -> bool:
        return any((one, 0) in self.found[name] for name in ("jurisdiction", "post", "body", "person"))

    def docs(self, name: str) -> Iterable[Found]:
        return self.found[name].values()

    def dossier(self, day: str) -> Dossier:
        # No two rows of a projection have one id and ordinal: what they say is never compared.
        return Dossier(day, {name: sorted(rows.values()) for name, rows in self.found.items()})


async def dossier_of(
    reader: Reader,
    place_ids: Collection[str],
    day: str,
    *,
    subtree: bool = True,
    packs: Collection[Pack] = (),
    units: Collection[str] = (),
    codes: Collection[str] = (),
) -> Dossier:
    """The dossier of places with everything below them in the tree of a day, or of themselves alone.

    `packs`: under which it is evaluated; where an instrument names places and a duty of units rests on whatever is
    there, all of these places is wanted if units of no place are found. `units`: bodies whose own posts, pairings and
    acts, wherever they were, are wanted too. `codes`: of places that are wanted by themselves, without what they hold.
    """
    rows = _Rows()
    for unit in units:
        await _unit(reader, rows, unit)
    bearers = {row.entity_id for row in await reader.by("jurisdiction", "code", codes)}
    rows.add("jurisdiction", await reader.lineage(bearers, day))
    places = await all_below(reader, place_ids, day) if subtree else set(place_ids)
    far = await _all_of(reader, rows, places, day)
    helped = await _helped(reader, rows, day) - set(places)
    if helped:
        far += await _all_of(reader, rows, helped, day)
        places = {*places, *helped}
    if await _helping(reader, rows) or units:
        named = frozenset[str]().union(*map(named_by_units, packs))
        more = await all_below(reader, await _with_codes(reader, named, day), day) - set(places)
        if more:  # else all matters would be looked up again
            far += await _all_of(reader, rows, more, day)
            places = {*places, *more}
    await _others(reader, rows, day, await _elsewhere(reader, rows, places, far))
    return await apart(lambda: rows.dossier(day))  # of a province it takes seconds


async def _all_of(reader: Reader, rows: _Rows, places: Collection[str], day: str) -> list[Found]:
    """Places with what belongs to them and all matters of that; gives back the matters that stand elsewhere."""
    rows.add("jurisdiction", await reader.lineage(places, day))
    rows.add_all(await reader.estate(places))
    return await _matters(reader, rows, places)


async def _helped(reader: Reader, rows: _Rows, day: str) -> set[str]:
    """The places that bodies, posts and persons found help or helped, where the households are; gone ones too."""
    own = rows.ids("body") | rows.ids("post") | rows.ids("person")
    pairings = await reader.by("pairing", "helper", own)
    rows.add("pairing", pairings)
    assisted = {row.doc["assisted"] for row in pairings} - rows.ids("jurisdiction")
    homes = await reader.of("matter", {f"household:{one}" for one in assisted})
    there = await reader.of("jurisdiction", assisted | {row.doc["stands_at"] for row in homes} - {None})
    return await all_below(reader, {row.entity_id for row in there}, day)


async def _with_codes(reader: Reader, codes: Collection[str], day: str) -> set[str]:
    """The places that have one of some codes on a day."""
    rows = await reader.by("jurisdiction", "code", codes)
    return {row.entity_id for row in rows if on_record(row.doc["from"], row.doc["until"], day)}


async def _unit(reader: Reader, rows: _Rows, unit: str) -> None:
    """A body with all of the unit it is part of and their pairings; its posts, who holds them, and what names these."""
    newest = {await _top(reader, unit)}
    while newest:
        rows.add("body", await reader.of("body", newest))
        parts = await reader.by("body", "unit_id", newest)
        newest = {row.entity_id for row in parts} - rows.ids("body")
    rows.add("post", await reader.by("post", "body_id", [unit]))
    rows.add("pairing", await reader.by("pairing", "helper", rows.ids("body")))
    appointments = await reader.by("appointment", "post_id", rows.ids("post"))
    rows.add("appointment", appointments)
    people = {row.doc["person_id"] for row in appointments} - {None}
    rows.add("person", await reader.kin(people))
    rows.add("matter", await reader.naming({unit} | rows.ids("post") | people))


async def _top(reader: Reader, unit: str) -> str:
    """The body at the top of the unit that a body is part of."""
    seen = [unit]
    while True:
        above = {row.doc["unit_id"] for row in await reader.of("body", [seen[-1]])} - {None, *seen}
        if not above:
            return seen[-1]
        seen.append(min(above))


async def _matters(reader: Reader, rows: _Rows, places: Collection[str]) -> list[Found]:
    """What stands at the places' own, or at a matter that does, with whoever helps that; and what no place holds.

    And what was done by these, which is given back: it stands elsewhere.
    """
    own = rows.ids("body") | rows.ids("post")
    people = rows.ids("person") | {row.doc["person_id"] for row in rows.docs("appointment")} - {None}
    units = {row.doc["helper"] for row in rows.docs("pairing")}
    seen, newest = set[str](), {*places, *own, *people, *units}
    while newest:
        found = await reader.bulk("matter", "stands_at", newest)
        rows.add("matter", found)
        seen |= newest
        anchors = [row.entity_id for row in found if row.doc["register"] in ANCHORS]
        inner = {form for one in anchors for form in (one, own_id(one))} - seen
        given = await reader.by("pairing", "assisted", inner)
        rows.add("pairing", given)
        newest = inner | {row.doc["helper"] for row in given} - seen
    units = {row.doc["helper"] for row in rows.docs("pairing")}
    doing = own | units | rows.ids("jurisdiction")
    done = await reader.bulk("matter", "done_by", doing, "stands_at", seen)
    rows.add("matter", done)
    rows.add("matter", await reader.by("matter", "register", EVERYWHERE))
    parts = {row.entity_id for row in rows.docs("matter") if row.doc["register"] in ("project", "finding", "exit")}
    rows.add("matter", await reader.bulk("matter", "part_of", parts, "stands_at", seen))
    return done


async def _helping(reader: Reader, rows: _Rows) -> bool:
    """The units of no place that help: their duties are told where they help, and rest on all that they do.

    Gives back whether there are any.
    """
    helpers = {row.doc["helper"] for row in rows.docs("pairing")} - rows.ids("body")
    units = {row.entity_id: row for row in await reader.of("body", helpers) if row.doc["jurisdiction_id"] is None}
    rows.add("body", units.values())
    rows.add("body", await reader.by("body", "unit_id", units))
    rows.add("pairing", await reader.by("pairing", "helper", units))
    posts = await reader.by("post", "body_id", units)
    rows.add("post", posts)
    appointments = await reader.by("appointment", "post_id", {row.entity_id for row in posts})
    rows.add("appointment", appointments)
    rows.add("person", await reader.kin({row.doc["person_id"] for row in appointments} - {None} - rows.ids("person")))
    return bool(units)


async def _elsewhere(reader: Reader, rows: _Rows, places: Collection[str], far: Iterable[Found]) -> set[str]:
    """What names the places, or bodies, posts and persons found, wherever it stands, and what it and `far` stand at.

    Gives back what all that is about, and where it stands.
    """
    appointed = {row.doc["person_id"] for row in rows.docs("appointment")} - {None}
    own = {*places, *rows.ids("body"), *rows.ids("post"), *rows.ids("person"), *appointed}
    newest = [*far, *await reader.naming(own, rows.every())]
    about = set[str]()
    while newest:
        rows.add("matter", newest)
        about |= {one for row in newest for step in row.doc["facts"] for one in subjects(step["type"], step["data"])}
        at = {row.doc["stands_at"] or row.doc["part_of"] for row in newest} - {None}
        about |= at
        newest = await reader.of("matter", as_matters(at) - rows.ids("matter"))
    return about


async def _others(reader: Reader, rows: _Rows, day: str, about: Iterable[str]) -> None:
    """Helpers, doers, addressees and sending units from elsewhere, everyone's other offices, and where all that is.

    `about`: what else is named.
    """
    named = {row.doc["helper"] for row in rows.docs("pairing")}.union(about)
    named |= {row.doc["sending_unit_id"] for row in rows.docs("appointment")} - {None}
    named |= {row.doc["counterparty"] for row in rows.docs("letter")} - {None}
    async for some in in_turns(rows.docs("matter")):
        for row in some:
            for step in row.doc["facts"]:
                add_parties(step["type"], step["data"], named)
    found = await reader.named({one for one in named if not rows.known(one)})
    here = rows.ids("jurisdiction")
    rows.add_all(found)
    helping = {row.entity_id for row in found.get("body", ())}
    rows.add("post", await reader.by("post", "body_id", helping))
    rows.add("pairing", await reader.by("pairing", "helper", helping))
    await _offices(reader, rows)
    places = {row.doc["jurisdiction_id"] for name in ("body", "post") for row in rows.docs(name)} - {None}
    places |= {row.doc["assisted"] for row in rows.docs("pairing")}
    rows.add("jurisdiction", await reader.lineage((places | rows.ids("jurisdiction")) - here, day))
    # Those under which they stood on other days, and those above these: who was competent then.
    parents = {row.doc["parent_id"] for row in rows.docs("jurisdiction")} - {None}
    rows.add("jurisdiction", await ever_above(reader, parents, rows.ids("jurisdiction")))


async def _offices(reader: Reader, rows: _Rows) -> None:
    """Who holds the posts found so far, the other posts of all these people, and the bodies of the posts."""
    held = {row.doc["post_id"] for row in rows.docs("appointment")}
    rows.add("appointment", await reader.by("appointment", "post_id", rows.ids("post") - held))
    people = {row.doc["person_id"] for row in rows.docs("appointment")} - {None}
    rows.add("person", await reader.kin(people - rows.ids("person")))  # those on record came with their kin
    everyone = people | rows.ids("person")
    offices = await reader.bulk("appointment", "person_id", everyone, "post_id", rows.ids("post"))
    rows.add("appointment", offices)
    rows.add("post", await reader.of("post", {row.doc["post_id"] for row in offices} - {None} - rows.ids("post")))
    bodies = {row.doc["body_id"] for row in rows.docs("post")} - {None}
    rows.add("body", await reader.of("body", bodies - rows.ids("body")))

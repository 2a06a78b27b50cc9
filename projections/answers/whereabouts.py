"""Where things are: the places of the entities that ids name, whatever they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from projections.answers.people import people
from projections.answers.territory import place_of_body, place_of_post
from projections.folds.matter import as_matters
from projections.folds.registers import FALLING
from projections.rows import Found, Reader

MAX_STEPS: Final = 8
"""Matters stand at matters a few steps deep; a circle of them stands nowhere."""
_FALLS: Final = 2
"""How often on one way a further pointer is asked: only made-up ids, with the name of a register, lead on to more."""


async def places_of(reader: Reader, ids: Iterable[str], falls: int = _FALLS, *, registered: bool = True) -> set[str]:
    """The places of posts, bodies, appointments, letters, pairings, matters and places.

    A matter is named as `register:id`; a plain id may also be a project, finding, household or plan. Without
    `registered` also those that posts and bodies are said to be of and that nothing registers.
    """
    places: set[str] = set()
    said: set[str] = set()
    seen: set[str] = set()
    newest = set(ids)
    for _ in range(MAX_STEPS):
        newest -= seen
        if not newest:
            break
        seen |= newest
        found, told, onward = await _step(reader, newest, falls)
        places |= found
        said |= told
        newest = onward
    said -= places
    if said and registered:
        said = {row.entity_id for row in await reader.of("jurisdiction", said)}
    return places | said


async def _step(reader: Reader, ids: Collection[str], falls: int) -> tuple[set[str], set[str], set[str]]:
    """The places that ids name, those that posts and bodies among them are said to be of, and the ids that lead on."""
    places = {row.entity_id for row in await reader.of("jurisdiction", ids)}
    rest = [one for one in ids if one not in places]
    if not rest:
        return places, set(), set()
    said = {await place_of_post(reader, post) for post in await reader.of("post", rest)}
    for body in {row.entity_id for row in await reader.of("body", rest)}:
        said.add(await place_of_body(reader, body))
    onward = {row.doc["post_id"] for row in await reader.of("appointment", rest)}
    for letter in await reader.of("letter", rest):
        onward.add(letter.doc["signer"].get("post_id") or letter.doc["scope"])
    onward |= {row.doc["assisted"] for row in await reader.of("pairing", rest)}
    matters = await reader.of("matter", as_matters(rest))
    falling = [row for row in matters if row.doc["register"] in FALLING]
    settled = await settling(reader, falling, falls - 1) if falling and falls else {}
    onward |= {settled.get(row.entity_id) or next(iter(pointers(row)), None) for row in matters}
    return places, {one for one in said if one is not None}, {one for one in onward if isinstance(one, str)}


async def places_of_persons(reader: Reader, person_ids: Collection[str]) -> dict[str, set[str]]:
    """The places that each person had to do with, under whichever id: by a post, a letter signed or a pairing."""
    who = await people(reader, person_ids)
    ids = {one: who.ids_of(one) for one in person_ids}
    everyone = set[str]().union(*ids.values())
    leads: dict[str, set[str]] = {}
    for row in await reader.by("appointment", "person_id", everyone):
        leads.setdefault(row.doc["person_id"], set()).add(row.doc["post_id"])
    for row in await reader.by("letter", "person_id", everyone):
        signer = row.doc["signer"]
        leads.setdefault(signer["person_id"], set()).add(signer.get("post_id") or row.doc["scope"])
    for row in await reader.by("pairing", "helper", everyone):
        leads.setdefault(row.doc["helper"], set()).add(row.doc["assisted"])
    at: dict[str, set[str]] = {}
    for one in sorted({lead for told in leads.values() for lead in told if isinstance(lead, str)}):
        at[one] = await places_of(reader, [one])
    return {
        one: {place for same in ids[one] for lead in leads.get(same, ()) for place in at.get(lead, ())}
        for one in person_ids
    }


def pointers(matter: Found) -> list[str]:
    """What may say where a matter is, in this order: where it stands, what it is part of, who did it.

    The first counts. Of a register in FALLING it is the first that leads to a place: see `settling`.
    """
    doc = matter.doc
    given = [one for one in (doc["stands_at"], doc["part_of"], doc["done_by"]) if one is not None]
    return list(dict.fromkeys(given)) if doc["register"] in FALLING else given[:1]


async def settling(reader: Reader, rows: Sequence[Found], falls: int = _FALLS) -> dict[str, str]:
    """By entity, the first pointer of each matter that leads to a place; those that stand nowhere are left out."""
    found: dict[str, str] = {}
    ways = {row.entity_id: way for row in rows if (way := pointers(row))}
    while ways:
        there = await _leading(reader, {way[0] for way in ways.values()}, falls)
        found |= {one: way[0] for one, way in ways.items() if way[0] in there}
        ways = {one: way[1:] for one, way in ways.items() if way[0] not in there and way[1:]}
    return found


async def _leading(reader: Reader, ids: Collection[str], falls: int) -> set[str]:
    """Those of some ids that lead to a place: most are one, or a project or finding of one, and looked up at once."""
    forms = {one: {one, *as_matters([one])} for one in ids}
    onward = {row.entity_id: pointers(row) for row in await reader.of("matter", as_matters(ids))}
    places = {row.entity_id for row in await reader.of("jurisdiction", {*ids}.union(*onward.values()))}
    placed = places | {one for one, pointed in onward.items() if pointed and pointed[0] in places}
    return {one for one in sorted(ids) if not placed.isdisjoint(forms[one]) or await places_of(reader, [one], falls)}

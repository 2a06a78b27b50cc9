"""Where things are: the places of the entities that ids name, whatever they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from projections.answers.people import people
from projections.answers.territory import place_of_body, place_of_post
from projections.folds.matter import as_matters
from projections.rows import Found, Reader

MAX_STEPS: Final = 8
"""Matters stand at matters a few steps deep; a circle of them stands nowhere."""


async def places_of(reader: Reader, ids: Iterable[str]) -> set[str]:
    """The places of posts, bodies, appointments, letters, pairings, matters and places.

    A matter is named as `register:id`; a plain id may also be a project, finding, household or plan.
    """
    places: set[str] = set()
    seen: set[str] = set()
    newest = set(ids)
    for _ in range(MAX_STEPS):
        newest -= seen
        if not newest:
            break
        seen |= newest
        found, onward = await _step(reader, newest)
        places |= found
        newest = onward
    return places


async def _step(reader: Reader, ids: Collection[str]) -> tuple[set[str], set[str]]:
    """The places that ids name, and the ids that lead on."""
    places = {row.entity_id for row in await reader.of("jurisdiction", ids)}
    rest = [one for one in ids if one not in places]
    if not rest:
        return places, set()
    for post in await reader.of("post", rest):
        place = await place_of_post(reader, post)
        places |= {place} if place is not None else set()
    for body in {row.entity_id for row in await reader.of("body", rest)}:
        place = await place_of_body(reader, body)
        places |= {place} if place is not None else set()
    onward = {row.doc["post_id"] for row in await reader.of("appointment", rest)}
    for letter in await reader.of("letter", rest):
        onward.add(letter.doc["signer"].get("post_id") or letter.doc["scope"])
    onward |= {row.doc["assisted"] for row in await reader.of("pairing", rest)}
    for matter in await reader.of("matter", as_matters(rest)):
        onward |= set(pointers(matter))
    return places, {one for one in onward if isinstance(one, str)}


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
    """What says where a matter is: where it stands, else what it is part of, else who did it."""
    doc = matter.doc
    return [one for one in (doc["stands_at"] or doc["part_of"] or doc["done_by"],) if one is not None]

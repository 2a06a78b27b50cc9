"""A person: who they are, which posts they held on a day, and what they answered for, when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from projections.answers.bearing import Office, borne, days_asked, offices_of
from projections.answers.letters import letter, signed_for, signing_days
from projections.answers.people import ids_of, people
from projections.answers.posts import Staff
from projections.answers.signed import Signed, signed_of
from projections.answers.territory import not_found, place_of_post
from projections.answers.timeline import cut, tenure
from projections.rows import Found, Reader
from projections.scene import Scene
from projections.tenure import Bounds, day_before


async def one(scene: Scene, person_id: str) -> dict[str, Any]:
    """`GET /persons/{id}`: names, every id, and the posts held on the day. Raises NotFound."""
    reader = scene.reader
    ids = await ids_of(reader, person_id)
    rows = await reader.of("person", ids)
    appointments = await reader.by("appointment", "person_id", ids)
    if not rows and not appointments:
        raise not_found(person_id, "人员", "person")
    who = await people(reader, ids)
    own = next((row for row in rows if row.entity_id == who.id_of(person_id)), None)
    posts = await posts_by_id(reader, appointments)
    staff = Staff({}, who)
    held = [a for a in appointments if Bounds.of_doc(a.doc).certainty(scene.valid_at) != "no"]
    return {
        **scene.header(),
        "person": {
            **(who.brief(person_id) or {}),
            "aliases": own.doc["aliases"] if own else [],
            "born": own.doc["born"] if own else None,
            "unit": own.doc["unit"] if own else None,
            "ids": sorted(ids),
            "evidence": [entry for row in rows for entry in row.doc["evidence"]],
        },
        "posts": [
            {
                **tenure(a, posts.get(a.doc["post_id"]), staff),
                "certainty": Bounds.of_doc(a.doc).certainty(scene.valid_at),
            }
            for a in held
        ],
        "withheld": 0,
    }


async def found(scene: Scene, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Persons by ids they were recorded under, in that order, each with the unit and the posts held on the day."""
    reader = scene.reader
    who = await people(reader, ids)
    every = {one: who.ids_of(one) for one in ids}
    asked = set().union(*every.values())
    units = {row.entity_id: row.doc["unit"] for row in await reader.of("person", asked)}
    appointments = await reader.by("appointment", "person_id", asked)
    posts = await posts_by_id(reader, appointments)
    held: dict[str, list[dict[str, Any]]] = {}
    for row in appointments:
        certainty = Bounds.of_doc(row.doc).certainty(scene.valid_at)
        if certainty != "no":
            post = posts.get(row.doc["post_id"])
            title = None if post is None else post.doc["title"]
            told = {"appointment": row.entity_id, "id": row.doc["post_id"], "title": title, "certainty": certainty}
            held.setdefault(row.doc["person_id"], []).append(told)
    return [
        {
            **(who.brief(one) or {}),
            "found_as": one,
            "unit": units.get(who.id_of(one)),
            "posts": [post for same in sorted(every[one]) for post in held.get(same, ())],
        }
        for one in ids
    ]


async def posts_by_id(reader: Reader, appointments: Sequence[Found]) -> dict[str, Found]:
    """The posts of some appointments."""
    return {row.entity_id: row for row in await reader.of("post", {a.doc["post_id"] for a in appointments} - {None})}


async def appointed_places(reader: Reader, person_id: str) -> list[str]:
    """The places of the posts that a person, under any id, was ever appointed to; in the order of their ids."""
    posts = await posts_by_id(reader, await reader.by("appointment", "person_id", await ids_of(reader, person_id)))
    found = [await place_of_post(reader, post) for post in posts.values()]
    return sorted({place for place in found if place is not None})


async def answered_for(scene: Scene, person_id: str, since: str | None, until: str | None) -> dict[str, Any]:
    """`GET /persons/{id}/responsibility`: each tenure with place, responsibilities and letters. Raises NotFound.

    The place is that of the last day of the tenure inside [since, until), or of the nearest on which it was on
    record. Each responsibility has the days on which the holder, who may be a possible one, answered for it.
    """
    reader = scene.reader
    ids = await ids_of(reader, person_id)
    appointments = await reader.by("appointment", "person_id", ids)
    if not appointments and not await reader.of("person", ids):
        raise not_found(person_id, "人员", "person")
    who = await people(reader, ids)
    posts = await posts_by_id(reader, appointments)
    offices = await offices_of(reader, posts.values())
    held = {a.doc["post_id"] for a in appointments} - {None}
    letters = await reader.by("letter", "person_id", ids) + await reader.by("letter", "post_id", held)
    unique = {(row.entity_id, row.ordinal): row for row in letters}
    signed = await signed_of(reader, letters)
    items = []
    for appointment in appointments:
        post = posts.get(appointment.doc["post_id"])
        item = tenure(appointment, post, Staff({}, who))
        days = days_asked(Bounds.of_doc(appointment.doc), since, until, scene.valid_at)
        item |= _borne(scene, offices.get(appointment.doc["post_id"]), appointment, days)
        item["letters"] = _letters(scene, appointment, list(unique.values()), ids, signed)
        items.append(item)
    head = {"person": who.brief(person_id), **scene.ground(), "from": since, "until": until, "withheld": 0}
    return {**head, "items": cut(items, since, until), "next": None}


def _borne(scene: Scene, office: Office | None, appointment: Found, days: tuple[str, str]) -> dict[str, Any]:
    """Place, body and responsibilities of a tenure over days [first, end)."""
    if office is None:
        return {"jurisdiction": None, "body": None, "responsibilities": []}
    body_id, body = office.post.doc["body_id"], office.body
    return {
        "jurisdiction": office.place_on(day_before(days[1])),
        "body": None if body_id is None else {"id": body_id, "name": body.doc["name"] if body is not None else None},
        "responsibilities": borne(office, appointment, days, scene.packs),
    }


def _letters(
    scene: Scene, appointment: Found, letters: Sequence[Found], ids: set[str], signed: Signed
) -> list[dict[str, Any]]:
    bounds = Bounds.of_doc(appointment.doc)
    shown = []
    for row in letters:
        how = signed_for(row, ids, str(appointment.doc["post_id"]), bounds.meets(*signing_days(row.doc)))
        if how is not None:
            shown.append({**letter(row, scene.valid_at, signed), "matched_by": how})
    return sorted(shown, key=lambda letter: letter["position"])

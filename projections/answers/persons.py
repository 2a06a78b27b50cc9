"""A person: who they are, which posts they held on a day, and what they answered for, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from projections.answers.letters import letter, signed_for, signing_days
from projections.answers.people import ids_of, people
from projections.answers.posts import Staff
from projections.answers.signed import Signed, signed_of
from projections.answers.territory import Path, not_found, path_to, place_of_body, place_of_post
from projections.answers.timeline import cut, tenure
from projections.policies.matching import Subject, responsibilities_of_post
from projections.rows import Found, Reader
from projections.scene import Scene
from projections.tenure import ALWAYS, NEVER, Bounds, day_before


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

    The place is that of the last day of the tenure inside [since, until). Each responsibility is given the
    days on which tenure and instrument may both have run, for instruments of that day and of the first.
    """
    reader = scene.reader
    ids = await ids_of(reader, person_id)
    appointments = await reader.by("appointment", "person_id", ids)
    if not appointments and not await reader.of("person", ids):
        raise not_found(person_id, "人员", "person")
    who = await people(reader, ids)
    posts = await posts_by_id(reader, appointments)
    held = {a.doc["post_id"] for a in appointments} - {None}
    letters = await reader.by("letter", "person_id", ids) + await reader.by("letter", "post_id", held)
    unique = {(row.entity_id, row.ordinal): row for row in letters}
    signed = await signed_of(reader, letters)
    items = []
    for appointment in appointments:
        post = posts.get(appointment.doc["post_id"])
        item = tenure(appointment, post, Staff({}, who))
        days = _asked_days(Bounds.of_doc(appointment.doc), since, until, scene.valid_at)
        item |= await _borne(scene, post, days)
        item["letters"] = _letters(scene, appointment, list(unique.values()), ids, signed)
        items.append(item)
    head = {"person": who.brief(person_id), **scene.ground(), "from": since, "until": until, "withheld": 0}
    return {**head, "items": cut(items, since, until), "next": None}


def _asked_days(bounds: Bounds, since: str | None, until: str | None, valid_at: str) -> tuple[str, str]:
    """The first and the last day of a tenure inside what is asked about; today where it is open."""
    first = max(bounds.s0 if bounds.s0 > ALWAYS else bounds.s1, since or ALWAYS)
    end = min(bounds.e1, until or NEVER)
    return (first if first < NEVER else valid_at), (day_before(end) if end < NEVER else valid_at)


async def _borne(scene: Scene, post: Found | None, days: tuple[str, str]) -> dict[str, Any]:
    """Place and responsibilities of a post on the last of the days, with those that held on the first alone."""
    if post is None:
        return {"jurisdiction": None, "body": None, "responsibilities": []}
    reader, doc = scene.reader, post.doc
    place_id, body = doc["jurisdiction_id"], None
    if doc["body_id"] is not None:
        body_id, place_id = doc["body_id"], await place_of_body(reader, doc["body_id"])
        rows = await reader.of("body", [body_id])
        body = {"id": body_id, "name": rows[0].doc["name"] if rows else None}
    found: dict[str, Mapping[str, Any]] = {}
    path = Path()
    for day in sorted(set(days)):
        path = await path_to(reader, place_id, day) if place_id is not None else Path()
        level = path.places[-1].doc["level"] if path.places else None
        subject = Subject(level, tuple(doc["functions"]), doc["title"], path.codes, body is not None)
        for borne in responsibilities_of_post(scene.packs, subject, date.fromisoformat(day)):
            found[borne["rule"] + borne["role"]] = {**borne, **_run(scene, borne["system"], days)}
    place = path.places[-1].brief if path.places else None
    if place is None and place_id is not None:
        place = {"id": place_id, "code": None, "name": None, "level": None}
    return {"jurisdiction": place, "body": body, "responsibilities": list(found.values())}


def _run(scene: Scene, system: str, days: tuple[str, str]) -> dict[str, str | None]:
    """The days on which a tenure and an instrument may both have run, from the first to the last, inclusive."""
    pack = next(pack for pack in scene.packs if pack.system == system)
    last = day_before(pack.end.last.isoformat())
    return {"from": max(days[0], pack.start.first.isoformat()), "to": min(days[1], last)}


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

"""Timelines: every interval and dated fact of a place, a person or a post, with its certainty."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from projections.answers import chain, matters
from projections.answers.letters import signed_late_days
from projections.answers.membership import fallen_to, membership_of
from projections.answers.parties import Parties, parties, party
from projections.answers.people import ids_of, people
from projections.answers.posts import Staff, seat_of, staff_of
from projections.answers.signed import Signed, signed_of
from projections.answers.territory import Place, known, nearest, not_found, resolve
from projections.folds.registers import FALLING, REGISTERS
from projections.rows import Found
from projections.scene import Scene
from projections.tenure import ALWAYS, NEVER, Bounds, stretches

Item = dict[str, Any]

TYPES: Final = frozenset(
    {"jurisdiction", "body", "post", "tenure", "letter", "pairing", "vacant", "uncertain", "contested"}
)
"""The types of items that are not matters."""
BELOW: Final = REGISTERS.keys() | {"pairing"}
"""The types of items that are answered for everything below a place too."""


def _when(bounds: Bounds) -> Item:
    """The days that are certain and the days that are possible, None where unbounded, and the most that any day is.

    What cannot have held a day, because it ended before it began, is possible from its start to its start.
    """
    certain = (bounds.s1, bounds.e0) if bounds.s1 < bounds.e0 else None
    first, end = min(bounds.s0, bounds.s1), max(bounds.e0, bounds.e1)
    none = certain is None and bounds.s0 >= bounds.e1
    return {
        "certain": None if certain is None else _days(*certain),
        "possible": _days(first, first if none else end),
        "certainty": "no" if none else "possible" if certain is None else "certain",
    }


def _days(since: str, until: str) -> Item:
    return {"from": None if since <= ALWAYS else since, "until": None if until >= NEVER else until}


def tenure(row: Found, post: Found | None, staff: Staff) -> Item:
    """One appointment as an interval."""
    doc, bounds = row.doc, Bounds.of_doc(row.doc)
    when = _when(bounds)
    return {
        "type": "tenure",
        **{name: doc[name] for name in ("from", "until", "held_by", "gone_by", "seen")},
        **when,
        "appointment": row.entity_id,
        "person": staff.who.brief(doc["person_id"]),
        "post": None if post is None else {"id": post.entity_id, "title": post.doc["title"]},
        "post_id": doc["post_id"],
        "capacity": doc["capacity"],
        "reason": doc["reason"],
        "evidence": doc["evidence"],
    }


def letter_item(row: Found, signed: Signed) -> Item:
    """One letter as an interval, with the day it was signed."""
    doc = row.doc
    when = _when(Bounds.of_doc(doc))
    return {
        "type": "letter",
        "from": doc["effective_from"] or doc["signed_on"],
        "until": doc["effective_until"],
        **when,
        "letter": row.entity_id,
        **{name: doc[name] for name in ("number", "kind", "counterparty", "signed_on", "signed_as", "signer")},
        "signed_late_days": signed_late_days(doc),
        **signed.shown(doc, doc, doc["signer"]),
        "recorded_at": doc["recorded_at"],
        "position": doc["position"],
        "evidence": doc["evidence"],
    }


def pairing_item(row: Found, names: Parties) -> Item:
    """One pairing as an interval, with the reason why it ended and the pairing that followed it."""
    doc = row.doc
    when = _when(Bounds.of_doc(doc))
    return {
        "type": "pairing",
        "from": doc["from"],
        "until": doc["until"],
        **when,
        "pairing": row.entity_id,
        "kind": doc["kind"],
        "helper": party(names, doc["helper"]),
        "assisted": party(names, doc["assisted"]),
        "instrument_or_letter_id": doc["instrument_or_letter_id"],
        "reason": doc["reason"],
        "successor": doc["successor_pairing_id"],
        "evidence": doc["evidence"],
    }


def standing_items(post: Found | None, appointments: Sequence[Found]) -> list[Item]:
    """How a post stood, stretch by stretch, while it was on record and was not simply held."""
    return [
        {
            "type": found.status,
            **matters.exact(found.since, found.until),
            "days": found.days,
            "post": None if post is None else {"id": post.entity_id, "title": post.doc["title"]},
            "evidence": [] if post is None else post.doc["evidence"],
        }
        for found in stretches(seat_of(post, appointments))
        if found.status in ("vacant", "uncertain", "contested")
    ]


def _post_item(post: Found) -> Item:
    shown = {name: post.doc[name] for name in ("title", "functions", "seats", "jurisdiction_id", "body_id")}
    days = matters.exact(post.doc["from"], post.doc["until"])
    return {"type": "post", **days, "post": {"id": post.entity_id, **shown}, "evidence": post.doc["evidence"]}


def cut(items: Iterable[Item], since: str | None, until: str | None) -> list[Item]:
    """The items that may fall into [since, until), by their first possible day."""

    def touches(item: Item) -> bool:
        days = item["possible"]
        return (until is None or days["from"] is None or days["from"] < until) and (
            since is None or days["until"] is None or days["until"] > since
        )

    return sorted(filter(touches, items), key=lambda item: (item["possible"]["from"] or "", item["type"]))


async def of_jurisdiction(
    scene: Scene,
    ref: str,
    since: str | None,
    until: str | None,
    types: Collection[str] | None = None,
    *,
    subtree: bool = False,
) -> dict[str, Any]:
    """`GET /jurisdictions/{ref}/timeline`, of all types of items or some. Raises NotFound or Ambiguous.

    With `subtree` matters and pairings alone, of everything below the place in the tree of `valid_at`.
    """
    reader = scene.reader
    place_id, resolved_by = await resolve(reader, ref, scene.valid_at)
    rows = await known(reader, place_id)
    within = await membership_of(reader, place_id, scene.valid_at, subtree=subtree)
    registers = matters.registers_of(types)
    rows_there = await reader.matters("stands_at", within.ids, registers)
    rows_there += [row for row, _ in await fallen_to(reader, within, sorted({*registers} & {*FALLING}))]
    items = await matters.items(reader, rows_there)
    if types is None or "pairing" in types:
        items += await _pairings(scene, await reader.by("pairing", "assisted", within.ids))
    if not subtree:
        items += await _of_place(scene, place_id, rows)
    shown = Place(place_id, nearest(rows, scene.valid_at).doc)
    head = {"jurisdiction": shown.brief, "resolved_by": resolved_by, **scene.header(), "withheld": 0}
    return _answer(head, items, since, until, types)


def _answer(
    head: Item, items: Sequence[Item], since: str | None, until: str | None, types: Collection[str] | None = None
) -> Item:
    chosen = [item for item in items if types is None or item["type"] in types]
    return {**head, "from": since, "until": until, "items": cut(chosen, since, until), "next": None}


async def _of_place(scene: Scene, place_id: str, rows: Sequence[Found]) -> list[Item]:
    """What a place was called and belonged to, its bodies, posts, tenures and letters."""
    reader = scene.reader
    stock = await chain.stock_of(reader, [place_id])
    bodies = stock.bodies.get(place_id, [])
    posts = [*stock.posts.get(place_id, [])]
    posts += [post for body in bodies for post in stock.posts.get(body.entity_id, [])]
    items = [_place_item(row) for row in rows]
    items += [
        {
            "type": "body",
            **matters.exact(body.doc["from"], body.doc["until"]),
            "body": {"id": body.entity_id, "name": body.doc["name"], "body_type": body.doc["body_type"]},
            "evidence": body.doc["evidence"],
        }
        for body in bodies
    ]
    for post in posts:
        items += _of_post(post, stock.staff)
    own = {post.entity_id for post in posts} | {body.entity_id for body in bodies} | {place_id}
    towards = await reader.by("letter", "counterparty", own) + await reader.by("letter", "scope", own)
    signed = [row for row in stock.staff.letters if row.doc["signer"].get("post_id") in own]
    unique = {(row.entity_id, row.ordinal): row for row in [*signed, *towards]}
    keys = await signed_of(reader, unique.values())
    return items + [letter_item(row, keys) for row in unique.values()]


async def _pairings(scene: Scene, rows: Sequence[Found]) -> list[Item]:
    named = {row.doc[side] for row in rows for side in ("helper", "assisted")}
    names = await parties(scene.reader, named, scene.valid_at)
    return [pairing_item(row, names) for row in rows]


def _place_item(row: Found) -> Item:
    doc = row.doc
    shown = {name: doc[name] for name in ("code", "name", "level", "parent_id", "aliases", "successors")}
    return {"type": "jurisdiction", **matters.exact(doc["from"], doc["until"]), **shown, "evidence": doc["evidence"]}


def _of_post(post: Found, staff: Staff) -> list[Item]:
    appointments = staff.of_post(post.entity_id)
    items = [_post_item(post), *(tenure(row, post, staff) for row in appointments)]
    return items + standing_items(post, appointments)


async def of_post(scene: Scene, post_id: str, since: str | None, until: str | None) -> dict[str, Any]:
    """`GET /posts/{id}/timeline`. Raises NotFound."""
    reader = scene.reader
    rows = await reader.of("post", [post_id])
    staff = await staff_of(reader, [post_id])
    told = await reader.naming([post_id])
    if not rows and not staff.of_post(post_id) and not told:
        raise not_found(post_id, "职务", "post")
    post = rows[0] if rows else None
    items = _of_post(post, staff) if post else [tenure(row, None, staff) for row in staff.of_post(post_id)]
    own = [row for row in staff.letters if row.doc["signer"].get("post_id") == post_id]
    items += [letter_item(row, staff.signed) for row in own]
    items += await matters.items(reader, told)
    head = {"post": {"id": post_id, "title": post.doc["title"] if post else None}, **scene.header(), "withheld": 0}
    return _answer(head, items, since, until)


async def of_person(scene: Scene, person_id: str, since: str | None, until: str | None) -> dict[str, Any]:
    """`GET /persons/{id}/timeline`: tenures, letters, pairings and what names the person. Raises NotFound.

    Under every id that the person was recorded under.
    """
    reader = scene.reader
    ids = await ids_of(reader, person_id)
    appointments = await reader.by("appointment", "person_id", ids)
    letters = await reader.by("letter", "person_id", ids)
    pairings = await reader.by("pairing", "helper", ids)
    who = await people(reader, ids)
    told = await reader.naming(ids)
    if not (await reader.of("person", ids) or appointments or letters or pairings or told):
        raise not_found(person_id, "人员", "person")
    posts = {row.entity_id: row for row in await reader.of("post", {a.doc["post_id"] for a in appointments} - {None})}
    staff = Staff({}, who)
    items = [tenure(row, posts.get(row.doc["post_id"]), staff) for row in appointments]
    signed = await signed_of(reader, letters)
    items += [letter_item(row, signed) for row in letters]
    items += await _pairings(scene, pairings)
    items += await matters.items(reader, told)
    head = {"person": who.brief(person_id), **scene.header(), "withheld": 0}
    return _answer(head, items, since, until)

"""The chain: from the highest level on record down to a place, who bore which responsibility on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from projections.answers import posts as posts_of
from projections.answers.people import helpers
from projections.answers.posts import Staff, staff_in
from projections.answers.signed import signed_of
from projections.answers.territory import Place, Tree, find, nearest, not_found, path_in, tree_of
from projections.answers.turns import turns_of
from projections.policies.matching import (
    Subject,
    named_at,
    policies_of,
    responsibilities_of_body,
    unnamed_at,
)
from projections.rows import Found, Reader
from projections.scene import Scene
from projections.tenure import Bounds, on_record


@dataclass(slots=True)
class Stock:
    """The rows behind the places of a chain."""

    posts: dict[str, list[Found]]
    """Place or body to its posts, in the order they were established."""
    bodies: dict[str, list[Found]]
    """Place to the bodies of it and of its bodies."""
    staff: Staff
    pairings: dict[str, list[Found]]
    helpers: dict[str, dict[str, Any]]


async def responsibility(scene: Scene, ref: str, *, turns: bool = False) -> dict[str, Any]:
    """`GET /jurisdictions/{ref}/responsibility`, with the days on which it turns. Raises NotFound or Ambiguous."""
    place_id, resolved_by, tree = await find(scene.reader, ref, scene.valid_at)
    return await _chain(scene, place_id, resolved_by, tree, turns=turns)


async def of_place(scene: Scene, place_id: str, resolved_by: str = "id") -> dict[str, Any]:
    """The chain of a place that is known; empty where it was not on record that day. Raises NotFound."""
    tree = await tree_of(scene.reader, [place_id], scene.valid_at)
    if place_id not in tree:
        raise not_found(place_id, "区划", "jurisdiction")
    return await _chain(scene, place_id, resolved_by, tree)


async def _chain(scene: Scene, place_id: str, resolved_by: str, tree: Tree, *, turns: bool = False) -> dict[str, Any]:
    shown = Place(place_id, nearest(tree[place_id], scene.valid_at).doc)
    path = path_in(tree, place_id, scene.valid_at)
    stock = await stock_of(scene.reader, [place.id for place in path.places], day=scene.valid_at)
    day = date.fromisoformat(scene.valid_at)
    chain, flags = [], list(path.flags)
    for depth, place in enumerate(path.places):
        codes = frozenset(above.doc["code"] for above in path.places[: depth + 1])
        level = _level(scene, place, codes, stock)
        chain.append(level)
        shown_posts = [*level["posts"], *(post for body in level["bodies"] for post in body["posts"])]
        flags += [flag for post in shown_posts for flag in posts_of.flags_of(post)]
    answer = {
        "jurisdiction": shown.brief,
        "on_record": bool(path.places),
        **scene.header(),
        "resolved_by": resolved_by,
        "policies": list(policies_of(scene.packs, path.codes, day)),
        "withheld": 0,
        "flags": flags,
        "chain": chain,
    }
    return answer | {"turns": _turns(stock, [row for rows in tree.values() for row in rows])} if turns else answer


async def stock_of(reader: Reader, place_ids: Sequence[str], *, day: str | None = None) -> Stock:
    """The rows behind these places: bodies, posts, holders, letters and assistance."""
    found = await reader.estate(place_ids)
    rows = {name: found.get(name, []) for name in ("body", "post", "appointment", "person", "letter", "pairing")}
    place_of = _places(rows["body"])
    return Stock(
        posts=_grouped(rows["post"], lambda row: str(row.doc["body_id"] or row.doc["jurisdiction_id"])),
        bodies=_grouped(rows["body"], lambda row: place_of[row.entity_id]),
        staff=staff_in(rows["appointment"], rows["person"], rows["letter"], await signed_of(reader, rows["letter"])),
        pairings=_grouped(rows["pairing"], lambda row: str(row.doc["assisted"])),
        helpers=await helpers(reader, {row.doc["helper"] for row in rows["pairing"]}, day),
    )


def _turns(stock: Stock, places: Sequence[Found]) -> list[str]:
    """The days on which something that is told of these places begins or ends, or may."""
    posts = [row for rows in stock.posts.values() for row in rows]
    bodies = [row for rows in stock.bodies.values() for row in rows]
    told = {None, *(row.entity_id for row in posts)}
    tenures = [row for rows in stock.staff.appointments.values() for row in rows]
    letters = [row for row in stock.staff.letters if row.doc["signer"].get("post_id") in told]
    pairings = [row for rows in stock.pairings.values() for row in rows]
    return turns_of((row.doc for row in (*places, *posts, *bodies)), (*tenures, *letters, *pairings))


def _places(bodies: Sequence[Found]) -> dict[str, str]:
    """The place of each body: its own, else that of the unit it is part of, which is among them."""
    by_id = {row.entity_id: row.doc for row in bodies}
    places: dict[str, str] = {}
    for body_id, doc in by_id.items():
        above = doc
        while above["jurisdiction_id"] is None:
            above = by_id[above["unit_id"]]
        places[body_id] = str(above["jurisdiction_id"])
    return places


def _grouped(rows: Sequence[Found], owner: Any) -> dict[str, list[Found]]:
    groups: dict[str, list[Found]] = {}
    for row in sorted(rows, key=lambda row: (row.doc["evidence"][0]["position"], row.entity_id)):
        groups.setdefault(owner(row), []).append(row)
    return groups


def _level(scene: Scene, place: Place, codes: frozenset[str], stock: Stock) -> dict[str, Any]:
    level = place.doc["level"]
    posts = [
        posts_of.describe(scene, post, stock.staff, level=level, codes=codes, in_body=False)
        for post in stock.posts.get(place.id, [])
    ]
    bodies = [
        _body(scene, body, stock, level, codes)
        for body in stock.bodies.get(place.id, [])
        if on_record(body.doc["from"], body.doc["until"], scene.valid_at)
    ]
    day = date.fromisoformat(scene.valid_at)
    return {
        "level": level,
        "jurisdiction": place.brief,
        "from": place.doc["from"],
        "until": place.doc["until"],
        "posts": posts,
        "bodies": bodies,
        "unnamed": list(unnamed_at(scene.packs, level, codes, day)),
        "unregistered": _unregistered(scene, level, codes, posts, bodies),
        "assistance": assistance(stock.pairings.get(place.id, []), stock.helpers, scene.valid_at),
        "successions": place.doc["successions"],
        "evidence": place.doc["evidence"],
    }


def _body(scene: Scene, body: Found, stock: Stock, level: str, codes: frozenset[str]) -> dict[str, Any]:
    doc = body.doc
    subject = Subject(level, tuple(doc["functions"]), doc["name"], codes, in_body=True)
    return {
        "body": {
            "id": body.entity_id,
            "name": doc["name"],
            "body_type": doc["body_type"],
            "functions": doc["functions"],
            "unit": doc["unit_id"],
        },
        "responsibilities": list(responsibilities_of_body(scene.packs, subject, date.fromisoformat(scene.valid_at))),
        "posts": [
            posts_of.describe(scene, post, stock.staff, level=level, codes=codes, in_body=True)
            for post in stock.posts.get(body.entity_id, [])
        ],
        "evidence": doc["evidence"],
    }


def _unregistered(
    scene: Scene, level: str, codes: frozenset[str], posts: Sequence[Any], bodies: Sequence[Any]
) -> list[dict[str, Any]]:
    """What the instruments lay on a post or body of this level for which none is on record that day."""
    borne = {found["rule"] + found["role"] for shown in [*posts, *bodies] for found in shown["responsibilities"]}
    borne |= {
        found["rule"] + found["role"] for body in bodies for post in body["posts"] for found in post["responsibilities"]
    }
    wanted = ("role", "kind", "scope", "system", "rule", "article", "bearer", "functions", "force", "in_force")
    unborne: list[dict[str, Any]] = []
    for named in named_at(scene.packs, level, codes, date.fromisoformat(scene.valid_at)):
        role: Mapping[str, Any] = {**named}
        if named["rule"] + named["role"] not in borne:
            unborne.append({name: role[name] for name in wanted})
    return unborne


def assistance(pairings: Sequence[Found], names: Mapping[str, Any], day: str) -> list[dict[str, Any]]:
    """The pairings that certainly or possibly hold on a day."""
    shown = []
    for pairing in pairings:
        certainty = Bounds.of_doc(pairing.doc).certainty(day)
        if certainty != "no":
            doc = pairing.doc
            shown.append(
                {
                    "pairing": pairing.entity_id,
                    "kind": doc["kind"],
                    "helper": names[doc["helper"]],
                    "certainty": certainty,
                    "from": doc["from"],
                    "until": doc["until"],
                    "instrument_or_letter_id": doc["instrument_or_letter_id"],
                    "evidence": doc["evidence"],
                }
            )
    return shown

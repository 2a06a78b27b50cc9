"""Payments approved while a post that answers for the supervision of the funds had no holder of its own.

Which posts these are is what the packs say: those with a kind of responsibility for supervision, at the places
above the payment on the day of its approval; where they lay it on a body, the posts that answer for that body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from projections.answers.flags.flag import Flag
from projections.answers.flags.ground import Ground, stands_on
from projections.answers.parties import said
from projections.answers.posts import Staff, regular, seat_of, staff_in, vacancy
from projections.policies.matching import named_at
from projections.policies.pack import Pack
from projections.rows import Found
from projections.tenure import Bounds, stretch_at

CODES: Final = ("approved-while-vacant",)
REGISTERS: Final[tuple[str, ...]] = ("disbursement",)
"""The registers of the matters that these flags are found in."""
SUPERVISING: Final = ("primary-supervision",)
"""Kinds of responsibility, as packs call them, that are for the supervision of money."""


@dataclass(frozen=True, slots=True)
class _Duty:
    """A role of a pack at a place, and the functions of the posts that answer for it."""

    place: str
    system: str
    rule: str
    role: str
    article: str
    force: str
    in_force: str
    functions: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Offices:
    """The posts of some places, and who was appointed to them."""

    posts: Mapping[str, Sequence[Found]]
    staff: Staff
    bodies: Mapping[str, Found]


async def found(ground: Ground) -> list[Flag]:
    """One flag for each payment and each such post that stood without a substantive holder on its approval."""
    payments = [
        (row, place, approved, duties)
        for row in ground.of("matter")
        if row.doc["register"] == "disbursement" and ground.here(place := ground.place_of(row.entity_id))
        if place is not None and (approved := said(row).get("approved_on")) is not None and approved <= ground.day
        if (duties := _duties(ground, place, approved))
    ]
    offices = await _offices(ground, {one.place for _, _, _, duties in payments for one in duties})
    return [
        _flag(row, place, ground.day, post, staff, laid)
        for row, place, approved, duties in payments
        for post, staff, laid in _empty(offices, approved, duties)
    ]


def _duties(ground: Ground, place: str, day: str) -> list[_Duty]:
    """What the packs lay on the places above a payment that day."""
    path = ground.path(place, day)
    found = []
    for index, at in enumerate(path.places):
        codes = frozenset(one.doc["code"] for one in path.places[: index + 1])
        found += _laid(tuple(ground.scene.packs), at.id, at.doc["level"], codes, day)
    return found


@lru_cache(4096)
def _laid(packs: tuple[Pack, ...], place: str, level: str, codes: frozenset[str], day: str) -> list[_Duty]:
    by_system = {pack.system: pack for pack in packs}
    found = []
    for role in named_at(packs, level, codes, date.fromisoformat(day)):
        if role["kind"] in SUPERVISING:
            functions = _answering(by_system[role["system"]], role["bearer"], role["functions"])
            told = (role["system"], role["rule"], role["role"], role["article"], role["force"], role["in_force"])
            found.append(_Duty(place, *told, functions))
    return found


def _answering(pack: Pack, bearer: str, functions: Iterable[str]) -> frozenset[str]:
    """The functions of the posts that answer: those named, else those that answer for the bodies named."""
    if bearer == "post":
        return frozenset(functions)
    return frozenset(post for code in functions for post in pack.function(code).answered_by)


async def _offices(ground: Ground, places: set[str]) -> _Offices:
    """The posts of places, from the ground where it has them."""
    if places <= set(ground.places) and not ground.nowhere:
        return _Offices(_by_place(ground.posts.values(), ground.bodies), ground.staff, ground.bodies)
    estate = await ground.scene.reader.estate(sorted(places))
    bodies = {row.entity_id: row for row in estate.get("body", ())}
    appointments = [row for row in estate.get("appointment", ()) if row.doc["post_id"] is not None]
    staff = staff_in(appointments, estate.get("person", ()), (), ground.signed)
    return _Offices(_by_place(estate.get("post", ()), bodies), staff, bodies)


def _by_place(posts: Iterable[Found], bodies: Mapping[str, Found]) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = {}
    for post in sorted(posts, key=lambda row: row.entity_id):
        place, body = post.doc["jurisdiction_id"], post.doc["body_id"]
        seen: set[str] = set()
        while place is None and body in bodies and body not in seen:
            seen.add(body)
            place, body = bodies[body].doc["jurisdiction_id"], bodies[body].doc["unit_id"]
        if place is not None:
            found.setdefault(place, []).append(post)
    return found


def _empty(offices: _Offices, day: str, duties: Sequence[_Duty]) -> list[tuple[Found, Staff, list[_Duty]]]:
    """The posts that answer for some duties and had no substantive holder on a day, each with these duties."""
    found: dict[str, tuple[Found, Staff, list[_Duty]]] = {}
    for duty in duties:
        for post in offices.posts.get(duty.place, ()):
            if duty.functions.isdisjoint(post.doc["functions"]) or not stands_on(post.doc, day):
                continue
            if seat_of(post, offices.staff.of_post(post.entity_id), substantive=True).status(day) == "vacant":
                found.setdefault(post.entity_id, (post, offices.staff, []))[2].append(duty)
    return list(found.values())


def _flag(row: Found, place: str, asked: str, post: Found, staff: Staff, duties: Sequence[_Duty]) -> Flag:
    """The flag of a payment and a post, as of the day asked about."""
    data = said(row)
    day = data["approved_on"]
    appointments = staff.of_post(post.entity_id)
    own = regular(appointments)
    gap = vacancy(stretch_at(seat_of(post, own), day), own, staff.who, asked)
    acting = [a for a in appointments if a not in own and Bounds.of_doc(a.doc).certainty(day) != "no"]
    detail = {
        "amount": data["amount"],
        "approved_on": day,
        "disbursed_on": data["disbursed_on"],
        "approved_by": data.get("approved_by"),
        "post": {"id": post.entity_id, "title": post.doc["title"], "functions": post.doc["functions"]},
        "status": seat_of(post, appointments).status(day),
        "substantive": "vacant",
        "vacancy": gap,
        "acting": [
            {"person": staff.who.brief(a.doc["person_id"]), "appointment": a.entity_id, "capacity": a.doc["capacity"]}
            for a in acting
        ],
        "under": [_under(duty) for duty in duties],
    }
    beside = {one["appointment"] for one in (gap["previous"], gap["next"]) if one is not None}
    tenures = [a for a in appointments if a in acting or a.entity_id in beside]
    shows = [*row.doc["evidence"], *post.doc["evidence"], *(e for a in tenures for e in a.doc["evidence"])]
    approver = data.get("approved_by", {})
    persons = [approver.get("person_id"), *(a.doc["person_id"] for a in acting)]
    concerns = {same for one in persons if one is not None for same in staff.who.ids_of(one)}
    more = {approver.get("post_id"), data.get("payer"), post.doc["body_id"]} - {None}
    about = {"disbursement": row.entity_id.partition(":")[2], "post": post.entity_id}
    return Flag("approved-while-vacant", place, about, day, None, None, detail, shows, frozenset(concerns | more))


def _under(duty: _Duty) -> dict[str, Any]:
    names = ("system", "rule", "role", "article", "force", "in_force")
    return {"jurisdiction": duty.place, **{name: getattr(duty, name) for name in names}}

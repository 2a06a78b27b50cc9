"""Letters in force that nobody signed in a way that can be checked: unsigned, or on paper only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from projections.answers.flags.flag import Flag, lasted
from projections.answers.flags.ground import Ground
from projections.answers.letters import in_force
from projections.rows import Found
from projections.tenure import ALWAYS, NEVER

CODES: Final = ("letter-unsigned", "letter-paper-only")
REGISTERS: Final[tuple[str, ...]] = ()
"""The registers of the matters that these flags are found in."""


async def found(ground: Ground) -> list[Flag]:
    """One flag for each letter that is or may be in force on the day and of which a signature is not verified."""
    places = await _places_of_persons(ground)
    flags = []
    for row in ground.of("letter"):
        doc = row.doc
        place = ground.place_of(row.entity_id) or places.get(doc["signer"].get("person_id", ""))
        if doc["signed_as"] == "signatory" and ground.here(place) and in_force(doc, ground.day) != "no":
            flags += _of_letter(ground, row, place)
    return flags


def _of_letter(ground: Ground, row: Found, place: str | None) -> list[Flag]:
    doc, who = row.doc, ground.staff.who
    made = [
        (doc["signed_as"], doc["signer"], ground.signed.shown(doc, doc, doc["signer"])),
        *((one["role"], one["signatory"], ground.signed.shown(doc, one, one["signatory"]))
          for one in doc["countersignatures"]),
    ]  # fmt: skip
    standings = {how["signatures"] for _, _, how in made}
    if standings == {"verified"}:
        return []
    code = "letter-unsigned" if "none" in standings else "letter-paper-only"
    since, until = doc["bounds"]["s0"], doc["bounds"]["e1"]
    first, end = (None if since <= ALWAYS else since), (None if until >= NEVER else until)
    detail = {
        **{name: doc[name] for name in ("number", "kind", "counterparty", "scope", "signed_on")},
        "in_force": in_force(doc, ground.day),
        "signatures": [
            {
                "as": role,
                "person": who.brief(signer.get("person_id")),
                "post": signer.get("post_id"),
                "signatures": how["signatures"],
                "other_keys": [one["key_id"] for one in how["signed_by"] if not one["of_signatory"]],
            }
            for role, signer, how in made
        ],
    }
    concerns = _concerned(ground, [signer for _, signer, _ in made])
    days = lasted(first, end, ground.day)
    return [Flag(code, place, {"letter": row.entity_id}, first, end, days, detail, doc["evidence"], concerns)]


def _concerned(ground: Ground, signers: list[Mapping[str, Any]]) -> frozenset[str]:
    persons = {one["person_id"] for one in signers if one.get("person_id") is not None}
    posts = {one["post_id"] for one in signers if one.get("post_id") is not None}
    bodies = {ground.posts[one].doc["body_id"] for one in posts if one in ground.posts} - {None}
    return frozenset({one for person in persons for one in ground.staff.who.ids_of(person)} | posts | bodies)


async def _places_of_persons(ground: Ground) -> dict[str, str]:
    """Where persons are who sign for no post and about no place: at the first post that they were appointed to."""
    rows = [row for row in ground.of("letter") if ground.place_of(row.entity_id) is None]
    persons = {row.doc["signer"]["person_id"] for row in rows if row.doc["signer"].get("person_id") is not None}
    found: dict[str, str] = {}
    tenures = await ground.scene.reader.by("appointment", "person_id", sorted(persons)) if persons else []
    for row in sorted(tenures, key=lambda row: (row.doc["bounds"]["s0"], row.entity_id)):
        found.setdefault(row.doc["person_id"], ground.place_of(row.doc["post_id"]) or "")
    return {person: place for person, place in found.items() if place}

"""Letters: those a person signed for a post, how they stand on a day, and the register of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from events import edtf
from projections.answers.people import helpers, ids_of, people
from projections.answers.signed import Signed, signed_of
from projections.answers.territory import bodies_of, not_found, posts_at
from projections.folds.letter import number_key
from projections.rows import Found, Reader
from projections.scene import Scene
from projections.tenure import Bounds

SIDES: Final = ("counterparty", "scope")
"""Fields that name towards whom a letter was signed, and about what."""
KEPT: Final = 8192
"""Days read from dates that are kept: there are few, and each stands in many letters."""


def in_force(doc: Mapping[str, Any], day: str) -> str:
    """Whether a letter is in force on a day: `certain`, `possible` or `no`."""
    return Bounds.of_doc(doc).certainty(day)


def signed_late_days(doc: Mapping[str, Any]) -> int | None:
    """Days from an exact `effective_from` to an exact later `signed_on`; None where there are none."""
    return _late_days(doc["signed_on"], doc["effective_from"])


@lru_cache(KEPT)
def _late_days(signed_on: str, effective_from: str | None) -> int | None:
    try:
        late = (edtf.parse_day(signed_on) - edtf.parse_day(effective_from or "")).days
    except ValueError:
        return None
    return late if late > 0 else None


def letter(row: Found, day: str, signed: Signed) -> dict[str, Any]:
    """A letter as the chain shows it; `signed` is of rows among which this one was."""
    doc = row.doc
    return {
        "id": row.entity_id,
        "number": doc["number"],
        "kind": doc["kind"],
        "counterparty": doc["counterparty"],
        "scope": doc["scope"],
        "signed_on": doc["signed_on"],
        "effective_from": doc["effective_from"],
        "effective_until": doc["effective_until"],
        "recorded_at": doc["recorded_at"],
        "in_force": in_force(doc, day),
        "countersigned": bool(doc["countersignatures"]),
        **signed.shown(doc, doc, doc["signer"]),
        "countersignatures": signed.countersigned(doc),
        "position": doc["position"],
        "corrected_by": doc["version"] if doc["version"] != doc["position"] else None,
        "signed_as": doc["signed_as"],
        "signed_late_days": signed_late_days(doc),
        "evidence": doc["evidence"],
    }


def signed_for(row: Found, person_ids: Collection[str], post_id: str, held_when_signed: bool) -> str | None:
    """How a signature belongs to a person's tenure of a post: by both ids, or by one and the day.

    `held_when_signed`: whether the person certainly or possibly held the post when it was signed.
    """
    signer = row.doc["signer"]
    person, post = signer.get("person_id"), signer.get("post_id")
    if person is not None and post is not None:
        return "person-and-post" if person in person_ids and post == post_id else None
    if person is not None:
        return "person" if person in person_ids and held_when_signed else None
    return "post" if post == post_id and held_when_signed else None


def signing_days(doc: Mapping[str, Any]) -> tuple[str, str]:
    """The first and the last possible day of signing, as ISO days."""
    return _span(doc["signed_on"])


@lru_cache(KEPT)
def _span(date: str) -> tuple[str, str]:
    span = edtf.parse(date)
    return span.first.isoformat(), span.last.isoformat()


async def one(scene: Scene, letter_id: str) -> dict[str, Any]:
    """`GET /letters/{id}`. Raises NotFound."""
    found = await described(scene, [letter_id])
    if not found:
        raise not_found(letter_id, "责任书", "letter")
    return {**scene.header(), "letter": found[0]}


async def described(scene: Scene, letter_ids: Collection[str]) -> list[dict[str, Any]]:
    """Letters whole, in the order of the log, with everyone who signed and whom they signed towards."""
    rows = await scene.reader.of("letter", letter_ids)
    signers = [row.doc["signer"] for row in rows]
    who = await people(scene.reader, [signer.get("person_id") for signer in signers])
    ids = [row.doc[name] for row in rows for name in SIDES] + [signer.get("post_id") for signer in signers]
    names = await helpers(scene.reader, {one for one in ids if isinstance(one, str)}, scene.valid_at)
    signed = await signed_of(scene.reader, rows)
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.entity_id not in found:
            more = {name: row.doc[name] for name in ("duties", "targets", "pages", "superseded_by", "discharged")}
            shown = letter(row, scene.valid_at, signed) | more | {"signers": []}
            for side in SIDES:
                named = names.get(row.doc[side], {}) if isinstance(row.doc[side], str) else {}
                shown |= {f"{side}_name": named.get("name"), f"{side}_kind": named.get("kind")}
            found[row.entity_id] = shown
            del shown["signed_as"]
        signer = row.doc["signer"]
        post = signer.get("post_id")
        found[row.entity_id]["signers"].append(
            {
                "as": row.doc["signed_as"],
                "person": who.brief(signer.get("person_id")),
                "post": None if post is None else {"id": post, "title": names[post]["name"]},
                "capacity": signer.get("capacity"),
                **signed.shown(row.doc, row.doc, signer),
            }
        )
    return sorted(found.values(), key=lambda letter: (letter["position"], letter["id"]))


async def register(
    reader: Reader, *, number: str | None = None, person: str | None = None, places: Sequence[str] = ()
) -> dict[str, int]:
    """Letters by 文号 (brackets normalised), by signer and by place: as counterparty, scope or place of the post.

    Their ids, each with the letter's position, in the order of the log.
    """
    found: list[dict[str, int]] = []
    if number is not None:
        found.append(_positions(await reader.by("letter", "number", [number_key(number)])))
    if person is not None:
        found.append(_positions(await reader.by("letter", "person_id", await ids_of(reader, person))))
    if places:
        bodies, posts = await _within(reader, places)
        found.append(await reader.letters_at(posts, {*places, *bodies}, places))
    common = [item for item in found[0].items() if all(item[0] in one for one in found[1:])] if found else []
    return dict(sorted(common, key=lambda item: (item[1], item[0])))


def _positions(rows: Iterable[Found]) -> dict[str, int]:
    return {row.entity_id: row.doc["position"] for row in rows}


async def _within(reader: Reader, places: Sequence[str]) -> tuple[Collection[str], set[str]]:
    """The bodies of some places, and the posts of both."""
    bodies = await bodies_of(reader, places)
    return bodies, {row.entity_id for row in await posts_at(reader, places, bodies)}


async def letters_of_places(reader: Reader, places: Sequence[str]) -> list[Found]:
    """The letters that posts of places signed, or that were signed towards or about the places or their bodies."""
    bodies, posts = await _within(reader, places)
    rows = await reader.by("letter", "post_id", posts)
    rows += await reader.by("letter", "counterparty", {*places, *bodies})
    return rows + await reader.by("letter", "scope", places)

"""Posts that are vacant, contested or uncertain on the day, and one person twice in a post."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from projections.answers.flags.flag import Flag, lasted
from projections.answers.flags.ground import Ground, stands_on
from projections.answers.posts import brief, seat_of, vacancy
from projections.rows import Found
from projections.tenure import Bounds, Seat, stretch_at

CODES: Final = ("vacant-post", "contested-post", "uncertain-post", "same-person-twice")
REGISTERS: Final[tuple[str, ...]] = ()
"""The registers of the matters that these flags are found in."""
_OF_STATUS: Final = {"vacant": "vacant-post", "contested": "contested-post", "uncertain": "uncertain-post"}


async def found(ground: Ground) -> list[Flag]:
    """How the posts of places on record stand that are not held, and who holds one twice."""
    flags: list[Flag] = []
    for post_id, post in sorted(ground.posts.items()):
        place = ground.place_of(post_id)
        if ground.here(place) and _counts(ground, post, place):
            flags += _of_post(ground, post, place)
    return flags


def _counts(ground: Ground, post: Found, place: str | None) -> bool:
    """Whether a post stands on the day, and the body and place that it belongs to."""
    body = ground.bodies.get(post.doc["body_id"] or "")
    within = body is None or stands_on(body.doc, ground.day)
    return stands_on(post.doc, ground.day) and within and (ground.nowhere or ground.stands(place))


def _of_post(ground: Ground, post: Found, place: str | None) -> Iterator[Flag]:
    appointments = ground.staff.of_post(post.entity_id)
    seat = seat_of(post, appointments)
    about: dict[str, str] = {"post": post.entity_id}
    concerns = frozenset([] if post.doc["body_id"] is None else [post.doc["body_id"]])
    code = _OF_STATUS.get(seat.status(ground.day))
    present = [row for row in appointments if Bounds.of_doc(row.doc).certainty(ground.day) != "no"]
    if code is not None:
        stretch = stretch_at(seat, ground.day)
        detail: dict[str, Any] = {**_post(post), "seats": post.doc["seats"]}
        detail["holders"] = [_holder(ground, row) for row in present]
        if code == "vacant-post":
            gap = vacancy(stretch, appointments, ground.staff.who, ground.day)
            detail |= {"previous": gap["previous"], "next": gap["next"]}
        behind = [entry for row in present for entry in row.doc["evidence"]]
        shows = behind or _last_out(appointments, seat, stretch.since)
        days = lasted(stretch.since, stretch.until, ground.day)
        evidence = [*post.doc["evidence"], *shows]
        held_by = concerns | _persons(ground, present)
        yield Flag(code, place, about, stretch.since, stretch.until, days, detail, evidence, held_by)
    yield from _twice(ground, post, place, present, concerns)


def _last_out(appointments: Sequence[Found], seat: Seat, since: str | None) -> list[dict[str, Any]]:
    """The entries of those who left last before a vacancy."""
    if since is None or not seat.tenures:
        return []
    return [entry for row in appointments if row.doc["bounds"]["e1"] == since for entry in row.doc["evidence"]]


def _twice(
    ground: Ground, post: Found, place: str | None, present: Sequence[Found], concerns: frozenset[str]
) -> Iterator[Flag]:
    """One flag for each person of whom two tenures of the post may run on the day."""
    by_person: dict[str, list[Found]] = {}
    for row in present:
        if row.doc["person_id"] is not None:
            by_person.setdefault(ground.staff.who.id_of(row.doc["person_id"]), []).append(row)
    for person, rows in sorted(by_person.items()):
        if len(rows) > 1:
            bounds = [Bounds.of_doc(row.doc) for row in rows]
            since = sorted(one.s0 for one in bounds)[1]
            until = sorted(one.e1 for one in bounds)[-2]
            since_day, until_day = (
                (None if since <= "0001-01-01" else since),
                (None if until >= "9999-12-31" else until),
            )
            detail = {**_post(post), "holders": [_holder(ground, row) for row in rows]}
            yield Flag(
                "same-person-twice", place, {"post": post.entity_id, "person": person}, since_day, until_day,
                lasted(since_day, until_day, ground.day), detail,
                [entry for row in rows for entry in row.doc["evidence"]], concerns | _persons(ground, rows),
            )  # fmt: skip


def _post(post: Found) -> dict[str, Any]:
    return {"post": brief(post)}


def _holder(ground: Ground, row: Found) -> dict[str, Any]:
    bounds = Bounds.of_doc(row.doc)
    return {
        "person": ground.staff.who.brief(row.doc["person_id"]),
        "appointment": row.entity_id,
        "capacity": row.doc["capacity"],
        "certainty": bounds.certainty(ground.day),
        **{name: row.doc[name] for name in ("from", "held_by", "until", "gone_by")},
    }


def _persons(ground: Ground, rows: Sequence[Found]) -> frozenset[str]:
    told = {row.doc["person_id"] for row in rows} - {None}
    return frozenset(one for person in told for one in ground.staff.who.ids_of(person))

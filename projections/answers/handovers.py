"""Handovers: the inventory at the end of an appointment, what was handed over, and what of it is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from projections.answers import duties, state
from projections.answers.answering import Answering
from projections.answers.inventory import PARTS, Item, Office, open_on, said
from projections.answers.membership import membership_of
from projections.answers.people import People, helpers, ids_of, people
from projections.answers.territory import Place, nearest, not_found, place_of_post
from projections.folds.matter import matter_id, own_id
from projections.rows import Found, Reader
from projections.scene import Scene
from projections.tenure import NEVER, day_before

OWED: Final = frozenset({"due", "overdue", "breached"})
"""Statuses of duties that pass on with an office; what has left no record (`gap`) is nobody's to hand over."""
_ID_MAX: Final = 120
_SIDES = ("outgoing_appointment_id", "incoming_appointment_id")


def last_day(appointment: Found, on: str | None, valid_at: str) -> tuple[str | None, str]:
    """The day from which the appointment has ended, and the day of the inventory: the one before it.

    A day that is asked for goes before the recorded end; of an end that is not exact, the last it may be counts.
    Without either the appointment lasts, and the inventory is of the day asked about.
    """
    end = on if on is not None else str(appointment.doc["bounds"]["e1"])
    return (None, valid_at) if end >= NEVER else (end, day_before(end))


async def handover(scene: Scene, appointment_id: str, on: str | None = None) -> Item:
    """`GET /handovers/{appointment}`. Raises NotFound."""
    reader = scene.reader
    rows = await reader.of("appointment", [appointment_id])
    if not rows:
        raise not_found(appointment_id, "任职", "appointment")
    doc = rows[0].doc
    until, day = last_day(rows[0], on, scene.valid_at)
    scene = replace(scene, valid_at=day)
    post = next(iter(await reader.of("post", {doc["post_id"]} - {None})), None)
    place_id = None if post is None else await place_of_post(reader, post)
    members = None if place_id is None else await membership_of(reader, place_id, day, subtree=False)
    ids = frozenset(await ids_of(reader, doc["person_id"]) if doc["person_id"] is not None else ())
    open_ones = await open_on(scene, Office(rows[0], ids, doc["post_id"], day, members))
    handed = await _handovers(reader, rows[0])
    owed = [] if place_id is None else await _duties(scene, place_id, doc["post_id"])
    return {
        **scene.header(),
        "appointment": appointment_id,
        "person": (await people(reader, [doc["person_id"]])).brief(doc["person_id"]),
        "post": None if post is None else {"id": post.entity_id, "title": post.doc["title"]},
        **await _place(scene, place_id),
        "from": doc["from"],
        "held_by": doc["held_by"],
        "on": until,
        "ended": _ended(rows[0]),
        **open_ones,
        "duties": owed,
        "handovers": handed,
        "missing": _missing(open_ones, handed),
        "draft": _draft(rows[0], until, open_ones, owed),
        "evidence": doc["evidence"],
    }


async def _duties(scene: Scene, place_id: str, post_id: str) -> list[Item] | None:
    """The duties of the place that the post answers for and that are not met or not yet due, in brief.

    None where the inventory is of a day as of which none are worked out.
    """
    if not duties.are_worked_out(scene, scene.valid_at):
        return None
    found = await duties.of_places(scene, [place_id], duties.Asked(statuses=OWED, subtree=False))
    answering = Answering(found.dossier)
    mine = [one for one in found.duties if post_id in {post.id for post in answering.posts(one)}]
    return [
        {
            "id": one.id,
            "rule": one.rule.id,
            "system": one.pack.system,
            "article": one.rule.article,
            "quote": one.rule.quote,
            "about": one.outcome.about,
            "status": one.status,
            "window": {"from": one.outcome.since, "until": one.outcome.until},
            "due_on": one.outcome.due_on,
            "evidence": list(one.outcome.evidence),
        }
        for one in mine
    ]


def _draft(
    appointment: Found, until: str | None, open_ones: Mapping[str, Sequence[Item]], owed: Sequence[Item] | None
) -> Item:
    """The event that hands all of it over, ready to be completed with who takes it, and signed."""
    items = [
        {"kind": kind, "id": item["id"]} | ({"state": item["status"]} if isinstance(item.get("status"), str) else {})
        for part, kind in PARTS.items()
        for item in open_ones[part]
    ]
    items += [
        {"kind": "duty", "id": item["rule"], "text": item["quote"], "state": item["status"]} for item in owed or ()
    ]
    data = {
        "handover_id": appointment.doc["handover_id"] or f"{appointment.entity_id}-handover"[:_ID_MAX],
        "outgoing_appointment_id": appointment.entity_id,
        **({} if until is None else {"completed_on": until}),
        "items": items,
    }
    return {"type": "handover.completed", "data": data}


def _ended(row: Found) -> Item | None:
    """The end as it is recorded; None where none is."""
    told = {name: row.doc[name] for name in ("until", "gone_by", "reason", "handover_id")}
    return told if told["until"] is not None or told["gone_by"] is not None else None


async def _place(scene: Scene, place_id: str | None) -> Item:
    """The place of the post, and its money alone, nothing below it; None where the place is not known."""
    rows = await scene.reader.of("jurisdiction", [] if place_id is None else [place_id])
    if not rows:
        return {"place": None, "money": None}
    place = Place(rows[0].entity_id, nearest(rows, scene.valid_at).doc)
    return {"place": place.brief, "money": (await state.of_place(scene, place.id, subtree=False))["money"]}


async def _handovers(reader: Reader, appointment: Found) -> list[Item]:
    """The handovers that name the appointment, or that its end names, whenever they were completed."""
    rows: dict[str, Found] = {}
    for key in ("stands_at", "done_by"):
        for row in await reader.matters(key, [appointment.entity_id], ["handover"]):
            rows[row.entity_id] = row
    if appointment.doc["handover_id"] is not None:
        for row in await reader.of("matter", [matter_id("handover", appointment.doc["handover_id"])]):
            rows[row.entity_id] = row
    told = {one: said(row, "handover.completed") or {} for one, row in sorted(rows.items())}
    sides = {data[name] for data in told.values() for name in _SIDES if name in data}
    persons = {row.entity_id: row.doc["person_id"] for row in await reader.of("appointment", sides)}
    who = await people(reader, persons.values())
    names = await helpers(reader, {data["witness"] for data in told.values() if "witness" in data})
    return [
        {
            "handover": own_id(one),
            "as": "incoming" if data.get("incoming_appointment_id") == appointment.entity_id else "outgoing",
            "completed_on": data.get("completed_on"),
            "outgoing": _side(data.get("outgoing_appointment_id"), persons, who),
            "incoming": _side(data.get("incoming_appointment_id"), persons, who),
            "witness": names.get(data.get("witness", "")),
            "items": [{"text": item} if isinstance(item, str) else dict(item) for item in data.get("items", [])],
            "evidence": rows[one].doc["evidence"],
        }
        for one, data in told.items()
    ]


def _side(appointment: str | None, persons: Mapping[str, str | None], who: People) -> Item | None:
    return None if appointment is None else {"appointment": appointment, "person": who.brief(persons.get(appointment))}


def _missing(open_ones: Mapping[str, Sequence[Item]], handed: Sequence[Item]) -> list[Item]:
    """What is open and in no list that was handed over by the appointment."""
    listed = {item.get("id") for one in handed if one["as"] == "outgoing" for item in one["items"]}
    return [
        {"kind": kind, "id": item["id"]}
        for part, kind in PARTS.items()
        for item in open_ones[part]
        if item["id"] not in listed
    ]

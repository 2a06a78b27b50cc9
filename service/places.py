"""The place of an event, and whether a grant for some subtrees reaches it.

The place of an event is its own jurisdiction, else that of an entity it names, else its `subject`.
Read from projections at least as new as the arrival of the request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from events.catalogue import registry
from events.cloudevent import Submission, without_nulls
from events.fields import is_id
from events.item_errors import OutsideGrant, SubjectUnknown
from events.named import named_ids
from projections.answers import whereabouts
from projections.answers.territory import path_to
from projections.folds import matter
from projections.rows import Reader

OWN: Final = ("jurisdiction_id", "place_id")
MOVING: Final = ("new_parent_id", "predecessor_ids", "successor_ids", "parent_id")
OTHER_SIDE: Final = frozenset(
    {
        "counterparty", "helper", "sending_unit_id", "allocator_id", "payee", "recipient", "recipient_body_id",
        "received_by", "addressed_to", "assigned_by", "ordered_by", "decided_by", "approver", "approved_by",
        "held_by", "inspector_body_id", "reviewer_body_id", "verified_by", "verifiers", "assessor", "rejected_by",
        "reopened_by", "closed_by", "scorers", "witness", "delivered_by", "interpreted_by", "vouched_by", "revoked_by",
        "instrument_or_letter_id", "scheme_instrument_id", "basis_instrument_id", "answered_by",
        "incoming_appointment_id", "from_allocation_id",
    }
)  # fmt: skip
"""Fields that name the other party, mostly a level above: a county's letter is signed towards the city."""
_IDENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "person.registered": ("person_id",),
    "person.merged": ("person_id", "into_person_id"),
}
"""Kinds that change who every answer says somebody is, wherever that person holds an office."""


async def within(reader: Reader, place_id: str, granted: Iterable[str], today: str) -> bool:
    """Whether a place lies in one of the granted subtrees, by today's tree."""
    wanted = set(granted)
    if place_id in wanted:
        return True
    return any(place.id in wanted for place in (await path_to(reader, place_id, today)).places)


async def check_place(
    reader: Reader, submission: Submission, data: Mapping[str, Any], granted: Iterable[str], today: str
) -> None:
    """Raise OutsideGrant or SubjectUnknown unless every place of the event is within the grant."""
    wanted = list(granted)
    places = await places_of(reader, submission, data)
    for place in sorted(places):
        if not await within(reader, place, wanted, today):
            if not await reader.of("jurisdiction", [place]):
                raise SubjectUnknown(missing=place)
            raise OutsideGrant(what_zh="区划", what_en="jurisdiction", value=place)
    for person, held in sorted((await _held_by(reader, submission, data)).items()):
        for place in held:
            if not await within(reader, place, wanted, today):
                raise OutsideGrant(what_zh="此人所涉区划:人员", what_en="places of the person", value=person)


async def _held_by(reader: Reader, submission: Submission, data: Mapping[str, Any]) -> dict[str, set[str]]:
    """Of what says who somebody is: the places that each person it names has to do with."""
    named = {data[name] for name in _IDENTITY.get(submission.kind, ()) if isinstance(data.get(name), str)}
    return await whereabouts.places_of_persons(reader, named) if named else {}


async def places_of(reader: Reader, submission: Submission, data: Mapping[str, Any]) -> set[str]:
    """The places of an event. Raises SubjectUnknown, naming what to register."""
    stated = without_nulls(dict(data))
    if submission.kind == "jurisdiction.registered":
        parent, itself = stated.get("parent_id"), stated["jurisdiction_id"]
        is_there = bool(await reader.of("jurisdiction", [itself]))
        return ({itself} if is_there or parent is None else set()) | ({parent} - {None})
    own = {stated[name] for name in OWN if isinstance(stated.get(name), str)}
    if own and not await reader.of("jurisdiction", own):  # a household, or a place that is not registered
        own = await whereabouts.places_of(reader, own, registered=False) or own
    for name in MOVING:
        value = stated.get(name)
        own |= set(value) if isinstance(value, list) else {value} if isinstance(value, str) else set()
    if own:
        return own
    kind = registry.find(submission.kind)
    assert kind is not None
    named = named_ids(kind, {name: said for name, said in stated.items() if name not in OTHER_SIDE})
    pointed = matter.pointing(kind.NAME, stated, submission.id)
    found = await whereabouts.places_of(reader, pointed, registered=False)
    found = found or await whereabouts.places_of(reader, named, registered=False)
    if found:
        return found
    subject = submission.event.get("subject")
    if is_id(subject) and await reader.of("jurisdiction", [str(subject)]):
        return {str(subject)}
    raise SubjectUnknown(missing=", ".join(sorted(named)) or submission.kind)

"""People, organizations, posts, memberships and areas of a log, as Popolo has them (popoloproject.com/specs).

Bodies are organizations, appointments memberships, jurisdictions areas. What Popolo has no property for is in
`extra`, as its appendix on JSON patterns suggests. Dates are as stated, of a day, month or year; an end is the first
day on which it no longer holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from projections.answers.people import People, people_in
from projections.answers.territory import nearest
from projections.duties.records import place_of_body
from projections.memory import MemoryReader
from projections.registry import PROJECTIONS
from projections.rows import Found
from service.exports.uris import sources, space

_TOLD: Final = ("person", "body", "jurisdiction", "post", "appointment")
KINDS: Final = tuple(sorted({kind for name in _TOLD for kind in PROJECTIONS[name].touches}))
"""The kinds of event that it is made of."""

Told = dict[str, Any]
Doc = Mapping[str, Any]
"""What a row says."""


def popolo(reader: MemoryReader, origin: str, day: str) -> dict[str, list[Told]]:
    """The file's lists, each by id; areas are told as they are on a day, or the nearest day they were on record."""
    rows = {name: reader.every(name) for name in _TOLD}
    people = people_in(rows["person"])
    bodies = {row.entity_id: row.doc for row in rows["body"]}
    posts = {row.entity_id: row.doc for row in rows["post"]}
    stretches: dict[str, list[Found]] = defaultdict(list)
    for row in rows["jurisdiction"]:
        stretches[row.entity_id].append(row)
    same: dict[str, list[Found]] = defaultdict(list)
    for row in rows["person"]:
        same[people.id_of(row.entity_id)].append(row)
    return {
        "persons": [_person(one, same[one], origin) for one in sorted(same)],
        "organizations": [_organization(row, bodies, origin) for row in rows["body"]],
        "areas": [_area(one, stretches[one], origin, day) for one in sorted(stretches)],
        "posts": [_post(row, bodies, origin) for row in rows["post"]],
        "memberships": [_membership(row, people, posts, bodies, origin) for row in rows["appointment"]],
    }


def _said(**properties: Any) -> Told:
    """The properties that are told: none is empty."""
    return {name: value for name, value in properties.items() if value not in (None, [], {}, "")}


def _person(person_id: str, rows: Sequence[Found], origin: str) -> Told:
    """One person, of all ids that merges make the same."""
    ordered = sorted(rows, key=lambda row: row.entity_id != person_id)
    name = _first(ordered, "name")
    others = dict.fromkeys(
        other for row in ordered for other in (row.doc["name"], *row.doc["aliases"]) if other not in (None, name)
    )
    merged = [row.entity_id for row in ordered if row.entity_id != person_id]
    return _said(
        id=person_id,
        name=name,
        other_names=[{"name": other} for other in others],
        identifiers=[{"identifier": one, "scheme": space(origin, "id")} for one in merged],
        birth_date=_first(ordered, "born"),
        extra=_said(unit=_first(ordered, "unit")),
        sources=sources(origin, _together(ordered, "evidence")),
    )


def _first(rows: Iterable[Found], name: str) -> Any:
    return next((row.doc[name] for row in rows if row.doc[name] is not None), None)


def _together(rows: Iterable[Found], *names: str) -> list[Mapping[str, Any]]:
    """The entries behind several rows, each once, in the order of the log."""
    behind = {one["position"]: one for row in rows for name in names for one in row.doc[name]}
    return [behind[position] for position in sorted(behind)]


def _organization(row: Found, bodies: Mapping[str, Doc], origin: str) -> Told:
    doc = row.doc
    return _said(
        id=row.entity_id,
        name=doc["name"],
        classification=doc["body_type"],
        parent_id=doc["unit_id"],
        area_id=place_of_body(row.entity_id, bodies),
        founding_date=doc["from"],
        dissolution_date=doc["until"],
        extra=_said(functions=doc["functions"], leader_rule=doc["leader_rule"], successor_id=doc["successor_id"]),
        sources=sources(origin, doc["evidence"]),
    )


def _area(area_id: str, rows: Sequence[Found], origin: str, day: str) -> Told:
    doc = nearest(rows, day).doc
    history = [_said(**{name: row.doc[key] for name, key in _DATED.items()}) for row in rows] if len(rows) > 1 else []
    return _said(
        id=area_id,
        name=doc["name"],
        identifier=doc["code"],
        classification=doc["level"],
        parent_id=doc["parent_id"],
        extra=_said(
            aliases=doc["aliases"],
            start_date=rows[0].doc["from"],
            end_date=doc["ended_on"],
            successor_ids=doc["successors"],
            history=history,
        ),
        sources=sources(origin, _together(rows, "evidence", "ended_by")),
    )


_DATED: Final = {
    "name": "name", "identifier": "code", "parent_id": "parent_id", "start_date": "from", "end_date": "until",
}  # fmt: skip
"""What of an area changes, and from when to when it was so."""


def _post(row: Found, bodies: Mapping[str, Doc], origin: str) -> Told:
    doc = row.doc
    return _said(
        id=row.entity_id,
        label=doc["title"],
        organization_id=doc["body_id"],
        area_id=area_of(doc, bodies),
        start_date=doc["from"],
        end_date=doc["until"],
        extra=_said(
            functions=doc["functions"],
            seats=doc["seats"],
            responsibilities=doc["claimed"],
            successor_post_id=doc["successor_post_id"],
        ),
        sources=sources(origin, doc["evidence"]),
    )


def area_of(post: Doc, bodies: Mapping[str, Doc]) -> Any:
    """The place of a post: its own, or that of its body."""
    return post["jurisdiction_id"] or (None if post["body_id"] is None else place_of_body(post["body_id"], bodies))


_NO_POST: Final[Doc] = {"title": None, "body_id": None, "jurisdiction_id": None}


def _membership(row: Found, people: People, posts: Mapping[str, Doc], bodies: Mapping[str, Doc], origin: str) -> Told:
    doc = row.doc
    post = posts.get(doc["post_id"], _NO_POST)
    return _said(
        id=row.entity_id,
        role=post["title"],
        person_id=None if doc["person_id"] is None else people.id_of(doc["person_id"]),
        organization_id=post["body_id"],
        post_id=doc["post_id"],
        on_behalf_of_id=doc["sending_unit_id"],
        area_id=area_of(post, bodies),
        start_date=doc["from"],
        end_date=doc["until"],
        extra=_said(
            capacity=doc["capacity"],
            held_by=doc["held_by"],
            gone_by=doc["gone_by"],
            seen=doc["seen"],
            planned_until=doc["planned_until"],
            reason=doc["reason"],
            portfolios=[_said(areas=one["areas"], start_date=one["effective_from"]) for one in doc["portfolios"]],
        ),
        sources=sources(origin, doc["evidence"]),
    )

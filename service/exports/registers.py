"""People, places, bodies, posts and tenures of a log as tables: what ledgers of facts are joined with by day.

A place has a row for each stretch of days, a tenure the days within which it began and ended: it was certain on day d
where `start_last <= d < end_first`, possible where `start_first <= d < end_last` and not certain. What is not
bounded has the first or the last day of the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from projections.answers.people import people_in
from projections.duties.records import place_of_body
from projections.memory import MemoryReader
from projections.rows import Found
from service.exports.popolo import area_of
from service.exports.typed_columns import TEXT

Row = dict[str, Any]

_EVIDENCE: Final = {"evidence": "BIGINT[]"}
"""Positions of the entries behind a row."""
_VALID: Final = {"valid_from": "DATE", "valid_until": "DATE"}
_BOUNDS: Final = {"start_first": "s0", "start_last": "s1", "end_first": "e0", "end_last": "e1"}

COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "persons": {
        "person_id": TEXT, "same_as": TEXT, "name": TEXT, "aliases": f"{TEXT}[]", "born": TEXT, "unit": TEXT,
        **_EVIDENCE,
    },
    "places": {
        "jurisdiction_id": TEXT, "code": TEXT, "name": TEXT, "level": TEXT, "parent_id": TEXT, **_VALID,
        "aliases": f"{TEXT}[]", "successor_ids": f"{TEXT}[]", **_EVIDENCE,
    },
    "bodies": {
        "body_id": TEXT, "name": TEXT, "body_type": TEXT, "unit_id": TEXT, "place_id": TEXT, **_VALID,
        "functions": f"{TEXT}[]", **_EVIDENCE,
    },
    "posts": {
        "post_id": TEXT, "title": TEXT, "functions": f"{TEXT}[]", "seats": "BIGINT", "body_id": TEXT, "place_id": TEXT,
        **_VALID, "successor_post_id": TEXT, **_EVIDENCE,
    },
    "tenures": {
        "appointment_id": TEXT, "person_id": TEXT, "post_id": TEXT, "capacity": TEXT, **dict.fromkeys(_BOUNDS, "DATE"),
        "effective_from": TEXT, "held_by": "DATE", "effective_until": TEXT, "gone_by": "DATE", "seen": "DATE[]",
        "reason": TEXT, "sending_unit_id": TEXT, **_EVIDENCE,
    },
}  # fmt: skip
"""Each register, and the types of its columns."""


def rows_of(reader: MemoryReader) -> Iterator[tuple[str, Row]]:
    """The rows of every register, each with the name of the register."""
    persons, bodies = reader.every("person"), reader.every("body")
    people = people_in(persons)
    docs = {row.entity_id: row.doc for row in bodies}
    for row in persons:
        yield "persons", {**_row(row, "person_id"), "same_as": people.id_of(row.entity_id)}
    for row in reader.every("jurisdiction"):
        yield "places", {**_row(row, "jurisdiction_id"), "successor_ids": row.doc["successors"]}
    for row in bodies:
        yield "bodies", {**_row(row, "body_id"), "place_id": place_of_body(row.entity_id, docs)}
    for row in reader.every("post"):
        yield "posts", {**_row(row, "post_id"), "place_id": area_of(row.doc, docs)}
    for row in reader.every("appointment"):
        person, bounds = row.doc["person_id"], row.doc["bounds"]
        yield (
            "tenures",
            {
                **_row(row, "appointment_id"),
                **{name: bounds[key] for name, key in _BOUNDS.items()},
                "person_id": None if person is None else people.id_of(person),
                "effective_from": row.doc["from"],
                "effective_until": row.doc["until"],
            },
        )


def _row(row: Found, own_id: str) -> Row:
    """What registers have in common: the id, what the row says, from when to when, and the positions behind it."""
    doc = row.doc
    return {
        **doc,
        own_id: row.entity_id,
        "valid_from": doc.get("from"),
        "valid_until": doc.get("until"),
        "evidence": [one["position"] for one in doc["evidence"]],
    }

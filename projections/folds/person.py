"""A person: names, and the id that this one was merged into."""

from __future__ import annotations

from collections.abc import Sequence

from projections.facts import Fact, evidence_of
from projections.rows import Projection, Row, last


def fold(entity_id: str, facts: Sequence[Fact]) -> list[Row]:
    """The one row of a person."""
    registered = last(facts, "person.registered")
    data = registered.data if registered is not None else {}
    merged = next((f for f in reversed(facts) if f.kind == "person.merged" and f.data["person_id"] == entity_id), None)
    doc = {
        "name": data.get("name_zh"),
        "born": data.get("born"),
        "unit": data.get("unit"),
        "aliases": data.get("aliases", []),
        "merged_into": merged.data["into_person_id"] if merged is not None else None,
        "evidence": evidence_of(fact for fact in (registered, merged) if fact is not None),
    }
    return [Row({"merged_into": doc["merged_into"], "name": doc["name"]}, doc)] if doc["evidence"] else []


PROJECTION = Projection(
    name="person",
    keys=("merged_into", "name"),
    touches={"person.registered": ("person_id",), "person.merged": ("person_id",)},
    fold=fold,
)

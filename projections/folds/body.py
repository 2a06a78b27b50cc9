"""A body: a leading group, office, committee, work team, unit or enterprise."""

from __future__ import annotations

from collections.abc import Sequence

from projections.facts import Fact, evidence_of
from projections.rows import Projection, Row, last


def fold(entity_id: str, facts: Sequence[Fact]) -> list[Row]:
    """The one row of a body; none before it is established."""
    established = last(facts, "body.established")
    if established is None:
        return []
    dissolved = last(facts, "body.dissolved")
    data = established.data
    ending = dissolved.data if dissolved is not None else {}
    doc = {
        "name": data.get("name_zh"),
        "body_type": data.get("body_type"),
        "jurisdiction_id": data.get("jurisdiction_id"),
        "unit_id": data.get("unit_id"),
        "functions": data.get("functions", []),
        "leader_rule": data.get("leader_rule"),
        "from": data.get("effective_from"),
        "until": ending.get("effective_from"),
        "successor_id": ending.get("successor_id"),
        "evidence": evidence_of(fact for fact in (established, dissolved) if fact is not None),
    }
    keys = {"jurisdiction_id": doc["jurisdiction_id"], "unit_id": doc["unit_id"], "name": doc["name"]}
    return [Row(keys, doc)]


PROJECTION = Projection(
    name="body",
    keys=("jurisdiction_id", "unit_id", "name"),
    touches={"body.established": ("body_id",), "body.dissolved": ("body_id",)},
    fold=fold,
)

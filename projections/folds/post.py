"""A post: it exists apart from its holder, which is how a vacancy is seen."""

from __future__ import annotations

from collections.abc import Sequence

from projections.facts import Fact, evidence_of
from projections.rows import Projection, Row, last


def fold(entity_id: str, facts: Sequence[Fact]) -> list[Row]:
    """The one row of a post; none before it is established."""
    established = last(facts, "post.established")
    if established is None:
        return []
    abolished = last(facts, "post.abolished")
    data = established.data
    ending = abolished.data if abolished is not None else {}
    doc = {
        "title": data["title_zh"],
        "jurisdiction_id": data.get("jurisdiction_id"),
        "body_id": data.get("body_id"),
        "functions": data.get("functions", []),
        "seats": data.get("seats", 1),
        "claimed": data.get("responsibilities", []),
        "from": data.get("effective_from"),
        "until": ending.get("effective_from"),
        "successor_post_id": ending.get("successor_post_id"),
        "evidence": evidence_of(fact for fact in (established, abolished) if fact is not None),
    }
    return [Row({"jurisdiction_id": doc["jurisdiction_id"], "body_id": doc["body_id"]}, doc)]


PROJECTION = Projection(
    name="post",
    keys=("jurisdiction_id", "body_id"),
    touches={"post.established": ("post_id",), "post.abolished": ("post_id",)},
    fold=fold,
)

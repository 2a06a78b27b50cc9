"""A pairing: an assistance relation between a helper and whom it assists."""

from __future__ import annotations

from collections.abc import Sequence

from projections.facts import Fact, evidence_of
from projections.rows import Projection, Row, last
from projections.tenure import Bounds, end_bounds, start_bounds


def fold(entity_id: str, facts: Sequence[Fact]) -> list[Row]:
    """The one row of a pairing; none before it is started."""
    started = last(facts, "pairing.started")
    if started is None:
        return []
    ended = last(facts, "pairing.ended")
    data = started.data
    end = ended.data if ended is not None else {}
    s0, s1 = start_bounds(data.get("effective_from"))
    e0, e1 = end_bounds([end["effective_until"]] if "effective_until" in end else [])
    doc = {
        "helper": data["helper"],
        "assisted": data["assisted"],
        "kind": data.get("kind"),
        "from": data.get("effective_from"),
        "until": end.get("effective_until"),
        "bounds": Bounds(s0, s1, e0, e1).as_doc(),
        "instrument_or_letter_id": data.get("instrument_or_letter_id"),
        "reason": end.get("reason"),
        "successor_pairing_id": end.get("successor_pairing_id"),
        "evidence": evidence_of(fact for fact in (started, ended) if fact is not None),
    }
    return [Row({"helper": doc["helper"], "assisted": doc["assisted"]}, doc)]


PROJECTION = Projection(
    name="pairing",
    keys=("helper", "assisted"),
    touches={"pairing.started": ("pairing_id",), "pairing.ended": ("pairing_id",)},
    fold=fold,
)

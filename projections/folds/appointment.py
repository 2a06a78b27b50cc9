"""An appointment: who held which post, and the days within which it began and ended.

With `held_by` or `gone_by` a bound is known instead of a date. An observation says that the holder
was seen in office: the start was no later, and a known end no earlier than the day after. One that
is known by observations alone is certain from the first to the last, possible elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from projections.facts import Data, Fact, evidence_of
from projections.rows import Projection, Row, last
from projections.tenure import ALWAYS, NEVER, Bounds, end_bounds, next_day, start_bounds


def bounds(start: Data | None, end: Data | None, seen: Sequence[str]) -> Bounds:
    """The bounds of an appointment from what is stated of its start and end, and the days it was seen."""
    s0, s1 = (ALWAYS, NEVER) if start is None else start_bounds(start.get("effective_from"), start.get("held_by"))
    if end is None:
        e0, e1 = NEVER, NEVER
        if start is None and seen:
            e0 = next_day(max(seen))
    elif "gone_by" in end:
        e0, e1 = s0, end["gone_by"]
    else:
        e0, e1 = end_bounds([end["effective_until"]])
    if seen:
        s1 = min(s1, *seen)
        if end is not None:
            e0 = max(e0, next_day(max(seen)))
    return Bounds(s0, s1, e0, e1)


def fold(entity_id: str, facts: Sequence[Fact]) -> list[Row]:
    """The one row of an appointment."""
    started = last(facts, "appointment.started")
    ended = last(facts, "appointment.ended")
    observations = [fact for fact in facts if fact.kind == "appointment.observed"]
    portfolios = [fact for fact in facts if fact.kind == "portfolio.assigned"]
    stating = [fact for fact in (started, ended) if fact is not None] + observations
    if not stating:
        return []
    start_said = started.data if started is not None else None
    end_said = ended.data if ended is not None else None
    start, end = start_said or {}, end_said or {}
    seen = sorted(fact.data["on"] for fact in observations)
    told = _told(start, observations)
    doc: dict[str, Any] = {
        **told,
        "capacity": (told if started is None else start).get("capacity") or "substantive",
        "from": start.get("effective_from"),
        "held_by": start.get("held_by"),
        "until": end.get("effective_until"),
        "gone_by": end.get("gone_by"),
        "bounds": bounds(start_said, end_said, seen).as_doc(),
        "seen": seen,
        "planned_until": start.get("planned_until"),
        "sending_unit_id": start.get("sending_unit_id"),
        "reason": end.get("reason"),
        "handover_id": end.get("handover_id"),
        "portfolios": [_portfolio(fact) for fact in portfolios],
        "evidence": evidence_of([*stating, *portfolios]),
    }
    return [Row({"post_id": doc["post_id"], "person_id": doc["person_id"]}, doc)]


def _told(start: Data, observations: Sequence[Fact]) -> dict[str, Any]:
    """Person, post and capacity: as the start says, else as the last observation that says it.

    A start without a capacity says that it is the default.
    """
    told: dict[str, Any] = {}
    for name in ("person_id", "post_id", "capacity"):
        said = start.get(name)
        for fact in reversed(observations):
            if said is not None:
                break
            said = fact.data.get(name)
        told[name] = said
    return told


def _portfolio(fact: Fact) -> dict[str, Any]:
    data = fact.data
    return {
        "areas": data.get("areas", []),
        "effective_from": data.get("effective_from"),
        "document_number": data.get("document_number"),
        "position": fact.position,
    }


PROJECTION = Projection(
    name="appointment",
    keys=("post_id", "person_id"),
    touches={
        "appointment.started": ("appointment_id",),
        "appointment.ended": ("appointment_id",),
        "appointment.observed": ("appointment_id",),
        "portfolio.assigned": ("appointment_id",),
    },
    fold=fold,
)

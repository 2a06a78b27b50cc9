"""Payments as answers show them: both days of a payment, and the acceptance before a reimbursement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from projections.answers.parties import Parties, party, said
from projections.folds.matter import own_id
from projections.rows import Found
from projections.tenure import days_between

Item = dict[str, Any]

ACCEPTED: Final = "project.accepted"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One acceptance (验收) of a project."""

    event: str | None
    """The id of the event that recorded it."""
    on: str
    result: str | None
    position: int

    def shown(self) -> Item:
        """As an answer shows it."""
        return {"event": self.event, "accepted_on": self.on, "result": self.result, "position": self.position}


def disbursement(row: Found, names: Parties, day: str) -> Item:
    """A payment (拨付): it is judged by the day of its approval, and both days are shown."""
    data = said(row)
    actor: Mapping[str, Any] = data.get("approved_by", {})
    person, post = party(names, actor.get("person_id")), party(names, actor.get("post_id"))
    return {
        "disbursement": own_id(row.entity_id),
        "amount": data["amount"],
        "approved_on": data.get("approved_on"),
        "disbursed_on": data["disbursed_on"],
        "paid": data["disbursed_on"] <= day,
        "approved_by": {
            "person": person and {"id": person["id"], "name": person["name"]},
            "post": post and {"id": post["id"], "title": post["name"]},
        },
        "payer": party(names, data.get("payer")),
        "payee": party(names, data.get("payee")),
        "project": party(names, data.get("project_id")),
        "jurisdiction": party(names, data.get("jurisdiction_id")),
        "evidence": row.doc["evidence"],
    }


def reimbursement(row: Found, names: Parties, accepted: Sequence[Acceptance]) -> Item:
    """A settlement (报账), and whether an acceptance with the result `passed` came first.

    `accepted_before` is null where the only acceptance before it states no result. `days_after_acceptance` counts
    from the first acceptance that passed; it is negative where the reimbursement came first.
    """
    data = said(row)
    on: str = data["reimbursed_on"]
    passed = [one for one in accepted if one.result == "passed"]
    named = [one for one in accepted if one.event is not None and one.event == data.get("acceptance_event_id")]
    shown = (named or passed or accepted)[:1]
    before: bool | None = any(one.on <= on for one in passed)
    if not before and any(one.on <= on and one.result is None for one in accepted):
        before = None
    return {
        "reimbursement": own_id(row.entity_id),
        "amount": data["amount"],
        "reimbursed_on": on,
        "disbursed_base": data.get("disbursed_base"),
        "project": party(names, data.get("project_id")),
        "acceptance_event_id": data.get("acceptance_event_id"),
        "acceptance": shown[0].shown() if shown else None,
        "accepted_before": before,
        "days_after_acceptance": days_between(passed[0].on, on) if passed else None,
        "evidence": row.doc["evidence"],
    }


def recovery(row: Found, names: Parties) -> Item:
    """Money that came back (追回)."""
    data = said(row)
    return {
        "recovery": own_id(row.entity_id),
        "amount": data["amount"],
        "recovered_on": data["recovered_on"],
        "project": party(names, data.get("project_id")),
        "finding": data.get("finding_id"),
        "evidence": row.doc["evidence"],
    }


def acceptances(project: Found | None, day: str) -> list[Acceptance]:
    """The acceptances of a project up to a day, in order."""
    if project is None:
        return []
    events = {entry["position"]: entry["id"] for entry in project.doc["evidence"]}
    return [
        Acceptance(events.get(step["position"]), step["on"], step["data"].get("result"), step["position"])
        for step in project.doc["facts"]
        if step["type"] == ACCEPTED and step["on"] <= day
    ]

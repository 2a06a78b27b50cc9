"""The id of the event that a row of a ledger is, where the row gives none.

It is made of the kind and of the id of what the row is about, not of the whole row: a row that was
edited is then known for the same row. Of some kinds one thing may have several events, and what
tells them apart, mostly the day, is in the id too. A kind that is about nothing with an id is known
by its content alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from events.canonical import canonical
from events.catalogue.base import Kind
from events.fields import is_id

APART: Final[Mapping[str, tuple[str, ...]]] = {
    "jurisdiction.renamed": ("jurisdiction_id", "effective_from"),
    "jurisdiction.reparented": ("jurisdiction_id", "effective_from"),
    "jurisdiction.restructured": ("predecessor_ids", "effective_from"),
    "designation.listed": ("list", "jurisdiction_id", "effective_from"),
    "designation.lifted": ("list", "jurisdiction_id", "effective_from"),
    "instrument.superseded": ("instrument_id", "parameter", "effective_from"),
    "appointment.observed": ("appointment_id", "on"),
    "portfolio.assigned": ("appointment_id", "effective_from"),
    "transfer.proposed": ("person_id", "proposed_on"),
    "transfer.decided": ("proposal_event_id",),
    "staffing.adjusted": ("body_id", "effective_from"),
    "responsibility-letter.countersigned": ("letter_id", "signatory"),
    "plan.revised": ("plan_id", "revision", "effective_from"),
    "report.acknowledged": ("report_id", "received_by"),
    "issue.escalated": ("issue_id", "addressed_to", "raised_on"),
    "rectification.extended": ("rectification_id", "extended_on"),
    "rectification.reassigned": ("rectification_id", "handover_on"),
    "rectification.completed": ("rectification_id", "completed_on"),
    "rectification.verified": ("rectification_id", "verified_on"),
    "rectification.reopened": ("rectification_id", "reopened_on"),
    "rectification.closed": ("rectification_id", "closed_on"),
    "project.reviewed": ("project_id", "reviewer_body_id", "reviewed_on"),
    "project.accepted": ("project_id", "accepted_on"),
    "household.updated": ("household_id", "effective_from"),
    "exit.verified": ("exit_id", "verified_on"),
    "exit.publicised": ("exit_id", "place", "notice_from"),
    "exit.objected": ("exit_id", "objected_on"),
    "exit.reviewed": ("exit_id", "reviewer_body_id", "reviewed_on"),
    "exit.assessed": ("exit_id", "indicator", "assessed_on"),
    "exit.rejected": ("exit_id", "rejected_on"),
    "exit.reported": ("exit_id", "recipient_body_id", "reported_on"),
    "dataset.attested": ("dataset", "attested_on"),
}
"""What tells the events of a kind apart, where it is not the first id of its data alone.

A kind that comes in later gets other ids: rows on record would be recorded once more. So a second identification
of a household, which is not here, needs an id of its own.
"""
BY_CONTENT: Final = frozenset({"ledger-entry.recorded", "record.corrected", "record.annulled"})
"""Kinds whose events only their whole content tells apart."""


def told_apart_by(kind: type[Kind]) -> tuple[str, ...]:
    """The fields of a kind's data that its event id is made of; none where it is all of them."""
    if kind.NAME in BY_CONTENT:
        return ()
    own = next(info.alias or name for name, info in kind.model_fields.items() if info.is_required())
    return APART.get(kind.NAME, (own,))


def event_id(kind: type[Kind], data: Mapping[str, Any]) -> str:
    """The id of the event of a row: the kind, and the id it is about, or a digest where that is not enough."""
    fields = told_apart_by(kind)
    if len(fields) == 1 and is_id(data.get(fields[0])) and len(kind.NAME) + len(data[fields[0]]) < 120:
        return f"{kind.NAME}:{data[fields[0]]}"
    known = [data.get(field) for field in fields] if fields else data
    return f"{kind.NAME}:{sha256(canonical(known)).hexdigest()[:32]}"

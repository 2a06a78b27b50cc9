"""Whom an event names as doer, and what it is about: fields of the kinds' data. Pure.

Kinds without a doer here say nothing of who did it. The subject of a step is, besides these fields, where its
matter stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

DOERS: Final[Mapping[str, tuple[str, ...]]] = {
    "visit.made": ("visitor",),
    "meeting.held": ("body_id",),
    "report.submitted": ("reporter",),
    "duty-report.delivered": ("subject_id",),
    "issue.escalated": ("raised_by",),
    "issue.resolved": ("addressed_to",),
    "opinion.answered": ("answered_by",),
    "plan.adopted": ("owner_id",),
    "plan.revised": ("owner_id",),
    "task.assigned": ("assigned_by",),
    "task.completed": ("assignee",),
    "inspection.held": ("inspector_body_id",),
    "rectification.ordered": ("ordered_by",),
    "rectification.extended": ("approved_by",),
    "rectification.completed": ("completed_by",),
    "rectification.verified": ("verified_by",),
    "rectification.reopened": ("reopened_by",),
    "rectification.closed": ("closed_by",),
    "interview.held": ("held_by",),
    "budget.appropriated": ("jurisdiction_id",),
    "funds.allocated": ("allocator_id",),
    "funds.consolidated": ("jurisdiction_id",),
    "funds.disbursed": ("payer", "approved_by"),
    "donation.received": ("donor_id",),
    "project.proposed": ("proposer_id",),
    "project.reviewed": ("reviewer_body_id",),
    "project.registered": ("library",),
    "project.approved": ("approved_by",),
    "project.accepted": ("accepted_by", "participants"),
    "exit.proposed": ("proposed_by",),
    "exit.verified": ("verifiers",),
    "exit.reviewed": ("reviewer_body_id",),
    "exit.assessed": ("assessor",),
    "exit.approved": ("approved_by",),
    "exit.rejected": ("rejected_by",),
    "measure.delivered": ("delivered_by",),
    "instrument.issued": ("interpreted_by",),
    "dataset.attested": ("attesting",),
    "staffing.adjusted": ("body_id",),
    "transfer.decided": ("decided_by",),
    "responsibility-letter.signed": ("signatory",),
    "responsibility-letter.countersigned": ("signatory",),
    "pairing.started": ("helper",),
    "pairing.ended": ("helper",),
}
ADDRESSEES: Final[Mapping[str, tuple[str, ...]]] = {
    "report.submitted": ("recipient",),
    "exit.reported": ("recipient_body_id",),
    "issue.escalated": ("addressed_to",),
}
"""Fields that name whom an act goes to."""
SUBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "visit.made": ("place_id",),
    "meeting.held": ("body_id",),
    "training.held": ("jurisdiction_id",),
    "outreach.held": ("place_id",),
    "opinion.received": ("jurisdiction_id",),
    "target.set": ("subject_id",),
    "task.assigned": ("assignee", "beneficiary_id"),
    "inspection.held": ("subject_id",),
    "audit.completed": ("subject_id",),
    "finding.raised": ("jurisdiction_id", "subject_id", "responsible_posts"),
    "rectification.ordered": ("responsible", "lead_body_id", "responsible_body_ids"),
    "interview.held": ("interviewee",),
    "accountability-case.opened": ("subject_persons",),
    "accountability-case.closed": ("subject_persons",),
    "sanction.imposed": ("subject",),
    "sanction.lifted": ("subject",),
    "evaluation.recorded": ("subject",),
    "reward.granted": ("subject",),
    "incident.reported": ("place_id",),
    "funds.allocated": ("recipient_id",),
    "funds.disbursed": ("jurisdiction_id", "payee"),
    "donation.received": ("jurisdiction_id",),
    "project.proposed": ("jurisdiction_id",),
    "measure.delivered": ("beneficiary_id",),
    "instrument.issued": ("scope_jurisdictions",),
    "publicity.posted": ("subject_id",),
    "ledger-entry.recorded": ("paired_village",),
    "transfer.proposed": ("from_post_id", "person_id"),
    "transfer.decided": ("from_post_id", "person_id"),
    "responsibility-letter.signed": ("counterparty", "scope"),
    "pairing.started": ("assisted",),
    "pairing.ended": ("assisted",),
}
_PARTIES: Final = {
    kind: (*DOERS.get(kind, ()), *ADDRESSEES.get(kind, ())) for kind in dict.fromkeys((*DOERS, *ADDRESSEES))
}
_PARTS: Final = ("post_id", "body_id", "unit_id", "person_id")
_NOBODY: Final[frozenset[str]] = frozenset()


def doers(kind: str, data: Mapping[str, Any]) -> frozenset[str]:
    """Everyone whom data of a kind names as having done it: posts, bodies, persons, places."""
    return _named(DOERS.get(kind, ()), data)


def addressees(kind: str, data: Mapping[str, Any]) -> frozenset[str]:
    """Whom data of a kind says that it goes to."""
    return _named(ADDRESSEES.get(kind, ()), data)


def add_parties(kind: str, data: Mapping[str, Any], found: set[str]) -> None:
    """Add the doers and the addressees that data of a kind names to those found."""
    for name in _PARTIES.get(kind, ()):
        value = data.get(name)
        if value is not None:
            _add(value, found)


def subjects(kind: str, data: Mapping[str, Any]) -> frozenset[str]:
    """What data of a kind is about."""
    return _named(SUBJECTS.get(kind, ()), data)


def _named(fields: tuple[str, ...], data: Mapping[str, Any]) -> frozenset[str]:
    """The ids in some fields; asked of every step of a county, so that most of it is one look-up."""
    if not fields:
        return _NOBODY
    if len(fields) == 1 and type(value := data.get(fields[0])) is str:
        return frozenset((value,))
    found: set[str] = set()
    for name in fields:
        value = data.get(name)
        if type(value) is str:
            found.add(value)
        elif value is not None:
            _add(value, found)
    return frozenset(found)


def _add(value: Any, found: set[str]) -> None:
    kind = type(value)
    if kind is str:
        found.add(value)
    elif kind is dict:
        for part in _PARTS:
            one = value.get(part)
            if type(one) is str:
                found.add(one)
    elif kind is list:
        for each in value:
            _add(each, found)

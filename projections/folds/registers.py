"""The registers that matters are kept in: which kinds of event tell of one, and where it stands.

A matter is anything with dated steps and an id of its own that is not territory, a person, a body,
a post, a tenure, a letter or a pairing: a visit, a payment, a finding, an exit... Three pointers
place it among the others: where it stands, what it is part of, and who did it. A pointer is the id
of a place, body, post or person as sent, or `register:id` where the field can only name a matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Step = Mapping[str, Any]
"""A fact of a matter as its row keeps it: its `type`, day (`on`), `position` and `data`."""
OWN: Final = ""
"""In place of a field: the event's own id names the matter."""


@dataclass(frozen=True, slots=True)
class Register:
    """One register. Pointers are fields of the events' data, the first that is given counts."""

    name: str
    kinds: Mapping[str, str]
    """Kind of event to the field that names the matter, the kind that opens it first."""
    stands_at: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    done_by: tuple[str, ...] = ()
    amount: tuple[str, ...] = field(default=())
    """Yuan, or another number that is added up (nights of a visit, persons of a household)."""


def _with(name: str, verbs: str, id_field: str) -> dict[str, str]:
    return {f"{name}.{verb}": id_field for verb in verbs.split()}


_WORK: Final = (
    Register("visit", {"visit.made": "visit_id"}, ("place_id",), amount=("nights",)),
    Register("meeting", {"meeting.held": "meeting_id"}, ("body_id",)),
    Register("report", _with("report", "submitted acknowledged", "report_id"), ("reporter",), done_by=("recipient",)),
    Register("duty-report", {"duty-report.delivered": "duty_report_id"}, ("subject_id",)),
    Register("training", {"training.held": "training_id"}, ("jurisdiction_id",)),
    Register("outreach", {"outreach.held": "outreach_id"}, ("place_id",)),
    Register("issue", _with("issue", "escalated resolved", "issue_id"), ("raised_by",), done_by=("addressed_to",)),
    Register(
        "opinion", _with("opinion", "received answered", "opinion_id"), ("jurisdiction_id",), done_by=("answered_by",)
    ),
    Register("target", {"target.set": "target_id"}, ("subject_id",), ("instrument_or_letter_id",)),
    Register("plan", _with("plan", "adopted revised", "plan_id"), ("owner_id",)),
    Register(
        "task", _with("task", "assigned completed", "task_id"), ("assignee",), ("beneficiary_id",), ("assigned_by",)
    ),
)
_OVERSIGHT: Final = (
    Register("inspection", {"inspection.held": "inspection_id"}, ("subject_id",), done_by=("inspector_body_id",)),
    Register("audit", {"audit.completed": "audit_id"}, ("subject_id",), amount=("amount_examined",)),
    Register(
        "finding", {"finding.raised": "finding_id"}, ("jurisdiction_id", "subject_id"), ("subject_id",),
        amount=("amount",),
    ),
    Register(
        "rectification",
        _with(
            "rectification",
            "ordered extended reassigned completed verified reopened closed",
            "rectification_id",
        ),
        ("finding_id",), ("finding_id",), ("responsible", "lead_body_id", "responsible_body_ids"),
    ),
    Register("interview", {"interview.held": "interview_id"}, ("interviewee",), done_by=("held_by",)),
    Register("case", _with("accountability-case", "opened closed", "case_id")),
    Register("sanction", _with("sanction", "imposed lifted", "sanction_id"), ("subject",), ("case_id",)),
    Register("evaluation", {"evaluation.recorded": "evaluation_id"}, ("subject",), ("scheme_instrument_id",)),
    Register("reward", {"reward.granted": "reward_id"}, ("subject",), amount=("amount",)),
    Register("incident", _with("incident", "reported resolved", "incident_id"), ("place_id",)),
)  # fmt: skip
_MONEY: Final = (
    Register("budget", {"budget.appropriated": "budget_id"}, ("jurisdiction_id",), amount=("special_fund",)),
    Register(
        "allocation", {"funds.allocated": "allocation_id"}, ("recipient_id",), ("from_allocation_id",),
        ("allocator_id",), ("amount",),
    ),
    Register(
        "consolidation", {"funds.consolidated": "consolidation_id"}, ("jurisdiction_id", "plan_id"), ("plan_id",),
        amount=("amount",),
    ),
    Register(
        "disbursement", {"funds.disbursed": "disbursement_id"}, ("jurisdiction_id", "project_id", "payer", "payee"),
        ("project_id",), ("payer",), ("amount",),
    ),
    Register(
        "reimbursement", {"funds.reimbursed": "reimbursement_id"}, ("project_id",), ("project_id",),
        amount=("amount",),
    ),
    Register(
        "recovery", {"funds.recovered": "recovery_id"}, ("project_id", "finding_id"), ("finding_id", "project_id"),
        amount=("amount",),
    ),
    Register("donation", {"donation.received": "donation_id"}, ("jurisdiction_id",), amount=("amount",)),
    Register(
        "project",
        _with("project", "proposed reviewed registered approved accepted", "project_id"),
        ("jurisdiction_id", "library", "proposer_id", "approved_by"), (), ("approved_by", "proposer_id"),
        ("approved_amount", "budget"),
    ),
    Register("ledger-entry", {"ledger-entry.recorded": OWN}, ("paired_village",), amount=("funds",)),
)  # fmt: skip
_TERRITORY: Final = (
    Register("designation", _with("designation", "listed lifted", "jurisdiction_id"), ("jurisdiction_id",)),
    Register(
        "exit",
        _with(
            "exit",
            "proposed verified consented publicised objected reviewed assessed approved rejected recorded reported",
            "exit_id",
        ),
        ("subject", "household_id"), ("subject", "household_id"), ("approved_by", "proposed_by"),
    ),
    Register(
        "household", _with("household", "identified updated removed", "household_id"), ("jurisdiction_id",),
        amount=("persons",),
    ),
    Register(
        "measure", {"measure.delivered": "measure_id"}, ("beneficiary_id",), done_by=("delivered_by",),
        amount=("amount",),
    ),
)  # fmt: skip
_PAPERS: Final = (
    Register("instrument", _with("instrument", "issued superseded", "instrument_id"), done_by=("interpreted_by",)),
    Register("key", _with("key", "registered revoked", "key_id"), ("person_id", "body_id")),
    Register("posting", _with("publicity", "posted withdrawn", "posting_id"), ("subject_id",), ("subject_id",)),
    Register("record", {"record.filed": "record_id"}, ("archive",), ("archive",)),
    Register("dataset", {"dataset.attested": OWN}, ("attesting",), done_by=("attesting",)),
    Register("staffing", {"staffing.adjusted": "body_id"}, ("body_id",)),
    Register("transfer", {"transfer.proposed": OWN, "transfer.decided": "proposal_event_id"}, ("from_post_id",)),
    Register(
        "handover", {"handover.completed": "handover_id"}, ("outgoing_appointment_id",), ("outgoing_appointment_id",),
        ("incoming_appointment_id",),
    ),
)  # fmt: skip

REGISTERS: Final[Mapping[str, Register]] = {
    register.name: register for register in (*_WORK, *_OVERSIGHT, *_MONEY, *_TERRITORY, *_PAPERS)
}
OF_KIND: Final[Mapping[str, tuple[Register, str]]] = {
    kind: (register, id_field) for register in REGISTERS.values() for kind, id_field in register.kinds.items()
}
"""Kind of event to its register and the field that names the matter."""
ONCE: Final = frozenset(
    {
        "visit.made", "meeting.held", "report.submitted", "report.acknowledged", "duty-report.delivered",
        "training.held", "outreach.held", "issue.escalated", "opinion.received", "target.set", "inspection.held",
        "audit.completed", "finding.raised", "rectification.ordered", "interview.held", "accountability-case.opened",
        "sanction.imposed", "reward.granted", "incident.reported", "funds.allocated",
        "funds.consolidated", "funds.disbursed", "funds.reimbursed", "funds.recovered", "donation.received",
        "exit.approved", "measure.delivered", "instrument.issued", "publicity.posted", "record.filed",
        "transfer.proposed", "transfer.decided", "handover.completed",
    }
)  # fmt: skip
"""Kinds that one matter has once: told again under its id, it is the same thing stated anew, and the one recorded last
stands. Whatever else a matter has may happen to it again: it is extended, verified, listed, completed, graded anew."""
NAMED_BY: Final[Mapping[str, str]] = {
    "project_id": "project",
    "finding_id": "finding",
    "household_id": "household",
    "plan_id": "plan",
    "case_id": "case",
    "from_allocation_id": "allocation",
    "scheme_instrument_id": "instrument",
}
"""Fields that can only name a matter, and the register it is in."""
ANCHORS: Final = ("project", "finding", "household", "plan")
"""Registers whose matters others stand at."""
FALLING: Final = ("disbursement", "recovery", "rectification")
"""Registers whose matters stand at what they are part of, else at who did them, where what they name first is at no
place."""


def as_stated_last(steps: Sequence[Step]) -> Sequence[Step]:
    """The steps of one matter that stand, in their order: of what it has once, as it was recorded last."""
    if len(steps) < 2:
        return steps
    last: dict[str, int] = {}
    for step in steps:
        kind, at = step["type"], step["position"]
        if kind in ONCE and at > last.get(kind, -1):
            last[kind] = at
    return [step for step in steps if last.get(step["type"], step["position"]) == step["position"]]


def stated(steps: Sequence[Step]) -> Mapping[str, Any]:
    """What the steps of one matter that stand state together: of two that state one field, the one recorded last."""
    if len(steps) == 1:
        return steps[0]["data"]  # type: ignore[no-any-return]
    told: dict[str, Any] = {}
    for step in sorted(as_stated_last(steps), key=lambda one: int(one["position"])):
        told.update(step["data"])
    return told

"""Money: budgeted, allocated from level to level, consolidated, paid, settled, recovered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from examples.build.days import told
from examples.build.ledger import Ledger
from examples.build.offices import Term
from examples.build.visits import actor


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment: its amount, the days it was approved and paid, who approved it."""

    amount: str
    approved: str
    paid: str
    approver: Term


def total(amounts: list[str]) -> str:
    """The sum of amounts, with two decimals."""
    return str(sum((Decimal(amount) for amount in amounts), Decimal("0.00")))


def allocate(
    led: Ledger,
    on: str,
    recipient: str,
    amount: str,
    *,
    source: str,
    allocator: str | None = None,
    above: str | None = None,
) -> str:
    """Funds are allocated, out of the allocation `above` where they are passed on; the id."""
    which = led.fresh("allocation")
    data = {"allocation_id": which, "source": source, "allocator_id": allocator, "from_allocation_id": above}
    more = {"recipient_id": recipient, "amount": amount, "purpose": "财政专项扶贫", "allocated_on": on}
    led.record(told(on), "funds.allocated", {**data, **more, "document": f"示例财农〔{on[:4]}〕{which[-4:]}号"})
    return which


def consolidate(led: Ledger, place: str, sources: dict[str, str], plan: str, due: str, on: str) -> str:
    """Funds of several sources become one pool; the id."""
    which = led.fresh("consolidation")
    parts = [{"source": source, "amount": amount} for source, amount in sources.items()]
    data = {"consolidation_id": which, "jurisdiction_id": place, "amount": total(list(sources.values()))}
    more = {"sources": parts, "plan_id": plan, "due_on": due, "consolidated_on": on}
    led.record(told(on), "funds.consolidated", {**data, **more})
    return which


def disburse(
    led: Ledger, place: str, payer: str, payment: Payment, project: str | None = None, late: int = 8
) -> tuple[str, str]:
    """Funds are paid out; the id of the disbursement and of its event."""
    which = led.fresh("disbursement")
    data = {"disbursement_id": which, "project_id": project, "jurisdiction_id": place, "payer": payer}
    days = {"amount": payment.amount, "approved_on": payment.approved, "disbursed_on": payment.paid}
    event = led.record(
        told(payment.paid, late), "funds.disbursed", {**data, **days, "approved_by": actor(payment.approver)}
    )
    return which, event


def reimburse(
    led: Ledger, project: str, base: str, amount: str, on: str, acceptance: str | None = None, late: int = 10
) -> str:
    """A project is settled, after the acceptance named; the id."""
    which = led.fresh("reimbursement")
    data = {"reimbursement_id": which, "project_id": project, "disbursed_base": base, "amount": amount}
    more = {"reimbursed_on": on, "acceptance_event_id": acceptance}
    led.record(told(on, late), "funds.reimbursed", {**data, **more})
    return which


def recover(led: Ledger, project: str, amount: str, on: str, finding: str) -> str:
    """Funds of a project come back because of a finding; the id."""
    which = led.fresh("recovery")
    data = {"recovery_id": which, "project_id": project, "amount": amount, "recovered_on": on}
    led.record(told(on), "funds.recovered", {**data, "finding_id": finding})
    return which


def budget(led: Ledger, on: str, which: str, place: str, year: int, said: dict[str, Any], late: int = 12) -> str:
    """A budget is adopted, or amended under the same id; the id of the event."""
    data = {"budget_id": which, "jurisdiction_id": place, "fiscal_year": year, "fund": "special-poverty-fund"}
    return led.record(told(on, late), "budget.appropriated", {**data, **said, "adopted_on": on})

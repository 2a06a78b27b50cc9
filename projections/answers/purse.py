"""The purse of a scope: what came in, was passed on, was paid and recovered by a day, and what is left.

All sums are exact: decimals of yuan, written with two places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from projections.adding import is_unpaid, tallied
from projections.answers.membership import Membership
from projections.rows import Found, Tally, Transfer

COUNTED: Final = ("consolidation", "disbursement", "reimbursement", "recovery", "donation")
"""Registers that are added up where their matters stand."""


def yuan(amount: Decimal) -> str:
    """An amount as JSON has it: yuan with two decimals."""
    return f"{amount:.2f}"


def added(amounts: Iterable[str | Decimal | None]) -> Decimal:
    """The sum of amounts; one that is not stated adds nothing."""
    return sum((Decimal(amount) for amount in amounts if amount is not None), Decimal(0))


FALLING: Final = ("disbursement", "recovery")
"""Registers of money that may stand at another thing than the one they name first."""


@dataclass(frozen=True, slots=True)
class Purse:
    """What a purse is made of, up to a day."""

    tallies: Mapping[str, Tally]
    """Of the registers COUNTED."""
    transfers: Sequence[Transfer]
    budgets: Sequence[Found]
    """As they are kept, amended after the day too."""
    unpaid: Sequence[Found]
    """Payments approved by the day and made later."""


def adopted(budget: Found, day: str) -> Mapping[str, Any] | None:
    """The step by which a budget was adopted or amended last by a day; None where it was not adopted by then."""
    told = [step for step in budget.doc["facts"] if step["on"] <= day]
    return told[-1] if told else None


def with_fallen(tallies: Mapping[str, Tally], rows: Iterable[Found], day: str) -> dict[str, Tally]:
    """Tallies with further payments and recoveries of up to a day."""
    found = dict(tallies)
    for row in rows:
        if row.doc["day"] <= day:
            more, register = tallied([row]), row.doc["register"]
            one = found.get(register)
            found[register] = more if one is None else _both(one, more)
    return found


def _both(one: Tally, other: Tally) -> Tally:
    """Two tallies as one."""
    return Tally(
        one.count + other.count, one.total + other.total, max(filter(None, (one.last, other.last)), default=None)
    )


def unpaid_of(rows: Iterable[Found], day: str) -> list[Found]:
    """The payments among some matters that were approved by a day and paid later."""
    return [row for row in rows if row.doc["register"] == "disbursement" and is_unpaid(row, day)]


def of_scope(members: Membership, purse: Purse, day: str) -> dict[str, str]:
    """The purse of a scope on a day."""
    tallies, transfers = purse.tallies, purse.transfers
    budgets = [step for row in purse.budgets if (step := adopted(row, day)) is not None]
    total = {name: tallies[name].total if name in tallies else Decimal(0) for name in COUNTED}
    allocated, passed_on = came_in(transfers, members), went_out(transfers, members)
    return {
        **balance(allocated, passed_on, total["disbursement"], total["recovery"]),
        "appropriated": yuan(added(step["data"]["special_fund"] for step in budgets)),
        "consolidated": yuan(total["consolidation"]),
        "reimbursed": yuan(total["reimbursement"]),
        "donated": yuan(total["donation"]),
        "approved_not_paid": yuan(added(row.doc["amount"] for row in purse.unpaid)),
    }


def balance(allocated: Decimal, passed_on: Decimal, disbursed: Decimal, recovered: Decimal) -> dict[str, str]:
    """What came in, went out, was paid and recovered, and what is left of it, which may be less than nothing."""
    return {
        "allocated": yuan(allocated),
        "passed_on": yuan(passed_on),
        "disbursed": yuan(disbursed),
        "recovered": yuan(recovered),
        "left": yuan(allocated - passed_on - disbursed + recovered),
    }


def came_in(transfers: Iterable[Transfer], members: Membership) -> Decimal:
    """What was allocated into the scope by someone outside of it, or by nobody who is named."""
    return added(
        one.amount
        for one in transfers
        if members.place_of(one.receiver) is not None and members.place_of(one.giver) is None
    )


def went_out(transfers: Iterable[Transfer], members: Membership) -> Decimal:
    """What was allocated from the scope to someone named who is outside of it."""
    return added(
        one.amount
        for one in transfers
        if members.place_of(one.giver) is not None
        and one.receiver is not None
        and members.place_of(one.receiver) is None
    )

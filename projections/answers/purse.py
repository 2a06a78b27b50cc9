"""The purse of a scope: what came in, was passed on, was paid and recovered by a day, and what is left.

All sums are exact: decimals of yuan, written with two places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Final

from projections.answers.membership import Membership
from projections.rows import Found, Tally, Transfer

COUNTED: Final = ("budget", "consolidation", "disbursement", "reimbursement", "recovery", "donation")
"""Registers that are added up where their matters stand."""


def yuan(amount: Decimal) -> str:
    """An amount as JSON has it: yuan with two decimals."""
    return f"{amount:.2f}"


def added(amounts: Iterable[str | Decimal | None]) -> Decimal:
    """The sum of amounts; one that is not stated adds nothing."""
    return sum((Decimal(amount) for amount in amounts if amount is not None), Decimal(0))


def of_scope(
    members: Membership, tallies: Mapping[str, Tally], transfers: Collection[Transfer], unpaid: Iterable[Found]
) -> dict[str, str]:
    """The purse of a scope: of what is COUNTED, its allocations, and the payments approved but not yet made."""
    total = {name: tallies[name].total if name in tallies else Decimal(0) for name in COUNTED}
    allocated, passed_on = came_in(transfers, members), went_out(transfers, members)
    return {
        **balance(allocated, passed_on, total["disbursement"], total["recovery"]),
        "appropriated": yuan(total["budget"]),
        "consolidated": yuan(total["consolidation"]),
        "reimbursed": yuan(total["reimbursement"]),
        "donated": yuan(total["donation"]),
        "approved_not_paid": yuan(added(row.doc["amount"] for row in unpaid)),
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

"""How a rectification stands on a day: open or closed, its deadline, and by how many days it is late.

It is closed by a confirming verification or by being struck off (销号), and open again after it was
reopened or a verdict did not confirm; the latest of these by its day, then by position, stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from projections.tenure import days_between

Step = Mapping[str, Any]

ORDERED: Final = "rectification.ordered"
EXTENDED: Final = "rectification.extended"
REASSIGNED: Final = "rectification.reassigned"
COMPLETED: Final = "rectification.completed"
VERIFIED: Final = "rectification.verified"
REOPENED: Final = "rectification.reopened"
CLOSED: Final = "rectification.closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one stands on a day. Days are ISO days; `deadlines` are the steps that set one, the last of them stands."""

    status: Literal["open", "closed"]
    ordered_on: str
    closed_on: str | None
    """The day it was closed and has been since."""
    deadline: str | None
    deadlines: Sequence[Mapping[str, Any]]
    overdue: bool
    """Open, and the deadline has passed."""
    days_overdue: int
    """Days from the deadline to the day it was closed, else to the day asked about."""
    awaiting_verification: bool
    """Open, reported done, and since then neither judged nor reopened."""
    completed: Step | None
    """The last report that it is done."""
    closing: Step | None
    """The step that closed it."""


def status_on(facts: Sequence[Step], day: str) -> Standing | None:
    """How a rectification stands on a day, from the facts of its row; None where it was not ordered by then."""
    told = steps_until(facts, day)
    ordered = standing_order(facts)
    if not told or (ordered is not None and ordered["on"] > day):
        return None
    deciding = [step for step in told if closes(step) is not None]
    closing = _closing(deciding)
    done = [step for step in told if step["type"] == COMPLETED]
    completed = done[-1] if done else None
    given = _deadlines(told, ordered)
    deadline = given[-1]["deadline"] if given else None
    closed_on = None if closing is None else str(closing["on"])
    judged = completed is not None and any(_order(step) > _order(completed) for step in deciding)
    return Standing(
        status="open" if closing is None else "closed",
        ordered_on=str((told[0] if ordered is None else ordered)["on"]),
        closed_on=closed_on,
        deadline=deadline,
        deadlines=given,
        overdue=closing is None and deadline is not None and day > deadline,
        days_overdue=0 if deadline is None else max(0, days_between(deadline, closed_on or day)),
        awaiting_verification=closing is None and completed is not None and not judged,
        completed=completed,
        closing=closing,
    )


def steps_until(facts: Sequence[Step], day: str) -> list[Step]:
    """The steps up to and including a day, in order of day, then of position."""
    return sorted((step for step in facts if step["on"] is not None and step["on"] <= day), key=_order)


def standing_order(facts: Sequence[Step]) -> Step | None:
    """The order that stands: of several, the one recorded last. None where none was recorded."""
    orders = [step for step in facts if step["type"] == ORDERED and step["on"] is not None]
    return max(orders, key=lambda step: int(step["position"]), default=None)


def closes(step: Step) -> bool | None:
    """Whether a step closes (True) or opens again (False); None where it decides nothing."""
    if step["type"] == VERIFIED:
        verdict = step["data"].get("verdict")
        return None if verdict is None else verdict == "confirmed"
    return {CLOSED: True, REOPENED: False}.get(step["type"])


def _closing(deciding: Sequence[Step]) -> Step | None:
    """The first of the closing steps after which nothing opened it again."""
    found: Step | None = None
    for step in deciding:
        found = (found or step) if closes(step) else None
    return found


def _deadlines(told: Sequence[Step], ordered: Step | None) -> list[dict[str, Any]]:
    setting = [
        step
        for step in told
        if step["type"] in (EXTENDED, REOPENED)
        or (step["type"] == ORDERED and ordered is not None and step["position"] == ordered["position"])
    ]
    return [
        {"deadline": step["data"]["deadline"], "position": step["position"], "on": step["on"]}
        for step in setting
        if step["data"].get("deadline") is not None
    ]


def _order(step: Step) -> tuple[str, int]:
    return str(step["on"]), int(step["position"])

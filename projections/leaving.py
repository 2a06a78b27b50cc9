"""Leaving the register: whether an exit was approved by a day, and how a household stands on it.

A removal (清退) is no exit: the household should never have been there, so from the day it takes effect
an exit of later days does not count either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from projections.folds.registers import as_stated_last

Step = Mapping[str, Any]
HouseholdStatus = Literal["identified", "exited", "removed"]

IDENTIFIED: Final = "household.identified"
REMOVED: Final = "household.removed"
APPROVED: Final = "exit.approved"
REJECTED: Final = "exit.rejected"


@dataclass(frozen=True, slots=True)
class Approval:
    """An exit as it was approved: the day of the decision, the day it states for its effect, the day that counts."""

    approved_on: str
    effective_on: str | None
    position: int

    @property
    def since(self) -> str:
        """The day of its effect, else of the decision."""
        return self.effective_on or self.approved_on


def approval(facts: Iterable[Step], day: str) -> Approval | None:
    """The approval of an exit that stands on a day and has taken effect; None where there is none.

    An approval that is stated again is one, as it was recorded last; of it and the rejections up to that day the last
    stands. `facts` are in order of day and position.
    """
    decided = [
        step for step in as_stated_last(list(facts)) if step["type"] in (APPROVED, REJECTED) and step["on"] <= day
    ]
    if not decided or decided[-1]["type"] == REJECTED:
        return None
    found = Approval(decided[-1]["on"], decided[-1]["data"].get("effective_on"), decided[-1]["position"])
    return found if found.since <= day else None


def household_on(facts: Sequence[Step], exits: Iterable[Sequence[Step]], day: str) -> HouseholdStatus | None:
    """How a household stands on a day, from its own facts and those of its exits; None where nothing is told by then.

    On one day a removal comes after an exit, and an exit after the identification.
    """
    identified = _last(facts, IDENTIFIED, day)
    removed = _last(facts, REMOVED, day)
    left = max((found.since for one in exits if (found := approval(one, day)) is not None), default=None)
    if removed is not None and removed >= (identified or ""):
        return "removed"
    if left is not None and left >= (identified or ""):
        return "exited"
    return "identified" if identified is not None else None


def _last(facts: Iterable[Step], kind: str, day: str) -> str | None:
    return max((step["on"] for step in facts if step["type"] == kind and step["on"] <= day), default=None)

"""What the evaluation of one rule for one subject comes to, once or for each window or matter. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from projections.policies.rule import Status

SEVERITY: Final[Mapping[Status, int]] = {
    "breached": 6,
    "overdue": 5,
    "gap": 4,
    "undetermined": 3,
    "due": 2,
    "met": 1,
    "not-applicable": 0,
}
Evidence = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Gap:
    """Days [since, until) on which the duty was not kept, and why; an open bound is None."""

    since: str | None
    until: str | None
    cause: str
    """`vacancy`, `not-signed`, `expired`, `no-helper`... a plain word."""
    about: str | None = None
    """The post, person, place or household that it concerns."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A status with its reasons. `since` and `until` bound the window; None where it has no bound."""

    status: Status
    since: str | None = None
    until: str | None = None
    about: str | None = None
    """The post, exit, project, pairing, letter... of the result; None: the subject itself."""
    due_on: str | None = None
    """The last day on which the duty can be done in time."""
    expected: Any = None
    actual: Any = None
    late_days: int | None = None
    gaps: tuple[Gap, ...] = ()
    evidence: Evidence = ()
    posts: tuple[str, ...] = ()
    """The posts whose holders answer for this result; none: those that answer for the subject."""
    persons: tuple[str, ...] = ()
    """Persons who answer where no post does."""
    changes_on: str | None = None
    """The next day on which the status can change without an event; None: never."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else the answer shows: counts under other views, faults, lists."""


def earliest(*days: str | None) -> str | None:
    """The earliest of some days, of which any may be None."""
    return min((day for day in days if day is not None), default=None)

"""A matter that is due on a day: when it had to be done and when it was, and what that comes to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from projections.duties.case import Case, evidence
from projections.duties.outcome import Outcome
from projections.duties.records import Act
from projections.policies.rule import Status
from projections.tenure import days_between


@dataclass(frozen=True, slots=True)
class Due:
    """One matter. `opened`: since when it is owed; `done_on`: when it was wholly done, None where it is not.

    `doubt`: why the record does not decide it, where it does not; what is known to be done is met nevertheless.
    """

    about: str | None
    opened: str | None
    due_on: str | None
    done_on: str | None
    doubt: str | None = None
    expected: Any = None
    actual: Any = None
    acts: Sequence[Act] = ()
    posts: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def asked(case: Case, due: Due) -> bool:
    """Whether a question is about a matter: its days meet the span, and it was not due before the instrument was."""
    if due.due_on is not None and due.due_on < case.since:
        return False
    if case.span is None:
        return True
    since, until = case.span
    last = due.done_on or case.day
    return (due.opened or since) < until and max(last, due.due_on or last) >= since


def outcome(case: Case, due: Due, *, late: bool = True) -> Outcome:
    """What a matter comes to on the day of a case; `late`: what is overdue can still be done."""
    status: Status
    if due.done_on is not None and (due.due_on is not None or due.doubt is None):
        status = "met"
    elif due.doubt is not None or due.due_on is None:
        status = "undetermined"
    elif not case.passed(due.due_on):
        status = "due"
    else:
        status = "overdue" if late else "breached"
    late_days = None
    if status == "met" and due.due_on is not None and due.done_on is not None and due.done_on > due.due_on:
        late_days = days_between(due.due_on, due.done_on)
    more = {**due.more, **({"undetermined": due.doubt} if due.doubt is not None else {})}
    if status == "overdue" and due.due_on is not None:
        more["days_overdue"] = days_between(due.due_on, case.day)
    return Outcome(
        status, due.opened, _closed_on(due, status), due.about, due.due_on, due.expected, due.actual, late_days,
        evidence=evidence(sorted(due.acts, key=lambda act: act.position)), posts=due.posts, persons=due.persons,
        changes_on=case.late_on(due.due_on) if status == "due" and due.due_on is not None else None, more=more,
    )  # fmt: skip


def _closed_on(due: Due, status: Status) -> str | None:
    """The day from which nobody is charged any more: that on which it was done, where it was open before."""
    done = status == "met" and due.opened is not None and due.done_on is not None and due.opened < due.done_on
    return due.done_on if done else None

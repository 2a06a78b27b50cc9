"""Persons, bodies, posts and who held them when. All of it is synthetic unless a source is given."""

from __future__ import annotations

from dataclasses import dataclass, field

from examples.build.ledger import Ledger

FIRST_REPORT = "2015-01-20"
FOR_GOOD = "9999-12-31"
INVENTORY = "<=2015-01-15"
"""The holders found by the first inventory: in office by that day, since when is not known."""


@dataclass(frozen=True, slots=True)
class Term:
    """An appointment as made: its ids, and the days it truly had, which the log may not know."""

    person: str
    post: str
    appointment: str
    first: str
    last: str = FOR_GOOD
    capacity: str | None = None

    def covers(self, day: str) -> bool:
        """Whether the term truly had this day."""
        return self.first <= day < self.last


@dataclass(frozen=True, slots=True)
class Hold:
    """One holder of a post: start and end as reported, and the days of the reports.

    A date is EDTF, or `<=` and a day for `held_by` and `gone_by`. `seen` are (day, reported).
    """

    since: str
    told: str = FIRST_REPORT
    until: str | None = None
    ended: str | None = None
    capacity: str | None = None
    reason: str = "transfer"
    seen: list[tuple[str, str]] = field(default_factory=list)
    person: str | None = None
    sender: str | None = None


def person(led: Ledger, on: str, unit: str | None = None) -> str:
    """Register an obviously synthetic person; the id."""
    who = led.fresh("person")
    led.record(
        on,
        "person.registered",
        {"person_id": who, "name_zh": f"示例干部-{led.number}-{who[-4:]}", "unit": unit},
    )
    return who


def body(
    led: Ledger,
    on: str,
    key: str,
    name: str,
    functions: list[str],
    *,
    place: str | None = None,
    unit: str | None = None,
    kind: str = "unit",
    leader_rule: str | None = None,
) -> str:
    """Establish a body; its id is `syn-<province>-body-<key>`."""
    which = f"syn-{led.number}-body-{key}"
    led.record(
        on,
        "body.established",
        {
            "body_id": which,
            "name_zh": name,
            "body_type": kind,
            "jurisdiction_id": place,
            "unit_id": unit,
            "leader_rule": leader_rule,
            "functions": functions or None,
        },
    )
    return which


def post(
    led: Ledger,
    on: str,
    key: str,
    title: str,
    functions: list[str],
    *,
    place: str | None = None,
    body_id: str | None = None,
    seats: int | None = None,
    since: str | None = None,
) -> str:
    """Establish a post of a place or of a body; its id is `syn-<province>-post-<key>`."""
    which = f"syn-{led.number}-post-{key}"
    led.record(
        on,
        "post.established",
        {
            "post_id": which,
            "title_zh": title,
            "jurisdiction_id": place,
            "body_id": body_id,
            "functions": functions or None,
            "seats": seats,
            "effective_from": since,
        },
    )
    return which


def dated(exact: str, bound: str, date: str) -> dict[str, str]:
    """The field for a date: `exact`, or `bound` where the date is written `<=day`."""
    return {bound: date.removeprefix("<=")} if date.startswith("<=") else {exact: date}


def start(led: Ledger, on: str, who: str, which: str, since: str, capacity: str | None = None, **more: str) -> str:
    """Start an appointment; its id."""
    appointment = led.fresh("appointment")
    data = {"appointment_id": appointment, "person_id": who, "post_id": which, "capacity": capacity}
    led.record(on, "appointment.started", {**data, **dated("effective_from", "held_by", since), **more})
    return appointment


def end(led: Ledger, on: str, appointment: str, until: str, reason: str = "transfer") -> str:
    """End an appointment; the id of the event."""
    data = {"appointment_id": appointment, "reason": reason}
    return led.record(on, "appointment.ended", {**data, **dated("effective_until", "gone_by", until)})


def seen(led: Ledger, on: str, appointment: str, day: str, basis: str | None = None) -> str:
    """Report that the holder was seen in office; the id of the event."""
    return led.record(on, "appointment.observed", {"appointment_id": appointment, "on": day, "basis": basis})


def hold(led: Ledger, which: str, terms: list[Hold]) -> list[Term]:
    """Give a post its holders."""
    made = []
    for term in terms:
        who = term.person or person(led, term.told)
        more = {"sending_unit_id": term.sender} if term.sender else {}
        appointment = start(led, term.told, who, which, term.since, term.capacity, **more)
        for day, told in term.seen:
            seen(led, told, appointment, day)
        if term.until is not None:
            end(led, term.ended or term.told, appointment, term.until, term.reason)
        first = "0001-01-01" if term.since.startswith("<=") else term.since
        last = (term.until or FOR_GOOD).removeprefix("<=")
        made.append(Term(who, which, appointment, first, last, term.capacity))
    return made


def at(terms: list[Term], day: str) -> Term | None:
    """The holder of a post on a day, as it truly was."""
    return next((term for term in terms if term.covers(day)), None)

"""Days charged: a rectification's days divided among those who certainly held the post that answers for it.

A post governs where a person is named beside it. A day without a certain holder is charged to nobody;
two certain holders of one day are each charged it, and nobody is charged a day twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from projections.answers.people import People
from projections.answers.rectification_state import ORDERED, REASSIGNED, Step, standing_order, steps_until
from projections.rows import Found
from projections.tenure import ALWAYS, Bounds, days_between

Tenures = Mapping[str, Sequence[Found]]
"""Post to the appointments to it."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who answers from a day on: the holders of a post, else a person, else nobody who is named."""

    since: str
    post_id: str | None
    person_id: str | None


@dataclass(frozen=True, slots=True)
class Holding:
    """Someone who answers on a day; without an appointment where a person is named and no post."""

    person_id: str | None
    post_id: str | None
    appointment: str | None
    capacity: str | None
    certainty: str


@dataclass(slots=True)
class _Run:
    """Days [since, until) of one person, or of nobody."""

    person: str | None
    since: str
    until: str
    holdings: dict[tuple[str | None, str | None], Holding] = field(default_factory=dict)
    possible: set[str] = field(default_factory=set)


def assignments(facts: Sequence[Step], day: str) -> list[Assignment]:
    """Who answered from when on, as stated up to a day: the order that stands, then each reassignment."""
    ordered = standing_order(facts)
    told = steps_until(facts, day)
    first = Assignment(ALWAYS, None, None) if ordered is None or ordered not in told else _assigned(ordered)
    moves = [step for step in told if step["type"] == REASSIGNED and _follows(step, ordered)]
    return [first, *(_assigned(step) for step in moves)]


def _follows(step: Step, ordered: Step | None) -> bool:
    return ordered is None or str(step["on"]) >= str(ordered["on"])


def _assigned(step: Step) -> Assignment:
    actor = step["data"].get("responsible" if step["type"] == ORDERED else "to") or {}
    return Assignment(str(step["on"]), actor.get("post_id"), actor.get("person_id"))


def governing(given: Sequence[Assignment], day: str) -> Assignment:
    """The assignment that governs a day: the last that has begun, else the first."""
    return next((one for one in reversed(given) if one.since <= day), given[0])


def bearing(assigned: Assignment, tenures: Tenures, day: str) -> list[Holding]:
    """Who certainly or possibly answers under an assignment on a day, the certain ones first."""
    if assigned.post_id is not None:
        return holding(assigned.post_id, tenures, day)
    return [] if assigned.person_id is None else [Holding(assigned.person_id, None, None, None, "certain")]


def holding(post_id: str, tenures: Tenures, day: str) -> list[Holding]:
    """The certain and the possible holders of a post on a day, the certain ones first."""
    found = []
    for row in tenures.get(post_id, ()):
        certainty = Bounds.of_doc(row.doc).certainty(day)
        if certainty != "no":
            found.append(Holding(row.doc["person_id"], post_id, row.entity_id, row.doc["capacity"], certainty))
    return sorted(found, key=lambda one: (one.certainty, one.appointment or ""))


def charged(since: str, until: str, given: Sequence[Assignment], tenures: Tenures, who: People) -> list[dict[str, Any]]:
    """The days [since, until) as charged: adjacent days of one person are one entry, those of nobody too."""
    found: list[_Run] = []
    latest: dict[str | None, _Run] = {}
    for start, end in pairwise(_edges(since, until, given, tenures)):
        present = bearing(governing(given, start), tenures, start)
        for person, holdings in _certain(present, who).items():
            run = latest.get(person)
            if run is None or run.until != start:
                run = latest[person] = _Run(person, start, end)
                found.append(run)
            run.until = end
            run.holdings |= {(one.appointment, one.post_id): one for one in holdings}
            if person is None:
                run.possible |= _possible(present, who)
    return [
        _shown(run, who) for run in sorted(found, key=lambda run: (run.since, run.person is None, run.person or ""))
    ]


def _edges(since: str, until: str, given: Sequence[Assignment], tenures: Tenures) -> list[str]:
    """The days of [since, until] on which it can change who answers, both ends included; none where it is empty."""
    if since >= until:
        return []
    days = {one.since for one in given}
    for post_id in {one.post_id for one in given if one.post_id is not None}:
        for row in tenures.get(post_id, ()):
            days |= set(row.doc["bounds"].values())
    return sorted({since, until} | {day for day in days if since < day < until})


def _certain(present: Iterable[Holding], who: People) -> dict[str | None, list[Holding]]:
    """The certain ones by person; under None where there is none, or where it is not known who it is."""
    found: dict[str | None, list[Holding]] = {}
    for one in present:
        if one.certainty == "certain":
            found.setdefault(None if one.person_id is None else who.id_of(one.person_id), []).append(one)
    return found or {None: []}


def _possible(present: Iterable[Holding], who: People) -> set[str]:
    return {who.id_of(one.person_id) for one in present if one.certainty == "possible" and one.person_id is not None}


def _shown(run: _Run, who: People) -> dict[str, Any]:
    return {
        "person": who.brief(run.person),
        "from": run.since,
        "until": run.until,
        "days": days_between(run.since, run.until),
        "appointments": [
            {"appointment": one.appointment, "post": one.post_id, "capacity": one.capacity}
            for one in run.holdings.values()
            if one.appointment is not None
        ],
        "possible": [who.brief(person) for person in sorted(run.possible)],
    }


def shown(one: Holding, who: People) -> dict[str, Any]:
    """Who held or answered on a day, with certainty."""
    return {
        "person": who.brief(one.person_id),
        "certainty": one.certainty,
        "post": one.post_id,
        "appointment": one.appointment,
        "capacity": one.capacity,
    }

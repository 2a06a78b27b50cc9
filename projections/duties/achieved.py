"""Targets and planned figures: how much of what they name was reached at or below a place, and on which day. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, fits
from projections.duties.due import Due
from projections.duties.names import Number
from projections.duties.records import Act, in_order
from projections.policies.rule import Day

_CONFIG = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Reached:
    """What counts towards a target: these events, about a household or a place of such a level, as acts or persons.

    Acts about one household or place count once.
    """

    events: tuple[str, ...]
    where: Mapping[str, Any] = Field(default_factory=dict)
    about: Literal["any", "household", "village", "township", "county", "city"] = "any"
    count: Literal["subjects", "persons"] = "subjects"


@dataclass(frozen=True, slots=True, config=_CONFIG)
class Figure:
    """A figure that the text itself plans, for [since, due_on]."""

    value: Number
    since: Day
    due_on: Day


Since = Literal["year", "always"]
"""Which days count for a target that names no first one: those of the year in which it is due, or all."""


def targets(case: Case, measures: Mapping[str, Reached], since: Since) -> Iterator[Due]:
    """The targets set for the subject whose measure is known here: one that is not is of another duty."""
    dossier = case.dossier
    found: dict[str, Act] = {}
    for one in sorted(case.own_ids | {case.subject.id}):
        for act in dossier.about("target.set", one):
            if act.data.get("measure") in measures:
                found[act.matter] = dossier.matters[act.matter].said("target.set") or act
    for act in sorted(found.values(), key=lambda one: one.position):
        data = act.data
        due_on = data.get("due_on")
        place = dossier.place_of(data.get("subject_id")) or case.subject.place
        first = f"{due_on[:4]}-01-01" if due_on is not None and since == "year" else None
        value = _number(data.get("value"))
        about = dossier.matters[act.matter].own_id
        yield _due(case, about, place, measures[data["measure"]], (first, due_on, value), (act,))


def figure(case: Case, one: Figure, reached: Reached) -> Due:
    """The figure that the text plans for the subject's place."""
    return _due(case, None, case.subject.place, reached, (one.since, one.due_on, Decimal(one.value)), ())


def _due(
    case: Case, about: str | None, place: str | None, reached: Reached,
    asked: tuple[str | None, str | None, Decimal | None], behind: tuple[Act, ...],
) -> Due:  # fmt: skip
    first, due_on, value = asked
    acts = [act for act in _acts(case, place, reached) if first is None or (act.on or "") >= first]
    total, in_time, unknown = Decimal(0), Decimal(0), 0
    done_on: str | None = None
    for act in acts:
        amount = _amount(case, act, reached)
        unknown += amount is None
        total += amount or 0
        if due_on is None or str(act.on) <= due_on:
            in_time = total
        if value is not None and done_on is None and total >= value:
            done_on = act.on
    doubt = None
    if value is None:
        doubt = "no-value"
    elif due_on is None:
        doubt = "no-day"
    elif unknown and done_on is None:
        doubt = "persons-not-on-record"
    return Due(
        about, first, due_on, done_on, doubt, {"value": _text(value), "by": due_on},
        {"reached": _text(total), "by_the_day": _text(in_time), "unknown": unknown}, (*behind, *acts),
    )  # fmt: skip


def _acts(case: Case, place: str | None, reached: Reached) -> list[Act]:
    """The acts that count, the first about each household or place, in the order of their days."""
    dossier = case.dossier
    found: dict[int, Act] = {}
    for kind in reached.events:
        for one in () if place is None else (place, *dossier.below(place)):
            found |= {act.position: act for act in dossier.about(kind, one) if fits(act.data, reached.where)}
    first: dict[str, Act] = {}
    for act in sorted(found.values(), key=in_order):
        about = _about(case, act)
        if act.on is not None and reached.about in ("any", _level(case, about)):
            first.setdefault(about, act)
    return list(first.values())


def _about(case: Case, act: Act) -> str:
    """The household or place that an act is about."""
    matter = case.dossier.matters[act.matter]
    return next((one for one in (matter.stands_at, *sorted(act.subjects)) if one is not None), matter.id)


def _level(case: Case, about: str) -> str:
    return case.dossier.level(about) or "household"


def _amount(case: Case, act: Act, reached: Reached) -> int | None:
    """How much one act counts; None where the persons of a household or place are not on record."""
    if reached.count == "subjects":
        return 1
    about = _about(case, act).removeprefix("household:")
    household = case.dossier.matters.get(f"household:{about}")
    if household is None:
        return 1 if case.dossier.name_of(about) is not None else None
    said = household.said("household.identified")
    return None if said is None else said.data.get("persons")


def _number(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"

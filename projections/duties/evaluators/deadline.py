"""Deadline: something must be done by a day that the record gives, or within days of what triggers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties import achieved, consolidated, ledgers, rectifications
from projections.duties.achieved import Figure, Reached, Since
from projections.duties.case import Case, Whose, fits
from projections.duties.consolidated import InPlace
from projections.duties.due import Due, asked, outcome
from projections.duties.outcome import Outcome
from projections.duties.records import Act, Matter
from projections.duties.rectifications import Done, Of
from projections.duties.working_days import Days, add_working_days


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`what` is due; one result for each matter. `late`: what is overdue can still be done; else it is breached.

    - `rectification`: `of` the bearer or the place, `done` when completed or closed, by its deadline as extended.
    - `target`: the targets whose measure is one of `measures` are reached by their day, counting days from `since`;
      `figure`: of the text itself, counted as `reached`, where no target is on record.
    - `consolidation`: the amount of each plan of `plan_kinds` is `in_place` by its day; `sources` name the money.
    - `ledger`: each entry is accepted, with one of `results`, by the end of its year.
    - `act`: each of `trigger` saying `trigger_where`, `whose`, is followed by one of `events` saying `where` in the
      same matter or one that is part of it: by the day in `due_field` of the trigger, or else within `within_days`
      or `within_working_days` of it.
    """

    what: Literal["rectification", "target", "consolidation", "ledger", "act"]
    late: bool = True
    of: Of = "bearer"
    done: Done = "completed"
    measures: Mapping[str, Reached] = field(default_factory=dict)
    since: Since = "year"
    figure: Figure | None = None
    reached: Reached | None = None
    plan_kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    in_place: InPlace = "allocated"
    results: tuple[str, ...] = ("passed",)
    trigger: tuple[str, ...] = ()
    trigger_where: Mapping[str, Any] = field(default_factory=dict)
    whose: Whose = "at"
    events: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    due_field: str | None = None
    within_days: Days | None = None
    within_working_days: Days | None = None


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each matter that is or was due."""
    for due in _found(params, case):
        if asked(case, due):
            yield outcome(case, due, late=params.late)


def _found(params: Params, case: Case) -> Iterator[Due]:
    match params.what:
        case "rectification":
            yield from rectifications.of_case(case, params.of, params.done)
        case "target":
            yield from _targets(params, case)
        case "consolidation":
            yield from consolidated.of_case(case, params.plan_kinds, params.sources, params.in_place)
        case "ledger":
            yield from ledgers.of_case(case, params.results)
        case "act":
            yield from _followed(params, case)


def _targets(params: Params, case: Case) -> Iterator[Due]:
    found = list(achieved.targets(case, params.measures, params.since))
    yield from found
    if params.figure is not None and params.reached is not None and not found:
        yield achieved.figure(case, params.figure, params.reached)


def _followed(params: Params, case: Case) -> Iterator[Due]:
    """For each trigger, when it was followed up."""
    dossier = case.dossier
    for act in case.happened(params.trigger, params.trigger_where, params.whose):
        matter = dossier.matters.get(act.matter)
        if matter is not None:
            after = [one for one in _steps(case, matter, params) if (one.on or "") >= (act.on or "")]
            due_on = _due_on(params, act)
            done_on = min((one.on for one in after if one.on is not None), default=None)
            doubt = None if due_on is not None else "day-not-known"
            expected = {"events": list(params.events), "by": due_on}
            yield Due(matter.own_id, act.on, due_on, done_on, doubt, expected, {"done_on": done_on}, [act, *after])


def _steps(case: Case, matter: Matter, params: Params) -> Iterator[Act]:
    parts = case.dossier.parts_of(matter.id)
    for one in (matter, *parts):
        yield from (act for act in one.acts if act.kind in params.events and fits(act.data, params.where))


def _due_on(params: Params, act: Act) -> str | None:
    """The last day; None where the trigger gives none, or where the working days are not known."""
    stated = act.data.get(params.due_field) if params.due_field is not None else None
    if stated is not None or act.on is None:
        return None if stated is None else str(stated)
    if params.within_working_days is not None:
        return add_working_days(act.on, params.within_working_days)
    if params.within_days is not None:
        return (date.fromisoformat(act.on) + timedelta(days=params.within_days)).isoformat()
    return None

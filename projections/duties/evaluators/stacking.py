"""Stacking (层层加码): an arrangement is on record; what those below ask beyond it is listed, not judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, Whose, evidence
from projections.duties.money import ratio
from projections.duties.outcome import Outcome
from projections.duties.records import Act, in_order
from projections.duties.working_days import Days
from projections.tenure import days_between

_TARGET: Final = "target.set"
_INSPECTED: Final = "inspection.held"


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`events`: any of these kinds shows the arrangement.

    Stricter is a target below with the measure and unit of one above it, and a greater value or an earlier day; one
    that nothing above it states cannot be compared, and is listed apart. Inspections of one subject by different
    bodies are crowded where `within_days` lie between them or fewer. Whether that burdens anyone, a person says.
    """

    events: tuple[str, ...]
    within_days: Days = 7
    whose: Whose = "own"


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome, with the lists of stricter targets and of crowded inspections."""
    acts = case.happened(params.events, None, params.whose)
    linked = list(_linked(case))
    listed = {
        "stricter": [_stricter(act, source) for act, source in linked if source is not None and _beyond(act, source)],
        "without_source": [_alone(act) for act, source in linked if source is None],
        "crowded": list(_crowded(case, params.within_days)),
        "judged_by": "a person",
    }
    yield Outcome(
        "met" if acts else "gap", expected={"events": list(params.events)}, actual={"count": len(acts)},
        evidence=evidence(acts), more=listed,
    )  # fmt: skip


def _linked(case: Case) -> Iterator[tuple[Act, Act | None]]:
    """The targets of places below, each with the nearest target of the same measure above it, if there is one."""
    dossier = case.dossier
    for below in dossier.below(case.subject.place or ""):
        for act in _targets(case, below):
            above = (each for place in dossier.above(below) for each in _targets(case, place) if _same(act, each))
            yield act, next(above, None)


def _stricter(act: Act, source: Act) -> dict[str, Any]:
    return {
        "place": act.data.get("subject_id"),
        "source": source.data.get("subject_id"),
        "measure": act.data.get("measure"),
        "value": act.data.get("value"),
        "source_value": source.data.get("value"),
        "ratio": ratio(_value(act), _value(source)),
        "due_on": act.data.get("due_on"),
        "source_due_on": source.data.get("due_on"),
        "evidence": [source.evidence, act.evidence],
    }


def _alone(act: Act) -> dict[str, Any]:
    shown = {name: act.data.get(name) for name in ("measure", "value", "due_on")}
    return {"place": act.data.get("subject_id"), **shown, "evidence": [act.evidence]}


def _crowded(case: Case, within_days: int) -> Iterator[dict[str, Any]]:
    """Inspections of one subject at or below the place, each with the next one by another body soon after."""
    place = case.subject.place or ""
    for subject in (place, *case.dossier.below(place)):
        held = [act for act in case.dossier.about(_INSPECTED, subject) if act.data.get("subject_id") == subject]
        held.sort(key=in_order)
        for turn, act in enumerate(held):
            for other in held[turn + 1 :]:
                days = _between(act, other)
                if days is None or days > within_days:
                    break
                if act.data.get("inspector_body_id") != other.data.get("inspector_body_id"):
                    yield {
                        "subject": subject,
                        "days": days,
                        "bodies": [one.data.get("inspector_body_id") for one in (act, other)],
                        "evidence": [act.evidence, other.evidence],
                    }


def _between(one: Act, other: Act) -> int | None:
    """The days from the last day of an inspection to the first of a later one; None where a day is missing."""
    last: str | None = one.data.get("ended_on") or one.on
    return None if last is None or other.on is None else max(days_between(last, other.on), 0)


def _targets(case: Case, place: str) -> Sequence[Act]:
    return [act for act in case.dossier.about(_TARGET, place) if act.data.get("subject_id") == place]


def _same(one: Act, other: Act) -> bool:
    return all(one.data.get(name) == other.data.get(name) for name in ("measure", "unit")) and "measure" in one.data


def _value(act: Act) -> Decimal | None:
    value = act.data.get("value")
    return None if value is None else Decimal(value)


def _beyond(one: Act, source: Act) -> bool:
    return _more(one, source) or _earlier(one, source)


def _more(one: Act, source: Act) -> bool:
    mine, above = _value(one), _value(source)
    return mine is not None and above is not None and mine > above


def _earlier(one: Act, source: Act) -> bool:
    mine, above = one.data.get("due_on"), source.data.get("due_on")
    return mine is not None and above is not None and mine < above

"""Stacking (层层加码): an arrangement is on record, and what those below ask beyond it is listed, not judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, Whose, evidence
from projections.duties.money import ratio
from projections.duties.outcome import Outcome
from projections.duties.records import Act

_TARGET: Final = "target.set"


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`events`: any of these kinds shows the arrangement.

    Stricter is a target below with the measure and unit of one above it, and a greater value or an earlier day:
    whether that burdens anyone, a person says.
    """

    events: tuple[str, ...]
    whose: Whose = "own"


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome, with the list of stricter targets."""
    acts = case.happened(params.events, None, params.whose)
    yield Outcome(
        "met" if acts else "gap", expected={"events": list(params.events)}, actual={"count": len(acts)},
        evidence=evidence(acts), more={"stricter": list(_stricter(case)), "judged_by": "a person"},
    )  # fmt: skip


def _stricter(case: Case) -> Iterator[dict[str, Any]]:
    """The targets of places below that ask more than the nearest target of the same measure above them."""
    place, dossier = case.subject.place or "", case.dossier
    for below in dossier.below(place):
        for act in _targets(case, below):
            source = next(
                (each for above in dossier.above(below) for each in _targets(case, above) if _same(act, each)), None
            )
            if source is None or not (_more(act, source) or _earlier(act, source)):
                continue
            yield {
                "place": below,
                "source": source.data.get("subject_id"),
                "measure": act.data.get("measure"),
                "value": act.data.get("value"),
                "source_value": source.data.get("value"),
                "ratio": ratio(_value(act), _value(source)),
                "due_on": act.data.get("due_on"),
                "source_due_on": source.data.get("due_on"),
                "evidence": [source.evidence, act.evidence],
            }


def _targets(case: Case, place: str) -> Sequence[Act]:
    return [act for act in case.dossier.about(_TARGET, place) if act.data.get("subject_id") == place]


def _same(one: Act, other: Act) -> bool:
    return all(one.data.get(name) == other.data.get(name) for name in ("measure", "unit")) and "measure" in one.data


def _value(act: Act) -> Decimal | None:
    value = act.data.get("value")
    return None if value is None else Decimal(value)


def _more(one: Act, source: Act) -> bool:
    mine, above = _value(one), _value(source)
    return mine is not None and above is not None and mine > above


def _earlier(one: Act, source: Act) -> bool:
    mine, above = one.data.get("due_on"), source.data.get("due_on")
    return mine is not None and above is not None and mine < above

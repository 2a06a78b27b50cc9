"""On record: an event says what the text names: a title, an area, all the columns of a ledger. Presence, no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, Whose, evidence, fits
from projections.duties.dossier import Dossier
from projections.duties.outcome import Gap, Outcome
from projections.duties.records import Act, in_order
from projections.duties.saying import gives, lacks, mentions
from projections.duties.working_days import Days
from projections.tenure import days_between

_NAMING: Final[Mapping[str, tuple[str, ...]]] = {"ledger-entry.recorded": ("group", "unit", "implementing_unit")}
"""Kinds that name a body in plain text, by its name or its id."""


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`events`: any of these kinds; `at_least` so many of them, `within_days` of each other where that is given."""

    events: tuple[str, ...]
    where: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field to words, one of which must be in it."""
    gives: tuple[str, ...] = ()
    """Fields of which one must be given."""
    complete: tuple[str, ...] = ()
    """Fields that each of them must give."""
    whose: Whose = "own"
    named: bool = False
    """Whether an event is the subject's where its text names one of its bodies."""
    at_least: int = 1
    within_days: Days | None = None
    earlier: bool = False
    """Whether events before the instrument began count too."""
    stated: Mapping[str, int] = field(default_factory=dict)
    """Numbers that the text gives, shown and not compared."""


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome: met where enough of them are on record and none is incomplete."""
    acts = sorted(_found(params, case), key=in_order)
    most = acts if params.within_days is None else _closest(acts, params.within_days)
    incomplete = [act for act in acts if lacks(act.data, params.complete)]
    yield Outcome(
        "met" if len(most) >= params.at_least and not incomplete else "gap",
        expected={
            "events": list(params.events), "at_least": params.at_least, "within_days": params.within_days,
            "stated": params.stated,
        },
        actual={"count": len(acts), "within": len(most)},
        gaps=tuple(
            Gap(act.on, None, f"lacks:{','.join(lacks(act.data, params.complete))}", act.matter.partition(":")[2])
            for act in incomplete[:100]
        ),
        evidence=[*evidence(incomplete), *evidence(most)],
    )  # fmt: skip


def _found(params: Params, case: Case) -> Iterator[Act]:
    seen: set[tuple[int, str]] = set()
    for act in _candidates(params, case):
        if (act.position, act.matter) in seen or not fits(act.data, params.where):
            continue
        seen.add((act.position, act.matter))
        if mentions(act.data, params.words) and gives(act.data, params.gives):
            yield act


def _candidates(params: Params, case: Case) -> Iterator[Act]:
    yield from case.happened(params.events, params.where, params.whose)
    if params.earlier:
        for kind in params.events:
            for one in case.own_ids:
                yield from (*case.dossier.about(kind, one), *case.dossier.done_by(kind, one))
    if params.named:
        index = case.dossier.once(_naming)
        for body in case.subject.bodies:
            for name in {body.id, body.name} - {None}:
                found = (act for kind in params.events for act in index.get((kind, str(name)), ()))
                yield from (act for act in found if case.binds(act.on))


def _naming(dossier: Dossier) -> Mapping[tuple[str, str], Sequence[Act]]:
    found: dict[tuple[str, str], list[Act]] = {}
    for kind, fields in _NAMING.items():
        for act in dossier.acts(kind):
            for name in {act.data.get(each) for each in fields} - {None}:
                found.setdefault((kind, str(name)), []).append(act)
    return found


def _closest(acts: Sequence[Act], days: int) -> Sequence[Act]:
    """The longest run of acts of which the first and the last are less than so many days apart."""
    best: Sequence[Act] = ()
    dated = [act for act in acts if act.on is not None and len(act.on) == 10]
    for n, first in enumerate(dated):
        run = [act for act in dated[n:] if days_between(str(first.on), str(act.on)) < days]
        best = max(best, run, key=len)
    return best

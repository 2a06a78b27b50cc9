"""Money rate: of what was paid to projects, the part that was settled (报账) exceeds a minimum with its own source."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties import years
from projections.duties.case import Case, evidence, last_stated
from projections.duties.money import ratio, shown
from projections.duties.outcome import Outcome
from projections.duties.records import Act
from projections.duties.years import bounds, ended

_PAID: Final = "funds.disbursed"
_SETTLED: Final = "funds.reimbursed"


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`measure`: the targets (of the place, or of one above it, due in the year) that state the minimum.

    `inclusive`: whether the minimum itself passes (高于 does not). `goal`: what is striven for; missing it is no
    breach. `over`: payments and settlements of the `year`, or `all` up to its end: which is a reading.
    """

    measure: str
    inclusive: bool = False
    goal: Decimal | None = None
    over: Literal["year", "all"] = "year"


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome a year; without a minimum on record the rate is shown and the year stays undetermined."""
    paid, settled = _of_projects(case, _PAID), _of_projects(case, _SETTLED)
    first = min((int(str(act.on)[:4]) for act in (*paid, *settled)), default=None)
    yield from years.told(case, first, lambda year: _of_year(params, case, year, paid, settled))


def _of_year(params: Params, case: Case, year: int, paid: list[Act], settled: list[Act]) -> Outcome:
    since, until = bounds(year)
    begin = since if params.over == "year" else ""
    out = [act for act in paid if begin <= str(act.on) < until]
    back = [act for act in settled if begin <= str(act.on) < until]
    whole, part = _sum(out), _sum(back)
    target = _minimum(params, case, since, until)
    least = None if target is None else Decimal(target.data["value"])
    enough = None if least is None or not whole else _passes(part, whole, least, inclusive=params.inclusive)
    over = ended(case, year)
    actual = {"rate": ratio(part, whole), "settled": shown(part), "paid": shown(whole)}
    reached = None if params.goal is None or not whole else part >= params.goal * whole
    status = years.standing(enough, over=over, nothing=None if out or back else "not-applicable")
    return Outcome(
        status, since, until, due_on=f"{year:04}-12-31",
        expected={"minimum": shown(least), "inclusive": params.inclusive, "goal": shown(params.goal)},
        actual=actual, evidence=evidence([*out, *back, *([target] if target is not None else [])]),
        changes_on=None if over else until, more={"year": year, "goal_reached": reached},
    )  # fmt: skip


def _passes(part: Decimal, whole: Decimal, least: Decimal, *, inclusive: bool) -> bool:
    return part >= least * whole if inclusive else part > least * whole


def _of_projects(case: Case, kind: str) -> list[Act]:
    """The payments or settlements of the projects of a place and of those below it, each as it was stated last."""
    place, dossier = case.subject.place, case.dossier
    inside = {place, *dossier.below(place or "")}
    return [
        act
        for act in last_stated(act for one in inside for act in dossier.about(kind, one or ""))
        if act.data.get("project_id") is not None
        and act.on is not None
        and dossier.place_of(f"project:{act.data['project_id']}") in (None, *inside)
    ]


def _minimum(params: Params, case: Case, since: str, until: str) -> Act | None:
    """The target recorded last of those that state the minimum of a year, the place's own before one from above."""
    place = case.subject.place or ""
    for one in (place, *case.dossier.above(place)):
        stated = [
            act
            for act in case.dossier.about("target.set", one)
            if act.data.get("measure") == params.measure and act.data.get("value") is not None
            and since <= act.data.get("due_on", since) < until and act.data.get("subject_id") == one
        ]  # fmt: skip
        if stated:
            return max(stated, key=lambda act: act.position)
    return None


def _sum(acts: list[Act]) -> Decimal:
    return sum((Decimal(act.data["amount"]) for act in acts), Decimal(0))

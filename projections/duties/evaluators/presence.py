"""Presence: something of the kind the rule asks for is on record. It can be met or leave a gap, no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, Whose, evidence
from projections.duties.outcome import Outcome
from projections.duties.windows import Period, windows


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`events`: any of these kinds shows it. `at_least`: how many must; `per`: in each calendar window of this length.

    What begins a state (a body, a pairing, a tenure, a letter) counts while it lasts, unless `ever`.
    """

    events: tuple[str, ...]
    where: Mapping[str, Any] = field(default_factory=dict)
    whose: Whose = "own"
    at_least: int = 1
    per: Period | None = None
    ever: bool = False


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome, or one for the window that holds the day."""
    acts = case.happened(params.events, params.where, params.whose)
    if not params.ever:
        acts = [act for act in acts if case.stands(act)]
    expected = {"events": list(params.events), "at_least": params.at_least}
    if params.per is None:
        status = "met" if len(acts) >= params.at_least else "gap"
        yield Outcome(
            "met" if status == "met" else "gap", expected=expected, actual={"count": len(acts)}, evidence=evidence(acts)
        )
        return
    for since, until in windows(params.per, *(case.span or (case.day, case.tomorrow))):
        inside = [act for act in acts if act.on is not None and since <= act.on < until]
        met = len(inside) >= params.at_least
        yield Outcome(
            "met" if met else "gap", since, until, expected=expected | {"per": params.per},
            actual={"count": len(inside)}, evidence=evidence(inside), changes_on=until,
        )  # fmt: skip

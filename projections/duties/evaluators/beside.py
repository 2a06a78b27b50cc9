"""Beside: what was done with something given is set beside what the giver wanted; whether they agree, a person says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, evidence
from projections.duties.outcome import Outcome


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`uses`: kinds that show a use by the subject, saying what `where` asks, with its words in the field `use`.

    `wishes`: kinds that keep a giver's wish at the subject's place or one above, with its words in the field `wish`.
    """

    uses: tuple[str, ...]
    use: str
    wishes: tuple[str, ...]
    wish: str
    where: Mapping[str, Any] = field(default_factory=dict)


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each use: met where both texts are on record, so that a person can compare them."""
    place, dossier = case.subject.place or "", case.dossier
    uses = case.happened(params.uses, params.where, "at")
    if not uses:
        yield Outcome("not-applicable")
        return
    given = {
        act.position: act
        for one in (place, *dossier.above(place))
        for kind in params.wishes
        for act in dossier.about(kind, one)
    }
    wished = [act for act in given.values() if act.data.get(params.wish)]
    for act in uses:
        used = act.data.get(params.use)
        yield Outcome(
            "met" if used and wished else "gap", since=act.on, about=act.matter.partition(":")[2],
            expected={"wishes": [each.data[params.wish] for each in wished]}, actual={"use": used},
            evidence=evidence([act, *wished]), more={"judged_by": "a person"},
        )  # fmt: skip

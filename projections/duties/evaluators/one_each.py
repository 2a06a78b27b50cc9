"""One record for each matter (一事一记录): at least as many entries as there were matters, none before its matter.

Entries seldom name the matter: each matter takes the first entry of its place that is not older and not yet taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, evidence
from projections.duties.outcome import Gap, Outcome
from projections.duties.records import Act
from projections.tenure import NEVER


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`of`: the kinds of matters; `entries`: the kinds that record them."""

    of: tuple[str, ...]
    entries: tuple[str, ...]
    where: Mapping[str, Any] = field(default_factory=dict)
    """What the data of an entry says."""


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome: how many matters have an entry of their own."""
    matters = case.happened(params.of, whose="anywhere")
    expected = {"of": list(params.of), "entries": list(params.entries)}
    if not matters:
        yield Outcome("not-applicable", expected=expected)
        return
    free = replace(case, until=NEVER).happened(params.entries, params.where, "anywhere")
    without: list[Act] = []
    taken: list[Act] = []
    for matter in matters:
        entry = next((one for one in free if (one.on or "") >= (matter.on or "")), None)
        if entry is None:
            without.append(matter)
        else:
            free.remove(entry)
            taken.append(entry)
    yield Outcome(
        "gap" if without else "met",
        expected=expected,
        actual={"matters": len(matters), "recorded": len(taken), "entries_left": len(free)},
        gaps=tuple(Gap(one.on, None, "not-recorded", one.matter.partition(":")[2]) for one in without[:100]),
        evidence=[*evidence(without), *evidence(taken)],
        more={"unrecorded_count": len(without)},
    )

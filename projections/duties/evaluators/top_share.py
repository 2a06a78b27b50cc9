"""Top share: of all that a round ranks, the first so many in a hundred are rewarded, and nobody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any, Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, evidence
from projections.duties.outcome import Outcome
from projections.duties.records import Act
from projections.policies.rule import Level, Status

_ROUNDING: Final = {"down": ROUND_FLOOR, "nearest": ROUND_HALF_UP, "up": ROUND_CEILING}


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`share` of the ranked places below of a `level` is to be rewarded, each round (`year`) by itself.

    `ranked`: kinds that rank, `where` they say this. `reward`: kinds that reward, `reward_where` likewise, from the day
    on which the round was recorded. `ranked_set`: of what the share is taken, the places `evaluated` or those `listed`
    on one of `lists` on the day the round was recorded. `rounding` of a number of places that is not whole.
    """

    ranked: tuple[str, ...]
    reward: tuple[str, ...]
    share: Decimal
    level: Level
    lists: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    reward_where: Mapping[str, Any] = field(default_factory=dict)
    ranked_set: Literal["evaluated", "listed"] = "evaluated"
    rounding: Literal["down", "nearest", "up"] = "nearest"


@dataclass(frozen=True, slots=True)
class _Round:
    """A year's results by place, and the days between which its rewards lie."""

    year: int
    results: Mapping[str, Act]
    since: str
    until: str | None


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome a round: `due` until the next one is recorded; without any the rule does not apply."""
    found = [_judged(params, case, one) for one in _rounds(params, case)]
    if case.span is not None:
        first, end = case.span
        found = [one for one in found if (one.since or first) < end and first < (one.until or end)]
    yield from found or [Outcome("not-applicable")]


def _rounds(params: Params, case: Case) -> list[_Round]:
    by_year: dict[int, dict[str, Act]] = defaultdict(dict)
    for act in case.happened(params.ranked, params.where, "below"):
        place, year = act.data.get("subject"), act.data.get("year")
        at_level = case.dossier.level(place if isinstance(place, str) else None) == params.level
        if at_level and isinstance(year, int) and (not params.lists or case.listed(place, params.lists, act.on)):
            kept = by_year[year].get(str(place))
            if kept is None or kept.position < act.position:
                by_year[year][str(place)] = act
    years = sorted(by_year)
    starts = {year: min(str(act.on) for act in by_year[year].values()) for year in years}
    return [
        _Round(year, by_year[year], starts[year], min((starts[one] for one in years if one > year), default=None))
        for year in years
    ]


def _judged(params: Params, case: Case, one: _Round) -> Outcome:
    size = len(one.results) if params.ranked_set == "evaluated" else _listed(params, case, one.since)
    exact = params.share * size
    places = int(exact.to_integral_value(_ROUNDING[params.rounding]))
    ranks = {place: act.data.get("ranking") for place, act in one.results.items()}
    top = {place for place, rank in ranks.items() if rank is not None and rank <= places}
    rewards = _rewards(params, case, one)
    missed, beyond = sorted(top - rewards.keys()), sorted(rewards.keys() - top)
    unranked = sorted(place for place, rank in ranks.items() if rank is None)
    status: Status = "met"
    incomplete = size > len(one.results) or max((rank or 0 for rank in ranks.values()), default=0) > size
    if (len(top) < places and (unranked or incomplete)) or (params.ranked_set == "evaluated" and incomplete):
        status = "undetermined"
    elif beyond or (missed and one.until is not None):
        status = "breached"
    elif missed:
        status = "due"
    return Outcome(
        status,
        one.since,
        one.until,
        about=str(one.year),
        expected={"places": places, "share": str(params.share), "of": size, "exact": str(exact)},
        actual={"rewarded": sorted(rewards)},
        evidence=evidence([*one.results.values(), *(act for acts in rewards.values() for act in acts)]),
        more={"ranks": ranks, "rounding": params.rounding, "ranked_set": params.ranked_set}
        | {"top": sorted(top), "not_rewarded": missed, "rewarded_beyond": beyond, "unranked": unranked},
    )


def _listed(params: Params, case: Case, day: str) -> int:
    """How many places below were on one of the lists on a day."""
    below = case.dossier.below(case.subject.place or "", params.level)
    return sum(case.listed(place, params.lists, day) for place in below)


def _rewards(params: Params, case: Case, one: _Round) -> dict[str, Sequence[Act]]:
    found: dict[str, list[Act]] = defaultdict(list)
    for act in case.happened(params.reward, params.reward_where, "below"):
        place, on = act.data.get("subject"), act.on
        if on is None or on < one.since or (one.until is not None and on >= one.until):
            continue
        if case.dossier.level(place if isinstance(place, str) else None) == params.level:
            found[str(place)].append(act)
    return dict(found)

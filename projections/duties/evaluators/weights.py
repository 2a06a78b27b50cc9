"""Weights: what an evaluation of a year weighs is what its scheme says."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, last_stated
from projections.duties.outcome import Outcome
from projections.duties.records import Act
from projections.duties.years import asked, bounds, ended, year_of
from projections.policies.rule import Status
from projections.tenure import day_before

_GRADED: Final = "evaluation.recorded"


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Component:
    """Components whose name has one of these words weigh `weight` together; any weight at all where it is None."""

    words: tuple[str, ...]
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`components`: what must be weighed, by name; what the scheme leaves open is not looked at.

    `of`: whose evaluations: of `bodies` of the place, of `places` directly below it, or of the `holders` of the
    subject's posts. `year`: the first year under the scheme; `recurs`: whether it holds for later years too, which is
    a reading. `rewards`: kinds of reward that, granted under the rule, show the same where no evaluation does.
    """

    components: tuple[Component, ...]
    of: Literal["bodies", "places", "holders"]
    year: int
    recurs: bool = True
    rewards: tuple[str, ...] = ()


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each evaluation; where a year is without any, one that says so.

    A year still running, without an evaluation, is told where no other is: evaluations of a year come after it.
    """
    found: list[Outcome] = []
    for year in _years(params, case):
        whose = _graded(params, case, year)
        acts = [act for one in whose for act in _of(case, one, year)]
        found += [_weighed(params, case, act, year) for act in acts]
        if not acts:
            found.append(_without(case, year, [act for one in whose for act in _rewarded(params, case, one, year)]))
    told = [one for one in found if one.status != "due"]
    yield from told or found or [Outcome("not-applicable")]


def _years(params: Params, case: Case) -> Iterator[int]:
    """The years asked about that are under the scheme; a scheme of one year is that year's, whenever it was told."""
    if params.recurs:
        yield from (year for year in asked(case, params.year) if year >= params.year)
    elif bounds(params.year)[0] <= case.day:
        since, until = case.span or ("", case.tomorrow)
        if since < bounds(params.year)[1] and bounds(params.year)[0] < until:
            yield params.year


def _without(case: Case, year: int, given: list[Act]) -> Outcome:
    """A year without an evaluation."""
    since, until = bounds(year)
    status: Status = "met" if given else "gap" if ended(case, year) else "due"
    return Outcome(
        status, since, until, evidence=[act.evidence for act in given],
        changes_on=bounds(year_of(case.day))[1], more={"year": year},
    )  # fmt: skip


def _weighed(params: Params, case: Case, act: Act, year: int) -> Outcome:
    since, until = bounds(year)
    stated = act.data.get("components") or ()
    results = [_as_stated(one, stated) for one in params.components]
    status: Status = "breached" if False in results else "undetermined" if None in results else "met"
    return Outcome(
        status, since, until, about=str(act.data["evaluation_id"]),
        expected=[{"words": list(one.words), "weight": _text(one.weight)} for one in params.components],
        actual=[{"name": one.get("name"), "weight": one.get("weight")} for one in stated], evidence=[act.evidence],
        changes_on=bounds(year_of(case.day))[1],
        more={"year": year, "subject": act.data.get("subject"), "scheme": act.data.get("scheme_instrument_id")}
        | {"recomputed": _recomputed(params, stated)},
    )  # fmt: skip


def _recomputed(params: Params, stated: Any) -> dict[str, str] | None:
    """The scores under the weights of the scheme, for the part of the whole that it names; None where one is missing.

    What the rest was made of the scheme does not say, so nothing is made up for it.
    """
    points, of_weight = Decimal(0), Decimal(0)
    for one in params.components:
        mine = [each for each in stated if any(word in (each.get("name") or "") for word in one.words)]
        if one.weight is None or len(mine) != 1 or mine[0].get("score") is None:
            return None
        points, of_weight = points + one.weight * Decimal(mine[0]["score"]), of_weight + one.weight
    return {"points": f"{points:f}", "of_weight": f"{of_weight:f}", "rest": f"{1 - of_weight:f}"}


def _as_stated(one: Component, stated: Any) -> bool | None:
    """Whether an evaluation weighs a component as it should; None where no component or no weight is recorded."""
    mine = [each for each in stated if any(word in (each.get("name") or "") for word in one.words)]
    if not stated or any(each.get("name") is None for each in stated):
        return None
    if one.weight is None or not mine:
        return bool(mine)
    weights = [each.get("weight") for each in mine]
    return None if None in weights else sum((Decimal(each) for each in weights), Decimal(0)) == one.weight


def _graded(params: Params, case: Case, year: int) -> list[str]:
    """Whose evaluations are meant."""
    place, dossier = case.subject.place or "", case.dossier
    if params.of == "bodies":
        return [body.id for body in dossier.bodies_at(place)]
    if params.of == "places":
        return dossier.children(place)
    since, until = bounds(year)
    tenures = [one for post in case.subject.posts for one in dossier.tenures_of(post.id)]
    held = {one.person for one in tenures if one.person is not None and one.bounds.meets(since, day_before(until))}
    return [post.id for post in case.subject.posts] + sorted(held)


def _of(case: Case, one: str, year: int) -> list[Act]:
    """The evaluations of one for a year, each as it was stated last."""
    stated = last_stated(case.dossier.about(_GRADED, one))
    return [
        act for act in stated if act.data.get("year") == year and case.dossier.person(act.data.get("subject")) == one
    ]


def _rewarded(params: Params, case: Case, one: str, year: int) -> list[Act]:
    """The rewards under the rule that were given in a year or, for it, in the next."""
    since, until = bounds(year)[0], bounds(year + 1)[1]
    return [
        act
        for act in case.dossier.about("reward.granted", one)
        if case.dossier.person(act.data.get("subject")) == one
        and act.data.get("kind") in params.rewards
        and act.data.get("ground_obligation_id") == case.rule.id
        and act.on is not None
        and since <= act.on < until
    ]


def _text(weight: Decimal | None) -> str | None:
    return None if weight is None else f"{weight:f}"

"""Scorers: those who scored someone are those whom he assists, of every class that the text names.

Generic: a class is the level of a place, or `household`; one Outcome for each holder and each evaluation of him.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, evidence
from projections.duties.dossier import Dossier
from projections.duties.members import Member, Whom, members
from projections.duties.outcome import Gap, Outcome
from projections.duties.records import Act, Tenure
from projections.policies.rule import Level, Status
from projections.tenure import Bounds, next_day

_EVALUATED = "evaluation.recorded"
_CAUSES: Mapping[Status, str] = {"breached": "not-scored-by", "gap": "assists-none", "undetermined": "uncertain"}


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`functions`: those who are scored; `classes`: by whom of each, of those whom they assist in the year."""

    functions: tuple[str, ...]
    classes: tuple[Level | Literal["household"], ...]
    every: bool = False
    """Whether all that he assists of a class must score him, or one of them is enough."""
    through: bool = True
    """Whether he assists a place by assisting what is in it: the township of his village."""
    kinds: tuple[str, ...] = ()
    """Of pairings; empty: any."""


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for every evaluation of everyone who is to be scored; a gap for who was never evaluated."""
    judged: dict[str, tuple[Act, list[Member]]] = {}
    never: dict[str, Member] = {}
    for member in members(Whom("holders", functions=params.functions), case):
        tenure = member.what
        if not isinstance(tenure, Tenure) or not any(since <= case.day for since, _ in member.needed):
            continue
        acts = [act for one in sorted(member.ids) for act in case.dossier.about(_EVALUATED, one)]
        mine = [act for act in acts if _of_tenure(act, tenure, case) and not member.ids.isdisjoint(act.subjects)]
        for act in mine:
            judged.setdefault(act.matter, (act, []))[1].append(member)
        if not mine and tenure.bounds.certainty(case.day) == "certain":
            never.setdefault(tenure.post or tenure.id, member)
    for about, member in sorted(never.items()):
        who = member.what.person if isinstance(member.what, Tenure) else None
        gap = Gap(None, None, "not-evaluated", who)
        none = {"evaluations": 0}
        yield Outcome(
            "gap", about=about, expected=_expected(params), actual=none, gaps=(gap,), evidence=member.evidence
        )
    for _, (act, holders) in sorted(judged.items()):
        yield _judged(params, case, holders, act)


def _of_tenure(act: Act, tenure: Tenure, case: Case) -> bool:
    """Whether an evaluation that names a post or a person is of this holder: of the year in which he held it."""
    if act.on is None or not case.binds(act.on):
        return False
    first, last = _year(act)
    return tenure.bounds.meets(first, last)


def _judged(params: Params, case: Case, holders: Sequence[Member], act: Act) -> Outcome:
    """Of an evaluation that names a post, all who held it in the year: what any of them assisted counts."""
    scorers = act.data.get("scorers") or ()
    helped = _assisted(params, case, holders, act)
    spoken = {one: _within(case, one, act.on or case.day) for one in scorers}
    scored = {place for places in spoken.values() for place in places}
    found: dict[str, Status] = {each: _class(params, helped[each], scored) for each in params.classes}
    status = _status(found, scorers)
    assisted = {one for each in helped.values() for one in each}
    strangers = [one for one in scorers if assisted.isdisjoint(spoken[one])]
    return Outcome(
        status,
        max(case.since, _year(act)[0]),
        None if act.on is None else next_day(act.on),
        about=act.matter.partition(":")[2],
        expected=_expected(params),
        actual={"scorers": list(scorers), "year": act.data.get("year")},
        gaps=tuple(Gap(None, None, _CAUSES[how], each) for each, how in found.items() if how != "met"),
        evidence=[*evidence([act]), *(entry for member in holders for entry in member.evidence)],
        more={
            "posts": sorted({one.what.post for one in holders if isinstance(one.what, Tenure) and one.what.post}),
            "assisted": {each: dict(sorted(ids.items())) for each, ids in helped.items()},
            "classes": found,
            "scorers_not_assisted": strangers,
        },
    )


def _status(found: Mapping[str, Status], scorers: Sequence[str]) -> Status:
    if not scorers:
        return "gap"
    order: tuple[Status, ...] = ("breached", "gap", "undetermined")
    return next((status for status in order if status in found.values()), "met")


def _class(params: Params, ids: Mapping[str, str], scored: Collection[str]) -> Status:
    """Whether those of a class scored him: a breach only where he certainly assists one who did not."""
    if not ids:
        return "gap"
    sure = [one for one, certainty in ids.items() if certainty == "certain"]
    did = [one for one in ids if one in scored]
    if params.every:
        if all(one in scored for one in ids):
            return "met"
        return "breached" if any(one not in scored for one in sure) else "undetermined"
    if did:
        return "met"
    return "breached" if sure else "undetermined"


def _assisted(params: Params, case: Case, holders: Sequence[Member], act: Act) -> dict[str, dict[str, str]]:
    """Class to whom he assists on a day of the year evaluated, and how certain that is."""
    dossier = case.dossier
    found: dict[str, dict[str, str]] = {each: {} for each in params.classes}
    helpers = sorted({one for member in holders for one in member.ids})
    for pairing in (pairing for one in helpers for pairing in dossier.pairings_of(one)):
        certainty = _in_year(pairing.bounds, act)
        if (params.kinds and pairing.kind not in params.kinds) or certainty == "no":
            continue
        place = dossier.place_of(pairing.assisted)
        line = {} if place is None else dossier.line_on(place, _year(act)[1])
        for one in dict.fromkeys([pairing.assisted, *(line if params.through else ())]):
            which = line.get(one) or dossier.level(one) or ("household" if one in _households(case) else None)
            if which in found and found[which].get(one) != "certain":
                found[which][one] = certainty
    return found


def _households(case: Case) -> frozenset[str]:
    return case.dossier.once(_all_households)


def _all_households(dossier: Dossier) -> frozenset[str]:
    return frozenset(matter.own_id for matter in dossier.of_register("household"))


def _within(case: Case, one: str, day: str) -> set[str]:
    """A scorer with what he speaks for: himself, or the place of a post, a body or a person in office."""
    dossier = case.dossier
    if one in dossier.places or one in _households(case):
        return {one}
    place = dossier.place_of(one)
    return {one, *([place] if place is not None else []), *dossier.places_of_person(one, day)}


def _in_year(bounds: Bounds, act: Act) -> Literal["certain", "possible", "no"]:
    first, last = _year(act)
    if max(bounds.s1, first) <= last and max(bounds.s1, first) < bounds.e0:
        return "certain"
    return "possible" if bounds.meets(first, last) else "no"


def _year(act: Act) -> tuple[str, str]:
    """The first and the last day of the year evaluated; where it is not given, of the year before the result."""
    year = act.data.get("year") or int((act.on or "0001")[:4]) - 1
    return f"{int(year):04d}-01-01", f"{int(year):04d}-12-31"


def _expected(params: Params) -> dict[str, Any]:
    return {"classes": list(params.classes), "every": params.every}

"""Follow-up: what happened is answered by something else about the same matter, persons or place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import pairwise
from typing import Any, Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, Whose, evidence, fits
from projections.duties.outcome import Outcome
from projections.duties.records import Act, in_order
from projections.policies.rule import Level, Status
from projections.tenure import ALWAYS, NEVER, days_between

Link = Literal["matter", "part", "cites", "subject", "holders", "place", "ground", "own"]
"""How an answer is told: a step of the same matter; about that matter; naming it in a field; about the same subject;
about those who held the posts concerned; about the place; on the ground of this rule; or any by the subject itself."""

_RUN: Final = 2
_GROUNDS: Final = ("ground_obligation_id", "trigger")


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`trigger` kinds (saying `where`) are each to be followed by one of the `answer` kinds (saying `answer_where`).

    Of `where` and `answer_where` a key that is a kind holds what is asked of that kind alone.

    `whose`: which triggers count. `level`: only those about a place of it. `lists`: only those about a place that, or
    one above which, was on one of these when it happened. `earlier`: also those before the instrument, and before the
    place was listed, if it is by the day: the text is about what was open already. `running`: how many years in a row
    the trigger must say the same of one subject. `links`: how the answer is told, any of them. `holder_functions`:
    functions of the posts at the trigger's place whose holders an answer may be about. `each`: whether every answer
    kind must be there. `deadline`: whether the deadline set last is to be kept.
    """

    trigger: tuple[str, ...]
    answer: tuple[str, ...]
    where: Mapping[str, Any] = field(default_factory=dict)
    answer_where: Mapping[str, Any] = field(default_factory=dict)
    whose: Whose = "anywhere"
    level: Level | None = None
    lists: tuple[str, ...] = ()
    earlier: bool = False
    running: int = 1
    links: tuple[Link, ...] = ("matter", "part", "cites", "subject", "ground")
    holder_functions: tuple[str, ...] = ()
    each: bool = False
    deadline: bool = False


@dataclass(frozen=True, slots=True)
class _Answers:
    """The acts that may answer, by what they name."""

    naming: Mapping[str, Sequence[Act]]
    on_ground: Sequence[Act]


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each trigger; without any the rule does not apply."""
    triggers = _triggers(params, case)
    answers = _answers(params, case) if triggers else _Answers({}, ())
    found = [_followed(params, case, trigger, answers) for trigger in triggers]
    if case.span is not None:
        since, until = case.span
        found = [one for one in found if (one.since or since) < until]
    yield from found or [Outcome("not-applicable")]


def _triggers(params: Params, case: Case) -> list[Act]:
    dossier = case.dossier
    told = (replace(case, since=ALWAYS) if params.earlier else case).happened(params.trigger, None, params.whose)
    found = [act for act in told if _says(act, params.where)]
    if params.level is not None:
        found = [act for act in found if any(dossier.level(one) == params.level for one in _places(case, act))]
    if params.lists:
        found = [act for act in found if _listed(params, case, act)]
    return found if params.running < _RUN else _running(found, params.running)


def _says(act: Act, where: Mapping[str, Any]) -> bool:
    """Whether an act says what is asked of all kinds, and of its own."""
    own = where.get(act.kind, {})
    return fits(act.data, {name: value for name, value in where.items() if "." not in name} | dict(own))


def _listed(params: Params, case: Case, act: Act) -> bool:
    places = _places(case, act)
    line = {*places, *(above for one in places for above in case.dossier.above(one))}
    days = (act.on, case.day) if params.earlier else (act.on,)
    return any(case.listed(one, params.lists, day) for one in line for day in days)


def _running(acts: Sequence[Act], years: int) -> list[Act]:
    """The acts that end a run of so many years in a row of one subject."""
    by_subject: dict[str, dict[int, Act]] = defaultdict(dict)
    for act in acts:
        if isinstance(act.data.get("subject"), str) and isinstance(act.data.get("year"), int):
            by_subject[act.data["subject"]][act.data["year"]] = act
    found = []
    for told in by_subject.values():
        length = 0
        for before, year in pairwise([0, *sorted(told)]):
            length = length + 1 if year == before + 1 else 1
            if length >= years:
                found.append(told[year])
    return sorted(found, key=in_order)


def _answers(params: Params, case: Case) -> _Answers:
    """The acts of the answer's kinds by the ids that their fields name, where that link is asked for."""
    naming: dict[str, list[Act]] = defaultdict(list)
    grounds = []
    for kind in params.answer:
        for act in case.dossier.acts(kind):
            if "cites" in params.links:
                for name, value in act.data.items():
                    if isinstance(value, str) and name.endswith("_id"):
                        naming[value].append(act)
            if "ground" in params.links and any(act.data.get(name) == case.rule.id for name in _GROUNDS):
                grounds.append(act)
    return _Answers(naming, grounds)


def _followed(params: Params, case: Case, trigger: Act, answers: _Answers) -> Outcome:
    own_id = trigger.matter.partition(":")[2]
    found = {
        (act.position, act.matter): act
        for act in _linked(params, case, trigger, answers)
        if _says(act, params.answer_where)
        and act is not trigger
        and (trigger.on is None or act.on is None or trigger.on <= act.on)
    }
    acts = sorted(found.values(), key=in_order)
    missing = [kind for kind in params.answer if all(act.kind != kind for act in acts)] if params.each else []
    done = bool(acts) and not missing
    expected = {"answer": list(params.answer)} | ({"each": True} if params.each else {})
    actual = {"count": len(acts), "first_on": acts[0].on if acts else None}
    shown: dict[str, Any] = {
        "trigger": {"type": trigger.kind, "on": trigger.on, "position": trigger.position},
        "missing": missing,
    }
    if params.running >= _RUN:
        shown["holders"] = _held(params, case, trigger)
    told = [trigger.evidence, *evidence(acts)]
    due = _deadline(case, trigger) if params.deadline else None
    if due is None:
        return Outcome(
            "met" if done else "gap",
            trigger.on,
            about=own_id,
            expected=expected,
            actual=actual,
            evidence=told,
            more=shown,
        )
    first = acts[0].on if acts else None
    late = None if first is None or first <= due else days_between(due, first)
    status: Status = "met" if done else "overdue" if case.passed(due) else "due"
    return Outcome(
        status, trigger.on, about=own_id, due_on=due, expected=expected, actual=actual, late_days=late, evidence=told,
        changes_on=case.late_on(due) if status == "due" else None, more=shown,
    )  # fmt: skip


def _linked(params: Params, case: Case, trigger: Act, answers: _Answers) -> Iterator[Act]:
    dossier, links = case.dossier, params.links
    matter = dossier.matters.get(trigger.matter)
    if matter is not None and "matter" in links:
        yield from (act for act in matter.acts if act.kind in params.answer)
    yield from answers.naming.get(trigger.matter.partition(":")[2], ())
    places = set(_places(case, trigger))
    if "own" in links:
        yield from replace(case, until=NEVER).happened(params.answer)
    yield from (act for act in answers.on_ground if not places.isdisjoint(_places(case, act)))
    about = _concerned(params, case, trigger)
    for kind in params.answer:
        for one in sorted(about):
            for act in dossier.about(kind, one):
                if "place" in links or one in act.subjects or dossier.person(one) in act.subjects:
                    yield act


def _concerned(params: Params, case: Case, trigger: Act) -> set[str]:
    """What an answer may be about."""
    links = params.links
    about: set[str] = {trigger.matter} if "part" in links else set()
    if "subject" in links:
        about |= _subjects(case, trigger)
    if "holders" in links:
        about |= _holders(params, case, trigger)
    if "place" in links:
        about |= set(_places(case, trigger))
    return about


def _subjects(case: Case, act: Act) -> set[str]:
    """What an act and the other steps of its matter are about, places as far as they are named themselves."""
    matter = case.dossier.matters.get(act.matter)
    return set(act.subjects) | {one for each in (matter.acts if matter is not None else ()) for one in each.subjects}


def _holders(params: Params, case: Case, act: Act) -> set[str]:
    """The posts concerned, with those who certainly or possibly held them on the day."""
    dossier = case.dossier
    posts = {one for one in _subjects(case, act) if one in dossier.posts}
    for place in _places(case, act):
        posts |= {post.id for post in case.posts(params.holder_functions, place)} if params.holder_functions else set()
    on = act.on or case.day
    people = {one.person for post in posts for one in dossier.holders(post, on, ("certain", "possible"))}
    return posts | {person for person in people if person is not None}


def _held(params: Params, case: Case, trigger: Act) -> list[dict[str, Any]]:
    """Who held the posts concerned in the years of the run, with the days of each year that are certain."""
    last = int(trigger.data["year"])
    years = [(str(year), f"{year}-01-01", f"{year + 1}-01-01") for year in range(last - params.running + 1, last + 1)]
    found = []
    for post in sorted(_holders(params, case, trigger) & case.dossier.posts.keys()):
        for one in case.dossier.tenures_of(post):
            spans = {year: (max(one.bounds.s1, first), min(one.bounds.e0, end)) for year, first, end in years}
            days = {year: days_between(*span) for year, span in spans.items() if span[0] < span[1]}
            if days:
                found.append({"post": post, "person": one.person, "appointment": one.id, "days": days})
    return found


def _places(case: Case, act: Act) -> list[str]:
    """The places that an act is about, itself or through what it names."""
    dossier = case.dossier
    found = {dossier.place_of(one) for one in _subjects(case, act)}
    if not found - {None}:
        found = {one for each in act.subjects for one in dossier.places_of_person(each, act.on or case.day)}
    return sorted(one for one in found if one is not None)


def _deadline(case: Case, trigger: Act) -> str | None:
    """The deadline that was set last in the trigger's matter."""
    matter = case.dossier.matters.get(trigger.matter)
    acts = [trigger] if matter is None else matter.acts
    return next((str(act.data["deadline"]) for act in reversed(acts) if act.data.get("deadline") is not None), None)

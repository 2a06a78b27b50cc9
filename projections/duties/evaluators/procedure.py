"""Procedure: a step of a matter is taken by who is competent, after what must precede it, before what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, timedelta
from typing import Any, Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.case import Case, fits
from projections.duties.competence import Answer, addressed, competent, told
from projections.duties.names import Register, StepKind
from projections.duties.notices import notice_of, notices, open_objections
from projections.duties.outcome import Outcome
from projections.duties.records import Act, Matter
from projections.duties.working_days import Days
from projections.folds.registers import OF_KIND
from projections.policies.rule import Level, Status
from projections.tenure import next_day

_STRICT: Final = ConfigDict(extra="forbid")
_Leaver = Literal[Level, "household"]
_Office = Literal[Level, "centre"]
"""Where those stand who act: at a level of a log, or above all of them."""


@dataclass(frozen=True, slots=True, config=_STRICT)
class Step:
    """Any of these kinds saying what `where` asks, by a bearer of one of these functions at this level."""

    kinds: tuple[StepKind, ...]
    where: Mapping[str, Any] = field(default_factory=dict)
    functions: tuple[str, ...] = ()
    level: _Office | None = None


@dataclass(frozen=True, slots=True, config=_STRICT)
class Params:
    """One step (`kinds`, `where`) of every matter of a `register` at the subject's place or below.

    `levels`: of exits, who leaves (household, village, county). `lists`: only places that were on one of these.
    `functions`, `level`: who is competent; none: anyone. `parties`: each of these sets of functions must be among
    those who took it. `recipient_functions`, `recipient_level`: to whom it must go; what goes elsewhere is another
    step. `own`: the subject's own alone; what others took is not asked of it.
    `after`: what must be on record by its day. `before`: kinds that must not come earlier. `cited`: fields of the
    matter that name the step. `within_days`: how long before those a step outside the matter may lie; such a step
    counts from the opening of the matter on where `from_opening`.
    `owed_once`: kinds after which a step that is not on record is a gap; without any of `before` and these it is due.
    `ends`: kinds after which nothing more is owed. `missing`: what a step left out comes to.
    `notice_over_by`: kinds that must not come before the public notice has ended. `notice_days`: how long it must last
    at least; None: not judged. `unopposed_at`: kinds on whose day no objection may be open.
    `order`: instead of one step, kinds of which each needs the one before it, on its own day or earlier.
    """

    register: Register
    kinds: tuple[StepKind, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    levels: tuple[_Leaver, ...] = ()
    lists: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    level: _Office | None = None
    parties: tuple[tuple[str, ...], ...] = ()
    recipient_functions: tuple[str, ...] = ()
    recipient_level: _Office | None = None
    own: bool = False
    after: tuple[Step, ...] = ()
    before: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    within_days: Days | None = None
    from_opening: bool = False
    owed_once: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    missing: Literal["breached", "undetermined"] = "breached"
    notice_over_by: tuple[str, ...] = ()
    notice_days: int | None = None
    unopposed_at: tuple[str, ...] = ()
    order: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        """Refuse parameters that name no step. Raises ValueError."""
        if not self.kinds and not self.order:
            raise ValueError("should have kinds, or order alone")


_PLACES: Final = ("province", "city", "county", "township", "village")


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each matter."""
    found = [one for matter in _matters(params, case) if (one := _judged(params, case, matter)) is not None]
    yield from found or [Outcome("not-applicable")]


def _matters(params: Params, case: Case) -> Iterator[Matter]:
    dossier, here = case.dossier, case.subject.place
    if here is None:
        return
    at = [here, *dossier.below(here)]
    if params.levels and set(params.levels) <= set(_PLACES):
        at = [one for one in at if dossier.level(one) in params.levels]
    for place in at:
        for matter in dossier.matters_at(params.register, place):
            if not params.levels or _level(case, matter, place) in params.levels:
                yield matter


def _level(case: Case, matter: Matter, place: str) -> str | None:
    """The level that a matter says, else that of the place it is about; what is no place is a household."""
    for act in matter.acts:
        if act.data.get("level") is not None:
            return str(act.data["level"])
    return case.dossier.level(place) if matter.stands_at == place else "household"


def _judged(params: Params, case: Case, matter: Matter) -> Outcome | None:
    acts = [act for act in matter.acts if act.on is not None]
    if not acts or not _asked(params, case, matter, acts):
        return None
    if params.order:
        return _in_order(params, case, matter)
    limit = min((act.on for act in acts if act.kind in params.before and act.on), default=None)
    steps = _steps(params, case, matter, acts, limit)
    tried = [(act, *_faults(params, case, matter, act, limit)) for act in steps]
    best = min(tried, key=lambda one: (len(one[1]), len(one[2])), default=None)
    decided = limit if best is None else min(best[0].on or case.day, limit or case.day)
    if not case.binds(decided):
        return None
    if best is None:
        status, faults, doubts = _without(params, case, matter, limit)
        return _outcome(case, matter, (status, limit), faults, doubts, [])
    status = "breached" if best[1] else "undetermined" if best[2] else "met"
    return _outcome(case, matter, (status, best[0].on), best[1], best[2], [best[0]])


def _asked(params: Params, case: Case, matter: Matter, acts: Sequence[Act]) -> bool:
    """Whether a matter is within the span asked about, and of a listed place where only those count."""
    if case.span is not None and not (str(acts[0].on) < case.span[1] and case.span[0] <= str(acts[-1].on)):
        return False
    place = case.dossier.place_of(matter.stands_at or matter.part_of)
    return not params.lists or (place is not None and bool(case.listings(place, params.lists)))


def _without(params: Params, case: Case, matter: Matter, limit: str | None) -> tuple[Status, list[str], list[str]]:
    """What a matter without the step comes to.

    Of a rule that can only be met or leave a gap, what is owed after another step alone is no gap before it.
    """
    noun, _, verb = params.kinds[0].partition(".")
    taken = any(matter.said(kind) is not None for kind in params.kinds)
    outside = OF_KIND[params.kinds[0]][0].name != params.register
    name = f"missing-{noun}" if outside else f"not-{verb}" if taken else f"missing-{verb}"
    if params.own and taken:
        return "not-applicable", [], []
    if any(act.data.get(one) is not None for act in matter.acts for one in params.cited):
        return "met", [], []
    if limit is not None:
        return (params.missing, [name], []) if params.missing == "breached" else (params.missing, [], [name])
    if any(matter.said(kind) is not None for kind in params.ends):
        return "not-applicable", [], []
    owed = any(matter.said(kind) is not None for kind in params.owed_once)
    if params.owed_once and not owed and case.rule.verdicts == "presence":
        return "not-applicable", [], []
    return ("gap" if owed else "due"), [name] if owed else [], []


def _steps(params: Params, case: Case, matter: Matter, acts: Sequence[Act], limit: str | None) -> list[Act]:
    """The steps that may be the one asked for: of the matter itself, and the subject's acts of other registers."""
    inside = [kind for kind in params.kinds if OF_KIND[kind][0].name == params.register]
    outside = [kind for kind in params.kinds if kind not in inside]
    found = [act for act in acts if act.kind in inside and fits(act.data, params.where)]
    if outside:
        last = limit or case.day
        first = str(acts[0].on) if params.from_opening else ""
        if params.within_days is not None:
            first = max(first, (date.fromisoformat(last) - timedelta(days=params.within_days)).isoformat())
        others = [*case.happened(outside, params.where), *case.happened(outside, params.where, "at")]
        once = {(act.position, act.matter): act for act in others}
        found += [act for act in once.values() if act.on is not None and first <= act.on <= last]
    if params.own:
        found = [act for act in found if not act.doers.isdisjoint(case.own_ids)]
    asked = params.recipient_functions, params.recipient_level
    return [act for act in found if _addressed(case, matter, act, *asked) != "no"]


def _faults(params: Params, case: Case, matter: Matter, act: Act, limit: str | None) -> tuple[list[str], list[str]]:
    """What is wrong with a step, and what the record leaves open."""
    faults: list[str] = []
    doubts: list[str] = []
    place = case.dossier.place_of(matter.stands_at or matter.part_of)
    verb = act.kind.partition(".")[2]
    answers = [
        ("incompetent-body", competent(case, act, place, params.functions, params.level)),
        ("recipient", _addressed(case, matter, act, params.recipient_functions, params.recipient_level)),
        *((f"without-{'-or-'.join(each)}", competent(case, act, None, each, None)) for each in params.parties),
    ]
    for name, answer in answers:
        if answer != "yes":
            (faults if answer == "no" else doubts).append(name)
    if limit is not None and str(act.on) > limit:
        faults.append(f"{verb}-after-{_first(matter, params.before, limit)}")
    for step in params.after:
        _precedes(case, matter, step, act, (faults, doubts))
    overrun, unclear = notices(case, matter, act, params.notice_over_by, params.notice_days)
    faults += overrun
    doubts += unclear
    faults += ["unresolved-objection"] * any(
        open_objections(matter, str(one.on)) for one in matter.acts if one.kind in params.unopposed_at and one.on
    )
    return faults, doubts


def _addressed(case: Case, matter: Matter, act: Act, functions: Sequence[str], level: str | None) -> Answer:
    return addressed(case, act, case.dossier.place_of(matter.stands_at or matter.part_of), functions, level)


def _precedes(case: Case, matter: Matter, step: Step, act: Act, found: tuple[list[str], list[str]]) -> None:
    """Add to the faults or the doubts where a step that must be on record by the day of another is not."""
    faults, doubts = found
    place = case.dossier.place_of(matter.stands_at or matter.part_of)
    there = [one for one in matter.acts if one.kind in step.kinds and fits(one.data, step.where)]
    answers = [(one, competent(case, one, place, step.functions, step.level)) for one in there]
    in_time = {answer for one, answer in answers if str(one.on) <= str(act.on)}
    verb, own = step.kinds[0].partition(".")[2], act.kind.partition(".")[2]
    who = "" if step.level is None else f"-by-{step.level}"
    if "yes" in in_time:
        return
    if "unknown" in in_time:
        doubts.append(f"{verb}{who}")
    elif any(answer == "yes" for _, answer in answers):
        faults.append(f"{verb}-after-{own}")
    else:
        faults.append(f"missing-{verb}{who}")


def _in_order(params: Params, case: Case, matter: Matter) -> Outcome | None:
    """The steps of a matter and its parts, each against the first of the step before it."""
    chain = [_of_step(case, matter, step) for step in params.order]
    if not any(chain) or max(str(act.on) for acts in chain for act in acts) < case.since:
        return None
    faults = []
    for earlier, later, step in zip(chain, chain[1:], params.order, strict=False):
        verb = step.kinds[0].partition(".")[2]
        for act in later:
            own = act.kind.partition(".")[2]
            if not earlier:
                faults.append(f"{own}-without-{verb}")
            elif str(act.on) < str(earlier[0].on):
                faults.append(f"{own}-before-{verb}")
    status: Status = "breached" if faults else "met" if chain[-1] else "due"
    acts = [act for each in chain for act in each]
    last = max((str(act.on) for act in acts), default=None) if status != "due" else None
    return _outcome(case, matter, (status, last), list(dict.fromkeys(faults)), [], acts)


def _of_step(case: Case, matter: Matter, step: Step) -> list[Act]:
    acts = list(matter.acts)
    for register in {OF_KIND[kind][0].name for kind in step.kinds} - {matter.register}:
        acts += [act for part in case.dossier.parts(matter.id, register) for act in part.acts]
    found = [act for act in acts if act.kind in step.kinds and act.on is not None and fits(act.data, step.where)]
    return sorted(found, key=lambda act: (str(act.on), act.position))


def _first(matter: Matter, kinds: Sequence[str], day: str) -> str:
    """The verb of the step of some kinds that was taken on a day."""
    return next(act.kind.partition(".")[2] for act in matter.acts if act.kind in kinds and act.on == day)


def _outcome(
    case: Case,
    matter: Matter,
    decided: tuple[Status, str | None],
    faults: Sequence[str],
    doubts: Sequence[str],
    acts: Sequence[Act],
) -> Outcome:
    """A status and the day that decided it: the step is owed from the opening of the matter to that day."""
    status, last = decided
    opened = min(str(act.on) for act in [*matter.acts, *acts] if act.on is not None)
    place = case.dossier.places.get(case.dossier.place_of(matter.stands_at or matter.part_of) or "")
    steps = [told(case, act) for act in matter.acts]
    deciding = [step for step in steps if step["type"].endswith(".approved")]
    behind = {act.position: act.evidence for act in [*matter.acts, *acts]}
    return Outcome(
        status,
        max(opened, case.since),
        None if last is None else next_day(last),
        about=matter.own_id,
        evidence=[behind[position] for position in sorted(behind)][-20:],
        actual={"on": acts[0].on} if acts else None,
        more={
            "subject": matter.stands_at,
            "place": None if place is None else place.brief,
            "faults": list(faults),
            "undecided": list(doubts),
            "steps": steps,
            "approver": deciding[-1]["by"] if deciding else None,
            **notice_of(matter, case.day),
        },
    )

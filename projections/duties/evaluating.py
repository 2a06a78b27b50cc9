"""Rules applied to everyone who owes their duties: cases made, conditions tested, readings compared. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from projections.duties import days
from projections.duties.case import Case, Subject
from projections.duties.dossier import Dossier
from projections.duties.evaluators.registry import EVALUATORS
from projections.duties.outcome import SEVERITY, Outcome
from projections.duties.records import bears
from projections.duties.subjects import Owing, bound_within, is_meant
from projections.policies.matching import holding
from projections.policies.pack import InForce, Pack, PackError
from projections.policies.rule import Reading, Rule, Status
from projections.tenure import ALWAYS, NEVER, day_before

_LATE: Final[frozenset[Status]] = frozenset({"breached", "overdue"})


@dataclass(frozen=True, slots=True)
class Alternative:
    """What a result would be under another reading."""

    name: str
    value: Any
    status: Status | None
    """None where that reading gives no such result."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One rule evaluated for one subject, for one window or matter."""

    pack: Pack
    rule: Rule
    in_force: InForce
    subject: Subject
    outcome: Outcome
    would_be: Status | None = None
    """What it would be if the text bound: of a draft, an advice or a report that is not kept."""
    alternatives: tuple[Alternative, ...] = ()

    @property
    def status(self) -> Status:
        """The status as answered."""
        return self.outcome.status

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from others of one evaluation: rule, subject, matter, start of the window."""
        return self.rule.id, self.subject.id, self.outcome.about or "", self.outcome.since or ""

    @property
    def id(self) -> str:
        """The key as answers show it."""
        return "|".join(self.key)

    @property
    def differs(self) -> bool:
        """Whether it would stand otherwise under another reading."""
        return any(one.status not in (None, self.status) for one in self.alternatives)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which duties to evaluate: of these places and what belongs to them; of these rules or systems, or all."""

    places: Collection[str]
    rules: Collection[str] | None = None
    systems: Collection[str] | None = None
    span: tuple[str, str] | None = None
    readings: bool = True
    """Whether results under other readings are worked out too."""


def duties(packs: Iterable[Pack], dossier: Dossier, wanted: Wanted) -> Iterator[Duty]:
    """Every duty of some places on the dossier's day, place by place in the order of the packs and their rules."""
    every = tuple(packs)
    for place_id in wanted.places:
        if place_id not in dossier.places or _after(dossier.places[place_id].since, wanted):
            continue
        codes, level = dossier.codes(place_id), dossier.places[place_id].level
        owing = Owing(dossier, place_id, codes)
        for pack, in_force in _bound(every, codes, dossier.day, wanted):
            for rule in _rules_at(pack, level):
                if wanted.rules is None or rule.id in wanted.rules:
                    for subject in owing.subjects(pack, rule):
                        found = of_subject(pack, rule, in_force, subject, dossier, wanted)
                        yield from found if subject.kind != "unit" else _once(found, subject, dossier)


def duties_of_unit(packs: Iterable[Pack], dossier: Dossier, body_id: str, wanted: Wanted) -> Iterator[Duty]:
    """The duties of a body that belongs to no place, under the packs that apply where its unit assists."""
    body = dossier.bodies[body_id]
    posts = tuple(dossier.posts_in(body_id))
    codes = frozenset[str]().union(*(dossier.codes(place) for place in _assisted_by(dossier, body_id)))
    subject = Subject("unit", body_id, None, posts, (body,))
    for pack, in_force in _bound(tuple(packs), codes, dossier.day, wanted):
        for rule in pack.rules:
            functions = frozenset(rule.functions)
            asked = rule.level == "unit" and (wanted.rules is None or rule.id in wanted.rules)
            if not asked or not bound_within(rule, codes) or not is_meant(rule, subject):
                continue
            if bears(pack, body, functions) or any(bears(pack, post, functions) for post in posts):
                yield from of_subject(pack, rule, in_force, subject, dossier, wanted)


def _after(since: str | None, wanted: Wanted) -> bool:
    """Whether something began after the days asked about: a span is told as of the first day after it."""
    return wanted.span is not None and (since or "") >= wanted.span[1]


def _bound(packs: tuple[Pack, ...], codes: frozenset[str], day: str, wanted: Wanted) -> list[tuple[Pack, InForce]]:
    """The packs wanted that apply at a place and may be in force on a day; of a span those that were on one of its."""
    on = date.fromisoformat(day)
    found = [one for one in holding(packs, codes, on) if not _after(one[0].start.first.isoformat(), wanted)]
    if wanted.span is not None:
        first = date.fromisoformat(wanted.span[0])
        ended = [pack for pack in packs if first < pack.end.last <= on]
        found = found + [one for pack in ended for one in holding([pack], codes, pack.end.last - timedelta(days=1))]
        found.sort(key=lambda one: (one[0].system, one[0].end.last))
    return [one for one in found if wanted.systems is None or one[0].system in wanted.systems]


def _assisted_by(dossier: Dossier, body_id: str) -> set[str]:
    """The places on record that the whole unit which a body is part of is or was paired with."""
    unit = {body_id}
    while True:
        above = {dossier.bodies[one].unit for one in unit if one in dossier.bodies}
        more = {one.id for one in dossier.bodies.values() if one.id in above or one.unit in unit} - unit
        if not more:
            return {one.assisted for each in unit for one in dossier.pairings_of(each)} & dossier.places.keys()
        unit |= more


@cache
def _rules_at(pack: Pack, level: str) -> tuple[Rule, ...]:
    """The rules of a pack of which a place of a level, or what belongs to it, may owe the duty."""
    return tuple(
        rule
        for rule in pack.rules
        if (rule.level in ("unit", "person", "centre") and not rule.levels) or level in (rule.levels or (rule.level,))
    )


def of_subject(
    pack: Pack, rule: Rule, in_force: InForce, subject: Subject, dossier: Dossier, wanted: Wanted
) -> Iterator[Duty]:
    """The duties of one subject under one rule."""
    case = case_of(pack, rule, subject, dossier, wanted.span)
    if not _is_asked(case):
        yield Duty(pack, rule, in_force, subject, Outcome("not-applicable"))
        return
    compared = rule.readings if wanted.readings else ()
    others = [(reading, value, _under(case, reading, value)) for reading in compared for value in reading.others]
    for outcome in _conditional(case, run(case, params_of(pack, rule))):
        status = _limited(rule, outcome.status)
        alternatives = tuple(
            Alternative(reading.name, value, None if other is None else _limited(rule, other))
            for reading, value, found in others
            for other in [_when_over(case, outcome, reading, value, found) or _same(found, outcome)]
        )
        would_be = outcome.status if outcome.status != status and outcome.status in _LATE and rule.informs else None
        shown = outcome if status == outcome.status else replace(outcome, status=status)
        yield Duty(pack, rule, in_force, subject, shown, would_be, alternatives)


def case_of(pack: Pack, rule: Rule, subject: Subject, dossier: Dossier, span: tuple[str, str] | None = None) -> Case:
    """The case of one subject, within the days on which the instrument may have been in force and the place was."""
    place = dossier.places.get(subject.place or "")
    begun = ALWAYS if place is None or place.since is None else place.since
    since, until = max(pack.start.first.isoformat(), begun), pack.end.last.isoformat()
    asked = None if span is None else (span[0], min(span[1], until))
    return Case(rule, pack, subject, dossier, dossier.day, since, until, asked)


def run(case: Case, params: Any) -> Iterator[Outcome]:
    """What the rule's evaluator finds under some parameters."""
    yield from EVALUATORS[case.rule.evaluator].evaluate(params, case)


def _under(case: Case, reading: Reading, value: Any) -> Mapping[tuple[str, str], Status]:
    params = params_under(case.pack, case.rule, reading, value)
    return {_at(outcome): outcome.status for outcome in run(case, params)}


def _when_over(
    case: Case, outcome: Outcome, reading: Reading, value: Any, found: Mapping[tuple[str, str], Status]
) -> Status | None:
    """The status under another reading of a window that is over: asked about a day, evaluators leave those met out."""
    if _at(outcome) in found or case.span is not None:
        return None
    if outcome.since is None or outcome.until is None or outcome.until > case.day:
        return None
    asked = replace(case, span=(outcome.since, outcome.until))
    return _same(_under(asked, reading, value), outcome)


def _at(outcome: Outcome) -> tuple[str, str]:
    return outcome.about or "", outcome.since or ""


def _same(found: Mapping[tuple[str, str], Status], outcome: Outcome) -> Status | None:
    """The status of the same result under another reading; of a state, which may begin otherwise, by its matter."""
    if _at(outcome) in found:
        return found[_at(outcome)]
    of_matter = [status for (about, _), status in found.items() if about == (outcome.about or "")]
    if len(of_matter) == 1:
        return of_matter[0]
    # A reading under which the rule does not apply at all says so once, about nothing.
    return "not-applicable" if set(found.values()) == {"not-applicable"} else None


def _limited(rule: Rule, status: Status) -> Status:
    """The status that the rule's force and verdicts allow."""
    if rule.verdicts == "presence":
        return "gap" if status in ("due", *_LATE) else status
    return "gap" if rule.informs and status in _LATE else status


def _is_asked(case: Case) -> bool:
    """Whether what the rule's condition asks for is on record on the day, or was on days that results are of."""
    told = EVALUATORS[case.rule.evaluator].told
    if told == "day" and case.span is not None:
        return bool(days.both(case.owed_on, [case.span]))
    return bool(case.owed_on) if told == "window" else days.holds(case.owed_on, case.day)


def _conditional(case: Case, found: Iterator[Outcome]) -> Iterator[Outcome]:
    """Results, with windows that are not owed for want of what the rule's condition asks for.

    It is asked on the last day of a window, on the day itself while that is open. Windows that are not owed are told
    within a span; without one they come to a single result where there is no other.
    """
    if case.owed_on is days.EVERY or EVALUATORS[case.rule.evaluator].told != "window":
        yield from found
        return
    told = False
    for outcome in found:
        last = min(case.day, day_before(min(outcome.until or NEVER, case.until)))
        if days.holds(case.owed_on, last):
            told = True
            yield outcome
        elif case.span is not None and outcome.since is not None:
            told = True
            yield Outcome("not-applicable", outcome.since, outcome.until, outcome.about)
    if not told:
        yield Outcome("not-applicable")


def _once(found: Iterable[Duty], subject: Subject, dossier: Dossier) -> Iterator[Duty]:
    """The duties of a unit, told once.

    Those of one without a place of its own are told at the place that they are about, else at the first of the
    places that it is paired with.
    """
    body = next(iter(subject.bodies), None)
    if body is None or body.place is not None:
        yield from found
        return
    paired = {one.id: one.assisted for one in dossier.pairings_of(body.id) if one.assisted in dossier.places}
    home = min(paired.values(), default=subject.place)
    for duty in found:
        about = duty.outcome.about or ""
        if paired.get(about, about if about in paired.values() else home) == subject.place:
            yield duty


# -- the rule book ---------------------------------------------------------------------------------------------


def params_of(pack: Pack, rule: Rule) -> Any:
    """A rule's parameters, read once. Raises PackError where the evaluator is unknown or refuses them."""
    return _read_params(pack, rule.id)


def params_under(pack: Pack, rule: Rule, reading: Reading, value: Any) -> Any:
    """A rule's parameters under another value of a reading, read once. Raises PackError."""
    return _read_params(pack, rule.id, rule.readings.index(reading), reading.others.index(value))


@cache
def _read_params(pack: Pack, rule_id: str, reading: int | None = None, other: int = 0) -> Any:
    rule = next(rule for rule in pack.rules if rule.id == rule_id)
    taken = rule.readings[reading] if reading is not None else None
    params = rule.params if taken is None else {**rule.params, taken.name: taken.others[other]}
    if rule.evaluator not in EVALUATORS:
        known = ", ".join(sorted(EVALUATORS))
        told = f"pack {pack.system}: rule {rule.id}: evaluator: should be one of {known}, got {rule.evaluator}"
        raise PackError(told, ("rules", rule.id, "evaluator"))
    try:
        return _params(rule.evaluator, params)
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(map(str, ("params", *first["loc"])))
        told = f"pack {pack.system}: rule {rule.id}: {at}: {first['msg']}, got {first['input']!r:.80}"
        raise PackError(told, ("rules", rule.id, "params", *first["loc"])) from error


def _params(evaluator: str, params: Mapping[str, Any]) -> Any:
    return _adapter(evaluator).validate_python(dict(params))


@cache
def _adapter(evaluator: str) -> TypeAdapter[Any]:
    return TypeAdapter(EVALUATORS[evaluator].params)


def worst(found: Iterable[Status]) -> Status | None:
    """The most serious of some statuses; None of none."""
    return max(found, key=lambda status: SEVERITY[status], default=None)

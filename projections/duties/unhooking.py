"""Pairings that end before the assisted has made its exit, with who follows and after how many days. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from projections.duties.case import Case
from projections.duties.freezing import Params
from projections.duties.outcome import Gap, Outcome
from projections.duties.records import Body, Pairing
from projections.duties.release import Freeze, release_of
from projections.policies.rule import Status
from projections.tenure import NEVER, days_between, next_day, on_record


def of(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each pairing that ended before the exit, and one for all that stand or ended after it."""
    well: list[Pairing] = []
    for pairing in _pairings(params, case):
        if pairing.bounds.s0 > case.day or pairing.reason == "correction" or pairing.bounds.e1 <= case.since:
            continue
        if pairing.bounds.e0 > case.day:
            well.append(pairing)
            continue
        release = _release(params, case, pairing.assisted, (pairing.bounds.e0, pairing.bounds.e1))
        if pairing.bounds.e0 >= release.r1:
            well.append(pairing)
        elif case.span is None or (pairing.bounds.e0 < case.span[1] and case.span[0] <= pairing.bounds.e1):
            yield _ended(params, case, pairing, release)
    if params.bodies:
        yield from _dissolved(params, case)
    if well:
        yield _standing(case, well)


def _pairings(params: Params, case: Case) -> Iterator[Pairing]:
    dossier, subject = case.dossier, case.subject
    if params.whose == "helper":
        helpers = {subject.id, *(body.id for body in subject.bodies), *(post.id for post in subject.posts)}
        found = [one for helper in sorted(helpers) for one in dossier.pairings_of(helper)]
    else:
        place = subject.place or ""
        assisted = [place, *(matter.own_id for matter in dossier.matters_at("household", place))]
        found = [one for each in assisted for one in dossier.pairings_with(each)]
    for one in found:
        wanted = not params.kinds or one.kind in params.kinds
        if wanted and (not params.functions or not _functions(case, one).isdisjoint(params.functions)):
            yield one


def _functions(case: Case, pairing: Pairing) -> frozenset[str]:
    """The functions of the helper: its own, or those of the posts that a person held when it began or ended."""
    dossier, helper = case.dossier, pairing.helper
    one = dossier.bodies.get(helper) or dossier.posts.get(helper)
    if one is not None:
        return case.functions(one)
    offices = dossier.offices_of(helper, min(pairing.bounds.e0, case.day))
    posts = [dossier.posts[office.post] for office in offices if office.post in dossier.posts]
    return frozenset(code for post in posts for code in case.functions(post))


def _release(params: Params, case: Case, assisted: str, days: tuple[str, str]) -> Freeze:
    """What releases who was helped until one of these days."""
    dossier = case.dossier
    if params.exit_of == "assisted":
        return release_of(dossier, assisted, params.release, params.lists, days)
    place = dossier.place_of(assisted)
    line = [] if place is None else [place, *dossier.above(place)]
    at = next((one for one in line if dossier.level(one) == params.exit_of), None)
    return Freeze("") if at is None else release_of(dossier, at, params.release, params.lists, days)


def _ended(params: Params, case: Case, pairing: Pairing, release: Freeze) -> Outcome:
    first, last = pairing.bounds.e0, pairing.bounds.e1
    follower, overlaps = _follower(params, case, pairing)
    certain = last < release.r0 and last <= case.day and case.since < first
    status: Status = "breached" if certain else "undetermined"
    if (
        pairing.reason in params.passing_on
        or pairing.reason in params.permitted
        or (params.handed_on and overlaps == "certain")
    ):
        status = "met"
    elif (params.handed_on and overlaps == "possible") or (pairing.reason == "exited" and release.until is None):
        status = "undetermined"
    starts = None if follower is None else follower.bounds.s0
    gap = None if starts is None else max(days_between(first, max(starts, first)), 0)
    gone = [] if follower is None else list(follower.evidence)
    back = min((day for day in (starts, release.until) if day is not None), default=None)
    posts, persons = _charged(case, pairing.helper, first)
    return Outcome(
        status,
        max(case.since, min(pairing.bounds.s1, first)),
        next_day(last) if last < NEVER else None,
        about=pairing.id,
        gaps=(Gap(first, back, "unhooked", pairing.assisted),) if status == "breached" else (),
        evidence=[*pairing.evidence, *gone],
        posts=posts,
        persons=persons,
        changes_on=last if case.day < last < NEVER else None,
        more={"helper": pairing.helper, "assisted": pairing.assisted, "kind": pairing.kind, "reason": pairing.reason}
        | {"ended_on": first if first == last else [first, last], "exit_on": release.until, "exit_by": release.by}
        | {"successor": None if follower is None else follower.id, "successor_from": starts, "gap_days": gap},
    )


def _follower(params: Params, case: Case, pairing: Pairing) -> tuple[Pairing | None, str]:
    """Who follows, and whether that is `certain` to leave no day between, `possible`, or `no`.

    Where the rule is about helpers with some functions, only one who has one of them follows unless it is named.
    """
    dossier, mine = case.dossier, pairing.bounds
    others = [one for one in dossier.pairings_with(pairing.assisted) if one.id != pairing.id]
    named = dossier.pairings.get(pairing.successor or "")
    if named is not None and named not in others:
        others.append(named)
    others = [one for one in others if one is named or (one.kind == pairing.kind and one.bounds.e1 > mine.e0)]
    others = [one for one in others if one.reason != "correction" and one.bounds.s0 <= case.day]
    if params.functions:
        others = [one for one in others if one is named or not _functions(case, one).isdisjoint(params.functions)]
    for one in others:
        if one.bounds.s1 <= mine.e0 and mine.e1 < one.bounds.e0:
            return one, "certain"
    for one in others:
        if one.bounds.s0 <= mine.e1 < one.bounds.e1:
            same = one.bounds.s0 == one.bounds.s1 == mine.e0 == mine.e1 < one.bounds.e0
            return one, "certain" if same else "possible"
    later = [one for one in others if one.bounds.s0 > mine.e1]
    return min(later, key=lambda one: one.bounds.s0, default=None), "no"


def _charged(case: Case, helper: str, day: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The posts or the person who answer for a helper; neither where the subject does."""
    dossier = case.dossier
    if helper in dossier.posts:
        return (helper,), ()
    if helper in dossier.bodies:
        return tuple(post.id for post in dossier.posts_in(helper)), ()
    person = dossier.person(helper)
    known = person is not None and (dossier.name_of(person) is not None or bool(dossier.offices_of(person, day)))
    return (), (person,) if person is not None and known else ()


def _dissolved(params: Params, case: Case) -> Iterator[Outcome]:
    """The bodies of the subject that ended before its place made its exit, with none of their kind to go on."""
    here = case.subject.place or ""
    for body in case.subject.bodies:
        if body.until is None or not case.since < body.until <= case.day:
            continue
        release = _release(params, case, here, (body.until, body.until))
        if body.until >= release.r0:
            continue
        others = [one for one in case.subject.bodies if one.id != body.id and _follows(one, body)]
        more: dict[str, Any] = {"body": body.id, "ended_on": body.until, "exit_on": release.until}
        yield Outcome(
            "met" if others and params.handed_on else "breached",
            about=body.id,
            evidence=body.evidence,
            posts=tuple(post.id for post in case.dossier.posts_in(body.id)),
            more=more | {"successor": others[0].id if others else None},
        )


def _follows(one: Body, gone: Body) -> bool:
    return on_record(one.since, one.until, gone.until or NEVER)


def _standing(case: Case, well: Sequence[Pairing]) -> Outcome:
    running = [one for one in well if one.bounds.e0 > case.day]
    ends = [one.bounds.e0 for one in running if one.bounds.e0 < NEVER]
    return Outcome(
        "met",
        actual={"running": len(running), "ended_after_exit": len(well) - len(running)},
        evidence=[entry for one in well for entry in one.evidence][-20:],
        changes_on=min(ends, default=None),
    )

"""The members of a set that changes daily: who or what must be covered, and on which days it belongs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked

from projections.duties.case import Case, fits
from projections.duties.days import EVERY, Days, both, certain, union, without
from projections.duties.records import Act, Body, Pairing, Post, Tenure
from projections.duties.register import Household, households
from projections.policies.rule import Level
from projections.tenure import ALWAYS, NEVER

Of = Literal["itself", "places", "households", "holders", "posts", "bodies", "assisted", "acts"]


@checked(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Whom:
    """Which members a set has, among what is at the subject's place and below it.

    `itself`: the subject alone; `places`: places; `households`: those on the register; `holders`: those who
    certainly hold a post of `functions`; `posts` and `bodies`: those of `functions`; `assisted`: the places
    and households that the subject helps by pairing; `acts`: the events of `kinds` about the subject or done by it.
    """

    of: Of
    levels: tuple[Level, ...] = ()
    """Of places; of holders, posts and bodies, the places where they are. Empty: all."""
    functions: tuple[str, ...] = ()
    below: bool = False
    """Whether holders, posts and bodies below the subject's place count too."""
    listed: tuple[str, ...] = ()
    """Only while the place is on one of these lists; of a household, the place where it lives."""
    unlisted: tuple[str, ...] = ()
    """Only while the place is on none of these lists."""
    having: tuple[str, ...] = ()
    """Only places with a place on one of these lists below them, on the day asked about."""
    ever: bool = False
    """Whether what was once on the list or the register stays a member."""
    kinds: tuple[str, ...] = ()
    """Of pairings or events; empty: all pairings."""
    where: Mapping[str, Any] = field(default_factory=dict)
    """What the data of the events says."""
    since: str | None = None
    """The first day of events that count."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member; `place` is where it is, `needed` the days on which it belongs to the set."""

    id: str
    place: str | None
    needed: Days
    ids: frozenset[str]
    """Under which ids it is found: its own, or the post and the person of a holder."""
    what: Household | Tenure | Post | Body | Act | None = None
    """What it is, where it is not a place."""
    stays: Days = ()
    """The days on which it is on the list or the register, where `needed` goes on after that."""
    itself: bool = False
    """Whether it is the subject."""
    evidence: Sequence[Mapping[str, Any]] = ()


def members(whom: Whom, case: Case) -> Iterator[Member]:
    """The members of a set, on any day up to the one asked about."""
    match whom.of:
        case "itself":
            yield from _itself(whom, case)
        case "places":
            for place in _places(whom, case):
                yield from _listed(whom, case, place)
        case "households":
            yield from _households(whom, case)
        case "assisted":
            yield from _assisted(whom, case)
        case "acts":
            yield from _acts(whom, case)
        case _:
            yield from _official(whom, case)


def _scope(case: Case) -> list[str]:
    here = case.subject.place
    return [] if here is None else [here, *case.dossier.below(here)]


def _places(whom: Whom, case: Case) -> Iterator[str]:
    dossier = case.dossier
    for place in _scope(case):
        if whom.levels and dossier.level(place) not in whom.levels:
            continue
        if whom.having and not any(case.listed(one, whom.having) for one in dossier.below(place)):
            continue
        yield place


def _on_lists(whom: Whom, case: Case, place: str) -> Days:
    """The days on which a place is on the lists, and on none of those it must not be on."""
    days: Days = _on(case, place, whom.listed) if whom.listed else EVERY
    return without(days, _on(case, place, whom.unlisted)) if whom.unlisted else days


def _on(case: Case, place: str, lists: Sequence[str]) -> Days:
    return union((since or ALWAYS, until or NEVER) for since, until in case.listings(place, lists))


def _listed(whom: Whom, case: Case, place: str) -> Iterator[Member]:
    stays = _on_lists(whom, case, place)
    if stays:
        matter = case.dossier.matters.get(f"designation:{place}") if whom.listed else None
        needed = [(stays[0][0], NEVER)] if whom.ever else stays
        evidence = matter.evidence if matter is not None else ()
        yield Member(place, place, needed, frozenset([place]), stays=stays, evidence=evidence)


def _itself(whom: Whom, case: Case) -> Iterator[Member]:
    subject = case.subject
    days = EVERY if subject.place is None else _on_lists(whom, case, subject.place)
    if days:
        yield Member(subject.id, subject.place, days, case.own_ids, itself=True)


def _households(whom: Whom, case: Case) -> Iterator[Member]:
    found = case.dossier.once(households)
    for place in _scope(case):
        here = found.get(place, ())
        lists = _on_lists(whom, case, place) if here and (whom.listed or whom.unlisted) else EVERY
        for one in here:
            days = one.once if whom.ever else one.on
            if lists is not EVERY:
                days = both(days, lists)
            if days:
                yield Member(one.id, place, days, frozenset([one.id]), one, one.on, evidence=one.evidence)


def _official(whom: Whom, case: Case) -> Iterator[Member]:
    """Posts, those who hold them, or bodies."""
    dossier = case.dossier
    for place in _scope(case) if whom.below else _scope(case)[:1]:
        if whom.levels and dossier.level(place) not in whom.levels:
            continue
        if whom.of == "bodies":
            for body in dossier.bodies_at(place):
                if not case.functions(body).isdisjoint(whom.functions):
                    days = [(body.since or ALWAYS, body.until or NEVER)]
                    yield Member(body.id, place, days, frozenset([body.id]), body, evidence=body.evidence)
            continue
        for post in dossier.posts_at(place):
            if not case.functions(post).isdisjoint(whom.functions):
                yield from _posted(whom, case, post, place)


def _posted(whom: Whom, case: Case, post: Post, place: str) -> Iterator[Member]:
    """A post, or each of those who hold it on the days on which they certainly do."""
    days = [(post.since or ALWAYS, post.until or NEVER)]
    if whom.of == "posts":
        yield Member(post.id, place, days, frozenset([post.id]), post, evidence=post.evidence)
        return
    for tenure in case.dossier.tenures_of(post.id):
        held = both(days, certain([tenure.bounds]))
        if held:
            yield Member(tenure.id, place, held, _ids_of(tenure), tenure, evidence=tenure.evidence)


def _ids_of(tenure: Tenure) -> frozenset[str]:
    return frozenset(one for one in (tenure.person, tenure.post) if one is not None)


def _assisted(whom: Whom, case: Case) -> Iterator[Member]:
    """What the subject helps."""
    dossier = case.dossier
    found: dict[str, list[Pairing]] = {}
    for pairing in _pairings(case):
        if whom.kinds and pairing.kind not in whom.kinds:
            continue
        level = dossier.level(pairing.assisted)
        if whom.levels and level not in whom.levels:
            continue
        found.setdefault(pairing.assisted, []).append(pairing)
    for assisted, pairings in sorted(found.items()):
        days = certain(one.bounds for one in pairings)
        place = dossier.place_of(assisted)
        if place is not None and (whom.listed or whom.unlisted):
            days = both(days, _on_lists(whom, case, place))
        if days:
            evidence = [entry for one in pairings for entry in one.evidence]
            yield Member(assisted, place, days, frozenset([assisted]), evidence=evidence)


def _pairings(case: Case) -> Sequence[Pairing]:
    dossier = case.dossier
    helpers = set(case.own_ids)
    for post in case.subject.posts:
        helpers |= {one.person for one in dossier.holders(post.id, case.day) if one.person is not None}
    return [pairing for one in sorted(helpers) for pairing in dossier.pairings_of(one)]


def _acts(whom: Whom, case: Case) -> Iterator[Member]:
    dossier = case.dossier
    since = max(case.since, whom.since or case.since)
    found = {}
    for one in case.own_ids:
        for kind in whom.kinds:
            for act in (*dossier.about(kind, one), *dossier.done_by(kind, one)):
                if (act.on is None or act.on >= since) and fits(act.data, whom.where):
                    found[act.matter] = act
    for matter, act in sorted(found.items()):
        days = [(act.on or ALWAYS, NEVER)]
        yield Member(matter, case.subject.place, days, frozenset([matter]), act, evidence=[act.evidence])

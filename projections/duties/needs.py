"""What a member of a set must have, and what on record gives it: on certain days, on possible ones. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked

from events import edtf
from projections.duties import windows
from projections.duties.case import Case, Whose, fits
from projections.duties.days import without
from projections.duties.members import Member
from projections.duties.records import Act, Body, Post
from projections.duties.register import Household
from projections.duties.saying import gives, mentions
from projections.policies.rule import Level
from projections.tenure import ALWAYS, NEVER, Bounds

By = Literal["pairing", "helping", "post", "body", "event", "step", "leaving"]


@checked(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Need:
    """One thing that every member must have; `name` tells it in answers, its lack is `no-<name>`.

    `pairing`: somebody is paired to help it; `helping`: it is paired to help somebody; `post`: a post of
    `post_functions` at its place (or the post itself) has a certain holder; `body`: a body of `body_functions` or
    `types` is on record at its place, or paired with it; `event`: an event about it is on record by the day; `step`:
    the matter has come to one of `events`; `leaving`: it has left the list or the register that made it a member.
    """

    name: str
    by: By
    kinds: tuple[str, ...] = ()
    """Of pairings; empty: any."""
    levels: tuple[Level, ...] = ()
    """Of the places that are helped; of the bodies that did what an event tells."""
    post_functions: tuple[str, ...] = ()
    body_functions: tuple[str, ...] = ()
    """Of the body that is needed, or that helps."""
    types: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field to words, one of which must be in it."""
    gives: tuple[str, ...] = ()
    """Fields of which one must be given."""
    about_functions: tuple[str, ...] = ()
    """The event must be about the member itself, or about a post or body there with one of these functions."""
    direct: bool = False
    """Whether the event must be about the member itself, not about what stands there."""
    own: bool = False
    """Whether the event must be the subject's own doing."""
    whose: Whose = "own"
    """Where the member is the subject itself: which events count."""
    earlier: bool = False
    """Whether events before the instrument began count too."""


@dataclass(frozen=True, slots=True)
class Given:
    """What gives a member what it needs, within the days it does."""

    id: str
    bounds: Bounds
    evidence: Sequence[Mapping[str, Any]]
    who: str | None = None
    """The helper, holder or body."""
    reason: str | None = None
    """Why it ended."""


def given(need: Need, member: Member, case: Case, per: windows.Period | None = None) -> Iterator[Given]:
    """Everything on record that gives a member what it needs. With `per`, an event does so for its window alone."""
    match need.by:
        case "pairing" | "helping":
            yield from _pairings(need, member, case)
        case "post":
            yield from _holders(need, member, case)
        case "body":
            yield from _bodies(need, member, case)
        case "event":
            for act in _events(need, member, case):
                yield Given(act.matter, _from_on(act, per), [act.evidence])
        case "step":
            matter = case.dossier.matters.get(member.id)
            for act in matter.acts if matter is not None else ():
                if act.kind in need.events and fits(act.data, need.where):
                    yield Given(act.matter, _from_on(act, None), [act.evidence])
        case "leaving":
            yield from _left(member)


def posts_of(need: Need, member: Member, case: Case) -> list[Post]:
    """The posts whose holder a member needs, on record at any time."""
    if isinstance(member.what, Post):
        return [member.what]
    found = case.dossier.posts_at(member.place) if member.place is not None else ()
    return [post for post in found if not case.functions(post).isdisjoint(need.post_functions)]


def _pairings(need: Need, member: Member, case: Case) -> Iterator[Given]:
    dossier = case.dossier
    for one in sorted(member.ids):
        for pairing in dossier.pairings_of(one) if need.by == "helping" else dossier.pairings_with(one):
            if need.kinds and pairing.kind not in need.kinds:
                continue
            if need.levels and dossier.level(pairing.assisted) not in need.levels:
                continue
            if need.body_functions and not _is(pairing.helper, need, case):
                continue
            yield Given(pairing.id, pairing.bounds, pairing.evidence, pairing.helper, pairing.reason)


def _is(one: str, need: Need, case: Case) -> bool:
    body = case.dossier.bodies.get(one)
    return body is not None and _fits(body, need, case)


def _fits(body: Body, need: Need, case: Case) -> bool:
    return body.type in need.types or not case.functions(body).isdisjoint(need.body_functions)


def _holders(need: Need, member: Member, case: Case) -> Iterator[Given]:
    for post in posts_of(need, member, case):
        for tenure in case.dossier.tenures_of(post.id):
            yield Given(tenure.id, tenure.bounds, tenure.evidence, tenure.person, tenure.reason)


def _bodies(need: Need, member: Member, case: Case) -> Iterator[Given]:
    dossier = case.dossier
    for body in dossier.bodies_at(member.place) if member.place is not None else ():
        if _fits(body, need, case):
            since, until = body.since or ALWAYS, body.until or NEVER
            yield Given(body.id, Bounds(since, since, until, until), body.evidence, body.id)
    for pairing in dossier.pairings_with(member.id):
        if _is(pairing.helper, need, case):
            yield Given(pairing.id, pairing.bounds, pairing.evidence, pairing.helper, pairing.reason)


def _events(need: Need, member: Member, case: Case) -> Iterator[Act]:
    dossier = case.dossier
    if member.itself:
        found: list[Act] = case.happened(need.events, need.where, need.whose)
    else:
        found = [act for one in sorted(member.ids) for kind in need.events for act in dossier.about(kind, one)]
        if isinstance(member.what, Household):
            matter = dossier.matters[f"household:{member.id}"]
            found += [act for act in matter.acts if act.kind in need.events]
    for act in found:
        if act.on is not None and not need.earlier and act.on < case.since[: len(act.on)]:
            continue
        if not fits(act.data, need.where) or not mentions(act.data, need.words) or not gives(act.data, need.gives):
            continue
        if (need.about_functions or need.direct) and not _concerns(need, act, member, case):
            continue
        if (need.own or need.levels) and not _did(need, act, case):
            continue
        yield act


def _concerns(need: Need, act: Act, member: Member, case: Case) -> bool:
    if not member.ids.isdisjoint(act.subjects):
        return True
    dossier = case.dossier
    for one in act.subjects:
        found = dossier.bodies.get(one) or dossier.posts.get(one)
        if found is None or found.place != member.place:
            continue
        if not case.functions(found).isdisjoint(need.about_functions):
            return True
    return False


def _did(need: Need, act: Act, case: Case) -> bool:
    if need.own:
        return not case.own_ids.isdisjoint(act.doers)
    return any(case.dossier.level(case.dossier.place_of(one)) in need.levels for one in act.doers)


def _left(member: Member) -> Iterator[Given]:
    """A household that exited; a place that is on the lists no more."""
    for since, until in without(member.needed, member.stays):
        yield Given(member.id, Bounds(since, since, until, until), member.evidence)


def _from_on(act: Act, per: windows.Period | None) -> Bounds:
    """From the day of an event on, or the window of that day; what has no day counts always."""
    if act.on is None:
        return Bounds(ALWAYS, ALWAYS, NEVER, NEVER)
    span = edtf.parse(act.on)
    first, last = span.first.isoformat(), span.last.isoformat()
    if per is None:
        return Bounds(first, last, NEVER, NEVER)
    start, end = windows.window(per, first)
    return Bounds(start, start, end, end)

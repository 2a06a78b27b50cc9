"""Who did an act, as it names them: posts and bodies, or persons while they held one of the posts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from projections.duties.case import Case, Where, fits
from projections.duties.dossier import Dossier
from projections.duties.parties import DOERS
from projections.duties.records import Act, Body, Post
from projections.tenure import Certainty


def bearers(case: Case, functions: Collection[str]) -> frozenset[str]:
    """The posts and bodies of the subject that bear one of some functions; of none, all that are its own.

    Those of a place are all that belong to it, those of a unit its own and those of its parts.
    """
    if not functions:
        return case.own_ids | _inside(case)
    subject, dossier = case.subject, case.dossier
    if subject.kind == "unit":
        within = [*subject.bodies, *(dossier.bodies[one] for one in _inside(case) if one in dossier.bodies)]
        posts = [*subject.posts, *(dossier.posts[one] for one in _inside(case) if one in dossier.posts)]
    elif subject.kind == "person":
        within, posts = [], [*subject.posts]
    else:
        place = subject.place or ""
        within, posts = [*subject.bodies, *dossier.bodies_at(place)], [*subject.posts, *dossier.posts_at(place)]
    wanted = frozenset(functions)
    everyone: list[Post | Body] = [*within, *posts]
    return frozenset(one.id for one in everyone if not wanted.isdisjoint(case.functions(one)))


def _inside(case: Case) -> frozenset[str]:
    """The posts and parts of a unit, and theirs."""
    if case.subject.kind != "unit":
        return frozenset()
    dossier = case.dossier
    found: set[str] = set()
    newest = {body.id for body in case.subject.bodies}
    while newest:
        found |= {post.id for one in newest for post in dossier.posts_in(one)}
        newest = {part.id for one in newest for part in dossier.once(_parts).get(one, ())} - found
        found |= newest
    return frozenset(found)


def _parts(dossier: Dossier) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for body in dossier.bodies.values():
        if body.unit is not None:
            found.setdefault(body.unit, []).append(body)
    return found


def done(
    case: Case, kinds: Iterable[str], where: Where | None, ids: Collection[str], *, shared: bool = True
) -> Iterator[tuple[Act, Certainty]]:
    """The acts of some kinds that some posts, bodies and persons did, and how certain it is that they did.

    An act that names nobody is of whatever it is about. A person named without a post did it as holder of one of the
    posts, as certainly as the post was held. Unless `shared`, an act for which one person claims several posts counts
    for the first that is named alone.
    """
    found: dict[tuple[int, str], tuple[Act, Certainty]] = {}
    for kind in kinds:
        for act, certainty in _named(case.dossier, kind, ids):
            if fits(act.data, where) and (shared or not _claimed_before(case.dossier, act, ids)):
                before = found.get((act.position, act.matter))
                if before is None or before[1] != "certain":
                    found[act.position, act.matter] = act, certainty
    yield from found.values()


def _named(dossier: Dossier, kind: str, ids: Collection[str]) -> Iterator[tuple[Act, Certainty]]:
    for one in ids:
        for act in dossier.done_by(kind, one):
            yield act, "certain"
        for act in dossier.about(kind, one):
            if not act.doers:
                yield act, "certain"
        for tenure in dossier.tenures_of(one) if one in dossier.posts else ():
            for act in dossier.done_by(kind, tenure.person or ""):
                certainty = tenure.bounds.certainty(act.on or dossier.day)
                if certainty != "no" and _alone(dossier, act, tenure.person or ""):
                    yield act, certainty


def _alone(dossier: Dossier, act: Act, person: str) -> bool:
    """Whether an act names a person without saying as holder of which post, or for which body."""
    return any(
        isinstance(entry, str)
        or (dossier.person(entry.get("person_id")) == person and not entry.get("post_id") and not entry.get("body_id"))
        for entry in entries(act)
    )


def _claimed_before(dossier: Dossier, act: Act, ids: Collection[str]) -> bool:
    """Whether each person who did an act for one of some posts named another post before it."""
    first: dict[str, str] = {}
    for entry in entries(act):
        if isinstance(entry, Mapping) and entry.get("post_id"):
            first.setdefault(dossier.person(entry.get("person_id")) or entry["post_id"], entry["post_id"])
    mine = [entry for entry in entries(act) if isinstance(entry, Mapping) and entry.get("post_id") in ids]
    return bool(mine) and all(post not in ids for post in first.values())


def entries(act: Act) -> Iterator[Any]:
    """What an act says of its doers: ids, or objects that name a person, a post or a body."""
    for name in DOERS.get(act.kind, ()):
        value = act.data.get(name)
        yield from value if isinstance(value, list | tuple) else () if value is None else (value,)

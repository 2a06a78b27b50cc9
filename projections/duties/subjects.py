"""Who owes a rule's duty at a place: the place, its units, its persons, or the centre above it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from re import Pattern

from projections.duties.case import Subject
from projections.duties.dossier import Dossier
from projections.duties.records import bears
from projections.policies.matching import within
from projections.policies.pack import Pack
from projections.policies.rule import Rule


def subjects(pack: Pack, rule: Rule, dossier: Dossier, place_id: str, codes: frozenset[str]) -> Iterator[Subject]:
    """Those who owe a rule's duty at a place: the place itself, or its units or persons, or the centre above it."""
    place = dossier.places[place_id]
    only = rule.only
    if (only.levels and place.level not in only.levels) or (only.codes and not within(only.codes, codes)):
        return
    found: Iterable[Subject] = ()
    functions = frozenset(rule.functions)
    if rule.level == "centre" and not rule.levels:
        if _topmost(only.codes or pack.place.codes, dossier, place_id):
            found = [_centre(pack, dossier, place_id, functions)]
    elif rule.level == "unit":
        found = _units(pack, dossier, place_id, functions)
    elif rule.level == "person":
        found = _persons(pack, dossier, place_id, functions)
    elif place.level in (rule.levels or (rule.level,)):
        posts = tuple(post for post in dossier.posts_at(place_id) if bears(pack, post, functions))
        bodies = tuple(body for body in dossier.bodies_at(place_id) if bears(pack, body, functions))
        found = [Subject("place", place_id, place_id, posts, bodies)]
    yield from (one for one in found if not only.titles or _titled(only.titles, one, place.name))


def _topmost(scope: frozenset[str], dossier: Dossier, place_id: str) -> bool:
    """Whether no place above lies within some codes as well: the centre's duties are told there, once."""
    above = dossier.above(place_id)
    return not above or bool(scope and not within(scope, dossier.codes(above[0])))


def _titled(titles: Collection[Pattern[str]], subject: Subject, place: str) -> bool:
    """Whether a post's whole title, a body's whole name, or the name of a place that owes, fits some pattern."""
    names = [*(body.name or "" for body in subject.bodies), *(post.title for post in subject.posts)]
    names += [place] if subject.kind == "place" else []
    return any(title.fullmatch(name) is not None for title in titles for name in names)


def _centre(pack: Pack, dossier: Dossier, place_id: str, functions: frozenset[str]) -> Subject:
    """The centre, which no log's tree holds: bodies and posts without a place."""
    bodies = tuple(body for body in dossier.bodies.values() if body.place is None and bears(pack, body, functions))
    posts = tuple(post for post in dossier.posts.values() if post.place is None and bears(pack, post, functions))
    return Subject("centre", place_id, place_id, posts, bodies)


def _units(pack: Pack, dossier: Dossier, place_id: str, functions: frozenset[str]) -> Iterator[Subject]:
    """The units of a place that bear a function or have a post that does, and those from elsewhere paired with it.

    A post of no body stands for a unit that is not on record.
    """
    anyone = "any" in functions
    bearing = [post for post in dossier.posts_at(place_id) if bears(pack, post, functions)]
    within_bodies = {post.body for post in bearing}
    bodies = [
        body
        for body in dossier.bodies_at(place_id)
        if anyone or body.id in within_bodies or bears(pack, body, functions)
    ]
    helping = {pairing.helper for pairing in dossier.pairings_with(place_id)}
    others = (dossier.bodies[one] for one in sorted(helping) if one in dossier.bodies)
    bodies += [
        body
        for body in others
        if body.place is None
        and (bears(pack, body, functions) or any(bears(pack, one, functions) for one in dossier.posts_in(body.id)))
    ]
    for body in bodies:
        yield Subject("unit", body.id, place_id, tuple(dossier.posts_in(body.id)), (body,))
    for post in bearing:
        if post.body is None:
            yield Subject("unit", post.id, place_id, (post,), ())


def _persons(pack: Pack, dossier: Dossier, place_id: str, functions: frozenset[str]) -> Iterator[Subject]:
    """The posts of a place that bear a function: whoever holds them owes the duty."""
    for post in dossier.posts_at(place_id):
        if "any" in functions or bears(pack, post, functions):
            yield Subject("person", post.id, place_id, (post,), ())

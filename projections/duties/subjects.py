"""Who owes a rule's duty at a place: the place, its units, its persons, or the centre above it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from projections.duties.case import Subject
from projections.duties.dossier import Dossier
from projections.duties.records import bears
from projections.policies.matching import within
from projections.policies.pack import Pack
from projections.policies.rule import Rule


class Owing:
    """Those who owe duties at a place, asked for rule by rule; rules that name the same functions share them."""

    def __init__(self, dossier: Dossier, place_id: str, codes: frozenset[str]) -> None:
        self._dossier = dossier
        self._place = dossier.places[place_id]
        self._codes = codes
        """The codes in force of the place and of all above it."""
        self._borne: dict[tuple[str, str, tuple[str, ...]], Sequence[Subject]] = {}

    def subjects(self, pack: Pack, rule: Rule) -> Iterator[Subject]:
        """Those who owe a rule's duty: the place itself, or its units or persons, or the centre above it."""
        only, level = rule.only, self._place.level
        if (only.levels and level not in only.levels) or not bound_within(rule, self._codes):
            return
        central = rule.level == "centre" and not rule.levels
        kind = rule.level if central or rule.level in ("unit", "person") else "place"
        if kind == "centre" and not _topmost(only.codes or pack.place.codes, self._dossier, self._place.id):
            return
        if kind == "place" and level not in (rule.levels or (rule.level,)):
            return
        found = self._bearing(pack, kind, rule.functions)
        yield from (one for one in found if is_meant(rule, one, self._place.name))

    def _bearing(self, pack: Pack, kind: str, codes: tuple[str, ...]) -> Sequence[Subject]:
        """The subjects of a kind that bear one of some functions."""
        key = (pack.digest, kind, codes)
        if key not in self._borne:
            self._borne[key] = list(_OF_KIND[kind](pack, self._dossier, self._place.id, frozenset(codes)))
        return self._borne[key]


def _topmost(scope: frozenset[str], dossier: Dossier, place_id: str) -> bool:
    """Whether no place above lies within some codes as well: the centre's duties are told there, once.

    Not at a place that a merger left behind: it is the topmost of nothing.
    """
    above = dossier.above(place_id)
    if not above:
        return not dossier.left_behind(place_id)
    return bool(scope and not within(scope, dossier.codes(above[0])))


def bound_within(rule: Rule, codes: frozenset[str]) -> bool:
    """Whether places of some codes are among those to which a rule is narrowed."""
    return not rule.only.codes or within(rule.only.codes, codes)


def is_meant(rule: Rule, subject: Subject, place: str = "") -> bool:
    """Whether a whole title of a post, or a name of a body or of a place that owes, fits what a rule is narrowed to."""
    titles = rule.only.titles
    if not titles:
        return True
    names = [*(body.name or "" for body in subject.bodies), *(post.title for post in subject.posts)]
    names += [place] if subject.kind == "place" else []
    return any(title.fullmatch(name) is not None for title in titles for name in names)


def _place(pack: Pack, dossier: Dossier, place_id: str, functions: frozenset[str]) -> Iterator[Subject]:
    """The place itself, with its posts and bodies that bear a function."""
    posts = tuple(post for post in dossier.posts_at(place_id) if bears(pack, post, functions))
    bodies = tuple(body for body in dossier.bodies_at(place_id) if bears(pack, body, functions))
    yield Subject("place", place_id, place_id, posts, bodies)


def _centre(pack: Pack, dossier: Dossier, place_id: str, functions: frozenset[str]) -> Iterator[Subject]:
    """The centre, which no log's tree holds: bodies and posts without a place."""
    bodies = tuple(body for body in dossier.bodies.values() if body.place is None and bears(pack, body, functions))
    posts = tuple(post for post in dossier.posts.values() if post.place is None and bears(pack, post, functions))
    yield Subject("centre", place_id, place_id, posts, bodies)


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


_OF_KIND: Final = {"place": _place, "unit": _units, "person": _persons, "centre": _centre}

"""Bearers: the posts and bodies that bear a function at a subject's place, and who held them on a day. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from projections.duties.case import Case
from projections.duties.dossier import Dossier
from projections.duties.records import Body, Post, Tenure
from projections.policies.pack import Pack, shared_functions
from projections.tenure import Certainty

STANDING_IN: Final = frozenset({"acting", "seconded"})
"""Capacities of those who hold a post without having been appointed to it for good."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Those who bear one function: posts; or bodies, with the posts that answer for them."""

    code: str
    posts: tuple[Post, ...]
    bodies: tuple[Body, ...] = ()
    of_body: bool = False

    @property
    def everything(self) -> Sequence[Post | Body]:
        """The bodies and the posts."""
        return [*self.bodies, *self.posts]

    @property
    def about(self) -> str | None:
        """The id of the one post or body there is."""
        ones = self.bodies if self.of_body else self.posts
        return ones[0].id if len(ones) == 1 else None

    def apart(self) -> Iterator[Bearer]:
        """One bearer for each post, or for each body with the posts in it."""
        if not self.of_body:
            yield from (replace(self, posts=(post,)) for post in self.posts)
        for body in self.bodies:
            yield replace(self, bodies=(body,), posts=tuple(post for post in self.posts if post.body == body.id))


def bearer(case: Case, code: str) -> Bearer:
    """Who bears a function for the subject of a case, on record that day or not; under each reading the same."""
    if code not in case.borne:
        case.borne[code] = _bearer(case, code)
    found: Bearer = case.borne[code]
    return found


def _bearer(case: Case, code: str) -> Bearer:
    subject, dossier = case.subject, case.dossier
    meaning = case.pack.function(code)
    if meaning.borne_by == "post":
        posts = dossier.posts_at(subject.id) if subject.kind == "place" else subject.posts
        return Bearer(code, tuple(post for post in posts if code in case.functions(post)))
    found = dossier.bodies_at(subject.id) if subject.kind == "place" else subject.bodies
    bodies = tuple(body for body in found if code in case.functions(body))
    return Bearer(code, tuple(_answering(case, bodies, frozenset(meaning.answered_by))), bodies, of_body=True)


def _answering(case: Case, bodies: tuple[Body, ...], codes: frozenset[str]) -> Iterator[Post]:
    """The posts that answer for bodies: those in them, and those of the place that answer for the place as a whole."""
    subject, dossier = case.subject, case.dossier
    ids = {body.id for body in bodies}
    if subject.kind == "place":
        wide = codes & answering_for_places(case.pack)
        for post in dossier.posts_at(subject.id):
            carried = case.functions(post)
            if (post.body in ids and carried & codes) or carried & wide:
                yield post
    else:
        for body in bodies:
            yield from (post for post in dossier.posts_in(body.id) if case.functions(post) & codes)


@cache
def answering_for_places(pack: Pack) -> frozenset[str]:
    """The functions of posts that answer for what acts through any organ of its place."""
    known = {**shared_functions(), **pack.functions}
    return frozenset(code for meaning in known.values() if meaning.collective for code in meaning.answered_by)


def certainty(case: Case, post: Post, day: str, *, acting_counts: bool = True) -> Certainty:
    """Whether somebody held a post on a day that it was on record."""
    found: Certainty = "no"
    for one in case.dossier.tenures_of(post.id):
        if acting_counts or one.capacity not in STANDING_IN:
            sure = one.bounds.certainty(day)
            if sure == "certain":
                return "certain"
            found = sure if found == "no" else found
    return found


def tenures(case: Case, post: Post, *, acting_counts: bool = True) -> list[Tenure]:
    """The appointments to a post, with those who stand in or without."""
    held = case.dossier.tenures_of(post.id)
    return [one for one in held if acting_counts or one.capacity not in STANDING_IN]


def holders_shown(case: Case, post: Post, day: str) -> list[Mapping[str, Any]]:
    """Who certainly or possibly held a post on a day, and in what capacity."""
    return [
        {
            "person": one.person, "name": case.dossier.name_of(one.person), "appointment": one.id,
            "capacity": one.capacity, "certainty": one.bounds.certainty(day),
        }
        for one in case.dossier.tenures_of(post.id)
        if one.bounds.certainty(day) != "no"
    ]  # fmt: skip


def offices_of(dossier: Dossier, person: str) -> Sequence[Tenure]:
    """Every appointment of a person, whenever it was."""
    return dossier.once(_offices).get(person, ())


def _offices(dossier: Dossier) -> Mapping[str | None, Sequence[Tenure]]:
    found: dict[str | None, list[Tenure]] = defaultdict(list)
    for one in dossier.tenures.values():
        found[one.person].append(one)
    return found

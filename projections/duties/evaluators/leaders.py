"""Leaders: those who must lead a body lead it on each day, told by its posts or, without these, by its own rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass as plain
from functools import cached_property
from typing import Any, Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.bearers import holders_shown
from projections.duties.case import Case
from projections.duties.outcome import SEVERITY, Outcome
from projections.duties.records import Body, Post
from projections.duties.spells import edges_of
from projections.duties.upkeep import Kept, Lack, Shown, days_asked, judged, last_day, seen, there

_SURE: Final = ("certain",)
_MAYBE: Final = ("certain", "possible")


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """Which bodies are led, and by whom.

    `body_functions`, `body_types`: the bodies of the place that are meant. `leader_functions`: the posts of the place
    whose holders must lead; `each`: the holders of every one of these functions, else `number` of their holders.
    `titles`: the posts of the body that lead it, by whole title; none: every post of it.
    `none`: what it comes to where no such body is on record.
    `rule_suffices` (a reading): whether a body said to have two leaders, whose posts are not on record, is so led.
    """

    body_functions: tuple[str, ...] = ()
    body_types: tuple[str, ...] = ()
    leader_functions: tuple[str, ...] = ()
    titles: tuple[re.Pattern[str], ...] = ()
    number: int = 2
    each: bool = True
    none: Literal["gap", "not-applicable"] = "gap"
    rule_suffices: bool = True


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each body that is to be led."""
    day = last_day(case)
    place = case.subject.place
    days = days_asked(case)
    bodies = [body for body in case.dossier.bodies_at(place or "") if _meant(params, case, body) and there(body, days)]
    if not bodies:
        lacks = (Lack("not-on-record", place),)
        kept = Kept(params.none, lacks if params.none == "gap" else ())
        outcome = judged(case, lambda _: kept, (), Shown(expected={"leaders": params.number}))
        if outcome is not None:
            yield outcome
    for body in bodies:
        lead = _Lead(params, case, body, tuple(one for one in bodies if one is not body))
        shown = Shown(
            body.id, tuple(post.id for post in lead.principals),
            {"leaders": params.number, "functions": list(params.leader_functions)}, lead.shown(day),
            seen(lead.evidence(day)),
        )  # fmt: skip
        outcome = judged(case, lead.kept, lead.edges(), shown)
        if outcome is not None:
            yield outcome


def _meant(params: Params, case: Case, body: Body) -> bool:
    return body.type in params.body_types or not case.functions(body).isdisjoint(params.body_functions)


@plain(frozen=True)
class _Lead:
    """A body with the posts that lead it and the posts whose holders must."""

    params: Params
    case: Case
    body: Body
    others: tuple[Body, ...]

    @cached_property
    def seats(self) -> list[Post]:
        """The posts that lead the body."""
        posts = self.case.dossier.posts_in(self.body.id)
        titles = self.params.titles
        return [post for post in posts if not titles or any(title.fullmatch(post.title) for title in titles)]

    @cached_property
    def principals(self) -> list[Post]:
        """The posts of the place whose holders must lead, those that lead the body left out."""
        leading = {post.id for post in self.seats}
        wanted = self.params.leader_functions
        return [
            post for post in self.case.dossier.posts_at(self.body.place or "")
            if post.id not in leading and not self.case.functions(post).isdisjoint(wanted)
        ]  # fmt: skip

    def kept(self, day: str) -> Kept:
        if not self.case.exists(self.body, day):
            none = self.params.none == "not-applicable" or any(self.case.exists(one, day) for one in self.others)
            return Kept("not-applicable") if none else Kept("gap", (Lack("not-on-record", self.body.place),))
        seats = [post for post in self.seats if self.case.exists(post, day)]
        if not seats:
            return self._by_rule()
        leading = _People.of(self.case, seats, day)
        if not self.params.each:
            return self._some(leading, day)
        found = [self._each(code, leading, day) for code in self.params.leader_functions]
        status = max((kept.status for kept in found), key=lambda one: SEVERITY[one])
        return Kept(status, tuple(lack for kept in found for lack in kept.lacks))

    def _by_rule(self) -> Kept:
        if self.body.leader_rule == "dual" and self.params.rule_suffices:
            return Kept("met")
        if self.body.leader_rule == "single":
            return Kept("breached", (Lack("one-leader", self.body.id),))
        return Kept("gap", (Lack("no-leader-on-record", self.body.id),))

    def _each(self, code: str, leading: _People, day: str) -> Kept:
        """Whether the holder of one function leads: breached only where all seats are certainly held by others."""
        posts = [post for post in self.principals if code in self.case.functions(post) and self.case.exists(post, day)]
        if not posts:
            return Kept("gap", (Lack("not-on-record", self.body.place, code),))
        must = _People.of(self.case, posts, day)
        if not must.sure:
            if must.maybe:
                return Kept("undetermined")
            return Kept("gap", tuple(Lack("vacancy", post.id, code) for post in posts))
        if must.sure & leading.sure:
            return Kept("met")
        if must.sure & leading.maybe:
            return Kept("undetermined")
        cause = "does-not-lead" if leading.full else "seat-open"
        return Kept("breached" if leading.full else "gap", tuple(Lack(cause, post.id, code) for post in posts))

    def _some(self, leading: _People, day: str) -> Kept:
        """Whether enough of the leaders hold one of the functions."""
        posts = [post for post in self.principals if self.case.exists(post, day)]
        able = _People.of(self.case, posts, day)
        if len(leading.sure & able.sure) >= self.params.number:
            return Kept("met")
        if len(leading.maybe & able.maybe) >= self.params.number:
            return Kept("undetermined")
        lack = Lack("does-not-lead" if leading.full else "seat-open", self.body.id)
        return Kept("breached" if leading.full else "gap", (lack,))

    def edges(self) -> set[str]:
        """The days on which the body can come to be led otherwise."""
        everything: list[Post | Body] = [self.body, *self.others, *self.seats, *self.principals]
        found = {day for one in everything for day in (one.since, one.until) if day is not None}
        for post in (*self.seats, *self.principals):
            found |= edges_of(tenure.bounds for tenure in self.case.dossier.tenures_of(post.id))
        return found

    def shown(self, day: str) -> dict[str, Any]:
        """The leaders of a day and the holders of the posts that must lead."""
        return {
            "leader_rule": self.body.leader_rule,
            "leaders": [holder for post in self.seats for holder in holders_shown(self.case, post, day)],
            "principals": [
                {"post": post.id, "holders": holders_shown(self.case, post, day)} for post in self.principals
            ],
        }

    def evidence(self, day: str) -> Iterator[Mapping[str, Any]]:
        """The entries behind the body, its leading posts and everyone who held a post that counts."""
        yield from self.body.evidence
        for post in self.seats:
            yield from post.evidence
        for post in (*self.seats, *self.principals):
            for tenure in self.case.dossier.holders(post.id, day, _MAYBE):
                yield from tenure.evidence


@plain(frozen=True)
class _People:
    """Who certainly held some posts on a day, who perhaps did, and whether every seat was certainly held."""

    sure: frozenset[str]
    maybe: frozenset[str]
    full: bool

    @classmethod
    def of(cls, case: Case, posts: list[Post], day: str) -> _People:
        held = {post.id: case.dossier.holders(post.id, day, _SURE) for post in posts}
        maybe = [one for post in posts for one in case.dossier.holders(post.id, day, _MAYBE)]
        return cls(
            frozenset(one.person for found in held.values() for one in found if one.person is not None),
            frozenset(one.person for one in maybe if one.person is not None),
            all(len(held[post.id]) >= post.seats for post in posts),
        )

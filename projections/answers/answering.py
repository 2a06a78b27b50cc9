"""Who answers for a duty: the holders of the posts that bear it, or that answer for the body that does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any

from projections.answers import charging
from projections.answers.people import People, people_in
from projections.duties.dossier import Dossier
from projections.duties.evaluating import Duty
from projections.duties.records import Post, bears, carried
from projections.policies.pack import Pack
from projections.rows import Found
from projections.tenure import ALWAYS, NEVER, next_day

Item = dict[str, Any]


class Answering:
    """The people of a dossier, asked who answers for what."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier

    @cached_property
    def who(self) -> People:
        """Everyone on record in the dossier."""
        return people_in(self._dossier.rows("person"))

    @cached_property
    def _tenures(self) -> dict[str, list[Found]]:
        found: dict[str, list[Found]] = {}
        for row in self._dossier.rows("appointment"):
            if row.doc["post_id"] is not None:
                found.setdefault(row.doc["post_id"], []).append(row)
        return found

    def posts(self, duty: Duty) -> list[Post]:
        """The posts that answer: those the result names, else those that bear the duty or answer for its body."""
        dossier, subject = self._dossier, duty.subject
        if duty.outcome.posts:
            return [dossier.posts[one] for one in duty.outcome.posts if one in dossier.posts]
        found = {post.id: post for post in subject.posts}
        if subject.kind != "unit":
            for code in duty.rule.functions:
                meaning = duty.pack.function(code)
                if meaning.borne_by != "post" and subject.place is not None:
                    found |= {
                        one.id: one for one in self._for_body(duty.pack, code, meaning.answered_by, subject.place)
                    }
        return sorted((one for one in found.values() if one.since is None or one.since <= dossier.day), key=_by_id)

    def _for_body(self, pack: Pack, code: str, heads: Collection[str], place: str) -> list[Post]:
        """The posts that answer for the bodies of a function at a place: those in them, else those of the place."""
        candidates = [one for one in self._dossier.posts_at(place) if bears(pack, one, heads)]
        bodies = {one.id for one in self._dossier.bodies_at(place) if bears(pack, one, (code,))}
        inside = [one for one in candidates if one.body in bodies]
        return inside or [one for one in candidates if not _belongs_elsewhere(pack, one, self._dossier)]

    def bearer(self, duty: Duty) -> Item:
        """Who owes a duty: the functions the text names, the posts with who holds them on the day, the bodies."""
        return {
            "functions": list(duty.rule.functions),
            "posts": [
                {"id": post.id, "title": post.title, "functions": list(post.functions)}
                | {"holders": [charging.shown(one, self.who) for one in self._holding(post.id)]}
                for post in self.posts(duty)
            ],
            "bodies": [{"id": body.id, "name": body.name} for body in duty.subject.bodies],
        }

    def _holding(self, post_id: str) -> list[charging.Holding]:
        return charging.holding(post_id, self._tenures, self._dossier.day)

    def charged(self, duty: Duty) -> list[Item]:
        """The days of a duty's window up to the day, as charged: vacant days to nobody."""
        if duty.status == "not-applicable":
            return []
        posts = self.posts(duty)
        since, until = self._window(duty, posts)
        if since >= until:
            return []
        if duty.outcome.persons:
            given = [[charging.Assignment(ALWAYS, None, one)] for one in duty.outcome.persons]
        else:
            given = [[charging.Assignment(ALWAYS, post.id, None)] for post in posts] or [
                [charging.Assignment(ALWAYS, None, None)]
            ]
        return [
            {**run, "post": assigned[0].post_id}
            for assigned in given
            for run in charging.charged(since, until, assigned, self._tenures, self.who)
        ]

    def _window(self, duty: Duty, posts: Collection[Post]) -> tuple[str, str]:
        """The days for which someone is charged: those of the window, else since the post began.

        None before the first day on which the instrument can have been in force, or from its end on.
        """
        day = self._dossier.day
        until = min(duty.outcome.until or NEVER, duty.pack.end.last.isoformat(), next_day(day))
        first = duty.pack.start.first.isoformat()
        if duty.outcome.since is not None:
            return max(first, duty.outcome.since), until
        known = [one for post in posts for one in self._begun(post)]
        return max(first, min((one for one in known if one <= day), default=day)), until

    def _begun(self, post: Post) -> Sequence[str]:
        """The day from which a post is on record; of one that always was, the days on which it was first held."""
        if post.since is not None:
            return (post.since,)
        bounds = [row.doc["bounds"] for row in self._tenures.get(post.id, ())]
        return [*(one["s0"] for one in bounds if one["s0"] != ALWAYS), *(one["s1"] for one in bounds)]

    def answers(self, duty: Duty, person_id: str, posts: Collection[str]) -> bool:
        """Whether a person answers for a duty on a day of its window, through one of some posts or by name."""
        if person_id in duty.outcome.persons:
            return True
        mine = [post for post in self.posts(duty) if post.id in posts]
        since, until = self._window(duty, mine)
        return any(
            row.doc["person_id"] == person_id and row.doc["bounds"]["s0"] < until and row.doc["bounds"]["e1"] > since
            for post in mine
            for row in self._tenures.get(post.id, ())
        )


def enough(dossier: Dossier, duties: Iterable[Duty]) -> Dossier:
    """As much of a dossier as tells some duties: the posts that bear them or are at their places, and who held these.

    The dossier of a province has a hundred times as many.
    """
    told = list(duties)
    places = {one.subject.place for one in told} - {None}
    posts = {post.id for place in places for post in dossier.posts_at(place or "")}
    posts |= {post for one in told for post in (*one.outcome.posts, *(each.id for each in one.subject.posts))}
    appointments = [row for row in dossier.rows("appointment") if row.doc["post_id"] in posts]
    who = people_in(dossier.rows("person"))
    named = {row.doc["person_id"] for row in appointments}.union(*(one.outcome.persons for one in told)) - {None}
    persons = {each for one in named for each in who.ids_of(one)}
    bodies = above = {dossier.posts[one].body or "" for one in posts & dossier.posts.keys()}
    while above:  # a body may be of its unit's place
        above = {dossier.bodies[one].unit or "" for one in above & dossier.bodies.keys()} - bodies
        bodies = bodies | above
    wanted = {"post": posts, "body": bodies, "person": persons}
    rows = {name: [row for row in dossier.rows(name) if row.entity_id in ids] for name, ids in wanted.items()}
    return Dossier(dossier.day, {**rows, "jurisdiction": dossier.rows("jurisdiction"), "appointment": appointments})


def _by_id(post: Post) -> str:
    return post.id


def _belongs_elsewhere(pack: Pack, post: Post, dossier: Dossier) -> bool:
    """Whether a post is of a body that bears a function which does not act through others: it heads that alone."""
    body = dossier.bodies.get(post.body or "")
    codes = () if body is None else carried(pack, body)
    return any(not pack.function(code).collective for code in codes if pack.has_function(code))

"""Role: somebody bears what the text lays on a function, on the day or on each day of a span; it leaves a gap else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass as plain
from dataclasses import field
from typing import Any, Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties.bearers import Bearer, bearer, certainty, holders_shown, offices_of, tenures
from projections.duties.case import Case
from projections.duties.letters import signed_by
from projections.duties.outcome import SEVERITY, Outcome
from projections.duties.records import Post
from projections.duties.spells import edges_of
from projections.duties.upkeep import Kept, Lack, Shown, days_asked, judged, last_day, seen, there
from projections.policies.rule import Status
from projections.tenure import Bounds, Certainty, on_record

_STRICT = ConfigDict(extra="forbid")
_STATUS: Final[Mapping[Certainty, Status]] = {"certain": "met", "possible": "undetermined", "no": "gap"}
_WELL: Final = Kept("met")


@dataclass(frozen=True, slots=True, config=_STRICT)
class Tied:
    """What ties a role to those it is for: a pairing in which the bearer helps, or a letter the bearer signed.

    `pairings` and `letters` are kinds; no kinds of pairing mean any, no kinds of letter none.
    """

    pairings: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=_STRICT)
class Also:
    """Another post that the holder must hold at the same time, told by its functions or its whole title."""

    functions: tuple[str, ...] = ()
    titles: tuple[re.Pattern[str], ...] = ()

    def fits(self, case: Case, post: Post) -> bool:
        """Whether a post is such a one."""
        return not case.functions(post).isdisjoint(self.functions) or any(
            pattern.fullmatch(post.title) for pattern in self.titles
        )


@dataclass(frozen=True, slots=True, config=_STRICT)
class Params:
    """Who must be there.

    `functions`: in place of the rule's; `by_level`: in place of both at a level, where a duty of several levels is
    borne by others at each. `need`: all of them, or any. `optional`: these bear it too where they are on record; what
    they lack is shown and decides nothing. `each`: one result for each post or body, not one for the place.
    `through` (a reading of texts that name a body and no person): `holders` asks for a holder of a post that answers
    for the body, where one is on record; to `body` the body on record is enough.
    `acting_counts` (a reading): whether those who stand in (acting, seconded) bear it.
    """

    functions: tuple[str, ...] = ()
    by_level: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    need: Literal["all", "any"] = "all"
    optional: tuple[str, ...] = ()
    each: bool = False
    through: Literal["holders", "body"] = "holders"
    acting_counts: bool = True
    tied: Tied | None = None
    also: Also | None = None


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for the subject, or with `each` one for each post or body that bears the role."""
    level = case.dossier.level(case.subject.place) or ""
    codes = params.by_level.get(level) or params.functions or case.rule.functions
    bearers = [bearer(case, code) for code in codes]
    if case.subject.kind in ("unit", "person") and not any(one.posts or one.bodies for one in bearers):
        return
    if params.each:
        alone = [one for found in bearers for one in found.apart() if _on_record(case, one)]
        for one in alone:
            if params.also is None or not any(params.also.fits(case, post) for post in one.posts):
                yield from _told(_Role(params, case, (one,), ()), one.about)
        if alone:
            return
    optional = (bearer(case, code) for code in params.optional)
    role = _Role(params, case, tuple(bearers), tuple(one for one in optional if _on_record(case, one)))
    yield from _told(role, None)


def _on_record(case: Case, one: Bearer) -> bool:
    days = days_asked(case)
    return (
        any(there(each, days) for each in one.bodies) if one.of_body else any(there(each, days) for each in one.posts)
    )


def _told(role: _Role, about: str | None) -> Iterator[Outcome]:
    case, params, everyone = role.case, role.params, (*role.bearers, *role.optional)
    day = last_day(case)
    shown = Shown(
        about, tuple(dict.fromkeys(post.id for one in everyone for post in one.posts)),
        {"functions": [one.code for one in role.bearers], "need": params.need},
        {"bearers": [role.shown(one, day) for one in everyone]},
        seen(entry for one in everyone for entry in role.evidence(one, day)),
    )  # fmt: skip
    outcome = judged(case, role.kept, role.edges(), shown)
    if outcome is not None:
        yield outcome


@plain(frozen=True)
class _Role:
    """A role and those who bear it: how it stands on a day."""

    params: Params
    case: Case
    bearers: tuple[Bearer, ...]
    optional: tuple[Bearer, ...]

    def kept(self, day: str) -> Kept:
        found = [self._borne(one, day) for one in self.bearers]
        statuses = sorted((kept.status for kept in found), key=lambda status: SEVERITY[status])
        status = statuses[-1] if self.params.need == "all" else statuses[0]
        lacks = [lack for kept in found for lack in kept.lacks]
        lacks += [lack for one in self.optional for lack in self._borne(one, day).lacks]
        return Kept(status, tuple(dict.fromkeys(lacks)))

    def _borne(self, one: Bearer, day: str) -> Kept:
        """How one function is borne: by the best held of its posts, or by its body."""
        posts = [post for post in one.posts if on_record(post.since, post.until, day)]
        bodies = [body for body in one.bodies if on_record(body.since, body.until, day)]
        if not posts and not bodies:
            return Kept("gap", (Lack("not-on-record", one.about or self.case.subject.id, one.code),))
        found = [self._held(post, one.code, day) for post in posts]
        if len(found) == 1 and not bodies:
            return found[0]
        lacks = tuple(lack for kept in found for lack in kept.lacks)
        if bodies and self.params.tied is not None:
            tie = self._tie({body.id for body in bodies} | {post.id for post in posts}, posts, day)
            return Kept(_STATUS[tie], lacks if tie != "no" else (Lack("no-pairing", bodies[0].id, one.code),))
        if bodies and (self.params.through == "body" or not posts):
            return Kept("met", lacks)
        return Kept(min((kept.status for kept in found), key=lambda status: SEVERITY[status]), lacks)

    def _held(self, post: Post, code: str, day: str) -> Kept:
        held = certainty(self.case, post, day, acting_counts=self.params.acting_counts)
        if held == "no":
            return Kept("gap", (Lack("vacancy", post.id, code),))
        status = _STATUS[held]
        if self.params.tied is not None:
            tie = self._tie({post.id}, [post], day)
            if tie == "no":
                return Kept("gap", (Lack("no-pairing", post.id, code),))
            status = max(status, _STATUS[tie], key=lambda one: SEVERITY[one])
        if self.params.also is not None:
            second = self._second(post, day)
            if second == "no":
                return Kept("gap", (Lack("no-second-post", post.id, code),))
            status = max(status, _STATUS[second], key=lambda one: SEVERITY[one])
        return _WELL if status == "met" else Kept(status)

    def _holders(self, post: Post, day: str) -> set[str]:
        held = tenures(self.case, post, acting_counts=self.params.acting_counts)
        return {one.person for one in held if one.person is not None and one.bounds.certainty(day) != "no"}

    def _tie(self, ids: set[str], posts: Sequence[Post], day: str) -> Certainty:
        people = {person for post in posts for person in self._holders(post, day)}
        return _surest((bounds for bounds in self._ties(ids | people)), day)

    def _ties(self, ids: set[str]) -> Iterator[Bounds]:
        """When pairings and letters of these posts, bodies and persons were in force."""
        tied = self.params.tied or Tied()
        for one in sorted(ids):
            for pairing in self.case.dossier.pairings_of(one):
                if not tied.pairings or pairing.kind in tied.pairings:
                    yield pairing.bounds
            for letter in signed_by(self.case.dossier, one):
                if letter.kind in tied.letters:
                    yield letter.bounds

    def _second(self, post: Post, day: str) -> Certainty:
        others = [one for person in self._holders(post, day) for one in self._other_offices(person, post)]
        return _surest(others, day)

    def _other_offices(self, person: str, post: Post) -> list[Bounds]:
        also, dossier = self.params.also or Also(), self.case.dossier
        held = [(one, dossier.posts.get(one.post or "")) for one in offices_of(dossier, person)]
        return [
            one.bounds for one, other in held
            if other is not None and other.id != post.id and also.fits(self.case, other)
        ]  # fmt: skip

    def edges(self) -> set[str]:
        """The days on which the role can come to stand otherwise."""
        found: set[str] = set()
        for one in (*self.bearers, *self.optional):
            ids = {body.id for body in one.bodies} | {post.id for post in one.posts}
            found |= {day for each in one.everything for day in (each.since, each.until) if day is not None}
            for post in one.posts:
                held = self.case.dossier.tenures_of(post.id)
                found |= edges_of(tenure.bounds for tenure in held)
                people = {tenure.person for tenure in held if tenure.person is not None}
                ids |= people
                if self.params.also is not None:
                    found |= edges_of(bounds for person in people for bounds in self._other_offices(person, post))
            if self.params.tied is not None:
                found |= edges_of(self._ties(ids))
        return found

    def shown(self, one: Bearer, day: str) -> dict[str, Any]:
        """A function with those who bore it on a day, as an answer shows it."""
        return {
            "function": one.code,
            "status": self._borne(one, day).status,
            "bodies": [body.id for body in one.bodies if self.case.exists(body, day)],
            "posts": [
                {
                    "post": post.id,
                    "status": certainty(self.case, post, day),
                    "substantive": certainty(self.case, post, day, acting_counts=False),
                    "holders": holders_shown(self.case, post, day),
                }
                for post in one.posts
                if self.case.exists(post, day)
            ],
        }

    def evidence(self, one: Bearer, day: str) -> Iterator[Mapping[str, Any]]:
        """The entries behind bodies, posts and their holders of a day."""
        for each in one.everything:
            if self.case.exists(each, day):
                yield from each.evidence
        for post in one.posts:
            for tenure in self.case.dossier.tenures_of(post.id):
                if tenure.bounds.certainty(day) != "no":
                    yield from tenure.evidence


def _surest(found: Sequence[Bounds] | Iterator[Bounds], day: str) -> Certainty:
    certainties = {bounds.certainty(day) for bounds in found}
    return "certain" if "certain" in certainties else "possible" if "possible" in certainties else "no"

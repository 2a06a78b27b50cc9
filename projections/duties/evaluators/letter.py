"""Letter: whoever must sign responsibility letters has them in force on the day, or on every day of a span."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass as plain
from functools import cached_property
from typing import Any, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties import letters
from projections.duties.bearers import holders_shown, tenures
from projections.duties.case import Case
from projections.duties.outcome import SEVERITY, Outcome
from projections.duties.records import Letter, Post, Tenure
from projections.duties.spells import edges_of
from projections.duties.upkeep import Kept, Lack, Shown, days_asked, judged, last_day, seen, there
from projections.policies.rule import Level, Status
from projections.tenure import Bounds, Certainty

_STRICT = ConfigDict(extra="forbid")
Party = Literal["any", "place", "body"]


@dataclass(frozen=True, slots=True, config=_STRICT)
class Owed:
    """One letter that is owed: of any of these kinds, towards whom.

    `towards`: a place `above` the signer's, its `own` side, a contact point `below` it (one that the signer is paired
    with, where pairings say so), or the `centre`, which no tree holds. `party_functions`: of the body on that side.
    """

    kinds: tuple[str, ...]
    towards: Literal["above", "own", "below", "centre"] | None = None
    party_functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=_STRICT)
class Params:
    """Who owes which letters.

    `letters`: each holder owes every one of them (dual signing: two). `signer_functions`: the posts that sign, in
    place of those of the rule. `levels`: where they stand, the subject's place or those below it; none: its own.
    Points that texts leave open, each a reading:
    `bound`: to the `person`, so that a successor has to sign anew, or to the `post`, so that one inherits it.
    `joint`: a letter counts for each whose own `signature` is on it, as signatory or as co-principal; with `one-each`
    for its signatory alone; with `one-for-all` for every principal of the place of whom one signed.
    `counterparty`: `place`, where the other side is named, it must be of the right place; `body`: it must be named, and
    be a body of the functions asked; `any`: it is not looked at.
    `countersigned`: whether the other side has to sign too. `acting_counts`: whether those who stand in must sign.
    """

    letters: tuple[Owed, ...]
    signer_functions: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    bound: Literal["person", "post"] = "person"
    joint: Literal["signature", "one-each", "one-for-all"] = "signature"
    counterparty: Party = "place"
    countersigned: bool = False
    acting_counts: bool = True


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each post that signs; one gap where none is on record."""
    day = last_day(case)
    functions = params.signer_functions or case.rule.functions
    found = False
    for place, posts in _signers(params, case, functions):
        mine = [post for post in posts if there(post, days_asked(case))]
        for post in mine:
            found = True
            outcome = _of_post(_Signing(params, case, post, tuple(mine), place), day)
            if outcome is not None:
                yield outcome
    if not found and case.subject.kind != "unit":
        kept = Kept("gap", (Lack("not-on-record", case.subject.place),))
        outcome = judged(case, lambda _: kept, (), Shown(expected=_expected(params)))
        if outcome is not None:
            yield outcome


def _signers(params: Params, case: Case, functions: Sequence[str]) -> Iterator[tuple[str | None, Sequence[Post]]]:
    """Places with the posts that sign there."""
    here, dossier = case.subject.place, case.dossier
    if not params.levels:
        found = dossier.posts_at(here or "") if case.subject.kind == "place" else case.subject.posts
        yield here, [post for post in found if not case.functions(post).isdisjoint(functions)]
        return
    for level in params.levels:
        places = [here] if dossier.level(here) == level else dossier.below(here or "", level)
        for place in places:
            found = dossier.posts_at(place or "")
            yield place, [post for post in found if not case.functions(post).isdisjoint(functions)]


def _expected(params: Params) -> dict[str, Any]:
    return {"letters": [list(owed.kinds) for owed in params.letters]}


def _of_post(signing: _Signing, day: str) -> Outcome | None:
    post, params = signing.post, signing.params
    late = signing.late(days_asked(signing.case))
    shown = Shown(
        post.id, (post.id,), _expected(params), {"holders": signing.shown(day)}, seen(signing.evidence(day)),
        {"signed_late_days": late} if late is not None else None,
    )  # fmt: skip
    return judged(signing.case, signing.kept, signing.edges, shown)


@plain(frozen=True)
class _Signing:
    """A post whose holders owe letters: what each of them signed, and how that stands on a day."""

    params: Params
    case: Case
    post: Post
    principals: tuple[Post, ...]
    """The posts of the place that owe the same letters."""
    place: str | None

    @cached_property
    def tenures(self) -> list[Tenure]:
        return tenures(self.case, self.post, acting_counts=self.params.acting_counts)

    @cached_property
    def signed(self) -> Mapping[str, Sequence[Sequence[Letter]]]:
        """For each tenure, the letters that serve each one owed."""
        own = {tenure.id: self._own(tenure) for tenure in self.tenures}
        return {
            tenure.id: [self._serving(owed, own[tenure.id], tenure) for owed in self.params.letters]
            for tenure in self.tenures
        }

    def _own(self, tenure: Tenure) -> list[Letter]:
        """The letters that count as a holder's, of whatever kind."""
        dossier, post = self.case.dossier, self.post
        if self.params.joint == "one-for-all":
            everyone = [one for each in self.principals for one in dossier.tenures_of(each.id)]
            posts = self.principals
        else:
            everyone = [tenure] if self.params.bound == "person" else list(dossier.tenures_of(post.id))
            posts = (post,)
        ids = {each.id for each in posts} | {one.person for one in everyone if one.person is not None}
        found = {id(one): one for each in sorted(ids) for one in letters.signed_by(dossier, each)}
        return [one for one in found.values() if self._counts(one, tenure, everyone)]

    def _counts(self, letter: Letter, tenure: Tenure, everyone: Sequence[Tenure]) -> bool:
        params = self.params
        if params.joint == "one-each" and letter.signed_as != "signatory":
            return False
        if params.bound == "post":
            posts = self.principals if params.joint == "one-for-all" else (self.post,)
            return any(letters.of_post(letter, post, everyone) for post in posts)
        if params.joint != "one-for-all":
            return letters.belongs(letter, tenure)
        # A joint letter is that of the persons who held the posts when one of them signed it.
        return letters.belongs(letter, tenure) or (
            tenure.bounds.meets(*letters.signing_days(letter)) and any(letters.belongs(letter, one) for one in everyone)
        )

    def _serving(self, owed: Owed, own: Sequence[Letter], tenure: Tenure) -> list[Letter]:
        return [
            one for one in own
            if (one.kind is None or one.kind in owed.kinds)
            and (not self.params.countersigned or letters.countersigned(one))
            and self._towards(owed, one, tenure)
        ]  # fmt: skip

    def _towards(self, owed: Owed, letter: Letter, tenure: Tenure) -> bool:
        """Whether the other side of a letter is the one that the text names."""
        if self.params.counterparty == "any" or owed.towards is None:
            return True
        if owed.towards == "below":
            return self._contact(letter, tenure)
        if letter.counterparty is None:
            return self.params.counterparty == "place"
        return self._party(owed, letter, letter.counterparty)

    def _party(self, owed: Owed, letter: Letter, party: str) -> bool:
        how, dossier = self.params.counterparty, self.case.dossier
        body = dossier.bodies.get(party)
        functions: frozenset[str] = self.case.functions(body) if body is not None else frozenset()
        if how == "body" and owed.party_functions and functions.isdisjoint(owed.party_functions):
            return False
        place = dossier.place_of(party)
        if place is None:
            return owed.towards == "centre" or (body is None and how == "place")
        if owed.towards == "centre":
            return False
        return place == self.place if owed.towards == "own" else place in self._above(letter, self.place or "")

    def _contact(self, letter: Letter, tenure: Tenure) -> bool:
        """Whether a letter is for a place the signer is paired with; without pairings, for one below the signer's."""
        dossier = self.case.dossier
        named = letters.sides(dossier, letter)
        if not named:
            return self.params.counterparty == "place"
        pairings = [*dossier.pairings_of(tenure.person or ""), *dossier.pairings_of(self.post.id)]
        paired = {
            dossier.place_of(one.assisted) for one in pairings if _overlap(one.bounds, letter.bounds)
        }  # fmt: skip
        if paired:
            return not named.isdisjoint(paired)
        return any(self.place in self._above(letter, place) for place in named)

    def _above(self, letter: Letter, place: str) -> set[str]:
        """The places above one when a letter was signed, and those above it today: places move, letters go on."""
        line = self.case.dossier.line_on(place, letters.signing_days(letter)[1])
        return {*line, *self.case.dossier.above(place)} - {place}

    # -- days --------------------------------------------------------------------------------------------------

    def kept(self, day: str) -> Kept:
        """Every certain holder has every letter; a vacant post owes none, and nobody answers for that."""
        if not self.case.exists(self.post, day):
            return Kept("not-applicable")
        sure = [one for one in self.tenures if one.bounds.certainty(day) == "certain"]
        maybe = [one for one in self.tenures if one.bounds.certainty(day) == "possible"]
        if not sure and not maybe:
            return Kept("gap", (Lack("vacancy", self.post.id),))
        found = [self._of_holder(one, day) for one in sure]
        found += [self._perhaps(one, day) for one in maybe]
        status = max((kept.status for kept in found), key=lambda one: SEVERITY[one])
        return Kept(status, tuple(lack for kept in found for lack in kept.lacks))

    def _perhaps(self, tenure: Tenure, day: str) -> Kept:
        """Who may not have been in office breaches nothing."""
        return Kept("met" if self._of_holder(tenure, day).status == "met" else "undetermined")

    def _of_holder(self, tenure: Tenure, day: str) -> Kept:
        status: Status = "met"
        lacks = []
        for owed, found in zip(self.params.letters, self.signed[tenure.id], strict=True):
            stands = _surest(found, day)
            if stands == "no":
                ended = any(one.bounds.e1 <= day for one in found)
                what = "/".join(owed.kinds)
                lacks.append(Lack("expired" if ended else "not-signed", self.post.id, what, tenure.person))
            elif stands == "possible" and status == "met":
                status = "undetermined"
        return Kept("breached" if lacks else status, tuple(lacks))

    @cached_property
    def edges(self) -> set[str]:
        """The days on which the post can come to stand otherwise."""
        found = {day for day in (self.post.since, self.post.until) if day is not None}
        found |= edges_of(one.bounds for one in self.tenures)
        return found | edges_of(one.bounds for each in self.signed.values() for served in each for one in served)

    # -- what is shown -----------------------------------------------------------------------------------------

    def shown(self, day: str) -> list[dict[str, Any]]:
        """The holders of a day, each with the letters that count and how they stood."""
        return [
            {**holder, "letters": [letters.shown(one, day) for one in self._all(holder["appointment"])]}
            for holder in holders_shown(self.case, self.post, day)
        ]

    def late(self, days: tuple[str, str]) -> int | None:
        """How many days after their start of force letters of these days were signed, the most of them."""
        found = [one for each in self.tenures if each.bounds.meets(*days) for one in self._all(each.id)]
        late = [letters.signed_late_days(one) for one in found if one.bounds.meets(*days)]
        return max((days for days in late if days is not None), default=None)

    def _all(self, tenure_id: str) -> list[Letter]:
        found = {id(one): one for served in self.signed.get(tenure_id, ()) for one in served}
        return sorted(found.values(), key=lambda one: (one.signed_on, one.id))

    def evidence(self, day: str) -> Iterator[Mapping[str, Any]]:
        """The entries behind the holders of a day and their letters that were in force on it."""
        for tenure in self.tenures:
            if tenure.bounds.certainty(day) != "no":
                yield from tenure.evidence
                for one in self._all(tenure.id):
                    if one.bounds.certainty(day) != "no":
                        yield from one.evidence


def _surest(found: Sequence[Letter], day: str) -> Certainty:
    """How surely one of some letters is in force; one whose kind is not stated may be another."""
    stands = {"possible" if one.kind is None else "certain" for one in found if one.bounds.certainty(day) == "certain"}
    if "certain" in stands:
        return "certain"
    return "possible" if stands or any(one.bounds.certainty(day) == "possible" for one in found) else "no"


def _overlap(one: Bounds, other: Bounds) -> bool:
    return one.s0 < other.e1 and other.s0 < one.e1

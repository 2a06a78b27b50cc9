"""Letter between: two sides, such as a county and each of its townships, have a letter in force that binds both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass as plain
from functools import cached_property

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties import letters
from projections.duties.case import Case, Listing
from projections.duties.outcome import Outcome
from projections.duties.records import Body, Letter, Pairing
from projections.duties.spells import edges_of
from projections.duties.upkeep import Kept, Lack, Shown, days_asked, judged, last_day, seen
from projections.policies.rule import Level
from projections.tenure import on_record


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """Between whom which letter is owed.

    `kinds`: any of these. `level`: the places below the subject's that are the other side; `listed`: those on one of
    these lists alone. `helper_functions`: the letter is between each unit of these functions and each place that it
    is paired with (`pairings`: by pairings of these kinds, none: of any), and not the subject's own.
    `countersigned` (a reading): whether both sides have to sign.
    """

    kinds: tuple[str, ...]
    level: Level
    listed: tuple[str, ...] = ()
    helper_functions: tuple[str, ...] = ()
    pairings: tuple[str, ...] = ()
    countersigned: bool = False


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome for each place of the other side, or for each pairing; one gap where there is none."""
    found = False
    for between in _pairs(params, case) if params.helper_functions else _places(params, case):
        day = last_day(case)
        found = True
        serving = between.serving
        shown = Shown(
            between.about, expected={"kinds": list(params.kinds), "with": between.place},
            actual={"letters": [letters.shown(one, day) for one in serving]},
            evidence=seen(letters.evidence_of([one for one in serving if one.bounds.certainty(day) != "no"])),
        )  # fmt: skip
        outcome = judged(case, between.kept, between.edges(), shown)
        if outcome is not None:
            yield outcome
    if not found:
        cause = "no-pairing" if params.helper_functions else "not-on-record"
        kept = Kept("gap", (Lack(cause, case.subject.place),))
        outcome = judged(case, lambda _: kept, (), Shown(expected={"kinds": list(params.kinds)}))
        if outcome is not None:
            yield outcome


def _places(params: Params, case: Case) -> Iterator[_Between]:
    here = case.subject.place
    for place in case.dossier.below(here or "", params.level):
        if not params.listed or case.listings(place, params.listed):
            yield _Between(params, case, place, None, None)


def _pairs(params: Params, case: Case) -> Iterator[_Between]:
    dossier, days = case.dossier, days_asked(case)
    for place in dossier.below(case.subject.place or "", params.level):
        for pairing in dossier.pairings_with(place):
            unit = dossier.bodies.get(pairing.helper)
            if unit is None or case.functions(unit).isdisjoint(params.helper_functions):
                continue
            if (not params.pairings or pairing.kind in params.pairings) and pairing.bounds.meets(*days):
                yield _Between(params, case, place, pairing, unit)


@plain(frozen=True)
class _Between:
    """A place and the other side: the subject's own place, or a unit that is paired with it."""

    params: Params
    case: Case
    place: str
    pairing: Pairing | None
    unit: Body | None

    @property
    def about(self) -> str:
        return self.place if self.pairing is None else self.pairing.id

    @cached_property
    def serving(self) -> Sequence[Letter]:
        """The letters of the kinds asked between the two sides."""
        return [
            one for one in letters.touching(self.case.dossier, self.place)
            if (one.kind is None or one.kind in self.params.kinds)
            and (not self.params.countersigned or letters.countersigned(one))
            and (self._of_place(one) if self.unit is None else self._of_unit(one, self.unit))
        ]  # fmt: skip

    def _of_place(self, letter: Letter) -> bool:
        """Whether one side signed towards the other: which of the two signed first is the same."""
        dossier, here = self.case.dossier, self.case.subject.place
        signing = letters.signing_places(dossier, letter)
        party = dossier.place_of(letter.counterparty)
        if here in signing:
            return self.place == party or (letter.counterparty is None and self.place in letters.sides(dossier, letter))
        return self.place in signing and party in (here, None)

    def _of_unit(self, letter: Letter, unit: Body) -> bool:
        dossier = self.case.dossier
        post = dossier.posts.get(letter.post or "")
        if letter.counterparty == unit.id or (post is not None and post.body == unit.id):
            return True
        heads = dossier.posts_in(unit.id)
        return letter.post is None and any(
            letters.belongs(letter, one) for post in heads for one in dossier.tenures_of(post.id)
        )

    def kept(self, day: str) -> Kept:
        """A letter in force; none is owed to a place that is not listed that day, nor after the pairing ended."""
        if not self._owed(day):
            return Kept("not-applicable")
        stands = {one.bounds.certainty(day) for one in self.serving if one.kind is not None}
        if "certain" in stands:
            return Kept("met")
        if "possible" in stands or any(one.bounds.certainty(day) != "no" for one in self.serving):
            return Kept("undetermined")
        if self.pairing is not None and self.pairing.bounds.certainty(day) == "possible":
            return Kept("undetermined")
        ended = any(one.bounds.e1 <= day for one in self.serving)
        return Kept("gap", (Lack("expired" if ended else "not-signed", self.place, "/".join(self.params.kinds)),))

    def _owed(self, day: str) -> bool:
        if self.pairing is not None:
            return self.pairing.bounds.certainty(day) != "no"
        return not self.params.listed or any(on_record(*one, day) for one in self._listings)

    @cached_property
    def _listings(self) -> list[Listing]:
        return self.case.listings(self.place, self.params.listed)

    def edges(self) -> set[str]:
        """The days on which it can come to stand otherwise."""
        found = edges_of(one.bounds for one in self.serving)
        if self.pairing is not None:
            found |= edges_of([self.pairing.bounds])
        return found | {day for one in self._listings for day in one if day is not None}

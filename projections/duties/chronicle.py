"""What was done, kind by kind: each kind is told and indexed when it is first asked for. Pure."""

from __future__ import annotations

import weakref
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from projections.duties import telling
from projections.duties.records import Act, ActKey, Body, Matter, Post, each_once, in_order
from projections.folds.registers import OF_KIND
from projections.tenure import on_record

if TYPE_CHECKING:
    from projections.duties.dossier import Dossier

ABOUT_PERSONS: Final = frozenset(
    {
        "accountability-case.opened",
        "accountability-case.closed",
        "sanction.imposed",
        "evaluation.recorded",
        "reward.granted",
        "interview.held",
    }
)
"""Kinds that name a person and are about the posts the person holds, and where those are, as well."""
_BEGUN: Final = {
    "body.established": "bodies",
    "post.established": "posts",
    "pairing.started": "pairings",
    "appointment.started": "tenures",
}
LASTING: Final = frozenset({*_BEGUN, "responsibility-letter.signed"})
"""Kinds that begin what may last."""
_NONE: Final[tuple[Act, ...]] = ()
By = Mapping[str, Sequence[Act]]
"""Ids to the acts that name them, in order of days."""


class Chronicle:
    """The acts of a dossier: the steps of its matters, and its letters, pairings, bodies and posts as acts."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier: Dossier = weakref.proxy(dossier)  # which holds this: no cycle keeps a county in memory
        self._of_kind: dict[str, Sequence[Act]] = {}
        self._told: dict[str, defaultdict[str, list[Act]]] = {}
        self._by_doer: dict[str, By] = {}
        self._by_subject: dict[str, By] = {}
        self._lasting: dict[str, frozenset[ActKey]] = {}
        self._about_places: dict[tuple[str, str, bool], Mapping[ActKey, Act]] = {}
        self._led: dict[str, tuple[str, ...]] = {}
        self._meant: dict[str, str] = {}
        self._registers: dict[str, list[Matter]] = defaultdict(list)
        for matter in dossier.matters.values():
            self._registers[matter.register].append(matter)

    def of_register(self, register: str) -> Sequence[Matter]:
        """The matters of a register."""
        return self._registers.get(register, ())

    def of_kind(self, kind: str) -> Sequence[Act]:
        """The acts of a kind, in order of days."""
        if kind not in self._of_kind:
            self._of_kind[kind] = sorted(self._tell(kind), key=in_order)
        return self._of_kind[kind]

    def by_doer(self, kind: str) -> By:
        """The acts of a kind by the posts, bodies, persons and places that they name as doers."""
        found = self._by_doer.get(kind)
        if found is None:
            found = self._by_doer[kind] = _indexed(self.of_kind(kind), self._doers)
        return found

    def by_subject(self, kind: str) -> By:
        """The acts of a kind by what they are about; about a place are those about what stands there too."""
        found = self._by_subject.get(kind)
        if found is None:
            found = self._by_subject[kind] = _indexed(self.of_kind(kind), self._subjects)
        return found

    def about_places(self, kind: str, place_id: str, *, itself: bool) -> Mapping[ActKey, Act]:
        """The acts of a kind about the places below one, and about that `itself`, each once, in order of days."""
        asked = kind, place_id, itself
        found = self._about_places.get(asked)
        if found is None:
            about = self.by_subject(kind)
            places = [place_id, *self._dossier.below(place_id)] if itself else self._dossier.below(place_id)
            found = self._about_places[asked] = each_once(about.get(place, ()) for place in (places if about else ()))
        return found

    def lasting(self, kind: str) -> frozenset[ActKey]:
        """Of the acts of a kind, which begins what may last, those that began what holds on the dossier's day."""
        if kind not in self._lasting:
            self._lasting[kind] = frozenset(act.key for act in self.of_kind(kind) if self._lasts(act))
        return self._lasting[kind]

    def _lasts(self, act: Act) -> bool:
        dossier = self._dossier
        day, name = dossier.day, _BEGUN.get(act.kind)
        if name is None:
            return any(one.bounds.certainty(day) != "no" for one in dossier.letters_with(act.matter))
        begun = getattr(dossier, name).get(act.matter)
        if begun is None:
            return True
        if isinstance(begun, Post | Body):
            return on_record(begun.since, begun.until, day)
        return bool(begun.bounds.certainty(day) != "no")

    def _tell(self, kind: str) -> Iterable[Act]:
        register = OF_KIND.get(kind)
        if register is not None:
            name = register[0].name
            return self._apart(name, lambda: (act for matter in self._registers[name] for act in matter.acts))[kind]
        name = kind.partition(".")[0]
        return self._apart(name, lambda: self._tell_of(name))[kind]

    def _apart(self, name: str, acts: Callable[[], Iterable[Act]]) -> Mapping[str, Sequence[Act]]:
        """Acts by their kinds, told when those of a register, or of kinds that begin with a word, are first asked."""
        if name not in self._told:
            told = self._told[name] = defaultdict(list)
            for act in acts():
                told[act.kind].append(act)
        return self._told[name]

    def _tell_of(self, name: str) -> Iterable[Act]:
        """The acts whose kinds begin with a word, as rows that are no matters tell them."""
        dossier, day = self._dossier, self._dossier.day
        places = (row for row in dossier.rows("jurisdiction") if row.entity_id in dossier.places)
        tellers: dict[str, Callable[[], Iterable[Act]]] = {
            "responsibility-letter": lambda: telling.of_letters(dossier.letters, day),
            "pairing": lambda: telling.of_pairings(dossier.pairings.values(), day),
            "body": lambda: telling.of_bodies(dossier.bodies.values(), day),
            "post": lambda: telling.of_posts(dossier.posts.values(), day),
            "appointment": lambda: telling.of_tenures(dossier.tenures.values(), day),
            "jurisdiction": lambda: telling.of_places(places),
        }
        return tellers[name]() if name in tellers else _NONE

    def _doers(self, act: Act) -> Iterator[str]:
        for doer in act.doers:
            yield self._meant.get(doer) or self._mean(doer)

    def _mean(self, doer: str) -> str:
        """The id under which the acts of a doer are found: of a person that which merges lead to."""
        found = self._meant[doer] = self._dossier.person(doer) or doer
        return found

    def _subjects(self, act: Act) -> Iterable[str]:
        if len(act.subjects) == 1 and act.kind not in ABOUT_PERSONS:  # as with most
            (one,) = act.subjects
            return self._led.get(one) or self._lead(one)
        found = {each for one in act.subjects for each in self._led.get(one) or self._lead(one)}
        if act.kind in ABOUT_PERSONS:
            found.update(self._held_by(act))
        return found

    def _lead(self, one: str) -> tuple[str, ...]:
        """What an act about an id is about: that, the person it was merged into, and the place it belongs to."""
        dossier = self._dossier
        found = tuple({one, *(each for each in (dossier.person(one), dossier.place_of(one)) if each is not None)})
        self._led[one] = found
        return found

    def _held_by(self, act: Act) -> Iterator[str]:
        """The posts that the persons an act is about held on its day, and where those are."""
        dossier = self._dossier
        for person in act.subjects:
            if dossier.is_person(person):
                for tenure in dossier.offices_of(person, act.on or dossier.day):
                    post = dossier.posts.get(tenure.post or "")
                    if post is not None:
                        yield post.id
                        yield from (place for place in [post.place] if place is not None)


def _indexed(acts: Iterable[Act], ids: Callable[[Act], Iterable[str]]) -> By:
    found: dict[str, list[Act]] = {}
    for act in acts:
        for one in ids(act):
            known = found.get(one)
            if known is None:
                found[one] = [act]
            else:
                known.append(act)
    return found

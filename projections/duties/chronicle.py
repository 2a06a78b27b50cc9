"""What was done, kind by kind: each kind is told and indexed when it is first asked for. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from projections.duties import telling
from projections.duties.records import Act, Matter
from projections.folds.registers import OF_KIND

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
_NONE: Final[tuple[Act, ...]] = ()
_By = Mapping[str, Sequence[Act]]


class Chronicle:
    """The acts of a dossier: the steps of its matters, and its letters, pairings, bodies and posts as acts."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._of_kind: dict[str, Sequence[Act]] = {}
        self._told: dict[str, _By] = {}
        self._by_doer: dict[str, _By] = {}
        self._by_subject: dict[str, _By] = {}
        self._registers: dict[str, list[Matter]] = defaultdict(list)
        for matter in dossier.matters.values():
            self._registers[matter.register].append(matter)

    def of_register(self, register: str) -> Sequence[Matter]:
        """The matters of a register."""
        return self._registers.get(register, ())

    def of_kind(self, kind: str) -> Sequence[Act]:
        """The acts of a kind, in order of days."""
        if kind not in self._of_kind:
            self._of_kind[kind] = sorted(self._tell(kind), key=lambda act: (act.on or "", act.position))
        return self._of_kind[kind]

    def done_by(self, kind: str, doer: str) -> Sequence[Act]:
        """The acts of a kind that name a post, body, person or place as doer."""
        found = self._by_doer.get(kind)
        if found is None:
            found = self._by_doer[kind] = _indexed(self.of_kind(kind), self._doers)
        return found.get(doer, _NONE)

    def about(self, kind: str, one: str) -> Sequence[Act]:
        """The acts of a kind about something; about a place are those about what stands there too."""
        found = self._by_subject.get(kind)
        if found is None:
            found = self._by_subject[kind] = _indexed(self.of_kind(kind), self._subjects)
        return found.get(one, _NONE)

    def _tell(self, kind: str) -> Iterable[Act]:
        register = OF_KIND.get(kind)
        if register is not None:
            return (act for matter in self._registers[register[0].name] for act in matter.acts if act.kind == kind)
        name = kind.partition(".")[0]
        if name not in self._told:
            told: dict[str, list[Act]] = defaultdict(list)
            for act in self._tell_of(name):
                told[act.kind].append(act)
            self._told[name] = told
        return self._told[name].get(kind, _NONE)

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
            yield self._dossier.person(doer) or doer

    def _subjects(self, act: Act) -> Iterable[str]:
        dossier = self._dossier
        found = set(act.subjects)
        for one in act.subjects:
            found.update(each for each in (dossier.person(one), dossier.place_of(one)) if each is not None)
        if act.kind in ABOUT_PERSONS:
            found |= set(self._held_by(act))
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


def _indexed(acts: Iterable[Act], ids: Callable[[Act], Iterable[str]]) -> _By:
    found: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        for one in ids(act):
            found[one].append(act)
    return found

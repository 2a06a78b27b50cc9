"""What is on record about some places up to a day, as evaluators read it: looked up once, asked from many sides.

Pure: made from rows that a `Reader` of any sort found. Days are ISO text, periods half open, facts after the
dossier's day are not in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, TypeVar

from projections.duties.chronicle import By, Chronicle
from projections.duties.records import (
    Act,
    ActKey,
    Body,
    Letter,
    Matter,
    Pairing,
    Place,
    Post,
    Tenure,
    body_of,
    matter_of,
    pairing_of,
    place_of_body,
)
from projections.rows import Found
from projections.tenure import Bounds, on_record

Rows = Mapping[str, Sequence[Found]]
"""Projection to its rows."""
_OF_POSTS: Final = ("jurisdiction", "post", "body", "appointment", "person")
_NONE: Final[tuple[Any, ...]] = ()
_T = TypeVar("_T")


class Dossier:
    """The rows about some places, indexed. See `gathering.py` for which rows those are."""

    def __init__(self, day: str, rows: Rows) -> None:
        self.day = day
        self.places: dict[str, Place] = {}
        self._begun = begun = dict[str, str | None]()
        for row in rows.get("jurisdiction", ()):
            doc = row.doc
            begun.setdefault(row.entity_id, doc["from"])  # its rows come in the order of their days
            if on_record(doc["from"], doc["until"], day):
                self.places[row.entity_id] = Place(
                    row.entity_id, doc["level"], doc["name"], doc["code"], doc["parent_id"], begun[row.entity_id]
                )
        self._children: dict[str, list[str]] = defaultdict(list)
        for place in self.places.values():
            if place.parent is not None:
                self._children[place.parent].append(place.id)
        self._merged = {row.entity_id: row.doc["merged_into"] for row in rows.get("person", ())}
        self._names = {row.entity_id: row.doc["name"] for row in rows.get("person", ())}
        self.bodies = self._read_bodies(rows.get("body", ()))
        self.posts = self._read_posts(rows.get("post", ()))
        self.tenures = {row.entity_id: self._tenure(row) for row in rows.get("appointment", ())}
        self.letters = [self._letter(row) for row in rows.get("letter", ())]
        self.pairings = {row.entity_id: pairing_of(row) for row in rows.get("pairing", ())}
        self.matters = {row.entity_id: matter_of(row, day) for row in rows.get("matter", ())}
        self._rows = rows
        self._below: dict[tuple[str, str | None], list[str]] = {}
        self._matters_at: dict[str, Mapping[str | None, Sequence[Matter]]] = {}
        self._made: dict[Callable[[Dossier], Any], Any] = {}

    @property
    def size(self) -> int:
        """How many rows it was made from."""
        return sum(len(found) for found in self._rows.values())

    def of_posts(self) -> Dossier:
        """The same without matters, letters and pairings: who holds which post where, in far less memory."""
        return Dossier(self.day, {name: self.rows(name) for name in _OF_POSTS})

    def once(self, make: Callable[[Dossier], _T]) -> _T:
        """What a function makes of the dossier, made the first time that it is asked for."""
        if make not in self._made:
            self._made[make] = make(self)
        found: _T = self._made[make]
        return found

    def rows(self, projection: str) -> Sequence[Found]:
        """The rows of a projection that the dossier was made from."""
        return self._rows.get(projection, _NONE)

    # -- territory ---------------------------------------------------------------------------------------------

    def above(self, place_id: str) -> list[str]:
        """The places above one, the nearest first; ends at a parent not on record that day, or already met."""
        found: list[str] = []
        at = self.places.get(place_id)
        while at is not None and at.parent is not None and at.parent not in (place_id, *found):
            if at.parent not in self.places:
                break
            found.append(at.parent)
            at = self.places[at.parent]
        return found

    def line_on(self, place_id: str, day: str) -> dict[str, str]:
        """A place and those above it with their levels, in the tree of a day; where it was not on record, today."""
        found: dict[str, str] = {}
        at: str | None = place_id
        while at is not None and at not in found:
            docs = (row.doc for row in self._dated.get(at, _NONE))
            doc = next((one for one in docs if on_record(one["from"], one["until"], day)), None)
            if doc is None:
                break
            found[at] = doc["level"]
            at = doc["parent_id"]
        return found or {one: self.places[one].level for one in (place_id, *self.above(place_id)) if one in self.places}

    @cached_property
    def _dated(self) -> Mapping[str | None, Sequence[Found]]:
        return _grouped(self.rows("jurisdiction"), lambda row: row.entity_id)

    def left_behind(self, place_id: str) -> bool:
        """Whether a place stands under one that is no longer, or not yet, on record."""
        parent = self.places[place_id].parent
        return parent is not None and parent not in self.places and parent in self._begun

    def children(self, place_id: str) -> list[str]:
        """The places directly below one, in the order of their ids."""
        return sorted(self._children.get(place_id, ()))

    def below(self, place_id: str, level: str | None = None) -> list[str]:
        """The places below one, itself left out, of a level or of all; in the order of their ids."""
        if (place_id, level) not in self._below:
            found: set[str] = set()
            newest = {place_id}
            while newest:
                newest = {child for one in newest for child in self._children.get(one, ())} - found - {place_id}
                found |= newest
            inside = sorted(one for one in found if level is None or self.places[one].level == level)
            self._below[place_id, level] = inside
        return list(self._below[place_id, level])

    def codes(self, place_id: str) -> frozenset[str]:
        """The codes in force of a place and of all above it."""
        return frozenset(self.places[one].code for one in (place_id, *self.above(place_id)) if one in self.places)

    def level(self, place_id: str | None) -> str | None:
        """The level of a place; None where it is not on record that day."""
        place = self.places.get(place_id) if place_id is not None else None
        return None if place is None else place.level

    # -- posts, bodies, people ---------------------------------------------------------------------------------

    @cached_property
    def _posts_at(self) -> Mapping[str | None, Sequence[Post]]:
        return _grouped(self.posts.values(), lambda post: post.place)

    @cached_property
    def _bodies_at(self) -> Mapping[str | None, Sequence[Body]]:
        return _grouped(self.bodies.values(), lambda body: body.place)

    @cached_property
    def _tenures_of(self) -> Mapping[str | None, Sequence[Tenure]]:
        return _grouped(self.tenures.values(), lambda tenure: tenure.post)

    @cached_property
    def _tenures_by_person(self) -> Mapping[str | None, Sequence[Tenure]]:
        return _grouped(self.tenures.values(), lambda tenure: tenure.person)

    def posts_at(self, place_id: str) -> Sequence[Post]:
        """The posts of a place and of its bodies, on record that day or not."""
        return self._posts_at.get(place_id, _NONE)

    def posts_in(self, body_id: str) -> list[Post]:
        """The posts of a body."""
        return list(self._posts_in.get(body_id, _NONE))

    def bodies_in(self, body_id: str) -> Sequence[Body]:
        """The bodies that are part of one."""
        return self._bodies_in.get(body_id, _NONE)

    @cached_property
    def _bodies_in(self) -> Mapping[str | None, Sequence[Body]]:
        return _grouped(self.bodies.values(), lambda body: body.unit)

    @cached_property
    def _posts_in(self) -> Mapping[str | None, Sequence[Post]]:
        return _grouped(self.posts.values(), lambda post: post.body)

    def bodies_at(self, place_id: str) -> Sequence[Body]:
        """The bodies of a place, on record that day or not."""
        return self._bodies_at.get(place_id, _NONE)

    def tenures_of(self, post_id: str) -> Sequence[Tenure]:
        """The appointments to a post."""
        return self._tenures_of.get(post_id, _NONE)

    def holders(self, post_id: str, day: str, certainty: Collection[str] = ("certain",)) -> list[Tenure]:
        """Those who held a post on a day, with one of these certainties."""
        return [one for one in self.tenures_of(post_id) if one.bounds.certainty(day) in certainty]

    def offices_of(self, person_id: str, day: str) -> list[Tenure]:
        """The appointments that a person certainly or possibly held on a day."""
        mine = self._tenures_by_person.get(self.person(person_id), _NONE)
        return [one for one in mine if one.bounds.certainty(day) != "no"]

    @cached_property
    def _tenures_by_sender(self) -> Mapping[str | None, Sequence[Tenure]]:
        return _grouped(self.tenures.values(), lambda tenure: tenure.sending_unit)

    def sent_by(self, unit_id: str) -> Sequence[Tenure]:
        """The appointments to which a unit sent someone."""
        return self._tenures_by_sender.get(unit_id, _NONE)

    def person(self, person_id: str | None) -> str | None:
        """The id that a person's merges lead to."""
        seen: set[str] = set()
        at = person_id
        while at is not None and at not in seen and self._merged.get(at) is not None:
            seen.add(at)
            at = self._merged[at]
        return at

    def is_person(self, one: str) -> bool:
        """Whether an id is that of a person on record."""
        return one in self._names

    def name_of(self, person_id: str | None) -> str | None:
        """The name of a person; None where it is not known."""
        return self._names.get(person_id) if person_id is not None else None

    @cached_property
    def _pairings_of(self) -> Mapping[str | None, Sequence[Pairing]]:
        return _grouped(self.pairings.values(), lambda pairing: self.person(pairing.helper))

    @cached_property
    def _pairings_with(self) -> Mapping[str | None, Sequence[Pairing]]:
        return _grouped(self.pairings.values(), lambda pairing: pairing.assisted)

    def pairings_of(self, helper: str) -> Sequence[Pairing]:
        """The pairings in which a unit, post or person helps."""
        return self._pairings_of.get(self.person(helper), _NONE)

    def pairings_with(self, assisted: str) -> Sequence[Pairing]:
        """The pairings in which a place or household is assisted."""
        return self._pairings_with.get(assisted, _NONE)

    @cached_property
    def _letters_by_id(self) -> Mapping[str | None, Sequence[Letter]]:
        return _grouped(self.letters, lambda letter: letter.id)

    def letters_with(self, letter_id: str) -> Sequence[Letter]:
        """A letter as each of its signers signed it."""
        return self._letters_by_id.get(letter_id, _NONE)

    # -- where things are --------------------------------------------------------------------------------------

    def place_of(self, one: str | None) -> str | None:
        """The place to which an id belongs: a place, post, body, household, project, finding... ; None: unknown.

        A plain id may be that of a household, project, finding or plan as well.
        """
        seen: set[str] = set()
        at = one
        while at is not None and at not in seen:
            seen.add(at)
            if at in self.places:
                return at
            if at in self.posts:
                return self.posts[at].place
            if at in self.bodies:
                return self.bodies[at].place
            if at in self.tenures:
                at = self.tenures[at].post
                continue
            matter = self.matters.get(at) or self._anchors.get(at)
            at = None if matter is None else matter.stands_at or matter.part_of
        return None

    @cached_property
    def _anchors(self) -> Mapping[str, Matter]:
        return {
            matter.own_id: matter
            for matter in self.matters.values()
            if matter.register in ("household", "project", "finding", "plan")
        }

    def places_of_person(self, person_id: str, day: str) -> set[str]:
        """The places of the posts that a person certainly or possibly held on a day."""
        held = {self.posts[one.post].place for one in self.offices_of(person_id, day) if one.post in self.posts}
        return {place for place in held if place is not None}

    # -- acts --------------------------------------------------------------------------------------------------

    @cached_property
    def _chronicle(self) -> Chronicle:
        return Chronicle(self)

    def acts(self, kind: str) -> Sequence[Act]:
        """The acts of a kind, of whatever and whomever, in order of days."""
        return self._chronicle.of_kind(kind)

    def done_by(self, kind: str, doer: str) -> Sequence[Act]:
        """The acts of a kind that name a post, body, person or place as doer."""
        return self._chronicle.by_doer(kind).get(doer, _NONE)

    def about(self, kind: str, one: str) -> Sequence[Act]:
        """The acts of a kind about something; about a place are those about what stands there too."""
        return self._chronicle.by_subject(kind).get(one, _NONE)

    def by_subject(self, kind: str) -> By:
        """The acts of a kind by what they are about, as `about` tells them."""
        return self._chronicle.by_subject(kind)

    def lasting(self, kind: str) -> frozenset[ActKey]:
        """Of the acts of a kind, those whose body, post, pairing, tenure or letter is on record on the day."""
        return self._chronicle.lasting(kind)

    def below_about(self, kind: str, place_id: str) -> Mapping[ActKey, Act]:
        """The acts of a kind about the places below one, each once, in order of days."""
        return self._chronicle.about_places(kind, place_id, itself=False)

    def within_about(self, kind: str, place_id: str) -> Mapping[ActKey, Act]:
        """The acts of a kind about a place and those below it, each once, in order of days."""
        return self._chronicle.about_places(kind, place_id, itself=True)

    def of_register(self, register: str) -> Sequence[Matter]:
        """The matters of a register."""
        return self._chronicle.of_register(register)

    def matters_at(self, register: str, place_id: str) -> Sequence[Matter]:
        """The matters of a register that stand at a place, or at what belongs to it: a household, a project."""
        if register not in self._matters_at:
            where = _grouped(self.of_register(register), lambda one: self.place_of(one.stands_at or one.part_of))
            self._matters_at[register] = where
        return self._matters_at[register].get(place_id, _NONE)

    def parts(self, matter_id: str, register: str) -> list[Matter]:
        """The matters of a register that are part of one, such as the payments of a project."""
        return [one for one in self._parts.get(matter_id, _NONE) if one.register == register]

    def parts_of(self, matter_id: str) -> Sequence[Matter]:
        """The matters of any register that are part of one."""
        return self._parts.get(matter_id, _NONE)

    @cached_property
    def _parts(self) -> Mapping[str | None, Sequence[Matter]]:
        return _grouped(self.matters.values(), lambda matter: matter.part_of)

    # -- reading rows ------------------------------------------------------------------------------------------

    def _read_bodies(self, rows: Iterable[Found]) -> dict[str, Body]:
        docs = {row.entity_id: row.doc for row in rows}
        return {one: body_of(one, doc, place_of_body(one, docs)) for one, doc in docs.items()}

    def _read_posts(self, rows: Iterable[Found]) -> dict[str, Post]:
        found: dict[str, Post] = {}
        for row in rows:
            doc = row.doc
            body = self.bodies.get(doc["body_id"] or "")
            found[row.entity_id] = Post(
                row.entity_id, doc["title"], tuple(doc["functions"]),
                doc["jurisdiction_id"] or (body.place if body is not None else None),
                doc["body_id"], doc["seats"], doc["from"], doc["until"], doc["evidence"],
            )  # fmt: skip
        return found

    def _tenure(self, row: Found) -> Tenure:
        doc = row.doc
        return Tenure(
            row.entity_id, self.person(doc["person_id"]), doc["post_id"], doc["capacity"], Bounds.of_doc(doc),
            doc["until"] is not None or doc["gone_by"] is not None, doc["reason"], doc["sending_unit_id"],
            doc["evidence"],
        )  # fmt: skip

    def _letter(self, row: Found) -> Letter:
        doc = row.doc
        signer = doc["signer"]
        return Letter(
            row.entity_id, doc["kind"], self.person(signer.get("person_id")), signer.get("post_id"),
            doc["counterparty"], doc["scope"] if isinstance(doc["scope"], str) else None, doc["signed_on"],
            Bounds.of_doc(doc), doc["signed_as"], bool(doc["countersignatures"]), "signed" not in doc,
            tuple(doc["duties"]), tuple(doc["targets"]), doc["evidence"], doc,
        )  # fmt: skip


def _grouped(values: Iterable[Any], key: Any) -> Mapping[str | None, Sequence[Any]]:
    found: dict[str | None, list[Any]] = defaultdict(list)
    for value in values:
        found[key(value)].append(value)
    return found

"""What a dossier holds: places, posts, bodies, tenures, letters, pairings and matters. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from projections.duties.parties import doers, subjects
from projections.folds.registers import as_stated_last
from projections.policies.matching import functions_of
from projections.policies.pack import Pack
from projections.rows import Found
from projections.tenure import Bounds

Data = Mapping[str, Any]
ActKey = tuple[int, str]
"""Of acts of one kind: the position of the entry, and the matter."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the dossier's day."""

    id: str
    level: str
    name: str
    code: str
    parent: str | None
    since: str | None = None
    """The day from which it has been on record; None: always."""

    @property
    def brief(self) -> dict[str, Any]:
        """Id, code, name and level, as answers show a place."""
        return {"id": self.id, "code": self.code, "name": self.name, "level": self.level}


@dataclass(frozen=True, slots=True)
class Post:
    """A post, whether or not it is on record on the day. `place` is that of its body where it has one."""

    id: str
    title: str
    functions: tuple[str, ...]
    place: str | None
    body: str | None
    seats: int
    since: str | None
    until: str | None
    evidence: Sequence[Data]


@dataclass(frozen=True, slots=True)
class Body:
    """A body; `place` is its own or that of the body it is part of."""

    id: str
    name: str | None
    type: str | None
    functions: tuple[str, ...]
    leader_rule: str | None
    place: str | None
    unit: str | None
    since: str | None
    until: str | None
    evidence: Sequence[Data]


@dataclass(frozen=True, slots=True)
class Tenure:
    """An appointment. `person` is the id that merges lead to."""

    id: str
    person: str | None
    post: str | None
    capacity: str
    bounds: Bounds
    ended: bool
    """Whether an end is recorded, on whatever day."""
    reason: str | None
    """Why it ended."""
    sending_unit: str | None
    evidence: Sequence[Data]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as one of its signers signed it."""

    id: str
    kind: str | None
    person: str | None
    post: str | None
    counterparty: str | None
    scope: str | None
    signed_on: str
    bounds: Bounds
    """Within which it came into force and ceased to be."""
    signed_as: str
    """`signatory`, or the role of a countersignature."""
    countersigned: bool
    paper: bool
    """Whether no electronic signature came with it."""
    duties: tuple[str, ...]
    targets: tuple[str, ...]
    evidence: Sequence[Data]
    doc: Data


@dataclass(frozen=True, slots=True)
class Pairing:
    """An assistance relation."""

    id: str
    helper: str
    assisted: str
    kind: str | None
    bounds: Bounds
    reason: str | None
    successor: str | None
    evidence: Sequence[Data]


@dataclass(slots=True)
class Act:
    """One step of a matter: something that was done on a day. Nothing changes it; a county has tens of thousands."""

    kind: str
    on: str | None
    """None where the event gives no day."""
    data: Data
    position: int
    matter: str
    """`register:id` of the matter it belongs to."""
    doers: frozenset[str]
    subjects: frozenset[str]
    """What it is about, where its matter stands included; `register:id` where that is a matter."""
    entry: Data | None = None
    """The entry that told it: position, id and type."""

    @property
    def key(self) -> ActKey:
        """What tells it from others of its kind."""
        return self.position, self.matter

    @property
    def evidence(self) -> dict[str, Any]:
        """The entry behind it."""
        return {"position": self.position, "type": self.kind} if self.entry is None else dict(self.entry)


def in_order(act: Act) -> tuple[str, int]:
    """What sorts acts by their days, those of no day first."""
    return act.on or "", act.position


def each_once(told: Iterable[Iterable[Act]]) -> Mapping[ActKey, Act]:
    """Acts told several times over, by their keys, in order of days."""
    found = {(act.position, act.matter): act for acts in told for act in acts}
    return {(act.position, act.matter): act for act in sorted(found.values(), key=in_order)} if found else found


@dataclass(slots=True, eq=False)
class Matter:
    """A matter with its steps up to a day, in the order of their days. Nothing changes it.

    `facts` are all that was stated of it; of what it has once, only that which was recorded last is a step of it.
    """

    id: str
    register: str
    own_id: str
    stands_at: str | None
    part_of: str | None
    evidence: Sequence[Data]
    facts: Sequence[Data]
    day: str
    _acts: Sequence[Act] | None = field(default=None, init=False, repr=False)

    @property
    def acts(self) -> Sequence[Act]:
        """Its steps, made when they are first asked for."""
        if self._acts is None:
            self._acts = self._told()
        return self._acts

    def _told(self) -> Sequence[Act]:
        stands = frozenset() if self.stands_at is None else frozenset([self.stands_at])
        said: Data = {}
        found = []
        for step in as_stated_last(self.facts):
            on, data = step["on"], step["data"]
            if on is None or on <= self.day:
                said = {**said, **data} if said else data
                kind, at = step["type"], step["position"]
                about = subjects(kind, said) | stands
                found.append(Act(kind, on, data, at, self.id, doers(kind, said), about, self._entry(at)))
        return found

    def _entry(self, position: int) -> Data | None:
        for entry in self.evidence:  # of most there is one
            if entry["position"] == position:
                return entry
        return None

    def said(self, kind: str) -> Act | None:
        """The step of a kind that was recorded last: where several state one thing, it stands."""
        return max((act for act in self.acts if act.kind == kind), key=lambda act: act.position, default=None)

    def first(self, kinds: Collection[str]) -> Act | None:
        """The first step of some kinds in the order of days."""
        return next((act for act in self.acts if act.kind in kinds), None)


def carried(pack: Pack, one: Post | Body) -> frozenset[str]:
    """The functions of a post or a body under a pack: those it carries, else those its title or name tells."""
    return functions_of(pack, one.functions, one.title if isinstance(one, Post) else one.name)


def bears(pack: Pack, one: Post | Body, functions: Collection[str]) -> bool:
    """Whether a post or a body has one of some functions under a pack."""
    return not carried(pack, one).isdisjoint(functions)


def place_of_body(one: str, docs: Mapping[str, Data]) -> str | None:
    """The place of a body, or of the nearest body above it that has one."""
    seen: set[str] = set()
    at: str | None = one
    while at is not None and at in docs and at not in seen:
        seen.add(at)
        place: str | None = docs[at]["jurisdiction_id"]
        if place is not None:
            return place
        at = docs[at]["unit_id"]
    return None


def body_of(one: str, doc: Data, place: str | None) -> Body:
    """The body that a row tells of."""
    return Body(
        one, doc["name"], doc["body_type"], tuple(doc["functions"]), doc["leader_rule"], place, doc["unit_id"],
        doc["from"], doc["until"], doc["evidence"],
    )  # fmt: skip


def pairing_of(row: Found) -> Pairing:
    """The pairing that a row tells of."""
    doc = row.doc
    return Pairing(
        row.entity_id, doc["helper"], doc["assisted"], doc["kind"], Bounds.of_doc(doc), doc["reason"],
        doc["successor_pairing_id"], doc["evidence"],
    )  # fmt: skip


def matter_of(row: Found, day: str) -> Matter:
    """The matter that a row tells of, with its steps up to a day."""
    doc = row.doc
    register, _, own_id = row.entity_id.partition(":")
    return Matter(row.entity_id, register, own_id, doc["stands_at"], doc["part_of"], doc["evidence"], doc["facts"], day)

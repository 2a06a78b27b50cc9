"""What one rule is asked about one subject on one day: the arguments of an evaluator. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from events.edtf import parse
from projections.duties.chronicle import LASTING
from projections.duties.days import EVERY, Days, both, union
from projections.duties.dossier import Dossier
from projections.duties.records import Act, Body, Post, bears, carried, each_once, in_order
from projections.policies.pack import Pack
from projections.policies.rule import Rule
from projections.tenure import ALWAYS, NEVER, next_day, on_record

Whose = Literal["own", "at", "below", "anywhere"]
"""Which acts count: those the subject did (`own`: where an event names no doer, those about it), all those about
it and what stands there (`at`), those about the places below it (`below`), or both of the last (`anywhere`)."""

Where = Mapping[str, Any]
"""Field of the data to the value it must have, or a list of those it may have."""


Listing = tuple[str, str | None]
"""The days [since, until) for which a place was on a list."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who owes a duty: the posts and bodies of a place that bear one of a rule's functions; or one unit or person.

    `id` is the place's, the unit's (a body) or the person's post; `place` is where it belongs, None where unknown.
    """

    kind: Literal["place", "unit", "person", "centre"]
    id: str
    place: str | None
    posts: tuple[Post, ...]
    bodies: tuple[Body, ...]


@dataclass(frozen=True)
class Case:
    """One rule, one subject, one day. `since` and `until` bound the days on which the instrument was in force.

    `span`: the days [first, end) asked about, None where the question is about the day alone. `params` are those
    of the rule, with the values of one reading.
    """

    rule: Rule
    pack: Pack
    subject: Subject
    dossier: Dossier
    day: str
    since: str
    until: str
    span: tuple[str, str] | None = None
    borne: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """Functions to those who bear them, as far as that was asked (`bearers.py`)."""

    @property
    def tomorrow(self) -> str:
        """The day after: the exclusive end of everything told."""
        return next_day(self.day)

    def passed(self, last: str) -> bool:
        """Whether the last day to do something has passed, and had while the instrument was in force."""
        return last < self.day and last < self.until

    def late_on(self, last: str) -> str | None:
        """The day on which the last day to do something has passed; None where the instrument has ended by then."""
        return next_day(last) if last < self.until else None

    def binds(self, on: str | None) -> bool:
        """Whether the instrument may have been in force on the day of something; where none is given, it may."""
        return on is None or self.since <= on < self.until

    # -- who ---------------------------------------------------------------------------------------------------

    def functions(self, of: Post | Body) -> frozenset[str]:
        """The function codes of a post or a body, by its title where it has none."""
        return carried(self.pack, of)

    def posts(self, functions: Collection[str], place_id: str | None = None) -> list[Post]:
        """The posts of a place (the subject's) with one of these functions that are on record on the day."""
        place = place_id if place_id is not None else self.subject.place
        found = self.dossier.posts_at(place) if place is not None else ()
        return [one for one in found if bears(self.pack, one, functions) and self.exists(one)]

    def bodies(self, functions: Collection[str], place_id: str | None = None) -> list[Body]:
        """The bodies of a place (the subject's) with one of these functions that are on record on the day."""
        place = place_id if place_id is not None else self.subject.place
        found = self.dossier.bodies_at(place) if place is not None else ()
        return [one for one in found if bears(self.pack, one, functions) and self.exists(one)]

    def exists(self, one: Post | Body, day: str | None = None) -> bool:
        """Whether a post or body is on record on the day."""
        return on_record(one.since, one.until, day or self.day)

    @property
    def collective(self) -> bool:
        """Whether the bearer acts through any organ or post of its place."""
        return any(self.pack.function(code).collective for code in self.rule.functions)

    @cached_property
    def own_ids(self) -> frozenset[str]:
        """Every post, body and place whose acts are the subject's own."""
        subject, dossier = self.subject, self.dossier
        ids = {subject.id, *(body.id for body in subject.bodies), *(post.id for post in subject.posts)}
        if subject.kind == "place" and self.collective:
            ids |= {body.id for body in dossier.bodies_at(subject.id)}
            ids |= {post.id for post in dossier.posts_at(subject.id)}
        else:
            for body in subject.bodies:
                ids |= {post.id for post in dossier.posts_in(body.id)}
                ids |= {part.id for part in dossier.bodies_in(body.id)}
        return frozenset(ids)

    @cached_property
    def owed_on(self) -> Days:
        """The days on which what the rule's condition asks for is on record: all, where it asks for nothing."""
        condition, here = self.rule.condition, self.subject.place or ""
        found: Days = EVERY
        if condition.listed:
            places = [here, *self.dossier.below(here)] if condition.below else [here]
            listed = (one for place in places for one in self.listings(place, condition.listed))
            found = union((since, until or NEVER) for since, until in listed)
        if condition.events:
            acts = self.happened(condition.events, condition.where, "anywhere" if condition.below else "at")
            begun = min((_first_day(act) for act in acts), default=None)
            found = both(found, [(begun, NEVER)]) if begun is not None else ()
        return found

    # -- what happened -----------------------------------------------------------------------------------------

    def happened(
        self, kinds: Iterable[str], where: Where | None = None, whose: Whose = "own", *, standing: bool = False
    ) -> list[Act]:
        """The acts of some kinds up to the day, from the start of the instrument to its end, in order of days.

        `standing`: of what may last (a body, a pairing, a tenure, a letter) that which holds on the day, whenever it
        began.
        """
        every = tuple(kinds)
        told = [self._asked(kind, whose, where, standing=standing) for kind in every]
        return told[0] if len(told) == 1 else list(each_once(told).values())

    def _asked(self, kind: str, whose: Whose, where: Where | None, *, standing: bool) -> list[Act]:
        """The acts of one kind, as `happened` tells them."""
        acts = self._acts(kind, whose)
        if standing and kind in LASTING:
            lasting = self.dossier.lasting(kind)
            found = [act for act in acts if (act.position, act.matter) in lasting]
        else:
            # Most acts of a county come by here: what is cheap to ask is asked first, and in place.
            start, end = self.since, self.until
            found = [
                act for act in acts if (on := act.on) is None or ((start <= on or start[: len(on)] <= on) and on < end)
            ]
        return [act for act in found if fits(act.data, where)] if where else found

    def _acts(self, kind: str, whose: Whose) -> Iterable[Act]:
        """The acts of a kind that count, each once, in order of days."""
        if whose == "own":
            return each_once(self._own(kind)).values()
        subject, about = self.subject, self.dossier.by_subject(kind)
        if whose == "at" or subject.place is None:
            ids = () if whose == "below" else self.own_ids
            return each_once(about.get(one, ()) for one in ids).values()
        if whose == "below":
            return self.dossier.below_about(kind, subject.place).values()
        found = self.dossier.within_about(kind, subject.place)
        others = [[act for act in about.get(one, ()) if act.key not in found] for one in self.own_ids]
        return each_once([found.values(), *others]).values() if any(others) else found.values()

    def _own(self, kind: str) -> Iterator[Sequence[Act]]:
        dossier = self.dossier
        for one in self.own_ids:
            yield dossier.done_by(kind, one)
            yield [act for act in dossier.about(kind, one) if not act.doers]
        for post in (dossier.posts[one] for one in self.own_ids if one in dossier.posts):
            for tenure in dossier.tenures_of(post.id):
                for act in dossier.done_by(kind, tenure.person or ""):
                    named = any(doer in dossier.posts or doer in dossier.bodies for doer in act.doers)
                    if not named and tenure.bounds.certainty(act.on or self.day) != "no":
                        yield (act,)

    def listed(self, place_id: str | None, lists: Collection[str], day: str | None = None) -> bool:
        """Whether a place is on one of some lists (designations) on a day, the day asked about."""
        of_place = self.dossier.once(_listings).get(place_id or "", {})
        on = day or self.day
        return any(on_record(since, until, on) for name in lists for since, until in of_place.get(name, ()))

    def listings(self, place_id: str, lists: Collection[str]) -> list[Listing]:
        """The days [since, until) for which a place was on one of some lists, as designations say."""
        return listings(self.dossier, place_id, lists)


def _first_day(act: Act) -> str:
    """The first day on which an act may have been done."""
    return ALWAYS if act.on is None else parse(act.on).first.isoformat()


def fits(data: Mapping[str, Any], where: Where | None) -> bool:
    """Whether data says what is asked: each field the value, or one of the values; of a list, one element."""
    return all(_said(data.get(name), wanted) for name, wanted in (where or {}).items())


def _said(value: Any, wanted: Any) -> bool:
    options = wanted if isinstance(wanted, list | tuple) else [wanted]
    if isinstance(value, list | tuple):
        return any(one in options for one in value)
    return value in options


def listings(dossier: Dossier, place_id: str, lists: Collection[str]) -> list[Listing]:
    """The days [since, until) for which a place was on one of some lists."""
    of_place = dossier.once(_listings).get(place_id)
    if of_place is None:
        return []
    return sorted((one for name in lists for one in of_place.get(name, ())), key=lambda one: one[0])


def _listings(dossier: Dossier) -> Mapping[str, Mapping[str, Sequence[Listing]]]:
    """The listings of every place, by list.

    Of several statements of one list that begin or end it, each listing ends at the first lifting after it, by day
    and position.
    """
    found: dict[str, dict[str, list[Listing]]] = {}
    for matter in dossier.of_register("designation"):
        steps = [(act, act.on, str(act.data.get("list"))) for act in matter.acts if act.on is not None]
        lifted = [(in_order(act), on, name) for act, on, name in steps if act.kind == "designation.lifted"]
        of_place = found.setdefault(matter.own_id, {})
        for act, on, name in steps:
            if act.kind == "designation.listed":
                end = min((day for after, day, of in lifted if of == name and after > in_order(act)), default=None)
                of_place.setdefault(name, []).append((on, end))
    return found


def evidence(acts: Sequence[Act], many: int = 20) -> list[dict[str, Any]]:
    """The entries behind acts, the last `many` of them."""
    return [act.evidence for act in acts[-many:]]


def last_stated(acts: Iterable[Act]) -> list[Act]:
    """Of acts of one kind, each matter as it was stated last, in order of days."""
    found: dict[str, Act] = {}
    for act in acts:
        if act.matter not in found or found[act.matter].position < act.position:
            found[act.matter] = act
    return sorted(found.values(), key=in_order)

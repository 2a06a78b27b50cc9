"""Posts and their holders: how each stands on a day, who holds it, and its gaps and overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from projections.answers.letters import letter, signed_for, signing_days
from projections.answers.people import People, ids_in, people_in
from projections.answers.signed import UNSIGNED, Signed, signed_of
from projections.policies.matching import Subject, responsibilities_of_post
from projections.rows import Found, Reader
from projections.scene import Scene
from projections.tenure import Bounds, Seat, Stretch, days_between, next_day, stretch_at

STAND_INS = ("acting", "seconded")


@dataclass
class Staff:
    """The rows behind some posts: who was appointed to them, who they are, what they signed."""

    appointments: dict[str, list[Found]]
    who: People
    letters: list[Found] = field(default_factory=list)
    """In the order of the log."""
    signed: Signed = UNSIGNED
    """Of these letters."""

    def of_post(self, post_id: str) -> list[Found]:
        """The appointments to a post, by start and id."""
        return self.appointments.get(post_id, [])

    def signed_by(self, person_ids: Iterable[str], post_id: str) -> list[tuple[Found, bool]]:
        """The letters signed as one of these ids for the post (True), or as one or for the post alone (False)."""
        indexes = [(index, False) for index in self._by_signer.get((None, post_id), ())]
        for one in person_ids:
            indexes += [(index, True) for index in self._by_signer.get((one, post_id), ())]
            indexes += [(index, False) for index in self._by_signer.get((one, None), ())]
        return [(self.letters[index], both) for index, both in sorted(indexes)]

    @cached_property
    def _by_signer(self) -> dict[tuple[str | None, str | None], list[int]]:
        found: dict[tuple[str | None, str | None], list[int]] = {}
        for index, row in enumerate(self.letters):
            signer = row.doc["signer"]
            found.setdefault((signer.get("person_id"), signer.get("post_id")), []).append(index)
        return found


async def staff_of(reader: Reader, post_ids: Iterable[str], *, with_letters: bool = True) -> Staff:
    """Everything that describing these posts needs, in a few look-ups for all of them."""
    wanted = sorted(set(post_ids))
    appointments = await reader.by("appointment", "post_id", wanted)
    persons = await reader.kin({row.doc["person_id"] for row in appointments} - {None})
    letters = await reader.by("letter", "post_id", wanted) if with_letters else []
    if with_letters:
        appointed = {row.doc["person_id"] for row in appointments} - {None}
        letters += await reader.by("letter", "person_id", appointed | ids_in(persons))
    return staff_in(appointments, persons, letters, await signed_of(reader, letters))


def staff_in(
    appointments: Iterable[Found], persons: Iterable[Found], letters: Iterable[Found], signed: Signed
) -> Staff:
    """The staff of rows, in any order; persons with all ids that merges make the same."""
    by_post: dict[str, list[Found]] = {}
    for row in sorted(appointments, key=_by_start):
        by_post.setdefault(row.doc["post_id"], []).append(row)
    unique = {(row.entity_id, row.ordinal): row for row in letters}
    return Staff(by_post, people_in(persons), sorted(unique.values(), key=_by_position), signed)


def _by_start(row: Found) -> tuple[str, str, str]:
    bounds = row.doc["bounds"]
    return bounds["s0"], bounds["s1"], row.entity_id


def _by_position(row: Found) -> tuple[int, str, int]:
    return row.doc["position"], row.entity_id, row.ordinal


def regular(appointments: Sequence[Found]) -> list[Found]:
    """The appointments that are neither acting (主持工作、代理) nor seconded (挂职)."""
    return [a for a in appointments if a.doc["capacity"] not in STAND_INS]


def seat_of(post: Found | None, appointments: Sequence[Found], *, substantive: bool = False) -> Seat:
    """What decides how a post stands; without acting and seconded holders where `substantive`."""
    tenures = [Bounds.of_doc(a.doc) for a in (regular(appointments) if substantive else appointments)]
    if post is None:
        return Seat("9999-12-31", "9999-12-31", 1, tenures)
    return Seat(post.doc["from"], post.doc["until"], post.doc["seats"], tenures)


def holder(scene: Scene, post_id: str, row: Found, bounds: Bounds, staff: Staff) -> dict[str, Any]:
    """One holder of a post on the day asked about."""
    doc = row.doc
    person = staff.who.brief(doc["person_id"])
    own = staff.who.ids_of(doc["person_id"]) if person else set()
    letters = []
    for found, both in staff.signed_by(own, post_id):
        held_when_signed = both or bounds.meets(*signing_days(found.doc))
        how = signed_for(found, own, post_id, held_when_signed)
        if how is not None:
            shown = letter(found, scene.valid_at, staff.signed)
            shown["matched_by"] = how
            letters.append(shown)
    return {
        "person": person,
        "appointment": row.entity_id,
        "certainty": bounds.certainty(scene.valid_at),
        "capacity": doc["capacity"],
        "from": doc["from"],
        "until": doc["until"],
        "held_by": doc["held_by"],
        "gone_by": doc["gone_by"],
        "seen": doc["seen"],
        "recorded_as": doc["person_id"] if person and person["id"] != doc["person_id"] else None,
        "sending_unit": doc["sending_unit_id"],
        "portfolio": _portfolio(doc, scene.valid_at),
        "letters": letters,
        "evidence": doc["evidence"],
    }


def _portfolio(doc: Any, day: str) -> dict[str, Any] | None:
    """What the holder was in charge of (分管) on a day: the last assignment that may have begun."""
    begun = [p for p in doc["portfolios"] if p["effective_from"] is None or p["effective_from"] <= day]
    return max(begun, key=lambda p: (p["effective_from"] or "", p["position"])) if begun else None


def vacancy_at(seat: Seat, appointments: Sequence[Found], who: People, day: str) -> dict[str, Any] | None:
    """The vacancy around a day; None where the post is not vacant on it."""
    if seat.status(day) != "vacant":
        return None
    return vacancy(stretch_at(seat, day), appointments, who, day)


def vacancy(stretch: Stretch, appointments: Sequence[Found], who: People, day: str) -> dict[str, Any]:
    """The vacancy around a day: its bounds, its days (to the day asked about while it lasts), its neighbours."""
    since, until = stretch.since, stretch.until
    before = [a for a in appointments if since is not None and a.doc["bounds"]["e1"] <= since]
    after = [a for a in appointments if until is not None and a.doc["bounds"]["s0"] >= until]
    previous = max(before, key=lambda a: (a.doc["bounds"]["e1"], a.doc["bounds"]["s1"]), default=None)
    following = min(after, key=lambda a: (a.doc["bounds"]["s0"], a.doc["bounds"]["e1"]), default=None)
    end = until if until is not None else next_day(day)
    return {
        "from": since,
        "until": until,
        "days": None if since is None or since >= end else days_between(since, end),
        "previous": _neighbour(previous, who),
        "next": _neighbour(following, who),
    }


def _neighbour(row: Found | None, who: People) -> dict[str, Any] | None:
    if row is None:
        return None
    names = ("from", "held_by", "until", "gone_by")
    return {
        "person": who.brief(row.doc["person_id"]),
        "appointment": row.entity_id,
        **{name: row.doc[name] for name in names},
    }


def brief(post: Found) -> dict[str, Any]:
    """Id, title and functions of a post."""
    return {"id": post.entity_id, "title": post.doc["title"], "functions": post.doc["functions"]}


def describe(
    scene: Scene, post: Found, staff: Staff, *, level: str | None, codes: frozenset[str], in_body: bool
) -> dict[str, Any]:
    """A post on the day asked about, as the chain shows it; responsibilities hang on the post."""
    day, doc = scene.valid_at, post.doc
    appointments = staff.of_post(post.entity_id)
    bounds = [Bounds.of_doc(a.doc) for a in appointments]
    seat = Seat(doc["from"], doc["until"], doc["seats"], bounds)
    status, gap = seat.status(day), vacancy_at(seat, appointments, staff.who, day)
    substantive, substantive_gap, own = status, gap, regular(appointments)
    if len(own) != len(appointments):
        without = seat_of(post, own)
        substantive, substantive_gap = without.status(day), vacancy_at(without, own, staff.who, day)
    subject = Subject(level, tuple(doc["functions"]), doc["title"], codes, in_body)
    borne = responsibilities_of_post(scene.packs, subject, date.fromisoformat(day)) if status != "unestablished" else []
    holders = [
        holder(scene, post.entity_id, row, held, staff)
        for row, held in zip(appointments, bounds, strict=True)
        if held.certainty(day) != "no"
    ]
    return {
        "post": brief(post),
        "seats": doc["seats"],
        "status": status,
        "substantive": substantive,
        "vacancy": gap,
        "substantive_vacancy": substantive_gap,
        "responsibilities": borne,
        "claimed": doc["claimed"],
        "from": doc["from"],
        "until": doc["until"],
        "holders": sorted(holders, key=lambda shown: shown["certainty"]),
        "evidence": doc["evidence"],
    }


def flags_of(described: dict[str, Any]) -> list[dict[str, Any]]:
    """What is odd about a post as described: a person who counts twice."""
    seen: set[str] = set()
    flags = []
    for shown in described["holders"]:
        person = (shown["person"] or {}).get("id")
        if person is None:
            continue
        if person in seen:
            flags.append({"flag": "same-person-twice", "post": described["post"]["id"], "person": person})
        seen.add(person)
    return flags

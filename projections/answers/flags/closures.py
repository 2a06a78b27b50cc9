"""Closures by the party that did the work: verified or struck off by who reported it done, or its body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from projections.answers.flags.flag import Flag
from projections.answers.flags.ground import Ground
from projections.answers.people import People, helpers, people
from projections.answers.rectification_state import CLOSED, COMPLETED, VERIFIED, Step, closes, steps_until
from projections.rows import Found, Reader
from projections.tenure import Bounds

CODES: Final = ("closed-by-completer",)
REGISTERS: Final[tuple[str, ...]] = ("rectification",)
"""The registers of the matters that these flags are found in."""
_BY: Final[Mapping[str, str]] = {COMPLETED: "completed_by", VERIFIED: "verified_by", CLOSED: "closed_by"}


@dataclass(frozen=True, slots=True)
class _Bonds:
    """To which bodies the parties of some rectifications belong."""

    who: People
    names: Mapping[str, Mapping[str, Any]]
    body_of: Mapping[str, str]
    """Post to its body."""
    tenures: Sequence[Found]

    def same(self, one: str, other: str) -> bool:
        """Whether two ids mean one post, body or person."""
        return self.who.id_of(one) == self.who.id_of(other)

    def bodies(self, one: str, day: str) -> set[str]:
        """A body itself, the body of a post, the bodies of the posts that a person may hold on a day."""
        kind = self.names[one]["kind"]
        if kind == "person":
            ids = self.who.ids_of(one)
            held = [row.doc["post_id"] for row in self.tenures if row.doc["person_id"] in ids and _held(row, day)]
            return {self.body_of[post] for post in held if post in self.body_of}
        return {one} if kind == "body" else {self.body_of[one]} if one in self.body_of else set()

    def shown(self, one: str) -> Mapping[str, Any]:
        """Id, name and kind."""
        return self.names[one]


def _held(row: Found, day: str) -> bool:
    return Bounds.of_doc(row.doc).certainty(day) != "no"


async def found(ground: Ground) -> list[Flag]:
    """One flag for each step by which who had reported a rectification done judged it done, or struck it off."""
    pairs = []
    for row in ground.of("matter"):
        place = ground.place_of(row.entity_id)
        if row.doc["register"] == "rectification" and ground.here(place):
            pairs += [(row, place, done, judged) for done, judged in _judged(row.doc["facts"], ground.day)]
    if not pairs:
        return []
    bonds = await _bonds(ground.scene.reader, {by(step) for _, _, *steps in pairs for step in steps})
    flags = []
    for row, place, done, judged in pairs:
        how = _how(bonds, by(done), by(judged), str(judged["on"]))
        if how is not None:
            flags.append(_flag(bonds, row, place, done, judged, how))
    return flags


def by(step: Step) -> str:
    """Who took a step that says so."""
    return str(step["data"][_BY[step["type"]]])


def _judged(facts: Sequence[Step], day: str) -> Iterator[tuple[Step, Step]]:
    """Each step that closes, with the last report that it was done before it, where both say by whom."""
    done: Step | None = None
    for step in steps_until(facts, day):
        if step["type"] == COMPLETED:
            done = step if _BY[COMPLETED] in step["data"] else None
        elif done is not None and closes(step) and _BY[step["type"]] in step["data"]:
            yield done, step


def _how(bonds: _Bonds, completed_by: str, judged_by: str, day: str) -> str | None:
    if bonds.same(completed_by, judged_by):
        return "same"
    return "own-body" if bonds.bodies(completed_by, day) & bonds.bodies(judged_by, day) else None


def _flag(bonds: _Bonds, row: Found, place: str | None, done: Step, judged: Step, how: str) -> Flag:
    positions = {done["position"], judged["position"]}
    detail = {
        "how": how,
        "type": judged["type"],
        "completed_on": done["on"],
        "completed_by": bonds.shown(by(done)),
        "on": judged["on"],
        "by": bonds.shown(by(judged)),
    }
    shows = [e for e in row.doc["evidence"] if e["position"] in positions or e.get("corrects") in positions]
    finding = row.doc["part_of"]
    about = {"rectification": row.entity_id.partition(":")[2]}
    if finding is not None:
        about["finding"] = finding.partition(":")[2]
    day = str(judged["on"])
    concerned = {by(done), by(judged), *bonds.bodies(by(done), day), *bonds.bodies(by(judged), day)}
    return Flag(
        "closed-by-completer", place, about, day, None, None, detail, shows,
        frozenset({same for one in concerned for same in bonds.who.ids_of(one)}),
    )  # fmt: skip


async def _bonds(reader: Reader, ids: set[str]) -> _Bonds:
    """What binds these parties to bodies."""
    names = await helpers(reader, ids)
    who = await people(reader, ids)
    persons = {same for one in ids if names[one]["kind"] == "person" for same in who.ids_of(one)}
    tenures = await reader.by("appointment", "person_id", sorted(persons)) if persons else []
    posts = {row.doc["post_id"] for row in tenures} - {None} | {one for one in ids if names[one]["kind"] == "post"}
    rows = await reader.of("post", sorted(posts))
    body_of = {row.entity_id: row.doc["body_id"] for row in rows if row.doc["body_id"] is not None}
    return _Bonds(who, names, body_of, tenures)

"""`GET /flags`: the flags of a place, of a person, of a body or of a whole log, unit by unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from projections.answers.flags import closures, late, letters, nowhere, payments, places, posts, references
from projections.answers.flags.flag import Flag, together
from projections.answers.flags.ground import EVERY, Ground, Rows, ground_of, rows_of
from projections.answers.flags.told import told
from projections.answers.flags.units import Unit
from projections.answers.people import ids_of
from projections.answers.territory import not_found, place_of_body, place_of_post
from projections.giving_way import apart
from projections.rows import Found, Reader
from projections.scene import Scene

_OF_GROUND: Final = (places, posts, letters, payments, closures)
"""The sorts of flags that need no more than the ground."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which flags are asked for: of these codes (all where it is None), entries recorded so many days late."""

    codes: frozenset[str] | None = None
    late_days: int = late.DEFAULT_DAYS

    def any_of(self, codes: Iterable[str]) -> bool:
        """Whether one of these codes is asked for."""
        return self.codes is None or not self.codes.isdisjoint(codes)

    @property
    def of_facts(self) -> bool:
        """Whether flags of single facts are asked for, whatever they are about."""
        return self.any_of((*references.CODES, *late.CODES))

    @property
    def registers(self) -> Collection[str]:
        """The registers of which the matters are needed."""
        needed = {one for sort in _OF_GROUND if self.any_of(sort.CODES) for one in sort.REGISTERS}
        return EVERY if self.of_facts else sorted(needed)


@dataclass(frozen=True, slots=True)
class Flags:
    """Flags in order, and the ground that names their places."""

    flags: list[Flag]
    ground: Ground


async def of_unit(scene: Scene, unit: Unit, wanted: Wanted, further: Iterable[Flag] = ()) -> Flags:
    """The flags of the places of a unit; `further` flags of these places are put among them."""
    ground = await ground_of(scene, unit, wanted.registers)
    found = await _all(ground, wanted)
    return Flags(await apart(lambda: _joined(found, further, wanted, unit)), ground)


async def of_nowhere(scene: Scene, wanted: Wanted, further: Iterable[Flag] = ()) -> Flags:
    """The flags of what belongs to no place on record."""
    ground, facts = await nowhere.nowhere(scene)
    found = await _of_ground(ground, wanted)
    if wanted.any_of(references.CODES):
        found += await references.found(ground, facts)
    if wanted.any_of(late.CODES):
        found += await late.found(ground, facts, wanted.late_days)
    return Flags(_joined(found, further, wanted, ()), ground)


async def of_person(scene: Scene, person_id: str, wanted: Wanted, further: Iterable[Flag] = ()) -> Flags:
    """The flags that concern a person, at the places of every post held, and wherever a matter names the person.

    Raises NotFound.
    """
    reader = scene.reader
    ids = await ids_of(reader, person_id)
    appointments = await reader.by("appointment", "person_id", sorted(ids))
    if not appointments and not await reader.of("person", sorted(ids)):
        raise not_found(person_id, "人员", "person")
    held = await reader.of("post", sorted({row.doc["post_id"] for row in appointments} - {None}))
    return await _concerning(scene, frozenset(ids), held, [], wanted, further)


async def of_body(scene: Scene, body_id: str, wanted: Wanted, further: Iterable[Flag] = ()) -> Flags:
    """The flags that concern a body or its posts, at its place and wherever a matter names them. Raises NotFound."""
    reader = scene.reader
    bodies = await reader.of("body", [body_id])
    if not bodies:
        raise not_found(body_id, "机构", "body")
    own = await reader.by("post", "body_id", [body_id])
    ids = frozenset({body_id, *(post.entity_id for post in own)})
    return await _concerning(scene, ids, own, bodies, wanted, further)


async def _concerning(
    scene: Scene, ids: frozenset[str], own: list[Found], bodies: list[Found], wanted: Wanted, further: Iterable[Flag]
) -> Flags:
    """The flags that concern ids, on the ground of the places of some posts and bodies, and of what names the ids."""
    reader = scene.reader
    at = {await place_of_post(reader, post) for post in own}
    at |= {await place_of_body(reader, body.entity_id) for body in bodies}
    matters = await reader.naming(sorted(ids))
    at |= {row.doc["stands_at"] for row in matters}
    known = {row.entity_id for row in await reader.of("jurisdiction", sorted(one for one in at if one is not None))}
    more = {"post": own, "body": bodies, "matter": matters, **await _signed(reader, ids)}
    onward = {row.doc["stands_at"] for row in matters} - {None}
    ground = await ground_of(scene, known, wanted.registers, await _with(reader, more, onward))
    found = [flag for flag in await _all(ground, wanted) if flag.concerns_any(ids)]
    chosen = [flag for flag in further if flag.concerns_any(ids)]
    return Flags(_joined(found, chosen, wanted, tuple(sorted(known))), ground)


async def _signed(reader: Reader, ids: Collection[str]) -> dict[str, list[Found]]:
    """The letters and tenures of persons or posts."""
    letters_of = [row for key in ("person_id", "post_id") for row in await reader.by("letter", key, sorted(ids))]
    tenures = [row for key in ("person_id", "post_id") for row in await reader.by("appointment", key, sorted(ids))]
    return {"letter": letters_of, "appointment": tenures, "person": await reader.kin(sorted(ids))}


async def _with(reader: Reader, more: Mapping[str, list[Found]], onward: Collection[str]) -> Rows:
    """Rows, with the findings, projects, posts and bodies at which some of them stand."""
    there = await rows_of(reader, dict.fromkeys(("matter", "post", "body"), onward))
    return {name: [*more.get(name, ()), *there.get(name, ())] for name in {*more, *there}}


async def _all(ground: Ground, wanted: Wanted) -> list[Flag]:
    found = await _of_ground(ground, wanted)
    if wanted.of_facts:
        facts = await told(ground)
        if wanted.any_of(references.CODES):
            found += await references.found(ground, facts)
        if wanted.any_of(late.CODES):
            found += await late.found(ground, facts, wanted.late_days)
    return found


async def _of_ground(ground: Ground, wanted: Wanted) -> list[Flag]:
    return [flag for sort in _OF_GROUND if wanted.any_of(sort.CODES) for flag in await sort.found(ground)]


def _joined(found: Iterable[Flag], further: Iterable[Flag], wanted: Wanted, unit: Unit) -> list[Flag]:
    order = {place: index for index, place in enumerate(unit)}
    return [flag for flag in together(found, further, order) if wanted.codes is None or flag.code in wanted.codes]

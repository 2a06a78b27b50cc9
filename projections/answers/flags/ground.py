"""The ground of flags: the rows about some places, looked up in bulk, and which of them is where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from projections.answers.posts import Staff, staff_in
from projections.answers.signed import UNSIGNED, Signed, signed_of
from projections.answers.territory import Path, Place, Tree, nearest, on_day, path_in
from projections.answers.whereabouts import MAX_STEPS, pointers, settling
from projections.folds.matter import matter_id, own_id
from projections.folds.registers import ANCHORS, FALLING, REGISTERS
from projections.rows import Found, Reader
from projections.scene import Scene
from projections.tenure import on_record

Rows = Mapping[str, Sequence[Found]]
EVERY: Final = tuple(sorted(REGISTERS))
"""All registers."""
_BY_PART: Final = frozenset(one.name for one in REGISTERS.values() if not {*one.part_of} <= {*one.stands_at})
_BY_DOER: Final = frozenset(one.name for one in REGISTERS.values() if not {*one.done_by} <= {*one.stands_at})
"""Registers of which a matter may stand nowhere and yet be part of something, or have been done by somebody."""
_TOGETHER: Final = 5000
"""Ids asked for at a time."""


@dataclass
class Ground:
    """The rows about some places, and what more is asked of the log where these do not say it."""

    scene: Scene
    places: Collection[str]
    """The places whose flags are asked for."""
    tree: Tree
    """The rows of the places and of all that ever was above them."""
    rows: Rows
    """By projection, each row once."""
    signed: Signed = UNSIGNED
    settled: Mapping[str, str] = field(default_factory=dict)
    """Matters that do not stand at what they name first, to what they stand at."""
    nowhere: bool = False
    """Whether what belongs to no place on record is asked for instead."""
    _at: dict[str, str | None] = field(default_factory=dict)

    @property
    def day(self) -> str:
        """The day asked about."""
        return self.scene.valid_at

    @cached_property
    def staff(self) -> Staff:
        """Who was appointed to the posts, who they are and what they signed."""
        appointments = [row for row in self.of("appointment") if row.doc["post_id"] is not None]
        return staff_in(appointments, self.of("person"), self.of("letter"), self.signed)

    def of(self, projection: str) -> Sequence[Found]:
        """The rows of a projection."""
        return self.rows.get(projection, ())

    @cached_property
    def posts(self) -> dict[str, Found]:
        """The posts by id."""
        return {row.entity_id: row for row in self.of("post")}

    @cached_property
    def bodies(self) -> dict[str, Found]:
        """The bodies by id."""
        return {row.entity_id: row for row in self.of("body")}

    @cached_property
    def matters(self) -> dict[str, Found]:
        """The matters by entity."""
        return {row.entity_id: row for row in self.of("matter")}

    @cached_property
    def _own(self) -> dict[str, list[Found]]:
        """What may lead on from an id, other than posts and bodies."""
        found: dict[str, list[Found]] = {}
        for name in ("appointment", "letter", "pairing"):
            for row in self.of(name):
                found.setdefault(row.entity_id, []).append(row)
        return found

    def path(self, place: str, day: str) -> Path:
        """The path of a place on a day."""
        return path_in(self.tree, place, day)

    def stands(self, place: str | None, day: str | None = None) -> bool:
        """Whether a place is on record on a day, that asked about unless another is given."""
        return place is not None and on_day(self.tree.get(place, ()), day or self.day) is not None

    def brief(self, place: str | None) -> dict[str, Any] | None:
        """Id, code, name and level of a place as of the day, or nearest to it."""
        rows = self.tree.get(place or "")
        if not rows:
            return None if place is None else {"id": place, "code": None, "name": None, "level": None}
        return Place(str(place), nearest(rows, self.day).doc).brief

    def here(self, place: str | None) -> bool:
        """Whether what is at a place is asked for."""
        return place not in self.tree if self.nowhere else place in self.places

    def place_of(self, one: str | None) -> str | None:
        """The place to which an id leads: a place, body, post, tenure, letter, pairing or matter; None for no place."""
        if one is None:
            return None
        if one not in self._at:
            self._at[one] = None  # what leads to itself stands nowhere
            self._at[one] = self._walk(one)
        return self._at[one]

    def _walk(self, start: str) -> str | None:
        seen: set[str] = set()
        at: str | None = start
        for _ in range(2 * MAX_STEPS):
            if at is None or at in seen or at in self.tree:
                break
            seen.add(at)
            at = self._onward(at)
        return at if at in self.tree else None

    def _onward(self, one: str) -> str | None:
        for rows, names in (
            (self.posts, ("jurisdiction_id", "body_id")),
            (self.bodies, ("jurisdiction_id", "unit_id")),
        ):
            if one in rows:
                doc = rows[one].doc
                return next((doc[name] for name in names if doc[name] is not None), None)
        for matter in (one, *(matter_id(register, one) for register in ANCHORS)):
            if matter in self.matters:
                return self._pointed(self.matters[matter])
        for row in self._own.get(one, ()):
            doc = row.doc
            onward = doc.get("post_id") or doc.get("assisted") or (doc.get("signer") or {}).get("post_id")
            return onward or doc.get("scope")
        return None

    def _pointed(self, matter: Found) -> str | None:
        """Where a matter leads: with all of the log at hand, the first pointer of several that leads to a place."""
        ways = pointers(matter)
        if self.nowhere and len(ways) > 1:
            return next((one for one in ways if self.place_of(one) is not None), None)
        return self.settled.get(matter.entity_id) or next(iter(ways), None)


async def ground_of(
    scene: Scene, place_ids: Collection[str], registers: Collection[str] = EVERY, more: Rows | None = None
) -> Ground:
    """The ground of places, each alone, with the matters of some registers; `more` are further rows by projection."""
    reader = scene.reader
    found: dict[str, dict[tuple[str, int], Found]] = {}
    tree = await ever_above(reader, place_ids)
    _add(found, await reader.estate(sorted(place_ids)))
    about = await reader.by("letter", "scope", sorted(place_ids))
    _add(found, {"letter": [row for row in about if row.doc["signer"].get("post_id") is None]})
    _add(found, more or {})
    held = {*place_ids, *(one for name in ("body", "post") for one, _ in found.get(name, ()))}
    named = {one for name in ("appointment", "letter", "pairing") for one, _ in found.get(name, ())}
    settled: dict[str, str] = {}
    if registers:
        matters, settled = await _matters(reader, held, named, sorted({*registers, *ANCHORS}))
        _add(found, {"matter": matters})
    _add(found, await _whole_letters(reader, found.get("letter", {})))
    rows = _rows(found)
    return Ground(scene, frozenset(place_ids), tree, rows, await signed_of(reader, rows.get("letter", ())), settled)


async def ever_above(reader: Reader, place_ids: Iterable[str]) -> Tree:
    """The rows of places and of all that ever was above them."""
    tree: Tree = {}
    newest = set(place_ids)
    while newest:
        for row in await reader.of("jurisdiction", sorted(newest)):
            tree.setdefault(row.entity_id, []).append(row)
        above = {row.doc["parent_id"] for one in newest for row in tree.get(one, ())} - {None}
        newest = {one for one in above if one not in tree and one not in newest}
    return tree


async def _matters(
    reader: Reader, held: set[str], named: set[str], registers: Collection[str]
) -> tuple[list[Found], dict[str, str]]:
    """The matters that stand at some ids or at anchors there; else that are part of these, else were done by them.

    `held` are the ids of places, bodies and posts, `named` others at which matters may stand and that do nothing. Also
    of those in FALLING that stand at no place to what they stand at here instead.
    """
    rows: dict[str, Found] = {}
    newest, known = held | named, held | named
    while newest:
        rows |= {row.entity_id: row for row in await _standing_at(reader, sorted(newest), registers)}
        anchored = {one for one in rows if one.partition(":")[0] in ANCHORS}
        newest = {form for one in anchored for form in (one, own_id(one))} - known
        known |= newest
    for row in await reader.matters("part_of", sorted(known), [one for one in registers if one in _BY_PART]):
        if row.doc["stands_at"] is None:
            rows[row.entity_id] = row
    for row in await reader.matters("done_by", sorted(held), [one for one in registers if one in _BY_DOER]):
        if row.doc["stands_at"] is None and row.doc["part_of"] is None:
            rows[row.entity_id] = row
    adrift = await reader.adrift(sorted(held), sorted(known), sorted({*registers} & {*FALLING}))
    adrift = [row for row in adrift if row.entity_id not in rows]
    settled = {one: at for one, at in (await settling(reader, adrift)).items() if at in known}
    return [*rows.values(), *(row for row in adrift if row.entity_id in settled)], settled


async def _standing_at(reader: Reader, ids: Collection[str], registers: Collection[str]) -> list[Found]:
    """The matters of some registers that stand at ids.

    Where all are wanted none is named: of a log that the statistics do not know yet the planner would look each id
    up by the register, and read the whole log for it.
    """
    if len(registers) == len(EVERY):
        return await reader.by("matter", "stands_at", ids)
    return await reader.matters("stands_at", ids, registers)


async def _whole_letters(reader: Reader, letters: Mapping[tuple[str, int], Found]) -> dict[str, list[Found]]:
    """All signatures of letters of which some were found."""
    signed = {one for (one, _), row in letters.items() if row.doc["signed_as"] == "signatory"}
    rest = {one for one, _ in letters} - signed
    return {"letter": await reader.of("letter", sorted(rest))} if rest else {}


async def rows_of(reader: Reader, wanted: Mapping[str, Collection[str]]) -> Rows:
    """The rows of entities by projection, however many there are."""
    found: dict[str, list[Found]] = {}
    for name, ids in wanted.items():
        each = sorted(ids)
        for start in range(0, len(each), _TOGETHER):
            found.setdefault(name, []).extend(await reader.of(name, each[start : start + _TOGETHER]))
    return found


def _add(found: dict[str, dict[tuple[str, int], Found]], rows: Rows) -> None:
    for name, each in rows.items():
        found.setdefault(name, {}).update(((row.entity_id, row.ordinal), row) for row in each)


def _rows(found: Mapping[str, Mapping[tuple[str, int], Found]]) -> dict[str, list[Found]]:
    """The rows in one order, whatever the reader's."""
    return {name: [each[key] for key in sorted(each)] for name, each in found.items()}


def stands_on(doc: Mapping[str, Any], day: str) -> bool:
    """Whether a post or body is on record on a day."""
    return on_record(doc["from"], doc["until"], day)

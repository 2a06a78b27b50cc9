"""A reader of rows that notes by which ids it was asked: what else can change a dossier has another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from projections.folds.matter import own_id
from projections.folds.registers import ANCHORS, REGISTERS
from projections.reading import PostgresReader
from projections.rows import Found, Member
from projections.tracing import NO_NAMES

ID_MAX: Final = 120
"""Entities other than matters have no longer ids."""
POINTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "appointment": ("post_id", "person_id"),
    "body": ("jurisdiction_id", "unit_id"),
    "jurisdiction": ("parent_id",),
    "letter": ("counterparty", "scope"),
    "matter": ("stands_at", "part_of", "done_by"),
    "pairing": ("helper", "assisted"),
    "person": ("merged_into",),
    "post": ("jurisdiction_id", "body_id"),
}
"""The fields of rows by which they are looked up; of letters also the parts of `signer`."""


def pointers(projection: str, doc: Mapping[str, Any]) -> set[str]:
    """The ids by which a row may be looked up, besides its own."""
    found = [doc[name] for name in POINTERS[projection]]
    if projection == "letter":
        found += doc["signer"].values()
    return {one for one in found if isinstance(one, str)}


def as_named(one: str) -> str:
    """An id by which matters are looked up that name it anywhere."""
    return f"named:{one}"


class NotingReader(PostgresReader):
    """Notes in `reach` whatever places, posts, bodies and persons it was asked about, or led to.

    Matters are left out: what stands at one is somewhere by a chain of them that ends at such an id.
    """

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.reach: set[str] = set()
        self._matters: set[str] = set()

    async def of(self, projection: str, ids: Collection[str]) -> list[Found]:
        """The rows of these entities."""
        found = await super().of(projection, ids)
        if projection != "matter":
            self._note(ids)
            self._note_rows(projection, found)
        return found

    async def by(self, projection: str, key: str, values: Collection[str]) -> list[Found]:
        """The rows with one of these values of a key."""
        found = await super().by(projection, key, values)
        self._note_found(projection, () if key in NO_NAMES else values, found)
        return found

    async def bulk(
        self, projection: str, key: str, values: Collection[str], but: str = "", among: Collection[str] = ()
    ) -> list[Found]:
        """Very many rows: those of `by`, but for those of which another key is among some values."""
        found = await super().bulk(projection, key, values, but, among)
        self._note_found(projection, values, found)
        return found

    async def lineage(self, place_ids: Collection[str], day: str) -> list[Found]:
        """The rows of places, and of those above them in the tree of a day."""
        found = await super().lineage(place_ids, day)
        self._note(place_ids)
        self._note_rows("jurisdiction", found)
        return found

    async def kin(self, person_ids: Collection[str]) -> list[Found]:
        """The rows of persons, and of those that merges make the same as one of them."""
        found = await super().kin(person_ids)
        self._note(person_ids)
        self._note_rows("person", found)
        return found

    async def named(self, ids: Collection[str]) -> dict[str, list[Found]]:
        """By projection, the rows of places, posts, bodies and persons with these ids."""
        found = await super().named(ids)
        self._note(ids)
        self._note_all(found)
        return found

    async def estate(self, place_ids: Collection[str]) -> dict[str, list[Found]]:
        """By projection, what belongs to places."""
        found = await super().estate(place_ids)
        self._note(place_ids)
        self._note_all(found)
        return found

    async def naming(self, ids: Collection[str], but: Collection[Found] = ()) -> list[Found]:
        """The matters of which a fact that stands names one of these ids, but for those among rows already read."""
        self.reach |= {as_named(one) for one in ids if len(one) <= ID_MAX}
        return await super().naming(ids, but)

    async def members(self, place_id: str, day: str, *, subtree: bool) -> list[Member]:
        """What belongs to a place, or to it and all below it."""
        found = await super().members(place_id, day, subtree=subtree)
        self._matters |= {own_id(one.id) for one in found if one.kind == "matter"}
        self._note(one.id for one in found if one.kind != "matter")
        return found

    def _note_found(self, projection: str, values: Iterable[str], found: Collection[Found]) -> None:
        self._note(one for one in values if one not in self._matters)
        if projection == "matter":
            self._matters |= {own_id(row.entity_id) for row in found if row.doc["register"] in ANCHORS}
        self._note_rows(projection, found)

    def _note_all(self, found: Mapping[str, Iterable[Found]]) -> None:
        for projection, rows in found.items():
            self._note_rows(projection, rows)

    def _note_rows(self, projection: str, rows: Iterable[Found]) -> None:
        if projection in ("matter", "letter", "pairing"):
            return  # nothing is looked up by these
        for row in rows:
            if projection != "appointment":
                self.reach.add(row.entity_id)
            self._note(pointers(projection, row.doc))

    def _note(self, ids: Iterable[str]) -> None:
        self.reach.update(one for one in ids if len(one) <= ID_MAX and one.partition(":")[0] not in REGISTERS)

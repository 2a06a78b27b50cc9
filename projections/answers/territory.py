"""Places on a day: which one a reference means, what it is called, and the path above it.

The parent comes from the dated tree, never from the code's prefix.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from events.errors import Ambiguous, NotFound
from events.fields import read_code
from projections.rows import Found, Reader
from projections.tenure import NEVER, on_record
from projections.walking import ever_above


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction on a day: the row whose days hold it."""

    id: str
    doc: Any

    @property
    def brief(self) -> dict[str, Any]:
        """Id, code, name and level."""
        return {"id": self.id, "code": self.doc["code"], "name": self.doc["name"], "level": self.doc["level"]}


@dataclass(slots=True)
class Path:
    """The places from the highest on record down to the one asked about, and what was odd on the way."""

    places: list[Place] = field(default_factory=list)
    flags: list[dict[str, Any]] = field(default_factory=list)

    @property
    def codes(self) -> frozenset[str]:
        """The codes in force on the path that day."""
        return frozenset(place.doc["code"] for place in self.places)


Tree = dict[str, list[Found]]
"""The rows of a place and of all above it on a day, by id, each in the order of their days."""


def not_found(value: str, zh: str, en: str) -> NotFound:
    """The error of an id that nothing known bears."""
    return NotFound(value=value, what_zh=zh, what_en=en)


def on_day(rows: Sequence[Found], day: str) -> Found | None:
    """The row of one jurisdiction whose days hold a day."""
    return next((row for row in rows if on_record(row.doc["from"], row.doc["until"], day)), None)


def nearest(rows: Sequence[Found], day: str) -> Found:
    """The row that holds a day, else the last before it, else the first."""
    earlier = [row for row in rows if row.doc["from"] is None or row.doc["from"] <= day]
    return on_day(rows, day) or (earlier[-1] if earlier else rows[0])


async def resolve(reader: Reader, ref: str, day: str) -> tuple[str, str]:
    """The id that `ref` means on a day, and how it was found: `id`, `code` or `former-code`.

    Raises NotFound, or Ambiguous with candidates.
    """
    if await reader.of("jurisdiction", [ref]):
        return ref, "id"
    return _by_code(ref, await _bearers(reader, ref), day, reader.log_id)


async def find(reader: Reader, ref: str, day: str) -> tuple[str, str, Tree]:
    """As `resolve`, with the tree above the place. Raises NotFound or Ambiguous."""
    rows = await _bearers(reader, ref)
    tree = await tree_of(reader, {ref, *(row.entity_id for row in rows)}, day)
    if tree.get(ref):
        return ref, "id", tree
    return *_by_code(ref, rows, day, reader.log_id), tree


async def _bearers(reader: Reader, ref: str) -> list[Found]:
    """The rows with the code that `ref` may be."""
    code = read_code(ref)
    return await reader.by("jurisdiction", "code", [code]) if code is not None else []


def _by_code(ref: str, rows: Sequence[Found], day: str, log_id: str) -> tuple[str, str]:
    now = [row for row in rows if on_record(row.doc["from"], row.doc["until"], day)]
    for found, how in ((now, "code"), (rows, "former-code")):
        bearers = sorted({row.entity_id for row in found})
        if len(bearers) == 1:
            return bearers[0], how
        if bearers:
            last = {row.entity_id: row for row in found}
            candidates = [Place(one, last[one].doc).brief | {"log": log_id} for one in bearers]
            raise Ambiguous(value=ref, candidates=candidates)
    raise not_found(ref, "区划", "jurisdiction")


async def tree_of(reader: Reader, place_ids: Collection[str], day: str) -> Tree:
    """The rows of places and of all above them on a day."""
    return _tree(await reader.lineage(place_ids, day))


async def history_of(reader: Reader, place_ids: Collection[str]) -> Tree:
    """The rows of places and of all that ever stood above them."""
    return _tree(await ever_above(reader, place_ids))


def _tree(rows: Iterable[Found]) -> Tree:
    tree: Tree = {}
    for row in sorted(rows, key=lambda row: (row.entity_id, row.ordinal)):
        tree.setdefault(row.entity_id, []).append(row)
    return tree


async def path_to(reader: Reader, place_id: str, day: str) -> Path:
    """The path of a place on a day; empty where it is not on record that day."""
    return path_in(await tree_of(reader, [place_id], day), place_id, day)


def path_in(tree: Tree, place_id: str, day: str) -> Path:
    """The path of a place on a day, in the tree above it."""
    path = Path()
    seen: set[str] = set()
    wanted: str | None = place_id
    while wanted is not None:
        row = on_day(tree.get(wanted, ()), day)
        below = path.places[0].id if path.places else None
        if row is None:
            if below is not None:
                path.flags.append({"flag": "parent-not-on-record", "jurisdiction": below, "parent": wanted})
            break
        path.places.insert(0, Place(wanted, row.doc))
        seen.add(wanted)
        wanted = row.doc["parent_id"]
        if wanted in seen:
            path.flags.append({"flag": "parent-cycle", "jurisdiction": row.entity_id, "parent": wanted})
            break
    return path


async def known(reader: Reader, place_id: str) -> list[Found]:
    """All rows of a place. Raises NotFound where it is not known."""
    rows = await reader.of("jurisdiction", [place_id])
    if not rows:
        raise not_found(place_id, "区划", "jurisdiction")
    return rows


async def bodies_of(reader: Reader, place_ids: Sequence[str]) -> dict[str, str]:
    """The bodies of some places by id, each with its place: its own, else that of the unit it is part of."""
    found = {
        row.entity_id: str(row.doc["jurisdiction_id"]) for row in await reader.by("body", "jurisdiction_id", place_ids)
    }
    newest = set(found)
    while newest:
        rows = await reader.by("body", "unit_id", newest)
        inner = [row for row in rows if row.entity_id not in found and row.doc["jurisdiction_id"] is None]
        found |= {row.entity_id: found[row.doc["unit_id"]] for row in inner}
        newest = {row.entity_id for row in inner}
    return found


async def posts_at(reader: Reader, place_ids: Sequence[str], body_ids: Collection[str]) -> list[Found]:
    """The posts of some places and of some bodies."""
    return await reader.by("post", "jurisdiction_id", place_ids) + await reader.by("post", "body_id", body_ids)


async def place_of_body(reader: Reader, body_id: str) -> str | None:
    """The jurisdiction of a body, or of the unit it is part of."""
    seen: set[str] = set()
    wanted: str | None = body_id
    while wanted is not None and wanted not in seen:
        seen.add(wanted)
        rows = await reader.of("body", [wanted])
        if not rows:
            return None
        if rows[0].doc["jurisdiction_id"] is not None:
            return str(rows[0].doc["jurisdiction_id"])
        wanted = rows[0].doc["unit_id"]
    return None


async def place_of_post(reader: Reader, post: Found) -> str | None:
    """The jurisdiction of a post: its own, or its body's."""
    if post.doc["jurisdiction_id"] is not None:
        return str(post.doc["jurisdiction_id"])
    return await place_of_body(reader, post.doc["body_id"])


async def children_of(reader: Reader, place_id: str, day: str) -> list[Place]:
    """The places directly below one on a day, by code and id."""
    rows = await reader.by("jurisdiction", "parent_id", [place_id])
    places = [Place(row.entity_id, row.doc) for row in rows if on_record(row.doc["from"], row.doc["until"], day)]
    return sorted(places, key=lambda place: (place.doc["code"], place.id))


async def ended_within(
    reader: Reader, places: Collection[str], since: str, day: str, *, subtree: bool
) -> dict[str, str]:
    """Of some places, those on record on a day from `since` on and no longer on a day, with the first day without.

    With `subtree` also those that were last below one of the places, or below one found.
    """
    ends: dict[str, str] = {}
    seen, newest = set[str](), set(places)
    while newest:
        told: dict[str, list[Found]] = {}
        for row in await reader.of("jurisdiction", newest):
            told.setdefault(row.entity_id, []).append(row)
        for place, rows in told.items():
            end = max((row.doc["until"] for row in rows if (row.doc["until"] or NEVER) <= day), default="")
            if end > since and on_day(rows, day) is None and (not seen or _last_below(rows, end, seen)):
                ends[place] = end
        if not subtree:
            break
        parents = newest if not seen else {one for one in newest if one in ends}
        seen |= parents
        below = await reader.by("jurisdiction", "parent_id", parents)
        newest = {row.entity_id for row in below if (row.doc["until"] or NEVER) <= day} - seen - ends.keys()
    return dict(sorted(ends.items()))


def _last_below(rows: Iterable[Found], until: str, parents: Collection[str]) -> bool:
    """Whether a place that ended on a day stood under one of some places until then."""
    return any(row.doc["until"] == until and row.doc["parent_id"] in parents for row in rows)

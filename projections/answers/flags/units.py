"""Units: how the places of a question are divided, so that each part is looked up at once and answered in bounded time.

A unit is a place with all below it, as long as that is not too much; else the place alone, then its children.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from projections.answers.territory import nearest, on_day
from projections.rows import Found, Reader
from projections.walking import every_place

MOST: Final = 50
"""Places of a unit, where it has more than one."""

Unit = tuple[str, ...]
"""Places, those above first, then by code and id."""


async def of_place(reader: Reader, place: str, day: str, *, subtree: bool) -> list[Unit]:
    """The units of a place, alone or with all below it that day, and all that was left behind below it."""
    if not subtree:
        return [(place,)]
    ids = await _with_strays(reader, await reader.below(place, day), day)
    return _divided(await reader.of("jurisdiction", sorted(ids)), ids, day, first=place)


async def of_log(reader: Reader, day: str) -> list[Unit]:
    """The units of all places of a log, the topmost first."""
    ids = await every_place(reader)
    return _divided(await reader.of("jurisdiction", ids), set(ids), day)


async def _with_strays(reader: Reader, ids: set[str], day: str) -> set[str]:
    """Places, with those that ended below them and what these left behind."""
    found, newest = set(ids), set(ids)
    while newest:
        below = await reader.by("jurisdiction", "parent_id", sorted(newest))
        ended = {row.entity_id for row in below if _ended_here(row, day)} - found
        newest = set()
        for one in sorted(ended):
            newest |= await reader.below(one, day) - found
        found |= newest
    return found


def _ended_here(row: Found, day: str) -> bool:
    """Whether a place ended by a day, and stood under the parent of this row then."""
    ended = row.doc["ended_on"]
    return ended is not None and ended <= day and row.doc["until"] == ended


def _divided(rows: Iterable[Found], ids: set[str], day: str, first: str | None = None) -> list[Unit]:
    of: dict[str, list[Found]] = {}
    for row in rows:
        of.setdefault(row.entity_id, []).append(row)
    parents = {one: _parent(of.get(one, ()), day) for one in ids}
    children: dict[str | None, list[str]] = {}
    for one in sorted(ids, key=lambda one: (_code(of.get(one, ()), day), one)):
        parent = parents[one]
        top = one == first or parent not in ids or _circles(one, parents)
        children.setdefault(None if top else parent, []).append(one)
    roots = sorted(children.get(None, ()), key=lambda one: one != first)
    units: list[Unit] = []
    for root in roots:
        units += _cut(root, children)
    return _packed(units)


def _circles(one: str, parents: Mapping[str, str | None]) -> bool:
    """Whether a place is the smallest of a circle of parents."""
    seen: list[str] = []
    at: str | None = one
    while at is not None and at not in seen:
        seen.append(at)
        at = parents.get(at)
    return at == one and one == min(seen)


def _parent(rows: Sequence[Found], day: str) -> str | None:
    """Under which place it stands that day, or stood when it ended."""
    if not rows:
        return None
    parent: str | None = (on_day(rows, day) or nearest(rows, day)).doc["parent_id"]
    return parent


def _code(rows: Sequence[Found], day: str) -> str:
    return str(nearest(rows, day).doc["code"]) if rows else ""


def _cut(root: str, children: Mapping[str | None, Sequence[str]]) -> list[Unit]:
    """A place with all below it, cut so that no part is too large."""
    size: dict[str, int] = {}
    order = _below(root, children)
    for one in reversed(order):
        size[one] = 1 + sum(size[child] for child in children.get(one, ()))
    units: list[Unit] = []
    left = [root]
    while left:
        one = left.pop(0)
        if size[one] <= MOST:
            units.append(tuple(_below(one, children)))
        else:
            units.append((one,))
            left[:0] = children.get(one, ())
    return units


def _below(root: str, children: Mapping[str | None, Sequence[str]]) -> list[str]:
    found: list[str] = []
    left = [root]
    while left:
        one = left.pop()
        found.append(one)
        left += reversed(children.get(one, ()))
    return found


def _packed(units: Iterable[Unit]) -> list[Unit]:
    """Small units that follow each other, as one."""
    packed: list[Unit] = []
    for unit in units:
        if packed and len(packed[-1]) + len(unit) <= MOST:
            packed[-1] += unit
        else:
            packed.append(unit)
    return packed

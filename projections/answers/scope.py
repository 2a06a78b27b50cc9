"""What an answer takes in: a place alone or all below it, and everything that stands there.

A matter stands where one of its facts points: at a place, at a body or post of one, or at another
matter (a payment at its project, a rectification at its finding) that stands there in its turn.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from projections.answers.territory import bodies_of, posts_at
from projections.folds.matter import own_id
from projections.folds.registers import ANCHORS
from projections.rows import Reader

MAX_STEPS = 8
"""Matters stand at matters a few steps deep; a circle of them stands nowhere."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The places of an answer, and every id at which a matter may stand that belongs to them."""

    places: frozenset[str]
    bodies: frozenset[str]
    posts: frozenset[str]
    anchors: frozenset[str]
    """Projects, findings, households and plans that stand there: as `register:id`, and as the plain id."""

    @property
    def ids(self) -> frozenset[str]:
        """Everything at which a matter of the scope may stand."""
        return self.places | self.bodies | self.posts | self.anchors


async def scope_of(reader: Reader, place_id: str, day: str, *, subtree: bool) -> Scope:
    """The scope of a place: alone, or with everything below it in the tree of a day."""
    places = await reader.below(place_id, day) if subtree else {place_id}
    bodies = set(await bodies_of(reader, sorted(places)))
    posts = {row.entity_id for row in await posts_at(reader, sorted(places), bodies)}
    return Scope(
        frozenset(places), frozenset(bodies), frozenset(posts),
        frozenset(await _anchors(reader, places | bodies | posts)),
    )  # fmt: skip


async def _anchors(reader: Reader, ids: Collection[str]) -> set[str]:
    found: set[str] = set()
    newest = set(ids)
    for _ in range(MAX_STEPS):
        rows = await reader.matters("stands_at", newest, ANCHORS)
        newest = {one for row in rows for one in (row.entity_id, own_id(row.entity_id))} - found
        if not newest:
            break
        found |= newest
    return found

"""A place: its dated attributes, its path on a day, and its children."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from projections.answers.letters import letters_of_places
from projections.answers.territory import (
    Place,
    children_of,
    known,
    nearest,
    on_day,
    path_in,
    path_to,
    resolve,
    tree_of,
)
from projections.folds.jurisdiction import LEVELS
from projections.rows import Found
from projections.scene import Scene
from projections.tenure import Bounds, day_before


async def one(scene: Scene, ref: str) -> dict[str, Any]:
    """`GET /jurisdictions/{ref}`. Raises NotFound or Ambiguous."""
    place_id, resolved_by = await resolve(scene.reader, ref, scene.valid_at)
    rows = await known(scene.reader, place_id)
    path = await path_to(scene.reader, place_id, scene.valid_at)
    doc = nearest(rows, scene.valid_at).doc
    shown = ("from", "until", "code", "name", "level", "parent_id", "aliases", "evidence")
    return {
        "jurisdiction": Place(place_id, doc).brief,
        "on_record": bool(path.places),
        **scene.header(),
        "resolved_by": resolved_by,
        "aliases": doc["aliases"],
        "parent_id": doc["parent_id"],
        "path": [place.brief for place in path.places],
        "attributes": [{name: row.doc[name] for name in shown} for row in rows],
        "ended_on": doc["ended_on"],
        "successors": doc["successors"],
        "successions": [await _followed(scene, succession) for succession in doc["successions"]],
        "flags": path.flags,
        "withheld": 0,
    }


async def _followed(scene: Scene, succession: Mapping[str, Any]) -> dict[str, Any]:
    """A restructuring, with the letters and pairings of its predecessors that it names no successor for.

    Those count that certainly or possibly held on the day before it.
    """
    ended = [one for one in succession["predecessors"] if one not in succession["successors"]]
    eve = day_before(succession["on"])
    held = [*await letters_of_places(scene.reader, ended), *await scene.reader.by("pairing", "assisted", ended)]
    passed = {duty["id"] for duty in succession["duties"]}
    open_then = {row.entity_id for row in held if Bounds.of_doc(row.doc).certainty(eve) != "no"}
    return {**succession, "without_successor": sorted(open_then - passed)}


async def children(scene: Scene, ref: str, limit: int, after: str) -> dict[str, Any]:
    """`GET /jurisdictions/{ref}/children`, by level, code and id. Raises NotFound or Ambiguous."""
    place_id, resolved_by = await resolve(scene.reader, ref, scene.valid_at)
    doc = nearest(await known(scene.reader, place_id), scene.valid_at).doc
    places = sorted(await children_of(scene.reader, place_id, scene.valid_at), key=_rank)
    page, onward = page_after(places, limit, after)
    return {
        "jurisdiction": Place(place_id, doc).brief,
        **scene.header(),
        "resolved_by": resolved_by,
        "withheld": 0,
        "items": [place.brief for place in page],
        "next": onward,
    }


async def found(scene: Scene, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Places by their ids, in that order, each with the places above it.

    One that is not on record that day is told as of the last day before on which it was, else of its first.
    """
    rows: dict[str, list[Found]] = {}
    for row in await scene.reader.of("jurisdiction", ids):
        rows.setdefault(row.entity_id, []).append(row)
    days = {one: _told_on(nearest(told, scene.valid_at), scene.valid_at) for one, told in rows.items()}
    paths: dict[str, list[Place]] = {}
    for day in set(days.values()):
        wanted = [one for one, told_on in days.items() if told_on == day]
        tree = await tree_of(scene.reader, wanted, day)
        paths |= {one: path_in(tree, one, day).places for one in wanted}
    return [
        {
            **Place(one, nearest(rows[one], scene.valid_at).doc).brief,
            "on_record": on_day(rows[one], scene.valid_at) is not None,
            "path": [place.brief for place in paths[one][:-1]],
        }
        for one in ids
    ]


def _told_on(row: Found, day: str) -> str:
    """The day nearest to one on which a row holds."""
    since, until = row.doc["from"], row.doc["until"]
    if since is not None and since > day:
        return str(since)
    return day if until is None or until > day else day_before(until)


async def topmost(scene: Scene, granted: Collection[str]) -> list[Place]:
    """The places that stand under none on the day, by level, code and id; of a grant for some, the topmost of those."""
    if granted:
        tree = await tree_of(scene.reader, granted, scene.valid_at)
        paths = [path_in(tree, one, scene.valid_at).places for one in granted]
        places = [path[-1] for path in paths if path and not any(place.id in granted for place in path[:-1])]
    else:
        places = [Place(row.entity_id, row.doc) for row in await scene.reader.topmost(scene.valid_at)]
    return sorted(places, key=_rank)


def page_after(places: Sequence[Place], limit: int, after: str) -> tuple[Sequence[Place], str | None]:
    """The places beyond a cursor, up to `limit`, and the cursor of the last where there are more."""
    rank, _, rest = after.partition(":")
    code, _, one = rest.partition(":")
    passed = (int(rank) if len(rank) == 1 and rank.isdecimal() else -1, code, one)
    beyond = [place for place in places if _rank(place) > passed]
    page = beyond[:limit]
    return page, (":".join(map(str, _rank(page[-1]))) if page else after) if len(beyond) > limit else None


def _rank(place: Place) -> tuple[int, str, str]:
    """The higher level first: else a province's few cities stand behind the villages that hang on it directly."""
    level = place.doc["level"]
    return LEVELS.index(level) if level in LEVELS else len(LEVELS), place.doc["code"], place.id

"""A place: its dated attributes, its path on a day, and its children."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projections.answers.letters import letters_of_places
from projections.answers.territory import Place, children_of, known, nearest, path_to, resolve
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
    """`GET /jurisdictions/{ref}/children`, by code and id. Raises NotFound or Ambiguous."""
    place_id, resolved_by = await resolve(scene.reader, ref, scene.valid_at)
    doc = nearest(await known(scene.reader, place_id), scene.valid_at).doc
    places = await children_of(scene.reader, place_id, scene.valid_at)
    code, _, one = after.partition(":")
    rest = [place for place in places if (place.doc["code"], place.id) > (code, one)]
    page = rest[:limit]
    more = len(rest) > limit
    return {
        "jurisdiction": Place(place_id, doc).brief,
        **scene.header(),
        "resolved_by": resolved_by,
        "withheld": 0,
        "items": [place.brief for place in page],
        "next": f"{page[-1].doc['code']}:{page[-1].id}" if more else None,
    }

"""A body on a day: what it is, what it bears, its posts and whom it helps."""

from __future__ import annotations

from datetime import date
from typing import Any

from projections.answers import posts as posts_of
from projections.answers.people import helpers
from projections.answers.posts import staff_of
from projections.answers.territory import Path, not_found, path_in, place_of_body, tree_of
from projections.policies.matching import Subject, responsibilities_of_body
from projections.scene import Scene
from projections.tenure import Bounds, on_record


async def one(scene: Scene, body_id: str) -> dict[str, Any]:
    """`GET /bodies/{id}`. Raises NotFound.

    As in the chain, nothing is laid on a body that is not on record, or whose place is not, nor on its posts.
    """
    reader = scene.reader
    rows = await reader.of("body", [body_id])
    if not rows:
        raise not_found(body_id, "机构", "body")
    doc = rows[0].doc
    place_id = await place_of_body(reader, body_id)
    tree = await tree_of(reader, [] if place_id is None else [place_id], scene.valid_at)
    path = Path() if place_id is None else path_in(tree, place_id, scene.valid_at)
    here = on_record(doc["from"], doc["until"], scene.valid_at)
    bears = here and (bool(path.places) or place_id not in tree)
    level = path.places[-1].doc["level"] if path.places else None
    posts = await reader.by("post", "body_id", [body_id])
    staff = await staff_of(reader, [post.entity_id for post in posts])
    pairings = await reader.by("pairing", "helper", [body_id])
    names = await helpers(reader, {pairing.doc["assisted"] for pairing in pairings}, scene.valid_at)
    subject = Subject(level, tuple(doc["functions"]), doc["name"], path.codes, in_body=True)
    borne = responsibilities_of_body(scene.packs, subject, date.fromisoformat(scene.valid_at))
    described = [posts_of.describe(scene, post, staff, level=level, codes=path.codes, in_body=True) for post in posts]
    shown = ("name", "body_type", "functions", "leader_rule", "from", "until", "successor_id", "unit_id", "evidence")
    return {
        **scene.header(),
        "body": {"id": body_id, **{name: doc[name] for name in shown}},
        "on_record": here,
        "jurisdiction": path.places[-1].brief if path.places else None,
        "responsibilities": list(borne) if bears else [],
        "posts": [one if bears else one | {"responsibilities": []} for one in described],
        "assists": [
            {
                "pairing": pairing.entity_id,
                "kind": pairing.doc["kind"],
                "assisted": names[pairing.doc["assisted"]],
                "certainty": certainty,
                "from": pairing.doc["from"],
                "until": pairing.doc["until"],
            }
            for pairing in pairings
            if (certainty := Bounds.of_doc(pairing.doc).certainty(scene.valid_at)) != "no"
        ],
        "withheld": 0,
    }

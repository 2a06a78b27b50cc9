"""The holders of one post over time: who, with what certainty, and the gaps and overlaps in days."""

from __future__ import annotations

from typing import Any

from projections.answers.posts import Staff, regular, seat_of, staff_of, vacancy
from projections.answers.territory import not_found
from projections.answers.timeline import cut, tenure
from projections.rows import Found
from projections.scene import Scene
from projections.tenure import ALWAYS, NEVER, Bounds, Stretch, days_between, stretches


async def holders(scene: Scene, post_id: str, since: str | None, until: str | None) -> dict[str, Any]:
    """`GET /posts/{id}/holders`. Raises NotFound."""
    rows = await scene.reader.of("post", [post_id])
    staff = await staff_of(scene.reader, [post_id], with_letters=False)
    appointments = staff.of_post(post_id)
    if not rows and not appointments:
        raise not_found(post_id, "职务", "post")
    post = rows[0] if rows else None
    seat, substantive = seat_of(post, appointments), seat_of(post, appointments, substantive=True)
    cuts = [found for found in stretches(seat) if _within(found, since, until)]
    return {
        "post": _post(post_id, post),
        **scene.header(),
        "from": since,
        "until": until,
        "status": seat.status(scene.valid_at),
        "substantive": substantive.status(scene.valid_at),
        "holders": cut([tenure(row, post, staff) for row in appointments], since, until),
        "gaps": [vacancy(gap, appointments, staff.who, scene.valid_at) for gap in cuts if gap.status == "vacant"],
        "substantive_gaps": [
            vacancy(gap, regular(appointments), staff.who, scene.valid_at)
            for gap in stretches(substantive)
            if gap.status == "vacant" and _within(gap, since, until)
        ],
        "overlaps": [_overlap(found, appointments, staff) for found in cuts if found.status == "contested"],
        "stretches": [
            {"from": found.since, "until": found.until, "days": found.days, "status": found.status} for found in cuts
        ],
        "withheld": 0,
    }


def _post(post_id: str, post: Found | None) -> dict[str, Any]:
    if post is None:
        return {"id": post_id, "title": None, "functions": [], "seats": None, "from": None, "until": None}
    shown = ("title", "functions", "seats", "jurisdiction_id", "body_id", "from", "until", "evidence")
    return {"id": post_id, **{name: post.doc[name] for name in shown}}


def _within(found: Stretch, since: str | None, until: str | None) -> bool:
    before = until is not None and found.since is not None and found.since >= until
    after = since is not None and found.until is not None and found.until <= since
    return not (before or after)


def _overlap(found: Stretch, appointments: list[Found], staff: Staff) -> dict[str, Any]:
    since, until = found.since or ALWAYS, found.until or NEVER
    spans = [(a, Bounds.of_doc(a.doc)) for a in appointments]
    certain = [a for a, span in spans if max(span.s1, since) < min(span.e0, until)]
    return {
        "from": found.since,
        "until": found.until,
        "days": None if found.since is None or found.until is None else days_between(found.since, found.until),
        "appointments": [a.entity_id for a in certain],
        "persons": [staff.who.brief(a.doc["person_id"]) for a in certain],
    }

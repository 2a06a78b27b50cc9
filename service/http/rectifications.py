"""`/v1/rectifications`: by place, person, body and how they stand, and each with the days charged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter

from events.errors import BadRequest, NotFound
from projections.answers import rectifications
from projections.answers.membership import Membership, membership_of
from projections.answers.territory import resolve
from projections.folds.matter import matter_id
from projections.rows import Found
from projections.scene import Scene
from service.asking import Asked, Question, check_reach, page_size, reaches, read_day, scene_for, scene_of_log
from service.finding import RECTIFICATION
from service.http.paging import Across, visible_logs
from service.http.scopes import is_subtree

router = APIRouter(prefix="/rectifications", tags=["rectifications"])


@router.get("")
async def register(
    asked: Question,
    jurisdiction: str | None = None,
    person: str | None = None,
    body: str | None = None,
    status: str | None = None,
    due_before: str | None = None,
    scope: str = "subtree",
    limit: int = 100,
    after: str = "",
) -> Any:
    """The register of rectifications; at least one filter, or a log. A cursor is `log:position:id`.

    `due_before`: those whose deadline lies before that day. `person`: who is charged a day, or named.
    `body`: who leads or answers, or whose post does. `scope=own` leaves out what is below the place.
    """
    if all(one is None for one in (jurisdiction, person, body, status, due_before, asked.log)):
        raise BadRequest(
            name="jurisdiction",
            value=None,
            expected_zh="jurisdiction、person、body、status、due_before、log 至少其一",
            expected_en="at least one of jurisdiction, person, body, status, due_before and log",
        )
    if status is not None and status not in rectifications.STATUSES:
        expected = ", ".join(rectifications.STATUSES)
        raise BadRequest(name="status", value=status[:60], expected_zh=expected, expected_en=f"one of {expected}")
    subtree = is_subtree(scope)
    page, due = Across(page_size(limit), after), read_day("due_before", due_before)
    asked_of, withheld, known = [], 0, jurisdiction is None
    asked, seen = await visible_logs(asked)
    for log_id in page.in_order(seen):
        async with scene_of_log(asked, log_id) as scene:
            asked_of.append(scene.ground())
            within = None if jurisdiction is None else await _members(asked, scene, jurisdiction, subtree=subtree)
            if jurisdiction is not None and within is None:
                continue
            known = True
            wanted = rectifications.Asked(within, person, body, status, due)
            found = await rectifications.register(scene, wanted)
            allowed = await _allowed(asked, scene, found)
            withheld += len(found) - len(allowed)
            chosen = page.choose(log_id, {row.entity_id: rectifications.position_of(row) for row in allowed})
            rows = {row.entity_id: row for row in allowed}
            page.add(log_id, await rectifications.described(scene, [rows[one] for one in chosen]))
    if not known:  # an empty list would say that nothing was ever ordered there
        raise NotFound(value=(jurisdiction or "")[:200], what_zh="区划", what_en="jurisdiction")
    return {"items": page.items, "next": page.next, "withheld": withheld, "logs": asked_of}


async def _members(asked: Asked, scene: Scene, ref: str, *, subtree: bool) -> Membership | None:
    """What a reference to a place takes in; None where this log does not know it. Raises Ambiguous or Forbidden."""
    try:
        place_id, _ = await resolve(scene.reader, ref, scene.valid_at)
    except NotFound:
        return None
    await check_reach(asked, scene, place_id, ref)
    return await membership_of(scene.reader, place_id, scene.valid_at, subtree=subtree)


async def _allowed(asked: Asked, scene: Scene, rows: Sequence[Found]) -> Sequence[Found]:
    """The rectifications that the asker's grant reaches."""
    if not asked.asker.grant.jurisdictions:
        return rows
    at = await rectifications.places(scene, rows)
    reached = {one: await reaches(asked, scene, one) for one in {place.id for place in at.values() if place}}
    return [row for row in rows if (place := at[row.entity_id]) is not None and reached[place.id]]


@router.get("/{rectification_id}")
async def one(asked: Question, rectification_id: str) -> Any:
    """One rectification: its steps, deadlines, the days under each holder, and under whom the defect arose."""
    matter = matter_id(rectifications.REGISTER, rectification_id)
    async with scene_for(asked, RECTIFICATION, matter) as scene:
        answer = await rectifications.one(scene, rectification_id)
        place = answer["place"]
        await check_reach(asked, scene, None if place is None else place["id"], rectification_id)
        return answer

"""`/v1/letters`: responsibility letters by id, by 文号, by place and by person."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from events.errors import BadRequest, NotFound
from projections.answers import letters
from projections.answers.territory import resolve
from projections.scene import Scene
from service.asking import Asked, Question, check_reach, check_reach_of, page_size, scene_for, scene_of_log
from service.finding import LETTER
from service.http.paging import Across, allowed_of, visible_logs
from service.http.scopes import is_subtree

router = APIRouter(prefix="/letters", tags=["letters"])


@router.get("")
async def register(
    asked: Question,
    number: str | None = None,
    jurisdiction: str | None = None,
    person: str | None = None,
    scope: str = "own",
    limit: int = 100,
    after: str = "",
) -> Any:
    """The register of letters; at least one of number, jurisdiction and person. A cursor is `log:position:id`.

    A letter belongs to a place whose post signed it, or which (or a body of which) is its counterparty
    or scope. `scope=subtree` takes in everything below the place.
    """
    if number is None and jurisdiction is None and person is None:
        raise BadRequest(
            name="number",
            value=None,
            expected_zh="number、jurisdiction、person 至少其一",
            expected_en="at least one of number, jurisdiction and person",
        )
    subtree, page = is_subtree(scope), Across(page_size(limit), after)
    asked_of, withheld = [], 0
    asked, seen = await visible_logs(asked)
    for log_id in page.in_order(seen):
        async with scene_of_log(asked, log_id) as scene:
            asked_of.append(scene.ground())
            places = await _places(asked, scene, jurisdiction, subtree=subtree)
            if jurisdiction is not None and not places:
                continue
            every = await letters.register(scene.reader, number=number, person=person, places=places)
            allowed = await allowed_of(asked, scene, list(every), "letter")
            withheld += len(every) - len(allowed)
            chosen = page.choose(log_id, {one: position for one, position in every.items() if one in allowed})
            page.add(log_id, await letters.described(scene, chosen))
    return {"items": page.items, "next": page.next, "withheld": withheld, "logs": asked_of}


async def _places(asked: Asked, scene: Scene, ref: str | None, *, subtree: bool) -> list[str]:
    """The places that a reference takes in; none where this log does not know it. Raises Ambiguous or Forbidden."""
    if ref is None:
        return []
    try:
        place_id, _ = await resolve(scene.reader, ref, scene.valid_at)
    except NotFound:
        return []
    await check_reach(asked, scene, place_id, ref)
    return sorted(await scene.reader.below(place_id, scene.valid_at)) if subtree else [place_id]


@router.get("/{letter_id}")
async def one(asked: Question, letter_id: str) -> Any:
    """One letter, whole."""
    async with scene_for(asked, LETTER, letter_id) as scene:
        answer = await letters.one(scene, letter_id)
        await check_reach_of(asked, scene, letter_id)
        return answer

"""`/v1/jurisdictions/{ref}/state` and `/money`: the accountability state of a place, and its money step by step."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from projections.answers import money, state, summary
from projections.answers.duties import are_worked_out
from projections.boards import reading
from projections.scene import Scene
from service.asking import Question
from service.http.jurisdictions import place_scene
from service.http.paging import Paged, page_of
from service.http.scopes import is_subtree
from service.kinds_told import EVERY
from service.state import PROVEN

FEW: Final = 50
"""Places, a place with all below it, whose duties are counted without being asked for where no board has them."""
FEW_BELOW: Final = 500
"""The same for the duties of the place alone, which rest on what is below it all the same."""

router = APIRouter(prefix="/jurisdictions", tags=["jurisdictions"])


def _subtree(
    scope: Annotated[str, Query(description="own: the place alone; subtree: all below it too")] = "subtree",
) -> bool:
    """Whether all below a place is asked for. Raises BadRequest."""
    return is_subtree(scope)


Subtree = Annotated[bool, Depends(_subtree)]
Duties = Annotated[
    bool | None,
    Query(description="true: count duties, from scratch if need be; false: never; default: where it costs little"),
]


@router.get("/{ref}/state")
async def of_place(request: Request, asked: Question, ref: str, subtree: Subtree, duties: Duties = None) -> Any:
    """Letters, visits, money, findings, rectifications, designations, exit and duties of a place on a day."""
    if duties:
        asked.asker.require_kinds(EVERY)
    async with place_scene(asked, ref) as scene:
        answer = await state.of_place(scene, ref, subtree=subtree)
        if duties is False:
            return answer
        if not asked.asker.reads(*EVERY) or not are_worked_out(scene, scene.valid_at):
            return {**answer, "duties": None}
        place = answer["jurisdiction"]["id"]
        proven = bool(request.scope.get(PROVEN)) or asked.service.bundled is not None
        board = None if proven else await reading.board_for(scene)
        if board is not None and board.size == scene.known.size:
            counted = await reading.counted(scene, place, ())
        elif duties or (not proven and await _is_small(scene, place, subtree=subtree)):
            counted = await summary.evaluated(scene, place, (), summary.Wanted(), subtree=subtree)
        else:
            return {**answer, "duties": None}
        counts = counted.whole if subtree else counted.parts[0].counts
        return {**answer, "duties": summary.binding(counts, scene.packs)}


async def _is_small(scene: Scene, place: str, *, subtree: bool) -> bool:
    """Whether the duties of a place, with those of all below it or alone, are evaluated in passing."""
    return len(await scene.reader.below(place, scene.valid_at)) <= (FEW if subtree else FEW_BELOW)


@router.get("/{ref}/money")
async def money_of_place(asked: Question, ref: str, subtree: Subtree, page: Paged) -> Any:
    """What came in, was passed on, was paid and is left of a place's money, and every dated step of it."""
    async with place_scene(asked, ref) as scene:
        flows = await money.of_place(scene, ref, subtree=subtree)
        answer = page_of({**flows.head, "items": flows.ids}, page)
        return {**answer, "items": await money.described(scene, flows.members, answer["items"])}

"""`/v1/jurisdictions/{ref}/state` and `/money`: the accountability state of a place, and its money step by step."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from projections.answers import money, state
from service.asking import Question
from service.http.jurisdictions import place_scene
from service.http.paging import Paged, page_of
from service.http.scopes import is_subtree

router = APIRouter(prefix="/jurisdictions", tags=["jurisdictions"])


def _subtree(
    scope: Annotated[str, Query(description="own: the place alone; subtree: all below it too")] = "subtree",
) -> bool:
    """Whether all below a place is asked for. Raises BadRequest."""
    return is_subtree(scope)


Subtree = Annotated[bool, Depends(_subtree)]


@router.get("/{ref}/state")
async def of_place(asked: Question, ref: str, subtree: Subtree) -> Any:
    """Letters, visits, money, findings, rectifications, designations and exit of a place on a day."""
    async with place_scene(asked, ref) as scene:
        return await state.of_place(scene, ref, subtree=subtree)


@router.get("/{ref}/money")
async def money_of_place(asked: Question, ref: str, subtree: Subtree, page: Paged) -> Any:
    """What came in, was passed on, was paid and is left of a place's money, and every dated step of it."""
    async with place_scene(asked, ref) as scene:
        flows = await money.of_place(scene, ref, subtree=subtree)
        answer = page_of({**flows.head, "items": flows.ids}, page)
        return {**answer, "items": await money.described(scene, flows.members, answer["items"])}

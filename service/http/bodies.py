"""`/v1/bodies`: a body, what it bears, its posts and whom it helps."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from projections.answers import bodies
from projections.answers.territory import place_of_body
from service.asking import Question, check_reach, scene_for
from service.finding import BODY

router = APIRouter(prefix="/bodies", tags=["bodies"])


@router.get("/{body_id}")
async def one(asked: Question, body_id: str) -> Any:
    """A body on a day."""
    async with scene_for(asked, BODY, body_id) as scene:
        answer = await bodies.one(scene, body_id)
        await check_reach(asked, scene, await place_of_body(scene.reader, body_id), body_id)
        return answer

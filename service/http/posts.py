"""`/v1/posts`: the holders of a post, its gaps and overlaps, and its timeline."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter

from projections.answers import holders, timeline
from projections.scene import Scene
from service.asking import Asked, Question, check_reach_of, read_days, scene_for
from service.finding import POST
from service.http.jurisdictions import Since, Until
from service.http.paging import Paged, page_of, within_kinds

router = APIRouter(prefix="/posts", tags=["posts"])


@asynccontextmanager
async def _post_scene(asked: Asked, post_id: str) -> AsyncIterator[Scene]:
    async with scene_for(asked, POST, post_id) as scene:
        await check_reach_of(asked, scene, post_id)
        yield scene


@router.get("/{post_id}/holders")
async def of_post(asked: Question, post_id: str, since: Since = None, until: Until = None) -> Any:
    """Who held a post, with what certainty; gaps and overlaps in days."""
    async with _post_scene(asked, post_id) as scene:
        return await holders.holders(scene, post_id, *read_days(since, until))


@router.get("/{post_id}/timeline")
async def post_timeline(asked: Question, post_id: str, page: Paged, since: Since = None, until: Until = None) -> Any:
    """Every interval and dated fact of a post."""
    async with _post_scene(asked, post_id) as scene:
        answer = await timeline.of_post(scene, post_id, *read_days(since, until))
        return page_of(within_kinds(asked, answer), page)

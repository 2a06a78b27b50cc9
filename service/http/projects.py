"""`/v1/projects`: a project with its steps, payments and postings."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from projections.answers import projects
from projections.folds.matter import matter_id
from service.asking import Question, check_reach_of, scene_for
from service.finding import PROJECT

router = APIRouter(prefix="/projects", tags=["projects"])


@router.get("/{project_id}")
async def one(asked: Question, project_id: str) -> Any:
    """A project on a day."""
    matter = matter_id("project", project_id)
    async with scene_for(asked, PROJECT, matter) as scene:
        answer = await projects.one(scene, project_id)
        await check_reach_of(asked, scene, matter)
        return answer

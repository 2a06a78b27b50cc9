"""`/v1/persons`: people, what they answered for, and their timeline."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter

from projections.answers import persons, timeline
from projections.answers.whereabouts import places_of
from projections.folds.matter import matter_id
from projections.scene import Scene
from service.asking import Asked, Question, check_reach, page_size, reaches, read_days, scene_for
from service.finding import PERSON
from service.http.jurisdictions import Since, Until
from service.http.paging import Paged, allowed_of, page_of, search_logs, within_kinds

router = APIRouter(prefix="/persons", tags=["persons"])


@router.get("")
async def search(asked: Question, q: str, limit: int = 100, after: str = "") -> Any:
    """Search people by name, alias or id."""

    async def describe(scene: Scene, ids: list[str]) -> list[dict[str, Any]]:
        told = await persons.found(scene, ids)
        return [await _within_grant(asked, scene, one, "posts") for one in told]

    return await search_logs(asked, "person", q, page_size(limit), after, describe)


@router.get("/{person_id}")
async def one(asked: Question, person_id: str) -> Any:
    """A person and the posts held on a day."""
    async with _person_scene(asked, person_id) as scene:
        return await _within_grant(asked, scene, await persons.one(scene, person_id), "posts")


@router.get("/{person_id}/responsibility")
async def responsibility(asked: Question, person_id: str, page: Paged, since: Since = None, until: Until = None) -> Any:
    """What a person answered for, when, under which article and letter."""
    async with _person_scene(asked, person_id) as scene:
        answer = await persons.answered_for(scene, person_id, *read_days(since, until))
        return page_of(await _within_grant(asked, scene, answer, "items"), page)


@router.get("/{person_id}/timeline")
async def of_person(asked: Question, person_id: str, page: Paged, since: Since = None, until: Until = None) -> Any:
    """Every tenure, letter and pairing of a person."""
    async with _person_scene(asked, person_id) as scene:
        answer = within_kinds(asked, await timeline.of_person(scene, person_id, *read_days(since, until)))
        return page_of(await _within_grant(asked, scene, answer, "items"), page)


@asynccontextmanager
async def _person_scene(asked: Asked, person_id: str) -> AsyncIterator[Scene]:
    """The scene of a person, where the asker's grant reaches them as where persons are listed; auditors read of all."""
    async with scene_for(asked, PERSON, person_id) as scene:
        if not asked.asker.has("auditor") and not await allowed_of(asked, scene, [person_id], "person"):
            await check_reach(asked, scene, None, person_id)
        yield scene


async def _within_grant(asked: Asked, scene: Scene, answer: dict[str, Any], name: str) -> dict[str, Any]:
    """The answer without what lies outside the asker's places, and how much that was."""
    if not asked.asker.grant.jurisdictions:
        return answer
    kept = []
    for item in answer[name]:
        ids = [item[key] for key in ("appointment", "letter", "pairing") if item.get(key)]
        if "stands_at" in item:
            ids.append(matter_id(item["type"], item["id"]))
        places = await places_of(scene.reader, ids)
        if any([await reaches(asked, scene, place) for place in places]):
            kept.append(item)
    return {**answer, name: kept, "withheld": answer.get("withheld", 0) + len(answer[name]) - len(kept)}

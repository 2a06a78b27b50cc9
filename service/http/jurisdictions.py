"""`/v1/jurisdictions`: places, their children, chain, timeline and changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query

from events.clock import stamp
from events.errors import BadRequest
from events.known import read_known_at
from projections.answers import chain, jurisdictions, timeline
from projections.answers.changes import changes, events_behind, sought
from projections.answers.territory import resolve
from projections.folds.registers import REGISTERS
from projections.scene import Scene
from service.asking import (
    Asked,
    Question,
    check_reach,
    page_size,
    read_day,
    read_days,
    scene_for,
    scene_of_log,
)
from service.finding import JURISDICTION
from service.http.answered import answered
from service.http.paging import Paged, page_of, search_logs, visible_logs, within_kinds
from service.http.scopes import is_subtree

MAX_EVENTS = 1000
"""How many events behind a difference are listed; `more_events` says that there are more."""

router = APIRouter(prefix="/jurisdictions", tags=["jurisdictions"])

Since = Annotated[str | None, Query(alias="from", description="first day, YYYY-MM-DD")]
Types = Annotated[str | None, Query(alias="type", description="types of items, separated by commas; default all")]
Until = Annotated[str | None, Query(alias="to", description="day after the last, YYYY-MM-DD")]


@asynccontextmanager
async def place_scene(asked: Asked, ref: str) -> AsyncIterator[Scene]:
    """The scene of a place, where the asker's grant reaches it."""
    async with scene_for(asked, JURISDICTION, ref) as scene:
        if asked.asker.grant.jurisdictions:
            place_id, _ = await resolve(scene.reader, ref, scene.valid_at)
            await check_reach(asked, scene, place_id, ref)
        yield scene


@router.get("")
async def search(asked: Question, q: str | None = None, limit: int = 100, after: str = "") -> Any:
    """Places by name, alias, code or id, with those above them; without `q` the topmost places of each log."""
    size = page_size(limit)
    if q is None:
        return await _topmost(asked, size, after)
    return await search_logs(asked, "jurisdiction", q, size, after, jurisdictions.found)


async def _topmost(asked: Asked, limit: int, after: str) -> dict[str, Any]:
    """The places that stand under none, log by log; a cursor is `log:` and that of the place."""
    from_log, _, start = after.partition(":")
    items: list[dict[str, Any]] = []
    asked_of: list[dict[str, Any]] = []
    onward: str | None = None
    asked, seen = await visible_logs(asked)
    for log_id in seen:
        async with scene_of_log(asked, log_id) as scene:
            asked_of.append(scene.ground())
            if log_id < from_log or onward is not None:
                continue
            passed = start if log_id == from_log else ""
            places = await jurisdictions.topmost(scene, set(asked.asker.grant.jurisdictions))
            page, more = jurisdictions.page_after(places, limit - len(items), passed)
            items += [{**place.brief, "log": log_id} for place in page]
            if more is not None:
                onward = f"{log_id}:{more}"
    return {"items": items, "next": onward, "withheld": 0, "logs": asked_of}


@router.get("/{ref}")
async def one(asked: Question, ref: str) -> Any:
    """Dated attributes and path of a place."""
    async with place_scene(asked, ref) as scene:
        return await jurisdictions.one(scene, ref)


@router.get("/{ref}/children")
async def children(asked: Question, ref: str, limit: int = 100, after: str = "") -> Any:
    """The places directly below one, on a day."""
    async with place_scene(asked, ref) as scene:
        return await jurisdictions.children(scene, ref, page_size(limit), after)


@router.get("/{ref}/responsibility")
async def responsibility(asked: Question, ref: str, *, turns: bool = False) -> Any:
    """The chain of responsibility of a place on a day, as known at an instant; `turns=true` adds its days of change."""
    async with place_scene(asked, ref) as scene:
        answer = await chain.responsibility(scene, ref, turns=turns)
    return answered(answer)


@router.get("/{ref}/timeline")
async def of_place(
    asked: Question,
    ref: str,
    page: Paged,
    since: Since = None,
    until: Until = None,
    types: Types = None,
    scope: str = "own",
) -> Any:
    """Every interval and dated fact of a place; with `scope=subtree` matters and pairings below it."""
    subtree, wanted = is_subtree(scope), read_types(types)
    if subtree and (wanted is None or not wanted <= timeline.BELOW):
        raise BadRequest(
            name="type",
            value=types,
            expected_zh="scope=subtree 时须给出事项类型或 pairing,如 disbursement,exit",
            expected_en="with scope=subtree, pairing or types of matters such as disbursement,exit",
        )
    async with place_scene(asked, ref) as scene:
        first, last = read_days(since, until)
        answer = await timeline.of_jurisdiction(scene, ref, first, last, wanted, subtree=subtree)
        return page_of(within_kinds(asked, answer), page)


def read_types(types: str | None) -> set[str] | None:
    """The types of items asked for, separated by commas; None for all. Raises BadRequest."""
    if types is None:
        return None
    wanted = {name.strip() for name in types.split(",")}
    unknown = sorted(wanted - timeline.TYPES - REGISTERS.keys())
    if unknown:
        raise BadRequest(
            name="type",
            value=unknown[0][:100],
            expected_zh="、".join(sorted(timeline.TYPES | REGISTERS.keys())),
            expected_en=", ".join(sorted(timeline.TYPES | REGISTERS.keys())),
        )
    return wanted


@router.get("/{ref}/changes")
async def changed(
    asked: Question, ref: str, compared_to: str | None = None, compared_valid_at: str | None = None
) -> Any:
    """How the chain differs between two states of knowledge or two days, and by which events."""
    if (compared_to is None) == (compared_valid_at is None):
        raise BadRequest(
            name="compared_to",
            value=compared_to,
            expected_zh="compared_to 或 compared_valid_at 之一",
            expected_en="one of compared_to and compared_valid_at",
        )
    day = read_day("compared_valid_at", compared_valid_at)
    if compared_to is not None:
        asked = replace(asked, compared_to=read_known_at(compared_to, "compared_to"))
    async with scene_for(asked, JURISDICTION, ref) as scene:
        return await _compare(asked, scene, scene.compared or replace(scene, valid_at=day or scene.valid_at), ref)


async def _compare(asked: Asked, one: Scene, other: Scene, ref: str) -> dict[str, Any]:
    """The changes from the earlier to the later of two scenes, with the events behind them."""
    before, after = sorted((one, other), key=lambda scene: (scene.known.size, scene.valid_at))
    meant = await sought(before, after, ref)
    await check_reach(asked, meant.scene, meant.place, ref)
    found = await changes(before, after, meant.place, meant.resolved_by)
    answer, reader = found.answer, after.reader
    first = before.known.size if before.known.size != after.known.size else 0
    positions = await events_behind(reader, found, first, after.known.size, MAX_EVENTS + 1)
    behind = await reader.entries(positions[:MAX_EVENTS])
    facts = await reader.entries({entry.fact_position for entry in behind}) if asked.asker.readable_kinds else []
    kinds = {fact.position: fact.kind for fact in facts}
    shown = [entry for entry in behind if not facts or asked.asker.reads(entry.kind, kinds[entry.fact_position])]
    answer["withheld"] += len(behind) - len(shown)
    answer["more_events"] = len(positions) > MAX_EVENTS
    answer["events"] = [
        {
            "position": entry.position,
            "id": entry.id,
            "type": entry.kind,
            "source": entry.source,
            "recorded_at": stamp(entry.recorded_at),
            "about": entry.fact_position,
        }
        for entry in shown
    ]
    return answer

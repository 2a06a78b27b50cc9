"""Lists over one or several logs: `{"items", "next"}` with a cursor, and the logs they are of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends

from events.errors import BadRequest
from projections.answers.whereabouts import places_of
from projections.scene import Scene
from service.asking import Asked, page_size, reaches, scene_of_log
from service.kinds_told import readable_items
from service.waiting import wait_for

Describe = Callable[[Scene, list[str]], Awaitable[list[dict[str, Any]]]]


async def visible_logs(asked: Asked) -> tuple[Asked, list[str]]:
    """The logs to ask, the one named or all that the asker sees, and the question to ask of each."""
    if asked.log is not None:
        asked.asker.require_log(asked.log)
        return asked, [asked.log]
    async with asked.service.source.look() as view:
        seen = {log.log_id: log.size for log in await view.logs() if asked.asker.sees_log(log.log_id)}
    several = len(seen) > 1
    if several and asked.known_at is not None and asked.known_at.size is not None:
        raise BadRequest(
            name="known_at",
            value=f"@{asked.known_at.size}",
            expected_zh="看得见多个日志时,日志条数须与 log 参数同用",
            expected_en="a size only together with ?log= where several logs are seen",
        )
    bare = asked.wait.get(None, 0)
    if several and bare > max(seen.values()):
        await wait_for(asked.service, max(seen, key=lambda log_id: seen[log_id]), bare)
    # Sorted here: a cursor compares ids as Python does, not as the database's locale does.
    return replace(asked, several=several), sorted(seen)


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    limit: int
    after: str | None


def _page(limit: int = 1000, after: str | None = None) -> Page:
    return Page(page_size(limit), after)


Paged = Annotated[Page, Depends(_page)]


def page_of(answer: dict[str, Any], page: Page) -> dict[str, Any]:
    """One page of an answer's `items`; the cursor is how many were given before. Raises BadRequest."""
    given = page.after or "0"
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise BadRequest(
            name="after", value=given[:60], expected_zh="上一页给出的 next", expected_en="the `next` of a page"
        )
    start, items = int(given), answer["items"]
    end = start + page.limit
    return {**answer, "items": items[start:end], "next": str(end) if end < len(items) else None}


def within_kinds(asked: Asked, answer: dict[str, Any]) -> dict[str, Any]:
    """A timeline without the items that rest on kinds beyond the asker's grant, and how many these were."""
    if not asked.asker.readable_kinds:
        return answer
    kept = readable_items(asked.asker, answer["items"])
    return {**answer, "items": kept, "withheld": answer["withheld"] + len(answer["items"]) - len(kept)}


async def search_logs(
    asked: Asked, projection: str, text: str, limit: int, after: str, describe: Describe
) -> dict[str, Any]:
    """Entities whose name, alias, code or id fits a text, log by log; a cursor is `log:id`."""
    if not text.strip():
        raise BadRequest(name="q", value=text, expected_zh="非空文本", expected_en="a text that is not empty")
    from_log, _, from_id = after.partition(":")
    items: list[dict[str, Any]] = []
    asked_of: list[dict[str, Any]] = []
    withheld, more, last = 0, False, after
    asked, seen = await visible_logs(asked)
    for log_id in seen:
        async with scene_of_log(asked, log_id) as scene:
            asked_of.append(scene.ground())
            if log_id < from_log or more:
                continue
            start = from_id if log_id == from_log else ""
            room = limit - len(items)
            ids = await scene.reader.search(projection, text.strip(), limit=room + 1, after=start)
            more = len(ids) > room
            allowed = [one for one in ids[:room] if await allows(asked, scene, one, projection)]
            withheld += len(ids[:room]) - len(allowed)
            items += [{**item, "log": log_id} for item in await describe(scene, allowed)]
            if more:
                last = f"{log_id}:{ids[room - 1] if room else start}"
    return {"items": items, "next": last if more else None, "withheld": withheld, "logs": asked_of}


async def allows(asked: Asked, scene: Scene, one: str, projection: str) -> bool:
    """Whether the asker's grant reaches an entity: one of its places, or it has none and is a person."""
    if not asked.asker.grant.jurisdictions:
        return True
    ids: Sequence[str] = [one]
    if projection == "person":
        ids = [row.entity_id for row in await scene.reader.by("appointment", "person_id", [one])]
    places = await places_of(scene.reader, ids)
    nowhere = projection == "person" and not places
    return nowhere or any([await reaches(asked, scene, place) for place in places])

"""The events of a chain one after the other, in the order recorded, with the chain before and after each."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from events.clock import day_of, read_stamp
from service.console import stated
from service.console.address import number, ref
from service.console.page import page
from service.console.sides import sides
from service.console.times import Timed, Times
from service.console.visit import NOT_FOUND, Answer, Visit, Visiting

router = APIRouter(include_in_schema=False)

AROUND: Final = 12
"""So many events before and after the one shown are listed beside it."""
SCOPES: Final = ("chain", "own")


@router.get("/jurisdictions/{place}/replay")
async def of_place(visit: Visiting, times: Timed, place: str, position: str = "", scope: str = "chain") -> Response:
    """The event at a position, else the last one known at `known_at`, else the first."""
    now = await visit.ask(f"/jurisdictions/{ref(place)}", valid_at=times.valid_at, log=times.log)
    log, place_id = now["log"]["id"], now["jurisdiction"]["id"]
    asked = {"jurisdiction": place_id, "scope": scope if scope in SCOPES else "chain", "valid_at": now["valid_at"]}
    wanted = number(position)
    earlier, later = await _around(visit, log, wanted, times, asked)
    if not earlier and later:
        earlier = [later.pop(0)]
    common = {
        "place": now["jurisdiction"],
        "scope": asked["scope"],
        "wanted": wanted,
        "now": now,
        "head": now["log"]["size"],
    }
    if not earlier:
        return page(visit, "replay.html", times, now, shown=None, **common)
    shown = earlier[0]
    at: int = shown["position"]
    entry = await visit.ask(f"/logs/{ref(log)}/events/{at}", known_at=f"@{at + 1}")
    day = times.valid_at or _day_of(entry)
    before, after = await asyncio.gather(
        _chain(visit, place_id, day, log, at), _chain(visit, place_id, day, log, at + 1)
    )
    return page(
        visit,
        "replay.html",
        times,
        {**entry, "valid_at": day},
        shown=shown,
        entry=entry,
        story=await stated.story(visit, entry, f"@{at + 1}"),
        day=day,
        sides=sides(before, after, visit.language),
        known=[before is not None, after is not None],
        events=[*reversed(later[:AROUND]), *earlier][::-1],
        before=next((one["position"] for one in earlier[1:]), None),
        after=next((one["position"] for one in later), None),
        **common,
    )


async def _around(
    visit: Visit, log: str, wanted: int | None, times: Times, asked: dict[str, str]
) -> tuple[list[Answer], list[Answer]]:
    """The events up to a position, newest first, and those after it, oldest first."""
    path = f"/logs/{ref(log)}/events"
    if wanted is None and times.known_at is not None:
        wanted = await _last(visit, path, times.known_at, asked)
    if wanted is None:
        first = await visit.ask(path, limit=AROUND + 1, **asked)
        return [], first["items"]
    upto, beyond = await asyncio.gather(
        visit.ask(path, order="desc", after=str(wanted + 1), limit=AROUND, **asked),
        visit.ask(path, after=str(wanted), limit=AROUND, **asked),
    )
    return upto["items"], beyond["items"]


async def _last(visit: Visit, path: str, known_at: str, asked: dict[str, str]) -> int | None:
    """The position of the last event known at a state of knowledge; None where the place was not known then."""
    found = await visit.ask_unless((NOT_FOUND,), path, order="desc", limit=1, known_at=known_at, **asked)
    return found["items"][0]["position"] if found is not None and found["items"] else None


def _day_of(entry: Answer) -> str:
    """The day an event is about, the first it may be; the day of its recording where it names none."""
    if entry["day"] is not None:
        return str(entry["day"]["first"])
    return day_of(read_stamp(entry["recorded_at"])).isoformat()


async def _chain(visit: Visit, place: str, day: str, log: str, size: int) -> dict[str, Any] | None:
    """The chain as known at a size; None where the place was not known then."""
    path = f"/jurisdictions/{ref(place)}/responsibility"
    return await visit.ask_unless((NOT_FOUND,), path, valid_at=day, log=log, known_at=f"@{size}")

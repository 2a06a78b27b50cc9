"""Rectifications: the register with deadlines and days overdue, and each with steps and the days under each holder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from service.console.address import ref, said
from service.console.choosing import logs
from service.console.details import Teller, names_of
from service.console.kinds import catalogue
from service.console.page import page
from service.console.sliding import slid
from service.console.times import Timed, Times
from service.console.visit import Answer, Visit, Visiting

router = APIRouter(include_in_schema=False)

STATUSES: Final = ("open", "overdue", "awaiting_verification", "closed")
EVERY: Final = "all"
LISTED: Final = 50
_FILTERS: Final = ("status", "due_before", "person", "body")


@router.get("/rectifications")
async def of_logs(visit: Visiting, times: Timed) -> Response:
    """The register of one log, or of all within the grant; without any filter what is open."""
    given = _given(visit)
    if not any(given.values()) and times.log is None:
        given["status"] = STATUSES[0]
    return await _register(visit, times, given, None)


@router.get("/jurisdictions/{place}/rectifications")
async def of_place(visit: Visiting, times: Timed, place: str) -> Response:
    """The register of a place with all below it."""
    at = await visit.ask(f"/jurisdictions/{ref(place)}", **times.params)
    return await _register(visit, times, _given(visit), at)


def _given(visit: Visit) -> dict[str, str | None]:
    return {name: said(visit.request, name) for name in _FILTERS}


async def _register(visit: Visit, times: Times, given: dict[str, str | None], at: Answer | None) -> Response:
    status = None if given["status"] == EVERY else given["status"]
    params = {**times.params, "log": times.log if at is None else at["log"]["id"]}
    place = None if at is None else at["jurisdiction"]
    asked = {**given, "status": status, "jurisdiction": None if place is None else place["id"]}
    found: Answer | None = None
    if any(asked.values()) or params["log"] is not None:
        part = {name: said(visit.request, name) for name in ("scope", "after")}
        found = await visit.ask("/rectifications", **params, **asked, **part, limit=LISTED)
    answer = None if found is None else _cited(found)
    return page(
        visit,
        "rectifications.html",
        times,
        answer,
        found=found,
        given=given,
        place=place,
        logs=await logs(visit) if place is None else [],
        statuses=STATUSES,
        every=EVERY,
    )


def _cited(found: Answer) -> Answer:
    """What the foot of the page cites: the log, where the answer is of one; else none, for the page names them all."""
    return {**found, **(found["logs"][0] if len(found["logs"]) == 1 else {})}


@router.get("/rectifications/{rectification}")
async def one(visit: Visiting, times: Timed, rectification: str) -> Response:
    """One rectification: steps, deadlines, days under each holder, and who held the post when, side by side."""
    answer = await visit.ask(f"/rectifications/{ref(rectification)}", **times.params)
    return page(
        visit,
        "rectification.html",
        times,
        answer,
        sliders=await slid(visit, times, answer, _days(answer)),
        teller=Teller(visit.language, await catalogue(visit), names_of(answer)),
        nobody=sum(run["days"] for run in answer["charged"] if run["person"] is None),
    )


def _days(answer: Answer) -> Iterable[str | None]:
    """The days on which something of it begins, ends or falls due."""
    return (
        *(step["on"] for step in answer["steps"]),
        *(deadline["deadline"] for deadline in answer["deadlines"]),
        *(run["from"] for run in answer["charged"]),
    )

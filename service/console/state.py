"""The state of a place on a day: letters, visits, money, findings, rectifications, designation, exit, households."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from service.console.address import ref
from service.console.page import page
from service.console.sliding import slid
from service.console.times import Timed
from service.console.visit import Visiting

router = APIRouter(include_in_schema=False)

SCOPES: Final = ("subtree", "own")
EXITS: Final = {
    "listed": ("在册(贫困)", "on the list"),
    "exited": ("已退出", "exited"),
    "lifted": ("已移出名单", "taken off the list"),
    "none": ("从未列入", "never listed"),
}
"""What the standing of a place as to exit is called."""


@router.get("/jurisdictions/{place}/state")
async def of_place(visit: Visiting, times: Timed, place: str, scope: str = "subtree") -> Response:
    """What is told of a place up to a day, with all below it or of itself alone."""
    wanted = scope if scope in SCOPES else SCOPES[0]
    answer = await visit.ask(f"/jurisdictions/{ref(place)}/state", scope=wanted, **times.params)
    bounds = await slid(visit, times, answer)
    return page(visit, "state.html", times, answer, sliders=bounds, exits=EXITS, scope=wanted)

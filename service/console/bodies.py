"""A body: what it bears, its posts and their holders on a day, and whom it assists."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.console.address import ref
from service.console.instruments import titles
from service.console.page import page
from service.console.sliding import slid
from service.console.times import Timed
from service.console.visit import Visiting

router = APIRouter(include_in_schema=False)


@router.get("/bodies/{body}")
async def of_body(visit: Visiting, times: Timed, body: str) -> Response:
    """A body as the API tells it."""
    answer = await visit.ask(f"/bodies/{ref(body)}", **times.params)
    held = [one for post in answer["posts"] for one in post["holders"]]
    turns = [one[end] for one in (answer["body"], *held) for end in ("from", "until")]
    bounds = await slid(visit, times, answer, turns)
    return page(visit, "body.html", times, answer, sliders=bounds, titles=await titles(visit))

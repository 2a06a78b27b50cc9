"""The chain of a place on a day: five levels from the top down, with sliders for both times."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from events.clock import today
from service.console.page import page
from service.console.times import Timed, sliders
from service.console.visit import Visiting, ref
from service.state import Service

router = APIRouter(include_in_schema=False)


@router.get("/jurisdictions/{place}")
async def of_place(request: Request, visit: Visiting, times: Timed, place: str) -> Response:
    """The chain as the API's `responsibility` tells it."""
    answer = await visit.ask(f"/jurisdictions/{ref(place)}/responsibility", **times.params)
    head = answer["log"]["size"] if times.known_at is None else (await visit.head(answer["log"]["id"]))
    service: Service = request.app.state.service
    bounds = sliders(answer, head, today(service.clock))
    titles = {policy["system"]: policy["title"] for policy in answer["policies"]}
    return page(visit, "chain.html", times, answer, sliders=bounds, titles=titles)

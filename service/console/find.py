"""The front page: places by name, code or tree, people by name, letters by number."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.console.page import page
from service.console.times import Timed
from service.console.visit import Visiting

router = APIRouter(include_in_schema=False)


@router.get("/")
async def front(visit: Visiting, times: Timed, q: str = "") -> Response:
    """Search."""
    wanted = q.strip()
    places = await visit.ask("/jurisdictions", q=wanted, **times.params) if wanted else None
    return page(visit, "find.html", times, q=wanted, places=places)

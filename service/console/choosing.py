"""Which log a page is about: the one named, the only one there is, or a choice."""

from __future__ import annotations

from typing import Final

from starlette.responses import RedirectResponse, Response

from service.console.page import page
from service.console.times import Times
from service.console.visit import Answer, Visit
from service.console.words import Pair

NO_STORE: Final = {"Cache-Control": "no-store"}


async def logs(visit: Visit) -> list[Answer]:
    """The logs within the grant."""
    found: list[Answer] = (await visit.ask("/logs"))["items"]
    return found


async def choose(visit: Visit, times: Times, title: Pair, told: Pair) -> Response:
    """The page that offers the logs, each with this address; straight to it where there is only one."""
    found = await logs(visit)
    if len(found) == 1:
        url = visit.request.url.include_query_params(log=found[0]["id"])
        return RedirectResponse(f"{url.path}?{url.query}", 303, headers=NO_STORE)
    return page(visit, "choose-log.html", times, None, logs=found, title=title, told=told)

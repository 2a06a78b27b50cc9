"""A person: who this is, the posts of a day, and what they answered for, when."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.console.address import ref
from service.console.instruments import titles
from service.console.page import page
from service.console.sliding import slid
from service.console.times import Timed, as_of
from service.console.visit import Visiting

router = APIRouter(include_in_schema=False)

TENURES: Final = 50
"""How many tenures stand on one page."""
From = Annotated[str, Query(alias="from")]


@router.get("/persons/{person}")
async def of_person(
    visit: Visiting, times: Timed, person: str, since: From = "", to: str = "", after: str = ""
) -> Response:
    """A person as the API's two answers tell: the one of a day, the other of all days or of those asked about."""
    answer = await visit.ask(f"/persons/{ref(person)}", **times.params)
    asked = as_of(times, answer)
    whole = f"/persons/{ref(person)}/responsibility"
    borne = await visit.ask(whole, limit=TENURES, after=after, from_=since.strip(), to=to.strip(), **asked)
    names = await titles(visit)
    shown = {"borne": borne, "titles": names, "since": since, "until": to, "after": after}
    turns = [held[end] for held in borne["items"] for end in ("from", "until", "held_by", "gone_by")]
    return page(visit, "person.html", times, answer, sliders=await slid(visit, times, answer, turns), **shown)

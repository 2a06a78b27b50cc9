"""A letter: its sides, who signed it and how that stands, its terms, and what was corrected of it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from service.console.address import ref
from service.console.page import page
from service.console.sliding import slid
from service.console.times import Timed, as_of
from service.console.visit import FORBIDDEN, Answer, Visit, Visiting

router = APIRouter(include_in_schema=False)


@router.get("/letters/{letter}")
async def of_letter(visit: Visiting, times: Timed, letter: str) -> Response:
    """A letter as the API tells it, with the versions of the entry that recorded it where it was corrected."""
    answer = await visit.ask(f"/letters/{ref(letter)}", **times.params)
    found = answer["letter"]
    found["signers"] = signers(found)
    entry = None if found["corrected_by"] is None else await _entry(visit, answer, as_of(times, answer)["known_at"])
    turns = [found[name] for name in ("signed_on", "effective_from", "effective_until")]
    bounds = await slid(visit, times, answer, turns)
    return page(visit, "letter.html", times, answer, sliders=bounds, letter=found, entry=entry)


def signers(letter: Answer) -> list[Answer]:
    """Who signed, in order; of the countersignatures with their days and entries."""
    days = [{"signed_on": letter["signed_on"], "position": letter["position"]}, *letter["countersignatures"]]
    return [
        {**signer, **{name: day[name] for name in ("signed_on", "position")}}
        for signer, day in zip(letter["signers"], days, strict=True)
    ]


async def _entry(visit: Visit, answer: Answer, known_at: str) -> Answer | None:
    """The entry that recorded a letter; None for one who may read answers and no entries."""
    log = ref(answer["log"]["id"])
    path = f"/logs/{log}/events/{answer['letter']['position']}"
    return await visit.ask_unless((FORBIDDEN,), path, known_at=known_at)

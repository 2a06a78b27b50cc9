"""The handover inventory of an appointment, printable for signature, and the event to sign that would record it."""

from __future__ import annotations

from typing import Any, Final

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from service.console.address import ref, said
from service.console.details import Teller, names_of
from service.console.instruments import titles
from service.console.kinds import catalogue
from service.console.naming import named
from service.console.page import HEADERS, page
from service.console.times import Timed, Times, as_of
from service.console.visit import Answer, Visit, Visiting

router = APIRouter(include_in_schema=False)

SOURCE: Final = "urn:zeren:console"
PARTS: Final = ("findings", "rectifications", "payments", "projects", "letters", "pairings", "tasks", "duties")
CHOSEN: Final = {
    "incoming": "incoming_appointment_id",
    "witness": "witness",
    "completed_on": "completed_on",
}
"""Fields of the form to fields of the event."""


@router.get("/handovers/{appointment}")
async def of_appointment(visit: Visiting, times: Timed, appointment: str) -> Response:
    """Everything open under a person at the end of an appointment."""
    answer = await _inventory(visit, times, appointment)
    kinds = await catalogue(visit)
    return page(
        visit,
        "handover.html",
        times,
        answer,
        on=said(visit.request, "on"),
        chosen=_chosen(visit),
        draft=_draft(visit, answer),
        titles=await titles(visit),
        teller=Teller(visit.language, kinds, {**names_of(answer), **await _nameless(visit, times, answer)}),
        many=sum(len(answer[part] or ()) for part in PARTS),
    )


@router.get("/handovers/{appointment}/draft")
async def to_sign(visit: Visiting, times: Timed, appointment: str) -> Response:
    """The event that hands it all over, as a file for `zeren sign event`."""
    answer = await _inventory(visit, times, appointment)
    event = {
        "specversion": "1.0",
        "id": answer["draft"]["data"]["handover_id"],
        "source": SOURCE,
        **_draft(visit, answer),
    }
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="handover.json"'}
    text = orjson.dumps(event, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return Response(text, media_type="application/json", headers=headers)


async def _inventory(visit: Visit, times: Times, appointment: str) -> Answer:
    return await visit.ask(f"/handovers/{ref(appointment)}", **times.params, on=said(visit.request, "on"))


def _chosen(visit: Visit) -> dict[str, str]:
    return {name: said(visit.request, name) or "" for name in CHOSEN}


def _draft(visit: Visit, answer: Answer) -> dict[str, Any]:
    """The event as the API drafts it, with who takes over, the witness and the day that the form names."""
    given = {CHOSEN[name]: value for name, value in _chosen(visit).items() if value}
    return {**answer["draft"], "data": {**answer["draft"]["data"], **given}}


async def _nameless(visit: Visit, times: Times, answer: Answer) -> dict[str, str]:
    """Names of places and bodies that the inventory gives by id alone: scopes, counterparties, who gave a task."""
    ids = {one[name] for one in answer["letters"] for name in ("scope", "counterparty")}
    ids |= {one["assigned_by"] for one in answer["tasks"]}
    wanted = sorted(ids - {None, *names_of(answer)})
    return await named(visit, dict.fromkeys(wanted, ("jurisdiction", "body")), as_of(times, answer))

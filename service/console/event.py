"""One entry of a log: what it states, whether it stands, who signed it, and the proof that it is in the signed log."""

from __future__ import annotations

import base64
import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from service.console import stated
from service.console.address import ref
from service.console.page import HEADERS, page
from service.console.times import Timed
from service.console.visit import FORBIDDEN, NOT_FOUND, Visit, Visiting

router = APIRouter(include_in_schema=False)

_BYTES_A_LINE: Final = 16


@router.get("/logs/{log}/events/{position}")
async def of_entry(
    visit: Visiting, times: Timed, log: str, position: int, bytes_: Annotated[str, Query(alias="bytes")] = ""
) -> Response:
    """The entry as the API tells it, with every version of its fact; `bytes=1` shows its bytes too."""
    answer = await visit.ask(f"/logs/{ref(log)}/events/{position}", known_at=times.known_at)
    story = await stated.story(visit, answer, times.known_at)
    kept = await _kept(visit, log, position)
    later = [one for one in answer["standing"]["versions"] if one["names"] == position]
    return page(
        visit,
        "event.html",
        times,
        {**answer, "valid_at": times.valid_at},
        entry=answer,
        story=story,
        kept=None if kept is None else kept.decode(),
        pretty=None if answer["event"] is None else json.dumps(answer["event"], ensure_ascii=False, indent=2),
        hexed=list(_hexed(kept)) if kept is not None and bytes_ else None,
        later=later,
        of_facts=not stated.of_service(log),
        head=(await visit.ask(f"/logs/{ref(log)}"))["size"],
    )


@router.get("/logs/{log}/events/{position}/responsible")
async def of_its_day(visit: Visiting, times: Timed, log: str, position: int) -> Response:
    """Who was responsible at each dated step of an event."""
    answer = await visit.ask(f"/logs/{ref(log)}/events/{position}/responsible", known_at=times.known_at)
    schema = await stated.schema_of(visit, answer["event"]["about"]["type"])
    titles: dict[str, str | None] = {}
    for name, told in schema.get("properties", {}).items():
        titles |= {name: told.get("title"), name.removesuffix("_on").removesuffix("_at"): told.get("title")}
    return page(visit, "responsible.html", times, answer, steps=answer["steps"], titles=titles)


@router.get("/logs/{log}/events/{position}/kept")
async def bytes_of(visit: Visiting, log: str, position: int) -> Response:
    """The kept bytes as a file; of an entry that was erased its page, which says so. Raises Refused."""
    exhibit = await visit.ask(f"/logs/{ref(log)}/events/{position}/exhibit")
    if exhibit["kept"] is None:
        return RedirectResponse(f"/logs/{ref(log)}/events/{position}", 303)
    named = f'attachment; filename="{ref(log)}-{position}.json"'
    kept = base64.b64decode(exhibit["kept"])
    return Response(kept, headers={**HEADERS, "Content-Disposition": named}, media_type="application/octet-stream")


async def _kept(visit: Visit, log: str, position: int) -> bytes | None:
    """The bytes of an entry as the log keeps them; None of one that was erased."""
    exhibit = await visit.ask_unless((FORBIDDEN, NOT_FOUND), f"/logs/{ref(log)}/events/{position}/exhibit")
    said: str | None = None if exhibit is None else exhibit["kept"]
    return None if said is None else base64.b64decode(said)


def _hexed(raw: bytes) -> Any:
    """Lines of a dump: offset, bytes in hexadecimal, and what is ASCII of them."""
    for start in range(0, len(raw), _BYTES_A_LINE):
        part = raw[start : start + _BYTES_A_LINE]
        plain = "".join(chr(one) if 0x20 <= one < 0x7F else "·" for one in part)
        yield f"{start:08x}  {part.hex(' '):<47}  {plain}"

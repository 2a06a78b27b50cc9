"""Entries with all that their leaves are made of: one for whoever reads it, all for auditors and their mirrors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import StreamingResponse

from events import entries, exhibits, logs
from events.errors import BadRequest, NotFound
from events.logs import ACCESS
from service.asking import LogQuestion
from service.bundle.gathering import item_of
from service.http.selecting import check_readable, entries_asker
from service.intake import NDJSON
from service.state import Service

router = APIRouter(prefix="/logs", tags=["logs"])

CHUNK: Final = 1000


@router.get("/{log}/exhibits")
async def exhibited(
    request: Request, asked: LogQuestion, log: str, first: int = 0, end: int = 2**53
) -> StreamingResponse:
    """The entries at positions [first, end), a line of JSON each, as `entries.ndjson` of a bundle has them."""
    if log != ACCESS:  # only overseers come as far as this with a question of it
        asked.asker.require("auditor")
    asked.asker.require_log(log)
    if first < 0:
        raise BadRequest(name="first", value=first, expected_zh="位置", expected_en="a position")
    service: Service = request.app.state.service
    async with service.engine.connect() as conn:
        size = (await logs.get(conn, log)).size
    return StreamingResponse(_lines(service, log, first, min(end, size)), media_type=NDJSON)


@router.get("/{log}/events/{position}/exhibit")
async def of_entry(request: Request, asked: LogQuestion, log: str, position: int) -> Any:
    """What the leaf of an entry is made of: its kept bytes and salts, as a line of `exhibits` has them."""
    entries_asker(asked).asker.require_log(log)
    service: Service = request.app.state.service
    async with service.engine.connect() as conn:
        size = (await logs.get(conn, log)).size
        entry = await entries.one(conn, log, position) if 0 <= position < size else None
        if entry is None:
            raise NotFound(value=str(position), what_zh="位置", what_en="position")
        kinds = await entries.kinds_at(conn, log, [position, entry.fact_position])
        check_readable(asked, position, entry.credential, *kinds.values())
        (found,) = await exhibits.at(conn, log, [position])
    return item_of(found).model_dump(mode="json")


async def _lines(service: Service, log: str, first: int, end: int) -> AsyncIterator[bytes]:
    for start in range(first, end, CHUNK):
        async with service.engine.connect() as conn:
            found = await exhibits.between(conn, log, start, min(start + CHUNK, end))
        yield b"".join(item_of(one).line() + b"\n" for one in found)

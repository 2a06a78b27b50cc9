"""`/{log}/timestamp/{size}`: the time-stamp response over a checkpoint; public, as checkpoints are."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from events import checkpoints, logs
from events.checkpoint import read_size
from events.errors import LogUnknown, NotPublished
from events.time_token import RESPONSE_TYPE
from service import problems
from service.state import Service

router = APIRouter(tags=["tree"])

IMMUTABLE: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get("/{log}/timestamp/{size}", response_class=Response)
async def timestamp(request: Request, log: str, size: str) -> Response:
    """The RFC 3161 response over the body of the published checkpoint of a size, in DER."""
    service: Service = request.app.state.service
    try:
        async with service.engine.connect() as conn:
            return Response(await _token(conn, log, size), headers=IMMUTABLE, media_type=RESPONSE_TYPE)
    except (LogUnknown, NotPublished) as error:
        lang = problems.language(request.headers.get("accept-language"))
        answer = problems.response(problems.problem(error, lang))
        answer.headers["Cache-Control"] = "no-store"  # it may be there a moment later
        return answer


async def _token(conn: AsyncConnection, log: str, size: str) -> bytes:
    """The response for a size. Raises LogUnknown or NotPublished."""
    await logs.get(conn, log)
    newest = await checkpoints.published_size(conn, log)
    try:
        asked = read_size(size)
    except ValueError:
        asked = -1
    signed = await checkpoints.published_at(conn, log, asked)
    token = None if signed is None else await checkpoints.token(conn, log, asked)
    if token is None:
        raise NotPublished(log=log, size=newest, what=f"timestamp/{size}")
    return token

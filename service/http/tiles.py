"""`/{log}/checkpoint` and `/{log}/tile/...`: the tree of a log as C2SP tlog-tiles has it, for whoever asks.

No credentials, and nothing is recorded: what is served holds salted hashes alone. It ends with the newest
published checkpoint.
"""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from events import checkpoints, logs, tiles
from events.errors import LogUnknown, NotPublished
from service import problems
from service.state import Service

router = APIRouter(tags=["tiles"])

TEXT: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
IMMUTABLE: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
FRESH: Final = {"Cache-Control": "public, max-age=1"}
"""A new checkpoint may come every second."""
QUICK: Final = 1
"""Of gzip: what it leaves is hexadecimal digits, which no level packs better."""


@router.head("/{log}/checkpoint", include_in_schema=False)
@router.get("/{log}/checkpoint", response_class=Response)
async def newest(request: Request, log: str) -> Response:
    """The newest published checkpoint, a signed note with the cosignatures that have come."""
    try:
        async with _reading(request) as conn:
            signed = await _published(conn, log)
    except (LogUnknown, NotPublished) as error:
        return _unkept(problems.response(problems.problem(error, _lang(request))))
    return Response(signed, headers=FRESH, media_type=TEXT)


async def _published(conn: AsyncConnection, log: str) -> str:
    """The newest published checkpoint. Raises LogUnknown or NotPublished."""
    await logs.get(conn, log)
    signed = await checkpoints.published(conn, log)
    if signed is None:
        raise NotPublished(log=log, size=0, what="checkpoint")
    return signed.note


@router.head("/{log}/tile/{path:path}", include_in_schema=False)
@router.get("/{log}/tile/{path:path}", response_class=Response)
async def one(request: Request, log: str, path: str) -> Response:
    """A tile `L/N[.p/W]`, or the bundle `entries/N[.p/W]` of its entries."""
    tile = tiles.read_path(path)
    if tile is None:
        return _unkept(problems.plain(404, _lang(request)))
    try:
        async with _reading(request) as conn:
            content = await _content(conn, log, tile)
    except (LogUnknown, NotPublished) as error:
        return _unkept(problems.response(problems.problem(error, _lang(request))))
    return _bundle(request, content) if tile.entries else Response(content, headers=IMMUTABLE, media_type=BYTES)


async def _content(conn: AsyncConnection, log: str, tile: tiles.Tile) -> bytes:
    """The bytes of a tile that is published. Raises LogUnknown or NotPublished."""
    await logs.get(conn, log)
    size = await checkpoints.published_size(conn, log)
    if not tile.is_within(size):
        raise NotPublished(log=log, size=size, what=f"tile/{tile.path}")
    return await tiles.content(conn, log, tile)


def _bundle(request: Request, content: bytes) -> Response:
    """A bundle of entries, packed for whoever takes it so."""
    headers = {**IMMUTABLE, "Vary": "Accept-Encoding"}
    if _takes_gzip(request.headers.get("accept-encoding", "")):
        content = gzip.compress(content, QUICK, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers=headers, media_type=BYTES)


def _takes_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` names gzip, and not with weight 0."""
    for part in accepted.lower().replace(" ", "").split(","):
        coding, _, weight = part.partition(";q=")
        if coding == "gzip":
            return weight.strip("0.") != "" or not weight
    return False


@asynccontextmanager
async def _reading(request: Request) -> AsyncIterator[AsyncConnection]:
    """A connection without transactions: what is read here never changes."""
    service: Service = request.app.state.service
    async with service.engine.connect() as conn:
        await conn.execution_options(isolation_level="AUTOCOMMIT")
        yield conn


def _lang(request: Request) -> str:
    return problems.language(request.headers.get("accept-language"))


def _unkept(answer: Response) -> Response:
    """An answer that caches do not keep: what is not there may be there soon."""
    answer.headers["Cache-Control"] = "no-store"
    return answer

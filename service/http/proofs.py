"""`/v1/logs/{log}`: the proof that an entry is in a signed tree, and that one size of the log goes on from another."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from events import checkpoints, entries, logs, tiles, tlog_proof
from events.checkpoint import MAX_SIZE, read_size
from events.checkpoints import Signed
from events.errors import BadRequest, NotFound, NotYetPublished
from events.proofs import assemble, consistency_parts, inclusion_parts
from events.tiles import HashesMissing, Leaf
from events.tlog_proof import TlogProof
from service.asking import Asked, LogQuestion
from service.http.selecting import check_readable, entries_asker
from service.state import Service

router = APIRouter(prefix="/logs", tags=["proofs"])

NUMBER: Final[dict[str, Any]] = {"pattern": "^(0|[1-9][0-9]{0,18})$"}
"""Sizes and positions are read strictly, and told as our own problems."""
Size = Annotated[str | None, Query(json_schema_extra=NUMBER)]


@router.get("/{log}/events/{position}/proof", response_class=Response)
async def inclusion(request: Request, asked: LogQuestion, log: str, position: str, size: Size = None) -> Response:
    """tlog-proof@v1 of an entry at the newest published checkpoint, or at that of `size`; `extra` is its leaf."""
    index = _number("position", position)
    wanted = None if size is None else _number("size", size)
    entries_asker(asked).asker.require_log(log)
    service: Service = request.app.state.service
    async with service.engine.connect() as conn:
        await conn.execution_options(isolation_level="AUTOCOMMIT")  # what is read here never changes
        leaf = await _leaf(conn, log, index)
        check_readable(asked, index, leaf.credential, leaf.kind, *await _kind_of_fact(conn, asked, log, index))
        signed = await _checkpoint(conn, log, index, wanted)
        hashes = await assemble(inclusion_parts(index, signed.size), tiles.nodes_of(conn, log, signed.size))
    proof = TlogProof(index, tuple(hashes), signed.note, leaf.record)
    named = f'attachment; filename="{log}-{index}-{signed.size}{tlog_proof.SUFFIX}"'
    return Response(str(proof), headers={"Content-Disposition": named}, media_type=tlog_proof.MEDIA_TYPE)


@router.get("/{log}/consistency")
async def consistency(
    request: Request, asked: LogQuestion, log: str, from_: Annotated[Size, Query(alias="from")] = None, to: Size = None
) -> Any:
    """The consistency proof (RFC 9162 section 2.1.4) between two sizes of a log; `to` is by default its size."""
    asked.asker.require_log(log)
    service: Service = request.app.state.service
    async with service.engine.connect() as conn:
        await conn.execution_options(isolation_level="AUTOCOMMIT")
        size = (await logs.get(conn, log)).size
        end = size if to is None else _number("to", to, size)
        begin = _number("from", from_, end)
        hashes = await assemble(consistency_parts(begin, end), tiles.nodes_of(conn, log, end))
    return {"from": begin, "to": end, "hashes": [base64.b64encode(each).decode() for each in hashes]}


async def _leaf(conn: AsyncConnection, log: str, index: int) -> Leaf:
    """The leaf of an entry. Raises LogUnknown, NotFound, or HashesMissing for one that the log has lost."""
    leaf = await tiles.leaf_at(conn, log, index) if index < MAX_SIZE else None
    if leaf is None:
        if index < (await logs.get(conn, log)).size:
            raise HashesMissing(f"log {log} lacks the entry at position {index}")
        raise NotFound(value=str(index), what_zh="位置", what_en="position")
    return leaf


async def _kind_of_fact(conn: AsyncConnection, asked: Asked, log: str, index: int) -> list[str]:
    """The kind of the fact that an entry is about; looked up for those alone who may read some kinds."""
    entry = await entries.one(conn, log, index) if asked.asker.readable_kinds else None
    return [] if entry is None else list((await entries.kinds_at(conn, log, [entry.fact_position])).values())


async def _checkpoint(conn: AsyncConnection, log: str, index: int, size: int | None) -> Signed:
    """The published checkpoint to prove an entry at. Raises NotYetPublished, or BadRequest for a size asked for."""
    if size is None:
        newest = await checkpoints.published(conn, log)
        if newest is None or index >= newest.size:
            raise NotYetPublished(log=log, position=index, size=0 if newest is None else newest.size)
        return newest
    found = await checkpoints.published_at(conn, log, size) if index < size else None
    if found is None:
        near = [str(each) for each in await checkpoints.published_near(conn, log, max(size, index + 1)) if each > index]
        if not near:
            raise NotYetPublished(log=log, position=index, size=await checkpoints.published_size(conn, log))
        raise BadRequest(
            name="size",
            value=size,
            expected_zh=f"大于 {index} 的已发布检查点的条数,最近的是 {'、'.join(near)}",
            expected_en=f"the size of a published checkpoint above {index}, like {' or '.join(near)}",
        )
    return found


def _number(name: str, text: str | None, most: int | None = None) -> int:
    """A size or position, strictly. Raises BadRequest."""
    try:
        number = read_size(text or "")
    except ValueError:
        number = None
    if number is None or (most is not None and number > most):
        zh, en = ("", "") if most is None else (f",不超过 {most}", f" up to {most}")
        raise BadRequest(
            name=name,
            value=None if text is None else text[:40],
            expected_zh=f"非负整数{zh}",
            expected_en=f"a whole number{en}",
        )
    return number

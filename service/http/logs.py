"""`/v1/logs`: the logs, their size, root and how far they are projected."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from events import checkpoints, logs
from events.clock import stamp
from events.trust import Policy
from projections.runner import Progress, progress
from service.access import asker_of
from service.http.paging import Paged, page_of
from service.intake import check_once
from service.state import Service
from service.verified import runs_of

router = APIRouter(prefix="/logs", tags=["logs"])


class NewLog(BaseModel):
    """What a log is made with."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
    origin: str | None = Field(default=None, max_length=200, pattern=r"^[^\s\x00-\x20\x7f+]+$")


def _described(log: logs.Log, state: Progress, vkeys: Sequence[str]) -> dict[str, Any]:
    return {
        "id": log.log_id,
        "name": log.name,
        "origin": log.origin,
        "state": log.state,
        "clock": log.clock,
        "size": log.size,
        "root": base64.b64encode(log.root).decode(),
        "recorded_at": None if log.recorded_at is None else stamp(log.recorded_at),
        "vkeys": list(vkeys),
        "projected": {"size": state.size, "digest": state.digest.hex(), "stale": sorted(state.failures)},
    }


async def _one(conn: AsyncConnection, log_id: str, policy: Policy) -> dict[str, Any]:
    log = await logs.get(conn, log_id)
    described = _described(log, (await progress(conn, [log_id]))[log_id], await checkpoints.vkeys(conn, log_id))
    return {**described, **await _published(conn, log_id, policy)}


async def _published(conn: AsyncConnection, log_id: str, policy: Policy) -> dict[str, Any]:
    """The newest published checkpoint, and what each witness of the policy cosigned last."""
    newest = await checkpoints.published(conn, log_id)
    witnesses = []
    for name, witness in policy.witnesses.items():
        last = await checkpoints.last_cosigned(conn, log_id, witness.key)
        size, at = (None, None) if last is None else (last[0], stamp(last[1]))
        shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        witnesses.append({"name": shown, "key": witness.key.name, "size": size, "cosigned_at": at})
    if newest is None:
        return {"checkpoint": None, "witnesses": witnesses}
    root = base64.b64encode(newest.root).decode()
    head = {"size": newest.size, "root": root, "signed_at": stamp(newest.signed_at)}
    return {"checkpoint": head, "witnesses": witnesses}


@router.put("/{log}", status_code=201)
async def make(request: Request, log: str, wanted: Annotated[NewLog | None, Body()] = None) -> Response:
    """Make a log: 201, or 200 where it is there already. Its origin never changes; 409 where it is another log's."""
    asker = await asker_of(request)
    asker.require("operator")
    asker.require_log(log)
    service: Service = request.app.state.service
    if raw := await request.body():
        check_once(raw)
    asked = wanted or NewLog()
    async with service.engine.begin() as conn:
        made = await logs.create(conn, log, name=asked.name, origin=asked.origin, clock="live", prefix=service.origins)
        body = await _one(conn, log, service.policy)
    return Response(orjson.dumps(body), 201 if made else 200, media_type="application/json")


@router.get("")
async def every(request: Request, page: Paged, all: bool = False) -> Any:
    """The logs that the asker sees; the service's own too with `all`."""
    asker = await asker_of(request)
    service: Service = request.app.state.service
    async with service.engine.connect() as conn:
        found = [log for log in await logs.every(conn, service=all) if asker.sees_log(log.log_id)]
        state = await progress(conn, [log.log_id for log in found])
        described = [_described(log, state[log.log_id], await checkpoints.vkeys(conn, log.log_id)) for log in found]
    return page_of({"items": described}, page)


@router.get("/{log}")
async def one(request: Request, log: str) -> Any:
    """One log."""
    asker = await asker_of(request)
    asker.require_log(log)
    service: Service = request.app.state.service
    async with service.engine.connect() as conn:
        return await _one(conn, log, service.policy)


@router.get("/{log}/verifications")
async def verifications(request: Request, log: str, page: Paged) -> Any:
    """The runs of `zeren verify LOG` that ended where this service keeps its data, the newest first."""
    asker = await asker_of(request)
    asker.require_log(log)
    service: Service = request.app.state.service
    async with service.engine.connect() as conn:
        await logs.get(conn, log)
    return page_of({"items": await asyncio.to_thread(runs_of, service.verified, log)}, page)

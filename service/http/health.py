"""Health, readiness and figures, outside `/v1`, for those who keep the service running."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from events import logs
from migrations.runner import pending
from projections.runner import progress
from service import problems
from service.access import asker_of
from service.state import Service

router = APIRouter(tags=["health"])

LOOPBACK = ("127.0.0.1", "::1")


@router.get("/healthz")
async def healthz() -> Any:
    """Whether the process runs."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> Any:
    """Whether the database answers and its schema is the newest."""
    service: Service = request.app.state.service
    try:
        behind = await pending(service.engine)
    except (SQLAlchemyError, OSError) as error:
        return problems.plain(503, "en", f"database: {type(error).__name__}")
    if behind is not None:
        return problems.plain(503, "en", f"schema {behind}: run `zeren migrate`")
    return {"status": "ready"}


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Sizes and lags of the logs, in the Prometheus text format; on loopback without credentials."""
    if request.client is None or request.client.host not in LOOPBACK:
        (await asker_of(request)).require("operator")
    service: Service = request.app.state.service
    async with service.engine.connect() as conn:
        every = await logs.every(conn, service=True)
        state = await progress(conn, [log.log_id for log in every])
    lines = ["# HELP zeren_log_size Entries in a log.", "# TYPE zeren_log_size gauge"]
    lines += [f'zeren_log_size{{log="{log.log_id}"}} {log.size}' for log in every]
    lines += ["# HELP zeren_projection_lag Entries not yet projected.", "# TYPE zeren_projection_lag gauge"]
    lines += [
        f'zeren_projection_lag{{log="{log.log_id}"}} {log.size - state[log.log_id].size}'
        for log in every
        if not log.service  # nothing is projected of the service's own
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")

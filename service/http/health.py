"""Health, readiness and figures, outside `/v1`, for those who keep the service running."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from events import checkpoints, logs
from events.database import is_read_only
from migrations.runner import pending
from projections.boards import tables as boards
from projections.runner import progress
from service import problems
from service.access import asker_of
from service.state import Service

router = APIRouter(tags=["health"])

READ_ONLY: Final = "read-only, a standby or made so: nothing is recorded, and no read answered"
LOOPBACK = ("127.0.0.1", "::1")


@router.get("/healthz")
async def healthz() -> Any:
    """Whether the process runs."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> Any:
    """Whether the database answers and takes writes, and its schema is the newest."""
    service: Service = request.app.state.service
    try:
        behind = await pending(service.engine)
        async with service.engine.connect() as conn:
            refuses = await is_read_only(conn)
    except (SQLAlchemyError, OSError) as error:
        return problems.plain(503, "en", f"database: {type(error).__name__}")
    if behind is not None:
        return problems.plain(503, "en", f"schema {behind}")
    if refuses:
        return problems.plain(503, "en", f"database: {READ_ONLY}")
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
        lines = [*await _of_checkpoints(conn, service, every), *await _of_boards(conn, service)]
    lines += ["# HELP zeren_log_size Entries in a log.", "# TYPE zeren_log_size gauge"]
    lines += [f'zeren_log_size{{log="{log.log_id}"}} {log.size}' for log in every]
    lines += ["# HELP zeren_projection_lag Entries not yet projected.", "# TYPE zeren_projection_lag gauge"]
    lines += [
        f'zeren_projection_lag{{log="{log.log_id}"}} {log.size - state[log.log_id].size}'
        for log in every
        if not log.service  # nothing is projected of the service's own
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


async def _of_boards(conn: AsyncConnection, service: Service) -> list[str]:
    """How far the boards of duties are behind their logs."""
    now, lags = service.clock.now(), await boards.lags(conn)
    waited = [0.0 if lag.since is None else (now - lag.since).total_seconds() for lag in lags]
    return [
        "# HELP zeren_board_lag Entries that the board of duties has not taken in yet.",
        "# TYPE zeren_board_lag gauge",
        *(f'zeren_board_lag{{log="{lag.log_id}"}} {lag.entries}' for lag in lags),
        "# HELP zeren_board_lag_seconds Time since the first of these entries was recorded.",
        "# TYPE zeren_board_lag_seconds gauge",
        *(f'zeren_board_lag_seconds{{log="{lag.log_id}"}} {age:.3f}' for lag, age in zip(lags, waited, strict=True)),
    ]


async def _of_checkpoints(conn: AsyncConnection, service: Service, every: Sequence[logs.Log]) -> list[str]:
    """How large and how old the published checkpoints are, and how old the last cosignature of each witness."""
    now = service.clock.now()
    sizes, ages, cosigned = [], [], []
    for log in every:
        of_log = f'log="{log.log_id}"'
        served = await checkpoints.published(conn, log.log_id)
        sizes.append(f"zeren_checkpoint_size{{{of_log}}} {0 if served is None else served.size}")
        if served is None:
            continue
        ages.append(f"zeren_checkpoint_age_seconds{{{of_log}}} {(now - served.signed_at).total_seconds():.3f}")
        for name, witness in service.policy.witnesses.items():
            last = await checkpoints.last_cosigned(conn, log.log_id, witness.key)
            age = "+Inf" if last is None else f"{(now - last[1]).total_seconds():.3f}"
            cosigned.append(f'zeren_cosignature_age_seconds{{{of_log},witness="{_escaped(name)}"}} {age}')
    return [
        "# HELP zeren_log_halted Whether a log takes no entries until an operator decides.",
        "# TYPE zeren_log_halted gauge",
        *(f'zeren_log_halted{{log="{log.log_id}"}} {int(log.state == "halted")}' for log in every),
        "# HELP zeren_checkpoint_size Entries that the published checkpoint covers.",
        "# TYPE zeren_checkpoint_size gauge",
        *sizes,
        "# HELP zeren_checkpoint_age_seconds Time since the published checkpoint was signed.",
        "# TYPE zeren_checkpoint_age_seconds gauge",
        *ages,
        "# HELP zeren_cosignature_age_seconds Time since the last cosignature of a witness came.",
        "# TYPE zeren_cosignature_age_seconds gauge",
        *cosigned,
    ]


def _escaped(name: str) -> str:
    """A name of a policy, which may hold any byte, as the value of a label."""
    plain = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return plain.replace("\\", "\\\\").replace('"', '\\"')

"""`zeren serve` and `zeren demo`: the service, what runs beside it, and what to try first."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import structlog
import typer
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from events.database import open_engine
from events.precedence import Precedence
from migrations.runner import pending
from service import demo as samples
from service import keeping, problems, running
from service.access import OPERATOR_ID
from service.app import make_app
from service.cli.words import DataOption, fail, settings_with, wait
from service.databases import Database, database_of, keep_up
from service.notary import belonging, examining, indexing
from service.notary import running as notary
from service.process import quick_loop, supervise
from service.session import TICKET_MINUTES, Sealer
from service.settings import Settings
from service.wiring import KEY_FILE, NotReadyError, opened

HostOption = Annotated[str, typer.Option("--host", help="address to listen on")]
GRACE_SECONDS = 5
"""How long requests under way, streams among them, may go on once the service is told to end."""
ENDING: Final = "the service is ending; send it again once it is back · 服务正在停止,恢复后请重新发送"
YOUNG_OBJECTS = 50_000
"""How many objects are made before Python looks for cycles among them: some batches of 500 events."""
TURN_SECONDS = 0.001
"""How long a thread that works out duties keeps the interpreter from the event loop at a time."""

log = structlog.get_logger()

PortOption = Annotated[int, typer.Option("--port", min=0, max=65535, help="port to listen on")]


BESIDE: Final = (
    (running.MODULE, 0.0),
    (notary.MODULE, 0.0),
    (indexing.MODULE, 0.0),
    (keeping.MODULE, 5.0),
)
"""The processes beside the service, and after how many seconds each begins: first answers come before boards."""


class Unfinished:
    """Answers 503 for a request that is cancelled unanswered, as uvicorn does once the grace is over: it would say 500.

    It is outermost, and under uvicorn alone, which cancels for no other reason. An answer that has begun is cut off.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except asyncio.CancelledError:
            if begun or scope["type"] != "http":
                raise
            told = {"type": "about:blank", "title": ENDING, "status": 503, "detail": ENDING}
            await problems.response(told)(scope, receive, send)


def serve(host: HostOption = "127.0.0.1", port: PortOption = 8000, data: DataOption = None) -> None:
    """Run the service: the API, its runner, notary, indexer and keeper, and PostgreSQL where none is given."""
    wait(_serve(settings_with(data), host, port, demo=False), quick_loop())


def demo(host: HostOption = "127.0.0.1", port: PortOption = 8000, data: DataOption = None) -> None:
    """Run the service with the sample logs, and say what to open and what to try."""
    wait(_serve(settings_with(data), host, port, demo=True), quick_loop())


async def _serve(settings: Settings, host: str, port: int, *, demo: bool) -> None:
    _check_port(host, port)
    _log_plainly(settings.log_level)
    # Without this SIGTERM would skip what stops the runner and PostgreSQL.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    where = await database_of(settings)
    try:
        await _know_the_notary(where.url, settings.notary_directory)
        if demo:
            await samples.load(where.url, typer.echo, settings.origin_prefix)
        async with opened(settings, database=where) as service:
            _spare_the_collector()
            sys.setswitchinterval(TURN_SECONDS)
            app = make_app(service)
            server = uvicorn.Server(
                uvicorn.Config(
                    Unfinished(app),
                    host=host,
                    port=port,
                    log_level="warning",
                    access_log=False,
                    timeout_graceful_shutdown=GRACE_SECONDS,
                )
            )
            beside = _beside(settings, where, service.precedence, lambda: server.should_exit)
            announced = asyncio.create_task(
                _announce(server, settings, where, app.state.sealer if demo else None, service.operator_key, host, port)
            )
            # uvicorn raises what ended it once more when it is done: by then we are ending.
            for ending in (signal.SIGINT, signal.SIGTERM):
                signal.signal(ending, lambda *_: None)
            try:
                await server.serve()
            finally:
                for task in (*beside, announced):
                    task.cancel()
                for task in (*beside, announced):
                    with contextlib.suppress(asyncio.CancelledError):
                        await task
    except NotReadyError as error:
        fail(str(error))


def _beside(
    settings: Settings, where: Database, first: Precedence, ending: Callable[[], bool]
) -> list[asyncio.Task[None]]:
    """What is kept alive beside the service until cancelled: its processes, and PostgreSQL where we brought it."""
    data = {"ZEREN_DATA": str(settings.data)}
    kept = [supervise(where.url, module, data, first=first, after=seconds, ending=ending) for module, seconds in BESIDE]
    if where.is_embedded:
        kept.append(keep_up(settings.data, ending))
    return [asyncio.create_task(one) for one in kept]


async def _know_the_notary(url: str, directory: Path) -> None:
    """Say where the notary directory is not of this database, or not all of it.

    Raises NotReadyError where nothing in it is: no read could be put on record, and new keys would come among those
    of another database.
    """
    engine = open_engine(url, pool_size=1)
    try:
        if await pending(engine) is not None:
            return
        async with engine.connect() as conn:
            found = await belonging.strangers(conn, directory)
    finally:
        await engine.dispose()
    said = examining.of_this_database(found, directory)
    if not said.ok and all(found.values()):
        raise NotReadyError(said.found)
    if not said.ok:
        log.warning("not all of the notary directory is of this database", found=said.found)


def _spare_the_collector() -> None:
    """Keep the collector of cycles from what lives as long as the process, and from batches under way.

    It would go through all classes and modules again and again, and stop every request for that time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])


def _log_plainly(level: str) -> None:
    """Log lines and tracebacks as text, from `level` on.

    The default prints every frame's variables: slow, and keys among them.
    """
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        fail(f"ZEREN_LOG_LEVEL={level}: expected one of debug, info, warning, error", 2)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(),
    )


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            other = "--host" if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL else "--port"
            fail(f"cannot listen on {host}:{port}: {error.strerror}; choose another with {other}", 2)


async def _announce(
    server: uvicorn.Server,
    settings: Settings,
    where: Database,
    sealer: Sealer | None,
    key: str,
    host: str,
    port: int,
) -> None:
    """Say where the service is, once it listens; with a sealer, for a one-time link, what to try of the demo."""
    while not server.started:  # noqa: ASYNC110  uvicorn offers a flag, not an event
        await asyncio.sleep(0.02)
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}"
    typer.echo(f"Zeren is up: {url}")
    typer.echo(
        f"database: {'embedded PostgreSQL in ' + str(settings.data) if where.is_embedded else 'ZEREN_DATABASE_URL'}"
    )
    kept = "set by ZEREN_OPERATOR_KEY" if settings.operator_key else f"kept in {settings.data / KEY_FILE}"
    typer.echo(f"operator key ({kept}): {key}" if not settings.operator_key else f"operator key: {kept}")
    if sealer is not None:
        _what_to_try(url, sealer.ticket(key, OPERATOR_ID), key, settings.data)


def _what_to_try(url: str, ticket: str, key: str, data: Path) -> None:
    case = samples.first_case()
    place, day, earlier = case["code"], case["valid_at"], case["known_at"]
    where = "" if data == Path(".zeren") else f" --data {data}"
    zeren = ".venv/bin/zeren"
    typer.echo("")
    typer.echo(f"Open   {url}/ticket/{ticket}")
    typer.echo(f"       (signs in once, within {TICKET_MINUTES} minutes; later {url}/ with the operator key)")
    typer.echo("Try, in a second terminal:")
    typer.echo(f"  {zeren} ask {place} --valid-at {day}{where}")
    typer.echo(f"  {zeren} ask {place} --valid-at {day} --known-at {earlier}{where}")
    typer.echo(f"  {zeren} duties {place[:6]} --valid-at 2018-12-31{where}")
    typer.echo(
        f"  curl -s -H 'Authorization: Bearer {key}' "
        f"'{url}/v1/jurisdictions/{place}/changes?valid_at={day}&compared_to={earlier}'"
    )

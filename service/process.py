"""A process beside the service, kept alive by it, told by the environment what to do, ended with it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit

import psutil
import structlog
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from events.precedence import Precedence, heed

T = TypeVar("T")

RETRY_SECONDS: Final = 1.0
NICE: Final = 19
"""Appends and answers come first where the processors are few; where they are idle it costs nothing."""
SESSION_NICE: Final = 10
"""Of a session among sessions: a tenth of the weight of others, so that whoever gives way is not starved by them."""
REFUSED_SECONDS: Final = 0.1
"""Linux lets others than root set it once in so long."""
SESSION_TRIES: Final = 5
URL_VARIABLE: Final = "ZEREN_RUNNER_DATABASE_URL"
PARENT_VARIABLE: Final = "ZEREN_RUNNER_PARENT"
FIRST_VARIABLE: Final = "ZEREN_RUNNER_FIRST"
"""The descriptor by which the parent says when appends come first."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Order:
    """What such a process is told: the database, and whose child it is."""

    url: str
    parent: int

    @property
    def stands(self) -> bool:
        """Whether the parent lives: one that was killed before we began is no longer our parent."""
        return os.getppid() == self.parent


def quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Makes a loop of uvloop where there is one, as uvicorn would: it moves the bytes of a batch at less cost."""
    try:
        import uvloop  # noqa: PLC0415  not for every platform
    except ImportError:
        return None
    return uvloop.new_event_loop


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run what is asynchronous to its end, on a quick loop."""
    with asyncio.Runner(loop_factory=quick_loop()) as runner:
        return runner.run(work)


def begin(nice: int = NICE, *, at_leisure: bool = False) -> Order:
    """Settle a process that was started by `supervise`; the database is told it by the environment alone.

    `at_leisure`: while batches come it does nothing, where they cease within some seconds.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(nice)
    lower_session(os.getpid(), nice)
    if FIRST_VARIABLE in os.environ:
        heed(int(os.environ[FIRST_VARIABLE]), at_leisure=at_leisure)
    return Order(os.environ[URL_VARIABLE], int(os.environ[PARENT_VARIABLE]))


def lower_session(pid: int, nice: int = NICE) -> None:
    """Let the session of a process come after other sessions.

    Where Linux shares the processors among sessions (sched(7), autogroup), niceness counts within one alone, and every
    server process of PostgreSQL is one by itself.
    """
    shares = Path(f"/proc/{pid}/autogroup")
    for _ in range(SESSION_TRIES):
        try:
            shares.write_text(str(min(nice, SESSION_NICE)))
        except BlockingIOError:
            time.sleep(REFUSED_SECONDS)
        except OSError:  # another system, or somebody else's process
            return
        else:
            return


def give_way(engine: AsyncEngine, url: str) -> None:
    """Let the server processes of an engine's connections come last too, where the server is on this machine.

    Only a server behind a Unix socket is: the embedded one, or one of the same host.
    """
    if not parse_qs(urlsplit(url).query).get("host", [""])[0].startswith("/"):
        return

    @event.listens_for(engine.sync_engine, "connect")
    def lower(dbapi_connection: Any, _record: Any) -> None:
        with suppress(psutil.Error, OSError):
            server = psutil.Process(dbapi_connection.driver_connection.get_server_pid())
            if server.name() == "postgres":
                server.nice(NICE)
                lower_session(server.pid)


async def supervise(
    url: str,
    module: str,
    more: Mapping[str, str] | None = None,
    *,
    first: Precedence | None = None,
    after: float = 0,
    ending: Callable[[], bool] = lambda: False,
) -> None:
    """Keep one process alive that runs `main` of a module, from `after` seconds on; end it when cancelled.

    It is not started again once the service is `ending`: a signal to all processes reaches each when it does.
    """
    await asyncio.sleep(after)
    environment = {**os.environ, **(more or {}), URL_VARIABLE: url, PARENT_VARIABLE: str(os.getpid())}
    if first is not None:
        environment[FIRST_VARIABLE] = str(first.fileno())
    while True:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                f"from {module} import main; main()",
                env=environment,
                pass_fds=() if first is None else (first.fileno(),),
                start_new_session=True,
            )
        except OSError as error:  # no memory or process to be had just now, or the interpreter may not be run
            told = "a process beside the service cannot be started and is tried again"
            log.warning(told, module=module, error=str(error))
            await asyncio.sleep(RETRY_SECONDS)
            continue
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        await asyncio.sleep(RETRY_SECONDS)
        if ending():
            return
        log.warning("a process beside the service ended and is started again", module=module, code=code)

"""Where the log is kept: the operator's database, or the embedded server's, brought to the newest schema."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from events.database import open_engine
from migrations.runner import SchemaNewerError, migrate, pending
from service import embedded
from service.process import RETRY_SECONDS
from service.settings import SettingError, Settings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Database:
    """Where the log is kept, and whether we brought the server."""

    url: str
    is_embedded: bool


async def database_of(settings: Settings) -> Database:
    """The operator's database, or the embedded one, started and brought to the newest schema."""
    if settings.database_url is not None:
        return Database(settings.database_url, is_embedded=False)
    url = await embedded.ensure_database(embedded.start(settings.data))
    await bring_up(url)
    return Database(url, is_embedded=True)


async def keep_up(data: Path, ending: Callable[[], bool]) -> None:
    """Start the embedded server again where it ended, while the service is not ending itself; until cancelled."""
    while True:
        await asyncio.sleep(RETRY_SECONDS)
        if embedded.stands(data):
            continue
        # Where all processes are told to end at once, the server may be told before we are.
        await asyncio.sleep(RETRY_SECONDS)
        if ending() or embedded.stands(data):
            continue
        log.warning("PostgreSQL ended and is started again", data=str(data))
        try:
            await asyncio.to_thread(embedded.start, data)
        except OSError as error:
            log.warning("PostgreSQL is not started and is tried again", error=str(error))


async def bring_up(url: str) -> None:
    """Migrate a database to the newest schema, as its owner. Raises SettingError where it is of a newer program."""
    engine = open_engine(url, owner=True, pool_size=1)
    try:
        if await pending(engine) is not None:
            await migrate(engine)
    except SchemaNewerError as error:
        raise SettingError(str(error)) from None
    finally:
        await engine.dispose()

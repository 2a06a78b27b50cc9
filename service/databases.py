"""Where the log is kept: the operator's database, or the embedded server's, brought to the newest schema."""

from __future__ import annotations

from dataclasses import dataclass

from events.database import open_engine
from migrations.runner import migrate, pending
from service import embedded
from service.settings import Settings


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


async def bring_up(url: str) -> None:
    """Migrate a database to the newest schema, as its owner."""
    engine = open_engine(url, owner=True, pool_size=1)
    try:
        if await pending(engine) is not None:
            await migrate(engine)
    finally:
        await engine.dispose()

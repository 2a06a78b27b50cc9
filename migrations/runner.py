"""Brings a database to the newest schema, or says how far it is from it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

_ADVISORY: Final = 0x7A6572656E
SETTINGS: Final = ("SET LOCAL citus.enable_unsafe_triggers = 'on'",)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _upgrade(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY})
    for setting in SETTINGS:
        connection.execute(text(setting))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def migrate(engine: AsyncEngine) -> None:
    """Bring the database to the newest schema, in one transaction."""
    async with engine.begin() as conn:
        await conn.run_sync(_upgrade)


async def pending(engine: AsyncEngine) -> str | None:
    """None where the schema is the newest; else what stands against what is needed."""
    async with engine.connect() as conn:
        current = await conn.run_sync(_revision)
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return None if current == head else f"{current or 'empty'} -> {head}"

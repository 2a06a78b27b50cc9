"""Alembic at work. It is imported where a schema is to be changed, which is rare, and takes a while to import."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

_ADVISORY: Final = 0x7A6572656E
SETTINGS: Final = ("SET LOCAL citus.enable_unsafe_triggers = 'on'",)


def config() -> Config:
    """What Alembic is to know: where the revisions are."""
    told = Config()
    told.set_main_option("script_location", str(Path(__file__).parent))
    return told


def upgrade(connection: Connection) -> None:
    """Bring a database to the newest schema, inside the caller's transaction; one at a time."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY})
    for setting in SETTINGS:
        connection.execute(text(setting))
    told = config()
    told.attributes["connection"] = connection
    command.upgrade(told, "head")

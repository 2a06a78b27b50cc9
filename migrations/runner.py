"""Brings a database to the newest schema, or says how far it is from it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

VERSIONED: Final = text("SELECT to_regclass('alembic_version') IS NOT NULL")
REVISION: Final = text("SELECT version_num FROM alembic_version")


class SchemaNewerError(Exception):
    """The schema is of a newer program, which this one cannot know; the message says of which."""


async def migrate(engine: AsyncEngine) -> None:
    """Bring the database to the newest schema, in one transaction. Raises SchemaNewerError."""
    current = await _current(engine)
    if current is not None and current > newest():
        raise SchemaNewerError(f"the database's schema is {_newer(current)}")
    from migrations.upgrading import upgrade  # noqa: PLC0415  Alembic

    async with engine.begin() as conn:
        await conn.run_sync(upgrade)


async def pending(engine: AsyncEngine) -> str | None:
    """None where the schema is the newest; else what stands against what is needed, and what to do."""
    current, head = await _current(engine), newest()
    if current == head:
        return None
    return (
        _newer(current)
        if current is not None and current > head
        else f"{current or 'empty'} -> {head}: run `zeren migrate`"
    )


async def _current(engine: AsyncEngine) -> str | None:
    async with engine.connect() as conn:
        versioned = (await conn.execute(VERSIONED)).scalar_one()
        return (await conn.execute(REVISION)).scalar_one_or_none() if versioned else None


def _newer(current: str) -> str:
    return f"{current}, newer than the {newest()} of this program: run the program that made it, or a newer one"


def newest() -> str:
    """The newest revision: their files begin with their numbers."""
    return max(file.name.partition("_")[0] for file in (Path(__file__).parent / "versions").glob("[0-9]*_*.py"))

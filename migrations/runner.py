"""Brings a database to the newest schema, or says how far it is from it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

VERSIONED: Final = text("SELECT to_regclass('alembic_version') IS NOT NULL")
REVISION: Final = text("SELECT version_num FROM alembic_version")


async def migrate(engine: AsyncEngine) -> None:
    """Bring the database to the newest schema, in one transaction."""
    from migrations.upgrading import upgrade  # noqa: PLC0415  Alembic

    async with engine.begin() as conn:
        await conn.run_sync(upgrade)


async def pending(engine: AsyncEngine) -> str | None:
    """None where the schema is the newest; else what stands against what is needed."""
    async with engine.connect() as conn:
        versioned = (await conn.execute(VERSIONED)).scalar_one()
        current = (await conn.execute(REVISION)).scalar_one_or_none() if versioned else None
    head = newest()
    return None if current == head else f"{current or 'empty'} -> {head}"


def newest() -> str:
    """The newest revision: their files begin with their numbers."""
    return max(file.name.partition("_")[0] for file in (Path(__file__).parent / "versions").glob("[0-9]*_*.py"))

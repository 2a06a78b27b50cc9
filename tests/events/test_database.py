"""Engines: as the writer unless told otherwise, in UTC, with jsonb as plain values."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.database import WRITER, open_engine

pytestmark = pytest.mark.anyio


async def test_the_writer_and_the_owner(engine: AsyncEngine, database_url: str) -> None:
    """An engine acts as the writer; only an owner's engine acts as the login itself."""
    owner = open_engine(database_url.replace("postgresql://", "postgresql+asyncpg://"), owner=True)
    try:
        async with engine.connect() as conn:
            assert (await conn.execute(text("SELECT current_user"))).scalar_one() == WRITER
        async with owner.connect() as conn:
            assert (await conn.execute(text("SELECT current_user"))).scalar_one() != WRITER
    finally:
        await owner.dispose()


async def test_the_role_outlives_a_rollback(engine: AsyncEngine) -> None:
    """A connection that failed and went back to the pool is still the writer's."""
    for _ in range(3):
        async with engine.connect() as conn:
            assert (await conn.execute(text("SELECT current_user"))).scalar_one() == WRITER
            await conn.rollback()


async def test_times_are_utc(engine: AsyncEngine) -> None:
    """The session's time zone is UTC."""
    async with engine.connect() as conn:
        assert (await conn.execute(text("SHOW timezone"))).scalar_one() == "UTC"


async def test_jsonb_is_read_as_values(engine: AsyncEngine) -> None:
    """jsonb comes back as Python values, and goes in as JSON text."""
    async with engine.connect() as conn:
        read = (
            await conn.execute(text("SELECT CAST(:value AS jsonb)"), {"value": '{"名": [1, null, "x"]}'})
        ).scalar_one()
    assert read == {"名": [1, None, "x"]}

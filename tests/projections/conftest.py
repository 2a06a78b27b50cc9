"""What tests of projections share."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import logs
from projections.runner import catch_up
from tests.service.evidence import LOG, append, history


@pytest.fixture
async def projected(engine: AsyncEngine) -> AsyncEngine:
    """A short log of every kind of entity, projected."""
    async with engine.begin() as conn:
        await logs.create(conn, LOG, name=None, origin=None, clock="live")
    await append(engine, history()[:20])
    await catch_up(engine)
    return engine

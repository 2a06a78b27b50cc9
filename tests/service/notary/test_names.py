"""The notary takes the maps of names of all logs on, and leaves alone what is done."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import name_index
from events.errors import NotAsIndexed
from service.notary import names
from service.notary.names import Names
from service.notary.signing import Desk
from tests.service.notary.conftest import LOG, Grow

pytestmark = pytest.mark.anyio

OTHER = "cn-63"


@pytest.fixture
def extended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The logs that a map was taken on for, as it goes."""
    calls: list[str] = []

    async def extend(engine: AsyncEngine, append: Any, clock: Any, log_id: str, budget: float) -> bool:
        calls.append(log_id)
        return await name_index.extend(engine, append, clock, log_id, budget)

    monkeypatch.setattr(names, "extend", extend)
    return calls


async def test_every_log_that_grew_is_indexed_once(
    engine: AsyncEngine, desk: Desk, grow: Grow, extended: list[str]
) -> None:
    """Each log gets an entry in its companion, none is looked at again until it has grown."""
    await grow("p1", "p2")
    await grow("p1", log_id=OTHER)
    work = Names(desk)
    for _ in range(3):
        await work.extend_all()
    assert extended == [LOG, OTHER]
    assert [len(await name_index.recorded(engine, log_id)) for log_id in (LOG, OTHER)] == [1, 1]
    await grow("p3", log_id=OTHER)
    await work.extend_all()
    await work.extend_all()
    assert extended == [LOG, OTHER, OTHER, OTHER]  # half a minute has not gone by since its last entry
    entry = await name_index.newest(engine, OTHER)
    assert entry is not None
    assert entry.size == 1


async def test_trouble_with_one_log_keeps_no_other_back(
    engine: AsyncEngine, desk: Desk, grow: Grow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one log is not as it was indexed, the others are gone on with."""
    await grow("p1")
    await grow("p1", log_id=OTHER)

    async def extend(engine: AsyncEngine, append: Any, clock: Any, log_id: str, budget: float) -> bool:
        if log_id == LOG:
            raise NotAsIndexed(log=log_id, size=2, why_zh="更小", why_en="it is smaller")
        return await name_index.extend(engine, append, clock, log_id, budget)

    monkeypatch.setattr(names, "extend", extend)
    await Names(desk).extend_all()
    assert [len(await name_index.recorded(engine, log_id)) for log_id in (LOG, OTHER)] == [0, 1]

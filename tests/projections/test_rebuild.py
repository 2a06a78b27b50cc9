"""A rebuild beside live projections that go on: what is held, what is compared, what is left."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from projections import rebuild as rebuilding
from projections.rebuild import START, rebuild
from projections.runner import catch_up, progress
from projections.tables import DROP
from tests.service.evidence import LOG, append, history

pytestmark = pytest.mark.anyio


async def generations(engine: AsyncEngine) -> list[tuple[int, bool, int]]:
    """Each generation of the log, whether it is live, and its size."""
    async with engine.connect() as conn:
        rows = await conn.execute(text("SELECT generation, live, size FROM projection_state ORDER BY generation"))
        return [tuple(row) for row in rows]


async def kept(engine: AsyncEngine) -> set[int]:
    """The generations that have rows or mentions."""
    async with engine.connect() as conn:
        rows = await conn.execute(text("SELECT generation FROM p_person UNION SELECT generation FROM mention"))
        return {row[0] for row in rows}


@pytest.mark.parametrize("step", ["fingerprint", "_drop"])
async def test_the_live_projections_go_on(projected: AsyncEngine, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """While rows are compared, and while old ones are thrown away, the live projections take in what comes."""
    real, rest, seen = getattr(rebuilding, step), history()[20:30], list[int]()

    async def meanwhile(conn: AsyncConnection, log_id: str, generation: int, *more: Any) -> Any:
        done = await real(conn, log_id, generation, *more)
        if generation == 1:
            some = [rest.pop() for _ in range(2)]
            await append(projected, some)
            assert await catch_up(projected) >= len(some)
            async with projected.connect() as other:
                seen.append((await progress(other, [LOG]))[LOG].size)
        return done

    monkeypatch.setattr(rebuilding, step, meanwhile)
    found = await rebuild(projected, LOG)
    assert (found.same, found.size) == (True, 20)
    assert seen
    assert max(seen) > 20
    monkeypatch.undo()
    assert await generations(projected) == [(2, True, max(seen))]
    assert await kept(projected) == {2}
    assert (await rebuild(projected, LOG)).same


async def test_what_a_crash_left_is_thrown_away(projected: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old rows that a rebuild could not throw away any more answer nothing, and the next rebuild does."""

    async def crash(*_: Any) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(rebuilding, "_drop", crash)
    with pytest.raises(ConnectionResetError):
        await rebuild(projected, LOG)
    monkeypatch.undo()
    assert await generations(projected) == [(1, False, 20), (2, True, 20)]
    assert (await rebuild(projected, LOG)).same
    assert await generations(projected) == [(3, True, 20)]
    assert await kept(projected) == {3}


async def test_one_that_was_overtaken_swaps_nothing(projected: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another rebuild began while rows were compared, the first says so; the live rows stay."""
    real = rebuilding.fingerprint

    async def overtaken(conn: AsyncConnection, log_id: str, generation: int, *more: Any) -> str:
        told: str = await real(conn, log_id, generation, *more)
        if generation == 1:
            return told
        async with projected.begin() as another:
            await another.execute(START, {"log_id": LOG})
            for statement in DROP.values():
                await another.execute(statement, {"log_id": LOG, "generation": 2})
        return told

    monkeypatch.setattr(rebuilding, "fingerprint", overtaken)
    with pytest.raises(rebuilding.OvertakenError, match="another rebuild"):
        await rebuild(projected, LOG)
    assert await generations(projected) == [(1, True, 20), (3, False, 0)]
    assert (await rebuild(projected, LOG)).same

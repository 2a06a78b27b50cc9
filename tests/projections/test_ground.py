"""The ground of an answer, in one look, is what the log, its progress and its states of knowledge say one by one."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events import knowledge, logs
from events.errors import LogUnknown
from projections.ground import ground_of
from projections.runner import catch_up, progress
from tests.projections.histories import Json
from tests.projections.test_agreement import new_log

pytestmark = pytest.mark.anyio


def batch(*ids: str) -> list[Json]:
    """Events that register persons."""
    registered = "person.registered"
    return [
        {
            "specversion": "1.0",
            "id": one,
            "source": "urn:x",
            "type": registered,
            "data": {"person_id": one, "name_zh": one},
        }
        for one in ids
    ]


@pytest.mark.parametrize("size", [None, 0, 1, 2, 3, 4])
async def test_the_ground_is_what_is_known_one_by_one(engine: AsyncEngine, size: int | None) -> None:
    """Before any run, at nothing, inside of an append and at its end: log, progress, knowledge and root agree."""
    log = await new_log(engine)
    await log.append(batch("a"))
    await log.append(batch("b", "c", "d"))
    if size is not None:
        await catch_up(engine)
        async with engine.begin() as conn:
            where = {"size": size, "log_id": log.log_id}
            await conn.execute(text("UPDATE projection_state SET size = :size WHERE log_id = :log_id"), where)
    async with engine.connect() as conn:
        here = await ground_of(conn, log.log_id)
        projected = size or 0
        assert here.log == await logs.get(conn, log.log_id)
        assert here.progress == (await progress(conn, [log.log_id]))[log.log_id]
        assert here.known == await knowledge.resolve(conn, log.log_id, None, projected=projected, clock="live")
        assert here.root == await knowledge.root_at(conn, log.log_id, projected)


async def test_a_log_that_is_not_there_has_no_ground(engine: AsyncEngine) -> None:
    """A log that nobody made is unknown."""
    async with engine.connect() as conn:
        with pytest.raises(LogUnknown):
            await ground_of(conn, "cn-99")


async def test_plans_are_kept_for_the_transaction_alone(engine: AsyncEngine) -> None:
    """Within the transaction plans are kept and use indexes; the next one on the connection plans as before."""
    log = await new_log(engine)
    asked = text("SELECT current_setting('plan_cache_mode') AS kept, current_setting('enable_seqscan') AS scans")
    async with engine.connect() as conn:
        await ground_of(conn, log.log_id)
        within = (await conn.execute(asked)).one()
        await conn.rollback()
        after = (await conn.execute(asked)).one()
    assert tuple(within) == ("force_generic_plan", "off")
    assert tuple(after) == ("force_custom_plan", "on")

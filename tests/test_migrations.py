"""How far a schema is from the newest one, told without Alembic, is what Alembic has."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from events import logs
from events.database import open_engine
from events.errors import OriginTaken
from migrations.runner import migrate, newest, pending
from migrations.upgrading import config

pytestmark = pytest.mark.anyio

LOG = {"name": None, "clock": "live"}


def test_the_newest_revision_is_the_head_of_alembic() -> None:
    """The files are numbered as Alembic goes through them."""
    assert newest() == ScriptDirectory.from_config(config()).get_current_head()


async def test_a_migrated_database_is_the_newest_until_it_is_not(database_url: str) -> None:
    """A schema that is older, and one that is not there, are told with what is needed."""
    owner = open_engine(database_url, owner=True, pool_size=1)
    try:
        assert await pending(owner) is None
        async with owner.begin() as conn:
            await conn.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        assert await pending(owner) == f"0001 -> {newest()}"
        async with owner.begin() as conn:
            await conn.execute(text("DROP TABLE alembic_version"))
        assert await pending(owner) == f"empty -> {newest()}"
    finally:
        await owner.dispose()


async def test_logs_that_share_an_origin_keep_it(database_url: str) -> None:
    """Where logs were made before origins were kept apart, the oldest has its own; no further log takes it."""
    owner = open_engine(database_url, owner=True, pool_size=1)
    origins = {"cn-62": "a.example/one", "cn-62.index": "zeren.example/cn-62.index", "cn-63": "a.example/one"}
    try:
        async with owner.begin() as conn:
            await conn.execute(text("DROP TABLE log_origin"))
            for log_id, origin in origins.items():
                service = log_id.endswith(".index")
                await conn.execute(logs.INSERT, {**LOG, "log_id": log_id, "origin": origin, "service": service})
            await conn.execute(text("UPDATE alembic_version SET version_num = '0007'"))
        await migrate(owner)
        async with owner.connect() as conn:
            found = {log.log_id: log.origin for log in await logs.every(conn, service=True)}
            named = {row.origin: row.log_id for row in await conn.execute(text("SELECT * FROM log_origin"))}
        assert found == origins
        assert named == {
            "a.example/one": "cn-62",
            "a.example/one.index": "cn-62.index",
            "zeren.example/cn-62.index": "cn-62.index",
        }
        async with owner.begin() as conn:
            with pytest.raises(OriginTaken):
                await logs.create(conn, "cn-64", name=None, origin="a.example/one", clock="live")
        async with owner.begin() as conn:
            assert await logs.create_service(conn, "cn-63.index")
    finally:
        await owner.dispose()

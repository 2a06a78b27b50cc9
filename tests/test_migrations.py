"""How far a schema is from the newest one, told without Alembic, is what Alembic has."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from events import logs
from events.database import open_engine
from events.errors import OriginTaken
from migrations.runner import SchemaNewerError, migrate, newest, pending
from migrations.upgrading import config
from service.databases import bring_up
from service.settings import SettingError

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
        assert await pending(owner) == f"0001 -> {newest()}: run `zeren migrate`"
        async with owner.begin() as conn:
            await conn.execute(text("DROP TABLE alembic_version"))
        assert await pending(owner) == f"empty -> {newest()}: run `zeren migrate`"
    finally:
        await owner.dispose()


async def test_a_schema_of_a_newer_program_is_left_as_it_is(database_url: str) -> None:
    """It is told as newer, by what looks and by what would migrate; nothing says to migrate it."""
    owner = open_engine(database_url, owner=True, pool_size=1)
    try:
        async with owner.begin() as conn:
            await conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        told = await pending(owner)
        assert told is not None
        assert ("newer" in told, "migrate" in told) == (True, False)
        with pytest.raises(SchemaNewerError, match="9999"):
            await migrate(owner)
        with pytest.raises(SettingError, match="9999"):
            await bring_up(database_url)
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

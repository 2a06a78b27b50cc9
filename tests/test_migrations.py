"""How far a schema is from the newest one, told without Alembic, is what Alembic has."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from events.database import open_engine
from migrations.runner import newest, pending
from migrations.upgrading import config

pytestmark = pytest.mark.anyio


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

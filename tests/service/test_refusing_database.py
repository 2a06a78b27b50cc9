"""A database that is there and refuses: what passes by itself is 503, and is said by those who are asked first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from events.appender import Appender
from events.credentials import OPERATOR
from events.database import open_engine
from service.app import make_app
from service.state import Service
from tests.service.conftest import OPERATOR_KEY
from tests.service.test_walk import TREE, posted

pytestmark = pytest.mark.anyio

EVENTS = "/v1/logs/cn-62/events"
ONE = {"Content-Type": "application/cloudevents+json"}


@asynccontextmanager
async def told(service: Service, url: str, setting: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service whose new connections have a setting of the database."""
    async with service.engine.begin() as conn:
        name = (await conn.execute(text("SELECT current_database()"))).scalar_one()
    owner, engine = open_engine(url, owner=True), open_engine(url)
    async with owner.begin() as conn:
        await conn.exec_driver_sql(f'ALTER DATABASE "{name}" SET {setting}')
    appender = Appender(engine, service.clock)
    refusing = Service(engine, appender, service.clock, service.packs, OPERATOR_KEY, OPERATOR)
    transport = httpx.ASGITransport(make_app(refusing), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {OPERATOR_KEY}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers) as client:
        yield client
    await appender.close()
    await engine.dispose()
    await owner.dispose()


async def test_a_read_only_database(client: httpx.AsyncClient, service: Service, database_url: str) -> None:
    """Whatever would write is 503, to be sent again, and the service is not ready; nothing is called a bug."""
    await posted(client, *TREE)
    async with told(service, database_url, "default_transaction_read_only = on") as refused:
        assert (await client.get("/readyz")).status_code == 200
        ready = await refused.get("/readyz")
        assert (ready.status_code, "read-only" in ready.json()["detail"]) == (503, True)
        for answer in (
            await refused.post(EVENTS, json={**TREE[0], "id": "new"}, headers=ONE),
            await refused.put("/v1/logs/cn-63"),
            await refused.post("/v1/keys", json={"name": "somebody", "roles": ["recorder"]}),
            await refused.get("/v1/jurisdictions/c"),
        ):  # fmt: skip
            assert answer.status_code == 503, answer.text


async def test_a_lock_that_is_not_had_in_time(
    client: httpx.AsyncClient, service: Service, engine: AsyncEngine, database_url: str
) -> None:
    """With a `lock_timeout` of the operator's, an append that waits for its log too long is to be sent again."""
    await posted(client, *TREE)
    async with told(service, database_url, "lock_timeout = '100ms'") as hurried:
        new = {**TREE[0], "id": "new"}
        async with engine.begin() as conn:
            await conn.execute(text("SELECT FROM log WHERE log_id = 'cn-62' FOR UPDATE"))
            assert (await hurried.post(EVENTS, json=new, headers=ONE)).status_code == 503
        assert (await hurried.post(EVENTS, json=new, headers=ONE)).status_code == 201

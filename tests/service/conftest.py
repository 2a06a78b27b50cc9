"""A wired application on this test's database, spoken to over ASGI."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events.appender import Appender
from events.clock import SystemClock
from events.credentials import OPERATOR
from projections.policies.pack import load_all
from service.app import make_app
from service.bundle import making
from service.state import Service
from tests.patience import HANG_SECONDS
from tests.service.servers import KEY, Served

OPERATOR_KEY = "operator-key-of-the-tests-0123456789"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service in this process waits for its notary as long as a slow machine needs."""
    monkeypatch.setattr(making, "WAIT_SECONDS", HANG_SECONDS)


@pytest.fixture
def service(engine: AsyncEngine) -> Service:
    """A service that takes its own projections forward."""
    clock = SystemClock()
    return Service(engine, Appender(engine, clock), clock, load_all(), OPERATOR_KEY, OPERATOR, local_runner=True)


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the operator's key."""
    transport = httpx.ASGITransport(make_app(service), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {OPERATOR_KEY}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers) as opened:
        yield opened
    await service.appender.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server on an embedded PostgreSQL of this test's own, started."""
    server = Served(tmp_path / "data", ZEREN_OPERATOR_KEY=KEY)
    try:
        server.start()
        yield server
    finally:
        server.close()

"""Clients with keys of narrow grants, over the service of a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from events import credentials
from events.credentials import Grant
from service.app import make_app
from service.state import Service


@asynccontextmanager
async def granted(service: Service, *roles: str, **limits: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a new key of these roles and limits."""
    async with service.engine.begin() as conn:
        _, key = await credentials.make(conn, "test", Grant(roles=roles, **limits))
    transport = httpx.ASGITransport(make_app(service), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}", "Accept-Language": "en"}
    async with httpx.AsyncClient(transport=transport, base_url="http://zeren.test", headers=headers) as opened:
        yield opened

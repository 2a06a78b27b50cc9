"""The API documentation on the console."""

from __future__ import annotations

import re

import httpx
import pytest

from service.state import Service
from tests.service.console.visitors import read, visitor

pytestmark = pytest.mark.anyio


async def test_the_documentation_loads_from_this_host_alone(client: httpx.AsyncClient, service: Service) -> None:
    """Every script and style of the page is served here, and the policy allows nothing inline."""
    async with visitor(service) as opened:
        answer = await opened.get("/docs")
        assert "unsafe" not in answer.headers["content-security-policy"]
        loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text)
        assert any("swagger-ui" in path and path.endswith(".js") for path in loaded)
        for path in loaded:
            assert (await opened.get(path)).status_code == 200, path
        assert "Every call of the HTTP API" in (await read(opened, "/docs", lang="en")).text
    assert (await client.get("/openapi.json")).status_code == 200


async def test_the_documentation_is_for_those_who_signed_in(client: httpx.AsyncClient) -> None:
    """Nobody is sent to sign in, and back."""
    answer = await client.get("/docs", headers={"Authorization": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fdocs")

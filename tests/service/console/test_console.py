"""The console put together: every page answers one who asks for its headers alone as one who reads it."""

from __future__ import annotations

import httpx
import pytest

from service.app import make_app
from service.console import assets
from service.state import Service
from tests.service.conftest import OPERATOR_KEY
from tests.service.console.visitors import visitor
from tests.service.test_walk import TREE, posted

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "path", ["/jurisdictions/c?valid_at=2018-03-05", "/jurisdictions/none", "/", "/duties", "/keys"]
)
async def test_a_page_has_the_same_headers_to_one_who_looks_at_them_alone(
    client: httpx.AsyncClient, service: Service, path: str
) -> None:
    """HEAD has the status, type and policy of GET, of pages that are there and of those that are not."""
    await posted(client, *TREE)
    async with visitor(service) as user:
        asked = {"Accept": "text/html"}
        got, head = await user.get(path, headers=asked), await user.head(path, headers=asked)
        for name in ("content-type", "content-security-policy", "cache-control"):
            assert head.headers.get(name) == got.headers.get(name), name
        assert head.status_code == got.status_code


async def test_files_are_told_without_being_sent(client: httpx.AsyncClient) -> None:
    """A script answers HEAD with its length."""
    head = await client.head(assets.url("frame.js"))
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == (assets.STATIC / "frame.js").stat().st_size


async def test_who_is_not_signed_in_is_sent_to_the_same_form(client: httpx.AsyncClient) -> None:
    """HEAD on a page that needs a key leads where GET does."""
    got, head = await client.get("/duties?period=2018"), await client.head("/duties?period=2018")
    assert (head.status_code, head.headers["location"]) == (got.status_code, got.headers["location"])


async def test_a_ticket_is_not_used_up_by_a_look(service: Service) -> None:
    """A one-time link survives HEAD, which programs send that show where a link leads."""
    app = make_app(service)
    ticket = app.state.sealer.ticket(OPERATOR_KEY, "operator")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://zeren.test") as user:
        assert (await user.head(f"/ticket/{ticket}")).status_code == 405
        assert (await user.get(f"/ticket/{ticket}")).status_code == 303

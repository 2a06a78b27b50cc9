"""The state of a place as a page."""

from __future__ import annotations

import httpx
import pytest

from service.state import Service
from tests.service.console.visitors import read, visitor
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

STATE = "/jurisdictions/p/state"
DAY = "2018-03-05"


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The small tree of cn-62 with money passed on to the county and a visit there."""
    await posted(
        client,
        *TREE,
        event(
            "7", "funds.allocated", allocation_id="f", recipient_id="c", amount="1250000.00", allocated_on="2018-01-10"
        ),
        event("8", "visit.made", visit_id="w", visitor=[{"person_id": "x"}], place_id="c", started_on="2018-02-01"),
    )
    return client


async def test_figures_of_the_scope(filled: httpx.AsyncClient, service: Service) -> None:
    """Letters, money and the rest with all below, or of the place alone, as of the day."""
    async with visitor(service) as browser:
        whole = await read(browser, STATE, valid_at=DAY, known_at="@8")
        own = await read(browser, STATE, valid_at=DAY, known_at="@8", scope="own")
        earlier = await read(browser, STATE, valid_at="2018-01-09", known_at="@8")
    assert "当日有效 1" in whole.text
    assert "下达(收到) 1,250,000.00" in whole.text
    assert "下达(收到) 0.00" in own.text
    assert "下达(收到) 0.00" in earlier.text
    assert "状态 从未列入" in whole.text
    assert "次数 1" in whole.text
    assert "最近一次 2018-02-01" in whole.text


async def test_a_wrong_scope_is_the_whole(filled: httpx.AsyncClient, service: Service) -> None:
    """A scope that is none of the two shows all below the place; the page in English says so."""
    async with visitor(service) as browser:
        page = await read(browser, STATE, valid_at=DAY, known_at="@8", scope="x", lang="en")
    assert "allocated to it 1,250,000.00" in page.text
    assert "never listed" in page.text

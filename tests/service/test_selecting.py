"""Entries from the newest back, of a whole chain, and found by the map of names as by reading all of them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from events import name_index, name_tables
from service.http import selecting
from service.state import Service
from tests.service.test_events_read import LATER, URL
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

LOG = "cn-62"
BELOW = [
    event("20", "jurisdiction.registered", jurisdiction_id="t", code="621223100", name_zh="示例镇", level="township",
          parent_id="c", effective_from="2018-01-01"),
    event("21", "post.established", post_id="ts", title_zh="镇党委书记", jurisdiction_id="t"),
    event("22", "jurisdiction.registered", jurisdiction_id="other", code="621200", name_zh="另一市", level="city",
          parent_id="p"),
]  # fmt: skip


@pytest.fixture
async def reader(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of a log of fourteen entries: a county with what corrects it, a township below, a city beside."""
    await posted(client, *TREE)
    for late in LATER:
        await posted(client, late)
    await posted(client, *BELOW)
    return client


async def page(client: httpx.AsyncClient, **query: Any) -> tuple[list[int], str | None]:
    """The positions of one page, and its cursor."""
    answer = await client.get(URL, params=query)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return [entry["position"] for entry in body["items"]], body["next"]


async def test_backward_is_forward_turned_round(reader: httpx.AsyncClient) -> None:
    """With `order=desc` the pages of any size, put together, are the same entries in the opposite order."""
    for query in ({}, {"type": "record.annulled,person.registered"}, {"person": "x"}, {"jurisdiction": "c"}):
        forward, _ = await page(reader, **query)
        for limit in (1, 3, 1000):
            seen: list[int] = []
            after: str | None = ""
            while after is not None:
                found, after = await page(
                    reader, order="desc", limit=limit, **query, **({"after": after} if after else {})
                )
                seen += found
            assert seen == forward[::-1], (query, limit)
    assert await page(reader, order="desc", known_at="@5", limit=2) == ([4, 3], "3")
    assert (await reader.get(URL, params={"order": "backward"})).status_code == 422
    lines = await reader.get(URL, params={"order": "desc"}, headers={"Accept": "application/x-ndjson"})
    assert lines.status_code == 422


async def test_a_chain_takes_in_what_is_above(reader: httpx.AsyncClient) -> None:
    """`scope=chain` keeps what is about any place of the path on the day, not of those beside it."""
    own, _ = await page(reader, jurisdiction="t")
    whole, _ = await page(reader, jurisdiction="t", scope="chain", valid_at="2018-06-01")
    assert own == [11, 12]
    assert whole == [0, 1, 2, 4, 5, 7, 8, 10, 11, 12, 13]  # 13 names the province as its parent
    assert await page(reader, jurisdiction="t", scope="chain", valid_at="2017-06-01") == (own, None)
    assert (await reader.get(URL, params={"jurisdiction": "t", "scope": "subtree"})).status_code == 422


@pytest.mark.parametrize("covered", [0, 6, 14])
async def test_the_map_of_names_changes_no_answer(
    reader: httpx.AsyncClient, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, covered: int
) -> None:
    """However far the map goes, in runs of any length, the entries found are those that a full reading finds."""
    queries: list[dict[str, Any]] = [
        {"jurisdiction": "c"}, {"jurisdiction": "62"}, {"person": "x"}, {"person": "nobody"},
        {"person": "x", "type": "record.annulled"}, {"person": "x", "jurisdiction": "c"},
        {"jurisdiction": "t", "scope": "chain"}, {"jurisdiction": "c", "known_at": "@8"},
    ]  # fmt: skip
    read = [await page(reader, **query) for query in queries]
    async with engine.begin() as conn:
        before = await name_tables.lock(conn, LOG)
        assert before is not None
        if covered:
            await name_tables.extend(conn, LOG, before, covered)
        assert (await name_tables.state(conn, LOG)).size == covered
    for many in (2, 500):
        monkeypatch.setattr(selecting, "CHUNK", many)
        assert [await page(reader, **query) for query in queries] == read
        for query, (positions, _) in zip(queries, read, strict=True):
            assert (await page(reader, order="desc", **query))[0] == positions[::-1], query


async def test_what_the_map_covers_is_not_read(
    reader: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the map covers the log, entries that name something else are not even looked at."""
    await name_index.ensure(service.engine, service.appender.append, LOG, 14)
    looked: list[int] = []
    passes = selecting.Filter.passes

    def noted(self: selecting.Filter, entry: Any, versions: Any = None) -> bool:
        looked.append(entry.position)
        return passes(self, entry, versions)

    monkeypatch.setattr(selecting.Filter, "passes", noted)
    assert (await page(reader, jurisdiction="other"))[0] == [13]
    assert looked == [13]


async def test_the_day_an_entry_is_about(reader: httpx.AsyncClient) -> None:
    """One entry says which day it is about, as stated and between which days; an annulment that of its fact."""
    days = [(await reader.get(f"{URL}/{position}")).json()["day"] for position in (0, 4, 7, 5, 11)]
    august = {"on": "2016-08", "first": "2016-08-01", "last": "2016-08-31"}
    assert days[:3] == [None, august, august]
    assert days[3]["on"] == "2017-04-20"
    assert days[4] == {"on": "2018-01-01", "first": "2018-01-01", "last": "2018-01-01"}

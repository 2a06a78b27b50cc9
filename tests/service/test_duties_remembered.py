"""The pages of an answer are told from one evaluation, which what is recorded or erased after it never outlives."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from events.erasing import Order
from projections.answers import duties
from projections.duties.dossier import Dossier
from projections.duties.gathering import dossier_of
from projections.rows import Reader
from service.state import Service
from tests.service.test_duties_live import AUDIT, COUNTY, LATE, answer, audits
from tests.service.test_erasing import erase
from tests.service.test_walk import event, posted

pytestmark = pytest.mark.anyio

LOG = "cn-62"
PERSON = event("x", "person.registered", person_id="X", name_zh="被遗忘者")


@pytest.fixture
def gathered() -> Iterator[list[object]]:
    """The places of which a dossier was gathered so far."""
    found: list[object] = []

    async def noting(reader: Reader, places: Collection[str], day: str, **more: Any) -> Dossier:
        found.append(places)
        return await dossier_of(reader, places, day, **more)

    with patch.object(duties, "dossier_of", noting):
        yield found


async def test_pages_are_told_from_one_evaluation(client: httpx.AsyncClient, gathered: list[object]) -> None:
    """Pages, their statuses alone and the same question again take one evaluation; another day takes another."""
    await posted(client, *COUNTY)
    every = await answer(client, valid_at="2018-12-31")
    items, after = [], "0"
    while after is not None:
        page = await answer(client, valid_at="2018-12-31", limit=7, after=after)
        items += page["items"]
        after = page["next"]
    assert items == every["items"]
    assert len(items) > 14
    gaps = await answer(client, valid_at="2018-12-31", status="gap")
    assert gaps["items"] == [one for one in items if one["status"] == "gap"]
    assert len(gathered) == 1
    await answer(client, valid_at="2018-12-30")
    assert len(gathered) == 2
    ruled = await answer(client, valid_at="2018-12-31", rule=AUDIT)
    assert ruled["items"] == [one for one in items if one["rule"] == AUDIT]


async def test_pages_of_a_person_are_told_from_one_evaluation(
    client: httpx.AsyncClient, gathered: list[object]
) -> None:
    """Its pages, those of who held the post after, and the duties of the place alone; a body takes one of its own."""
    await posted(client, *COUNTY)
    of_x = await answer(client, person="X", valid_at="2018-12-31")
    items, after = [], "0"
    while after is not None:
        page = await answer(client, person="X", valid_at="2018-12-31", limit=5, after=after)
        items += page["items"]
        after = page["next"]
    assert items == of_x["items"]
    assert len(items) > 10
    of_y = await answer(client, person="Y", valid_at="2018-12-31")
    own = {one["duty"] for one in (await answer(client, valid_at="2018-12-31", scope="own"))["items"]}
    assert own > {one["duty"] for one in of_y["items"]} > set()
    assert len(gathered) == 1
    for _ in range(2):
        assert (await answer(client, body="gov", valid_at="2018-12-31"))["total"] > 0
    assert len(gathered) == 2


async def test_what_is_recorded_later_is_told(client: httpx.AsyncClient, gathered: list[object]) -> None:
    """An entry more is another state of knowledge: it is evaluated anew, and the state before stays as it was."""
    await posted(client, *COUNTY)
    before = await audits(client, "2020-06-01")
    size = (await answer(client, valid_at="2020-06-01", rule=AUDIT))["log"]["size"]
    assert before["2018"]["status"] == "overdue"
    await posted(client, *LATE)
    after = await audits(client, "2020-06-01")
    assert "2018" not in after  # made up for: asked about a day, windows that were met are left out
    assert await audits(client, "2020-06-01", known_at=f"@{size}") == before
    assert len(gathered) == 2


async def test_what_was_erased_is_not_told(
    client: httpx.AsyncClient, service: Service, database_url: str, gathered: list[object]
) -> None:
    """A name that was told a moment ago is told no more once it is erased, at whatever size of the log."""
    await posted(client, *COUNTY, PERSON)
    url, asked = "/v1/duties", {"jurisdiction": "c", "valid_at": "2018-03-01"}
    told = (await client.get(url, params=asked)).text
    assert "被遗忘者" in told
    assert (await client.get(url, params=asked)).text == told
    assert len(gathered) == 1
    size = (await client.get(url, params=asked)).json()["log"]["size"]
    await erase(service, database_url, Order(LOG, len(COUNTY), "某决定", None, "2026-03-05"))
    for known_at in ({}, {"known_at": f"@{size}"}):
        again = await client.get(url, params={**asked, **known_at})
        assert again.status_code == 200
        assert "被遗忘者" not in again.text

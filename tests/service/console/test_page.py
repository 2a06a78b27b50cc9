"""What all pages have: their times, at the ends of the calendar too."""

from __future__ import annotations

import httpx
import pytest

from service.console.page import instant
from service.state import Service
from tests.service.console.recording import recorded
from tests.service.console.visitors import read, visitor
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

ENDS = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")


@pytest.mark.parametrize("path", ["/", "/logs", "/duties", "/rectifications", "/flags"])
@pytest.mark.parametrize("known_at", ENDS)
async def test_any_instant_may_be_asked_about(
    client: httpx.AsyncClient, service: Service, path: str, known_at: str
) -> None:
    """A page that asks for no log's answer shows the instant as asked, however far it is."""
    await posted(client, *TREE)
    await client.put("/v1/logs/cn-14")
    async with visitor(service) as user:
        assert known_at[:4].lstrip("0") in (await read(user, path, known_at=known_at)).text


def test_an_instant_beyond_the_calendar_is_told_as_it_stands() -> None:
    """The last hours of the calendar in UTC are no time in Shanghai."""
    assert instant("2018-03-05T01:00:00Z", "zh") == "2018-03-05 09:00:00 北京时间"
    assert instant("9999-12-31T16:00:00Z", "zh") == "9999-12-31T16:00:00Z"


@pytest.mark.parametrize("at", ENDS)
async def test_what_happened_at_the_end_of_the_calendar_is_shown(
    client: httpx.AsyncClient, service: Service, at: str
) -> None:
    """An entry whose time is as far as times go stops neither the projections nor its pages."""
    held = event("7", "outreach.held", outreach_id="o", place_id="c", started_at=at)
    await posted(client, *TREE, {**held, "time": at})
    async with visitor(service) as user:
        await read(user, "/logs/cn-62/events/6")
        await read(user, "/jurisdictions/c/replay")
        await read(user, "/jurisdictions/c")


async def test_a_sign_that_turns_writing_round_is_shown(client: httpx.AsyncClient, service: Service) -> None:
    """U+202E in a name is shown, or what follows would read backwards; kept bytes and what is being written keep it."""
    name = "\u202e示例甲"
    await recorded(client, *TREE, event("7", "person.registered", person_id="p", name_zh=name))
    async with visitor(service) as user:
        assert "[U+202E]示例甲" in (await read(user, "/persons/p", log="cn-62")).text
        entry = (await user.get("/logs/cn-62/events/6")).text
        assert "[U+202E]示例甲" in entry
        assert name in entry.split('<pre id="kept"')[1].split("</pre>")[0]
        found = (await user.get("/", params={"q": name})).text
        assert f'value="{name}"' in found
        assert name not in found.split('id="q"')[1].split(">", 1)[1]

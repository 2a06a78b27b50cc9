"""Replay: the events of a chain one by one, the chain before and after each, corrections beside what they correct."""

from __future__ import annotations

import httpx
import pytest

from service.state import Service
from tests.service.console.visitors import read, visitor
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

AT = "/jurisdictions/c/replay"
AWAY = event("7", "person.registered", person_id="nobody", name_zh="无关")
ENDED = event("8", "appointment.ended", appointment_id="a", effective_until="2018-03-05")
RIGHT = {"appointment_id": "a", "person_id": "x", "post_id": "s", "effective_from": "2015-02"}
CORRECTION = event("9", "record.corrected", corrects_event_id="5", corrected_payload=RIGHT, reason="年月有误")


@pytest.fixture
async def log(client: httpx.AsyncClient) -> None:
    """A log of a county whose secretary comes, signs, goes, and is found to have come earlier."""
    await posted(client, *TREE, AWAY)
    await posted(client, ENDED)
    await posted(client, CORRECTION)


async def test_an_event_with_the_chain_before_and_after(log: None, service: Service) -> None:
    """On the day an event is about the two states stand side by side, and what differs is marked as gone or new."""
    async with visitor(service) as browser:
        page = await read(browser, AT, position="4")
        end = await read(browser, AT, position="7")
    assert "责任链 2016-08-01" in page.text
    assert "1 处变化: 县委书记" in page.text.replace("变化:", "变化: ").replace("  ", " ")
    assert "去 空缺" in page.text
    assert "新 示例甲 · 实任 · 可能 · 2016-08 → …" in page.text
    assert page.links["@4"] == "/jurisdictions/c?valid_at=2016-08-01&known_at=%404&log=cn-62"
    assert page.links["@5"] == "/jurisdictions/c?valid_at=2016-08-01&known_at=%405&log=cn-62"
    assert "责任链 2018-03-05" in end.text
    assert "去 示例甲 · 实任 · 确定 · 2016-08 → …" in end.text


async def test_steps_follow_the_order_of_the_log(log: None, service: Service) -> None:
    """From the first event to the last by the links: what is about the chain, each once, and no step beyond the end."""
    seen = []
    async with visitor(service) as browser:
        page = await read(browser, AT)
        while True:
            seen.append(int(page.fields["position"]))
            following = page.links.get("下一步 ›")
            if following is None:
                break
            page = await read(browser, following)
        assert "position=7" in page.links["‹ 上一步"]
    assert seen == [0, 1, 2, 4, 5, 7, 8]


async def test_the_scope_and_the_day_may_be_chosen(log: None, service: Service) -> None:
    """The place alone leaves out what is above it; a fixed day is used for every event and kept by the links."""
    async with visitor(service) as browser:
        own = await read(browser, AT, scope="own")
        fixed = await read(browser, AT, position="4", valid_at="2020-01-01")
    assert own.fields["position"] == "1"
    assert "scope=own" in own.links["下一步 ›"]
    assert "责任链 2020-01-01" in fixed.text
    assert "示例甲 · 实任 · 确定" in fixed.text
    assert "valid_at=2020-01-01" in fixed.links["下一步 ›"]


async def test_a_jump_lands_on_the_chain(log: None, service: Service) -> None:
    """A position about something else, or a state of knowledge, leads to the last event of the chain by then."""
    async with visitor(service) as browser:
        beside = await read(browser, AT, position="6")
        known = await read(browser, AT, known_at="@6")
        beyond = await read(browser, AT, position="99999")
        before = await read(browser, AT, known_at="2001-01-01")
    assert "#6 不涉及此责任链" in beside.text
    assert beside.fields["position"] == known.fields["position"] == "5"
    assert beyond.fields["position"] == "8"
    assert before.fields["position"] == "0"


async def test_a_correction_is_shown_beside_what_it_corrects(log: None, service: Service) -> None:
    """At the correction both versions stand side by side, and the chain of the day it moved the start to changes."""
    async with visitor(service) as browser:
        page = await read(browser, AT, position="8")
        earlier = await read(browser, AT, position="4")
    assert "任职起始日期 2016-08 变 2015-02" in page.text
    assert "更正原因 年月有误" in page.text
    assert "责任链 2015-02-01" in page.text
    assert "新 示例甲" in page.text
    assert "2015-02" not in earlier.text  # what was not known then is not shown


async def test_before_a_place_is_known_there_is_no_chain(log: None, service: Service) -> None:
    """An event from before the registration of the place is shown, and the page says that there is no chain yet."""
    async with visitor(service) as browser:
        page = await read(browser, AT, position="0")
        first = await read(browser, AT, position="1")
        english = await read(browser, AT, position="4", lang="en")
        none = await read(browser, "/jurisdictions/nowhere/replay", 404)
    assert "此地尚未登记在册" in page.text
    assert "新 宕昌县 621223" in first.text
    assert "What changed: before and after it was recorded" in english.text
    assert "没有记录" in none.text

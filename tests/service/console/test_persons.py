"""The page of a person: who this is, the posts of a day, and what they answered for."""

from __future__ import annotations

import httpx
import pytest

from service.console import persons
from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_answers_http import to_log
from tests.service.test_tree_http import place
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"
MORE = [
    event("7", "person.registered", person_id="x2", name_zh="示例甲(旧号)", unit="县水利局"),
    event("8", "person.merged", person_id="x2", into_person_id="x"),
    event("9", "post.established", post_id="h", title_zh="镇长", jurisdiction_id="t", functions=["government-head"]),
    event("10", "appointment.started", appointment_id="b", person_id="x2", post_id="h", effective_from="2012-01-01"),
    event("11", "appointment.ended", appointment_id="b", effective_until="2014-07-01", reason="promotion"),
    place("t", "621223100", "township", parent_id="c", name="城关镇"),
]


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A person under two ids, with a post of the county now and one of a town before."""
    await posted(client, *TREE, *MORE)
    return client


async def test_who_this_is_and_what_they_answered_for(filled: httpx.AsyncClient, service: Service) -> None:
    """Names, ids, the day's posts, every tenure with place, days, reason, letters, responsibilities and links."""
    async with visitor(service) as browser:
        page = await read(browser, "/persons/x2", valid_at=DAY)
    assert "示例甲" in page.text
    assert "编号 x x2" in page.text
    assert "当日职务 · 2018-03-05" in page.text
    assert "县委书记 实任 ● 确定 2016-08 → …" in page.text
    assert "镇长 实任 2012-01-01 → 2014-07-01" in page.text
    assert "离任: 提拔" in page.text
    assert "城关镇 乡级 621223100" in page.text
    assert "签于 2017-04-20 · 效力 2017-01-01 → … ● 当日有效" in page.text
    assert "第一责任人" in page.text
    assert "脱贫攻坚责任制实施办法" in page.text
    assert "访问" not in page.text
    query = f"?valid_at={DAY}"
    assert page.links["县委书记"] == f"/posts/s/timeline{query}"
    assert page.links["时间线"] == f"/persons/x/timeline{query}"
    assert page.links["职责"] == f"/duties{query}&person=x"
    assert f"/rectifications{query}&person=x" in page.hrefs
    assert set(page.leading("/handovers/")) == {f"/handovers/a{query}", f"/handovers/b{query}"}
    assert page.links["宕昌县"] == f"/jurisdictions/c{query}"
    assert page.links["#4"] == "/logs/cn-62/events/4"


async def test_the_days_asked_about_narrow_what_is_shown(filled: httpx.AsyncClient, service: Service) -> None:
    """With `from` and `to` only the tenures of these days stand; without any, the page says what to do."""
    async with visitor(service) as browser:
        page = await read(browser, "/persons/x", valid_at=DAY, **{"from": "2012-06-01", "to": "2013-01-01"})
        assert "镇长" in page.text
        assert (page.fields["from"], page.fields["to"]) == ("2012-06-01", "2013-01-01")
        assert "就此职务未签责任书" in page.text
        assert page.links["全部"] == f"/persons/x?valid_at={DAY}"
        none = await read(browser, "/persons/x", **{"from": "2001-01-01", "to": "2002-01-01"})
        assert "这段日子内没有任职记录" in none.text
        assert "此人在该日没有职务记录" in (await read(browser, "/persons/x", valid_at="2015-06-01")).text
        assert "日期 YYYY-MM-DD" in (await read(browser, "/persons/x", 422, **{"from": "2012"})).text


async def test_many_tenures_come_page_by_page(
    filled: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of tenures, and the next by its link."""
    monkeypatch.setattr(persons, "TENURES", 1)
    async with visitor(service) as browser:
        page = await read(browser, "/persons/x", valid_at=DAY)
        following = await read(browser, page.links["下一页"])
        assert ("/handovers/a" in page.links["离任交接"]) != ("/handovers/a" in following.links["离任交接"])
        assert following.links["首页"] == f"/persons/x?valid_at={DAY}"
        assert "下一页" not in following.links


async def test_what_was_recorded_later_is_not_told_of_earlier(filled: httpx.AsyncClient, service: Service) -> None:
    """With `known_at` both parts of the page are as of that state; the foot cites size and root."""
    async with visitor(service) as browser:
        page = await read(browser, "/persons/x", valid_at=DAY, known_at="@6")
        assert "编号 x 登记" in page.text
        assert "镇长" not in page.text
        assert "cn-62 @6" in page.text
        assert "@12" in (await read(browser, "/persons/x", valid_at=DAY)).text


async def test_a_person_of_several_logs_is_chosen(filled: httpx.AsyncClient, service: Service) -> None:
    """An id in two logs shows both to choose from, by links that work; nobody is told so."""
    await to_log(filled, "cn-30", event("1", "person.registered", person_id="x", name_zh="别处的人"))
    async with visitor(service) as browser:
        page = await read(browser, "/persons/x", 409, valid_at=DAY)
        (elsewhere,) = [href for href in page.leading("/persons/x") if "cn-30" in href]
        assert "别处的人" in (await read(browser, elsewhere)).text
        nobody = await read(browser, "/persons/示例某", 404)
        assert nobody.links["按名称查找: 示例某"] == "/?q=%E7%A4%BA%E4%BE%8B%E6%9F%90"


async def test_a_narrow_key_sees_the_tenures_of_its_places(filled: httpx.AsyncClient, service: Service) -> None:
    """Tenures outside the grant are left out, and the page says how many."""
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("t",))) as browser:
        page = await read(browser, "/persons/x", valid_at=DAY)
        assert "镇长" in page.text
        assert "县委书记" not in page.text
        assert "授权之外未列: 1" in page.text


async def test_the_page_is_in_english_too(filled: httpx.AsyncClient, service: Service) -> None:
    """Headings and states in English; names stay as recorded."""
    async with visitor(service) as browser:
        page = await read(browser, "/persons/x", valid_at=DAY, lang="en")
    assert "Posts on the day · 2018-03-05" in page.text
    assert "substantive ● certain" in page.text
    assert "Left: promotion" in page.text

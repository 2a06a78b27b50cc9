"""The chain of a place as a page: who answers at a glance, and everything else of the answer beneath it."""

from __future__ import annotations

import httpx
import pytest

from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"
CHAIN = "/jurisdictions/c"


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The small tree of cn-62."""
    await posted(client, *TREE)
    return client


async def test_who_answers_is_read_without_a_click(filled: httpx.AsyncClient, service: Service) -> None:
    """The table at the head has level, word of responsibility, post, status, holder, letter and evidence."""
    async with visitor(service) as browser:
        page = await read(browser, CHAIN, valid_at=DAY)
        raw = (await browser.get(CHAIN, params={"valid_at": DAY})).text
    head = page.text[: page.text.index("所引条文")]
    for said in (
        "责任链:宕昌县 · 2018-03-05",
        "第一责任人",
        "第十四条",
        "● 在任",
        "示例甲",
        "实任 · ● 确定 2016-08 → …",
        "晚签 109 天",
        "文件未指明由谁承担",
        "《甘肃省脱贫攻坚责任制实施办法》 当日施行",
    ):
        assert said in head, said
    assert "县级党委和政府主要负责人是第一责任人" in page.text[page.text.index("所引条文") :]
    assert page.links["#4"] == "/logs/cn-62/events/4"
    assert page.links["示例甲"] == f"/persons/x?valid_at={DAY}"
    assert 'data-state="在任 · 示例甲 (实任, 确定, 2016-08 → …)"' in raw
    assert 'data-turns="2016-08-01 2016-08-31 2017-01-01"' in raw
    assert 'data-first="2016-01-01"' in raw


async def test_what_belongs_to_the_day_is_one_click_away(filled: httpx.AsyncClient, service: Service) -> None:
    """Duties with their quotas, the state of the place and the comparison are linked with the day shown."""
    async with visitor(service) as browser:
        page = await read(browser, CHAIN, valid_at=DAY)
    assert page.links["该日职责履行(含走访、驻村指标)"] == f"{CHAIN}/duties?valid_at={DAY}"
    assert f"{CHAIN}/state?valid_at={DAY}" in page.links.values()
    assert f"{CHAIN}/compare?valid_at={DAY}" in page.links.values()


async def test_a_vacancy_tells_its_days_and_neighbours(filled: httpx.AsyncClient, service: Service) -> None:
    """Days of the vacancy, who came before and after, and who else bears the same responsibility that day."""
    await posted(
        filled,
        event("10", "appointment.ended", appointment_id="a", effective_until="2018-03-01"),
        event("11", "person.registered", person_id="y", name_zh="示例乙"),
        event("12", "appointment.started", appointment_id="b", person_id="y", post_id="s", effective_from="2018-04-10"),
        event(
            "13",
            "post.established",
            post_id="h",
            title_zh="县长",
            jurisdiction_id="c",
            functions=["government-principal"],
        ),
        event("14", "person.registered", person_id="z", name_zh="示例丙"),
        event("15", "appointment.started", appointment_id="d", person_id="z", post_id="h", effective_from="2017-01-01",
              capacity="acting"),
    )  # fmt: skip
    async with visitor(service) as browser:
        page = await read(browser, CHAIN, valid_at=DAY, known_at="@12")
    assert "○ 空缺" in page.text
    assert "空缺 2018-03-01 → 2018-04-10 · 40 天" in page.text
    assert "前任: 示例甲 2016-08 → 2018-03-01 · 后任: 示例乙 2018-04-10 → …" in page.text
    assert "无代理任职记录" in page.text
    other = page.text[page.text.index("当日本级另有责任人") :]
    assert other.startswith("当日本级另有责任人: 第一责任人 县长 示例丙 代理")
    assert "实任 ○ 空缺" in page.text


async def test_a_doubt_is_told_in_words(filled: httpx.AsyncClient, service: Service) -> None:
    """A person who counts twice, and a parent that is not on record, are sentences with links; no code is shown."""
    await posted(
        filled,
        event("10", "appointment.started", appointment_id="b", person_id="x", post_id="s", effective_from="2017-01"),
        event("11", "jurisdiction.registered", jurisdiction_id="v", code="621223100201", name_zh="甲村",
              level="village", parent_id="gone"),
    )  # fmt: skip
    async with visitor(service) as browser:
        twice = await read(browser, CHAIN, valid_at=DAY, known_at="@8")
        alone = await read(browser, "/jurisdictions/v", valid_at=DAY, known_at="@8")
    assert "同一人在同一岗位有两次任职: 县委书记" in twice.text
    assert "▲ 重叠" in twice.text
    assert "上级区划当日不在册,链条到此中断" in alone.text
    assert "same-person-twice" not in twice.text
    assert "parent-not-on-record" not in alone.text


async def test_a_place_off_record_says_what_to_do(filled: httpx.AsyncClient, service: Service) -> None:
    """A day on which the place is not on record shows no chain, but a sentence with the next step."""
    await posted(
        filled,
        event("10", "jurisdiction.registered", jurisdiction_id="t", code="621223100", name_zh="甲镇",
              level="township", parent_id="c", effective_from="2019-01-01"),
    )  # fmt: skip
    async with visitor(service) as browser:
        page = await read(browser, "/jurisdictions/t", valid_at=DAY, known_at="@7")
    assert "此地在该日不在册" in page.text
    assert page.links["到时间线"].startswith("/jurisdictions/t/timeline")


async def test_a_state_of_knowledge_before_the_place(filled: httpx.AsyncClient, service: Service) -> None:
    """Where the log did not know the place yet, the page says so and leads to when it was first recorded."""
    async with visitor(service) as browser:
        page = await read(browser, CHAIN, 404, valid_at=DAY, known_at="@1")
        there = await read(browser, page.links["到首次录入此地之时 (@2)"])
        nowhere = await read(browser, "/jurisdictions/nothing", 404, known_at="@1")
    assert "当时尚无记录" in page.text
    assert "责任链:宕昌县" in there.text
    assert "到首次录入" not in nowhere.text


async def test_the_page_in_english(filled: httpx.AsyncClient, service: Service) -> None:
    """Our own words are English; names, titles and quotes of the record stay as they are."""
    async with visitor(service) as browser:
        page = await read(browser, CHAIN, valid_at=DAY, lang="en")
    for said in ("Chain of responsibility: 宕昌县", "Who answers", "● held", "late by 109 days", "substantive"):
        assert said in page.text, said
    assert "在任" not in page.text


async def test_a_grant_is_that_of_the_api(filled: httpx.AsyncClient, service: Service) -> None:
    """A key for another place sees the sentence on rights, and nothing of the chain."""
    key = await key_of(service, "inspector", jurisdictions=("p2",))
    async with visitor(service, key) as browser:
        page = await read(browser, CHAIN, 403, valid_at=DAY)
    assert "示例甲" not in page.text


async def test_the_days_on_which_a_chain_turns(filled: httpx.AsyncClient) -> None:
    """`turns=true` adds the days on which something begins or ends, or may; without it the answer has none."""
    url = "/v1/jurisdictions/c/responsibility"
    plain = (await filled.get(url, params={"valid_at": DAY})).json()
    more = (await filled.get(url, params={"valid_at": DAY, "turns": "true"})).json()
    assert more.pop("turns") == ["2016-08-01", "2016-08-31", "2017-01-01"]
    assert more == plain
    assert "turns" not in plain

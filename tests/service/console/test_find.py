"""The front page: what is found by name, code and number in every log, the tree, and where a newcomer begins."""

from __future__ import annotations

import httpx
import pytest

from service.console import find, tree
from service.state import Service
from tests.service.console.visitors import Page, key_of, read, visitor
from tests.service.test_answers_http import to_log
from tests.service.test_tree_http import place
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

NUMBER = "宕扶责字〔2018〕7号"
LETTER = event(
    "7",
    "responsibility-letter.signed",
    letter_id="l2",
    document_number=NUMBER,
    signatory={"person_id": "x", "post_id": "s"},
    signed_on="2018-01-10",
    scope="c",
)


@pytest.fixture
async def filled(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The small tree of cn-62 with a numbered letter and two towns of one name."""
    towns = [
        place("d", "621225", "county", parent_id="p", name="西和县"),
        place("t", "621223100", "township", parent_id="c", name="城关镇"),
        place("u", "621225100", "township", parent_id="d", name="城关镇"),
    ]
    await posted(client, *TREE, LETTER, *towns)
    return client


async def test_two_towns_of_one_name_are_told_apart(filled: httpx.AsyncClient, service: Service) -> None:
    """Each place found shows name, code, level, log and the places above it, and leads to its chain in its log."""
    async with visitor(service) as browser:
        page = await read(browser, "/", q="城关")
    assert "区划 (2)" in page.text
    assert "城关镇 乡级 621223100 日志 cn-62 甘肃省 › 宕昌县" in page.text
    assert "城关镇 乡级 621225100 日志 cn-62 甘肃省 › 西和县" in page.text
    assert page.links["城关镇"] == "/jurisdictions/t?log=cn-62"
    assert page.links["在树中"] == "/?log=cn-62&at=t#tree"


@pytest.mark.parametrize("query", ["621223", "62122", "宕昌", "c"])
async def test_a_place_is_found_by_name_code_or_id(filled: httpx.AsyncClient, service: Service, query: str) -> None:
    """A part of a name, the first digits of a code, or an id."""
    async with visitor(service) as browser:
        page = await read(browser, "/", q=f" {query} ")
    assert page.links["宕昌县"] == "/jurisdictions/c?log=cn-62"


@pytest.mark.parametrize(("left", "right"), ["〔〕", "[]", "()", "\uff08\uff09", "【】"])
async def test_a_letter_is_found_by_its_number(
    filled: httpx.AsyncClient, service: Service, left: str, right: str
) -> None:
    """Whatever brackets the number is written with, the letter is found, with signer, days and how it stands."""
    async with visitor(service) as browser:
        page = await read(browser, "/", q=f"宕扶责字{left}2018{right}7号", valid_at="2018-03-05")
    assert page.links[NUMBER] == "/letters/l2?valid_at=2018-03-05&log=cn-62"
    assert "签于 2018-01-10 ● 当日有效" in page.text
    assert "示例甲 县委书记 · 宕昌县" in page.text


async def test_a_person_is_found_with_the_posts_of_the_day(filled: httpx.AsyncClient, service: Service) -> None:
    """People of a name, with unit and posts, lead to their pages."""
    async with visitor(service) as browser:
        page = await read(browser, "/", q="示例甲", valid_at="2018-03-05")
        assert page.links["示例甲"] == "/persons/x?valid_at=2018-03-05&log=cn-62"
        assert "县委书记" in page.text
        assert "当日无职务记录" in (await read(browser, "/", q="示例甲", valid_at="2010-01-01")).text


async def test_what_is_in_several_logs_is_shown_for_each(filled: httpx.AsyncClient, service: Service) -> None:
    """The same id in two logs is two results, each leading to its own; a log can be asked alone."""
    await to_log(filled, "cn-30", place("c", "621223", "county", name="宕昌县(另一日志)"))
    async with visitor(service) as browser:
        page = await read(browser, "/", q="宕昌")
        assert page.links["宕昌县"] == "/jurisdictions/c?log=cn-62"
        assert page.links["宕昌县(另一日志)"] == "/jurisdictions/c?log=cn-30"
        assert "cn-30 @1、cn-62 @10" in page.text
        alone = await read(browser, "/", q="宕昌", log="cn-30")
        assert "宕昌县" not in alone.links
        assert alone.links["全部日志"] == "/?q=%E5%AE%95%E6%98%8C"


async def test_nothing_found_says_what_to_do_next(filled: httpx.AsyncClient, service: Service) -> None:
    """Where nothing fits, the page says how names, codes and numbers are written, in both languages."""
    async with visitor(service) as browser:
        page = await read(browser, "/", q="无此地名")
        assert "没有找到:无此地名" in page.text
        assert "代码可只写前几位" in page.text
        assert page.links["区划树"] == "/#tree"
        english = await read(browser, "/", q="<b>nowhere</b>", lang="en")
        assert "Nothing found:<b>nowhere</b>" in english.text
        assert "Walk" not in page.text


async def test_results_come_page_by_page(
    filled: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many results one page is shown, and the next of that sort alone by its link."""
    monkeypatch.setattr(find, "FOUND", 1)
    async with visitor(service) as browser:
        page = await read(browser, "/", q="城关")
        assert "区划 (1+)" in page.text
        following = await read(browser, page.links["更多"])
        assert "621225100" in following.text
        assert "人员 (" not in following.text
        assert following.links["全部结果"] == "/?q=%E5%9F%8E%E5%85%B3"


async def test_the_tree_opens_place_by_place(filled: httpx.AsyncClient, service: Service) -> None:
    """The topmost places of each log; opened at a place, the path to it and its children, without a script."""
    await to_log(filled, "cn-30", place("p", "30", "province", name="另一省"))
    async with visitor(service) as browser:
        top = await read(browser, "/")
        assert top.links["甘肃省"] == "/jurisdictions/p?log=cn-62"
        assert top.links["另一省"] == "/jurisdictions/p?log=cn-30"
        assert "宕昌县" not in top.links
        opened = await read(browser, "/", at="p", log="cn-62")
        assert {"甘肃省", "宕昌县", "西和县"} <= opened.links.keys()
        assert "城关镇" not in opened.links
        below = await read(browser, "/", at="c", log="cn-62")
        assert {"甘肃省", "宕昌县", "城关镇"} <= below.links.keys()
        assert "西和县" not in below.links
        assert below.links["… 显示同级"] == "/?log=cn-62&at=p#tree"
        assert "当日没有下级记录" in (await read(browser, "/", at="t", log="cn-62")).text


async def test_children_come_page_by_page(
    filled: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never more than a page of children at once: the next by a link, which the script puts in place."""
    monkeypatch.setattr(tree, "BRANCH", 1)
    async with visitor(service) as browser:
        first = await read(browser, "/", at="p", log="cn-62")
        assert "西和县" not in first.links
        second = await read(browser, first.links["更多"].partition("#")[0])
        assert "西和县" in second.links
        assert "更多" not in second.links
        branch = await read(browser, "/tree/p", log="cn-62")
        assert "宕昌县" in branch.links
        assert "西和县" in (await read(browser, "/tree/p", log="cn-62", after="2:621223:c")).links


async def test_a_newcomer_is_told_where_to_begin_with_what_is_on_record(
    filled: httpx.AsyncClient, service: Service
) -> None:
    """The front page says how to begin, and its examples lead to a letter, a signer and a post of the largest log."""
    async with visitor(service) as browser:
        page = await read(browser, "/")
        assert "从哪里开始" in page.text
        (letter,) = page.leading("/letters/")
        (person,) = page.leading("/persons/")
        assert (letter, person) == ("/letters/l?log=cn-62", "/persons/x?log=cn-62")
        assert "示例甲" in (await read(browser, person)).text
        assert "县委书记" in (await read(browser, letter)).text
        assert "Where to begin" in (await read(browser, "/", lang="en")).text


async def test_an_empty_service_says_what_to_do(client: httpx.AsyncClient, service: Service) -> None:
    """Without any log, and with one that holds nothing, the page says how records come in."""
    async with visitor(service) as browser:
        assert "还没有可读的日志" in (await read(browser, "/")).text
        await client.put("/v1/logs/cn-62")
        page = await read(browser, "/")
        assert "当日没有区划记录" in page.text
        assert list(page.leading("/letters/")) == []


async def test_who_may_not_ask_is_told_where_to_go(filled: httpx.AsyncClient, service: Service) -> None:
    """A recorder, who asks no questions, is sent to Enter."""
    async with visitor(service, await key_of(service, "recorder")) as browser:
        for path in ("/", "/?q=宕昌"):
            page = await read(browser, path)
            assert "您的密钥不能查询" in page.text
            assert page.links["录入"] == "/enter"


async def test_a_narrow_key_sees_its_own_part(filled: httpx.AsyncClient, service: Service) -> None:
    """The tree begins at what is granted; what lies outside is not found, and its number is said."""
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("c",))) as browser:
        assert {"宕昌县"} <= (top := await read(browser, "/")).links.keys()
        assert "甘肃省" not in top.links
        page = await read(browser, "/", q="城关")
        assert "621223100" in page.text
        assert "621225100" not in page.text
        assert "授权之外未列: 1" in page.text
        assert "没有找到" not in (await read(browser, "/", q="西和")).text
        refused = await browser.get("/", params={"at": "d"})
        assert refused.status_code == 403
        assert "请换用有权限的密钥登录" in Page(refused).text


async def test_a_key_of_some_kinds_finds_what_rests_on_them(filled: httpx.AsyncClient, service: Service) -> None:
    """What the key's kinds do not suffice for is said in its place; where they suffice for nothing, instead of all."""
    places = ("registered", "renamed", "reparented", "restructured")
    kinds = [f"jurisdiction.{one}" for one in places] + ["record.corrected", "record.annulled"]
    async with visitor(service, await key_of(service, "inspector", kinds=kinds)) as browser:
        page = await read(browser, "/", q="宕昌")
        assert "宕昌县" in page.links
        assert "appointment.started" in page.text
        assert "没有找到" not in page.text
        assert "post.abolished" in (await read(browser, "/jurisdictions/c", 403)).text
    async with visitor(service, await key_of(service, "inspector", kinds=("funds.disbursed",))) as browser:
        page = await read(browser, "/", q="宕昌")
        assert "您的密钥不能查询" in page.text
        assert "jurisdiction.registered" in page.text


async def test_the_day_and_the_state_of_knowledge_are_kept(filled: httpx.AsyncClient, service: Service) -> None:
    """Both times are in the form, in every link and in the foot; nothing is known before the first entry."""
    async with visitor(service) as browser:
        page = await read(browser, "/", q="宕昌", valid_at="2018-03-05", known_at="2999-01-01")
        assert page.links["宕昌县"] == "/jurisdictions/c?valid_at=2018-03-05&known_at=2999-01-01&log=cn-62"
        assert (page.fields["valid_at"], page.fields["known_at"]) == ("2018-03-05", "2999-01-01")
        assert "有效日期 2018-03-05" in page.text
        assert "没有找到" in (await read(browser, "/", q="宕昌", known_at="2000-01-01")).text
        assert "日期" in (await read(browser, "/", 422, q="宕昌", valid_at="2018-02-30")).text

"""What a page says when the API refuses: a sentence that says what to do next, and links that work."""

from __future__ import annotations

import httpx
import pytest

from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.test_answers_http import to_log
from tests.service.test_tree_http import place
from tests.service.test_walk import TREE, event, posted

pytestmark = pytest.mark.anyio

DAY = "valid_at=2018-03-05"
DOTS = {".": "%2E", "..": "%2E%2E", "...": "..."}


async def test_a_code_of_two_logs_is_chosen(client: httpx.AsyncClient, service: Service) -> None:
    """A code on record in two logs lists name, code, level, id and log of each; each link opens that one, that day."""
    await posted(client, *TREE)
    await to_log(client, "cn-30", place("k", "621223", "county", name="宕昌县(旧)"))
    async with visitor(service) as user:
        page = await read(user, f"/jurisdictions/621223?{DAY}", 409)
        assert "请在下面选定一个" in page.text
        assert page.links["宕昌县 · 621223 · 县级 · c · cn-62"] == f"/jurisdictions/c?{DAY}&log=cn-62"
        assert "宕昌县" in (await read(user, page.links["宕昌县 · 621223 · 县级 · c · cn-62"])).text
        other = page.links["宕昌县(旧) · 621223 · 县级 · k · cn-30"]
        assert "宕昌县(旧)" in (await read(user, other)).text
        english = await read(user, f"/jurisdictions/621223?{DAY}&lang=en", 409)
        assert "Choose one below" in english.text
        assert "宕昌县 · 621223 · county · c · cn-62" in english.links


async def test_a_code_borne_twice_in_one_log_is_chosen(client: httpx.AsyncClient, service: Service) -> None:
    """Two places with one code on one day are both listed, and each link names the place by its id."""
    await posted(client, *TREE, place("c2", "621223", "county", parent_id="p", name="宕昌县二"))
    async with visitor(service) as user:
        page = await read(user, f"/jurisdictions/621223?{DAY}", 409)
        for name, one in (("宕昌县", "c"), ("宕昌县二", "c2")):
            href = page.links[f"{name} · 621223 · 县级 · {one} · cn-62"]
            assert href == f"/jurisdictions/{one}?{DAY}&log=cn-62"
            assert name in (await read(user, href)).text


async def test_the_tree_at_an_ambiguous_place_is_chosen(client: httpx.AsyncClient, service: Service) -> None:
    """The tree opened at a code of two logs lists both, and the links open it."""
    await posted(client, *TREE)
    await to_log(client, "cn-30", place("k", "621223", "county", name="宕昌县(旧)"))
    async with visitor(service) as user:
        page = await read(user, "/?at=621223", 409)
        href = page.links["宕昌县(旧) · 621223 · 县级 · k · cn-30"]
        assert href == "/?at=k&log=cn-30"
        assert "宕昌县(旧)" in (await read(user, href)).links


async def test_an_unknown_place_leads_to_the_search(client: httpx.AsyncClient, service: Service) -> None:
    """What is no id or code is said to be on record nowhere, and can be searched for by name with one click."""
    await posted(client, *TREE)
    async with visitor(service) as user:
        page = await read(user, f"/jurisdictions/宕昌?{DAY}", 404)
        assert "此编号或代码没有记录" in page.text
        assert "录入单位" in page.text
        href = page.links["按名称查找: 宕昌"]
        assert href == "/?q=%E5%AE%95%E6%98%8C"
        assert "宕昌县" in (await read(user, href)).links
        assert "Search for it by name" in (await read(user, f"/jurisdictions/宕昌?{DAY}&lang=en", 404)).text


async def test_a_place_without_records_on_a_day_says_what_to_do(client: httpx.AsyncClient, service: Service) -> None:
    """On a day before a place was registered its page opens, says so, and leads to its timeline."""
    begun = place("n", "621224", "county", parent_id="p", name="新设县", effective_from="2017-01-01")
    await posted(client, *TREE, begun)
    async with visitor(service) as user:
        page = await read(user, "/jurisdictions/n?valid_at=2016-12-31")
        assert "请用上方滑块或日期换一天" in page.text
        assert "/jurisdictions/n/timeline?valid_at=2016-12-31" in page.hrefs
        assert "换一天" not in (await read(user, "/jurisdictions/n?valid_at=2017-01-01")).text


@pytest.mark.parametrize("query", ["valid_at=2018-02-30", "known_at=yesterday", "log=No such log"])
async def test_a_wrong_parameter_says_which_form_it_takes(
    client: httpx.AsyncClient, service: Service, query: str
) -> None:
    """A day, state of knowledge or log that is none is told with the form it takes."""
    await posted(client, *TREE)
    async with visitor(service) as user:
        page = await read(user, f"/jurisdictions/c?{query}", 422)
        assert "请按上述形式更正后再试" in page.text
        assert page.links["到“查找”"] == "/"


async def test_what_is_not_granted_says_who_can_help(client: httpx.AsyncClient, service: Service) -> None:
    """A place outside the grant, or a log, is refused with what to do."""
    await posted(client, *TREE, place("q", "63", "province"))
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("q",))) as user:
        page = await read(user, "/jurisdictions/c", 403)
        assert "请换用有权限的密钥登录,或请管理员扩大授权" in page.text
    async with visitor(service, await key_of(service, "inspector", logs=("cn-99",))) as user:
        assert "没有记录" in (await read(user, "/jurisdictions/c", 404)).text
        assert "扩大授权" in (await read(user, "/jurisdictions/c?log=cn-62", 403)).text


async def test_a_later_correction_does_not_hide_that_an_annulled_thing_was(
    client: httpx.AsyncClient, service: Service
) -> None:
    """A letter that was annulled is on record no more, and can be opened as it was known before."""
    await posted(client, *TREE, event("7", "record.annulled", annuls_event_id="6"))
    async with visitor(service) as user:
        assert "没有记录" in (await read(user, "/letters/l", 404)).text
        assert "2017-04-20" in (await read(user, "/letters/l?known_at=@6")).text


async def test_what_names_are_made_of_is_never_markup(client: httpx.AsyncClient, service: Service) -> None:
    """Names and queries with markup are shown as text, on results, pages and refusals."""
    evil = "<img src=x onerror=alert(1)>"
    await posted(client, *TREE, place("e", "621225", "county", parent_id="p", name=f"{evil}县"))
    async with visitor(service) as user:
        for path in (
            f"/?q={evil}",
            "/jurisdictions/e",
            f"/jurisdictions/{evil}",
            "/?at=e&log=cn-62",
        ):
            answer = await user.get(path)
            assert answer.status_code in (200, 404), path
            assert evil not in answer.text, path
            assert "alert(1)" in answer.text, path


async def test_an_address_without_a_page_is_told_to_people_as_a_page(client: httpx.AsyncClient) -> None:
    """A browser gets a page that says where to begin; a program still gets a problem, and so does all under /v1."""
    page = await client.get("/nothing-here", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "请核对地址" in page.text
    for path, accept in (("/nothing-here", "*/*"), ("/v1/nothing-here", "text/html")):
        answer = await client.get(path, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("step", [".", "..", "..."])
async def test_dots_for_an_id_lead_nowhere_else(client: httpx.AsyncClient, service: Service, step: str) -> None:
    """`.` and `..` are asked for as ids: no page takes the answer about something else for its own."""
    await posted(client, *TREE)
    async with visitor(service) as user:
        for below in ("", "/rectifications", "/replay", "/compare", "/duties", "/flags", "/state", "/timeline"):
            asked = httpx.URL("http://zeren.test").copy_with(raw_path=f"/jurisdictions/{DOTS[step]}{below}".encode())
            answer = await user.get(asked)
            assert (answer.status_code, f"{step}{below}") == (404, f"{step}{below}")
            assert "此编号或代码没有记录" in answer.text


async def test_control_characters_are_told_to_people_as_a_page(client: httpx.AsyncClient) -> None:
    """An address with control characters is refused as a page to a browser, and as a problem to a program."""
    for path in ("/persons/%00", "/?q=%0d%0aX-Other:%20y"):
        page = await client.get(path, headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["cache-control"]) == (422, "no-store")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "不含控制字符的文本" in page.text
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_a_form_sent_wrongly_is_told_as_a_page(client: httpx.AsyncClient) -> None:
    """What a browser posts amiss is answered by a page too, and names the methods that a page takes."""
    browser = {"Accept": "text/html"}
    page = await client.post("/duties", headers=browser)
    assert (page.status_code, {*page.headers["allow"].split(", ")}) == (405, {"GET", "HEAD"})
    assert "不支持此方法" in page.text
    page = await client.post("/sign-in", files={"key": ("a.txt", "b")}, headers=browser)
    assert (page.status_code, page.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "请按上述形式更正后再试" in page.text


async def test_a_refusal_is_in_the_language_of_its_page(client: httpx.AsyncClient) -> None:
    """The language chosen for pages is that of what is wrong too, whatever a browser prefers."""
    headers = {"Accept": "text/html", "Accept-Language": "en-GB"}
    assert "没有此路径" in (await client.get("/nothing-here", headers=headers)).text
    page = await client.get("/nothing-here?lang=en", headers={"Accept": "text/html", "Accept-Language": "zh-CN"})
    assert "No such path" in page.text
    assert "没有此路径" not in page.text

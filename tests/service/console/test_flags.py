"""Flags as a page: how many of each sort, each in words, and what narrows them."""

from __future__ import annotations

import httpx
import pytest

from service.console.flag_words import CODES
from service.state import Service
from tests.service.console.visitors import key_of, read, visitor
from tests.service.samples import CASES, KEY, Samples
from tests.service.test_walk import TREE, event, posted

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

COUNTY = "/jurisdictions/621223/flags"
Q8 = CASES["q8"]


@pytest.fixture
async def browser(samples: Samples) -> httpx.AsyncClient:
    """A browser signed in at the sample logs."""
    answer = await samples.client.post("/sign-in", data={"key": KEY})
    assert answer.status_code == 303
    return samples.client


async def test_the_sorts_are_counted(samples: Samples, browser: httpx.AsyncClient) -> None:
    """Beside each sort stands how many there are, as many as the API lists."""
    page = await read(browser, COUNTY, valid_at="2018-12-31")
    sorts = ",".join(code for code in CODES if code not in ("duty", "back-dated"))
    found = (await samples.get("/flags", jurisdiction="621223", valid_at="2018-12-31", flag=sorts, limit=1000))["items"]
    assert {one["flag"] for one in found} >= {"vacant-post", "letter-unsigned", "uncertain-post"}
    for code in {one["flag"] for one in found}:
        zh, _, weight = CODES[code]
        many = sum(one["flag"] == code for one in found)
        mark = {"high": "▲ 高", "middle": "◆ 中", "low": "· 低"}[weight]
        assert f"{zh} {mark} {many}" in page.text
    assert "职责未履行" in page.links
    assert "见职责看板" in page.links


async def test_money_approved_while_a_post_was_vacant(browser: httpx.AsyncClient) -> None:
    """Question 8: each payment with its days, the vacant post, who stood in, and the entries; light sorts left out."""
    path = f"/jurisdictions/{Q8['jurisdiction']}/flags"
    page = await read(browser, path, flag="approved-while-vacant", valid_at="2020-12-31")
    first = Q8["disbursements"][0]
    gap = Q8["gaps"][first["without_substantive_holder"][0]]
    days = f"350,000.00 元,{first['approved_on']} 批准、{first['disbursed_on']} 拨付"
    assert f"{days};批准之日 合成辰县委书记 无正式任职人(空缺 {gap['from']} → {gap['until']}),代理:无人" in page.text
    assert "合成辰县县长 无正式任职人(空缺 2019-03-04 → 2019-05-20),代理:示例干部-62-0958" in page.text
    held = {one["disbursement"] for one in Q8["disbursements"] if not one["without_substantive_holder"]}
    assert held
    assert not any(one in page.text for one in held)
    assert f"/posts/{first['without_substantive_holder'][0]}/timeline" in " ".join(page.hrefs)
    assert any("/logs/demo-cn-62/events/" in href for href in page.hrefs)


async def test_every_sort_is_said_in_words(samples: Samples, browser: httpx.AsyncClient) -> None:
    """Of the sorts on record in the sample logs none is told in codes, in either language."""
    for code, said in (
        ("vacant-post", "1 个席位;任职人:"),
        ("back-dated", "才录入,晚"),
        ("letter-unsigned", "未签"),
        ("duty", "第"),
    ):
        page = await read(browser, COUNTY, flag=code, valid_at="2018-12-31")
        assert said in page.text, code
        assert "{" not in page.text
    english = await read(browser, COUNTY, flag="vacant-post", valid_at="2018-12-31", lang="en")
    assert "holders: " in english.text
    assert "岗位空缺" not in english.text
    left = CASES["q10_merge"]
    page = await read(
        browser, "/jurisdictions/141126/flags", flag="left-behind", valid_at=left["effective_from"], lang="zh"
    )
    assert "上级 合成乙乡" in page.text


async def test_a_duty_leads_to_the_duties(browser: httpx.AsyncClient) -> None:
    """A flag of a duty leads to that duty of that place, which is listed there."""
    page = await read(browser, COUNTY, flag="duty", severity="high", valid_at="2018-12-31")
    href = next(href for href in page.leading("/jurisdictions/j-621223/duties") if "rule=" in href)
    assert "scope=own" in href
    listed = await read(browser, href)
    assert "逾期" in listed.text
    assert "1 项职责" in listed.text


async def test_pages_of_one_state(browser: httpx.AsyncClient) -> None:
    """The next part is asked for as of the size and the day of the first."""
    page = await read(browser, "/flags", log="demo-cn-62", flag="back-dated")
    following = page.links["下一页 →"]
    assert "known_at=%405361" in following
    assert "valid_at=" in following
    second = await read(browser, following)
    assert "从头" in second.links


async def test_choices_and_emptiness(client: httpx.AsyncClient, service: Service) -> None:
    """The only log is taken; a place without flags says so; a wrong severity is refused with the ones there are."""
    vacant = event("v", "post.established", post_id="w", title_zh="县长", jurisdiction_id="c")
    await posted(client, *TREE, vacant)
    async with visitor(service) as browser:
        taken = await browser.get("/flags")
        assert (taken.status_code, taken.headers["location"]) == (303, "/flags?log=cn-62")
        page = await read(browser, "/jurisdictions/c/flags", valid_at="2018-03-05", flag="vacant-post")
        none = await read(browser, "/jurisdictions/c/flags", valid_at="2018-03-05", flag="parent-cycle")
        wrong = await read(browser, "/jurisdictions/c/flags", 422, severity="dire")
        person = await read(browser, "/flags", person="x", valid_at="2018-03-05", severity="all")
    assert "县长,1 个席位;任职人:无人" in page.text
    assert "没有符合的疑点" in none.text
    assert "high、middle、low" in wrong.text
    assert "责任书无签字凭证" in person.text
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("elsewhere",))) as narrow:
        assert "授权" in (await read(narrow, "/jurisdictions/c/flags", 403)).text


async def test_what_a_grant_leaves_out_is_counted_where_nothing_else_is_listed(
    client: httpx.AsyncClient, service: Service
) -> None:
    """A list from which the grant takes all is not told as one of nothing: the page says how many it leaves out."""
    await posted(client, *TREE)
    asked = {"person": "x", "valid_at": "2018-03-05", "severity": "all"}
    whole = (await client.get("/v1/flags", params=asked | {"severity": "high,middle,low"})).json()["items"]
    assert whole
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("elsewhere",))) as narrow:
        page = await read(narrow, "/flags", **asked)
    assert f"授权之外未列: {len(whole)}" in page.text

"""Timelines as pages: every item a line with its days, filters, gaps, breaches, and what is said of nothing."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import httpx
import pytest

from projections.answers.duties import last_day_of_duties
from service.console.timeline import last_of_duties
from service.state import Service
from tests.service.console.recording import recorded
from tests.service.console.visitors import key_of, read, visitor
from tests.service.samples import CASES, KEY, Samples
from tests.service.test_walk import TREE, event

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

POINT: Final = "syn-62-post-621223-secretary"
GAP: Final = CASES["vacancy_county"]
DAY: Final = date(2018, 3, 5)


@pytest.fixture
async def browser(samples: Samples) -> httpx.AsyncClient:
    """A browser signed in at the sample logs."""
    answer = await samples.client.post("/sign-in", data={"key": KEY})
    assert answer.status_code == 303
    return samples.client


def lines(text: str, table: str = "items") -> Iterator[dict[str, str]]:
    """What the lines of a table give the chart to draw."""
    (body,) = re.findall(rf'<table id="{table}">.*?</table>', text, re.DOTALL)
    for row in re.findall(r"<tr ([^>]*data-lane[^>]*)>", body):
        yield {name: html.unescape(value) for name, value in re.findall(r'data-([a-z-]+)(?:="([^"]*)")?', row)}


def days(told: Any) -> tuple[str, str] | None:
    """A pair of days as the lines have it."""
    return None if told is None else (told["from"] or "", told["until"] or "")


async def test_every_item_is_a_line_with_its_days(samples: Samples, browser: httpx.AsyncClient) -> None:
    """Each item of the API is one line, with the days that are possible and those that are certain."""
    answer = await samples.get("/jurisdictions/621223/timeline", known_at="@5000", log="demo-cn-62")
    page = await browser.get("/jurisdictions/621223/timeline", params={"known_at": "@5000", "log": "demo-cn-62"})
    assert page.text.count('<tr id="') == len(answer["items"]) > 500
    drawn = [item for item in answer["items"] if item["type"] not in ("target", "task") or item["from"]]
    expected = Counter((days(item["possible"]), days(item["certain"])) for item in drawn)
    shown = Counter(
        ((one["from"], one["until"]), None if one.get("sure") == "no" else (one["sure-from"], one["sure-until"]))
        for one in lines(page.text)
    )
    assert shown == expected
    assert sum(key[1] != key[0] for key in shown) > 10
    assert "@5000" in html.unescape(page.text)


async def test_a_tenure_of_a_post_says_what_is_not_known_to_the_day(browser: httpx.AsyncClient) -> None:
    """A start known by a day, an end known by month: told in words, hatched days beside, the person one click away."""
    page = await read(browser, f"/posts/{POINT}/timeline")
    assert "不晚于 2015-01-15 → 2016-08" in page.text
    assert "可能 2016-08-01 → 2016-08-31" in page.text
    assert "可能 … → 2015-01-15" in page.text
    assert "离任:调动" in page.text
    assert "/persons/syn-62-person-0021" in page.hrefs
    assert "/logs/demo-cn-62/events/432" in page.hrefs


async def test_a_post_has_its_gaps_in_days(browser: httpx.AsyncClient) -> None:
    """A vacancy with its days, who was before and came after; one with a stand-in is said to be substantive."""
    page = await read(browser, f"/posts/{GAP['post']}/timeline")
    assert f"○ 空缺 {GAP['from']} {GAP['until']} {GAP['days']} 示例干部-62-0070 → 示例干部-62-0071" in page.text
    acting = await read(browser, f"/posts/{CASES['acting']['post']}/timeline")
    assert "仅指实任:有人代理或挂职 2018-02-10 2018-04-12 61" in acting.text
    overlap = await read(browser, f"/posts/{CASES['contested']['post']}/timeline", lang="en")
    assert "▲ contested 2017-07-01 2017-10-01 92" in overlap.text


async def test_days_and_sorts_narrow_it(samples: Samples, browser: httpx.AsyncClient) -> None:
    """`from`, `to` and `type` keep what the API keeps; the sorts a form sends become one parameter."""
    asked = {"from": "2018-01-01", "to": "2018-07-01", "type": "tenure,disbursement"}
    answer = await samples.get("/jurisdictions/621223/timeline", **asked)
    page = await browser.get("/jurisdictions/621223/timeline", params=asked)
    assert len([*lines(page.text)]) == len(answer["items"]) > 20
    sent = await browser.get("/jurisdictions/621223/timeline?type=tenure,vacant&type=letter&from=2018-01-01")
    assert (sent.status_code, sent.headers["location"]) == (
        303, "/jurisdictions/621223/timeline?type=tenure%2Cvacant%2Cletter&from=2018-01-01",
    )  # fmt: skip
    person = "/persons/syn-62-person-0950/timeline"
    letters = await browser.get(person, params={"type": "letter"})
    whole = await browser.get(person)
    assert {one["lane"] for one in lines(letters.text)} == {"责任书"} < {one["lane"] for one in lines(whole.text)}


async def test_what_was_breached_stands_below(samples: Samples, browser: httpx.AsyncClient) -> None:
    """Question 5 on the timeline of the province: who left before delisting, how many days, who approved and why."""
    asked = {"from": "2016-01-01", "to": "2021-01-01"}
    wanted = {"jurisdiction": "140000", "scope": "own", "status": "breached,overdue"}
    duties = await samples.get("/duties", **wanted, **asked)
    query = {**asked, "breaches": "yes", "type": "tenure"}
    page = await read(browser, "/jurisdictions/140000/timeline", **query)
    answer = await browser.get("/jurisdictions/140000/timeline", params=query)
    assert answer.text.count('<tr id="breach-') == duties["total"] > 20
    early = CASES["q5"]["left"][0]
    before = f"早于摘帽({early['delisted_on']}){early['days_before_approval']} 天"
    assert f"{early['left_on']} 离任 调动 {before}" in page.text
    assert f"审批: 批准 {early['decided_on']} 中共山西省委员会 {early['ground']}" in page.text
    assert "摘帽比计划(2017-12-31)晚 253 天" in page.text
    assert any(href.startswith(f"/jurisdictions/{early['county']}/timeline") for href in page.hrefs)
    assert any(href.startswith(f"/posts/{early['post']}/timeline") for href in page.hrefs)
    shown = [*lines(answer.text, "breach-table")]
    assert {one["tone"] for one in shown} == {"breached", "overdue"}
    assert (early["left_on"], "99") in {(one["until"], one["rank"]) for one in shown}


async def test_breaches_of_a_post_are_those_it_bears(browser: httpx.AsyncClient) -> None:
    """Of a post only the duties that it bears or answers for are listed."""
    secretary = CASES["q5"]["left"][0]["post"]
    page = await browser.get(f"/posts/{secretary}/timeline", params={"breaches": "yes", "to": "2019-01-01"})
    rows = re.findall(r'<tr id="breach-.*?</tr>', page.text, re.DOTALL)
    assert rows
    assert all(secretary in row for row in rows)


async def test_breaches_are_looked_for_as_far_as_duties_go(client: httpx.AsyncClient, service: Service) -> None:
    """A letter until 2090 stretches the axis beyond the last day of duties: these are asked for up to that day."""
    letter = event("7", "responsibility-letter.signed", letter_id="far", scope="c", signed_on="2017-05-01",
                   signatory={"person_id": "x", "post_id": "s"}, effective_until="2090-01-01")  # fmt: skip
    await recorded(client, *TREE, letter)
    async with visitor(service) as browser:
        for path in ("/jurisdictions/c/timeline", "/posts/s/timeline", "/persons/x/timeline"):
            page = await read(browser, path)
            assert "截至" in (await read(browser, page.links["核对这些日子的职责"])).text
        beyond = {"from": "2080-01-01", "to": "2081-01-01"}
        assert "没有可核对的日子" in (await read(browser, "/posts/s/timeline", breaches="yes", **beyond)).text
    assert last_of_duties(DAY) == last_day_of_duties(DAY)


async def test_a_key_that_may_not_read_duties(client: httpx.AsyncClient, service: Service) -> None:
    """Whoever may read a timeline alone is told so where breaches, or vacancies of a post, would stand."""
    await recorded(client, *TREE)
    key = await key_of(service, "inspector", kinds=("appointment.started", "post.established"))
    async with visitor(service, key) as browser:
        for path in ("/jurisdictions/c/timeline", "/posts/s/timeline", "/persons/x/timeline"):
            page = await read(browser, path, breaches="yes")
            assert "您的密钥可看时间线,不可看职责" in page.text
            assert "没有违反或逾期的职责" not in page.text
            assert "示例甲" in page.text
            assert ("空缺与重叠未列" in page.text) is path.startswith("/posts/")


async def test_breaches_are_asked_for_after_the_page(browser: httpx.AsyncClient) -> None:
    """They take longer than the timeline: the page leads to them, and its script asks for them."""
    page = await browser.get("/jurisdictions/621223/timeline", params={"valid_at": "2018-03-05"})
    (asked,) = re.findall(r'<section id="breaches" data-src="([^"]+)" data-ask>', page.text)
    assert html.unescape(asked) == "/jurisdictions/621223/timeline?valid_at=2018-03-05&breaches=yes"
    assert '<tr id="breach-' not in page.text


async def test_nothing_to_show_says_what_to_do(client: httpx.AsyncClient, service: Service) -> None:
    """A place with no such records, days that are none, an unknown sort and place: a sentence with the next step."""
    await recorded(client, *TREE)
    async with visitor(service) as browser:
        empty = await read(
            browser, "/jurisdictions/c/timeline", **{"from": "1950-01-01", "to": "1951-01-01"}, type="visit"
        )
        assert "请放宽时段或多选几类" in empty.text
        assert "没有可核对的日子" not in empty.text
        wrong = await read(browser, "/jurisdictions/c/timeline", 422, **{"from": "2018-13-01"})
        assert "请按上述形式更正" in wrong.text
        assert "请按上述形式更正" in (await read(browser, "/jurisdictions/c/timeline", 422, type="nonsense")).text
        assert "请核对后再查" in (await read(browser, "/posts/nobody/timeline", 404)).text
        assert "请核对后再查" in (await read(browser, "/persons/nobody/timeline", 404)).text


@pytest.mark.parametrize("path", ["/jurisdictions/c/timeline", "/posts/s/timeline", "/persons/x/timeline"])
@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"from": "2018-01-01", "to": "2017-01-01"}, "to"),
        ({"from": "2018-1-1", "to": "2019-01-01"}, "from"),
        ({"to": "2019-01-01", "known_at": "2018-3-5", "breaches": "yes"}, "known_at"),
    ],
)
async def test_a_form_with_a_fault_is_shown_again(
    client: httpx.AsyncClient, service: Service, path: str, asked: dict[str, str], names: str
) -> None:
    """What was filled in stays, and the page says which parameter is wrong; it tells nothing of other days."""
    await recorded(client, *TREE)
    async with visitor(service) as browser:
        page = await read(browser, path, 422, **asked)
    assert f"参数 {names} 的值 {asked[names]} 无效" in page.text
    assert asked.items() <= page.fields.items()
    assert "逐项" not in page.text
    assert "您的密钥" not in page.text


async def test_what_ended_before_it_began_is_told_and_not_drawn(client: httpx.AsyncClient, service: Service) -> None:
    """A tenure without a day stands in the table as stated, neither certain nor possible, and not in the chart."""
    await recorded(client, *TREE, event("7", "appointment.ended", appointment_id="a", effective_until="2015"))
    async with visitor(service) as stranger:
        page = await read(stranger, "/persons/x/timeline")
        drawn = {one["from"] for one in lines((await stranger.get("/persons/x/timeline")).text)}
    assert "2016-08 → 2015 止于起始之前,不在图中" in page.text
    assert "没有一日" in page.text
    assert drawn == {"2017-01-01"}


async def test_words_of_others_are_no_markup(client: httpx.AsyncClient, service: Service) -> None:
    """A name that looks like markup is shown as it is, also where a script reads it."""
    named = '<img src=x onerror="alert(1)">'
    await recorded(client, *TREE[:3], event("4", "person.registered", person_id="x", name_zh=named), *TREE[4:])
    async with visitor(service) as browser:
        page = await browser.get("/posts/s/timeline")
        assert page.status_code == 200, page.text
        assert "<img src=x" not in page.text
        assert named in {one["label"] for one in lines(page.text)}


async def test_a_timeline_outside_the_grant_is_refused(client: httpx.AsyncClient, service: Service) -> None:
    """Whoever may not read a place is told so on its timelines too."""
    await recorded(client, *TREE)
    key = await key_of(service, "inspector", jurisdictions=("elsewhere",))
    async with visitor(service, key) as browser:
        for path in ("/jurisdictions/c/timeline", "/posts/s/timeline"):
            assert "您的密钥不含此权限" in (await read(browser, path, 403)).text


async def test_many_items_come_page_by_page(client: httpx.AsyncClient, service: Service) -> None:
    """A thousand items at once; the rest a page further, and back."""
    visits = [
        event(f"v{at}", "visit.made", visit_id=f"V{at}", place_id="c", started_on=f"2018-{at % 12 + 1:02}-10")
        for at in range(1005)
    ]
    await recorded(client, *TREE, *visits)
    async with visitor(service) as browser:
        first = await browser.get("/jurisdictions/c/timeline", params={"type": "visit"})
        assert len([*lines(first.text)]) == 1000
        page = await read(browser, "/jurisdictions/c/timeline", type="visit")
        second = page.links["下一页(图只画本页各项)"]
        assert len([*lines((await browser.get(second)).text)]) == 5
        back = (await read(browser, second)).links["上一页"]
        assert len([*lines((await browser.get(back)).text)]) == 1000

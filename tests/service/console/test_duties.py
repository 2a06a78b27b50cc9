"""The board of duties as pages: the heat table, the duties behind a cell, and what is said where there are none."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from service.state import Service
from tests.service.console.visitors import Page, key_of, read, visitor
from tests.service.samples import CASES, KEY, Samples
from tests.service.test_walk import TREE, event, posted

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

COUNTY = "/jurisdictions/621223/duties"
DAY = "2018-12-31"


@pytest.fixture
async def browser(samples: Samples) -> httpx.AsyncClient:
    """A browser signed in at the sample logs."""
    answer = await samples.client.post("/sign-in", data={"key": KEY})
    assert answer.status_code == 303
    return samples.client


async def test_cells_say_what_the_summary_counts(samples: Samples, browser: httpx.AsyncClient) -> None:
    """Each cell of a system tells the counts of its place and rule, and its link lists just these duties."""
    answer = await browser.get(COUNTY, params={"valid_at": DAY, "system": "central-2016"})
    asked = {"jurisdiction": "621223", "valid_at": DAY, "system": "central-2016"}
    summary = await samples.get("/duties/summary", **asked, by="jurisdiction,rule", limit=1000)
    labels = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)">', answer.text)
    told = {(label.partition(":")[0], html.unescape(href)): label.partition(": ")[2] for href, label in labels}
    rules = list(dict.fromkeys(item["rule"] for item in summary["items"]))[:20]
    shown = [item for item in summary["items"] if item["rule"] in rules and sum(item["counts"].values())]
    assert len(shown) > 20
    for item in shown:
        place = item["jurisdiction"]
        (found,) = [
            said
            for (label, href), said in told.items()
            if label == f"{place['name']} {item['article']}"
            and f"/{place['id']}/" in href
            and re.search(rf"rule={re.escape(item['rule'])}(&|$)", href)
        ]
        owed = {"违反": "breached", "逾期": "overdue", "无记录": "gap", "无法判定": "undetermined", "未到期": "due",
                "已履行": "met", "不适用": "not-applicable"}  # fmt: skip
        counts = {owed[word]: int(many) for word, many in re.findall(r"([^ ,]+) (\d+)", found)}
        expected = {status: many for status, many in item["counts"].items() if many and status != "not-applicable"}
        assert counts == (expected or {"not-applicable": item["counts"]["not-applicable"]})
    own = next(item for item in shown if item["own"] and item["counts"]["gap"])
    href = next(href for (label, href) in told if f"rule={own['rule']}" in href and "scope=own" in href)
    listed = await read(browser, href)
    assert f"{sum(own['counts'].values())} 项职责" in listed.text


async def test_columns_turn_and_keep_what_was_asked(browser: httpx.AsyncClient) -> None:
    """The rules come by twenty; the next part keeps day, instrument and status in its address."""
    page = await read(browser, COUNTY, valid_at=DAY, status="breached,overdue,gap", system="gansu")
    assert "条款 1–20 /" in page.text
    following = next(href for href in page.hrefs if "columns=20" in href)
    assert "valid_at=2018-12-31" in following
    assert "system=gansu" in following
    second = await read(browser, following)
    assert "条款 21–" in second.text


async def test_a_place_leads_down(browser: httpx.AsyncClient) -> None:
    """The name of a place below leads to its own board, with the same day."""
    page = await read(browser, COUNTY, valid_at=DAY, system="gansu")
    href = page.links["官亭镇"]
    assert href.startswith("/jurisdictions/j-621223104/duties?")
    town = await read(browser, href)
    assert "官亭镇 职责看板 · 2018-12-31" in town.text


async def test_a_period(browser: httpx.AsyncClient) -> None:
    """Over a quarter every window is counted, and the list behind has its days."""
    page = await read(browser, COUNTY, period="2018-Q2", system="gansu")
    assert "2018-04-01 → 2018-07-01" in page.text
    href = next(page.leading("/jurisdictions/j-621223/duties?view=list"))
    assert "from=2018-04-01" in href
    assert "to=2018-07-01" in href
    listed = await read(browser, href)
    assert "2018-04-01 → 2018-07-01(不含)" in listed.text


async def test_who_left_before_the_county_was_delisted(browser: httpx.AsyncClient) -> None:
    """Question 5: each departure with its day, reason, days before delisting, decision and ground."""
    query = {"valid_at": "2020-12-06", "rule": "shanxi-2016-art8-b"}
    page = await read(browser, "/jurisdictions/140000/duties", **query)
    early, excused, excepted = CASES["q5"]["left"][0], CASES["q5"]["left"][3], CASES["q5"]["left"][5]
    assert f"{early['left_on']} 调动 {early['days_before_approval']} {early['delisted_on']} 批准" in page.text
    assert f"同意 {early['decided_on']} 中共山西省委员会 {early['ground']}" in page.text
    assert f"{excused['left_on']} 退休" in page.text
    assert "不计:退休" in page.text
    assert f"作为例外同意 {excepted['decided_on']} 中共山西省委员会 {excepted['ground']}" in page.text
    assert "/bodies/syn-14-body-140000-committee" in " ".join(page.hrefs)
    breached = await read(browser, "/jurisdictions/140000/duties", **query, status="breached")
    assert "4 项职责" in breached.text


async def test_a_duty_shows_what_it_rests_on(samples: Samples, browser: httpx.AsyncClient) -> None:
    """Rule, words, bearer, readings, days charged with vacant days to nobody, evidence and the digest of the pack."""
    asked = {"jurisdiction": "140000", "valid_at": "2020-12-06", "rule": "shanxi-2016-art8-b", "status": "breached"}
    duty = (await samples.get("/duties", **asked))["items"][1]
    page = await read(browser, "/jurisdictions/140000/duties", **{k: v for k, v in asked.items() if k[0] != "j"})
    for said in (duty["quote"], duty["policy"], duty["rule"], duty["readings"][0]["means"], duty["window"]["from"]):
        assert said in page.text
    nobody = next(run for run in duty["charged"] if run["person"] is None)
    assert re.search(rf"无人 .*{nobody['from']} {nobody['until']} {nobody['days']} ", page.text)
    log = duty["evidence"][0]["position"]
    assert f"/logs/demo-cn-14/events/{log}" in page.hrefs
    assert "{" not in page.text


async def test_lists_turn(browser: httpx.AsyncClient) -> None:
    """Duties come by twenty, forth and back."""
    page = await read(browser, COUNTY, valid_at=DAY, view="list", scope="own", status="gap")
    assert "此处第 1–20" in page.text
    second = await read(browser, page.links["下一页 →"])
    assert "此处第 21–40" in second.text
    assert (await read(browser, second.links["← 上一页"])).text.count("此处第 1–20") == 1


async def test_of_a_person(browser: httpx.AsyncClient) -> None:
    """The duties of a person are listed without a place."""
    page = await read(browser, "/duties", person="syn-62-person-0022", valid_at=DAY)
    assert "项职责" in page.text
    assert "宕昌县" in page.text


async def test_logs_to_choose_from(browser: httpx.AsyncClient) -> None:
    """Without a log the page offers them; a log shows its topmost places."""
    page = await read(browser, "/duties", valid_at=DAY)
    chosen = page.links["demo-cn-62"]
    assert "valid_at=2018-12-31" in chosen
    board = await read(browser, chosen)
    assert "demo-cn-62 职责看板" in board.text
    assert any(href.startswith("/jurisdictions/j-620000/duties") for href in board.hrefs)


async def test_in_english(browser: httpx.AsyncClient) -> None:
    """The words of the page are English, the words of the instruments stay as they are."""
    page = await read(browser, COUNTY, valid_at=DAY, system="central-2016", lang="en")
    assert "What the statuses mean" in page.text
    listed = await read(browser, COUNTY, valid_at=DAY, view="list", scope="own", lang="en")
    assert "Expected, actual, readings and days charged" in listed.text
    assert "责任主体" not in listed.text


async def test_the_only_log_is_taken(client: httpx.AsyncClient, service: Service) -> None:
    """Where there is one log, its board is shown at once; a place that owes nothing gets a sentence."""
    await posted(client, *TREE)
    async with visitor(service) as browser:
        answer = await browser.get("/duties", params={"valid_at": "2018-03-05"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/duties?valid_at=2018-03-05&log=cn-62")
        early = await read(browser, "/jurisdictions/c/duties", valid_at="2010-01-01")
        found = await read(browser, "/jurisdictions/c/duties", valid_at="2018-03-05")
    assert "没有符合的职责" in early.text
    assert "各地各条" in found.text


async def test_what_only_informs_is_marked(client: httpx.AsyncClient, service: Service) -> None:
    """A rule of a draft has the name of its force at its column, and its results say what they would be."""
    wuyi = [
        event("1", "jurisdiction.registered", jurisdiction_id="h", code="13", name_zh="河北省", level="province"),
        event("2", "jurisdiction.registered", jurisdiction_id="w", code="131122", name_zh="武邑县", level="county",
              parent_id="h"),
        event("3", "post.established", post_id="s", title_zh="县委书记", jurisdiction_id="w",
              functions=["party-principal"]),
    ]  # fmt: skip
    await posted(client, *wuyi)
    async with visitor(service) as browser:
        page = await read(browser, "/jurisdictions/w/duties", valid_at="2018-03-05", system="wuyi")
    assert "征求意见稿" in page.text
    assert "其中只供参考" in page.text


async def test_names_that_there_are_not_are_refused(client: httpx.AsyncClient, service: Service) -> None:
    """A system or rule of no pack does not read as if nothing were owed, on the board and in the list."""
    await posted(client, *TREE)
    async with visitor(service) as browser:
        for wrong in ({"system": "gansuu"}, {"rule": "nosuch"}, {"view": "list", "system": "gansuu"}):
            page = await read(browser, "/jurisdictions/c/duties", 422, **wrong)
            assert ("gansu, " if "system" in wrong else "/v1/policies/") in page.text


async def test_refusals(client: httpx.AsyncClient, service: Service) -> None:
    """A wrong period, an unknown place and a key without the grant each get a page that says what to do."""
    await posted(client, *TREE)
    async with visitor(service) as browser:
        assert "2018-Q2" in (await read(browser, "/jurisdictions/c/duties", 422, period="2018-Q9")).text
        assert "请核对" in (await read(browser, "/jurisdictions/nowhere/duties", 404)).text
    async with visitor(service, await key_of(service, "inspector", jurisdictions=("elsewhere",))) as narrow:
        page: Page = await read(narrow, "/jurisdictions/c/duties", 403)
    assert "授权" in page.text

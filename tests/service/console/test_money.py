"""The money of a place as a page: sums that add up, flows, payments approved while a post was vacant, who answered."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from decimal import Decimal
from typing import Any, Final

import httpx
import pytest

from service.state import Service
from tests.service.console.recording import recorded
from tests.service.console.visitors import key_of, read, visitor
from tests.service.samples import CASES, KEY, Samples
from tests.service.test_walk import TREE, event

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

GANSU: Final = CASES["q8"]
COUNTY: Final = f"/jurisdictions/{GANSU['jurisdiction']}/money"
PLACES: Final = ["j-620000", "j-621200", "j-621223", "j-621223104", "j-621223104211", "syn-62-j-621291"]


@pytest.fixture
async def browser(samples: Samples) -> httpx.AsyncClient:
    """A browser signed in at the sample logs."""
    answer = await samples.client.post("/sign-in", data={"key": KEY})
    assert answer.status_code == 303
    return samples.client


def streams(text: str) -> list[tuple[str, str, Decimal]]:
    """The flows that a page gives its chart to draw: from, to, how much."""
    rows = re.findall(r"<tr ([^>]*data-amount[^>]*)>", text)
    found = [dict(re.findall(r'data-([a-z-]+)="([^"]*)"', row)) for row in rows]
    return [(html.unescape(one["from"]), html.unescape(one["to"]), Decimal(one["amount"])) for one in found]


def spaced(amount: str) -> str:
    """An amount with its thousands apart."""
    return f"{Decimal(amount):,.2f}"


@pytest.mark.parametrize("scope", ["subtree", "own"])
@pytest.mark.parametrize("place", PLACES)
async def test_what_enters_leaves_or_is_left(
    samples: Samples, browser: httpx.AsyncClient, place: str, scope: str
) -> None:
    """At every level and every place above, what came in is what went on, was paid and is left, to the cent."""
    answer = await samples.get(f"/jurisdictions/{place}/money", scope=scope)
    page = await browser.get(f"/jurisdictions/{place}/money", params={"scope": scope})
    came: dict[str, Decimal] = defaultdict(Decimal)
    went: dict[str, Decimal] = defaultdict(Decimal)
    for source, to, amount in streams(page.text):
        went[source] += amount
        came[to] += amount
    between = came.keys() & went.keys()
    assert {f"level:{level['level']}" for level in answer["levels"] if Decimal(level["allocated"])} <= between
    assert {end: came[end] for end in between} == {end: went[end] for end in between}
    left = sum((amount for end, amount in came.items() if end.startswith("left:")), Decimal(0))
    short = sum((amount for end, amount in went.items() if end.startswith("short:")), Decimal(0))
    assert left - short == Decimal(answer["totals"]["left"])


async def test_sums_by_level(browser: httpx.AsyncClient) -> None:
    """Each level with what came, went, was paid, came back and is left; the scope below; thousands apart."""
    page = await read(browser, "/jurisdictions/621223/money", valid_at="2020-12-21")
    assert "县级 36,000,000.00 4,000,000.00 5,600,000.00 0.00 26,400,000.00" in page.text
    assert "村级 900,000.00 0.00 400,000.00 40,000.00 540,000.00" in page.text
    assert "全范围(只计与外部往来) 36,000,000.00 0.00 8,300,000.00 40,000.00 27,740,000.00" in page.text
    assert "中央专项 中央 26,000,000.00 2" in page.text
    assert "甘肃省 陇南市 18,000,000.00 1" in page.text
    early = await read(browser, "/jurisdictions/621223/money", valid_at="2017-12-31", lang="en")
    assert "county 8,000,000.00 0.00 640,000.00 0.00 7,360,000.00" in early.text


async def test_payments_approved_while_a_post_was_vacant(browser: httpx.AsyncClient) -> None:
    """Question 8: above 100,000 yuan, with both days, the vacant post, who acted, under which article, and the sum."""
    query = {"vacant": "yes", "above": "100,000", "valid_at": "2020-12-21"}
    page = await read(browser, COUNTY, **query)
    paid = {one["disbursement"]: one for one in GANSU["disbursements"]}
    principals = ("syn-62-post-621291-secretary", "syn-62-post-621291-head")
    listed = [paid[one] for one in GANSU["gansu"]["disbursements"]
              if set(paid[one]["without_substantive_holder"]) & set(principals)]  # fmt: skip
    assert len(listed) == 3
    for one in listed:
        assert f"{one['approved_on']} {one['disbursed_on']} {spaced(one['amount'])}" in page.text
    total = spaced(str(sum(Decimal(one["amount"]) for one in listed)))
    assert f"3 笔 · 合计 {total}" in page.text
    assert "实任 ○ 空缺 示例干部-62-0958 代理" in page.text
    below = paid["syn-62-disbursement-0015"]
    vacant = page.text.partition("监管岗位空缺期间批准的拨付")[2].partition("逐步")[0]
    assert spaced(below["amount"]) not in vacant
    whole = await read(browser, COUNTY, vacant="yes", valid_at="2020-12-21")
    assert "5 笔" in whole.text


@pytest.mark.parametrize("above", ["x", "NaN", "1e", "ten thousand"])
async def test_what_is_no_amount_is_refused(browser: httpx.AsyncClient, above: str) -> None:
    """A least amount that is none does not list all payments as if they were above it."""
    for vacant in ({}, {"vacant": "yes"}):
        page = await read(browser, COUNTY, 422, above=above, **vacant)
        assert f"参数 above 的值 {above} 无效" in page.text
        assert "100000" in page.text


async def test_who_answered_at_each_step(samples: Samples, browser: httpx.AsyncClient) -> None:
    """Approved while the finance head was missing and paid after the next came: each day shows its own holders."""
    entry = await samples.entry("demo-cn-62", "syn-62-e-04646")
    page = await read(browser, COUNTY, at=str(entry["position"]))
    approved, paid = page.text.partition("审批 2018-10-19 · 合成辰县")[2].partition("拨付 2018-10-24 · 合成辰县")[::2]
    assert "合成辰县财政局局长 合成辰县财政局 ○ 空缺 无任职人 2018-09-03 → 2018-10-22" in approved
    assert "合成辰县财政局局长 合成辰县财政局 ● 在任" in paid
    assert "审批岗位" in approved
    assert "首要责任 甘肃省脱贫攻坚责任制实施办法 第二十五条" in approved + paid or "资金监管责任在机构" in approved


async def test_an_entry_without_days_or_unknown(browser: httpx.AsyncClient) -> None:
    """An entry that is not there is refused with the next step."""
    assert "请核对后再查" in (await read(browser, COUNTY, 404, at="999999")).text
    assert (await browser.get(COUNTY, params={"at": "x/../y"})).status_code in (404, 422)


def payment(at: int, **more: Any) -> dict[str, Any]:
    """A payment of the county."""
    day = f"2018-{at % 12 + 1:02}-{at % 28 + 1:02}"
    data = {"disbursement_id": f"D{at}", "jurisdiction_id": "c", "amount": "1000.00", "disbursed_on": day, **more}
    return event(f"d{at}", "funds.disbursed", **data)


async def test_many_payments_come_page_by_page(client: httpx.AsyncClient, service: Service) -> None:
    """Sums and flows are of all payments, while a hundred are listed at once; more was paid than came in."""
    given = {"allocation_id": "A", "recipient_id": "c", "amount": "20000.00", "allocated_on": "2018-01-01"}
    await recorded(client, *TREE, event("g", "funds.allocated", **given), *(payment(at) for at in range(250)))
    async with visitor(service) as browser:
        path = "/jurisdictions/c/money"
        first = await browser.get(path, params={"valid_at": "2019-01-01"})
        assert first.text.count('<tr id="step-') == 100
        assert set(streams(first.text)) == {
            ("source:None", "level:county", Decimal(20000)),
            ("short:level:county", "level:county", Decimal(230000)),
            ("level:county", "paid:level:county", Decimal(250000)),
        }
        page = await read(browser, path, valid_at="2019-01-01")
        assert "-230,000.00" in page.text
        seen = set(re.findall(r'<tr id="(step-\d+)"', first.text))
        while "下一页" in page.links:
            following = page.links["下一页"]
            assert "valid_at=2019-01-01" in following
            seen |= set(re.findall(r'<tr id="(step-\d+)"', (await browser.get(following)).text))
            page = await read(browser, following)
        assert len(seen) == 251


async def test_a_place_without_money_says_what_to_do(client: httpx.AsyncClient, service: Service) -> None:
    """Nothing on record by the day: a sentence with the next step, and no chart."""
    await recorded(client, *TREE, payment(1))
    async with visitor(service) as browser:
        page = await read(browser, "/jurisdictions/c/money", valid_at="2010-01-01")
        assert "没有资金记录。请换一天" in page.text
        drawn = await browser.get("/jurisdictions/c/money", params={"valid_at": "2010-01-01"})
        assert 'id="sankey"' not in drawn.text
        key = await key_of(service, "inspector", jurisdictions=("elsewhere",))
    async with visitor(service, key) as browser:
        assert "您的密钥不含此权限" in (await read(browser, "/jurisdictions/c/money", 403)).text

"""Question 18: a county's share and growth of the special fund, and whether it settled projects after acceptance."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from tests.service.samples import CASES, Answer, Samples, ids, levels_of, persons_of, posts_of, roles_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["q18"]
COUNTY = CASE["jurisdiction"]
YEAR_END = "2017-12-31"
PUBLIC = "public-budget-revenue"
"""公共财政预算收入, the base of the 1 %."""
GENERAL = "general-public-budget-revenue"
"""一般公共预算收入, the base of the growth."""

Step = dict[str, Any]


async def budgets(samples: Samples, as_of: str = "2018-12-31", known_at: str | None = None) -> list[Step]:
    """Every statement of a budget adopted by a day, in order of adoption, with the entry behind it."""
    path = f"/jurisdictions/{COUNTY}/timeline"
    answer = await samples.get(path, type="budget", valid_at=as_of, known_at=known_at)
    assert (answer["valid_at"], answer["log"]["id"], answer["next"]) == (as_of, CASE["log"], None)
    assert answer["known_at"]
    found = []
    for item in answer["items"]:
        events = {entry["position"]: entry["id"] for entry in item["evidence"]}
        found += [{**step["data"], "event": events[step["position"]]} for step in item["steps"] if step["on"] <= as_of]
    return sorted(found, key=lambda step: (step["adopted_on"], step["event"]))


async def in_force(samples: Samples, as_of: str, base: str = PUBLIC) -> Step:
    """The budget of the year as it stood on a day, by one of the two names of its base."""
    stated = [one for one in await budgets(samples, as_of) if one["fiscal_year"] == CASE["year"]]
    return [one for one in stated if one["base_definition"] == base][-1]


def share(budget: Step) -> Decimal:
    """The special fund as a part of the base."""
    return Decimal(budget["special_fund"]) / Decimal(budget["base_revenue"])


def fund_growth(budget: Step) -> Decimal:
    """How much the special fund grew over the year before."""
    return Decimal(budget["special_fund"]) / Decimal(budget["previous_year_fund"]) - 1


def revenue_growth(budget: Step) -> Decimal:
    """How much the base grew over the year before."""
    return Decimal(budget["base_revenue"]) / Decimal(budget["previous_year_revenue"]) - 1


async def money(samples: Samples, valid_at: str = YEAR_END) -> Answer:
    """The money of the county and all below it."""
    found: Answer = await samples.get(f"/jurisdictions/{COUNTY}/money", valid_at=valid_at)
    assert (found["valid_at"], found["scope"], found["log"]["id"]) == (valid_at, "subtree", CASE["log"])
    assert found["known_at"]
    assert found["next"] is None
    return found


def of_type(answer: Answer, name: str) -> list[Answer]:
    """The items of one type."""
    return [item for item in answer["items"] if item["type"] == name]


async def test_shares_and_growths_of_three_years(samples: Samples) -> None:
    """Each statement of a budget gives the fund, its base and the year before; the share and growths follow exactly."""
    found = {one["event"]: one for one in await budgets(samples)}
    assert list(found) == [row["event"] for row in CASE["budgets"]]
    for row in CASE["budgets"]:
        shown = found[row["event"]]
        stated = ("adopted_on", "special_fund", "base_revenue", "base_definition")
        before = ("previous_year_fund", "previous_year_revenue")
        assert {name: shown[name] for name in (*stated, *before)} == {name: row[name] for name in (*stated, *before)}
        assert (shown["fiscal_year"], shown["budget_id"]) == (row["year"], row["budget"])
        assert fund_growth(shown) == Decimal(row["fund_growth"])
        if "share" in row:
            assert share(shown) == Decimal(row["share"])
            assert (share(shown) >= Decimal("0.01")) is row["reaches_one_percent"]
        if "exceeds" in row:
            assert revenue_growth(shown) == Decimal(row["revenue_growth"])
            assert (fund_growth(shown) > revenue_growth(shown)) is row["exceeds"]


async def test_the_two_names_of_the_base_are_kept_apart(samples: Samples) -> None:
    """Easy to get wrong: 公共财政预算收入 and 一般公共预算收入 are two bases; each answer says which was used."""
    public, general = [await in_force(samples, "2017-06-30", base) for base in (PUBLIC, GENERAL)]
    assert (public["base_revenue"], general["base_revenue"]) == ("550000000.00", "660000000.00")
    assert public["adopted_on"] == general["adopted_on"] == "2017-02-10"
    assert share(public) != share(general)
    found = of_type(await money(samples), "budget")
    assert {(one["base_definition"], one["base_revenue"]) for one in found if one["fiscal_year"] == 2017} == {
        (PUBLIC, "625000000.00"),
        (GENERAL, "660000000.00"),
    }


async def test_amounts_are_decimal_strings_and_exact(samples: Samples) -> None:
    """Easy to get wrong: yuan are strings with two decimals; 5.5 of 550 million is one hundredth, and not about."""
    found = await in_force(samples, "2017-06-30")
    amounts = [found[name] for name in ("special_fund", "base_revenue", "previous_year_fund", "previous_year_revenue")]
    answer = await money(samples)
    amounts += [*answer["totals"].values(), *(item["amount"] for item in answer["items"])]
    assert all(isinstance(amount, str) and re.fullmatch(r"-?\d+\.\d{2}", amount) for amount in amounts)
    assert (share(found), str(share(found))) == (Decimal("0.01"), "0.01")


async def test_exactly_one_percent_passes(samples: Samples) -> None:
    """Easy to get wrong: 1%以上 includes 1 %, and growth that equals the other's does not exceed it."""
    found = await in_force(samples, "2017-06-30")
    assert Decimal(found["special_fund"]) * 100 == Decimal(found["base_revenue"])
    (last,) = [one for one in await budgets(samples) if one["fiscal_year"] == 2018]
    assert fund_growth(last) == revenue_growth(last) == Decimal("0.25")


async def test_an_amendment_moves_the_base(samples: Samples) -> None:
    """Easy to get wrong: the year's budget reached 1 % as adopted in February and missed it as amended in August."""
    days = ("2017-02-10", "2017-08-29", "2017-08-30", YEAR_END)
    found = [await in_force(samples, day) for day in days]
    assert [one["adopted_on"] for one in found] == ["2017-02-10", "2017-02-10", "2017-08-30", "2017-08-30"]
    assert [share(one) >= Decimal("0.01") for one in found] == [True, True, False, False]
    assert len({one["budget_id"] for one in found}) == 1


async def test_the_flow_shows_the_budget_as_it_stood(samples: Samples) -> None:
    """The money of the county on a day has the budget as adopted by then, and not as it was amended after."""
    for day, adopted, base in (
        ("2017-06-30", "2017-02-10", "550000000.00"),
        (YEAR_END, "2017-08-30", "625000000.00"),
    ):
        found = {one["budget"]: one for one in of_type(await money(samples, day), "budget")}
        shown = found["syn-13-budget-131122-2017"]
        assert (shown["adopted_on"], shown["base_revenue"]) == (adopted, base)


async def test_settlements_against_acceptance(samples: Samples) -> None:
    """Each settlement of 2017 with the day of acceptance and its result: three came without one that passed before."""
    found = {one["reimbursement"]: one for one in of_type(await money(samples), "reimbursement")}
    assert len(found) == len(CASE["projects"])
    for row in CASE["projects"]:
        shown = found[row["reimbursement"]]
        accepted = shown["acceptance"] or {"accepted_on": None, "result": None}
        assert shown["project"]["id"] == row["project"], row["shows"]
        assert shown["project"]["name"], row["shows"]
        assert (shown["reimbursed_on"], shown["amount"]) == (row["reimbursed_on"], row["reimbursed"])
        assert shown["disbursed_base"] == row["disbursed"]
        assert (accepted["accepted_on"], accepted["result"]) == (row["accepted_on"], row["acceptance"]), row["shows"]
        assert shown["accepted_before"] is row["accepted_before"], row["shows"]
        assert shown["evidence"]
    early = sorted(which for which, one in found.items() if one["accepted_before"] is False)
    assert early == sorted(CASE["settled_without_prior_acceptance"])


async def test_the_rate_of_settlement_against_the_minimum_and_the_whole(samples: Samples) -> None:
    """1.35 of 1.5 million is settled: nine tenths, above the province's minimum of 0.85 and below 100 %."""
    answer = await money(samples)
    paid = {one["project"]["id"]: one["amount"] for one in of_type(answer, "disbursement")}
    assert paid == {row["project"]: row["disbursed"] for row in CASE["projects"]}
    totals = answer["totals"]
    assert (totals["disbursed"], totals["reimbursed"]) == (CASE["disbursed"], CASE["reimbursed"])
    rate = Decimal(totals["reimbursed"]) / Decimal(totals["disbursed"])
    assert rate == Decimal(CASE["reimbursement_rate"])
    found = await samples.get(f"/jurisdictions/{COUNTY}/timeline", type="target", valid_at=YEAR_END)
    (target,) = found["items"]
    (step,) = target["steps"]
    assert (target["id"], step["data"]["value"]) == (CASE["minimum"]["target"], CASE["minimum"]["value"])
    assert (step["data"]["measure"], step["data"]["due_on"]) == ("报账率最低要求", YEAR_END)
    assert (Decimal(step["data"]["value"]) <= rate) is CASE["minimum"]["reached"] is True
    assert rate < 1


async def test_what_came_in_and_what_is_left(samples: Samples) -> None:
    """The county's own 5.5 million, what was paid of it by the end of each year, and what is left."""
    for day in ("2017-12-31", "2018-12-31"):
        answer = await money(samples, day)
        assert {name: answer["totals"][name] for name in CASE["money"][day]} == CASE["money"][day]
    (given,) = of_type(answer, "allocation")
    assert (given["allocation"], given["from"], given["to"]["id"]) == (CASE["money"]["allocation"], None, COUNTY)


async def test_a_rule_without_a_number_gets_none(samples: Samples) -> None:
    """Easy to get wrong: Gansu says only 一定比例, so a budget there is answered as stated, without any threshold."""
    case = CASES["money"]
    answer = await samples.get("/jurisdictions/j-621200/money", valid_at="2018-12-31", scope="own")
    (found,) = of_type(answer, "budget")
    assert case["budget_event_without_stated_share"] in ids(found["evidence"])
    assert (found["base_definition"], found["base_revenue"]) == ("local-fiscal-revenue", "2400000000.00")
    assert (found["previous_year_fund"], found["previous_year_revenue"]) == (None, None)
    assert not {"share", "minimum", "passes", "breach"} & set(found)


async def test_who_approved_the_payments_and_who_answers_for_the_funds(samples: Samples) -> None:
    """The county head approved each and held the post that day; 首要责任 is read off two texts that differ."""
    for payment in of_type(await money(samples), "disbursement"):
        (entry,) = payment["evidence"]
        found = await samples.get(f"/logs/{CASE['log']}/events/{entry['position']}/responsible")
        approved, paid = found["steps"]
        assert (approved["on"], paid["on"]) == (payment["approved_on"], payment["disbursed_on"])
        county = levels_of(approved)["county"]
        person, post = payment["approved_by"]["person"], payment["approved_by"]["post"]
        assert (person["name"], post["title"]) == ("示例干部-13-0048", "武邑县县长")
        assert persons_of(posts_of(county)[post["id"]]) == {person["id"]: "certain"}
        first = {
            system: {body["body"]["name"] for body in county["bodies"] if "首要责任" in roles_of(body, system).values()}
            for system in ("central-2016", "wuyi")
        }
        assert first == {"central-2016": {"武邑县人民政府"}, "wuyi": {"中共武邑县委员会", "武邑县人民政府"}}
        draft = [one for one in approved["policies"] if one["system"] == "wuyi"]
        assert [(one["status"], one["in_force"]) for one in draft] == [("draft", "unknown")]


async def test_budgets_were_recorded_late_and_known_from_then_on(samples: Samples) -> None:
    """The budgets of 2016 and 2017 are known from 2017-11-20, when the county joined; that of 2018 came after."""
    known = [one["fiscal_year"] for one in await budgets(samples, known_at="2017-11-20")]
    assert known == [2016, 2017, 2017, 2017]
    assert [one["fiscal_year"] for one in await budgets(samples, known_at="2018-02-18")] == [*known, 2018]
    late = CASES["late_budgets"]
    path = f"/logs/{late['log']}/back-dated"
    found = await samples.get(path, days=late["least_days"] - 1, limit=1000)
    assert found["next"] is None
    listed = [
        {"event": one["id"], "on": one["on"], "recorded_on": one["recorded_at"][:10], "days": one["days_late"]}
        for one in found["items"]
        if one["type"] in late["kinds"]
    ]
    assert listed == sorted(late["entries"], key=lambda row: str(row["recorded_on"]))

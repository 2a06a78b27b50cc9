"""Question 18 by its duties: the county fund rules of 武邑县, year by year, and two texts without a number."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.service.owed import by_about, owed, taken, under
from tests.service.samples import CASES, Answer, Samples
from tests.service.timelines import check_evidence

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final[dict[str, Any]] = CASES["q18"]
COUNTY = CASE["jurisdiction"]
SHARE, GROWTH, ORDER, RATE = (f"wuyi-2017-s1a-{name}" for name in ("04-b", "04-c", "09-d", "09-f"))
SPAN: Final = {"from": "2016-01-01", "to": "2019-01-02"}
PUBLIC, GENERAL = "public-budget-revenue", "general-public-budget-revenue"


async def years(samples: Samples, rule: str, **asked: str) -> dict[int, Answer]:
    """The results of a rule by fiscal year."""
    found = await owed(samples, rule, jurisdiction=COUNTY, scope="own", **{**SPAN, **asked})
    return {duty["more"]["year"]: duty for duty in found}


def stated(year: int, base: str) -> Answer:
    """The last statement of a year's budget over a base, as the case has it."""
    found: Answer = [one for one in CASE["budgets"] if (one["year"], one["base_definition"]) == (year, base)][-1]
    return found


async def test_the_share_of_each_year(samples: Samples) -> None:
    """Fund, base, share and the day of the budget it rests on; below one hundredth is what a draft calls a gap."""
    found = await years(samples, SHARE)
    for year in (2016, 2017, 2018):
        duty, budget = found[year], stated(year, PUBLIC)
        actual = duty["actual"]
        assert (actual["share"], actual["base"], actual["as_of"]) == (budget["share"], PUBLIC, budget["adopted_on"])
        assert (actual["fund"], actual["revenue"]) == (budget["special_fund"], budget["base_revenue"])
        reached = budget["reaches_one_percent"]
        assert (duty["status"], duty["would_be"]) == (("met", None) if reached else ("gap", "breached"))
        assert duty["force"] == "draft"
    await check_evidence(samples, CASE["log"], [found[year] for year in (2016, 2017, 2018)])


async def test_exactly_one_percent_passes_until_the_budget_is_amended(samples: Samples) -> None:
    """Easy to get wrong: 5.5 of 550 million is 1 % exactly and met; the amendment of August moved the base."""
    before = (await years(samples, SHARE, valid_at="2017-08-29"))[2017]
    assert (before["status"], before["actual"]["share"], before["actual"]["statements"]) == ("met", "0.01", 1)
    after = (await years(samples, SHARE))[2017]
    assert (after["actual"]["share"], after["actual"]["as_of"], after["actual"]["statements"]) == (
        "0.0088",
        "2017-08-30",
        2,
    )


async def test_the_two_names_of_the_base(samples: Samples) -> None:
    """Easy to get wrong: 公共财政预算收入 for the share, 一般公共预算收入 for the growth: which was used is said."""
    share, growth = (await years(samples, SHARE))[2017], (await years(samples, GROWTH))[2017]
    assert (taken(share, "base"), taken(growth, "base")) == (PUBLIC, GENERAL)
    assert share["more"]["bases_on_record"] == [GENERAL, PUBLIC]
    assert under((await years(samples, SHARE))[2016], "base", GENERAL) == "undetermined"
    assert (await years(samples, GROWTH))[2016]["status"] == "undetermined"


async def test_growth_of_fund_and_of_revenue(samples: Samples) -> None:
    """The fund grew by 37.5 % and the revenue by 10 %; equal growth, over the other base in 2018, does not pass."""
    found = await years(samples, GROWTH)
    budget = stated(2017, GENERAL)
    actual = found[2017]["actual"]
    assert (actual["fund_growth"], actual["revenue_growth"]) == (budget["fund_growth"], budget["revenue_growth"])
    assert found[2017]["status"] == "met"
    equal = stated(2018, PUBLIC)
    assert equal["fund_growth"] == equal["revenue_growth"]
    assert under(found[2018], "base", PUBLIC) == "gap"


async def test_settled_only_after_acceptance(samples: Samples) -> None:
    """Each project of 2017: approved, accepted, settled in this order; before, without, or after a failed one not."""
    found = by_about(await owed(samples, ORDER, jurisdiction=COUNTY, scope="own", valid_at="2019-01-01"))
    for row in CASE["projects"]:
        duty = found[row["project"]]
        assert (duty["status"], duty["would_be"]) == (
            ("met", None) if row["accepted_before"] else ("gap", "breached")
        ), row["shows"]
        if not row["accepted_before"]:
            late = row["acceptance"] == "passed"
            assert duty["more"]["faults"] == [f"reimbursed-{'before' if late else 'without'}-accepted"]


async def test_the_rate_of_settlement(samples: Samples) -> None:
    """1.35 of 1.5 million is nine tenths: above the province's minimum, which has a source, and below the goal."""
    found = await years(samples, RATE)
    duty = found[2017]
    assert (duty["actual"]["rate"], duty["actual"]["settled"], duty["actual"]["paid"]) == (
        CASE["reimbursement_rate"],
        CASE["reimbursed"],
        CASE["disbursed"],
    )
    assert (duty["expected"]["minimum"], duty["expected"]["goal"]) == (CASE["minimum"]["value"], "1")
    assert (duty["status"], duty["more"]["goal_reached"]) == ("met", False)
    targets = {entry["id"] for entry in duty["evidence"] if entry["type"] == "target.set"}
    assert len(targets) == 1
    assert found[2018]["expected"]["minimum"] is None
    assert found[2018]["status"] == "undetermined"


async def test_texts_without_a_number(samples: Samples) -> None:
    """Easy to get wrong: Gansu says 一定比例, Shanxi 双增长 without a figure: presence alone, and never a breach."""
    for rule, place in (("gansu-2017-art21-a", "j-621223"), ("shanxi-2016-art5-a", "j-140000")):
        found = await owed(samples, rule, jurisdiction=place, scope="own", valid_at="2019-01-01")
        assert found
        assert {duty["verdicts"] for duty in found} == {"presence"}
        assert {duty["status"] for duty in found} <= {"met", "gap"}
        assert not [duty for duty in found if duty["expected"].get("at_least")]


async def test_budgets_are_known_from_their_recording(samples: Samples) -> None:
    """Before the county joined the log in November 2017 nothing of its budgets was known."""
    answer = await samples.ask("/duties", jurisdiction=COUNTY, rule=SHARE, known_at="2017-11-01", **SPAN)
    assert answer.status_code == 404
    joined = await years(samples, SHARE, known_at="2017-11-20")
    assert (joined[2017]["actual"]["share"], joined[2016]["actual"]["share"]) == ("0.0088", "0.008")

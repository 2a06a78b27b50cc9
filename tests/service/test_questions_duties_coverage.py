"""Question 22 by its duty: a team for every poor village and a helper for every poor household on each day of 2018."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

import pytest

from tests.service.owed import owed
from tests.service.samples import CASES, Answer, Samples
from tests.service.timelines import check_evidence

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final[dict[str, Any]] = CASES["q22"]
COUNTY = CASE["jurisdiction"]
RULE: Final = "gansu-2017-art28-a"
YEAR: Final = {"from": CASE["from"], "to": CASE["until"]}


async def covered(samples: Samples, **asked: str) -> Answer:
    """The county's result."""
    (found,) = await owed(samples, RULE, jurisdiction=COUNTY, scope="own", **asked)
    return found


def of_set(duty: Answer, name: str) -> tuple[Answer, Answer]:
    """One set of the result, and the one need of its members."""
    (found,) = [one for one in duty["actual"] if one["set"] == name]
    (need,) = found["needs"]
    return found, need


async def test_uncovered_village_days_and_household_days(samples: Samples) -> None:
    """65 of 1,764 village-days without a team and 391 of 1,886 household-days without a helper; both with ratio."""
    duty = await covered(samples, **YEAR)
    villages, team = of_set(duty, "poor villages")
    homes, helper = of_set(duty, "poor households")
    lacking = CASE["uncovered_village_days"]["work-team"]
    assert (villages["member_days"], team["uncovered_days"]) == (CASE["village_days"], lacking)
    assert (homes["member_days"], helper["uncovered_days"]) == (
        CASE["household_days"],
        CASE["uncovered_household_days"],
    )
    assert team["covered_days"] + team["uncovered_days"] == CASE["village_days"]
    ratio = Decimal(CASE["household_days"] - 391) / CASE["household_days"]
    assert helper["ratio"] == str(ratio.quantize(Decimal("0.0001"), ROUND_DOWN))
    assert (duty["status"], duty["force"], duty["verdicts"]) == ("breached", "binding", "full")
    await check_evidence(samples, CASE["log"], [duty])


async def test_every_gap_with_its_days(samples: Samples) -> None:
    """Villages without a team and households without a helper: from, until, days; nothing else is a gap."""
    duty = await covered(samples, **YEAR)
    told = {(gap["about"], gap["from"], gap["until"], gap["days"]) for gap in duty["gaps"]}
    teams = [gap for gap in CASE["gaps"] if gap["element"] == "work-team"]
    helpers = [gap for home in CASE["households"] for gap in home["gaps"]]
    assert told == {(gap["of"], gap["from"], gap["until"], gap["days"]) for gap in (*teams, *helpers)}
    assert {gap["cause"] for gap in duty["gaps"]} == {"no-team", "no-helper"}


async def test_the_denominator_changes_by_the_day(samples: Samples) -> None:
    """Easy to get wrong: identified in April, out in October, struck off in September: each counts for its own days."""
    for since, until, count in (
        ("2018-03-31", "2018-04-01", 5),
        ("2018-04-01", "2018-04-02", 6),
        ("2018-08-31", "2018-09-01", 6),
        ("2018-09-01", "2018-09-02", 5),
        ("2018-10-01", "2018-10-02", 4),
    ):
        homes, _ = of_set(await covered(samples, **{"from": since, "to": until}), "poor households")
        assert homes["member_days"] == count, since


async def test_one_helper_for_many_households_is_no_gap(samples: Samples) -> None:
    """Easy to get wrong: the helper of four households covers each of them; no text limits how many there may be."""
    many = next(homes for homes in CASE["helpers"].values() if len(homes) == 4)
    duty = await covered(samples, **{"from": "2018-05-01", "to": "2018-06-01"})
    assert not {gap["about"] for gap in duty["gaps"]} & set(many)
    assert {gap["about"] for gap in duty["gaps"]} == {"syn-62-household-0008"}


async def test_why_and_who_should_have_filled_it(samples: Samples) -> None:
    """A gap tells who was there last and why he left, or that nobody had come, and who should have filled it."""
    duty = await covered(samples, **YEAR)
    why = {(one["member"], one["from"]): one for one in duty["more"]["uncovered"]}
    left = why["syn-62-household-0006", "2018-07-01"]
    assert (left["need"], left["last"]["reason"]) == ("helper", "transfer")
    assert why["syn-62-household-0004", "2018-04-01"]["last"] is None
    assert all(one["place"] for one in why.values())
    answering = {tuple(post["functions"]) for post in duty["bearer"]["posts"]}
    assert answering == {("party-principal",), ("government-principal",)}
    assert sum(one["days"] for one in duty["charged"]) == 2 * 365


async def test_a_day_on_which_all_are_covered_and_one_on_which_not(samples: Samples) -> None:
    """As of one day: on the last of June one household lacks a helper, on the first of July two."""
    june, july = await covered(samples, valid_at="2018-06-30"), await covered(samples, valid_at="2018-07-01")
    assert {gap["about"] for gap in june["gaps"]} == {"syn-62-household-0008"}
    assert {gap["about"] for gap in july["gaps"]} == {"syn-62-household-0008", "syn-62-household-0006"}
    late = await covered(samples, valid_at="2018-12-15")
    assert (late["status"], late["gaps"]) == ("met", [])


async def test_elements_without_a_rule_for_every_day_are_gaps(samples: Samples) -> None:
    """Shanxi's five requirements and Henan's report of 2015 give presence: met or gap, never a breach."""
    for rule, place in (("shanxi-2016-art31-b", "j-141126"), ("henan-2017-p45", "syn-41-j-410225901201")):
        found = await owed(samples, rule, jurisdiction=place, valid_at="2018-06-30")
        assert found
        assert {duty["status"] for duty in found} <= {"met", "gap", "not-applicable"}
        assert {duty["verdicts"] for duty in found} == {"presence"}

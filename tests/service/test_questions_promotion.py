"""Question 6: a county graded 优秀 three years running; its principals, a promotion in place, the rewarded fifth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest

from tests.service.owed import by_about, owed, taken, under
from tests.service.samples import CASES, Answer, Samples
from tests.service.timelines import check_evidence

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final[dict[str, Any]] = CASES["q6"]
PROVINCE, COUNTY = CASE["province"], CASE["county"]
FIFTH, PRIORITY, FROZEN = "shanxi-2016-art49-b", "shanxi-2016-art49-c", "shanxi-2016-art8-b"
TODAY = "2020-12-31"


async def rounds(samples: Samples, valid_at: str = TODAY) -> dict[str, Answer]:
    """The rounds of evaluation, by year."""
    return by_about(await owed(samples, FIFTH, jurisdiction=PROVINCE, scope="own", valid_at=valid_at))


async def test_rank_set_size_cut_off_and_rounding_of_each_round(samples: Samples) -> None:
    """Each round with the county's rank, how many were ranked, a fifth of that, and whether it was rewarded."""
    found = await rounds(samples)
    assert set(found) == set(CASE["rounds"])
    for year, expected in CASE["rounds"].items():
        duty = found[year]
        assert duty["window"]["from"] == expected["recorded_on"]
        assert duty["more"]["ranks"][COUNTY] == expected["rank"]
        assert duty["expected"]["of"] == len(duty["more"]["ranks"]) == expected["evaluated"]
        assert duty["expected"]["places"] == expected["rewarded"] == len(duty["actual"]["rewarded"])
        assert (COUNTY in duty["actual"]["rewarded"]) == expected["county_rewarded"]
        assert (taken(duty, "rounding"), taken(duty, "ranked_set")) == ("nearest", "evaluated")
        assert duty["status"] == "met"
        assert duty["force"] == "binding"
    await check_evidence(samples, CASE["log"], found.values())


async def test_a_fifth_of_58_is_not_whole(samples: Samples) -> None:
    """Easy to get wrong: 11.6 is twelve or eleven, and the county is twelfth: the result says that it would differ."""
    first = (await rounds(samples))["2016"]
    assert first["expected"]["exact"] == CASE["exact"] == str(CASE["counted"] * Decimal(CASE["share"]))
    assert (first["expected"]["of"], first["expected"]["places"]) == (58, 12)
    assert first["more"]["ranks"][COUNTY] == 12
    assert (under(first, "rounding", "up"), under(first, "rounding", "down")) == ("met", "breached")
    assert first["differs"]


async def test_the_set_of_which_the_fifth_is_taken_is_a_reading(samples: Samples) -> None:
    """Easy to get wrong: of 20 evaluated four are rewarded and the eleventh is not; of the 58 listed it would be."""
    second = (await rounds(samples))["2017"]
    assert (second["expected"]["of"], second["expected"]["exact"]) == (20, "4.00")
    assert second["more"]["ranks"][COUNTY] == 11
    assert COUNTY not in second["more"]["top"]
    assert under(second, "ranked_set", "listed") == "breached"


async def test_a_reward_is_due_until_the_next_round(samples: Samples) -> None:
    """In the third round, of those still listed, the county's own reward came last: due the day before, then met."""
    day = CASE["late_reward_on"]
    before = (await rounds(samples, "2019-06-10"))["2018"]
    assert before["status"] == "due"
    assert before["more"]["not_rewarded"] == [COUNTY]
    after = (await rounds(samples, day))["2018"]
    assert (after["status"], after["more"]["not_rewarded"]) == ("met", [])
    assert after["expected"]["of"] == 56


async def test_three_years_of_a_county_are_not_three_years_of_a_person(samples: Samples) -> None:
    """Easy to get wrong: both principals of the county are shown with the days of each year that they held the post."""
    found = by_about(await owed(samples, PRIORITY, jurisdiction=PROVINCE, scope="own", valid_at="2019-08-01"))
    duty = found[CASE["rounds"]["2018"]["evaluation"]]
    assert duty["more"]["trigger"]["on"] == CASE["rounds"]["2018"]["recorded_on"]
    held = {one["person"]: (one["post"], one["days"]) for one in duty["more"]["holders"]}
    assert held == {one["person"]: (one["post"], one["days"]) for one in CASE["principals"].values()}
    whole = {person for person, (_, days) in held.items() if [*days.values()] == [366, 365, 365]}
    assert whole == {CASE["principals"]["secretary"]["person"]}
    assert not [one for one in found.values() if one["more"]["trigger"]["on"] < "2019-03-05"]
    await check_evidence(samples, CASE["log"], [duty])


async def test_priority_promises_nothing(samples: Samples) -> None:
    """Easy to get wrong: without any promotion the rule is a gap and no breach; once decided it is met."""
    which = CASE["rounds"]["2018"]["evaluation"]
    asked: dict[str, str] = {"jurisdiction": PROVINCE, "scope": "own"}
    before = by_about(await owed(samples, PRIORITY, **asked, valid_at="2019-08-01"))[which]
    assert (before["status"], before["verdicts"], before["would_be"]) == ("gap", "presence", None)
    after = by_about(await owed(samples, PRIORITY, **asked, valid_at="2019-08-02"))[which]
    assert after["status"] == "met"
    assert CASE["promoted_in_place"]["decision_event"] in {entry["id"] for entry in after["evidence"]}
    granted = by_about(await owed(samples, PRIORITY, **asked, valid_at="2019-08-20"))[which]
    assert (granted["actual"]["count"], granted["actual"]["first_on"]) == (2, "2019-08-02")


async def test_a_promotion_in_place_leaves_nobody(samples: Samples) -> None:
    """Easy to get wrong: promoted in place, the secretary holds the post on, and 不脱贫不调整 is kept."""
    who = CASE["principals"]["secretary"]
    found = by_about(await owed(samples, FROZEN, jurisdiction=PROVINCE, scope="own", valid_at=TODAY))
    duty = found[who["post"]]
    assert (duty["status"], duty["force"], duty["verdicts"]) == ("met", "binding", "full")
    (decided,) = duty["more"]["decisions"]
    assert (decided["kind"], decided["decided_on"]) == (
        "promotion-in-place",
        CASE["promoted_in_place"]["decided_on"],
    )
    held = await samples.get(f"/posts/{who['post']}/holders", valid_at=TODAY)
    assert [(one["person"]["id"], one["until"]) for one in held["holders"]] == [(who["person"], None)]
    assert {status for one in duty["readings"] for status in (other["status"] for other in one["others"])} == {"met"}

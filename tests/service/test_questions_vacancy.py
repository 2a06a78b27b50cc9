"""Question 2: a vacancy of forty days between two secretaries of a village, with and without someone acting."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.samples import CASES, Samples, levels_of, persons_of, post_of, posts_of, roles_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

VACANT = ["q2", "q2_gansu", "q2_shanxi"]
ACTING = ["q2_acting", "q2_gansu_acting", "q2_shanxi_acting"]
GAP = ("2017-05-31", "2017-06-15", "2017-07-09")


@pytest.mark.parametrize("name", VACANT)
async def test_the_vacancy_is_shown_with_its_days(samples: Samples, name: str) -> None:
    """The vacant post stands in the chain with [2017-05-31, 2017-07-10), 40 days, and who came before and after."""
    case = CASES[name]
    post = post_of(await samples.chain(case["jurisdiction"], case["valid_at"]), case["post"])
    assert (post["status"], post["substantive"], post["holders"]) == ("vacant", "vacant", [])
    gap = post["vacancy"]
    assert (gap["from"], gap["until"], gap["days"]) == ("2017-05-31", "2017-07-10", 40)
    assert gap["previous"]["person"]["id"] == case["previous"]
    assert gap["next"]["person"]["id"] == case["next"]
    assert post["evidence"]


@pytest.mark.parametrize("name", VACANT)
async def test_the_end_is_exclusive_and_the_start_inclusive(samples: Samples, name: str) -> None:
    """Easy to get wrong: held on 2017-05-30, vacant on the 31st and on 2017-07-09, held again on the 10th."""
    case = CASES[name]
    days = ("2017-05-30", "2017-05-31", "2017-07-09", "2017-07-10")
    found = [await samples.chain(case["jurisdiction"], day) for day in days]
    assert [persons_of(post_of(answer, case["post"])) for answer in found] == [
        {case["previous"]: "certain"},
        {},
        {},
        {case["next"]: "certain"},
    ]
    holders = await samples.get(f"/posts/{case['post']}/holders", **{"from": "2017-01-01", "to": "2018-01-01"})
    assert [(gap["from"], gap["until"], gap["days"]) for gap in holders["gaps"]] == [("2017-05-31", "2017-07-10", 40)]


@pytest.mark.parametrize("day", GAP)
async def test_others_bear_the_duty_through_the_gap(samples: Samples, day: str) -> None:
    """Easy to get wrong: Henan's 主要责任 is shared; the first secretary bears it, the group's head 总责."""
    case = CASES["q2"]
    village = levels_of(await samples.chain(case["jurisdiction"], day))["village"]
    borne: dict[str, list[Any]] = {}
    for post_id, post in posts_of(village).items():
        for role in roles_of(post, "henan").values():
            borne.setdefault(role, []).append((post_id, post["status"], *persons_of(post)))
    assert borne["主要责任"] == [
        (case["post"], "vacant"),
        (case["first_secretary_post"], "held", case["first_secretary"]),
    ]
    assert borne["总责"] == [(case["group_leader_post"], "held", case["group_leader"])]
    rules = {found["rule"]: found["article"] for post in village["posts"] for found in post["responsibilities"]}
    assert rules["henan-2017-p23-c"] == "第23段"


@pytest.mark.parametrize("name", [*VACANT, *ACTING])
async def test_a_gap_is_no_breach(samples: Samples, name: str) -> None:
    """Easy to get wrong: no text states a maximum vacancy, so nothing is flagged and nothing is called a breach."""
    case = CASES[name]
    answer = await samples.chain(case["jurisdiction"], case["valid_at"])
    assert answer["flags"] == []
    assert not {"breach", "breached", "overdue", "deadline"} & set(post_of(answer, case["post"]))


@pytest.mark.parametrize("name", ACTING)
async def test_an_acting_holder_fills_the_post_and_not_its_substance(samples: Samples, name: str) -> None:
    """With someone acting the post is held, and `substantive` says that it is vacant all the same."""
    case = CASES[name]
    post = post_of(await samples.chain(case["jurisdiction"], case["valid_at"]), case["post"])
    assert (post["status"], post["substantive"], post["vacancy"]) == ("held", "vacant", None)
    (held,) = post["holders"]
    assert (held["person"]["id"], held["capacity"], held["certainty"]) == (case["acting"], "acting", "certain")
    assert (held["from"], held["until"]) == ("2017-05-31", "2017-07-10")
    after = post_of(await samples.chain(case["jurisdiction"], "2017-07-10"), case["post"])
    assert (after["status"], after["substantive"], persons_of(after)) == ("held", "held", {case["next"]: "certain"})


async def test_holders_of_a_post_with_someone_acting(samples: Samples) -> None:
    """The holders list shows the acting tenure between two substantive ones, and no day without a holder."""
    case = CASES["q2_acting"]
    span = {"from": "2017-01-01", "to": "2018-01-01"}
    found = await samples.get(f"/posts/{case['post']}/holders", valid_at=case["valid_at"], **span)
    assert [(held["person"]["id"], held["capacity"]) for held in found["holders"]] == [
        (case["previous"], "substantive"),
        (case["acting"], "acting"),
        (case["next"], "substantive"),
    ]
    assert (found["status"], found["substantive"], found["gaps"], found["overlaps"]) == ("held", "vacant", [], [])


@pytest.mark.parametrize("name", [*VACANT, *ACTING])
async def test_the_successor_was_not_known_in_the_gap(samples: Samples, name: str) -> None:
    """As known on 2017-07-01 the vacancy (or the acting tenure) has no end yet: nothing is foreseen."""
    case = CASES[name]
    post = post_of(await samples.chain(case["jurisdiction"], case["valid_at"], "2017-07-01"), case["post"])
    assert post["status"] == case["status"]
    if case["acting"] is None:
        gap = post["vacancy"]
        assert (gap["from"], gap["until"], gap["days"], gap["next"]) == ("2017-05-31", None, 16, None)
    else:
        assert post["holders"][0]["until"] is None

"""Question 12: a first secretary graded 不合格, the unit that sent him, its heads, and who scored the leaders."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.service.owed import by_about, owed, taken, under
from tests.service.samples import CASES, Answer, Samples
from tests.service.timelines import check_evidence

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final[dict[str, Any]] = CASES["q12"]
COUNTY, UNITS, LEADERS = CASE["county"], CASE["units"], CASE["leaders"]
VETO, LINK, HEAD, SCORED = (f"majiang-2016-{name}" for name in ("fs-veto", "fs-link", "fs-head", "bottom-up"))
TODAY = "2020-12-31"


async def of_2016(samples: Samples, rule: str, **asked: str) -> dict[str, Answer]:
    """The results of the units for the year, by unit."""
    given = {"jurisdiction": COUNTY, "valid_at": TODAY, **asked}
    found = await owed(samples, rule, **given)
    return by_about(duty for duty in found if duty["window"]["from"] == f"{CASE['year']}-01-01")


async def test_secretary_unit_and_violation(samples: Samples) -> None:
    """Each unit with whom it sent, both grades, and whether the bar was kept; with the entries behind."""
    found = await of_2016(samples, VETO)
    assert set(found) == {unit["unit"] for unit in UNITS}
    for unit in UNITS:
        duty = found[unit["unit"]]
        assert duty["status"] == unit["status"], unit["shows"]
        (sent,) = duty["actual"]["sent"]
        assert (sent["person"], sent["appointment"]) == (unit["secretary"], unit["appointment"])
        assert sent["grades"] == ["unqualified"]
        assert duty["expected"] == {"not": ["excellent"], "where": ["unqualified"]}
        assert (duty["force"], duty["verdicts"]) == ("binding", "full")
    await check_evidence(samples, CASE["log"], found.values())


async def test_head_at_selection_and_head_at_evaluation(samples: Samples) -> None:
    """Who was head of the unit when the secretary was sent, and who when the unit was graded."""
    found = await of_2016(samples, VETO)
    for unit in UNITS:
        more = found[unit["unit"]]["more"]
        selected = {one["person"] for one in more["heads_at_selection"][unit["appointment"]]}
        assert selected == {unit["at_selection"]}
        assert {one["person"] for one in more["heads_at_evaluation"]} == {unit["at_evaluation"]}
    charged = found[UNITS[0]["unit"]]["charged"]
    assert [(one["person"]["id"], one["days"]) for one in charged] == [
        (UNITS[0]["at_selection"], 244),
        (UNITS[0]["at_evaluation"], 122),
    ]


async def test_the_grade_of_the_head_is_linked(samples: Samples) -> None:
    """Both grades stand beside each other for the year; how they are linked the text does not say: never a breach."""
    for rule in (LINK, HEAD):
        found = await of_2016(samples, rule)
        assert {duty["status"] for duty in found.values()} == {"met"}
        assert {duty["verdicts"] for duty in found.values()} == {"presence"}
    every = await owed(samples, HEAD, jurisdiction=COUNTY, valid_at=TODAY)
    assert {duty["status"] for duty in every} == {"met", "gap"}


async def test_a_secretary_replaced_in_mid_year(samples: Samples) -> None:
    """Easy to get wrong: who left in July counts or does not, the rule does not say; the one who came has his own."""
    gone, came = UNITS[2], UNITS[3]
    found = await of_2016(samples, VETO)
    duty = found[gone["unit"]]
    assert (duty["status"], taken(duty, "serving")) == ("breached", "any")
    assert under(duty, "serving", "at-year-end") == gone["at_year_end"] == "not-applicable"
    assert duty["differs"]
    for unit in UNITS:
        if unit["status"] != unit["at_year_end"]:
            continue
        assert under(found[unit["unit"]], "serving", "at-year-end") == unit["at_year_end"]
    posts = {found[unit["unit"]]["actual"]["sent"][0]["post"] for unit in (gone, came)}
    assert len(posts) == 1


async def test_a_failing_grade_caps_and_does_not_compute(samples: Samples) -> None:
    """Easy to get wrong: graded 良好 the unit kept to the bar; no grade is worked out for it."""
    duty = (await of_2016(samples, VETO))[UNITS[3]["unit"]]
    assert (duty["status"], duty["actual"]["grades"]) == ("met", ["good"])
    assert "grade" not in duty["expected"]


async def test_a_correction_opens_the_unit_grade_again(samples: Samples) -> None:
    """Easy to get wrong: 合格 as first believed; corrected to 不合格, the unit's 优秀 is a breach until regraded."""
    unit = UNITS[1]
    believed = await of_2016(samples, VETO, known_at=unit["known"]["believed"])
    assert believed[unit["unit"]]["status"] == "not-applicable"
    corrected = await of_2016(samples, VETO, known_at=unit["known"]["corrected"])
    duty = corrected[unit["unit"]]
    assert (duty["status"], duty["actual"]["grades"]) == ("breached", ["excellent"])
    assert unit["secretary_event"] in {entry["id"] for entry in duty["evidence"]}
    now = await of_2016(samples, VETO)
    assert (now[unit["unit"]]["status"], now[unit["unit"]]["more"]["graded_on"]) == ("met", unit["regraded_on"])
    before = await of_2016(samples, VETO, valid_at="2020-12-14")
    assert before[unit["unit"]]["status"] == "breached"
    entry = await samples.entry(CASE["log"], unit["secretary_event"])
    assert entry["standing"]["status"] == "corrected"


async def test_scorers_against_the_pairings_of_the_year(samples: Samples) -> None:
    """Each leader with his scorers, whom he assisted in 2016, and scorers whom he did not assist."""
    found = by_about(await owed(samples, SCORED, jurisdiction=COUNTY, valid_at=TODAY))
    assert set(found) == {leader["evaluation"] for leader in LEADERS}
    for leader in LEADERS:
        duty = found[leader["evaluation"]]
        assert duty["status"] == leader["status"]
        assert duty["actual"]["scorers"] == leader["scorers"]
        assert duty["more"]["scorers_not_assisted"] == leader["strangers"]
        assert under(duty, "every", True) == leader["every"]
        assert duty["expected"]["classes"] == ["township", "village", "household"]
    await check_evidence(samples, CASE["log"], found.values())


async def test_only_the_pairings_of_that_year_count(samples: Samples) -> None:
    """A leader reassigned in July assisted two villages in the year; either may score, and all need not."""
    moved = LEADERS[2]
    duty = by_about(await owed(samples, SCORED, jurisdiction=COUNTY, valid_at=TODAY))[moved["evaluation"]]
    assert set(duty["more"]["assisted"]["village"]) == {CASE["villages"][0], CASE["villages"][2]}
    assert (duty["status"], under(duty, "every", True)) == ("met", "breached")
    assert duty["more"]["assisted"]["township"] == {CASE["township"]: "certain"}
    assert under(duty, "through", value=False) == "gap"

"""A second domain by data alone: five levels of river chiefs, their patrols, who is charged with those left out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.samples import CASES, Samples, levels_of, persons_of, post_of, roles_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

RIVERS, VACANCY, PATROLS = CASES["rivers"], CASES["rivers_vacancy"], CASES["rivers_patrols"]
TWO_YEARS = {"from": "2018-01-01", "to": "2020-01-01"}
LEVELS = {"province": "990000", "city": "990100", "county": "990121", "township": "990121901",
          "village": "990121901201"}  # fmt: skip


async def duties(samples: Samples, place: str, rule: str, **asked: str) -> list[dict[str, Any]]:
    """The duties of a place itself under one rule."""
    given = {"jurisdiction": place, "rule": f"river-chief-{rule}", "scope": "own", "limit": "500", **asked}
    return list((await samples.get("/duties", **given))["items"])


async def unkept(samples: Samples, place: str, rule: str, **asked: str) -> list[str]:
    """The first days of the windows of two years that were not kept."""
    found = await duties(samples, place, rule, **{**TWO_YEARS, "status": "breached", **asked})
    return [one["window"]["from"] for one in found]


async def test_the_chain_names_the_chiefs_of_five_levels(samples: Samples) -> None:
    """From a village up, each level has its chief with the article that makes him first responsible."""
    answer = await samples.chain(RIVERS["jurisdiction"], RIVERS["valid_at"])
    levels = levels_of(answer)
    for level, code in LEVELS.items():
        post = post_of(answer, RIVERS["posts"][code])
        assert persons_of(post) == {RIVERS["chiefs"][code][0]: "certain"}
        assert roles_of(post, "river-chief")["river-chief-art5-b"] == "第一责任人"
        assert [one["post"]["id"] for one in levels[level]["posts"]].count(post["post"]["id"]) == 1
    general = next(one for one in levels["county"]["posts"] if "river-chief-art5-a" in roles_of(one, "river-chief"))
    assert persons_of(general) == {RIVERS["generals"]["990121"]: "certain"}
    assert [one["role"] for one in levels["village"]["unnamed"] if one["system"] == "river-chief"] == ["总河长"]


async def test_a_missed_week_is_charged_to_the_chief_who_held_it(samples: Samples) -> None:
    """Ninety-seven weeks were kept; the week without a patrol is breached, all seven days the chief's."""
    assert await unkept(samples, RIVERS["jurisdiction"], "art7-b") == PATROLS["weeks_without"]
    met = await duties(samples, RIVERS["jurisdiction"], "art7-b", **TWO_YEARS, status="met")
    assert (len(met), sorted({one["article"] for one in met})) == (97, ["第七条"])
    assert all(one["evidence"] for one in met)
    (week,) = await duties(samples, RIVERS["jurisdiction"], "art7-b", **{"from": "2018-07-16", "to": "2018-07-24"})
    assert (week["status"], week["differs"], week["quote"]) == ("breached", False, "村级河长每周至少巡河一次")
    assert [(one["person"]["id"], one["days"]) for one in week["charged"]] == [(RIVERS["chiefs"]["990121901201"][0], 7)]


async def test_a_week_of_holidays_is_another_reading(samples: Samples) -> None:
    """Easy to get wrong: the text does not say whether a week without a working day is owed; the answer says both."""
    since = PATROLS["week_of_holidays"]
    (week,) = await duties(samples, RIVERS["jurisdiction"], "art7-b", **{"from": since, "to": "2018-10-09"})
    assert (week["status"], week["differs"]) == ("breached", True)
    (reading,) = week["readings"]
    assert [(one["value"], one["status"]) for one in reading["others"]] == [(False, "not-applicable")]


async def test_weeks_of_a_vacancy_are_nobodys(samples: Samples) -> None:
    """The weeks without a chief are breached and charged to nobody; the township failed to keep the post filled."""
    weeks = [one for one in PATROLS["weeks_without"] if VACANCY["from"] <= one < VACANCY["until"]]
    assert len(weeks) == 5
    span = {"from": VACANCY["from"], "to": "2019-06-18"}
    found = await duties(samples, VACANCY["jurisdiction"], "art7-b", **span)
    assert [(one["status"], [run["person"] for run in one["charged"]]) for one in found] == [("breached", [None])] * 5
    (team,) = await duties(samples, PATROLS["township"], "art2-b", **TWO_YEARS)
    gaps = {one["about"]: (one["from"], one["until"], one["days"]) for one in team["gaps"]}
    assert (team["status"], gaps[VACANCY["jurisdiction"]]) == ("breached", ("2019-05-13", "2019-06-17", 35))


async def test_each_level_has_its_own_period(samples: Samples) -> None:
    """A month, a quarter and a half-year without a patrol are breached at township, county and province alone."""
    months = [f"{month}-01" for month in PATROLS["months_without"]]
    assert await unkept(samples, PATROLS["township"], "art7-a") == months
    assert await unkept(samples, PATROLS["county"], "art6-b") == [PATROLS["quarter_without"]]
    assert await unkept(samples, PATROLS["province"], "art6-a") == [PATROLS["half_year_without"]]
    (quarter,) = await duties(samples, PATROLS["county"], "art6-b", **TWO_YEARS, status="breached")
    assert [one["person"]["id"] for one in quarter["charged"]] == [RIVERS["chiefs"]["990121"][0]]


async def test_a_patrol_recorded_late_is_not_known_before(samples: Samples) -> None:
    """Easy to get wrong: the week looked missed until its patrol was recorded, and was kept all along."""
    late = PATROLS["late"]
    span = {"from": late["week"], "to": "2019-08-13"}
    found = [
        [one["status"] for one in await duties(samples, RIVERS["jurisdiction"], "art7-b", **span, known_at=known)]
        for known in (late["unknown_at"], late["recorded_on"])
    ]
    assert found == [["breached"], ["met"]]


async def test_five_working_days_skip_the_spring_festival(samples: Samples) -> None:
    """Reported two days before the holidays, due on 26 February; settled two days late; one is overdue."""
    case = CASES["rivers_issues"]
    found = {one["about"]: one for one in await duties(samples, case["county"], "art9-b", valid_at="2020-01-31")}
    told = {
        name: (found[case[name]["issue"]]["status"], found[case[name]["issue"]]["late_days"])
        for name in ("in_time", "late", "open")
    }
    assert told == {"in_time": ("met", None), "late": ("met", 2), "open": ("overdue", None)}
    assert found[case["late"]["issue"]]["due_on"] == "2018-02-26"


async def test_a_rectification_handed_over_keeps_both(samples: Samples) -> None:
    """One chief was in office when it arose, nobody at its deadline, the next one completed it 25 days late."""
    case = CASES["rivers_rectifications"]
    handed = case["handed_over"]
    found = {one["about"]: one for one in await duties(samples, case["village"], "art10", valid_at="2020-01-31")}
    one = found[handed["rectification"]]
    assert (one["status"], one["due_on"], one["late_days"]) == ("met", handed["deadline"], handed["late_days"])
    assert [each["person"] for each in one["more"]["arose_under"]] == handed["people"][:1]
    assert one["more"]["at_deadline"] == []
    (open_,) = await duties(samples, case["open"]["village"], "art10", valid_at="2020-01-31")
    assert (open_["status"], open_["about"]) == ("overdue", case["open"]["rectification"])
    (before,) = await duties(samples, case["open"]["village"], "art10", valid_at=case["open"]["deadline"])
    assert (before["status"], before["changes_on"]) == ("due", "2020-01-01")


async def test_what_was_closed_without_verification(samples: Samples) -> None:
    """Closed after a falsified completion and no new verification: the office breached its procedure."""
    case = CASES["rivers_rectifications"]
    county = PATROLS["county"]
    found = {one["about"]: one["status"] for one in await duties(samples, county, "art11", valid_at="2020-01-31")}
    assert (found[case["closed_unverified"]], found[case["plain"]]) == ("breached", "met")
    (followed,) = await duties(samples, county, "art19", valid_at="2020-01-31")
    assert followed["status"] == "met"


async def test_reports_letters_and_grades(samples: Samples) -> None:
    """A report six days late, one overdue, a letter that ended, a department graded against its liaison's failure."""
    case = CASES["rivers_reports"]
    reports = {one["window"]["from"]: one for one in await duties(samples, case["township"], "art13", **TWO_YEARS)}
    assert (reports[case["late"]["month"]]["status"], reports[case["late"]["month"]]["late_days"]) == ("met", 6)
    assert [since for since, one in reports.items() if one["status"] == "overdue"] == [case["missing"]]
    letters = CASES["rivers_letters"]
    status = {
        day: [one["status"] for one in await duties(samples, letters["without"], "art16-a", valid_at=day)]
        for day in ("2018-12-31", letters["without_from"])
    }
    assert status == {"2018-12-31": ["met"], "2019-01-01": ["breached"]}
    grades = CASES["rivers_grades"]
    year = {"from": "2018-01-01", "to": "2019-01-01"}
    (bureau,) = (await samples.get("/duties", body=grades["bureau"], rule="river-chief-art17-b", **year))["items"]
    assert (bureau["status"], bureau["kind"]) == ("breached", "evaluation")


async def test_the_summary_counts_what_is_listed(samples: Samples) -> None:
    """The counts of the system for the county are those of its duties, a duty stated twice counted once."""
    day = "2019-06-30"
    asked = {"jurisdiction": PATROLS["county"], "system": "river-chief", "valid_at": day}
    listed = (await samples.get("/duties", **asked, limit="1000"))["items"]
    once = [one["status"] for one in listed if one["same_as"] is None]
    summary = await samples.get("/duties/summary", **asked, by="level")
    assert {name: many for name, many in summary["counts"].items() if many} == {
        status: once.count(status) for status in once
    }
    assert summary["counted_once"]["left_out"] == len(listed) - len(once) > 0


async def test_no_code_knows_the_second_domain(samples: Samples) -> None:
    """The pack says that it is invented, and has rules of ten evaluators and more."""
    found = await samples.get("/policies/river-chief")
    assert found["invented"] is True
    assert len({rule["evaluator"] for rule in found["rules"]}) >= 10
    assert found["coverage"]["yes"][0] >= 15

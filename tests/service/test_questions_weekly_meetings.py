"""Question 23: the weekly meetings and the observation of a township in one quarter, the reports of its departments."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pytest

from tests.service.samples import CASES, Answer, Samples

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final = CASES["q23"]
WEEKLY, QUARTERLY, REPORTS = "wuyi-2017-s1b-07-b", "wuyi-2017-s1b-07-c", "wuyi-2017-s2-03-report"
MISSING: Final = [week for week, held in CASE["weeks"].items() if not held]


async def weeks(
    samples: Samples, since: str, until: str, valid_at: str | None = None, known_at: str | None = None
) -> dict[str, Answer]:
    """The weeks of the township in [since, until), by number."""
    asked = {"from": since, "to": until, "valid_at": valid_at, "known_at": known_at, "scope": "own"}
    answer = await samples.get("/duties", jurisdiction=CASE["township"], rule=WEEKLY, **asked)
    assert (answer["log"]["id"], answer["next"], bool(answer["known_at"])) == (CASE["log"], None, True)
    return {one["more"]["week"]: one for one in answer["items"]}


async def quarter(samples: Samples, known_at: str | None = None) -> dict[str, Answer]:
    """The weeks of the quarter, as of the Sunday of the last."""
    return await weeks(samples, CASE["days"][0], CASE["days"][1], known_at=known_at)


def held(week: Answer) -> list[str]:
    """The days of the meetings of a week."""
    return [act["on"] for act in week["more"]["acts"]]


async def entries(samples: Samples, duty: Answer) -> list[Answer]:
    """The entries behind a duty."""
    return [await samples.get(f"/logs/{CASE['log']}/events/{one['position']}") for one in duty["evidence"]]


async def test_thirteen_weeks_with_what_was_held(samples: Samples) -> None:
    """Each ISO week of the quarter from Monday on, with the days of its meetings; two weeks had none."""
    found = await quarter(samples)
    assert {week: held(one) for week, one in found.items()} == CASE["weeks"]
    assert len(found) == 13
    for week, one in found.items():
        first = date.fromisoformat(one["window"]["from"])
        assert (first.isocalendar().week, first.isoweekday()) == (int(week[-2:]), 1)
        assert [entry["event"]["data"]["held_on"] for entry in await entries(samples, one)] == held(one)
        assert [body["id"] for body in one["bearer"]["bodies"]] == [CASE["government"]]
    assert [week for week, one in found.items() if one["status"] != "met"] == MISSING
    assert len(MISSING) == 2


async def test_a_draft_breaches_nothing(samples: Samples) -> None:
    """The text is a discussion draft: a missing week is a gap, and the answer says what it would be if it bound."""
    found = await quarter(samples)
    assert {(found[week]["status"], found[week]["would_be"]) for week in MISSING} == {("gap", "breached")}
    assert {(one["force"], one["in_force"]) for one in found.values()} == {("draft", "unknown")}


async def test_two_meetings_in_a_holiday_week_count_for_that_week_alone(samples: Samples) -> None:
    """Easy to get wrong: the week of Labour Day has two meetings and is kept once; the next stays missing."""
    found = await quarter(samples)
    labour_day, after = found[CASE["holiday_week"]], found["2018-W19"]
    assert labour_day["actual"]["count"] == 2
    assert labour_day["more"]["working_days"] < after["more"]["working_days"] == 5
    assert (labour_day["status"], after["status"], after["actual"]["count"]) == ("met", "gap", 0)


async def test_a_week_may_lie_in_two_quarters(samples: Samples) -> None:
    """Easy to get wrong: the meeting of Sunday 2018-04-01 is the last week of March's, that of 2018-07-01 of June's."""
    found = await quarter(samples)
    assert found["2018-W26"]["window"] == {"from": "2018-06-25", "until": "2018-07-02"}
    assert held(found["2018-W26"]) == ["2018-07-01"]
    assert "2018-04-01" not in {day for one in found.values() for day in held(one)}
    by_the_calendar = await weeks(samples, CASE["quarter"][0], CASE["quarter"][1], valid_at=CASE["valid_at"])
    assert list(by_the_calendar) == list(found)
    assert by_the_calendar["2018-W26"]["status"] == "met", "as of 2018-07-01, the last day of the week"
    earlier = await weeks(samples, CASE["quarter"][0], CASE["quarter"][1], valid_at="2018-06-30")
    assert earlier["2018-W26"]["status"] == "due", "as of 2018-06-30 the week has a day left"
    (before,) = (await weeks(samples, "2018-03-26", "2018-04-02")).values()
    assert (before["more"]["week"], before["status"], held(before)) == ("2018-W13", "met", ["2018-03-26", "2018-04-01"])


async def test_a_week_without_a_working_day_is_a_reading(samples: Samples) -> None:
    """The week of National Day has no working day: whether it needs a meeting is a parameter, and both are told."""
    (week,) = (await weeks(samples, "2018-10-01", "2018-10-09")).values()
    assert (week["more"]["week"], week["more"]["working_days"], week["status"]) == ("2018-W40", 0, "gap")
    (reading,) = week["readings"]
    assert (reading["name"], reading["value"], week["differs"]) == ("holidays", True, True)
    assert reading["others"] == [{"value": False, "status": "not-applicable", "differs": True}]
    assert not any(one["differs"] for one in (await quarter(samples)).values())


async def test_a_meeting_recorded_late_counts_for_its_day(samples: Samples) -> None:
    """Easy to get wrong: held in April and recorded in November, it is April's; in July the week was still empty."""
    late = CASE["late"]
    then, now = await quarter(samples, known_at="2018-07-31"), await quarter(samples)
    assert (then[late["week"]]["status"], held(then[late["week"]])) == ("gap", [])
    assert (now[late["week"]]["status"], held(now[late["week"]])) == ("met", [late["on"]])
    (entry,) = await entries(samples, now[late["week"]])
    assert entry["recorded_at"][:10] == late["recorded_on"]
    assert {week for week, one in then.items() if one["status"] == "gap"} == {*MISSING, late["week"]}


async def test_the_quarterly_observation(samples: Samples) -> None:
    """One observation in the quarter; with it alone there was none in the three months before, under that reading."""
    asked = {"from": CASE["quarter"][0], "to": CASE["quarter"][1], "rule": QUARTERLY, "scope": "own"}
    (found,) = (await samples.get("/duties", jurisdiction=CASE["township"], **asked))["items"]
    assert (found["status"], held(found)) == ("met", [CASE["observation"]["on"]])
    assert [entry["event"]["id"] for entry in await entries(samples, found)] == [CASE["observation"]["event"]]
    others = {reading["name"]: [one["status"] for one in reading["others"]] for reading in found["readings"]}
    assert others == {"window": ["gap"], "where": ["met"]}


async def reports(samples: Samples, valid_at: str) -> dict[str, dict[str, Any]]:
    """Per lead department the quarters with their status and the days of the reports, as of a day."""
    asked = {"from": "2018-01-01", "to": "2018-10-01", "valid_at": valid_at, "rule": REPORTS}
    items = (await samples.get("/duties", jurisdiction=CASE["jurisdiction"], **asked))["items"]
    found: dict[str, dict[str, Any]] = {}
    for one in items:
        (body,) = one["bearer"]["bodies"]
        quarters = found.setdefault(body["id"], {})
        quarters[one["window"]["from"]] = (one["status"], one["would_be"], held(one))
    return found


async def test_the_quarterly_reports_of_the_lead_departments(samples: Samples) -> None:
    """Department by quarter with the day of submission; one sent none on the second quarter, one sent it in July."""
    found = await reports(samples, CASE["valid_at"])
    education, water, housing = (found[one["body"]] for one in CASE["departments"])
    assert education["2018-04-01"] == ("met", None, ["2018-06-29"])
    assert water["2018-04-01"] == housing["2018-04-01"] == ("gap", "overdue", [])
    assert water["2018-07-01"] == ("met", None, ["2018-07-09"])
    assert {one["2018-01-01"][0] for one in found.values()} == {"met"}


async def test_a_report_in_july_on_the_second_quarter_is_a_reading(samples: Samples) -> None:
    """Whether it counts where it is sent or for what it is about is a parameter: the answer differs, and says so."""
    water = CASE["departments"][1]
    asked = {"from": CASE["quarter"][0], "to": CASE["quarter"][1], "known_at": "2018-12-31"}
    items = (await samples.get("/duties", body=water["body"], rule=REPORTS, **asked))["items"]
    (found,) = [one for one in items if one["window"]["from"] == CASE["quarter"][0]]
    (reading,) = found["readings"]
    assert (reading["name"], reading["value"], found["status"], found["differs"]) == ("counts_by", "day", "gap", False)
    asked = {"from": CASE["quarter"][0], "to": "2018-08-01"}
    items = (await samples.get("/duties", body=water["body"], rule=REPORTS, **asked))["items"]
    (found,) = [one for one in items if one["window"]["from"] == CASE["quarter"][0]]
    assert (found["status"], found["would_be"], found["differs"]) == ("gap", "overdue", True)
    assert found["readings"][0]["others"] == [{"value": "period", "status": "met", "differs": True}]
    assert water["reports"][1]["submitted_on"] == "2018-07-09"

"""Question 14: the monthly reports of the provinces under listed supervision, March to June 2020."""

from __future__ import annotations

from typing import Final

import pytest

from tests.service.samples import CASES, Answer, Samples, levels_of
from tests.service.timelines import check_evidence, check_ground, days, event_of, position_of, said, timeline

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

SEVEN: Final = {name: case for name, case in sorted(CASES.items()) if name.startswith("q14_")}
MONTHS: Final = ("2020-03", "2020-04", "2020-05", "2020-06")
LIST: Final = "listed-supervision"
OFFICE: Final = "国务院扶贫办"


async def listed(samples: Samples, place: str, day: str, log: str | None = None) -> int:
    """How many places of a province are on the list on a day."""
    state = await samples.get(f"/jurisdictions/{place}/state", valid_at=day, log=log)
    check_ground(state)
    assert state["valid_at"] == day
    return int(state["designated"].get(LIST, 0))


async def reports(samples: Samples, place: str, known_at: str | None = None) -> list[Answer]:
    """The reports of a province to the State Council office, by day of submission: when sent, received, about what."""
    asked = {"from": "2020-03-01", "to": "2020-07-01", "known_at": known_at}
    items = await timeline(samples, place, "report", scope="subtree", **asked)
    found = []
    for item in items:
        sent = said(item, "submitted")
        if sent["kind"] == "monthly" and item["names"][sent["recipient"]] == OFFICE:
            period = {name: sent[name] for name in ("period_from", "period_until")}
            found.append(
                {
                    "report": item["id"],
                    "event": event_of(item, "report.submitted"),
                    "submitted_on": sent["submitted_on"],
                    "acknowledged_on": said(item, "acknowledged").get("received_on"),
                    "about": sent["period_from"][:7],
                    **period,
                    "item": item,
                    "reporter": sent["reporter"]["body_id"],
                    "recipient": sent["recipient"],
                }
            )
    return found


def days_late(report: Answer, last_day: int) -> int:
    """How many days after the last permitted day of its month a report was sent."""
    return max(days(f"{report['submitted_on'][:7]}-{last_day:02d}", report["submitted_on"]), 0)


async def matrix(samples: Samples, case: Answer, last_day: int, known_at: str | None = None) -> dict[str, Answer]:
    """Month by month what was sent in it and how late, under a reading of 月初; due while anything is on the list."""
    sent = await reports(samples, case["province"], known_at)
    rows: dict[str, Answer] = {}
    for month in MONTHS:
        found = next((row for row in sent if row["submitted_on"].startswith(month)), None)
        if found is not None:
            rows[month] = {
                "report": found["report"],
                "status": "submitted",
                "days_late": days_late(found, last_day),
            }
        else:
            due = await listed(samples, case["province"], f"{month}-01")
            rows[month] = {"report": None, "status": "not-submitted" if due else "not-due", "days_late": None}
    return rows


async def test_which_provinces_are_in_scope(samples: Samples) -> None:
    """Of all provinces on record seven have something on the list on 2020-03-01, as much as the list states."""
    found = {}
    for log in (await samples.get("/logs"))["items"]:
        number = log["id"].rpartition("-")[2]
        if not number.isdigit():
            continue
        province = f"{number}0000"
        count = await listed(samples, province, "2020-03-01", log["id"])
        if count:
            found[log["id"]] = count
    assert found == {case["log"]: case["listed_counties"] + case["listed_villages"] for case in SEVEN.values()}
    assert len(found) == len(SEVEN) == 7


@pytest.mark.parametrize("name", SEVEN)
async def test_what_each_province_sent(samples: Samples, name: str) -> None:
    """Each report with who sent it to whom, when, about what, when it was received, and the entries behind it."""
    case = SEVEN[name]
    found = await reports(samples, case["province"])
    assert [{key: row[key] for key in expected} for row, expected in zip(found, case["reports"], strict=True)] == [
        *case["reports"]
    ]
    assert {(row["reporter"], row["recipient"]) for row in found} == {(case["reporter"], case["recipient"])}
    await check_evidence(samples, case["log"], [row["item"] for row in found])
    for row in found:
        behind = position_of(row["item"], "report.submitted")
        told = await samples.get(f"/logs/{case['log']}/events/{behind}/responsible")
        (sent,) = [step for step in told["steps"] if step["step"] == "submitted"]
        assert sent["on"] == row["submitted_on"]
        bodies = {body["body"]["id"]: body["body"]["name"] for body in levels_of(sent)["province"]["bodies"]}
        assert bodies[case["reporter"]] == row["item"]["names"][case["reporter"]]


@pytest.mark.parametrize("name", SEVEN)
async def test_the_matrix_of_province_and_month(samples: Samples, name: str) -> None:
    """Per month the report, or that none was submitted, or that none was due; days late against the parameter."""
    case = SEVEN[name]
    assert await matrix(samples, case, case["last_day"]) == case["months"], case["shows"]


async def test_the_beginning_of_a_month_has_no_last_day(samples: Samples) -> None:
    """Easy to get wrong: 月初 is a parameter; nothing in the answer is late by itself, and the reading decides."""
    late: dict[int, dict[str, int]] = {3: {}, 5: {}, 10: {}}
    for name, case in SEVEN.items():
        for row in await reports(samples, case["province"]):
            for last_day, found in late.items():
                found[name] = found.get(name, 0) + days_late(row, last_day)
            assert not {"late", "days_late", "overdue", "due_on"} & {*row["item"], *said(row["item"], "submitted")}
    assert {name: count for name, count in late[5].items() if count} == {"q14_53": 12, "q14_65": 25}
    assert {name: count for name, count in late[10].items() if count} == {"q14_53": 7, "q14_65": 20}
    assert all(late[3].values())


async def test_a_province_may_leave_the_scope(samples: Samples) -> None:
    """Easy to get wrong: all of Guizhou left the list on 2020-05-12, so it owed May's report and none in June."""
    case = SEVEN["q14_52"]
    on_list = {
        day: await listed(samples, case["province"], day)
        for day in ("2020-05-01", "2020-05-11", case["left_scope_on"], "2020-06-01")
    }
    assert list(on_list.values()) == [15, 15, 0, 0]
    designations = await timeline(samples, case["province"], "designation", scope="subtree")
    assert [item["until"] for item in designations if item["list"] == LIST] == [case["left_scope_on"]] * 15
    assert case["lifted_events"] == 15
    await check_evidence(samples, case["log"], designations)
    for name, other in SEVEN.items():
        left = await listed(samples, other["province"], "2020-06-01") == 0
        assert left is (name == "q14_52")
        statuses = [row["status"] for row in (await matrix(samples, other, 5)).values()]
        assert ("not-due" in statuses) is left


async def test_the_period_is_not_the_month_of_submission(samples: Samples) -> None:
    """Easy to get wrong: March's report is about February, in Xinjiang about March: it sent nothing in April."""
    about: dict[str, dict[str, str]] = {}
    for name, case in SEVEN.items():
        for row in await reports(samples, case["province"]):
            about.setdefault(name, {})[row["submitted_on"][:7]] = row["about"]
    assert {name: told["2020-03"] for name, told in about.items()} == {
        name: "2020-03" if name == "q14_65" else "2020-02" for name in SEVEN
    }
    assert about["q14_65"] == {"2020-03": "2020-03", "2020-05": "2020-04", "2020-06": "2020-05"}
    assert [name for name, told in about.items() if "2020-04" not in told] == ["q14_65"]
    by_period = {name: sorted(told.values()) for name, told in about.items()}
    assert by_period["q14_65"] == ["2020-03", "2020-04", "2020-05"]
    assert by_period["q14_51"] == ["2020-02", "2020-03", "2020-05"]


async def test_ningxia_reports_without_a_listed_village(samples: Samples) -> None:
    """Easy to get wrong: one county and no village on the list, and a report each month; one is not acknowledged."""
    case = SEVEN["q14_64"]
    designations = await timeline(samples, case["province"], "designation", scope="subtree")
    places = [item["stands_at"] for item in designations if item["list"] == LIST]
    levels = [(await samples.get(f"/jurisdictions/{one}"))["jurisdiction"]["level"] for one in places]
    assert levels == ["county"] * case["listed_counties"]
    assert case["listed_villages"] == 0
    found = await reports(samples, case["province"])
    assert [row["submitted_on"][:7] for row in found] == list(MONTHS)
    waited = [row["acknowledged_on"] and days(row["submitted_on"], row["acknowledged_on"]) for row in found]
    assert waited == [1, 17, None, 1]


async def test_as_was_known_in_the_month(samples: Samples) -> None:
    """On 2020-06-10 Yunnan's report of June was not there; it was sent on the 17th and recorded after that."""
    case = SEVEN["q14_53"]
    then = await matrix(samples, case, case["last_day"], "2020-06-10")
    now = await matrix(samples, case, case["last_day"])
    assert then["2020-06"] == {"report": None, "status": "not-submitted", "days_late": None}
    assert now["2020-06"] == case["months"]["2020-06"]
    assert {month: then[month] for month in MONTHS[:3]} == {month: now[month] for month in MONTHS[:3]}

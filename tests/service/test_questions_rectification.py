"""Question 7: a rectification handed over between officials; who answers for the delay, day by day."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.service.samples import CASES, Answer, Samples, ids, levels_of, persons_of, post_of, posts_of
from tests.service.timelines import check_evidence, check_ground, days

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final = CASES["q7"]
COUNTY: Final = "621223"
PRINCIPALS: Final = {"party-principal", "government-principal"}
CLOSED: Final = ["q7", "q7_extended", "q7_reassigned", "q7_not_effective", "q7_struck_off"]


async def rectification(samples: Samples, which: str, valid_at: str, known_at: str | None = None) -> Answer:
    """One rectification as it stood on a day, with the ground it stands on and the entries behind it."""
    found: Answer = await samples.get(f"/rectifications/{which}", valid_at=valid_at, known_at=known_at)
    check_ground(found)
    assert (found["valid_at"], found["on_record"]) == (valid_at, True)
    return found


def charged(found: Answer) -> list[dict[str, Any]]:
    """To whom the days are charged, in the form of the case."""
    return [
        {"person": row["person"] and row["person"]["id"], **{name: row[name] for name in ("from", "until", "days")}}
        for row in found["charged"]
    ]


def by(found: Answer, verb: str) -> list[str]:
    """Who took the steps of one verb."""
    return [step["by"]["id"] for step in found["steps"] if step["type"] == f"rectification.{verb}"]


@pytest.fixture
async def verified(samples: Samples) -> Answer:
    """The rectification on the day it was verified."""
    return await rectification(samples, CASE["rectification"], CASE["verified_on"])


async def test_the_finding_leads_to_its_rectification(samples: Samples) -> None:
    """On the day of raising the county's register shows it, open, with finding, deadline and post that answers."""
    asked = {"jurisdiction": COUNTY, "valid_at": CASE["raised_on"], "status": "open"}
    listed = (await samples.get("/rectifications", **asked))["items"]
    (found,) = [one for one in listed if one["finding"] == CASE["finding"]]
    assert found["rectification"] == CASE["rectification"]
    assert (found["ordered_on"], found["deadline"]) == (CASE["raised_on"], CASE["deadline"])
    assert found["responsible"]["post"] == {"id": CASE["post"], "title": "宕昌县副县长(分管住房和饮水安全)"}
    assert found["defect"]["category"] == "住房安全"


async def test_the_days_under_each_holder_and_under_nobody(samples: Samples, verified: Answer) -> None:
    """68 days, 22 days under nobody and 46 days: each day from the order to the verification, once."""
    assert charged(verified) == CASE["charged"]
    assert [row["days"] for row in verified["charged"]] == [68, 22, 46]
    assert sum(row["days"] for row in verified["charged"]) == days(CASE["raised_on"], CASE["verified_on"])
    named = [row["person"] for row in verified["charged"] if row["person"] is not None]
    assert all(person["name"] for person in named)
    assert {one["post"] for row in verified["charged"] for one in row["appointments"]} == {CASE["post"]}
    await check_evidence(samples, CASE["log"], [verified, verified["defect"]])
    assert ids(verified["evidence"]) == set(CASE["events"].values())


async def test_days_of_vacancy_are_not_the_successors(samples: Samples, verified: Answer) -> None:
    """Easy to get wrong: the days without a holder are the post's gap, and the successor's begin with the office."""
    outgoing, nobody, incoming = verified["charged"]
    assert (nobody["person"], nobody["appointments"], nobody["possible"]) == (None, [], [])
    span = {"from": CASE["raised_on"], "to": CASE["verified_on"]}
    held = await samples.get(f"/posts/{CASE['post']}/holders", **span)
    check_ground(held)
    (gap,) = held["gaps"]
    assert [gap[name] for name in ("from", "until", "days")] == [nobody[name] for name in ("from", "until", "days")]
    assert (gap["previous"]["person"], gap["next"]["person"]) == (outgoing["person"], incoming["person"])
    first = {row["person"]["id"]: row["from"] for row in held["holders"]}
    assert incoming["from"] == first[incoming["person"]["id"]]
    await check_evidence(samples, CASE["log"], held["holders"])


async def test_the_deadline_is_the_rectifications(samples: Samples, verified: Answer) -> None:
    """Easy to get wrong: one deadline before and after the handover; late by 20 days, whoever held the post."""
    assert [one["deadline"] for one in verified["deadlines"]] == [CASE["deadline"]]
    assert verified["days_overdue"] == CASE["days_overdue_at_verification"] == 20
    late = {
        day: (found["deadline"], found["overdue"], found["days_overdue"])
        for day in ("2020-01-11", "2020-02-03", "2020-02-29", "2020-03-01", "2020-03-19")
        for found in [await rectification(samples, CASE["rectification"], day)]
    }
    assert late == {
        "2020-01-11": (CASE["deadline"], False, 0),
        "2020-02-03": (CASE["deadline"], False, 0),
        "2020-02-29": (CASE["deadline"], False, 0),
        "2020-03-01": (CASE["deadline"], True, 1),
        "2020-03-19": (CASE["deadline"], True, 19),
    }
    assert [one["person"]["id"] for one in verified["at_deadline"]] == [CASE["charged"][-1]["person"]]


async def test_completed_is_not_verified(samples: Samples, verified: Answer) -> None:
    """Easy to get wrong: the bureau said done on 2020-03-10, another body verified ten days later; until then open."""
    assert (verified["completed_on"], verified["verified_on"]) == (CASE["completed_on"], CASE["verified_on"])
    assert by(verified, "completed") == [CASE["completed_by"]] != by(verified, "verified") == [CASE["verified_by"]]
    assert verified["flags"] == []
    standing = {}
    for day in ("2020-03-09", "2020-03-10", "2020-03-19", "2020-03-20"):
        found = await rectification(samples, CASE["rectification"], day)
        standing[day] = (found["status"], found["awaiting_verification"], found["closed_on"])
    assert standing == {
        "2020-03-09": ("open", False, None),
        "2020-03-10": ("open", True, None),
        "2020-03-19": ("open", True, None),
        "2020-03-20": ("closed", False, CASE["verified_on"]),
    }


async def test_a_third_person_held_the_post_when_the_defect_arose(samples: Samples, verified: Answer) -> None:
    """Easy to get wrong: whoever it arose under is charged no day; the chain of that day shows the same person."""
    assert verified["defect"]["arose_on"] == CASE["arose_on"]
    arose = {one["person"]["id"]: one["certainty"] for one in verified["arose_under"]}
    assert arose == dict.fromkeys(CASE["arose_under"], "certain")
    assert not set(arose) & {row["person"] for row in CASE["charged"]}
    (raised,) = verified["defect"]["evidence"]
    told = await samples.get(f"/logs/{CASE['log']}/events/{raised['position']}/responsible")
    then = next(step for step in told["steps"] if step["as_of"] == CASE["arose_on"])
    assert persons_of(post_of(then, CASE["post"])) == arose


async def test_the_principals_who_answered_throughout(samples: Samples) -> None:
    """Party secretary and head of the county: the same two on every day from the order to the verification."""
    county = levels_of(await samples.chain(COUNTY, CASE["raised_on"]))["county"]
    seats = [one for one, post in posts_of(county).items() if PRINCIPALS & {*post["post"]["functions"]}]
    throughout = []
    for seat in seats:
        span = {"from": CASE["raised_on"], "to": CASE["verified_on"]}
        held = await samples.get(f"/posts/{seat}/holders", **span)
        (one,) = held["holders"]
        certain = one["certain"]
        assert certain["from"] is None or certain["from"] <= CASE["raised_on"]
        assert certain["until"] is None or certain["until"] >= CASE["verified_on"]
        assert held["gaps"] == held["substantive_gaps"] == []
        throughout.append(one["person"]["id"])
    assert throughout == CASE["principals_throughout"]


async def test_what_was_handed_over(samples: Samples, verified: Answer) -> None:
    """The inventory at the end of the tenure: what was open, what was handed to whom, and what was forgotten."""
    expected = CASE["handover"]
    found = await samples.get(f"/handovers/{verified['charged'][0]['appointments'][0]['appointment']}")
    check_ground(found)
    assert (found["appointment"], found["on"], found["valid_at"]) == (
        expected["appointment"],
        "2020-01-12",
        "2020-01-11",
    )
    for part, name in (
        ("findings", "open_findings"),
        ("rectifications", "open_rectifications"),
        ("tasks", "open_tasks"),
        ("letters", "letters"),
    ):
        assert [one["id"] for one in found[part]] == expected[name]
    assert [one["id"] for one in found["pairings"]] == expected["pairings"]
    (payment,) = found["payments"]
    unpaid = expected["approved_not_paid"]
    assert payment["id"] == unpaid["disbursement"]
    assert {name: payment[name] for name in ("approved_on", "disbursed_on", "amount")}.items() <= unpaid.items()
    (handed,) = found["handovers"]
    assert (handed["handover"], handed["completed_on"]) == (expected["handover"], expected["completed_on"])
    assert handed["incoming"]["appointment"] == expected["incoming"]
    assert {one["id"] for one in found["missing"]} == {unpaid["disbursement"], *expected["open_tasks"]}
    (open_then,) = found["rectifications"]
    assert (open_then["status"], open_then["days_left"]) == ("open", days("2020-01-11", CASE["deadline"]))
    await check_evidence(samples, CASE["log"], [found, payment, handed, open_then])


@pytest.mark.parametrize("name", CLOSED)
async def test_each_day_is_charged_once(samples: Samples, name: str) -> None:
    """Handed over, extended, reassigned, refused once and struck off: the days are those of the case."""
    case = CASES[name]
    closed = case.get("closed_on") or case.get("verified_on") or case["charged"][-1]["until"]
    found = await rectification(samples, case["rectification"], closed)
    assert (found["finding"], found["status"], found["closed_on"]) == (case["finding"], "closed", closed)
    assert charged(found) == case["charged"]
    assert charged(await rectification(samples, case["rectification"], "2020-12-21")) == case["charged"]
    await check_evidence(samples, case["log"], [found])


async def test_an_extension_that_was_recorded_late(samples: Samples) -> None:
    """Ten days overdue as believed on 2019-09-19, not overdue as known since: the day asked about is the same."""
    case = CASES["q7_extended"]
    then, now = case["believed"], case["known"]
    believed = await rectification(samples, case["rectification"], then["valid_at"], then["known_at"])
    known = await rectification(samples, case["rectification"], now["valid_at"])
    assert (believed["days_overdue"], believed["overdue"], len(believed["deadlines"])) == (10, True, 1)
    assert (known["days_overdue"], known["overdue"]) == (0, False)
    assert [one["deadline"] for one in known["deadlines"]] == case["deadlines"]
    assert case["extended_event"] in ids(known["evidence"]) - ids(believed["evidence"])


async def test_it_moves_to_another_post_and_the_deadline_stays(samples: Samples) -> None:
    """Reassigned from the housing bureau's head to the water bureau's: 51 days late by the first deadline."""
    case = CASES["q7_reassigned"]
    found = await rectification(samples, case["rectification"], "2019-09-20")
    posts = [[one["post"] for one in row["appointments"]] for row in found["charged"]]
    assert posts == [[case["posts"][0]], [case["posts"][1]], [], [case["posts"][1]]]
    assert [one["deadline"] for one in found["deadlines"]] == [case["deadline"]]
    assert found["days_overdue"] == case["days_overdue_at_verification"] == 51
    for day, post in (("2019-06-09", case["posts"][0]), (case["reassigned_on"], case["posts"][1])):
        standing = await rectification(samples, case["rectification"], day)
        assert standing["responsible"]["post"]["id"] == post


async def test_a_report_of_completion_closes_nothing(samples: Samples) -> None:
    """Reported done and found not effective it stays open; overdue by the day's deadline; it arose under nobody."""
    case = CASES["q7_not_effective"]
    found = {}
    for day in sorted({*case["status"], *case["days_overdue"]}):
        found[day] = await rectification(samples, case["rectification"], day)
    assert {day: found[day]["status"] for day in case["status"]} == case["status"]
    assert {day: found[day]["days_overdue"] for day in case["days_overdue"]} == case["days_overdue"]
    last = found[case["closed_on"]]
    assert [one["deadline"] for one in last["deadlines"]] == case["deadlines"]
    assert (last["defect"]["arose_on"], last["arose_under"]) == (case["arose_on"], case["arose_under"])


async def test_struck_off_by_another(samples: Samples) -> None:
    """销号 by the discipline body, two days late, of what the post itself had reported done; no verdict is needed."""
    case = CASES["q7_struck_off"]
    found = await rectification(samples, case["rectification"], case["closed_on"])
    assert by(found, "completed") == [case["completed_by"]]
    assert by(found, "closed") == [case["closed_by"]]
    assert (found["days_overdue"], found["verified_on"], found["flags"]) == (case["days_overdue_when_closed"], None, [])
    assert case["closed_event"] in ids(found["evidence"])


async def test_what_is_still_open(samples: Samples) -> None:
    """On the last day: one awaits verification, one is not due, one was opened again, and a finding has no order."""
    case = CASES["q7_open"]
    day = case["valid_at"]
    asked = {"jurisdiction": COUNTY, "valid_at": day, "status": "open"}
    listed = {one["rectification"]: one for one in (await samples.get("/rectifications", **asked))["items"]}
    names = ("awaiting_verification", "not_due", "reopened")
    assert {one: found["finding"] for one, found in listed.items()} == {
        case[name]["rectification"]: case["findings_and_rectifications"][name] for name in names
    }
    awaiting, not_due, reopened = (listed[case[name]["rectification"]] for name in names)
    for found, name in ((awaiting, "awaiting_verification"), (reopened, "reopened")):
        assert (found["overdue"], found["days_overdue"]) == (True, case[name]["days_overdue"])
    assert awaiting["awaiting_verification"]
    assert awaiting["completed_on"] == case["awaiting_verification"]["completed_on"]
    assert (not_due["overdue"], not_due["deadline"]) == (False, case["not_due"]["deadline"])
    for when, status in case["reopened"]["status"].items():
        assert (await rectification(samples, case["reopened"]["rectification"], when))["status"] == status
    without = case["without_order"]
    told = await samples.get(f"/jurisdictions/{without['jurisdiction']}/timeline", type="finding", valid_at=day)
    assert without["finding"] in ids(told["items"])
    assert without["finding"] not in {found["finding"] for found in listed.values()}


@pytest.mark.parametrize("name", ["state", "q7_shanxi"])
async def test_the_counts_of_a_county(samples: Samples, name: str) -> None:
    """Open, overdue, awaiting and closed below a county on a day are those of the case, and of its register."""
    case = CASES[name]
    for day, expected in case["rectifications"].items():
        state = await samples.get(f"/jurisdictions/{case['jurisdiction']}/state", valid_at=day)
        check_ground(state)
        assert state["rectifications"] == expected
        asked = {"jurisdiction": case["jurisdiction"], "valid_at": day}
        for status, count in expected.items():
            listed = await samples.get("/rectifications", **asked, status=status)
            assert len(listed["items"]) == count, status


async def test_in_shanxi_one_is_verified_five_days_late(samples: Samples) -> None:
    """Completed in time and verified after the deadline: 113 days to one deputy; another is overdue and open."""
    case = CASES["q7_shanxi"]
    found = await rectification(samples, case["closed"]["rectification"], case["closed"]["closed_on"])
    assert (found["completed_on"], found["closed_on"]) == (case["closed"]["completed_on"], case["closed"]["closed_on"])
    assert found["completed_on"] <= found["deadline"]
    assert found["days_overdue"] == 5
    assert [(row["person"], row["days"]) for row in charged(found)] == [
        (case["charged_to"]["person_id"], case["closed"]["charged_days"])
    ]
    assert found["charged"][0]["appointments"][0]["post"] == case["charged_to"]["post_id"]
    still = await rectification(samples, case["open"]["rectification"], "2020-12-06")
    assert (still["status"], still["deadline"], still["overdue"]) == ("open", case["open"]["deadline"], True)

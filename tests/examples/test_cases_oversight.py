"""The cases about persons who answer: rectifications handed on, principals who left, reports and visits due."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.examples.reading import (
    CASES,
    about,
    between,
    days,
    holders,
    is_below,
    parents,
    recorded_on,
    said,
    span,
)

Data = dict[str, Any]
CHARGED = ["q7", "q7_extended", "q7_reassigned", "q7_not_effective", "q7_struck_off"]


def steps(log: str, which: str, known_at: str = "2020-12-31") -> list[tuple[str, str, Data]]:
    """The steps of a rectification: verb, day, data, by day and then as recorded."""
    day = {"ordered": "ordered_on", "extended": "extended_on", "reassigned": "handover_on", "reopened": "reopened_on"}
    found = []
    for event in about(log, "rectification.", "rectification_id", which, known_at):
        verb = event["type"].removeprefix("rectification.")
        found.append((verb, event["data"][day.get(verb, f"{verb}_on")], event["data"]))
    return sorted(found, key=lambda one: one[1])


def is_open(log: str, which: str, valid_at: str) -> bool:
    """Whether a rectification is open at the end of a day."""
    state = True
    for verb, day, data in steps(log, which):
        if day <= valid_at and verb in ("verified", "closed", "reopened"):
            state = verb == "reopened" or (verb == "verified" and data["verdict"] != "confirmed")
    return state


def overdue(log: str, which: str, valid_at: str, known_at: str = "2020-12-31") -> int:
    """The days past the deadline that stood on a day."""
    stated = [
        data["deadline"]
        for verb, day, data in steps(log, which, known_at)
        if day <= valid_at and verb in ("ordered", "extended", "reopened") and "deadline" in data
    ]
    return max(between(stated[-1], valid_at), 0)


@pytest.mark.parametrize("case", CHARGED)
def test_days_are_charged_to_whoever_held_the_post(case: str) -> None:
    """Question 7: day by day, each day goes to the certain holder of the responsible post, or to nobody."""
    found = CASES[case]
    log, which = found["log"], found["rectification"]
    told = steps(log, which)
    closed = found.get("closed_on") or found.get("verified_on") or found["charged"][-1]["until"]
    counted: Counter[tuple[int, str | None]] = Counter()
    turn, previous = 0, ""
    for day in days(told[0][1], closed):
        post = told[0][2]["responsible"]["post_id"]
        for verb, on, data in told:
            if verb == "reassigned" and on <= day:
                post = data["to"]["post_id"]
        held = holders(log, post, day)
        who = held[0] if held else None
        turn += str(who) != previous
        previous = str(who)
        counted[turn, who] += 1
    expected = [(row["person"], row["days"]) for row in found["charged"]]
    assert [(who, count) for (_, who), count in sorted(counted.items(), key=lambda item: item[0][0])] == expected
    assert not is_open(log, which, closed)
    assert is_open(log, which, days("2018-01-01", closed)[-1])


def test_the_delay_of_question_seven() -> None:
    """Question 7: 68, 22 and 46 days; twenty days late; a third person held the post when the defect arose."""
    found = CASES["q7"]
    assert [row["days"] for row in found["charged"]] == [68, 22, 46]
    assert overdue(found["log"], found["rectification"], found["verified_on"]) == 20
    assert holders(found["log"], found["post"], found["arose_on"]) == found["arose_under"]
    assert not {row["person"] for row in found["charged"]} & set(found["arose_under"])
    assert holders(found["log"], found["post"], CASES["q7_not_effective"]["arose_on"]) == []
    assert found["completed_by"] != found["verified_by"]


def test_an_extension_recorded_late() -> None:
    """Question 7: believed overdue before the extension was recorded, not overdue since."""
    found = CASES["q7_extended"]
    then, now = found["believed"], found["known"]
    ask = (found["log"], found["rectification"])
    assert recorded_on(found["log"], found["extended_event"]) == found["extension_recorded_on"]
    assert overdue(*ask, then["valid_at"], then["known_at"]) == then["days_overdue"] == 10
    assert overdue(*ask, now["valid_at"]) == now["days_overdue"] == 0


def test_verdicts_open_and_close() -> None:
    """Question 7: a report of completion closes nothing, a refusal keeps open, a falsified one opens again."""
    for case, row in (
        (CASES["q7_not_effective"], CASES["q7_not_effective"]),
        (CASES["q7_open"], CASES["q7_open"]["reopened"]),
    ):
        for day, status in row["status"].items():
            assert is_open(case["log"], row["rectification"], day) is (status == "open")
    late = CASES["q7_not_effective"]
    for day, count in late["days_overdue"].items():
        assert overdue(late["log"], late["rectification"], day) == count
    still = CASES["q7_open"]
    for name in ("awaiting_verification", "reopened"):
        assert overdue(still["log"], still[name]["rectification"], still["valid_at"]) == still[name]["days_overdue"]


@pytest.mark.parametrize("case", ["state", "q7_shanxi"])
def test_rectifications_of_a_county_are_counted(case: str) -> None:
    """Open, overdue, awaiting and closed rectifications below a county are as many as the case says."""
    found = CASES[case]
    log = found["log"]
    place = {data["finding_id"]: data["jurisdiction_id"] for data in said(log, "finding.raised")}
    for day, expected in found["rectifications"].items():
        ours = [
            data["rectification_id"]
            for data in said(log, "rectification.ordered")
            if is_below(log, place[data["finding_id"]], found["jurisdiction"]) and data["ordered_on"] <= day
        ]
        still = [which for which in ours if is_open(log, which, day)]
        last = {which: [verb for verb, on, _ in steps(log, which) if on <= day][-1] for which in still}
        awaiting = [which for which in still if last[which] == "completed"]
        assert expected == {
            "open": len(still),
            "overdue": sum(overdue(log, which, day) > 0 for which in still),
            "awaiting_verification": len(awaiting),
            "closed": len(ours) - len(still),
        }


def test_findings_and_visits_of_a_county_are_counted() -> None:
    """A finding is closed with its rectification; visits count where they were made, with nights and the last day."""
    found = CASES["state"]
    log, top = found["log"], found["jurisdiction"]
    ours = [data for data in said(log, "finding.raised") if is_below(log, data["jurisdiction_id"], top)]
    ordered = {data["finding_id"]: data["rectification_id"] for data in said(log, "rectification.ordered")}
    day = "2020-12-21"
    closed = [data for data in ours if (which := ordered.get(data["finding_id"])) and not is_open(log, which, day)]
    assert found["findings"][day] == {"open": len(ours) - len(closed), "closed": len(closed)}
    for until, expected in found["visits"].items():
        made = [data for data in said(log, "visit.made") if is_below(log, data["place_id"], top)]
        made = [data for data in made if data["started_on"] <= until]
        assert expected == {
            "count": len(made),
            "nights": sum(data.get("nights", 0) for data in made),
            "last": max(data["started_on"] for data in made),
        }


@pytest.mark.parametrize("case", ["q5", "q5_gansu"])
def test_every_principal_who_left_is_listed(case: str) -> None:
    """Question 5: whoever left a principal's post of a listed poor county before the list was lifted is in the case."""
    found = CASES[case]
    log = found["log"]
    poor = {
        data["jurisdiction_id"] for data in said(log, "designation.listed") if data["list"].startswith("poor-county")
    }
    lifted = {
        data["jurisdiction_id"]: data["effective_from"]
        for data in said(log, "designation.lifted")
        if data["list"].startswith("poor-county")
    }
    seats = {
        data["post_id"]: data["jurisdiction_id"]
        for data in said(log, "post.established")
        if data.get("jurisdiction_id") in poor and set(data["functions"]) & {"party-principal", "government-principal"}
    }
    started = {data["appointment_id"]: data for data in said(log, "appointment.started") if data["post_id"] in seats}
    gone = {
        (started[data["appointment_id"]]["post_id"], data["effective_until"])
        for data in said(log, "appointment.ended")
        if data["appointment_id"] in started
        and started[data["appointment_id"]].get("capacity") != "acting"
        and data["effective_until"] < lifted.get(seats[started[data["appointment_id"]]["post_id"]], "9999")
    }
    assert gone == {(row["post"], row["left_on"]) for row in found["left"]}


def test_days_before_delisting() -> None:
    """Question 5: days from leaving to the approval and to the lifting; the decision names its proposal."""
    found = CASES["q5"]
    proposals = {event["id"]: event["data"] for event in about(found["log"], "transfer.", "proposed_on", "2017-07-20")}
    for row in found["left"]:
        first, last = span(row["left_on"])
        if row["delisted_on"] is None:
            assert row["days_before_approval"] is None
        elif first == last:
            assert row["days_before_approval"] == between(first, row["delisted_on"])
            assert row["days_before_lifting"] == between(first, row["lifted_on"])
        else:
            assert row["days_before_approval_from_to"] == [
                between(last, row["delisted_on"]),
                between(first, row["delisted_on"]),
            ]
    by_day = [row for row in found["left"] if row.get("days_before_approval") == 0]
    between_both = [row for row in found["left"] if (row.get("days_before_approval") or 0) < 0]
    assert [row["left_on"] for row in by_day] == ["2018-09-10"]
    assert [row["days_before_lifting"] for row in between_both] == [6]
    (decided,) = [data for data in said(found["log"], "transfer.decided") if data["proposal_event_id"] in proposals]
    assert decided["decision"] == "approved"
    assert found["refused"]["decision"] == "refused"
    assert holders(found["log"], found["refused"]["post"], "2020-06-30") == [found["refused"]["person"]]
    assert holders(found["log"], found["promoted_in_place"]["post"], "2020-06-30") == [
        found["promoted_in_place"]["person"]
    ]


@pytest.mark.parametrize("case", [name for name in sorted(CASES) if name.startswith("q14_")])
def test_monthly_reports(case: str) -> None:
    """Question 14: per month what was sent, when received, how late; nothing is due once a province left the list."""
    found = CASES[case]
    log = found["log"]
    sent = {
        data["report_id"]: data for data in said(log, "report.submitted") if data["recipient"] == found["recipient"]
    }
    received = {data["report_id"]: data["received_on"] for data in said(log, "report.acknowledged")}
    assert len(sent) == len(found["reports"])
    for row in found["reports"]:
        data = sent[row["report"]]
        assert (data["submitted_on"], data["period_from"][:7]) == (row["submitted_on"], row["about"])
        assert received.get(row["report"]) == row["acknowledged_on"]
    for month, row in found["months"].items():
        here = [data for data in sent.values() if data["submitted_on"].startswith(month)]
        assert [data["report_id"] for data in here] == ([row["report"]] if row["report"] else [])
        if here:
            assert row["days_late"] == max(int(here[0]["submitted_on"][8:]) - found["last_day"], 0)
    lifted = [data for data in said(log, "designation.lifted") if data["effective_from"] == found["left_scope_on"]]
    listed = found["listed_counties"] + found["listed_villages"]
    assert len(lifted) == found["lifted_events"] == (listed if found["left_scope_on"] else 0)


def test_the_matrix_of_reports() -> None:
    """Question 14: one late, one missing, one no longer due, one about the month itself, one without a village."""
    cases = {name[-2:]: case["months"].values() for name, case in CASES.items() if name.startswith("q14_")}
    status = {name: [row["status"] for row in months] for name, months in cases.items()}
    late = {name: row["days_late"] for name, months in cases.items() for row in months if row["days_late"]}
    assert [name for name, row in status.items() if "not-submitted" in row] == ["51", "65"]
    assert [name for name, row in status.items() if "not-due" in row] == ["52"]
    assert late == {"53": 12, "65": 25}
    assert CASES["q14_64"]["listed_villages"] == 0
    assert len(CASES["q14_64"]["reports"]) == 4


def test_visits_of_the_units() -> None:
    """Question 15: per unit, village and half-year, by the head alone and by any responsible official."""
    found = CASES["q15"]
    log = found["log"]
    functions = {data["post_id"]: data["functions"] for data in said(log, "post.established")}
    homes = {data["post_id"]: data.get("body_id") for data in said(log, "post.established")}
    for row in found["counts"]:
        strict, broad = [], []
        for data in said(log, "visit.made"):
            posts = [actor["post_id"] for actor in data["visitor"]]
            here = data["place_id"] == row["village"] and row["from"] <= data["started_on"] < row["until"]
            if not here or row["unit"] not in {homes[post] for post in posts}:
                continue
            broad.append(data["visit_id"])
            if any("assisting-unit-head" in functions[post] for post in posts):
                strict.append(data["visit_id"])
        assert (strict, broad) == (row["strict"], row["broad"])
    counted: Counter[str | None] = Counter()
    for day in days(*found["windows"]["first"]):
        held = holders(log, found["head_post"], day)
        counted[held[0] if held else None] += 1
    assert counted == {row["person"]: row["days"] for row in found["held"]}
    assert parents(log)[found["counts"][0]["village"]] == "j-130800"

"""The cases about duties of windows, targets, weights and deadlines, counted again from the logs alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from tests.examples.reading import CASES, about, between, days, holders, recorded_on, said


def test_the_weeks_of_the_quarter() -> None:
    """Question 23: weeks belong where their Thursday is; the meetings of each, told late or not."""
    case = CASES["q23"]
    held: dict[str, list[str]] = defaultdict(list)
    for data in said(case["log"], "meeting.held"):
        if data["kind"] == "weekly" and data["body_id"] == case["government"]:
            year, week, _ = date.fromisoformat(data["held_on"]).isocalendar()
            held[f"{year}-W{week}"].append(data["held_on"])
    thursdays = [one for one in map(date.fromisoformat, days(*case["quarter"])) if one.isoweekday() == 4]
    weeks = [f"{one.year}-W{one.isocalendar().week}" for one in thursdays]
    assert {week: sorted(held[week]) for week in weeks} == case["weeks"]
    assert len(weeks) == 13
    (late,) = [one for one in case["meetings"] if one["on"] == case["late"]["on"]]
    assert recorded_on(case["log"], late["event"]) == case["late"]["recorded_on"]


def test_what_is_asked_beyond_the_source() -> None:
    """Question 19: the county against its province; inspections of one subject by two bodies within seven days."""
    case = CASES["q19"]
    told = {(one["subject_id"], one["measure"]): one for one in said(case["log"], "target.set")}
    for row in case["stricter"]:
        own, source = told[row["place"], row["measure"]], told[case["province"], row["measure"]]
        if row["ratio"] is None:
            assert own["due_on"] < source["due_on"]
        else:
            assert Decimal(own["value"]) / Decimal(source["value"]) == Decimal(row["ratio"])
    held = [(one["event"], one["subject"], one["body"], one["from"], one["until"]) for one in case["inspections"]]
    crowded = [
        [one[0], other[0]]
        for turn, one in enumerate(held)
        for other in held[turn + 1 :]
        if one[1] == other[1] and one[2] != other[2] and between(one[4], other[3]) <= 7
    ]
    assert crowded == case["crowded"]
    on_record = {one["inspection_id"]: one["subject_id"] for one in said(case["log"], "inspection.held")}
    assert sorted(on_record.values()) == sorted(one[1] for one in held)


def test_points_under_the_weights_of_the_scheme() -> None:
    """Question 24: thirty hundredths of the one score and fifty of the other; a fifth has no weight on record."""
    case = CASES["q24"]
    (told,) = about(case["log"], "evaluation.", "evaluation_id", case["new"]["evaluation"])
    parts = told["data"]["components"]
    points = sum((Decimal(one["weight"]) * Decimal(one["score"]) for one in parts if "weight" in one), Decimal(0))
    weight = sum((Decimal(one["weight"]) for one in parts if "weight" in one), Decimal(0))
    assert (points, weight) == (Decimal(case["recomputed"]["points"]), Decimal(case["recomputed"]["of_weight"]))
    assert [one["name"] for one in parts if "weight" not in one] == ["其他(办法未述)"]


def test_the_days_of_a_rectification_that_was_handed_over() -> None:
    """Question 7 as a duty: day by day under each holder and under nobody; days late; who held it when it arose."""
    case = CASES["q7_handed_over"]
    for row in case["charged"]:
        held = {tuple(holders(case["log"], case["post"], day)) for day in days(row["from"], row["until"])}
        assert held == {() if row["person"] is None else (row["person"],)}
        assert between(row["from"], row["until"]) == row["days"]
    assert between(case["deadline"], case["completed_on"]) == case["late_days"]
    assert holders(case["log"], case["post"], case["arose_on"]) == [case["arose_under"]]
    assert holders(case["log"], case["post"], case["deadline"]) == [case["at_deadline"]]

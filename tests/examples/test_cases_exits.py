"""The cases about exits and assistance: who let whom go and how, who was helped until when, who was counted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.examples.reading import CASES, about, between, days, holders, said

Data = dict[str, Any]


def steps(log: str, exit_id: str) -> list[tuple[str, Data]]:
    """The steps of an exit: the verb and the data."""
    return [(event["type"].removeprefix("exit."), event["data"]) for event in about(log, "exit.", "exit_id", exit_id)]


def first(found: list[tuple[str, Data]], verb: str) -> Data | None:
    """The first step of a verb."""
    return next((data for said, data in found if said == verb), None)


def notice_faults(found: list[tuple[str, Data]], *verbs: str) -> list[str]:
    """Which of some steps were taken before the notice had ended."""
    notice = first(found, "publicised")
    return [
        f"{verb}-before-notice-ended"
        for verb in verbs
        if notice and (data := first(found, verb)) and data[f"{verb}_on"] < notice["notice_until"]
    ]


@pytest.mark.parametrize("row", CASES["q16_wuyi"]["households"], ids=lambda row: row["shows"])
def test_households_of_wuyi(row: Data) -> None:
    """Question 16: the faults of each exit under the draft follow from its recorded steps."""
    case = CASES["q16_wuyi"]
    found = steps(case["log"], row["exit"])
    faults = [f"missing-{verb}" for verb in case["required"] if first(found, verb) is None]
    approved = first(found, "approved")
    assert approved is not None
    consent, verified = first(found, "consented"), first(found, "verified")
    if consent is not None and not consent["consent"]:
        faults.append("consent-refused")
    if verified is not None and len(verified["verifiers"]) < len(("village", "team")):
        faults.append("one-verifier")
    faults += notice_faults(found, "reviewed", "approved")
    objected = first(found, "objected")
    if objected is not None and objected.get("resolved_on", "9999") > approved["approved_on"]:
        faults.append("unresolved-objection")
    if approved["approved_by"] not in case["competent"]:
        faults.append("incompetent-body")
    assert faults == row["faults"]
    assert {"approved_on": approved["approved_on"], "approved_by": approved["approved_by"]}.items() <= row.items()


@pytest.mark.parametrize("row", CASES["q16_shanxi"]["households"], ids=lambda row: row["exit"])
def test_households_of_shanxi(row: Data) -> None:
    """Question 16: the township verifies, approves and marks, in that order."""
    case = CASES["q16_shanxi"]
    found = steps(case["log"], row["exit"])
    verified, approved = first(found, "verified"), first(found, "approved")
    faults = []
    if approved is None:
        assert first(found, "rejected") is not None
        assert row["faults"] == []
        return
    if verified is None:
        faults.append("missing-verified")
    elif verified["verified_on"] > approved["approved_on"]:
        faults.append("verified-after-approved")
    if first(found, "recorded") is None:
        faults.append("missing-recorded")
    if approved["approved_by"] != case["township_government"]:
        faults.append("incompetent-body")
    assert faults == row["faults"]


@pytest.mark.parametrize("row", CASES["q16_shanxi"]["villages"], ids=lambda row: row["subject"])
def test_villages_of_shanxi(row: Data) -> None:
    """Question 16: the township verifies, posts and reports, the county's group verifies and approves."""
    case = CASES["q16_shanxi"]
    found = steps(case["log"], row["exit"])
    approved = first(found, "approved")
    assert approved is not None
    faults = [] if approved["approved_by"] == case["county_group"] else ["incompetent-body"]
    by_county = [data for verb, data in found if verb == "verified" and case["county_group"] in data["verifiers"]]
    faults += [] if by_county else ["missing-verified-by-county"]
    assert faults + notice_faults(found, "reported", "approved") == row["faults"]
    assert sum(verb == "objected" and "resolved_on" not in data for verb, data in found) == row["open_objections"]


@pytest.mark.parametrize("code", sorted(CASES["q16_shanxi"]["counties"]))
def test_counties_of_shanxi(code: str) -> None:
    """Question 16: the city reviews, the province assesses, posts and approves; each in its turn."""
    case = CASES["q16_shanxi"]
    row = case["counties"][code]
    found = steps(case["log"], row["exit"])
    approved = first(found, "approved")
    if approved is None:
        assert (first(found, "rejected"), row["lifted_on"], row["faults"]) != (None, None, [])
        return
    reviewed, assessed = first(found, "reviewed"), first(found, "assessed")
    assert reviewed is not None
    assert assessed is not None
    faults = ["assessed-before-reviewed"] if assessed["assessed_on"] < reviewed["reviewed_on"] else []
    faults += notice_faults(found, "approved")
    faults += [] if approved["approved_by"] == "syn-14-body-140000-government" else ["incompetent-body"]
    assert faults == row["faults"]
    lifted = [data for data in said(case["log"], "designation.lifted") if data.get("exit_id") == row["exit"]]
    assert [data["effective_from"] for data in lifted] == [row["lifted_on"]]


def test_assistance_that_ended_before_the_exit() -> None:
    """Question 17: the days between one unit and the next are those the case states."""
    case = CASES["q17"]
    started = {data["pairing_id"]: data for data in said(case["log"], "pairing.started")}
    ended = {data["pairing_id"]: data for data in said(case["log"], "pairing.ended")}
    for row in case["units"]:
        over = ended[row["pairing"]]
        assert (over["effective_until"], over["reason"]) == (row["ended_on"], row["reason"])
        successor = over.get("successor_pairing_id")
        assert successor == row["successor"]
        if successor is not None:
            assert between(row["ended_on"], started[successor]["effective_from"]) == row["gap_days"]
    merged, moved = case["unit_merged"], case["helper_transferred"]
    assert ended[merged["pairing"]]["reason"] == "unit-merged"
    assert started[merged["successor"]]["effective_from"] == ended[merged["pairing"]]["effective_until"]
    assert moved["unit_pairing_goes_on"] not in ended
    after = case["ended_after_exit"]
    assert ended[after["pairing"]]["effective_until"] == after["ended_on"] > after["exited_on"]


def test_exited_villages_are_still_assisted() -> None:
    """Question 17: ten of the ministry's 47 villages had exited and none of their pairings has ended."""
    case = CASES["q17_exited"]
    assisted = {data["assisted"] for data in said(case["log"], "pairing.started")}
    approved = {data["exit_id"]: data["approved_on"] for data in said(case["log"], "exit.approved")}
    gone = [
        data["subject"]
        for data in said(case["log"], "exit.proposed")
        if data["level"] == "village" and approved[data["exit_id"]] <= case["valid_at"]
    ]
    listed = [data for data in said(case["log"], "designation.listed") if data["list"] == "poor-village"]
    assert (len(listed), len(gone)) == (case["paired"], case["exited"]) == (47, 10)
    assert set(gone) <= assisted
    assert said(case["log"], "pairing.ended") == []


def test_removals_are_no_exits() -> None:
    """Question 21: exits of 2016 as believed at its end, as recorded later, and without those removed."""
    case = CASES["q21"]
    everyone = {data["household_id"]: data["persons"] for data in said(case["log"], "household.identified")}

    def exited(known_at: str) -> set[str]:
        subject = {data["exit_id"]: data["subject"] for data in said(case["log"], "exit.proposed", known_at)}
        approved = said(case["log"], "exit.approved", known_at)
        return {subject[data["exit_id"]] for data in approved if data["effective_on"].startswith("2016")}

    wrong = {data["household_id"] for data in said(case["log"], "household.removed") if data["reason"] == "inaccurate"}
    then, now = exited(case["believed"]["known_at"]), exited("2020-12-31")
    for name, ids in (("believed", then), ("recorded", now), ("after_removals", now - wrong), ("both", now & wrong)):
        assert set(case[name]["household_ids"]) == ids
        assert case[name]["persons"] == sum(everyone[which] for which in ids)
        assert case[name]["households"] == len(ids)
    assert case["reported"] == {
        "exited_persons": 1125000,
        "persons_to_remove": 735000,
        "poor_persons_left": 3000000,
    }


def test_coverage_day_by_day() -> None:
    """Question 22: counted day by day over 2018, village-days and household-days come out as the case states."""
    case = CASES["q22"]
    log, year = case["log"], days(case["from"], case["until"])
    lifted = {
        data["jurisdiction_id"]: data["effective_from"]
        for data in said(log, "designation.lifted")
        if data["list"] == "poor-village"
    }
    dissolved = {data["body_id"]: data["effective_from"] for data in said(log, "body.dissolved")}
    teams = [data for data in said(log, "body.established") if "-team-" in data["body_id"]]
    counted = {"village": 0, "work-team": 0, "first-secretary": 0}
    for village in case["villages"]:
        own = [data for data in teams if data["jurisdiction_id"] == village]
        seat = village.replace("-j-", "-post-") + "-first"
        for day in year:
            if day >= lifted.get(village, "9999"):
                continue
            counted["village"] += 1
            there = any(data["effective_from"] <= day < dissolved.get(data["body_id"], "9999") for data in own)
            counted["work-team"] += not there
            counted["first-secretary"] += not holders(log, seat, day)
    assert counted.pop("village") == case["village_days"]
    assert counted == case["uncovered_village_days"]


def test_households_day_by_day() -> None:
    """Question 22: the denominator begins at identification and ends at exit or removal."""
    case = CASES["q22"]
    log, year = case["log"], days(case["from"], case["until"])
    ended = {data["pairing_id"]: data["effective_until"] for data in said(log, "pairing.ended")}
    pairings = [data for data in said(log, "pairing.started") if data["kind"] == "helper-household"]
    subject = {data["exit_id"]: data["subject"] for data in said(log, "exit.proposed")}
    out = {
        subject[data["exit_id"]]: data["effective_on"] for data in said(log, "exit.approved") if "effective_on" in data
    }
    out |= {data["household_id"]: data["effective_from"] for data in said(log, "household.removed")}
    since = {data["household_id"]: data["effective_from"] for data in said(log, "household.identified")}
    total = uncovered = 0
    for row in case["households"]:
        home = row["household"]
        own = [data for data in pairings if data["assisted"] == home]
        on = [day for day in year if since[home] <= day < out.get(home, "9999")]
        bare = [
            day
            for day in on
            if not any(data["effective_from"] <= day < ended.get(data["pairing_id"], "9999") for data in own)
        ]
        assert len(bare) == sum(gap["days"] for gap in row["gaps"])
        total, uncovered = total + len(on), uncovered + len(bare)
    assert (total, uncovered) == (case["household_days"], case["uncovered_household_days"])

"""The cases about money: what is left, payments while posts stood empty, budgets, settlements, disclosure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.examples.reading import (
    CASES,
    between,
    event_of,
    holders,
    is_below,
    recorded_on,
    said,
)

Data = dict[str, Any]


def flow(log: str, place: str, valid_at: str, *, own: bool = False) -> dict[str, str]:
    """What came into a place, went on, was paid, came back and is left, by the rule of the design."""

    def inside(where: str | None) -> bool:
        return where == place if own else is_below(log, where, place)

    def at(which: str | None) -> str | None:
        homes = {data["body_id"]: data.get("jurisdiction_id") for data in said(log, "body.established")}
        return homes.get(which, which) if which else None

    projects = {data["project_id"]: data["jurisdiction_id"] for data in said(log, "project.proposed")}
    sums = dict.fromkeys(("allocated", "passed_on", "disbursed", "recovered"), Decimal("0.00"))
    for data in said(log, "funds.allocated"):
        if data["allocated_on"] <= valid_at:
            into, out_of = inside(at(data["recipient_id"])), inside(at(data.get("allocator_id")))
            sums["allocated"] += Decimal(data["amount"]) if into and not out_of else 0
            sums["passed_on"] += Decimal(data["amount"]) if out_of and not into else 0
    for data in said(log, "funds.disbursed"):
        if data["disbursed_on"] <= valid_at and inside(data["jurisdiction_id"]):
            sums["disbursed"] += Decimal(data["amount"])
    for data in said(log, "funds.recovered"):
        if data["recovered_on"] <= valid_at and inside(projects[data["project_id"]]):
            sums["recovered"] += Decimal(data["amount"])
    left = sums["allocated"] - sums["passed_on"] - sums["disbursed"] + sums["recovered"]
    return {name: str(amount) for name, amount in {**sums, "left": left}.items()}


def flows() -> list[tuple[str, str, str, bool, Data]]:
    """Log, place, day, whether alone, and the amounts that the cases expect."""
    found = [
        (case["log"], place, case["valid_at"], scope == "own", row)
        for case in (CASES["money"], CASES["money_shanxi"])
        for scope in ("own", "subtree")
        for place, row in case[scope].items()
    ]
    paid, wuyi = CASES["q8"], CASES["q18"]
    found.append((paid["log"], paid["jurisdiction"], "2020-12-21", False, paid["money"]))
    days = ("2017-12-31", "2018-12-31")
    return found + [(wuyi["log"], wuyi["jurisdiction"], day, False, wuyi["money"][day]) for day in days]


@pytest.mark.parametrize(("log", "place", "valid_at", "own", "expected"), flows())
def test_what_is_left_at_each_level(log: str, place: str, valid_at: str, own: bool, expected: Data) -> None:
    """What came in, went on, was paid, came back and is left adds up as the cases say, exactly."""
    found = flow(log, place, valid_at, own=own)
    assert {name: found[name] for name in expected} == expected


def test_every_allocation_names_one_that_brought_the_money() -> None:
    """An allocation passed on comes out of one whose recipient is the place that passes it on."""
    for log in ("demo-cn-62", "demo-cn-14"):
        by_id = {data["allocation_id"]: data for data in said(log, "funds.allocated")}
        above = [data for data in by_id.values() if "from_allocation_id" in data]
        assert above
        for data in above:
            assert by_id[data["from_allocation_id"]]["recipient_id"] == data["allocator_id"]


@pytest.mark.parametrize(("case", "reading"), [("q8", "gansu"), ("q8_shanxi", "shanxi")])
def test_payments_above_the_threshold_without_a_holder(case: str, reading: str) -> None:
    """Question 8: exactly the listed payments were approved while a post that answers had no substantive holder."""
    found = CASES[case]
    posts = list(found["gaps"]) if reading == "gansu" else [list(found["gaps"])[1]]
    listed, paid = [], Decimal("0.00")
    for data in said(found["log"], "funds.disbursed"):
        if data["jurisdiction_id"] != found["jurisdiction"] or Decimal(data["amount"]) <= Decimal(found["threshold"]):
            continue
        if any(not holders(found["log"], post, data["approved_on"], substantive=True) for post in posts):
            listed.append(data["disbursement_id"])
            paid += Decimal(data["amount"])
    assert sorted(listed) == sorted(found[reading]["disbursements"])
    assert str(paid) == found[reading]["sum"]


@pytest.mark.parametrize("case", ["q8", "q8_shanxi"])
def test_each_payment_is_judged_on_its_approval(case: str) -> None:
    """Question 8: the posts without a substantive holder on the day of approval are those the case names."""
    found = CASES[case]
    for row in found["disbursements"]:
        data = event_of(found["log"], row["event"])["data"]
        assert {name: data[name] for name in ("amount", "approved_on", "disbursed_on")}.items() <= row.items()
        without = [
            post for post in found["gaps"] if not holders(found["log"], post, row["approved_on"], substantive=True)
        ]
        assert without == row["without_substantive_holder"]


def test_budgets_of_wuyi() -> None:
    """Question 18: shares and growths follow exactly from the recorded amounts."""
    for row in CASES["q18"]["budgets"]:
        data = event_of(CASES["q18"]["log"], row["event"])["data"]
        fund, base = Decimal(data["special_fund"]), Decimal(data["base_revenue"])
        growth = fund / Decimal(data["previous_year_fund"]) - 1
        earned = base / Decimal(data["previous_year_revenue"]) - 1
        assert Decimal(row["fund_growth"]) == growth
        if "share" in row:
            assert Decimal(row["share"]) == fund / base
            assert row["reaches_one_percent"] is (fund * 100 >= base)
        if "revenue_growth" in row:
            assert Decimal(row["revenue_growth"]) == earned
            assert row["exceeds"] is (growth > earned)


def test_settlements_of_wuyi() -> None:
    """Question 18: the rate is settled over paid; which were settled without an acceptance passed before."""
    found = CASES["q18"]
    ours = {row["project"] for row in found["projects"]}
    paid = [data for data in said(found["log"], "funds.disbursed") if data["project_id"] in ours]
    settled = [data for data in said(found["log"], "funds.reimbursed") if data["project_id"] in ours]
    spent = sum(Decimal(data["amount"]) for data in paid)
    back = sum(Decimal(data["amount"]) for data in settled)
    assert (str(spent), str(back)) == (found["disbursed"], found["reimbursed"])
    assert back / spent == Decimal(found["reimbursement_rate"])
    passed = {
        data["project_id"]: data["accepted_on"]
        for data in said(found["log"], "project.accepted")
        if data["result"] == "passed"
    }
    early = [
        data["reimbursement_id"]
        for data in settled
        if not passed.get(data["project_id"], "9999") <= data["reimbursed_on"]
    ]
    assert sorted(early) == sorted(found["settled_without_prior_acceptance"])


def test_disclosure_of_projects() -> None:
    """Question 20: items, channels, days and files of each project are those recorded, less what was withdrawn."""
    found = CASES["q20"]
    withdrawn = {data["posting_id"]: data["withdrawn_on"] for data in said(found["log"], "publicity.withdrawn")}
    for row in found["projects"]:
        posted = [data for data in said(found["log"], "publicity.posted") if data["subject_id"] == row["project"]]
        files = [data["kind"] for data in said(found["log"], "record.filed") if data["archive"] == row["project"]]
        (paid,) = [data for data in said(found["log"], "funds.disbursed") if data["project_id"] == row["project"]]
        first = min((data["posted_from"] for data in posted), default=None)
        assert {item for data in posted for item in data["items"]} == set(row["items"])
        assert sorted({data["channel"] for data in posted}) == row["channels"]
        assert first == row["first_posted_on"]
        assert row["posted_before_first_payment"] is (first is not None and first < paid["disbursed_on"])
        assert files == (found["archive_order"] if row["archived"] else [])
        until = {data["posting_id"]: data["posted_until"] for data in posted} | withdrawn
        stood = {data["posting_id"]: between(data["posted_from"], until[data["posting_id"]]) for data in posted}
        assert stood == {posting["posting"]: posting["days"] for posting in row["postings"]}
    above = [row["project"] for row in found["projects"] if Decimal(row["amount"]) > Decimal(found["threshold"])]
    assert above == found["above"]


def test_the_ledger_of_the_ministry_has_the_stated_amounts() -> None:
    """Every entry has the nine columns; the four stated amounts add up to the totals of the source."""
    found = CASES["ledger"]
    columns = {"group", "unit", "paired_village", "project_name", "content", "implementing_unit", "beneficiaries"}
    columns |= {"funds", "expected_effect"}
    assert len(columns) == len(found["columns"])
    sums: dict[str, Decimal] = {}
    for row in [*found["stated"], *found["own"]]:
        data = event_of(found["log"], row["event"])["data"]
        assert columns <= set(data)
    for row in found["stated"]:
        data = event_of(found["log"], row["event"])["data"]
        sums[data["paired_village"]] = sums.get(data["paired_village"], Decimal("0.00")) + Decimal(data["funds"])
    assert {place: str(amount) for place, amount in sums.items()} == found["totals"]
    assert str(sum(sums.values())) == found["total"] == "280000000.00"


@pytest.mark.parametrize("case", ["late_visits", "late_budgets"])
def test_late_entries_are_as_late_as_stated(case: str) -> None:
    """Each entry of the case was recorded that many days after the day it is about."""
    found = CASES[case]
    assert len(found["entries"]) > 1
    for row in found["entries"]:
        assert recorded_on(found["log"], row["event"]) == row["recorded_on"]
        assert between(row["on"], row["recorded_on"]) == row["days"] >= found["least_days"]

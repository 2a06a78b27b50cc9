"""A project: its steps kept apart, its payments, what was posted about it, and its exact sums."""

from __future__ import annotations

from typing import Any

import pytest

from events.errors import NotFound
from projections.answers import projects
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY = "2018-12-31"


@pytest.fixture
def ledger() -> Ledger:
    """A road of village v, from its proposal to its acceptance."""
    made = Ledger()
    made.place("v", "village", "621223100201")
    for body in ("committee", "office", "inspectors"):
        made.record("body.established", body_id=body, jurisdiction_id="v", name_zh=f"name-{body}")
    about = {"project_id": "P", "jurisdiction_id": "v"}
    made.record("project.proposed", name_zh="道路硬化", proposer_id="committee", budget="300000.00",
                beneficiary_households=40, proposed_on="2018-01-10", **about)  # fmt: skip
    made.record("project.reviewed", reviewer_body_id="office", result="passed", reviewed_on="2018-01-20", **about)
    made.record("project.registered", library="v", registered_on="2018-01-25", **about)
    made.record(
        "project.approved", approved_by="office", approved_amount="280000.00", approved_on="2018-02-01", **about
    )
    made.record("project.accepted", accepted_by="inspectors", result="passed", accepted_on="2018-10-01",
                participants=["x"], **about)  # fmt: skip
    return made


def pay(ledger: Ledger, one: str, approved_on: str | None, disbursed_on: str, **more: Any) -> int:
    """Pay 100000.00 for the project."""
    data = {"disbursement_id": one, "project_id": "P", "amount": "100000.00", "disbursed_on": disbursed_on, **more}
    return ledger.record("funds.disbursed", approved_on=approved_on, **data)


async def asked(ledger: Ledger, day: str = DAY, size: int | None = None) -> dict[str, Any]:
    """The project on a day."""
    return await projects.one(ledger.scene(day, size), "P")


async def test_every_step_is_kept_apart(ledger: Ledger) -> None:
    """Each step with its day, who took it and what it says; only those up to the day."""
    answer = await asked(ledger)
    assert [(one["step"], one["on"], one["by"] and one["by"]["name"]) for one in answer["steps"]] == [
        ("proposed", "2018-01-10", "name-committee"), ("reviewed", "2018-01-20", "name-office"),
        ("registered", "2018-01-25", "name-v"), ("approved", "2018-02-01", "name-office"),
        ("accepted", "2018-10-01", "name-inspectors"),
    ]  # fmt: skip
    assert [one.get("result") for one in answer["steps"]] == [None, "passed", None, None, "passed"]
    assert answer["steps"][-1]["participants"] == [{"id": "x", "name": None, "kind": None}]
    assert (answer["project"]["name"], answer["project"]["jurisdiction"]["id"]) == ("道路硬化", "v")
    early = await asked(ledger, "2018-01-31")
    assert ([one["step"] for one in early["steps"]], early["totals"]["approved"]) == (
        ["proposed", "reviewed", "registered"], None,
    )  # fmt: skip
    with pytest.raises(NotFound):
        await asked(ledger, size=4)


async def test_sums_of_a_project_are_exact(ledger: Ledger) -> None:
    """What was approved, paid, settled and recovered up to the day, and what is left of the amount approved."""
    ledger.record("funds.allocated", allocation_id="A", recipient_id="P", amount="280000.00", allocated_on="2018-02-10")
    pay(ledger, "D1", "2018-03-01", "2018-03-09")
    pay(ledger, "D2", "2018-12-30", "2019-01-04", jurisdiction_id="v")
    pay(ledger, "D3", None, "2019-01-05")
    ledger.record(
        "funds.reimbursed", reimbursement_id="R", project_id="P", amount="90000.10", reimbursed_on="2018-11-01"
    )
    ledger.record("funds.recovered", recovery_id="Q", project_id="P", amount="0.05", recovered_on="2018-12-01")
    answer = await asked(ledger)
    assert answer["totals"] == {
        "budget": "300000.00", "approved": "280000.00", "disbursed": "100000.00", "approved_not_paid": "100000.00",
        "reimbursed": "90000.10", "recovered": "0.05", "left": "180000.05",
    }  # fmt: skip
    assert [(one["disbursement"], one["paid"]) for one in answer["disbursements"]] == [("D1", True), ("D2", False)]
    assert [one["allocation"] for one in answer["allocations"]] == ["A"]
    assert [(one["accepted_before"], one["days_after_acceptance"]) for one in answer["reimbursements"]] == [(True, 31)]
    assert (await asked(ledger, "2019-01-05"))["totals"]["left"] == "-19999.95"


async def test_money_settled_before_the_acceptance_is_seen(ledger: Ledger) -> None:
    """A reimbursement before the acceptance says so, with the days by which it came too early."""
    ledger.record("funds.reimbursed", reimbursement_id="R", project_id="P", amount="1.00", reimbursed_on="2018-09-21")
    [item] = (await asked(ledger))["reimbursements"]
    assert (item["accepted_before"], item["days_after_acceptance"]) == (False, -10)


async def test_a_posting_taken_down_early_covers_no_more(ledger: Ledger) -> None:
    """A posting covers its days until it ends or is taken down; first posting and first payment are compared."""
    ledger.record("publicity.posted", posting_id="B1", subject_id="P", channel="board", items=["content", "funding"],
                  posted_from="2018-03-19", posted_until="2018-04-19")  # fmt: skip
    ledger.record("publicity.posted", posting_id="B2", subject_id="P", channel="website", items=["scope"],
                  posted_from="2018-04-01")  # fmt: skip
    ledger.record("publicity.withdrawn", posting_id="B1", withdrawn_on="2018-03-25", reason="更正")
    pay(ledger, "D1", "2018-03-01", "2018-03-09")
    pay(ledger, "D2", "2018-03-02", "2019-03-09")
    answer = await asked(ledger)
    assert [(one["posting"], one["covered"]) for one in answer["postings"]] == [
        ("B1", {"from": "2018-03-19", "until": "2018-03-25"}), ("B2", {"from": "2018-04-01", "until": None}),
    ]  # fmt: skip
    assert answer["disclosure"] == {
        "first_posted_on": "2018-03-19", "first_disbursed_on": "2018-03-09", "days": -10,
        "items": ["content", "funding", "scope"], "channels": ["board", "website"],
    }  # fmt: skip
    [then] = (await asked(ledger, "2018-03-24"))["postings"]
    assert (then["covered"]["until"], then["withdrawn_on"], then["reason"]) == ("2018-04-19", None, None)


async def test_a_finding_about_a_project_is_shown_with_it(ledger: Ledger) -> None:
    """Findings of which the project is the subject are listed, up to the day."""
    for finding, on in (("F1", "2018-12-31"), ("F2", "2019-01-01")):
        ledger.record("finding.raised", finding_id=finding, subject_id="P", category="资金滞留", raised_on=on)
    assert [one["finding"] for one in (await asked(ledger))["findings"]] == ["F1"]


async def test_a_corrected_step_shows_what_was_known(ledger: Ledger) -> None:
    """A corrected amount of approval answers from the correction on; before it the old one does."""
    size = len(ledger.entries)
    ledger.correct(7, project_id="P", approved_amount="200000.00", approved_on="2018-02-02")
    before, after = await asked(ledger, size=size), await asked(ledger)
    assert (before["totals"]["approved"], after["totals"]["approved"]) == ("280000.00", "200000.00")
    assert (after["steps"][3]["on"], after["steps"][3]["position"]) == ("2018-02-02", 7)
    assert {7, size} <= {one["position"] for one in after["project"]["evidence"]}


async def test_records_of_a_project() -> None:
    """A record filed in the archive named after a project is shown with it; one filed elsewhere is not."""
    ledger = Ledger()
    ledger.record("project.approved", project_id="pr", approved_on="2018-01-01")
    ledger.record("record.filed", record_id="r", archive="pr", filed_on="2018-06-01", sequence=3)
    ledger.record("record.filed", record_id="other", archive="elsewhere", filed_on="2018-06-01")
    ledger.record("record.filed", record_id="later", archive="pr", filed_on="2019-06-01")
    (record,) = (await projects.one(ledger.scene("2018-12-31"), "pr"))["records"]
    assert (record["record"], record["filed_on"], record["sequence"]) == ("r", "2018-06-01", 3)

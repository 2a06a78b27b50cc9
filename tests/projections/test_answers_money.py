"""Money of a place from the source down: every dated step, its direction, and what is left at each level."""

from __future__ import annotations

from typing import Any

import pytest

from projections.answers import money
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"


@pytest.fixture
def ledger() -> Ledger:
    """Money from the ministry down to a project of village v; a cadre approves what the county's office pays."""
    made = Ledger()
    made.county("621223")
    made.place("v", "village", "621223100201", "c")
    made.record("body.established", body_id="office", jurisdiction_id="c", name_zh="财政局")
    made.post("finance", body_id="office")
    made.record("person.registered", person_id="x", name_zh="示例甲")
    made.record("project.proposed", project_id="P", name_zh="道路", jurisdiction_id="v", proposed_on="2017-01-01")
    made.record("household.identified", household_id="h", jurisdiction_id="v", effective_from="2014-01-01")
    for one, above, to, amount, on in (
        ("A1", None, "p", "1000.00", "2017-01-01"), ("A2", "A1", "c", "600.00", "2017-02-01"),
        ("A3", "A2", "v", "250.00", "2017-03-01"), ("A4", "A3", "P", "200.00", "2017-03-02"),
    ):  # fmt: skip
        made.record("funds.allocated", allocation_id=one, from_allocation_id=above, recipient_id=to, amount=amount,
                    allocated_on=on, source="central-special", document="财〔2017〕1号")  # fmt: skip
    return made


async def asked(
    ledger: Ledger, place: str, day: str = DAY, *, subtree: bool = True, size: int | None = None
) -> dict[str, Any]:
    """The money of a place on a day, with all items."""
    scene = ledger.scene(day, size)
    flows = await money.of_place(scene, place, subtree=subtree)
    return {**flows.head, "items": await money.described(scene, flows.members, flows.ids)}


async def ways(ledger: Ledger, place: str, *, subtree: bool = True) -> list[tuple[str, str]]:
    """The allocations of a place, with their directions."""
    items = (await asked(ledger, place, subtree=subtree))["items"]
    return [(item["allocation"], item["direction"]) for item in items if item["type"] == "allocation"]


async def test_an_allocation_is_in_within_or_out(ledger: Ledger) -> None:
    """Seen from the scope, along what each allocation passes on; what only goes by is not listed."""
    assert await ways(ledger, "p") == [("A1", "in"), ("A2", "within"), ("A3", "within"), ("A4", "within")]
    assert await ways(ledger, "c") == [("A2", "in"), ("A3", "within"), ("A4", "within")]
    assert await ways(ledger, "c", subtree=False) == [("A2", "in"), ("A3", "out")]
    assert await ways(ledger, "v") == [("A3", "in"), ("A4", "within")]


async def test_an_allocation_shows_its_way_from_the_source(ledger: Ledger) -> None:
    """Who gave, who received, by name; what was passed on of it by the day, what was left; all that lies above it."""
    [first, _] = (await asked(ledger, "v"))["items"]
    assert (first["from"], first["to"]["kind"], first["document"], first["source"]) == (
        {"id": "c", "name": "name-c", "kind": "jurisdiction"}, "jurisdiction", "财〔2017〕1号", "central-special",
    )  # fmt: skip
    assert (first["amount"], first["passed_on"], first["left_here"]) == ("250.00", "200.00", "50.00")
    assert [(one["allocation"], one["from"] and one["from"]["id"], one["to"]["id"]) for one in first["along"]] == [
        ("A1", None, "p"), ("A2", "p", "c"),
    ]  # fmt: skip
    [early] = (await asked(ledger, "v", "2017-03-01"))["items"]
    assert (early["passed_on"], early["left_here"]) == ("0.00", "250.00")
    [*_, last] = (await asked(ledger, "v"))["items"]
    assert last["to"] == {"id": "P", "name": "道路", "kind": "project"}


async def test_a_circle_of_allocations_ends(ledger: Ledger) -> None:
    """Allocations that name each other, or themselves, are listed with what lies above them once."""
    for one, above in (("C1", "C2"), ("C2", "C1"), ("C3", "C3")):
        ledger.record("funds.allocated", allocation_id=one, from_allocation_id=above, recipient_id="v", amount="1.00",
                      allocated_on="2017-05-01")  # fmt: skip
    items = {item["allocation"]: item for item in (await asked(ledger, "v"))["items"]}
    assert [[one["allocation"] for one in items[name]["along"]] for name in ("C1", "C2", "C3")] == [["C2"], ["C1"], []]
    assert [items[name]["direction"] for name in ("C1", "C2", "C3")] == ["within"] * 3


async def test_each_level_shows_what_it_kept(ledger: Ledger) -> None:
    """What came to the places of a level, left them and was paid there; what is left adds up to the total."""
    ledger.record("funds.disbursed", disbursement_id="D", project_id="P", amount="30.00", disbursed_on="2017-06-01")
    answer = await asked(ledger, "p")
    names = ("level", "allocated", "passed_on", "disbursed", "left")
    assert [tuple(one[name] for name in names) for one in answer["levels"]] == [
        ("province", "1000.00", "600.00", "0.00", "400.00"),
        ("county", "600.00", "250.00", "0.00", "350.00"),
        ("village", "250.00", "0.00", "30.00", "220.00"),
    ]  # fmt: skip
    assert (answer["totals"]["allocated"], answer["totals"]["left"]) == ("1000.00", "970.00")
    own = await asked(ledger, "c", subtree=False)
    assert [(one["level"], one["left"]) for one in own["levels"]] == [("county", own["totals"]["left"])]


async def test_money_between_places_of_one_level_is_shown_on_both_sides(ledger: Ledger) -> None:
    """A village that gives to another village both received and passed on: the level is left as it was."""
    ledger.place("w", "village", "621223100202", "c")
    ledger.record("funds.allocated", allocation_id="B", allocator_id="v", recipient_id="w", amount="50.00",
                  allocated_on="2017-06-01")  # fmt: skip
    village = (await asked(ledger, "c"))["levels"][-1]
    assert (village["allocated"], village["passed_on"], village["left"]) == ("300.00", "50.00", "250.00")


async def test_a_payment_shows_both_days_and_who_approved(ledger: Ledger) -> None:
    """Approval and payment are two days; the approver is named as person and as post; a payee may be a household."""
    pay = {"jurisdiction_id": "v", "project_id": "P", "payer": "office", "payee": "h", "amount": "10.00"}
    ledger.record("funds.disbursed", disbursement_id="D1", approved_on="2018-03-01", disbursed_on="2018-03-05",
                  approved_by={"person_id": "x", "post_id": "finance"}, **pay)  # fmt: skip
    ledger.record("funds.disbursed", disbursement_id="D2", approved_on="2018-03-05", disbursed_on="2018-03-06", **pay)
    ledger.record("funds.disbursed", disbursement_id="D3", approved_on="2018-03-06", disbursed_on="2018-03-07", **pay)
    paid, pending = [item for item in (await asked(ledger, "v"))["items"] if item["type"] == "disbursement"]
    assert (paid["disbursement"], paid["approved_on"], paid["disbursed_on"], paid["paid"]) == (
        "D1", "2018-03-01", "2018-03-05", True,
    )  # fmt: skip
    assert paid["approved_by"] == {
        "person": {"id": "x", "name": "示例甲"}, "post": {"id": "finance", "title": "title-finance"},
    }  # fmt: skip
    assert (paid["payer"]["name"], paid["payee"]["kind"], paid["project"]["name"]) == ("财政局", "household", "道路")
    assert (pending["disbursement"], pending["paid"], pending["approved_by"]) == (
        "D2", False, {"person": None, "post": None},
    )  # fmt: skip


async def test_a_reimbursement_shows_whether_the_acceptance_came_first(ledger: Ledger) -> None:
    """Only an acceptance that passed, on the day or before it, came first; the one named is shown where it is known."""
    failed = ledger.record("project.accepted", project_id="P", result="failed", accepted_on="2017-06-01")
    for one, on, named in (
        ("R1", "2017-06-30", f"e{failed}"), ("R2", "2017-07-01", None), ("R3", "2017-07-11", "e999"),
    ):  # fmt: skip
        ledger.record("funds.reimbursed", reimbursement_id=one, project_id="P", amount="1.00", reimbursed_on=on,
                      acceptance_event_id=named)  # fmt: skip
    passed = ledger.record("project.accepted", project_id="P", result="passed", accepted_on="2017-07-01")
    ledger.record("funds.reimbursed", reimbursement_id="R4", amount="1.00", reimbursed_on="2017-07-11")
    items = {
        item["reimbursement"]: item for item in (await asked(ledger, "v"))["items"] if item["type"] == "reimbursement"
    }
    assert [
        (items[one]["accepted_before"], items[one]["days_after_acceptance"], items[one]["acceptance"]["event"])
        for one in ("R1", "R2", "R3")
    ] == [(False, -1, f"e{failed}"), (True, 0, f"e{passed}"), (True, 10, f"e{passed}")]
    assert "R4" not in items
    [before] = [one for one in (await asked(ledger, "v", "2017-06-30"))["items"] if one["type"] == "reimbursement"]
    assert (before["accepted_before"], before["days_after_acceptance"]) == (False, None)


async def test_an_acceptance_without_a_result_leaves_it_open(ledger: Ledger) -> None:
    """Whether an acceptance came first is null, not false, where one did and does not say how it ended."""
    ledger.record("project.accepted", project_id="P", accepted_on="2017-06-01")
    ledger.record("funds.reimbursed", reimbursement_id="R", project_id="P", amount="1.00", reimbursed_on="2017-07-01")
    [*_, item] = (await asked(ledger, "v"))["items"]
    assert (item["accepted_before"], item["acceptance"]["result"]) == (None, None)


async def test_other_steps_state_what_they_are(ledger: Ledger) -> None:
    """Budgets, consolidations, donations and recoveries are items too, in the order of their days."""
    ledger.record("budget.appropriated", budget_id="B", jurisdiction_id="c", fund="special", fiscal_year=2017,
                  special_fund="9.00", adopted_on="2017-01-05")  # fmt: skip
    ledger.record("funds.consolidated", consolidation_id="K", jurisdiction_id="c", amount="8.00", plan_id="plan",
                  sources=[{"source": "agri", "amount": "8.00"}], consolidated_on="2017-01-06")  # fmt: skip
    ledger.record("donation.received", donation_id="G", jurisdiction_id="c", goods="棉被", donor_id="x",
                  received_on="2017-01-07")  # fmt: skip
    ledger.record("funds.recovered", recovery_id="Q", project_id="P", amount="7.00", recovered_on="2017-01-08")
    found = [item for item in (await asked(ledger, "c"))["items"] if item["type"] != "allocation"]
    assert [(item["type"], item["amount"]) for item in found] == [
        ("budget", "9.00"), ("consolidation", "8.00"), ("donation", None), ("recovery", "7.00"),
    ]  # fmt: skip
    assert (found[0]["fiscal_year"], found[1]["sources"], found[2]["donor"]["name"], found[3]["project"]["id"]) == (
        2017, [{"source": "agri", "amount": "8.00"}], "示例甲", "P",
    )  # fmt: skip


async def test_a_correction_of_a_giver_changes_the_way(ledger: Ledger) -> None:
    """Before the correction the allocation came from within, after it from outside; both stay answerable."""
    data = {"allocation_id": "Z", "recipient_id": "v", "amount": "5.00", "allocated_on": "2017-06-01"}
    position = ledger.record("funds.allocated", allocator_id="c", **data)
    size = len(ledger.entries)
    ledger.correct(position, allocator_id="ministry", **data)
    before, after = (await asked(ledger, "c", size=size))["items"][-1], (await asked(ledger, "c"))["items"][-1]
    assert (before["direction"], after["direction"], len(after["evidence"])) == ("within", "in", 2)


async def test_an_amended_budget_stands_as_on_the_day(ledger: Ledger) -> None:
    """Before the amendment the amount and the base adopted first stand, in the sums too; after it the new ones."""
    for on, amount, base in (
        ("2017-02-10", "5500000.00", "550000000.00"),
        ("2017-08-30", "5600000.00", "625000000.00"),
    ):
        ledger.record("budget.appropriated", budget_id="B", jurisdiction_id="c", special_fund=amount, base_revenue=base,
                      adopted_on=on)  # fmt: skip
    for day, amount, base, steps in (
        ("2017-08-29", "5500000.00", "550000000.00", 1), ("2017-08-30", "5600000.00", "625000000.00", 2),
    ):  # fmt: skip
        answer = await asked(ledger, "c", day, subtree=False)
        [budget] = [item for item in answer["items"] if item["type"] == "budget"]
        assert (budget["amount"], budget["base_revenue"], len(budget["steps"])) == (amount, base, steps)
        assert answer["totals"]["appropriated"] == amount
    early = await asked(ledger, "c", "2017-02-09", subtree=False)
    assert early["totals"]["appropriated"] == "0.00"

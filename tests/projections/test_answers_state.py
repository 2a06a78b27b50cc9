"""The state of a place: what counts where, up to which day, in the tree of the day and as known when."""

from __future__ import annotations

from typing import Any

import pytest

from events.errors import NotFound
from projections.answers import rectifications, state
from projections.answers.membership import membership_of
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"


@pytest.fixture
def ledger() -> Ledger:
    """A county c of city m with the townships t and u; village v lies in t; a body and a post of c, a post of v."""
    made = Ledger()
    made.place("m", "city", "6212")
    made.place("c", "county", "621223", "m")
    made.place("t", "township", "621223100", "c")
    made.place("u", "township", "621223101", "c")
    made.place("v", "village", "621223100201", "t")
    made.record("body.established", body_id="office", jurisdiction_id="c")
    made.record("body.established", body_id="desk", unit_id="office")
    made.post("clerk", body_id="desk")
    made.post("head", "c")
    made.post("secretary", "v")
    return made


async def asked(
    ledger: Ledger, place: str, day: str = DAY, *, subtree: bool = True, size: int | None = None
) -> dict[str, Any]:
    """The state of a place on a day."""
    return await state.of_place(ledger.scene(day, size), place, subtree=subtree)


async def told(ledger: Ledger, part: str, day: str = DAY) -> dict[str, Any]:
    """One part of the state of every place: (of the place alone, of all below it too)."""
    return {
        place: tuple([(await asked(ledger, place, day, subtree=subtree))[part] for subtree in (False, True)])
        for place in ("m", "c", "t", "u", "v")
    }


async def test_a_state_has_the_shape_of_the_design(ledger: Ledger) -> None:
    """Every part of the answer is there where nothing is recorded, at nought."""
    answer = await asked(ledger, "621223100201")
    assert answer["jurisdiction"] == {"id": "v", "code": "621223100201", "name": "name-v", "level": "village"}
    assert (answer["valid_at"], answer["scope"], answer["resolved_by"], answer["log"]["size"]) == (
        DAY, "subtree", "code", 10,
    )  # fmt: skip
    assert answer["letters"] == {"in_force": 0, "possible": 0, "not_in_force": 0}
    assert answer["visits"] == {"count": 0, "nights": 0, "last": None}
    assert set(answer["money"].values()) == {"0.00"}
    assert answer["findings"] == {"open": 0, "closed": 0}
    assert answer["rectifications"] == {"open": 0, "overdue": 0, "awaiting_verification": 0, "closed": 0}
    assert (answer["designations"], answer["exit"]["status"], answer["exit"]["since"]) == ([], "none", None)
    with pytest.raises(NotFound):
        await asked(ledger, "nowhere")
    with pytest.raises(NotFound):
        await asked(ledger, "v", size=4)


async def test_letters_belong_to_who_signs_and_what_they_are_about(ledger: Ledger) -> None:
    """A letter counts once where a post of the place or its bodies signed, or that it is about; not where it is due."""
    ledger.sign("l", "2017-01-10", "x", "clerk", counterparty="m", scope="t")
    ledger.record(
        "responsibility-letter.countersigned", letter_id="l", signatory={"post_id": "head"}, signed_on="2017-01-10",
        role="co-principal",
    )  # fmt: skip
    ledger.record(
        "responsibility-letter.countersigned", letter_id="l", signatory={"post_id": "secretary"},
        signed_on="2017-01-10", role="counterparty",
    )  # fmt: skip
    one, none = ({"in_force": many, "possible": 0, "not_in_force": 0} for many in (1, 0))
    assert await told(ledger, "letters") == {
        "m": (none, one), "c": (one, one), "t": (one, one), "u": (none, none), "v": (none, none),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("signed_on", "since", "until", "day", "expected"),
    [
        ("2017-04-20", "2017-01-01", "2018-01-01", "2017-02-15", (1, 0, 0)),
        ("2017-04-20", "2017-01-01", "2018-01-01", "2016-12-31", (0, 0, 0)),
        ("2017-04-20", "2017-01-01", "2018-01-01", "2018-01-01", (0, 0, 1)),
        ("2017-04-20", "2017-06-01", None, "2017-05-01", (0, 0, 1)),
        ("2017-04-20", "2017-06-01", None, "2017-04-19", (0, 0, 0)),
        ("2017", None, None, "2017-05-01", (0, 1, 0)),
        ("2017", None, None, "2018-01-01", (1, 0, 0)),
        ("2017-05", "2018", "2018-06", "2018-06-10", (0, 1, 0)),
    ],
)
async def test_a_letter_is_in_force_possible_not_or_not_yet(
    ledger: Ledger, signed_on: str, since: str | None, until: str | None, day: str, expected: tuple[int, int, int]
) -> None:
    """In force also before it was signed; possible by its dates; not in force once begun or signed; else not there."""
    ledger.sign("l", signed_on, post="secretary", effective_from=since, effective_until=until)
    letters = (await asked(ledger, "v", day))["letters"]
    assert (letters["in_force"], letters["possible"], letters["not_in_force"]) == expected


async def test_visits_count_in_the_place_of_a_household(ledger: Ledger) -> None:
    """Visits to a place and to its households count up to the day, with their nights and the last first day."""
    ledger.record("household.identified", household_id="h", jurisdiction_id="v", effective_from="2014-01-01")
    for visit, place, on, nights in (
        ("1", "v", "2018-03-05", 2), ("2", "h", "2018-02-11", None), ("3", "v", "2018-03-06", 1),
        ("4", "u", "2017-01-01", 0),
    ):  # fmt: skip
        ledger.record("visit.made", visit_id=visit, place_id=place, started_on=on, ended_on="2018-04-01", nights=nights)
    nothing = {"count": 0, "nights": 0, "last": None}
    two = {"count": 2, "nights": 2, "last": "2018-03-05"}
    one = {"count": 1, "nights": 0, "last": "2017-01-01"}
    assert await told(ledger, "visits") == {
        "m": (nothing, two | {"count": 3}), "c": (nothing, two | {"count": 3}), "t": (nothing, two), "u": (one, one),
        "v": (two, two),
    }  # fmt: skip


async def test_a_township_that_moved_counts_where_it_is_that_day(ledger: Ledger) -> None:
    """What was told of a township counts in the county it belongs to on the day asked about, earlier facts too."""
    ledger.place("d", "county", "621224", "m")
    ledger.record("jurisdiction.reparented", jurisdiction_id="t", new_parent_id="d", effective_from="2018-01-01")
    ledger.record("visit.made", visit_id="1", place_id="v", started_on="2017-05-01")
    counts = [
        ((await asked(ledger, place, day))["visits"]["count"])
        for place, day in (("c", "2017-12-31"), ("d", "2017-12-31"), ("c", "2018-01-01"), ("d", "2018-01-01"))
    ]
    assert counts == [1, 0, 0, 1]


async def test_a_finding_stands_at_its_place_or_its_subject(ledger: Ledger) -> None:
    """A finding counts at its jurisdiction, else at its subject: a place, or a body or project of one."""
    ledger.record("project.proposed", project_id="P", jurisdiction_id="v", proposed_on="2017-01-01")
    for finding, where in (
        ("f1", {"jurisdiction_id": "t", "subject_id": "v"}), ("f2", {"subject_id": "v"}),
        ("f3", {"subject_id": "desk"}), ("f4", {"subject_id": "P"}), ("f5", {"subject_id": "nobody"}),
    ):  # fmt: skip
        ledger.record("finding.raised", finding_id=finding, raised_on="2018-03-05", **where)
    ledger.record("finding.raised", finding_id="f6", raised_on="2018-03-06", subject_id="v")
    found = {place: (own["open"], all_["open"]) for place, (own, all_) in (await told(ledger, "findings")).items()}
    assert found == {"m": (0, 4), "c": (1, 4), "t": (1, 3), "u": (0, 0), "v": (2, 2)}


async def test_a_finding_is_closed_by_all_of_its_rectifications(ledger: Ledger) -> None:
    """A finding is open without a rectification and while one of them is; rectifications count with it."""
    for finding in ("f1", "f2", "f3"):
        ledger.record("finding.raised", finding_id=finding, raised_on="2017-01-01", jurisdiction_id="v")
    for order, finding, deadline in (("r1", "f1", "2018-03-04"), ("r2", "f1", "2018-03-05"), ("r3", "f2", None)):
        ledger.record(
            "rectification.ordered", rectification_id=order, finding_id=finding, deadline=deadline,
            ordered_on="2017-02-01",
        )  # fmt: skip
    ledger.record("rectification.verified", rectification_id="r2", verdict="confirmed", verified_on="2018-01-05")
    ledger.record("rectification.completed", rectification_id="r1", completed_on="2018-03-01")
    ledger.record("rectification.closed", rectification_id="r3", closed_on="2018-03-05")
    answer = await asked(ledger, "v")
    assert answer["findings"] == {"open": 2, "closed": 1}
    assert answer["rectifications"] == {"open": 1, "overdue": 1, "awaiting_verification": 1, "closed": 2}
    before = await asked(ledger, "v", "2018-03-04")
    assert before["findings"] == {"open": 3, "closed": 0}
    assert before["rectifications"] == {"open": 2, "overdue": 0, "awaiting_verification": 1, "closed": 1}
    assert (await asked(ledger, "c", subtree=False))["rectifications"]["open"] == 0
    ledger.record("rectification.reopened", rectification_id="r3", reopened_on="2018-03-05")
    assert (await asked(ledger, "m"))["findings"] == {"open": 3, "closed": 0}


async def test_rectifications_are_those_of_the_register(ledger: Ledger) -> None:
    """One without a finding, or of one that is not on record, counts where its register lists it."""
    ledger.record("finding.raised", finding_id="f", raised_on="2018-01-01", jurisdiction_id="t")
    for rectification, finding in (("of", "f"), ("none", None), ("unknown", "nobody-registered")):
        ledger.record(
            "rectification.ordered", rectification_id=rectification, finding_id=finding, ordered_on="2018-01-10",
            deadline="2018-02-01", responsible={"post_id": "head"},
        )  # fmt: skip
    none, one, two, three = ((many, many) for many in range(4))
    found = {
        place: [(part["open"], part["overdue"]) for part in parts]
        for place, parts in (await told(ledger, "rectifications")).items()
    }
    assert found == {
        "m": [none, three], "c": [two, three], "t": [one, one], "u": [none, none], "v": [none, none],
    }  # fmt: skip
    for place in ("m", "c", "t"):
        scene = ledger.scene(DAY)
        within = await membership_of(scene.reader, place, DAY, subtree=True)
        listed = await rectifications.register(scene, rectifications.Asked(within=within, status="overdue"))
        assert len(listed) == found[place][1][1]


async def test_money_is_what_came_in_went_out_and_was_paid(ledger: Ledger) -> None:
    """Each level keeps what it was given, less what it passed on or paid, plus what it recovered."""
    ledger.record("project.proposed", project_id="P", jurisdiction_id="v", proposed_on="2017-01-01")
    give = {"allocated_on": "2017-02-01"}
    ledger.record("funds.allocated", allocation_id="1", recipient_id="c", amount="1000000.00", **give)
    ledger.record("funds.allocated", allocation_id="2", allocator_id="c", recipient_id="t", amount="400000.10", **give)
    ledger.record("funds.allocated", allocation_id="3", from_allocation_id="2", recipient_id="P", amount="5.05", **give)
    ledger.record(
        "funds.allocated", allocation_id="4", allocator_id="office", recipient_id="desk", amount="7.00", **give
    )
    ledger.record("funds.allocated", allocation_id="5", allocator_id="t", recipient_id="u", amount="9.00",
                  allocated_on="2018-03-06")  # fmt: skip
    ledger.record("funds.disbursed", disbursement_id="6", project_id="P", amount="10.00", approved_on="2018-01-01",
                  disbursed_on="2018-03-05")  # fmt: skip
    ledger.record("funds.disbursed", disbursement_id="7", project_id="P", amount="20.00", approved_on="2018-03-05",
                  disbursed_on="2018-03-06")  # fmt: skip
    ledger.record("funds.recovered", recovery_id="8", project_id="P", amount="1.00", recovered_on="2018-03-05")
    money = {place: tuple([part(one) for one in both]) for place, both in (await told(ledger, "money")).items()}
    assert money == {
        "m": ("0.00 0.00 0.00 0.00 0.00", "1000000.00 0.00 10.00 1.00 999991.00"),
        "c": ("1000000.00 400000.10 0.00 0.00 599999.90", "1000000.00 0.00 10.00 1.00 999991.00"),
        "t": ("400000.10 5.05 0.00 0.00 399995.05", "400000.10 0.00 10.00 1.00 399991.10"),
        "u": ("0.00 0.00 0.00 0.00 0.00", "0.00 0.00 0.00 0.00 0.00"),
        "v": ("5.05 0.00 10.00 1.00 -3.95", "5.05 0.00 10.00 1.00 -3.95"),
    }
    assert (await asked(ledger, "v"))["money"]["approved_not_paid"] == "20.00"
    assert (await asked(ledger, "v", "2018-03-04"))["money"]["approved_not_paid"] == "10.00"
    assert (await asked(ledger, "t", "2018-03-06", subtree=False))["money"]["passed_on"] == "14.05"


def part(money: dict[str, str]) -> str:
    """The five sums of the design."""
    return " ".join(money[name] for name in ("allocated", "passed_on", "disbursed", "recovered", "left"))


async def test_who_gave_is_named_or_passed_it_on(ledger: Ledger) -> None:
    """An allocator outside or absent brings money in; absent beside a preceding allocation, its recipient gave."""
    give = {"recipient_id": "t", "allocated_on": "2017-02-01"}
    ledger.record("funds.allocated", allocation_id="absent", amount="1.00", **give)
    ledger.record("funds.allocated", allocation_id="outside", allocator_id="ministry", amount="10.00", **give)
    ledger.record("funds.allocated", allocation_id="inside", allocator_id="head", amount="100.00", **give)
    ledger.record(
        "funds.allocated", allocation_id="to-c", recipient_id="c", amount="1000.00", allocated_on="2017-01-01"
    )
    ledger.record("funds.allocated", allocation_id="onward", from_allocation_id="to-c", amount="10000.00", **give)
    ledger.record("funds.allocated", allocation_id="lost", from_allocation_id="unknown", amount="100000.00", **give)
    ledger.record("funds.allocated", allocation_id="both", from_allocation_id="to-c", allocator_id="ministry",
                  amount="1000000.00", **give)  # fmt: skip
    found = {place: (part(own), part(whole)) for place, (own, whole) in (await told(ledger, "money")).items()}
    assert found["t"] == ("1110111.00 0.00 0.00 0.00 1110111.00", "1110111.00 0.00 0.00 0.00 1110111.00")
    assert found["c"] == ("1000.00 10100.00 0.00 0.00 -9100.00", "1101011.00 0.00 0.00 0.00 1101011.00")
    assert found["u"] == ("0.00 0.00 0.00 0.00 0.00",) * 2


async def test_what_leaves_must_arrive_somewhere(ledger: Ledger) -> None:
    """An allocation without a recipient was not passed on to a place; one to somebody unknown was."""
    ledger.record("funds.allocated", allocation_id="1", allocator_id="c", amount="5.00", allocated_on="2017-01-01")
    ledger.record("funds.allocated", allocation_id="2", allocator_id="c", recipient_id="stranger", amount="7.00",
                  allocated_on="2017-01-01")  # fmt: skip
    assert part((await asked(ledger, "m"))["money"]) == "0.00 7.00 0.00 0.00 -7.00"


async def test_other_money_is_added_up_where_it_stands(ledger: Ledger) -> None:
    """Budgets, consolidations, reimbursements and donations count at their place; goods have no amount."""
    ledger.record("project.proposed", project_id="P", proposer_id="desk", proposed_on="2017-01-01")
    for amount in ("0.10", "0.20"):
        ledger.record("budget.appropriated", budget_id=amount, jurisdiction_id="c", special_fund=amount,
                      adopted_on="2017-01-01")  # fmt: skip
    ledger.record("funds.consolidated", consolidation_id="1", jurisdiction_id="c", amount="2.00",
                  consolidated_on="2017-01-01")  # fmt: skip
    ledger.record("funds.reimbursed", reimbursement_id="2", project_id="P", amount="3.00", reimbursed_on="2017-01-01")
    ledger.record("donation.received", donation_id="3", jurisdiction_id="c", amount="4.00", received_on="2017-01-01")
    ledger.record("donation.received", donation_id="4", jurisdiction_id="c", goods="棉被", received_on="2017-01-01")
    ledger.record(
        "funds.disbursed", disbursement_id="5", payer="desk", payee="h", amount="6.00", disbursed_on="2017-01-01"
    )
    money = (await asked(ledger, "c", subtree=False))["money"]
    names = ("appropriated", "consolidated", "reimbursed", "donated", "disbursed", "left")
    assert [money[name] for name in names] == ["0.30", "2.00", "3.00", "4.00", "6.00", "-6.00"]


async def test_sums_beyond_a_float_are_exact(ledger: Ledger) -> None:
    """Ten of the largest amounts and a cent: no digit is lost."""
    for number in range(10):
        ledger.record("funds.allocated", allocation_id=f"a{number}", recipient_id="v", amount="9999999999999999.99",
                      allocated_on="2017-01-01")  # fmt: skip
    ledger.record("funds.allocated", allocation_id="b", recipient_id="v", amount="0.01", allocated_on="2017-01-01")
    assert (await asked(ledger, "m"))["money"]["left"] == "99999999999999999.91"


async def test_a_correction_changes_what_is_known_from_then_on(ledger: Ledger) -> None:
    """A corrected amount and an annulled visit count as they were before, and as they are after."""
    data = {"disbursement_id": "1", "jurisdiction_id": "v", "disbursed_on": "2017-01-01"}
    paid = ledger.record("funds.disbursed", amount="100.00", **data)
    visit = ledger.record("visit.made", visit_id="2", place_id="v", started_on="2017-01-01")
    size = len(ledger.entries)
    ledger.correct(paid, amount="10.00", **data)
    ledger.annul(visit)
    before, after = await asked(ledger, "v", size=size), await asked(ledger, "v")
    assert (before["money"]["disbursed"], before["visits"]["count"]) == ("100.00", 1)
    assert (after["money"]["disbursed"], after["visits"]["count"]) == ("10.00", 0)


async def test_households_are_on_the_register_exited_or_removed(ledger: Ledger) -> None:
    """A removal is no exit, and one that takes effect earlier changes the past: what was known before stays."""
    for household, persons in (("h1", 3), ("h2", 4), ("h3", 5)):
        ledger.record("household.identified", household_id=household, jurisdiction_id="v", persons=persons,
                      effective_from="2014-01-01")  # fmt: skip
    for household in ("h2", "h3"):
        ledger.record("exit.proposed", exit_id=f"x{household}", subject=household, proposed_on="2016-11-01")
        ledger.record("exit.approved", exit_id=f"x{household}", approved_on="2016-12-01", effective_on="2016-12-31")
    size = len(ledger.entries)
    ledger.record("household.removed", household_id="h3", effective_from="2014-01-01", reason="inaccurate")
    assert (await asked(ledger, "m", "2016-12-31", size=size))["households"] == {
        "identified": 1, "exited": 2, "removed": 0, "persons": {"identified": 3, "exited": 9, "removed": 0},
    }  # fmt: skip
    assert (await asked(ledger, "m", "2016-12-31"))["households"] == {
        "identified": 1, "exited": 1, "removed": 1, "persons": {"identified": 3, "exited": 4, "removed": 5},
    }  # fmt: skip
    early = (await asked(ledger, "v", "2016-12-30"))["households"]
    assert (early["identified"], early["exited"], early["removed"]) == (2, 0, 1)
    assert (await asked(ledger, "v", "2013-12-31"))["households"]["identified"] == 0
    ledger.record(
        "household.identified", household_id="h2", jurisdiction_id="v", persons=4, effective_from="2018-01-01"
    )
    back = (await asked(ledger, "v"))["households"]
    assert (back["identified"], back["exited"]) == (2, 0)
    ledger.record("exit.rejected", exit_id="xh2", rejected_on="2018-02-01")
    assert (await asked(ledger, "t", subtree=False))["households"]["identified"] == 0


async def test_an_approval_stated_again_is_as_recorded_last(ledger: Ledger) -> None:
    """Not as of its latest day: of the place itself and of its households, also before either day."""
    ledger.record("household.identified", household_id="h", jurisdiction_id="v", effective_from="2014-01-01")
    ledger.record("designation.listed", jurisdiction_id="v", list="poor-village", effective_from="2014-01-01")
    for subject in ("v", "h"):
        ledger.record("exit.proposed", exit_id=f"x{subject}", subject=subject, proposed_on="2016-01-01")
        for day in ("2017-12-01", "2016-12-01"):
            ledger.record("exit.approved", exit_id=f"x{subject}", approved_on=day)
    for day, status, exited in (("2016-11-30", "listed", 0), ("2016-12-01", "exited", 1), ("2018-01-01", "exited", 1)):
        found = await asked(ledger, "v", day)
        assert (found["exit"]["status"], found["households"]["exited"]) == (status, exited), day
    assert found["exit"]["approved_on"] == found["exit"]["since"] == "2016-12-01"
    for subject in ("v", "h"):
        ledger.record("exit.approved", exit_id=f"x{subject}", approved_on="2018-02-01")
    found = await asked(ledger, "v", "2018-01-01")
    assert (found["exit"]["status"], found["households"]["exited"]) == ("listed", 0)

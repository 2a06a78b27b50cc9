"""Handovers: what is open at the end of an appointment, what was handed over, and what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from events.errors import NotFound
from projections.answers.handovers import handover
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

LEFT = "2020-01-12"
PARTS = ("findings", "rectifications", "payments", "projects", "letters", "pairings", "tasks")


@pytest.fixture
def ledger() -> Ledger:
    """A county with the post of its deputy head, whom x was until 2020-01-12."""
    made = Ledger()
    made.county()
    made.post("deputy", "c")
    made.post("other", "c")
    for person in ("x", "y"):
        made.record("person.registered", person_id=person, name_zh=f"name-{person}")
    made.start("a-x", "x", "deputy", "2018-07-01")
    made.start("a-y", "y", "deputy", "2020-02-03")
    return made


def left(ledger: Ledger, until: str | None = LEFT, **more: Any) -> int:
    """Record the end of x's appointment."""
    return ledger.end("a-x", until, reason="transfer", **more)


async def inventory(ledger: Ledger, on: str | None = None, valid_at: str = "2020-06-01") -> dict[str, Any]:
    """The inventory of x's appointment."""
    return await handover(ledger.scene(valid_at, packs=[]), "a-x", on)


async def ids(ledger: Ledger, part: str, on: str | None = LEFT) -> list[str]:
    """The ids of one part of the inventory."""
    return [item["id"] for item in (await inventory(ledger, on))[part]]


def order(ledger: Ledger, one: str, finding: str | None = None, **more: Any) -> int:
    """Order a rectification for which the deputy's post answers."""
    data = {"rectification_id": one, "finding_id": finding, "ordered_on": "2019-11-05", "deadline": "2020-02-29"}
    return ledger.record("rectification.ordered", **{**data, "responsible": {"post_id": "deputy"}, **more})


def found(ledger: Ledger, one: str, **more: Any) -> int:
    """Raise a finding for which the deputy's post answers."""
    data = {"finding_id": one, "jurisdiction_id": "c", "raised_on": "2019-11-01", "responsible_posts": ["deputy"]}
    return ledger.record("finding.raised", **{**data, **more})


async def test_the_day_of_the_inventory(ledger: Ledger) -> None:
    """It is of the last day in office: before the recorded end, before `on`, else, while it lasts, of the day asked."""
    answer = await inventory(ledger)
    assert (answer["on"], answer["valid_at"], answer["ended"]) == (None, "2020-06-01", None)
    answer = await inventory(ledger, LEFT)
    assert (answer["on"], answer["valid_at"], answer["ended"]) == (LEFT, "2020-01-11", None)
    left(ledger)
    answer = await inventory(ledger)
    assert (answer["on"], answer["valid_at"]) == (LEFT, "2020-01-11")
    assert answer["ended"] == {"until": LEFT, "gone_by": None, "reason": "transfer", "handover_id": None}
    assert (await inventory(ledger, "2019-12-01"))["valid_at"] == "2019-11-30"
    left(ledger, "2020-02")
    assert (await inventory(ledger))["on"] == "2020-02-29"
    left(ledger, None, gone_by="2020-03-05")
    assert (await inventory(ledger))["on"] == "2020-03-05"


async def test_who_where_and_what_money(ledger: Ledger) -> None:
    """Person, post and place, with the place's own money on the day; an unknown appointment is not found."""
    ledger.record("funds.allocated", allocation_id="A1", recipient_id="c", amount="100.00", allocated_on="2019-01-01")
    for one, day in (("D1", "2020-01-11"), ("D2", "2020-01-12")):
        data = {"disbursement_id": one, "jurisdiction_id": "c", "amount": "30.00", "disbursed_on": day}
        ledger.record("funds.disbursed", **data)
    answer = await inventory(ledger, LEFT)
    assert (answer["person"], answer["post"]["id"]) == ({"id": "x", "name": "name-x"}, "deputy")
    assert answer["place"]["id"] == "c"
    money = answer["money"]
    assert (money["allocated"], money["disbursed"], money["left"]) == ("100.00", "30.00", "70.00")
    with pytest.raises(NotFound):
        await handover(ledger.scene("2020-06-01"), "a-z")


async def test_a_post_that_nobody_established_has_no_place(ledger: Ledger) -> None:
    """The inventory of an appointment to a post that is only named has no place and no money, and is answered."""
    ledger.start("a-z", "x", "unheard-of", "2019-01-01")
    ledger.see("a-w", "2019-01-01")
    for appointment in ("a-z", "a-w"):
        answer = await handover(ledger.scene("2020-06-01"), appointment)
        assert (answer["post"], answer["place"], answer["money"], answer["projects"]) == (None, None, None, [])


async def test_open_rectifications_of_the_post_or_the_person(ledger: Ledger) -> None:
    """Those the post answers for that day, or the person where no post does; with the days left to the deadline."""
    order(ledger, "R1")
    order(ledger, "R2", responsible={"post_id": "other", "person_id": "x"})
    order(ledger, "R3", responsible={"person_id": "x"}, deadline="2020-01-01")
    order(ledger, "R4")
    ledger.record("rectification.closed", rectification_id="R4", closed_on="2020-01-11")
    order(ledger, "R5")
    ledger.record("rectification.closed", rectification_id="R5", closed_on=LEFT)
    order(ledger, "R6")
    ledger.record("rectification.reassigned", rectification_id="R6", to={"post_id": "other"}, handover_on="2020-01-11")
    order(ledger, "R7", ordered_on=LEFT)
    shown = (await inventory(ledger, LEFT))["rectifications"]
    assert [(one["id"], one["days_left"], one["overdue"]) for one in shown] == [
        ("R1", 49, False),
        ("R3", -10, True),
        ("R5", 49, False),
    ]


async def test_open_findings(ledger: Ledger) -> None:
    """A finding is open while it has no rectification or an open one, and shows its rectifications."""
    for one in ("F1", "F2", "F3"):
        found(ledger, one)
    found(ledger, "F4", responsible_posts=["other"])
    found(ledger, "F5", responsible_posts=None, subject_id="x")
    found(ledger, "F6", raised_on=LEFT)
    order(ledger, "R2", "F2")
    ledger.record("rectification.closed", rectification_id="R2", closed_on="2019-12-01")
    order(ledger, "R3", "F3")
    shown = (await inventory(ledger, LEFT))["findings"]
    assert [(one["id"], one["rectifications"]) for one in shown] == [("F1", []), ("F3", ["R3"]), ("F5", [])]


async def test_a_finding_stated_anew_counts_as_recorded_last(ledger: Ledger) -> None:
    """Raised, as it was stated last, after the day, or for another's post: not open on the day for this one."""
    left(ledger)
    for one, anew in (("later", {"raised_on": "2020-06-01"}), ("others", {"responsible_posts": ["other"]})):
        found(ledger, one)
        found(ledger, one, **anew)
    found(ledger, "earlier", raised_on="2020-06-01")
    found(ledger, "earlier")
    assert await ids(ledger, "findings") == ["earlier"]


async def test_a_project_approved_again_earlier_by_what_is_recorded_late(ledger: Ledger) -> None:
    """One approval in the days of the appointment is enough, whichever was recorded last."""
    left(ledger)
    for day in ("2019-06-01", "2016-06-01"):
        ledger.record("project.approved", project_id="pr", jurisdiction_id="c", approved_on=day)
    (project,) = (await inventory(ledger, LEFT))["projects"]
    assert (project["id"], project["approved_on"]) == ("pr", "2019-06-01")


async def test_payments_approved_and_not_yet_paid(ledger: Ledger) -> None:
    """What the post, or the person for no post, approved by the day and was paid out on a later one."""
    given = {
        "D1": ({"post_id": "deputy"}, "2020-01-11", "2020-01-12"),
        "D2": ({"person_id": "x"}, "2020-01-01", "2020-03-01"),
        "D3": ({"post_id": "deputy"}, "2020-01-01", "2020-01-11"),
        "D4": ({"post_id": "deputy"}, "2020-01-12", "2020-01-13"),
        "D5": ({"post_id": "other", "person_id": "x"}, "2020-01-01", "2020-03-01"),
        "D6": ({"post_id": "deputy"}, None, "2020-03-01"),
    }
    for one, (by, approved, paid) in given.items():
        data = {"disbursement_id": one, "amount": "5.00", "approved_on": approved, "disbursed_on": paid}
        ledger.record("funds.disbursed", **data, approved_by=by)
    assert await ids(ledger, "payments") == ["D1", "D2"]


async def test_projects_begun_in_office_and_not_accepted(ledger: Ledger) -> None:
    """Projects of the place approved or paid for in the days of the tenure, and not accepted by its last."""
    days = {"P1": "2019-01-01", "P2": "2018-01-01", "P3": "2018-01-01", "P4": "2019-01-01", "P5": "2019-01-01"}
    for one, approved in days.items():
        ledger.record("project.proposed", project_id=one, jurisdiction_id="c", proposed_on="2017-01-01")
        ledger.record("project.approved", project_id=one, approved_on=approved)
    ledger.record("funds.disbursed", disbursement_id="D3", project_id="P3", amount="1.00", disbursed_on="2019-05-01")
    ledger.record("project.accepted", project_id="P4", accepted_on="2020-01-11")
    ledger.record("project.accepted", project_id="P5", accepted_on=LEFT)
    shown = (await inventory(ledger, LEFT))["projects"]
    assert [(one["id"], one["payments"]) for one in shown] == [("P1", []), ("P3", ["D3"]), ("P5", [])]


async def test_a_project_that_did_not_pass_is_not_accepted(ledger: Ledger) -> None:
    """Whoever leaves hands over a project whose acceptance failed, or passed under conditions, until one passes."""
    for one, result in (("P1", "failed"), ("P2", "conditional"), ("P3", "passed")):
        ledger.record("project.proposed", project_id=one, jurisdiction_id="c", proposed_on="2018-08-01")
        ledger.record("project.approved", project_id=one, approved_on="2018-09-01")
        ledger.record("project.accepted", project_id=one, accepted_on="2019-06-01", result=result)
    assert await ids(ledger, "projects") == ["P1", "P2"]
    ledger.record("project.accepted", project_id="P1", accepted_on="2019-12-01", result="passed")
    assert await ids(ledger, "projects") == ["P2"]


async def test_letters_in_force(ledger: Ledger) -> None:
    """Letters that x signed for the post and that are in force on the last day; not those of another or ended."""
    ledger.sign("l1", "2019-01-01", "x", "deputy")
    ledger.sign("l2", "2019-01-01", "x", "deputy", effective_until="2020-01-11")
    ledger.sign("l3", "2019-01-01", "y", "deputy")
    ledger.sign("l4", "2019-01-01", None, "deputy")
    ledger.sign("l5", "2018-01-01", None, "deputy")
    ledger.sign("l6", "2019-01-01", "x", "other")
    shown = (await inventory(ledger, LEFT))["letters"]
    assert [(one["id"], one["matched_by"]) for one in shown] == [("l1", "person-and-post"), ("l4", "post")]


async def test_pairings_and_tasks(ledger: Ledger) -> None:
    """Pairings of person or post that hold that day, under any id of the person, and tasks that are not done."""
    ledger.merge("x-old", "x")
    for one, helper in (("q1", "x"), ("q2", "deputy"), ("q3", "y"), ("q4", "x-old"), ("q5", "x")):
        ledger.record("pairing.started", pairing_id=one, helper=helper, assisted="c", effective_from="2019-01-01")
    ledger.record("pairing.ended", pairing_id="q5", effective_until="2020-01-11")
    for one, assignee in (("t1", "x"), ("t2", "deputy"), ("t3", "y"), ("t4", "x"), ("t5", "x-old")):
        ledger.record("task.assigned", task_id=one, assignee=assignee, due_on="2020-01-21")
    ledger.record("task.completed", task_id="t4", completed_on="2020-01-11")
    answer = await inventory(ledger, LEFT)
    assert sorted(one["id"] for one in answer["pairings"]) == ["q1", "q2", "q4"]
    assert {one["assisted"]["name"] for one in answer["pairings"]} == {"name-c"}
    assert [(one["id"], one["days_left"]) for one in answer["tasks"]] == [("t1", 10), ("t2", 10), ("t5", 10)]


async def test_what_was_handed_over_and_what_is_missing(ledger: Ledger) -> None:
    """What is open and in no list of the outgoing holder is missing; a plain line of text names no id."""
    order(ledger, "R1")
    order(ledger, "R2")
    ledger.sign("l1", "2019-01-01", "x", "deputy")
    left(ledger)
    assert [(one["kind"], one["id"]) for one in (await inventory(ledger))["missing"]] == [
        ("rectification", "R1"),
        ("rectification", "R2"),
        ("letter", "l1"),
    ]
    sides = {"outgoing_appointment_id": "a-x", "incoming_appointment_id": "a-y"}
    items = [{"id": "R1", "state": "half done"}, "l1"]
    ledger.record("handover.completed", handover_id="h1", **sides, completed_on="2020-02-03", witness="c", items=items)
    answer = await inventory(ledger)
    assert [one["id"] for one in answer["missing"]] == ["R2", "l1"]
    told = answer["handovers"][0]
    assert (told["handover"], told["as"], told["completed_on"]) == ("h1", "outgoing", "2020-02-03")
    assert told["incoming"] == {"appointment": "a-y", "person": {"id": "y", "name": "name-y"}}
    assert told["witness"] == {"id": "c", "name": "name-c", "kind": "jurisdiction"}
    assert told["items"] == [{"id": "R1", "state": "half done"}, {"text": "l1"}]
    incoming = await handover(ledger.scene("2020-06-01"), "a-y")
    assert ([one["as"] for one in incoming["handovers"]], len(incoming["missing"])) == (["incoming"], 2)


async def test_a_handover_that_only_the_end_names(ledger: Ledger) -> None:
    """A handover without appointments counts for the appointment whose end names it."""
    order(ledger, "R1")
    left(ledger, handover_id="h1")
    ledger.record("handover.completed", handover_id="h1", completed_on="2020-02-03", items=[{"id": "R1"}])
    answer = await inventory(ledger)
    assert ([one["handover"] for one in answer["handovers"]], answer["missing"]) == (["h1"], [])


async def test_the_inventory_of_an_earlier_state_of_knowledge(ledger: Ledger) -> None:
    """What was not recorded yet is neither open nor an end."""
    size = len(ledger.entries)
    order(ledger, "R1")
    left(ledger)
    answer = await handover(ledger.scene("2020-01-01", size), "a-x")
    assert (answer["on"], answer["ended"], answer["rectifications"]) == (None, None, [])
    assert all(answer[part] == [] for part in PARTS)

"""Rectifications: how each stands on a day, its deadlines, and who is charged which of its days."""

from __future__ import annotations

from typing import Any

import pytest

from events.errors import NotFound
from projections.answers import rectifications
from projections.answers.membership import membership_of
from projections.answers.rectification_state import status_on
from projections.answers.rectifications import Asked
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY = "2020-03-20"


class Case(Ledger):
    """A county, its deputy head's post, a finding of 2019-11-05 and the order to rectify it by 2020-02-29."""

    def __init__(self) -> None:
        super().__init__()
        self.county()
        self.post("deputy", "c")
        self.record("body.established", body_id="b", jurisdiction_id="c", name_zh="住建局")
        self.post("director", None, body_id="b")
        for person in ("old", "new", "first", "z"):
            self.record("person.registered", person_id=person, name_zh=f"name-{person}")
        self.start("a-first", "first", "deputy", "2017-01-01")
        self.end("a-first", "2018-07-01")
        self.start("a-old", "old", "deputy", "2018-07-01")
        self.left = self.end("a-old", "2020-01-12")
        self.start("a-new", "new", "deputy", "2020-02-03")
        self.found()
        self.ordered = self.order()

    def found(self, **more: Any) -> int:
        """Raise the finding."""
        data = {"finding_id": "F1", "jurisdiction_id": "c", "raised_on": "2019-11-05", "occurred_from": "2018-03-01"}
        return self.record("finding.raised", **{**data, "responsible_posts": ["deputy"], **more})

    def order(self, **more: Any) -> int:
        """Order the rectification."""
        data = {"rectification_id": "R1", "finding_id": "F1", "ordered_on": "2019-11-05", "deadline": "2020-02-29"}
        return self.record("rectification.ordered", **{**data, "responsible": {"post_id": "deputy"}, **more})

    def step(self, verb: str, **data: Any) -> int:
        """Record another step of the rectification."""
        return self.record(f"rectification.{verb}", rectification_id="R1", **data)

    def verify(self, on: str, verdict: str | None = "confirmed", **more: Any) -> int:
        """Verify the rectification."""
        return self.step("verified", verified_on=on, verdict=verdict, **more)

    async def answer(self, day: str = DAY, size: int | None = None) -> dict[str, Any]:
        """The answer about the rectification."""
        return await rectifications.one(self.scene(day, size), "R1")

    async def days(self, day: str = DAY, size: int | None = None) -> list[tuple[str | None, str, str, int]]:
        """Who is charged from when until when, and how many days."""
        return [
            (one["person"] and one["person"]["id"], one["from"], one["until"], one["days"])
            for one in (await self.answer(day, size))["charged"]
        ]

    async def listed(self, day: str = DAY, place: str | None = None, **asked: Any) -> list[str]:
        """The ids of the rectifications asked for."""
        scene = self.scene(day)
        within = None if place is None else await membership_of(scene.reader, place, day, subtree=True)
        rows = await rectifications.register(scene, Asked(within, **asked))
        return [one["rectification"] for one in await rectifications.described(scene, rows)]


@pytest.fixture
def case() -> Case:
    """The case of question 7."""
    return Case()


async def standing(case: Case, day: str) -> Any:
    """How the rectification stands on a day."""
    return status_on((await case.doc("matter", "rectification:R1"))["facts"], day)


async def test_question_seven(case: Case) -> None:
    """Days go to the deputy who left, to nobody while the post was vacant, then to the successor; 20 days late."""
    case.verify("2020-03-20")
    answer = await case.answer("2020-03-19")
    assert (answer["status"], answer["overdue"], answer["days_overdue"]) == ("open", True, 19)
    answer = await case.answer("2020-04-30")
    assert (answer["status"], answer["closed_on"], answer["days_overdue"]) == ("closed", "2020-03-20", 20)
    assert await case.days("2020-04-30") == [
        ("old", "2019-11-05", "2020-01-12", 68),
        (None, "2020-01-12", "2020-02-03", 22),
        ("new", "2020-02-03", "2020-03-20", 46),
    ]
    assert [(one["person"]["id"], one["certainty"]) for one in answer["arose_under"]] == [("first", "certain")]
    assert [(one["person"]["id"], one["appointment"]) for one in answer["at_deadline"]] == [("new", "a-new")]
    assert answer["place"]["id"] == "c"
    assert answer["defect"]["arose_on"] == "2018-03-01"


async def test_while_it_is_open_the_day_asked_about_is_charged_too(case: Case) -> None:
    """An open rectification is charged up to and including the day asked about."""
    assert (await case.days("2020-02-29"))[-1] == ("new", "2020-02-03", "2020-03-01", 27)


async def test_before_it_was_ordered_nothing_stands(case: Case) -> None:
    """Asked about an earlier day, it is known but not on record, and the register leaves it out."""
    answer = await case.answer("2019-11-04")
    assert (answer["on_record"], answer["status"], answer["steps"], answer["charged"]) == (False, None, [], [])
    assert await case.listed("2019-11-04") == []
    assert await case.listed("2019-11-05") == ["R1"]
    with pytest.raises(NotFound):
        await rectifications.one(case.scene(DAY), "R2")


async def test_the_latest_decision_by_its_day_stands(case: Case) -> None:
    """Reopened and not confirmed open it again, by day, not by recording; no verdict decides nothing."""
    case.step("reopened", reopened_on="2020-03-10", deadline="2020-05-31")
    case.verify("2020-03-01")
    assert [(await standing(case, day)).status for day in ("2020-03-01", "2020-03-09", "2020-03-10")] == [
        "closed",
        "closed",
        "open",
    ]
    case.verify("2020-03-11", None)
    assert (await standing(case, DAY)).status == "open"
    case.step("closed", closed_on="2020-03-12")
    case.verify("2020-03-14", "falsified")
    case.verify("2020-03-16")
    case.step("closed", closed_on="2020-03-18")
    found = [(await standing(case, f"2020-03-{day}")) for day in (12, 14, 16, 20)]
    assert [(one.status, one.closed_on) for one in found] == [
        ("closed", "2020-03-12"),
        ("open", None),
        ("closed", "2020-03-16"),
        ("closed", "2020-03-16"),
    ]
    assert (await case.days())[-1][2] == "2020-03-16"


async def test_of_decisions_of_one_day_the_one_recorded_last_stands(case: Case) -> None:
    """Struck off and found falsified on one day: the later entry decides."""
    case.step("closed", closed_on="2020-03-12")
    case.verify("2020-03-12", "falsified")
    assert (await standing(case, DAY)).status == "open"
    case.step("closed", closed_on="2020-03-12")
    assert (await standing(case, DAY)).status == "closed"


async def test_a_report_that_it_is_done_awaits_verification(case: Case) -> None:
    """Completed is not verified: it waits until it is judged, and again after each further report."""
    assert not (await standing(case, "2020-02-20")).awaiting_verification
    case.step("completed", completed_on="2020-02-20", completed_by="deputy")
    found = await standing(case, "2020-02-21")
    assert (found.status, found.awaiting_verification) == ("open", True)
    case.verify("2020-02-25", "not-effective")
    assert not (await standing(case, "2020-02-25")).awaiting_verification
    case.step("completed", completed_on="2020-03-02")
    assert (await standing(case, "2020-03-05")).awaiting_verification
    assert (await standing(case, "2020-03-05")).overdue
    assert await case.listed("2020-03-05", status="awaiting_verification") == ["R1"]
    case.verify("2020-03-20")
    assert not (await standing(case, DAY)).awaiting_verification


async def test_the_deadline_moves_and_its_history_stays(case: Case) -> None:
    """The deadline set on the latest day stands, those before it are listed, and a step without one moves nothing."""
    case.step("extended", extended_on="2020-02-20", deadline="2020-03-15")
    case.step("extended", extended_on="2020-01-20", deadline="2020-04-30")
    case.step("reopened", reopened_on="2020-03-01")
    found = await standing(case, DAY)
    assert [one["deadline"] for one in found.deadlines] == ["2020-02-29", "2020-04-30", "2020-03-15"]
    assert (found.deadline, found.days_overdue) == ("2020-03-15", 5)
    assert (await standing(case, "2020-02-19")).deadline == "2020-04-30"


async def test_of_several_orders_the_one_recorded_last_stands(case: Case) -> None:
    """Its day, deadline and post count; the other stays among the steps, marked."""
    case.order(ordered_on="2019-12-01", deadline="2020-03-31", responsible={"post_id": "director"})
    answer = await case.answer()
    assert (answer["ordered_on"], answer["deadline"], len(answer["deadlines"])) == ("2019-12-01", "2020-03-31", 1)
    assert [step["stands"] for step in answer["steps"]] == [False, True]
    assert await case.days() == [(None, "2019-12-01", "2020-03-21", 111)]


async def test_of_a_post_whose_place_is_not_on_record() -> None:
    """A rectification of no finding, of a post of a place that nothing registered, stands at no place."""
    ledger = Ledger()
    ledger.post("head", "nowhere")
    ledger.record("rectification.ordered", rectification_id="R2", ordered_on=DAY, responsible={"post_id": "head"})
    told = await rectifications.one(ledger.scene(DAY), "R2")
    assert (told["place"], told["status"]) == (None, "open")


async def test_without_an_order_the_earliest_step_begins_it() -> None:
    """A rectification of which only later steps are on record is answered all the same, charged to nobody."""
    case = Ledger()
    case.record("rectification.completed", rectification_id="R1", completed_on="2020-01-01")
    case.record("rectification.closed", rectification_id="R1", closed_on="2020-01-04")
    answer = await rectifications.one(case.scene(DAY), "R1")
    told = [answer[name] for name in ("ordered_on", "status", "place", "finding")]
    assert told == ["2020-01-01", "closed", None, None]
    assert [(one["person"], one["days"]) for one in answer["charged"]] == [(None, 3)]


async def test_closed_before_it_was_ordered_charges_nobody(case: Case) -> None:
    """Days that run backwards are no days: the record keeps them, the charge is empty."""
    case.step("closed", closed_on="2019-11-01")
    answer = await case.answer()
    assert (answer["status"], answer["charged"], answer["days_overdue"]) == ("closed", [], 0)


async def test_a_possible_holder_is_not_charged(case: Case) -> None:
    """A holder who may have come in March is named as possible for days that nobody is charged."""
    case.order(rectification_id="R2", responsible={"post_id": "director"}, ordered_on="2020-03-01")
    case.start("a-z", "z", "director", "2020-03")
    case.see("a-z", "2020-03-11")
    answer = await rectifications.one(case.scene(DAY), "R2")
    assert [(one["person"] and one["person"]["id"], one["days"]) for one in answer["charged"]] == [
        (None, 10),
        ("z", 10),
    ]
    assert [one["id"] for one in answer["charged"][0]["possible"]] == ["z"]


async def test_two_certain_holders_of_a_day_are_each_charged_it(case: Case) -> None:
    """A contested post, or one of two seats, charges the day to both, each once."""
    case.start("a-z", "z", "deputy", "2020-02-10", capacity="acting")
    case.verify("2020-02-20")
    assert await case.days() == [
        ("old", "2019-11-05", "2020-01-12", 68),
        (None, "2020-01-12", "2020-02-03", 22),
        ("new", "2020-02-03", "2020-02-20", 17),
        ("z", "2020-02-10", "2020-02-20", 10),
    ]
    acting = (await case.answer())["charged"][-1]["appointments"]
    assert acting == [{"appointment": "a-z", "post": "deputy", "capacity": "acting"}]


async def test_one_person_under_two_ids_or_appointments_is_charged_once(case: Case) -> None:
    """Merged ids are one person, and appointments that follow each other, or overlap, make one entry."""
    case.end("a-new", "2020-02-20")
    case.start("a-again", "new-2", "deputy", "2020-02-15")
    case.merge("new-2", "new")
    assert (await case.days())[2:] == [("new", "2020-02-03", "2020-03-21", 47)]
    together = (await case.answer())["charged"][-1]["appointments"]
    assert [one["appointment"] for one in together] == ["a-new", "a-again"]
    assert await case.listed(person="new-2") == ["R1"]


async def test_it_is_reassigned_to_a_person_then_to_a_post(case: Case) -> None:
    """From the handover on the person answers, in office or not; then the holders of the post; then nobody named."""
    case.start("a-z", "z", "director", "2020-01-01")
    case.step("reassigned", handover_on="2019-12-01", to={"person_id": "old"})
    case.step("reassigned", handover_on="2020-02-01", to={"post_id": "director", "person_id": "new"})
    case.step("reassigned", handover_on="2020-03-01", **{"from": {"post_id": "director"}})
    assert await case.days() == [
        ("old", "2019-11-05", "2020-02-01", 88),
        ("z", "2020-02-01", "2020-03-01", 29),
        (None, "2020-03-01", "2020-03-21", 20),
    ]
    steps = (await case.answer())["steps"]
    assert (steps[1]["to"]["person"]["name"], steps[1]["to"]["post"]) == ("name-old", None)
    assert steps[3]["from"] == {"post": {"id": "director", "title": "title-director"}, "person": None}
    assert (await case.answer("2020-02-15"))["responsible"]["post"]["id"] == "director"
    assert [one["person"]["id"] for one in (await case.answer())["at_deadline"]] == ["z"]


async def test_a_handover_counts_from_its_day_only(case: Case) -> None:
    """Asked about a day before the handover, the post of the order answers for all days."""
    case.step("reassigned", handover_on="2020-03-10", to={"person_id": "z"})
    assert {one[0] for one in await case.days("2020-03-09")} == {"old", None, "new"}
    assert (await case.days("2020-03-10"))[-1] == ("z", "2020-03-10", "2020-03-11", 1)


async def test_a_corrected_appointment_changes_the_charge_from_then_on(case: Case) -> None:
    """The days follow the corrected end of a tenure; under an earlier state of knowledge the old one answers."""
    known = len(case.entries)
    case.correct(case.left, appointment_id="a-old", effective_until="2020-02-03")
    now, then = await case.days("2020-02-10"), await case.days("2020-02-10", known)
    assert [one[3] for one in now] == [90, 8]
    assert [one[3] for one in then] == [68, 22, 8]


async def test_a_corrected_and_an_annulled_step(case: Case) -> None:
    """A corrected order answers from its own place with two entries as evidence; an annulled closing closes nothing."""
    closed = case.step("closed", closed_on="2020-03-01")
    known = len(case.entries)
    case.annul(closed)
    data = {"rectification_id": "R1", "finding_id": "F1", "ordered_on": "2019-11-10", "deadline": "2020-03-31"}
    correction = case.correct(case.ordered, **data, responsible={"post_id": "deputy"})
    answer = await case.answer()
    assert (answer["status"], answer["ordered_on"], answer["overdue"]) == ("open", "2019-11-10", False)
    assert [one["position"] for one in answer["evidence"]] == [case.ordered, correction]
    assert (await case.answer(DAY, known))["status"] == "closed"


async def test_the_day_a_defect_arose(case: Case) -> None:
    """An exclusive end is the day before it; an unknown day names nobody; the post first made responsible serves."""
    case.found(occurred_from=None, occurred_until="2018-07-01")
    assert [one["person"]["id"] for one in (await case.answer())["arose_under"]] == ["first"]
    case.found(occurred_from=None)
    answer = await case.answer()
    assert (answer["arose_under"], answer["defect"]["arose_on"]) == ([], None)
    case.found(occurred_from="2018-07-01", responsible_posts=None)
    case.step("reassigned", handover_on="2020-01-01", to={"post_id": "director"})
    answer = await case.answer()
    assert [one["person"]["id"] for one in answer["arose_under"]] == ["old"]
    assert [one["id"] for one in answer["defect"]["posts"]] == ["deputy"]


async def test_a_possible_holder_when_the_defect_arose_is_named_as_possible(case: Case) -> None:
    """Who may have held one of the responsible posts that day is named with that certainty, post by post."""
    case.start("a-z", "z", "director", "2018")
    case.found(responsible_posts=["director", "deputy"])
    arose = (await case.answer())["arose_under"]
    assert [(one["person"]["id"], one["certainty"], one["post"]) for one in arose] == [
        ("z", "possible", "director"),
        ("first", "certain", "deputy"),
    ]


async def test_who_verifies_or_strikes_off_their_own_work_is_flagged(case: Case) -> None:
    """The same id, merged ids included, on both sides is a flag; another party is none."""
    case.step("completed", completed_on="2020-02-20", completed_by="new")
    case.verify("2020-02-21", verified_by="b")
    assert (await case.answer())["flags"] == []
    case.verify("2020-02-22", verified_by="new-2")
    case.merge("new-2", "new")
    last = case.step("closed", closed_on="2020-02-23", closed_by="new")
    flags = (await case.answer())["flags"]
    assert [(one["flag"], one["by"]["id"]) for one in flags] == [("self-verified", "new"), ("self-closed", "new")]
    assert flags[-1]["position"] == last


async def test_a_step_tells_all_that_was_said(case: Case) -> None:
    """By whom with the name, the verdict, and every other field of the fact under its own name."""
    case.step("completed", completed_on="2020-02-20", completed_by="deputy", amount_recovered="120.50")
    case.verify("2020-03-20", "not-effective", verified_by="b")
    completed, verified = (await case.answer())["steps"][1:]
    assert (completed["by"]["name"], completed["amount_recovered"]) == ("title-deputy", "120.50")
    assert (verified["type"], verified["on"], verified["verdict"]) == (
        "rectification.verified",
        "2020-03-20",
        "not-effective",
    )
    assert verified["by"] == {"id": "b", "name": "住建局", "kind": "body"}


async def test_the_register_by_place(case: Case) -> None:
    """It stands at its finding's place, above it too; one without a finding at who answers for it."""
    case.place("other", "county", "140926", "p")
    case.order(rectification_id="R2", finding_id=None, responsible={"post_id": "director"})
    case.order(rectification_id="R3", finding_id="F9", responsible=None, lead_body_id="b")
    case.record("finding.raised", finding_id="F2", subject_id="other", raised_on="2019-01-01")
    case.order(rectification_id="R4", finding_id="F2")
    assert await case.listed(place="c") == ["R1", "R2", "R3"]
    assert await case.listed(place="p") == ["R1", "R2", "R3", "R4"]
    assert await case.listed(place="other") == ["R4"]
    scene = case.scene(DAY)
    places = [one["place"]["id"] for one in await rectifications.described(scene, await scene.reader.by(
        "matter", "register", ["rectification"]))]  # fmt: skip
    assert places == ["c", "c", "c", "other"]


async def test_the_register_by_person(case: Case) -> None:
    """A person charged a day by holding the post is found, one named is found, one who came before is not."""
    case.step("reassigned", handover_on="2020-03-01", to={"post_id": "director"})
    case.verify("2020-03-05", verified_by="z")
    assert [await case.listed(person=one) for one in ("old", "new", "z", "first")] == [["R1"], ["R1"], ["R1"], []]
    assert await case.listed("2020-01-05", person="new") == []


async def test_the_register_by_body(case: Case) -> None:
    """A body is found as lead, as one of those responsible, and by the post that answers; not as the verifier."""
    case.verify("2020-03-05", verified_by="b")
    case.order(rectification_id="R2", lead_body_id="b")
    case.order(rectification_id="R3", responsible_body_ids=["x", "b"])
    case.order(rectification_id="R4", responsible={"post_id": "director"})
    assert await case.listed(body="b") == ["R2", "R3", "R4"]
    assert await case.listed(body="b", place="c", person="old") == ["R2", "R3"]


async def test_the_register_by_status_and_deadline(case: Case) -> None:
    """Overdue is open and late; `due_before` leaves out the day itself and those without a deadline."""
    case.order(rectification_id="R2", deadline="2020-03-20")
    case.order(rectification_id="R3", deadline=None)
    case.record("rectification.closed", rectification_id="R3", closed_on="2020-01-01")
    assert await case.listed(status="open") == ["R1", "R2"]
    assert await case.listed(status="overdue") == ["R1"]
    assert await case.listed("2020-03-21", status="overdue") == ["R1", "R2"]
    assert await case.listed(status="closed") == ["R3"]
    assert await case.listed(due_before="2020-03-20") == ["R1"]
    assert await case.listed(due_before="2020-03-21") == ["R1", "R2"]

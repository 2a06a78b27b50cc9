"""Who was responsible when something happened: the steps of an event, its places, and the chain of each."""

from __future__ import annotations

from typing import Any

import pytest

from projections.answers import chain
from projections.answers.responsible import MAX_PLACES, places_at, responsible, steps_of
from projections.scene import Scene
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio


@pytest.fixture
def ledger() -> Ledger:
    """A county of a province; its finance director's post, vacant from 2018-03-01 to 2018-04-10."""
    made = Ledger()
    made.county()
    made.place("d", "county", "140926", "p")
    made.record("body.established", body_id="b", jurisdiction_id="c", name_zh="财政局")
    made.post("finance", None, body_id="b")
    made.post("head", "c")
    made.start("a-x", "x", "finance", "2016-01-01")
    made.end("a-x", "2018-03-01")
    made.start("a-y", "y", "finance", "2018-04-10")
    return made


async def answer(ledger: Ledger, position: int, size: int | None = None) -> dict[str, Any]:
    """Who was responsible for the entry at a position."""
    scene = ledger.scene("2020-01-01", size, [])
    fact = ledger.entries[position].fact_position
    versions = [one for one in ledger.entries[: scene.reader.size] if one.fact_position == fact]
    return await responsible(scene, ledger.entries[position], versions, await places_at(scene.reader, versions))


def finance(step: dict[str, Any]) -> Any:
    """The post of the finance director as a step shows it."""
    return step["chain"][-1]["bodies"][0]["posts"][0]


def paid(ledger: Ledger, **more: Any) -> int:
    """Pay 120,000 yuan, approved in the vacancy and paid after it."""
    data = {"disbursement_id": "D1", "amount": "120000.00", "approved_on": "2018-03-20", "disbursed_on": "2018-04-20"}
    return ledger.record("funds.disbursed", **{**data, "payer": "b", **more})


async def test_question_eight(ledger: Ledger) -> None:
    """A payment approved while the post was vacant and paid after has two steps, the vacancy visible in the first."""
    found = await answer(ledger, paid(ledger))
    assert [(step["step"], step["on"]) for step in found["steps"]] == [
        ("approved", "2018-03-20"),
        ("disbursed", "2018-04-20"),
    ]
    approved, disbursed = (finance(step) for step in found["steps"])
    assert (approved["status"], approved["holders"]) == ("vacant", [])
    assert approved["vacancy"]["previous"]["person"]["id"] == "x"
    assert [holder["person"]["id"] for holder in disbursed["holders"]] == ["y"]
    assert [level["level"] for level in found["steps"][0]["chain"]] == ["province", "county"]
    assert (found["event"]["type"], found["event"]["standing"]["status"]) == ("funds.disbursed", "stands")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"jurisdiction_id": "d"}, "d"),
        ({"project_id": "P1", "payer": None}, "d"),
        ({"payer": "b"}, "c"),
        ({"payer": None, "approved_by": {"post_id": "head"}}, "c"),
        ({"payer": None}, None),
    ],
)
async def test_the_place_of_a_payment(ledger: Ledger, data: dict[str, Any], place: str | None) -> None:
    """Its own place, else its project's, else its payer's, else of whom it names; without any the dates remain."""
    ledger.record("project.proposed", project_id="P1", jurisdiction_id="d", proposed_on="2017-01-01", budget="1.00")
    steps = (await answer(ledger, paid(ledger, **data)))["steps"]
    assert {step["jurisdiction"] and step["jurisdiction"]["id"] for step in steps} == {place}
    assert [step["on"] for step in steps] == ["2018-03-20", "2018-04-20"]
    assert [bool(step["chain"]) for step in steps] == [place is not None] * 2


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("responsibility-letter.superseded", {"letter_id": "l", "effective_from": "2018-05-01"}),
        ("pairing.ended", {"pairing_id": "q", "effective_until": "2018-05-01"}),
        ("appointment.ended", {"appointment_id": "a-y", "effective_until": "2018-05-01"}),
        ("portfolio.assigned", {"appointment_id": "a-y", "areas": ["x"], "effective_from": "2018-05-01"}),
        ("rectification.closed", {"rectification_id": "R1", "closed_on": "2018-05-01"}),
        ("visit.made", {"visit_id": "V", "place_id": "c", "started_on": "2018-05-01"}),
        ("post.abolished", {"post_id": "head", "effective_from": "2018-05-01"}),
    ],
)
async def test_the_place_of_what_an_event_is_about(ledger: Ledger, kind: str, data: dict[str, Any]) -> None:
    """A letter, pairing, tenure, post or rectification stands where its own facts say, whatever the event names."""
    signed = {"letter_id": "l", "signatory": {"post_id": "finance"}, "signed_on": "2018-01-01", "counterparty": "d"}
    ledger.record("responsibility-letter.signed", **signed)
    ledger.record("pairing.started", pairing_id="q", helper="d", assisted="c", effective_from="2018-01-01")
    ledger.record("finding.raised", finding_id="F1", jurisdiction_id="c", raised_on="2018-01-01")
    ledger.record("rectification.ordered", rectification_id="R1", finding_id="F1", ordered_on="2018-01-02")
    steps = (await answer(ledger, ledger.record(kind, **data)))["steps"]
    assert {step["jurisdiction"]["id"] for step in steps} == {"c"}
    assert [step["as_of"] for step in steps] == ["2018-05-01"]


async def test_steps_in_order_of_day_and_what_was_planned_last(ledger: Ledger) -> None:
    """Dates come in order, a deadline after all that happened; of an unsure date the chain is of its first day."""
    position = ledger.start("a-z", "z", "head", "2018", planned_until="2016-01-01")
    steps = (await answer(ledger, position))["steps"]
    assert [(step["step"], step["on"], step["as_of"], step["last"], step["planned"]) for step in steps] == [
        ("effective_from", "2018", "2018-01-01", "2018-12-31", False),
        ("planned_until", "2016-01-01", "2016-01-01", "2016-01-01", True),
    ]
    days = {"approved_on": "2018-05-01", "disbursed_on": "2018-04-01"}
    assert [step.name for step in steps_of("funds.disbursed", days)] == ["disbursed", "approved"]


async def test_the_version_that_stands_answers(ledger: Ledger) -> None:
    """A corrected payment answers as corrected, from its own position and from the correction's; before, as sent."""
    position = paid(ledger)
    known = len(ledger.entries)
    corrected = {"disbursement_id": "D1", "amount": "1.00", "disbursed_on": "2018-02-01", "payer": "b"}
    correction = ledger.correct(position, **corrected)
    for asked in (position, correction):
        found = await answer(ledger, asked)
        assert [step["on"] for step in found["steps"]] == ["2018-02-01"]
        assert found["event"]["standing"] == {"status": "corrected", "version": correction}
        assert found["event"]["about"]["position"] == position
        assert found["event"]["data"]["amount"] == "1.00"
    assert len((await answer(ledger, position, known))["steps"]) == 2


async def test_an_annulled_event_happened_on_no_day(ledger: Ledger) -> None:
    """Nothing that an annulled event said is answered for; what it said is still shown, and marked."""
    position = paid(ledger)
    annulment = ledger.annul(position)
    for asked in (position, annulment):
        found = await answer(ledger, asked)
        assert (found["steps"], found["event"]["standing"]) == ([], {"status": "annulled", "version": None})
        assert found["event"]["data"]["disbursement_id"] == "D1"


async def test_several_places_have_a_step_each(ledger: Ledger) -> None:
    """A merger happened in every place it names; a place that was not on record that day has an empty chain."""
    position = ledger.record(
        "jurisdiction.restructured", predecessor_ids=["c", "d"], successor_ids=["d"], effective_from="2019-06-01"
    )
    steps = (await answer(ledger, position))["steps"]
    assert [(step["jurisdiction"]["id"], step["on_record"], len(step["chain"])) for step in steps] == [
        ("c", False, 0),
        ("d", True, 2),
    ]


async def test_an_event_of_very_many_places_is_answered_in_part(ledger: Ledger) -> None:
    """Beyond a fixed number of places the answer says how many there are besides."""
    ids = [f"v{number:02d}" for number in range(MAX_PLACES + 3)]
    for number, one in enumerate(ids):
        ledger.place(one, "village", f"14092510{number:04d}", "c")
    position = ledger.record("jurisdiction.restructured", predecessor_ids=ids, effective_from="2019-06-01")
    found = await answer(ledger, position)
    assert (len(found["steps"]), found["more_places"]) == (MAX_PLACES, 3)


async def test_one_day_is_asked_about_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two steps of one day share one chain."""
    asked: list[str] = []
    of_place = chain.of_place

    async def counted(scene: Scene, place_id: str) -> dict[str, Any]:
        asked.append(scene.valid_at)
        return await of_place(scene, place_id)

    monkeypatch.setattr(chain, "of_place", counted)
    found = await answer(ledger, paid(ledger, approved_on="2018-04-20"))
    assert (len(found["steps"]), asked) == (2, ["2018-04-20"])


async def test_a_post_of_a_place_that_nothing_registers_yet(ledger: Ledger) -> None:
    """Events come out of order: each step has its date and an empty chain until the place is there."""
    ledger.post("far", "nowhere")
    position = ledger.start("a-z", "z", "far", "2018-01-01")
    (step,) = (await answer(ledger, position))["steps"]
    assert (step["on"], step["jurisdiction"], step["chain"]) == ("2018-01-01", None, [])
    ledger.place("nowhere", "county", "140927", "p")
    (step,) = (await answer(ledger, position))["steps"]
    assert step["jurisdiction"]["id"] == "nowhere"

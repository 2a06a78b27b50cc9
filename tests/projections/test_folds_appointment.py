"""Folds of appointments, posts, bodies and persons: what stands where several events say it."""

from __future__ import annotations

import pytest

from projections.tenure import ALWAYS, NEVER
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio


@pytest.fixture
def ledger() -> Ledger:
    """An empty log."""
    return Ledger()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2018", ("2018-01-01", "2018-12-31")),
        ("2018-02", ("2018-02-01", "2018-02-28")),
        ("2016-02", ("2016-02-01", "2016-02-29")),
        ("2018-03-05", ("2018-03-05", "2018-03-05")),
    ],
)
async def test_a_date_spans_its_days(ledger: Ledger, said: str, expected: tuple[str, str]) -> None:
    """A start and an end span from the first to the last day that their dates may mean."""
    ledger.start("a", "x", "s", said)
    ledger.start("b", "x", "s", "2010")
    ledger.end("b", said)
    assert await ledger.bounds("appointment", "a") == (*expected, NEVER, NEVER)
    assert (await ledger.bounds("appointment", "b"))[2:] == expected


async def test_the_start_recorded_last_stands(ledger: Ledger) -> None:
    """Of two starts of one appointment the one recorded last stands, whichever day is earlier."""
    ledger.start("a", "x", "s", "2017-01-01")
    ledger.start("a", "y", "t", "2016-01-01")
    doc = await ledger.doc("appointment", "a")
    assert (doc["person_id"], doc["post_id"], doc["from"]) == ("y", "t", "2016-01-01")
    assert (await ledger.doc("appointment", "a", 1))["from"] == "2017-01-01"


async def test_the_end_recorded_last_stands(ledger: Ledger) -> None:
    """Of two ends of one appointment the one recorded last stands."""
    ledger.start("a", "x", "s", "2016-01-01")
    ledger.end("a", "2017-01-01", reason="transfer")
    ledger.end("a", "2018")
    doc = await ledger.doc("appointment", "a")
    assert (doc["until"], doc["reason"]) == ("2018", None)


async def test_a_correction_keeps_its_facts_place_in_the_order(ledger: Ledger) -> None:
    """A correction of the first start does not make it the last one."""
    first = ledger.start("a", "x", "s", "2015-01-01")
    ledger.start("a", "x", "s", "2017-01-01")
    ledger.correct(first, appointment_id="a", person_id="x", post_id="s", effective_from="2016-01-01")
    assert (await ledger.doc("appointment", "a"))["from"] == "2017-01-01"


async def test_a_correction_applies_from_its_own_entry(ledger: Ledger) -> None:
    """Before the correction is recorded the old fact answers, from then on the new one, with both as evidence."""
    first = ledger.start("a", "x", "s", "2015-01-01")
    ledger.correct(first, appointment_id="a", person_id="y", post_id="s", held_by="2016-01-01")
    assert (await ledger.doc("appointment", "a", 1))["person_id"] == "x"
    doc = await ledger.doc("appointment", "a")
    assert (doc["person_id"], doc["from"], doc["held_by"]) == ("y", None, "2016-01-01")
    assert [entry["type"] for entry in doc["evidence"]] == ["appointment.started", "record.corrected"]


async def test_the_last_standing_correction_applies(ledger: Ledger) -> None:
    """A correction of a correction corrects the fact; annulling it lets the one before apply again."""
    fact = ledger.start("a", "x", "s", "2015")
    first = ledger.correct(fact, appointment_id="a", person_id="x", post_id="s", effective_from="2016")
    second = ledger.correct(first, appointment_id="a", person_id="x", post_id="s", effective_from="2017")
    annulment = ledger.annul(second)
    ledger.annul(annulment)
    read = [(await ledger.doc("appointment", "a", size))["from"] for size in range(1, 6)]
    assert read == ["2015", "2016", "2017", "2016", "2017"]


async def test_an_annulled_fact_leaves_no_row(ledger: Ledger) -> None:
    """An annulled start leaves nothing, its corrections included, until the annulment is annulled."""
    fact = ledger.start("a", "x", "s", "2015")
    ledger.correct(fact, appointment_id="a", person_id="x", post_id="s", effective_from="2016")
    annulment = ledger.annul(fact)
    assert await ledger.rows("appointment", "a") == []
    ledger.annul(annulment)
    assert (await ledger.doc("appointment", "a"))["from"] == "2016"


async def test_a_correction_of_the_id_moves_the_fact(ledger: Ledger) -> None:
    """A start corrected to another appointment's id leaves the first and is found under the second."""
    fact = ledger.start("a", "x", "s", "2015")
    ledger.correct(fact, appointment_id="b", person_id="x", post_id="s", effective_from="2015")
    assert await ledger.rows("appointment", "a") == []
    assert (await ledger.doc("appointment", "b"))["person_id"] == "x"


async def test_held_by_bounds_the_start_alone(ledger: Ledger) -> None:
    """Who was in office by a day began on any day up to it."""
    ledger.start("a", "x", "s", held_by="2016-03-01")
    assert await ledger.bounds("appointment", "a") == (ALWAYS, "2016-03-01", NEVER, NEVER)


async def test_gone_by_bounds_the_end_from_the_start(ledger: Ledger) -> None:
    """Who was gone by a day left on any day from the first possible start up to it."""
    ledger.start("a", "x", "s", "2016-03")
    ledger.end("a", gone_by="2018-01-01")
    assert await ledger.bounds("appointment", "a") == ("2016-03-01", "2016-03-31", "2016-03-01", "2018-01-01")


async def test_an_end_alone_leaves_the_start_unknown(ledger: Ledger) -> None:
    """An appointment of which only the end is known is possible before it and certain on no day."""
    ledger.end("a", "2018-01")
    assert await ledger.bounds("appointment", "a") == (ALWAYS, NEVER, "2018-01-01", "2018-01-31")


async def test_an_observation_narrows_the_bounds(ledger: Ledger) -> None:
    """A sighting puts the start no later, and a known end no earlier than the day after."""
    ledger.start("a", "x", "s", "2016")
    ledger.see("a", "2016-05-04")
    assert await ledger.bounds("appointment", "a") == ("2016-01-01", "2016-05-04", NEVER, NEVER)
    ledger.end("a", gone_by="2018-01-01")
    ledger.see("a", "2017-02-28")
    assert await ledger.bounds("appointment", "a") == ("2016-01-01", "2016-05-04", "2017-03-01", "2018-01-01")


async def test_known_by_observations_alone(ledger: Ledger) -> None:
    """Who was only ever seen is certain from the first to the last sighting, and told by the last that says so."""
    ledger.see("a", "2017-06-01", person_id="x", post_id="s", capacity="acting")
    ledger.see("a", "2016-06-01", person_id="y")
    assert await ledger.bounds("appointment", "a") == (ALWAYS, "2016-06-01", "2017-06-02", NEVER)
    doc = await ledger.doc("appointment", "a")
    assert (doc["person_id"], doc["post_id"], doc["capacity"]) == ("y", "s", "acting")
    assert doc["seen"] == ["2016-06-01", "2017-06-01"]


async def test_a_start_tells_before_observations(ledger: Ledger) -> None:
    """What the start says of person, post and capacity, the default too, stands against what sightings say."""
    ledger.see("a", "2017-06-01", person_id="y", post_id="t", capacity="acting")
    ledger.start("a", "x", "s", "2016")
    doc = await ledger.doc("appointment", "a")
    assert (doc["person_id"], doc["post_id"], doc["capacity"]) == ("x", "s", "substantive")


async def test_null_means_absent(ledger: Ledger) -> None:
    """A capacity sent as null is the default."""
    fact = ledger.start("a", "x", "s", "2016", capacity="acting")
    payload = {"appointment_id": "a", "person_id": "x", "post_id": "s", "effective_from": "2016", "held_by": None}
    ledger.correct(fact, **payload, capacity=None)
    assert (await ledger.doc("appointment", "a"))["capacity"] == "substantive"


async def test_a_portfolio_alone_is_no_appointment(ledger: Ledger) -> None:
    """Areas of work are shown with the appointment, and make none of themselves."""
    ledger.record("portfolio.assigned", appointment_id="a", areas=["扶贫"], effective_from="2017")
    assert await ledger.rows("appointment", "a") == []
    ledger.start("a", "x", "s", "2016")
    [portfolio] = (await ledger.doc("appointment", "a"))["portfolios"]
    assert (portfolio["areas"], portfolio["effective_from"], portfolio["position"]) == (["扶贫"], "2017", 0)


async def test_a_post_is_established_before_it_is_anything(ledger: Ledger) -> None:
    """An abolished post has no row until it is established; seats default to one and days to always."""
    ledger.record("post.abolished", post_id="s", effective_from="2018-01-01", successor_post_id="t")
    assert await ledger.rows("post", "s") == []
    ledger.post("s", "c")
    doc = await ledger.doc("post", "s")
    assert (doc["seats"], doc["from"], doc["until"], doc["successor_post_id"]) == (1, None, "2018-01-01", "t")


async def test_a_post_may_be_established_again(ledger: Ledger) -> None:
    """Of two establishments of a post the one recorded last stands, whole."""
    ledger.post("s", "c", seats=3, functions=["party-principal"])
    ledger.post("s", body_id="b")
    doc = await ledger.doc("post", "s")
    assert (doc["jurisdiction_id"], doc["body_id"], doc["seats"], doc["functions"]) == (None, "b", 1, [])


async def test_a_body_ends_when_dissolved(ledger: Ledger) -> None:
    """A body has a row once established, with the day and successor of its dissolution."""
    ledger.record("body.dissolved", body_id="b", effective_from="2018-01-01", successor_id="b2")
    assert await ledger.rows("body", "b") == []
    ledger.record("body.established", body_id="b", jurisdiction_id="c", name_zh="扶贫办", functions=["office"])
    doc = await ledger.doc("body", "b")
    assert (doc["from"], doc["until"], doc["successor_id"], doc["name"]) == (None, "2018-01-01", "b2", "扶贫办")


async def test_a_person_may_be_known_by_a_merge_alone(ledger: Ledger) -> None:
    """A merged id has a row of its own; the id that stays has none until it is registered."""
    ledger.merge("x2", "x")
    assert (await ledger.doc("person", "x2"))["merged_into"] == "x"
    assert await ledger.rows("person", "x") == []
    ledger.record("person.registered", person_id="x", name_zh="张三", aliases=["张四"])
    assert (await ledger.doc("person", "x"))["aliases"] == ["张四"]


async def test_a_pairing_is_started_before_it_ends(ledger: Ledger) -> None:
    """A pairing has a row once started, whose bounds are those of its dates."""
    ledger.record("pairing.ended", pairing_id="p", effective_until="2018")
    assert await ledger.rows("pairing", "p") == []
    ledger.record("pairing.started", pairing_id="p", helper="b", assisted="v", effective_from="2016-03")
    assert await ledger.bounds("pairing", "p") == ("2016-03-01", "2016-03-31", "2018-01-01", "2018-12-31")

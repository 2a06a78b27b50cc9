"""A person: every id, the posts of a day, and what they answered for."""

from __future__ import annotations

from typing import Any

import pytest

from events.errors import NotFound
from projections.answers import persons, timeline
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"


@pytest.fixture
def ledger() -> Ledger:
    """A county merged away on 2018-01-01, whose secretary left that day."""
    made = Ledger()
    made.county()
    made.post("s", "c", functions=["party-principal"])
    made.start("a", "x", "s", "2016-08-01")
    made.end("a", "2018-01-01")
    made.record("jurisdiction.restructured", predecessor_ids=["c"], successor_ids=["d"], effective_from="2018-01-01")
    return made


async def items(
    ledger: Ledger, person: str = "x", since: str | None = None, until: str | None = None
) -> list[dict[str, Any]]:
    """What a person answered for."""
    found: list[dict[str, Any]] = (await persons.answered_for(ledger.scene(DAY), person, since, until))["items"]
    return found


async def test_a_tenure_that_ended_with_its_place_shows_the_place(ledger: Ledger) -> None:
    """The place of a tenure is that of its last day in office, not of the day after."""
    [item] = await items(ledger)
    assert item["jurisdiction"] == {"id": "c", "code": "140925", "name": "name-c", "level": "county"}
    assert "第一责任人" in {one["role"] for one in item["responsibilities"]}


async def test_instruments_of_the_first_and_the_last_day_count(ledger: Ledger) -> None:
    """What came into force, or went out of it, within the tenure is shown; what did so outside is not."""
    systems = {one["system"] for item in await items(ledger) for one in item["responsibilities"]}
    early = {one["system"] for item in await items(ledger, until="2016-08-02") for one in item["responsibilities"]}
    assert early < systems


async def test_every_id_of_a_person_answers(ledger: Ledger) -> None:
    """Under any of their ids a person has the same tenures and letters."""
    ledger.merge("x", "x1")
    ledger.merge("x2", "x1")
    ledger.sign("l", "2017", "x2", "s")
    answers = [await items(ledger, person) for person in ("x", "x1", "x2")]
    assert answers[0] == answers[1] == answers[2]
    assert [letter["id"] for letter in answers[0][0]["letters"]] == ["l"]


async def test_a_post_that_nobody_established_keeps_its_letters(ledger: Ledger) -> None:
    """A tenure of a post that is not on record has no place, but the letters signed for it."""
    ledger.start("b", "y", "unknown-post", "2017-01-01")
    ledger.sign("l", "2017-02-01", post="unknown-post")
    [item] = await items(ledger, "y")
    assert (item["jurisdiction"], item["post"], item["post_id"]) == (None, None, "unknown-post")
    assert [letter["id"] for letter in item["letters"]] == ["l"]


async def test_the_place_of_a_post_in_a_nested_body(ledger: Ledger) -> None:
    """A post of a body without a place of its own stands at the place of the unit."""
    ledger.record("body.established", body_id="b", jurisdiction_id="p", name_zh="厅")
    ledger.record("body.established", body_id="n", unit_id="b", name_zh="处")
    ledger.post("t", body_id="n")
    ledger.start("b", "y", "t", "2017")
    [item] = await items(ledger, "y")
    assert (item["jurisdiction"]["id"], item["body"]) == ("p", {"id": "n", "name": "处"})


async def test_tenures_are_cut_to_the_days_asked(ledger: Ledger) -> None:
    """A tenure that cannot touch [since, until) is left out, down to the first day there is."""
    assert [item["appointment"] for item in await items(ledger, since="2017-12-31")] == ["a"]
    assert await items(ledger, since="2018-01-01") == []
    assert await items(ledger, until="2016-08-01") == []
    assert await items(ledger, until="0001-01-01") == []


async def test_a_person_on_a_day(ledger: Ledger) -> None:
    """A person's page has the names and ids, and the posts held that day alone."""
    ledger.record("person.registered", person_id="x", name_zh="张三", aliases=["老张"])
    ledger.merge("x2", "x")
    page = await persons.one(ledger.scene("2017-12-31"), "x2")
    assert (page["person"]["id"], page["person"]["name"], page["person"]["ids"]) == ("x", "张三", ["x", "x2"])
    assert [(post["appointment"], post["certainty"]) for post in page["posts"]] == [("a", "certain")]
    assert (await persons.one(ledger.scene(DAY), "x2"))["posts"] == []


async def test_an_unknown_person_is_not_found(ledger: Ledger) -> None:
    """An id that no event bears is not found, and no id is before it is recorded."""
    for scene, person in ((ledger.scene(DAY), "nobody"), (ledger.scene(DAY, 3), "x")):
        for asked in (persons.one(scene, person), persons.answered_for(scene, person, None, None)):
            with pytest.raises(NotFound):
                await asked
        with pytest.raises(NotFound):
            await timeline.of_person(scene, person, None, None)


async def test_a_timeline_has_every_interval_with_its_certainty(ledger: Ledger) -> None:
    """Tenures, letters and pairings are intervals, with the days that are certain and those that are possible."""
    ledger.start("b", "x", "t", "2018-02")
    ledger.sign("l", "2017-01-10", "x", "s", effective_from="2017", effective_until="2018-01-01")
    ledger.record("pairing.started", pairing_id="r", helper="x", assisted="v", effective_from="2016-09-01")
    found = (await timeline.of_person(ledger.scene(DAY), "x", None, None))["items"]
    shown = {item["type"] + ":" + item.get("appointment", ""): (item["certain"], item["possible"]) for item in found}
    assert shown["tenure:a"] == ({"from": "2016-08-01", "until": "2018-01-01"},) * 2
    assert shown["tenure:b"] == ({"from": "2018-02-28", "until": None}, {"from": "2018-02-01", "until": None})
    assert shown["letter:"][0] == {"from": "2017-12-31", "until": "2018-01-01"}
    assert shown["pairing:"] == ({"from": "2016-09-01", "until": None},) * 2
    order = [item["possible"]["from"] for item in found]
    assert order == sorted(order)


async def test_what_ended_before_it_began_holds_no_day(ledger: Ledger) -> None:
    """A tenure that cannot have held a day is neither certain nor possible; one seen in office held that day."""
    ledger.start("b", "y", "s", "2018")
    ledger.end("b", "2017")
    [item] = (await timeline.of_person(ledger.scene(DAY), "y", None, None))["items"]
    assert (item["certainty"], item["certain"]) == ("no", None)
    assert item["possible"] == {"from": "2018-01-01", "until": "2018-01-01"}
    assert (item["from"], item["until"]) == ("2018", "2017")
    ledger.see("b", "2017-05-01")
    [item] = (await timeline.of_person(ledger.scene(DAY), "y", None, None))["items"]
    assert (item["certainty"], item["certain"]) == ("certain", {"from": "2017-05-01", "until": "2017-05-02"})


async def test_the_timeline_of_a_post_shows_when_it_was_not_simply_held(ledger: Ledger) -> None:
    """A post's timeline has its own days, its tenures, and every vacancy, doubt and contest between."""
    ledger.start("b", "y", "s", "2018-03")
    found = (await timeline.of_post(ledger.scene(DAY), "s", None, None))["items"]
    shown = [(item["type"], item["from"], item["until"]) for item in found if item["type"] not in ("post", "tenure")]
    assert shown == [
        ("vacant", None, "2016-08-01"),
        ("vacant", "2018-01-01", "2018-03-01"),
        ("uncertain", "2018-03-01", "2018-03-31"),
    ]


async def test_the_timeline_of_a_place(ledger: Ledger) -> None:
    """A place's timeline has its own stretches, the posts and bodies of it, and letters towards it."""
    ledger.record("body.established", body_id="b", jurisdiction_id="c")
    ledger.post("t", body_id="b")
    ledger.sign("l", "2017", "z", counterparty="b")
    found = (await timeline.of_jurisdiction(ledger.scene(DAY), "140925", None, None))["items"]
    kinds = [item["type"] for item in found]
    assert {kind: kinds.count(kind) for kind in ("jurisdiction", "body", "post", "tenure", "letter")} == {
        "jurisdiction": 1, "body": 1, "post": 2, "tenure": 1, "letter": 1,
    }  # fmt: skip

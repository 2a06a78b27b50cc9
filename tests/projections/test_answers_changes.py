"""What differs between two chains, and the entries behind it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from events.errors import NotFound
from projections.answers.chain import of_place
from projections.answers.changes import changes, events_behind, sought
from projections.answers.statements import LEFT_OUT, Statements
from tests.projections.full_chain import fullest, small_county
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

DAY = "2018-03-05"


@pytest.fixture
def ledger() -> Ledger:
    """A county with an empty post."""
    return small_county()


Found = tuple[dict[tuple[str, str, str], tuple[Any, Any]], list[int]]


async def last_changed(ledger: Ledger, place: str = "c", day: str = DAY, entries: int = 1) -> Found:
    """What the last entries changed of a chain: (kind, id, field) to both values, and the positions behind it."""
    size = len(ledger.entries)
    before, after = ledger.scene(day, size - entries), ledger.scene(day)
    found = await changes(before, after, place)
    said = {
        (one["kind"], one["id"], one["field"]): (one["before"], one["after"]) for one in found.answer["differences"]
    }
    return said, await events_behind(after.reader, found, size - entries, size, 100)


async def test_changes_say_what_differs(ledger: Ledger) -> None:
    """Between two states of knowledge only what is said differently is listed, with both values."""
    ledger.start("a", "x", "s", "2016-08-01")
    size = len(ledger.entries)
    ledger.end("a", "2018-01-01")
    found = (await changes(ledger.scene(DAY, size), ledger.scene(DAY), "c")).answer
    said = {(one["kind"], one["id"], one["field"]): (one["before"], one["after"]) for one in found["differences"]}
    assert said["post", "s", "status"] == ("held", "vacant")
    assert said["appointment", "a", "certainty"] == ("certain", None)
    assert {kind for kind, _, _ in said} == {"post", "appointment"}
    assert (found["before"]["log"]["size"], found["after"]["log"]["size"]) == (size, size + 1)
    assert (await changes(ledger.scene(DAY), ledger.scene(DAY), "c")).answer["differences"] == []
    first = (await changes(ledger.scene(DAY, 0), ledger.scene(DAY), "c")).answer
    assert first["differences"][0] | {"after": None} == {
        "kind": "chain", "id": "path", "field": "jurisdictions", "before": [], "after": None,
    }  # fmt: skip


THINGS = frozenset({"posts", "bodies", "assistance", "holders", "letters"})
"""Lists of what has an id of its own."""
DERIVED = frozenset({"turns", "valid_at", "known_at", "log", "clock", "resolved_by", "withheld", "on_record"})
"""Of the question, or following from the path."""
IN_PACKS = frozenset(
    {
        "scope", "article", "force", "quote", "reading", "in_force", "bearer", "functions", "post_holders", "kind",
        "matched_by",
    }
)  # fmt: skip
"""Of a role: follows from its pack, whose force is compared, and from the functions and title of its post."""


def leaves(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value within an answer that is not made of others."""
    if isinstance(value, dict) and value:
        for name, one in value.items():
            yield from leaves(one, (*way, name))
    elif isinstance(value, list) and value:
        for index, one in enumerate(value):
            yield from leaves(one, (*way, index))
    elif not way or way[-1] not in THINGS:
        yield way


def is_left_out(way: tuple[Any, ...]) -> bool:
    """Whether a value is not compared: where it stands in the log, or what follows from something that is."""
    if set(way) & LEFT_OUT or way[0] in DERIVED | {"jurisdiction"}:
        return True
    if len(way) == 3 and way[-1] == "level":  # said again under its jurisdiction
        return True
    if way[0] == "policies":
        return way[-1] in ("digest", "title", "status")
    roles = {"responsibilities", "unregistered", "unnamed"} & set(way)
    return bool(roles) and bool(set(way) & IN_PACKS)


async def test_every_field_of_a_chain_is_compared(ledger: Ledger) -> None:
    """Whatever is changed anywhere in a chain is a difference, but for what is named as left out."""
    answer = await of_place(fullest(ledger).scene(DAY), "c")
    told = Statements.of(answer).said
    ways = list(leaves(answer))
    names = {name for way in ways for name in way if isinstance(name, str)}
    assert {"portfolio", "seen", "countersignatures", "signed_by", "successions", "claimed", "flags",
            "substantive_vacancy", "helper", "previous"} <= names  # fmt: skip
    for way in ways:
        other = deepcopy(answer)
        within: Any = other
        for step in way[:-1]:
            within = within[step]
        within[way[-1]] = "another"
        assert (Statements.of(other).said != told) != is_left_out(way), way
    for within in (answer["chain"][-1], answer["chain"][-1]["posts"][0], answer["chain"][-1]["posts"][0]["holders"][0]):
        within["added-tomorrow"] = 1
        assert Statements.of(answer).said != told
        told = Statements.of(answer).said


async def test_a_correction_of_a_letter_is_told(ledger: Ledger) -> None:
    """Its number, both its dates and how it is signed, with the correction that is behind them."""
    ledger.start("a", "x", "s", "2016-08-01")
    told = {"letter_id": "l", "signatory": {"person_id": "x", "post_id": "s"}, "signed_on": "2017-03-02"}
    dates = {"effective_from": "2017-01-01", "effective_until": "2020-01-01"}
    letter = ledger.record("responsibility-letter.signed", **told, **dates, document_number="1号")
    later = {"effective_from": "2016-01-01", "effective_until": "2021-01-01", "document_number": "2号"}
    fixed = ledger.correct(letter, **told, **later, scan_sha256="0" * 64)
    said, behind = await last_changed(ledger)
    assert said == {
        ("letter", "l", "number"): ("1号", "2号"),
        ("letter", "l", "effective_from"): ("2017-01-01", "2016-01-01"),
        ("letter", "l", "effective_until"): ("2020-01-01", "2021-01-01"),
        ("letter", "l", "signed_late_days"): (60, 426),
        ("letter", "l", "signatures"): ("none", "paper"),
    }
    assert behind == [fixed]


async def test_what_is_said_of_holders_posts_bodies_and_pairings(ledger: Ledger) -> None:
    """Portfolio, sightings and sending unit; claims and days of posts; type and functions of bodies; pairings."""
    body = ledger.record("body.established", body_id="b", jurisdiction_id="c", body_type="unit")
    post = ledger.post("t", "c", effective_from="2016-01-01")
    start = ledger.start("a", "x", "s", "2016-08-01")
    pairing = ledger.record("pairing.started", pairing_id="r", helper="b", assisted="c", effective_from="2017")
    ledger.record("portfolio.assigned", appointment_id="a", areas=["扶贫"], effective_from="2017-01-01")
    assert (await last_changed(ledger))[0]["appointment", "a", "portfolio"][1]["areas"] == ["扶贫"]
    ledger.see("a", "2017-01-01")
    assert (await last_changed(ledger))[0]["appointment", "a", "seen"] == ([], ["2017-01-01"])
    person = {"appointment_id": "a", "person_id": "x", "post_id": "s", "effective_from": "2016-08-01"}
    fixed: dict[int, tuple[dict[str, Any], tuple[str, str, str]]] = {
        start: ({**person, "sending_unit_id": "b"}, ("appointment", "a", "sending_unit")),
        body: ({"body_id": "b", "jurisdiction_id": "c", "body_type": "government"}, ("body", "b", "body_type")),
        post: (
            {"post_id": "t", "title_zh": "title-t", "jurisdiction_id": "c", "responsibilities": [{"role": "责任人"}]},
            ("post", "t", "claimed"),
        ),
        pairing: (
            {"pairing_id": "r", "helper": "b", "assisted": "c", "effective_from": "2017", "kind": "contact-county"},
            ("pairing", "r", "kind"),
        ),
    }
    for position, (payload, key) in fixed.items():
        correction = ledger.correct(position, **payload)
        said, behind = await last_changed(ledger)
        assert key in said, said
        assert behind == [correction]
        if key[0] == "post":
            assert said["post", "t", "from"] == ("2016-01-01", None)


async def test_the_second_signer_of_a_letter_is_compared_for_himself(ledger: Ledger) -> None:
    """What is said of a letter under one holder does not hide what is said of it under another."""
    ledger.start("a", "x", "s", "2016-08-01")
    ledger.post("v", "m")
    ledger.start("o", "y", "v", "2016-01-01")
    ledger.sign("l", "2017-01-10", "x", "s")
    ledger.record("responsibility-letter.countersigned", letter_id="l", signatory={"person_id": "y", "post_id": "v"},
                  signed_on="2017-01-11")  # fmt: skip
    before, after = ledger.scene(DAY, len(ledger.entries) - 1), ledger.scene(DAY)
    found = (await changes(before, after, "c")).answer["differences"]
    told = {one["appointment"]: (one["before"], one["after"]) for one in found if one["field"] == "signed_as"}
    assert told == {"o": (None, "counterparty")}
    assert {one["appointment"] for one in found if one["field"] == "countersigned"} == {"a", "o"}


async def test_the_events_behind_a_name_or_a_merge_are_named(ledger: Ledger) -> None:
    """A person's name corrected, and two ids made one: also where only a letter, or a neighbour of a gap, shows it."""
    person = ledger.record("person.registered", person_id="p1", name_zh="甲")
    ledger.start("a", "p1", "s", "2016-08-01")
    fixed = ledger.correct(person, person_id="p1", name_zh="乙")
    said, behind = await last_changed(ledger)
    assert said == {("appointment", "a", "person"): ({"id": "p1", "name": "甲"}, {"id": "p1", "name": "乙"})}
    assert behind == [fixed]
    merged = ledger.merge("p1", "pz")
    said, behind = await last_changed(ledger)
    assert [one["id"] for one in said["appointment", "a", "person"]] == ["p1", "pz"]
    assert behind == [merged]
    ledger.sign("l", "2017-01-10", "p3", "s")
    merged = ledger.merge("p3", "pz")
    said, behind = await last_changed(ledger)
    assert said["letter", "l", "in_force"] == (None, "certain")
    assert behind == [merged]
    end = ledger.end("a", "2018-01-01")
    fixed = ledger.correct(end, appointment_id="a", effective_until="2018-02-01")
    said, behind = await last_changed(ledger)
    assert set(said) == {("post", "s", "vacancy"), ("post", "s", "substantive_vacancy")}
    assert behind == [fixed]
    merged = ledger.merge("pz", "p0")
    said, behind = await last_changed(ledger)
    assert said["post", "s", "vacancy"][1]["previous"]["person"]["id"] == "p0"
    assert behind == [merged]


async def test_a_helper_under_another_name(ledger: Ledger) -> None:
    """The entry that names a helper anew is behind the difference of the pairing."""
    body = ledger.record("body.established", body_id="b", jurisdiction_id="p", name_zh="甲单位")
    ledger.record("pairing.started", pairing_id="r", helper="b", assisted="c", effective_from="2017")
    fixed = ledger.correct(body, body_id="b", jurisdiction_id="p", name_zh="乙单位")
    said, behind = await last_changed(ledger)
    assert [one["name"] for one in said["pairing", "r", "helper"]] == ["甲单位", "乙单位"]
    assert behind == [fixed]


async def test_a_place_put_under_another_parent(ledger: Ledger) -> None:
    """The reparenting is behind the other path, and so is what takes it back or says that another place was meant."""
    told = {"new_parent_id": "p", "effective_from": "2018-01-01"}
    moved = ledger.record("jurisdiction.reparented", jurisdiction_id="c", **told)
    said, behind = await last_changed(ledger)
    assert said["chain", "path", "jurisdictions"] == (["p", "m", "c"], ["p", "c"])
    assert behind == [moved]
    before, after = ledger.scene("2017-06-01"), ledger.scene(DAY)
    assert moved in await events_behind(after.reader, await changes(before, after, "c"), 0, moved + 1, 100)
    ledger.place("d", "county", "140926", "m")
    fixed = ledger.correct(moved, jurisdiction_id="d", **told)
    assert (await last_changed(ledger))[1] == [fixed]


async def test_a_place_whose_registration_is_annulled(ledger: Ledger) -> None:
    """Its chain goes from there to gone; where neither state knows it, it is not found."""
    gone = ledger.annul(2)
    size = len(ledger.entries)
    before, after = ledger.scene(DAY, size - 1), ledger.scene(DAY)
    assert (await sought(before, after, "140925")).place == "c"
    said, behind = await last_changed(ledger)
    assert said["chain", "path", "jurisdictions"] == (["p", "m", "c"], [])
    assert said["post", "s", "status"] == ("vacant", None)
    assert behind == [gone]
    with pytest.raises(NotFound):
        await changes(after, after, "c")
    with pytest.raises(NotFound):
        await sought(after, after, "140925")


async def test_the_name_that_an_id_given_up_has(ledger: Ledger) -> None:
    """Where the id that stays has no name, the one given up tells it: what is stated of that is behind the change."""
    told = ledger.record("person.registered", person_id="gone", name_zh="旧名")
    ledger.start("a", "gone", "s", "2016-08-01")
    ledger.merge("gone", "stays")
    changed = ledger.correct(told, person_id="gone", name_zh="新名")
    said, behind = await last_changed(ledger)
    assert said["appointment", "a", "person"][1] == {"id": "stays", "name": "新名"}
    assert behind == [changed]


async def test_what_was_there_on_one_side_alone(ledger: Ledger) -> None:
    """A merger that is said to have led elsewhere names what it no longer leads to."""
    merged = {"kind": "merge", "predecessor_ids": ["z"], "effective_from": "2018-01-01"}
    ledger.place("z", "county", "621224", "p")
    told = ledger.record("jurisdiction.restructured", successor_ids=["c"], **merged)
    ledger.place("n", "county", "621225", "p")
    moved = ledger.correct(told, successor_ids=["n"], **merged)
    said, behind = await last_changed(ledger)
    assert any(before and not after for before, after in said.values())
    assert behind == [moved]


async def test_a_neighbour_of_a_vacancy_that_is_none_any_more(ledger: Ledger) -> None:
    """Of what is told on one side alone, all that it names is behind the change."""
    ledger.start("a", "x", "s", "2016-08-01")
    ledger.end("a", "2018-01-01")
    ledger.start("b", "y", "s", "2019-01-01")
    ended = ledger.end("b", "2018-02-01")
    said, behind = await last_changed(ledger)
    before, after = said["post", "s", "vacancy"]
    assert (before["next"]["appointment"], after["next"]) == ("b", None)
    assert behind == [ended]

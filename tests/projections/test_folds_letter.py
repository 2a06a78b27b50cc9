"""The fold of letters and what answers say of them: dates, ends, signers and 文号."""

from __future__ import annotations

from typing import Any

import pytest

from events.errors import NotFound
from projections.answers import letters
from projections.answers.signed import UNSIGNED
from projections.folds.letter import number_key
from projections.tenure import NEVER
from tests.projections.ledger import Ledger

pytestmark = pytest.mark.anyio

SIGNED_BY = {"person_id": "x", "post_id": "s"}


@pytest.fixture
def ledger() -> Ledger:
    """A log with one letter, signed after it took effect."""
    made = Ledger()
    made.sign("l", "2017-04-20", "x", "s", effective_from="2017-01-01", document_number="厅字〔2016〕33号")
    return made


def supersede(ledger: Ledger, day: str, **more: Any) -> int:
    """Supersede the letter."""
    return ledger.record("responsibility-letter.superseded", letter_id="l", effective_from=day, **more)


def discharge(ledger: Ledger, day: str, **more: Any) -> int:
    """Discharge the letter."""
    return ledger.record("responsibility-letter.discharged", letter_id="l", effective_until=day, **more)


def countersign(ledger: Ledger, day: str, person: str, **more: Any) -> int:
    """Countersign the letter."""
    data = {"letter_id": "l", "signatory": {"person_id": person}, "signed_on": day, **more}
    return ledger.record("responsibility-letter.countersigned", **data)


@pytest.mark.parametrize(
    "written",
    ["厅字[2016]33号", "厅字〔2016〕33号", "厅字（2016）33号", "厅字(2016)33号", "厅字【2016】33号",
     "厅字［2016］33号", "厅字 〔２０１６〕 33 号", "厅字\u3000〔2016〕33号"],
)  # fmt: skip
def test_brackets_and_spaces_of_a_number_are_normalised(written: str) -> None:
    """A 文号 is one key however its brackets, digits and spaces were written."""
    assert number_key(written) == "厅字〔2016〕33号"


def test_other_numbers_have_other_keys() -> None:
    """Brackets apart, nothing of a 文号 is dropped."""
    assert number_key("厅字〔2016〕33号") != number_key("厅字〔2016〕3号")
    assert number_key("甘办发2016-33号") == "甘办发2016-33号"


async def test_signing_late_and_being_in_force_are_two_facts(ledger: Ledger) -> None:
    """A letter is in force from its own date, and its late signing is counted in days."""
    assert await ledger.bounds("letter", "l") == ("2017-01-01", "2017-01-01", NEVER, NEVER)
    assert letters.signed_late_days(await ledger.doc("letter", "l")) == 109


async def test_a_letter_without_a_date_of_effect_is_in_force_from_its_signing(ledger: Ledger) -> None:
    """Only where no effective date is stated does the signing date stand in."""
    ledger.sign("m", "2017-04", "x", "s")
    assert (await ledger.bounds("letter", "m"))[:2] == ("2017-04-01", "2017-04-30")
    assert letters.signed_late_days(await ledger.doc("letter", "m")) is None


async def test_the_earliest_of_several_ends_ends_a_letter(ledger: Ledger) -> None:
    """Stated end, supersession and discharge: the earliest possible day of each bound stands."""
    ledger.sign("l", "2017-04-20", "x", "s", effective_from="2017-01-01", effective_until="2018-12-31")
    supersede(ledger, "2018", new_letter_id="m")
    discharge(ledger, "2018-06", reason="handover")
    assert (await ledger.bounds("letter", "l"))[2:] == ("2018-01-01", "2018-06-30")
    doc = await ledger.doc("letter", "l")
    assert (doc["superseded_by"], doc["discharged"]) == ("m", "handover")


async def test_the_ends_recorded_last_stand(ledger: Ledger) -> None:
    """Of two supersessions and of two discharges the ones recorded last stand, even if later in date."""
    supersede(ledger, "2018-01-01", new_letter_id="m")
    supersede(ledger, "2019-01-01", new_letter_id="n")
    assert (await ledger.bounds("letter", "l"))[2:] == ("2019-01-01", "2019-01-01")
    discharge(ledger, "2018-06-01")
    annulled = discharge(ledger, "2018-03-01")
    ledger.annul(annulled)
    assert (await ledger.bounds("letter", "l"))[2:] == ("2018-06-01", "2018-06-01")


async def test_ends_of_a_letter_nobody_signed_wait(ledger: Ledger) -> None:
    """A letter has rows once it is signed, with what was recorded of it before."""
    later = Ledger()
    discharge(later, "2018-06-01")
    assert await later.rows("letter", "l") == []
    later.sign("l", "2017", "x")
    assert (await later.bounds("letter", "l"))[2:] == ("2018-06-01", "2018-06-01")


async def test_everyone_who_signed_finds_the_letter(ledger: Ledger) -> None:
    """Signatory and countersigners have a row each, which says what they signed as."""
    countersign(ledger, "2017-04-21", "y", role="co-principal")
    countersign(ledger, "2017-04-22", "z")
    rows = await ledger.rows("letter", "l")
    shown = [(row.doc["signed_as"], row.doc["signer"]["person_id"]) for row in rows]
    assert shown == [("signatory", "x"), ("co-principal", "y"), ("counterparty", "z")]
    found = await ledger.reader().by("letter", "person_id", ["y"])
    assert [row.entity_id for row in found] == ["l"]


async def test_a_letter_without_a_signatory_is_kept(ledger: Ledger) -> None:
    """A letter that names nobody has a row that only its number and places find."""
    ledger.record("responsibility-letter.signed", letter_id="m", signed_on="2017", counterparty="p")
    assert (await ledger.doc("letter", "m"))["signer"] == {}
    assert [row.entity_id for row in await ledger.reader().by("letter", "counterparty", ["p"])] == ["m"]


async def test_a_corrected_letter_says_so(ledger: Ledger) -> None:
    """A corrected letter keeps its position and names the entry whose version stands."""
    correction = ledger.correct(0, letter_id="l", signatory=SIGNED_BY, signed_on="2017-04-21", scan_sha256="0" * 64)
    shown = letters.letter((await ledger.rows("letter", "l"))[0], "2018-03-05", UNSIGNED)
    assert (shown["position"], shown["corrected_by"], shown["signed_on"]) == (0, correction, "2017-04-21")
    assert shown["signatures"] == "paper"
    before = letters.letter((await ledger.rows("letter", "l", 1))[0], "2018-03-05", UNSIGNED)
    assert (before["corrected_by"], before["signatures"]) == (None, "none")


@pytest.mark.parametrize(
    ("person", "post", "held", "expected"),
    [
        ("x", "s", False, "person-and-post"),
        ("x", "t", True, None),
        ("y", "s", True, None),
        ("x", None, True, "person"),
        ("x", None, False, None),
        ("y", None, True, None),
        (None, "s", True, "post"),
        (None, "s", False, None),
        (None, "t", True, None),
    ],
)
async def test_whom_a_signature_belongs_to(
    person: str | None, post: str | None, held: bool, expected: str | None
) -> None:
    """Both ids must fit; one alone must fit and the post must be, or may be, held when it was signed."""
    ledger = Ledger()
    ledger.sign("m", "2017", person, post)
    [row] = await ledger.rows("letter", "m")
    assert letters.signed_for(row, {"x"}, "s", held) == expected


async def test_the_register_finds_by_number_signer_and_place(ledger: Ledger) -> None:
    """The register takes any brackets, every id of a person, and places of posts, of nested bodies too."""
    ledger.place("c", "county", "621223")
    ledger.post("s", "c")
    ledger.record("body.established", body_id="b", jurisdiction_id="c")
    ledger.record("body.established", body_id="inner", unit_id="b")
    ledger.post("t", body_id="inner")
    ledger.sign("m", "2018", post="t")
    ledger.sign("n", "2018", person="y", counterparty="c")
    ledger.merge("x", "x2")
    scene = ledger.scene("2018-03-05")

    async def found(**asked: Any) -> list[str]:
        return list(await letters.register(scene.reader, **asked))

    assert await found(number="厅字[2016]33号") == ["l"]
    assert await found(person="x2") == ["l"]
    assert await found(places=["c"]) == ["l", "m", "n"]
    assert await found(places=["c"], person="x") == ["l"]
    assert await found() == []


async def test_one_letter_whole(ledger: Ledger) -> None:
    """A letter by id shows all its signers with names; an unknown one is not found."""
    ledger.record("person.registered", person_id="y", name_zh="李四")
    countersign(ledger, "2017-04-21", "y", role="co-principal")
    scene = ledger.scene("2018-03-05")
    shown = (await letters.one(scene, "l"))["letter"]
    assert [(signer["as"], signer["person"]["name"]) for signer in shown["signers"]] == [
        ("signatory", None),
        ("co-principal", "李四"),
    ]
    assert (shown["countersigned"], shown["in_force"]) == (True, "certain")
    with pytest.raises(NotFound):
        await letters.one(scene, "nobody's")

"""Question 13: on each day of 2018, both letters of both principals of cities, poor counties and townships."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.service.owed import by_about, charged, owed, spans, taken, under
from tests.service.samples import CASES, Answer, Samples
from tests.service.timelines import check_evidence, days

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final[dict[str, Any]] = CASES["q13"]
COUNTY = CASE["county"]
YEAR: Final = {"from": CASE["from"], "to": CASE["until"]}
RULES = ",".join(CASE["rules"].values())
TWO: Final = [["exit-letter", "principal-letter"], ["assistance-letter"]]
SHILOU = CASES["letter_missing"]


@pytest.fixture
async def year(samples: Samples) -> dict[str, Answer]:
    """The result of each post of the county and its townships over the year, by post."""
    return by_about(await owed(samples, RULES, jurisdiction=COUNTY, **YEAR))


def row(post: str) -> Answer:
    """What the case expects of a post."""
    found: Answer = next(one for one in CASE["posts"] if one["post"].endswith(post))
    return found


async def test_every_principal_and_every_gap_with_its_length_and_cause(
    samples: Samples, year: dict[str, Answer]
) -> None:
    """Eight posts of four places: met, not signed for 45 days, vacant for 40, expired for 31, one letter never."""
    assert set(year) == {one["post"] for one in CASE["posts"]}
    for expected in CASE["posts"]:
        duty = year[expected["post"]]
        assert (duty["status"], duty["force"]) == (expected["status"], "binding")
        assert duty["jurisdiction"]["id"] == expected["place"]
        assert duty["expected"]["letters"] == TWO
        assert spans(duty) == [(one["from"], one["until"], one["days"], one["cause"]) for one in expected["gaps"]]
        missing = duty.get("more", {}).get("missing", [])
        for gap in expected["gaps"]:
            assert {one["person"] for one in missing} == {gap["person"]}
            assert len([one for one in missing if one["what"]]) == gap["letters"]
            assert days(gap["from"], gap["until"]) == gap["days"]
    await check_evidence(samples, CASE["log"], year.values())


async def test_four_signatures_of_a_place(samples: Samples) -> None:
    """Easy to get wrong: two letters by each of two principals; the county's four were in force on any day."""
    for day in ("2018-01-01", "2018-06-15", "2018-12-31"):
        found = await owed(samples, CASE["rules"]["county"], jurisdiction=COUNTY, valid_at=day, scope="own")
        assert {duty["status"] for duty in found} == {"met"}
        signed = [
            (holder["person"], letter["kind"])
            for duty in found
            for holder in duty["actual"]["holders"]
            for letter in holder["letters"]
            if letter["in_force"] == "certain"
        ]
        persons = {duty["actual"]["holders"][0]["person"] for duty in found}
        assert sorted(signed) == sorted((who, kind) for who in persons for kind in ("exit-letter", "assistance-letter"))
        assert len(signed) == 4


async def test_one_letter_with_two_signatories(samples: Samples, year: dict[str, Answer]) -> None:
    """Easy to get wrong: a letter that both signed is no 双签, yet counts for each; read strictly, for one alone."""
    head = row("141195901-head")
    duty = year[head["post"]]
    assert (duty["status"], taken(duty, "joint"), under(duty, "joint", "one-each")) == ("met", "signature", "breached")
    letter = await samples.get(f"/letters/{head['joint_letter']}")
    signers = {one["signatory"]["person_id"]: one["role"] for one in letter["letter"]["countersignatures"]}
    assert signers == {head["holder"]: "co-principal"}
    assert under(year[row("141195901-secretary")["post"]], "joint", "one-each") == "met"


async def test_a_successor_signs_anew_or_inherits(year: dict[str, Answer]) -> None:
    """Easy to get wrong: the text does not say whether a letter goes with the post; both readings are answered."""
    new = row("141195902-secretary")
    duty = year[new["post"]]
    assert (duty["status"], taken(duty, "bound"), under(duty, "bound", "post")) == ("breached", "person", "met")
    for expected in CASE["posts"]:
        if "inherited" in expected:
            assert under(year[expected["post"]], "bound", "post") == expected["inherited"]


async def test_which_new_holders_took_office_without_signing_and_how_long(year: dict[str, Answer]) -> None:
    """Whoever came in the year: one without letters for 45 days, one who signed on the day of arrival."""
    duty = year[row("141195902-secretary")["post"]]
    lacking = {(one["person"], one["since"], one["until"], one["what"]) for one in duty["more"]["missing"]}
    who = row("141195902-secretary")["holder"]
    assert lacking == {(who, "2018-06-01", "2018-07-16", "/".join(kinds)) for kinds in TWO}
    assert spans(year[row("141195902-head")["post"]]) == [("2018-03-01", "2018-04-10", 40, "vacancy")]


async def test_who_answers_for_the_year(year: dict[str, Answer]) -> None:
    """The days of the year are charged to those who held the post on them, vacant days to nobody."""
    for expected in CASE["posts"]:
        whole = {expected["holder"]: 365}
        shares = {who or None: count for who, count in expected.get("charged", whole).items()}
        assert charged(year[expected["post"]]) == shares


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2018-05-31", "met"),
        ("2018-06-01", "breached"),
        ("2018-07-15", "breached"),
        ("2018-07-16", "met"),
    ],
)
async def test_the_day_before_and_the_day_after(samples: Samples, day: str, status: str) -> None:
    """The predecessor's last day and the successor's first signed day are covered, the days between are not."""
    asked: dict[str, Any] = {"jurisdiction": "syn-14-j-141195902", "valid_at": day}
    found = by_about(await owed(samples, CASE["rules"]["township"], **asked))
    assert found[row("141195902-secretary")["post"]]["status"] == status


@pytest.mark.parametrize(("day", "status"), [("2018-09-30", "met"), ("2018-10-01", "breached"), ("2018-11-01", "met")])
async def test_letters_that_ended_and_were_renewed(samples: Samples, day: str, status: str) -> None:
    """An expired letter is told apart from one never signed, and the next day on which this can change is named."""
    asked: dict[str, Any] = {"jurisdiction": "syn-14-j-141195903", "valid_at": day}
    duty = by_about(await owed(samples, CASE["rules"]["township"], **asked))[row("141195903-secretary")["post"]]
    assert duty["status"] == status
    if status == "breached":
        assert {one["cause"] for one in duty["more"]["missing"]} == {"expired"}
    if day == "2018-09-30":
        assert duty["changes_on"] == "2018-10-01"


async def test_every_place_of_the_province(samples: Samples) -> None:
    """Cities, the 58 poor counties, townships: each principal's post; where none is on record, a gap."""
    found = await owed(samples, RULES, jurisdiction="140000", log=CASE["log"], **YEAR)
    counties = {duty["jurisdiction"]["id"] for duty in found if duty["rule"] == CASE["rules"]["county"]}
    ranked = by_about(await owed(samples, "shanxi-2016-art49-b", jurisdiction="j-140000", scope="own"))["2016"]
    assert len(ranked["more"]["ranks"]) == CASES["q6"]["counted"]
    assert counties >= set(ranked["more"]["ranks"])
    city = [duty for duty in found if duty["rule"] == CASE["rules"]["city"]]
    assert {(duty["status"], duty["jurisdiction"]["name"]) for duty in city} == {("met", "吕梁市")}
    assert len(city) == 2
    unnamed = [duty for duty in found if "-county-" in duty["jurisdiction"]["id"]]
    assert unnamed
    assert {(duty["status"], duty["gaps"][0]["cause"]) for duty in unnamed} == {("gap", "not-on-record")}
    head = by_about(found)[SHILOU["post"]]
    assert (head["status"], spans(head)) == ("breached", [("2018-01-01", "2019-01-01", 365, "not-signed")])
    assert charged(head) == {SHILOU["person"]: 365}


async def test_a_clause_that_says_it_again_names_the_first(samples: Samples) -> None:
    """The second half of the sentence states the same second letter: it is listed and says whose duty it repeats."""
    asked: dict[str, Any] = {"jurisdiction": "syn-14-j-141195903", "valid_at": "2018-06-15"}
    found = by_about(await owed(samples, "shanxi-2016-art37-e", **asked))
    assert {duty["same_as"] for duty in found.values()} == {CASE["rules"]["township"]}
    assert found[row("141195903-head")["post"]]["status"] == "breached"
    assert found[row("141195903-secretary")["post"]]["status"] == "met"

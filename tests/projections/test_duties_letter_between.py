"""Letters between two sides: a county and its townships, a unit and the villages it is paired with."""

from __future__ import annotations

from typing import Any

import pytest

from projections.policies.rule import Reading, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of

YEAR = ("2018-01-01", "2019-01-01")
UNIT = "county.assisting-unit"


def between(**more: Any) -> Rule:
    """The county with each of its townships."""
    params = {"kinds": ["exit-letter"], "level": "township", **more.pop("params", {})}
    return rule_of("letter-between", params, **{"verdicts": "presence", **more})


def signed(post: str, party: str | None, kind: str = "exit-letter", **more: Any) -> Event:
    """A letter of 2018."""
    stated = {
        "letter_id": "l", "kind": kind, "signatory": {"person_id": f"{post}.holder", "post_id": post},
        "counterparty": party, "signed_on": "2018-01-10", "effective_from": YEAR[0], "effective_until": YEAR[1],
    }  # fmt: skip
    return event("responsibility-letter.signed", **{**stated, **more})


@pytest.mark.parametrize(
    ("post", "party", "status"),
    [
        ("county.party-principal", "township", "met"),
        ("county.party-principal", "township.party-committee", "met"),
        ("township.party-principal", "county", "met"),
        ("county.party-principal", "village", "gap"),
        ("county.party-principal", "city", "gap"),
        ("city.party-principal", "township", "gap"),
    ],
)
def test_one_side_signs_towards_the_other(post: str, party: str, status: str) -> None:
    """Which of the two signs first is the same; a letter with a third is not theirs."""
    (one,) = duties_of(between(), [signed(post, party)], "2018-03-05")
    assert (one.status, one.outcome.about) == (status, "township")


@pytest.mark.parametrize(
    ("day", "status"), [("2017-12-31", "gap"), ("2018-01-01", "met"), ("2018-12-31", "met"), ("2019-01-01", "gap")]
)
def test_days_covered(day: str, status: str) -> None:
    """In force from its first day to the one before its end."""
    (one,) = duties_of(between(), [signed("county.party-principal", "township")], day)
    assert one.status == status
    assert [gap.cause for gap in one.outcome.gaps] == {"2017-12-31": ["not-signed"], "2019-01-01": ["expired"]}.get(
        day, []
    )


def test_signed_with_each_other_is_signed_by_both() -> None:
    """Read so, a letter without a countersignature of the other side is none; the other reading is told."""
    reading = Reading("countersigned", default=True, others=(False,), means="both")
    rule = between(params={"countersigned": True}, readings=(reading,))
    (one,) = duties_of(rule, [signed("county.party-principal", "township")], "2018-03-05")
    assert (one.status, one.alternatives[0].status) == ("gap", "met")
    counter = event(
        "responsibility-letter.countersigned", letter_id="l", signatory={"post_id": "township.party-principal"},
        role="counterparty", signed_on="2018-01-12",
    )  # fmt: skip
    (one,) = duties_of(rule, [signed("county.party-principal", "township"), counter], "2018-03-05")
    assert one.status == "met"


def test_listed_places_alone_while_they_are_listed() -> None:
    """A village that left the list is owed no letter any more; the days before are judged."""
    rule = between(params={"level": "village", "listed": ["poor-village"]}, level="township")
    listed = {"list": "poor-village", "jurisdiction_id": "village"}
    given = [
        event("designation.listed", **listed, effective_from="2016-01-01"),
        event("designation.lifted", **listed, effective_from="2018-09-01"),
    ]
    assert [duties_of(rule, given, day)[0].status for day in ("2018-08-31", "2018-09-01")] == ["gap", "not-applicable"]
    (year,) = duties_of(rule, given, "2019-03-01", YEAR)
    assert [(gap.since, gap.until) for gap in year.outcome.gaps] == [("2018-01-01", "2018-09-01")]


def pairing(start: str, until: str | None = None, helper: str = UNIT) -> list[Event]:
    """A unit is paired with the village."""
    begun = event(
        "pairing.started", pairing_id="p", helper=helper, assisted="village", kind="fixed-point-unit",
        effective_from=start,
    )  # fmt: skip
    return [begun] + ([event("pairing.ended", pairing_id="p", effective_until=until)] if until is not None else [])


PAIRS = {"kinds": ["assistance-letter"], "level": "village", "helper_functions": ["assisting-unit"]}


@pytest.mark.parametrize(
    ("post", "status"), [(f"{UNIT}.assisting-unit-head", "met"), ("county.party-principal", "gap")]
)
def test_a_unit_signs_with_the_village_it_is_paired_with(post: str, status: str) -> None:
    """The head of the unit signs for it; somebody else's letter about the village does not count."""
    given = [*pairing("2017-03-01"), signed(post, "village", "assistance-letter")]
    (one,) = duties_of(between(params=PAIRS), given, "2018-03-05")
    assert (one.status, one.outcome.about) == (status, "p")


def test_a_letter_is_owed_for_the_days_of_the_pairing() -> None:
    """Not before it and not after it; on its uncertain days a missing letter decides nothing."""
    rule = between(params=PAIRS)
    given = pairing("2018-03", "2018-11-01")
    assert [duties_of(rule, given, day)[0].status for day in ("2018-03-01", "2018-03-31", "2018-10-31")] == [
        "undetermined", "gap", "gap",
    ]  # fmt: skip
    (none,) = duties_of(rule, given, "2018-11-01")
    assert (none.outcome.about, none.outcome.gaps[0].cause) == (None, "no-pairing")
    (year,) = duties_of(rule, given, "2019-03-01", YEAR)
    assert [(gap.since, gap.until, gap.about) for gap in year.outcome.gaps] == [("2018-03-31", "2018-11-01", "village")]


def test_who_is_no_unit_of_the_kind_owes_none() -> None:
    """A pairing whose helper bears another function is not asked for a letter."""
    (one,) = duties_of(between(params=PAIRS), pairing("2018-01-01", helper="county.party-principal"), "2018-03-05")
    assert one.outcome.gaps[0].cause == "no-pairing"

"""Top share: how many of a ranked set are rewarded, by which rounding, of which set, and when it is too late."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.evaluating import Duty
from tests.projections.rules_made import Event, duties_of, event, rule_of


def places(many: int) -> list[Event]:
    """Townships of the county, listed."""
    return [
        one
        for n in range(1, many + 1)
        for one in (
            event(
                "jurisdiction.registered", jurisdiction_id=f"t{n}", code=f"1311221{n + 10}", name_zh=f"镇{n}",
                level="township", parent_id="county",
            ),
            event("designation.listed", list="poor", jurisdiction_id=f"t{n}", effective_from="2014-01-01"),
        )
    ]  # fmt: skip


def ranked(many: int, year: int = 2017, first: int = 1) -> list[Event]:
    """The results of a round, recorded in March of the next year."""
    return [
        event(
            "evaluation.recorded", evaluation_id=f"e{year}-{n}", subject=f"t{n}", year=year, ranking=n,
            recorded_on=f"{year + 1}-03-05",
        )
        for n in range(first, many + 1)
    ]  # fmt: skip


def reward(place: int, on: str) -> Event:
    """A commendation of a place."""
    return event("reward.granted", reward_id=f"w{place}-{on}", subject=f"t{place}", kind="award", granted_on=on)


def asked(*given: Event, day: str = "2018-12-31", span: tuple[str, str] | None = None, **params: Any) -> list[Duty]:
    """What a county is told of the fifth of its townships."""
    stated = {
        "ranked": ["evaluation.recorded"], "reward": ["reward.granted"], "share": "0.20", "level": "township",
        "lists": ["poor"], **params,
    }  # fmt: skip
    return duties_of(rule_of("top-share", stated), list(given), day, span)


@pytest.mark.parametrize(("rounding", "expected"), [("down", 1), ("nearest", 2), ("up", 2)])
def test_rounding_is_a_parameter(rounding: str, expected: int) -> None:
    """A fifth of eight is 1.6, without a float."""
    (duty,) = asked(*places(8), *ranked(8), rounding=rounding)
    assert duty.outcome.expected == {"places": expected, "share": "0.20", "of": 8, "exact": "1.60"}


def test_the_set_is_a_parameter() -> None:
    """Of ten listed eight were ranked: a fifth of either set is two, nearest; of all ten it is two whole."""
    given = [*places(10), *ranked(8), reward(1, "2018-05-01"), reward(2, "2018-05-01")]
    for ranked_set, size, exact in (("evaluated", 8, "1.60"), ("listed", 10, "2.00")):
        (duty,) = asked(*given, ranked_set=ranked_set)
        assert (duty.status, duty.outcome.expected["of"], duty.outcome.expected["exact"]) == ("met", size, exact)


def test_a_round_is_open_until_the_next() -> None:
    """Due until the day before the next round is recorded, breached from then on."""
    given = [*places(5), *ranked(5), *ranked(5, 2018)]
    found = {
        day: {duty.outcome.about: duty.status for duty in asked(*given, day=day)}
        for day in ("2018-03-04", "2018-03-05", "2019-03-04", "2019-03-05")
    }
    assert list(found.values()) == [
        {None: "not-applicable"},
        {"2017": "due"},
        {"2017": "due"},
        {"2017": "breached", "2018": "due"},
    ]


def test_nobody_beyond_the_share_is_rewarded() -> None:
    """A reward for the second of five breaks the proportion; one from before the round is not of it."""
    given = [*places(5), *ranked(5), reward(1, "2018-03-05")]
    assert [duty.status for duty in asked(*given, reward(2, "2018-03-04"))] == ["met"]
    (duty,) = asked(*given, reward(2, "2018-03-06"))
    assert (duty.status, duty.outcome.more["rewarded_beyond"]) == ("breached", ["t2"])


def test_a_set_that_is_not_all_on_record_decides_nothing() -> None:
    """The fifth alone is on record, so that the number of those ranked is not known."""
    (duty,) = asked(*places(5), *ranked(5, first=5))
    assert duty.status == "undetermined"


def test_a_span_holds_the_rounds_that_were_open_in_it() -> None:
    """From the day a round is recorded to that of the next."""
    given = [*places(5), *ranked(5), *ranked(5, 2018)]
    found = asked(*given, day="2019-12-31", span=("2019-03-05", "2020-01-01"))
    assert [duty.outcome.about for duty in found] == ["2018"]

"""The cases: their ids exist, and a small slow reading of the logs gives what the cases expect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from examples.build.sources import ROOT
from tests.examples.reading import CASES, believed, certainty, status


def named(value: Any) -> Iterator[str]:
    """All strings inside a case that are ids of a log."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("case", sorted(CASES))
def test_every_id_of_a_case_is_in_its_log(case: str) -> None:
    """A case names only things that its log speaks of."""
    text = (ROOT / "logs" / f"{CASES[case]['log']}.ndjson").read_text(encoding="utf-8")
    for name in named(CASES[case]):
        if name.startswith(("syn-", "j-", "fact-")):
            assert f'"{name}"' in text


@pytest.mark.parametrize("case", [name for name in sorted(CASES) if name.startswith("q2_") or name == "q2"])
def test_the_vacancy_of_forty_days(case: str) -> None:
    """Question 2: held until 2017-05-31, then vacant or held by someone acting, held from 2017-07-10."""
    found = CASES[case]
    days = ("2017-05-30", "2017-05-31", "2017-07-09", "2017-07-10")
    assert [status(found["log"], found["post"], day) for day in days] == [
        "held",
        found["status"],
        found["status"],
        "held",
    ]
    assert status(found["log"], found["first_secretary_post"], found["valid_at"]) == "held"


def test_what_was_believed_before_the_correction() -> None:
    """Question 4: held by P as believed on 2018-01-15, vacant as known since 2018-06-01."""
    found = CASES["q4"]
    ask = (found["log"], found["post"], found["valid_at"])
    assert certainty(*ask, found["known_at"]) == {found["appointment"]: "certain"}
    assert status(*ask, "2018-05-31") == "held"
    assert status(*ask, found["corrected_on"]) == "vacant"


def test_the_chain_differs_between_two_states_of_knowledge() -> None:
    """Question 1 in Dangchang: on 2018-03-05 other people hold county and village posts than was believed."""
    found = CASES["q1_gansu"]
    posts = ("syn-62-post-621223-head", "syn-62-post-621223104-head", CASES["q4"]["post"])
    for post in posts:
        now = certainty(found["log"], post, found["valid_at"])
        then = certainty(found["log"], post, found["valid_at"], found["known_at"])
        assert list(now.values()) == list(then.values()) == ["certain"]
        assert set(now) != set(then)


@pytest.mark.parametrize("case", ["q1", "q1_gansu"])
def test_all_five_levels_have_a_holder(case: str) -> None:
    """Question 1: the Party principal of each level is held with certainty on the day asked about."""
    found = CASES[case]
    for place in found["path"]:
        post = f"syn-{found['log'][-2:]}-post-{place.removeprefix('j-')}-secretary"
        assert status(found["log"], post, found["valid_at"]) == "held"


def test_seats_contested_and_corrected_posts() -> None:
    """Seats, two certain holders, a moved appointment and an annulled annulment read as their cases say."""
    log = "demo-cn-62"
    seats = CASES["three_seats"]
    for day, expected in seats["status"].items():
        assert status(log, seats["post"], day, seats=seats["seats"]) == expected
    assert status(log, CASES["contested"]["post"], "2017-08-15") == "contested"
    assert status(log, CASES["contested"]["post"], "2017-10-01") == "held"
    moved = CASES["moved_to_another_post"]
    assert moved["appointment"] in certainty(log, moved["wrong_post"], "2016-08-01", "2016-09-20")
    assert moved["appointment"] not in certainty(log, moved["wrong_post"], "2016-08-01")
    assert moved["appointment"] in certainty(log, moved["right_post"], "2016-08-01")
    undone = CASES["annulled_annulment"]
    beliefs = [
        undone["appointment"] in certainty(log, undone["post"], "2017-12-01", known) for known in undone["recorded_on"]
    ]
    assert beliefs == [False, True, False]


def test_the_last_of_two_corrections_stands() -> None:
    """A correction of a correction: each day of knowledge has its own month of arrival."""
    found = CASES["correction_of_correction"]
    for known, month in zip(found["recorded_on"], found["effective_from"], strict=True):
        (start,) = [
            event["data"]["effective_from"]
            for event in believed(found["log"], known)
            if event["type"] == "appointment.started" and event["data"]["appointment_id"] == found["appointment"]
        ]
        assert start == month


def test_the_letter_that_belonged_to_another_county() -> None:
    """Question 9: the first entry stands until the annulment, the new one keeps the real signing date."""
    found = CASES["q9"]

    def letters(known_at: str) -> dict[str, dict[str, Any]]:
        signed = [event for event in believed(found["log"], known_at) if event["type"].endswith("letter.signed")]
        return {event["data"]["letter_id"]: event["data"] for event in signed}

    before, after = letters("2017-06-05"), letters("2017-06-06")
    assert found["wrong_letter"] in before
    assert found["letter"] not in before
    assert found["wrong_letter"] not in after
    assert after[found["letter"]]["signed_on"] == before[found["wrong_letter"]]["signed_on"] == found["signed_on"]
    assert after[found["letter"]]["counterparty"] == found["jurisdiction"]
    assert after[found["letter"]]["scan_sha256"] == found["scan_sha256"]


@pytest.mark.parametrize("case", ["q3", "q3_gansu"])
def test_the_late_letter_was_unknown_until_recorded(case: str) -> None:
    """Question 3: effective from New Year, known only from the day after it was signed."""
    found = CASES[case]
    for known_at, known in ((found["unknown_at"], False), (found["recorded_on"], True)):
        ids = [event["data"].get("letter_id") for event in believed(found["log"], known_at)]
        assert (found["letter"] in ids) is known

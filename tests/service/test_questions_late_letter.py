"""Question 3: a county letter signed on 2017-04-20 that says it is effective from 2017-01-01."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.samples import CASES, Samples, post_of, signed_in_force

pytest_plugins = ["tests.service.samples"]
pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("name", ["q3", "q3_gansu"])]


async def holder_of(samples: Samples, case: dict[str, Any], day: str, known_at: str | None = None) -> Any:
    """The one holder of the post that signed, as the county's chain shows it."""
    post = post_of(await samples.chain(case["jurisdiction"], day, known_at), case["post"])
    (held,) = post["holders"]
    return held


async def test_by_valid_time_a_letter_was_in_force(samples: Samples, name: str) -> None:
    """On 2017-02-15 the letter was in force with certainty: the county was within its duty."""
    case = CASES[name]
    held = await holder_of(samples, case, case["valid_at"])
    assert held["person"]["id"] == case["person"]
    assert signed_in_force(held) == {case["letter"]}


@pytest.mark.parametrize("known_at", ["2017-04-19", "2017-04-20"])
async def test_by_knowledge_nobody_could_know_it(samples: Samples, name: str, known_at: str) -> None:
    """Before it was recorded no letter was in force on 2017-02-15 as far as anyone could know."""
    case = CASES[name]
    held = await holder_of(samples, case, case["valid_at"], known_at)
    assert signed_in_force(held) == set()
    assert case["letter"] not in {letter["id"] for letter in held["letters"]}
    assert (await samples.ask(f"/letters/{case['letter']}", known_at=known_at)).status_code == 404
    register = await samples.get("/letters", log=case["log"], jurisdiction=case["jurisdiction"], known_at=known_at)
    assert case["letter"] not in {letter["id"] for letter in register["items"]}


async def test_it_is_known_from_the_day_it_was_recorded(samples: Samples, name: str) -> None:
    """As known on 2017-04-21 the same day, 2017-02-15, has a letter in force."""
    case = CASES[name]
    held = await holder_of(samples, case, case["valid_at"], case["recorded_on"])
    assert signed_in_force(held) == {case["letter"]}


async def test_four_dates_stand_apart(samples: Samples, name: str) -> None:
    """Easy to get wrong: signed_on, effective_from, effective_until and recorded_at are four facts, 109 days late."""
    case = CASES[name]
    answer = await samples.get(f"/letters/{case['letter']}", valid_at=case["valid_at"])
    letter = answer["letter"]
    assert (letter["signed_on"], letter["effective_from"], letter["effective_until"]) == (
        case["signed_on"],
        case["effective_from"],
        case["effective_until"],
    )
    assert letter["recorded_at"][:10] == case["recorded_on"]
    assert (letter["signed_late_days"], letter["in_force"]) == (case["days_late"], "certain") == (109, "certain")
    entry = await samples.get(f"/logs/{case['log']}/events/{letter['position']}")
    assert entry["recorded_at"] == letter["recorded_at"]
    assert entry["event"]["data"]["signed_on"] == case["signed_on"]


@pytest.mark.parametrize(
    ("day", "in_force"),
    [("2016-12-31", "no"), ("2017-01-01", "certain"), ("2017-04-19", "certain"), ("2017-12-31", "certain")],
)
async def test_force_begins_when_the_letter_says(samples: Samples, name: str, day: str, in_force: str) -> None:
    """Easy to get wrong: the effective date is not shifted to the signing, to either side of it."""
    answer = await samples.get(f"/letters/{CASES[name]['letter']}", valid_at=day)
    assert answer["letter"]["in_force"] == in_force


async def test_the_end_of_force_is_exclusive(samples: Samples, name: str) -> None:
    """On 2018-01-01 the letter of 2017 is no longer in force, and the next year's is."""
    case = CASES[name]
    held = await holder_of(samples, case, "2018-01-01")
    assert case["letter"] not in signed_in_force(held)
    answer = await samples.get(f"/letters/{case['letter']}", valid_at="2018-01-01")
    assert answer["letter"]["in_force"] == "no"
    assert answer["letter"]["superseded_by"] in {letter["id"] for letter in held["letters"]}


async def test_the_timeline_hides_neither_the_lateness_nor_the_force(samples: Samples, name: str) -> None:
    """The post's timeline has the letter from New Year, with the day it was signed and how late that was."""
    case = CASES[name]
    found = await samples.get(f"/posts/{case['post']}/timeline", **{"from": "2017-01-01", "to": "2017-04-20"})
    (item,) = [item for item in found["items"] if item["type"] == "letter" and item["letter"] == case["letter"]]
    assert item["certain"] == {"from": "2017-01-01", "until": "2018-01-01"}
    assert (item["signed_on"], item["signed_late_days"]) == ("2017-04-20", 109)
    assert item["recorded_at"][:10] == case["recorded_on"]

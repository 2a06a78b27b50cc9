"""Question 15 by its duties: the half-year quota of the ministry's units, village by village, strict and broad."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.service.owed import charged, owed, taken, under
from tests.service.samples import CASES, Answer, Samples
from tests.service.timelines import check_evidence

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final[dict[str, Any]] = CASES["q15"]
QUOTA: Final = "mee-2017-p3-d"
CITY: Final = "130800"
SPAN: Final = {"from": "2018-01-01", "to": "2019-01-02"}
"""A day longer than the year: both half-years have ended as of its last."""
STRICT: Final = ["assisting-unit-head"]
BROAD: Final = ["assisting-unit-head", "other-leader"]


async def quota(samples: Samples, **asked: str) -> dict[tuple[str, str], Answer]:
    """The half-years of 2018, by village and first day."""
    found = await owed(samples, QUOTA, jurisdiction=CITY, log=CASE["log"], **{**SPAN, **asked})
    year = [duty for duty in found if duty["window"]["until"] <= "2019-01-01"]
    result = {(duty["about"], duty["window"]["from"]): duty for duty in year}
    assert len(result) == len(year)
    return result


async def test_the_count_of_each_unit_village_and_half_year(samples: Samples) -> None:
    """Counted visits under the strict and the broad reading: met, met by the broad alone, or breached."""
    found = await quota(samples)
    for row in CASE["counts"]:
        duty = found[row["village"], row["from"]]
        assert duty["window"] == {"from": row["from"], "until": row["until"]}
        assert [body["id"] for body in duty["bearer"]["bodies"]] == [row["unit"]]
        assert [act["id"] for act in duty["more"]["acts"]] == row["broad"], row["shows"]
        assert duty["status"] == ("met" if row["broad"] else "breached")
        assert under(duty, "by_functions", STRICT) == ("met" if row["strict"] else "breached")
        assert duty["expected"]["at_least"] == 1
        assert duty["actual"]["count"] == len(row["broad"])
        assert [*duty["more"]["counts"].values()] == [len(row["broad"]), len(row["strict"])]
    assert len(found) == 2 * 87
    await check_evidence(samples, CASE["log"], [one for one in found.values() if one["status"] == "met"])


async def test_only_the_deputy_came(samples: Samples) -> None:
    """Easy to get wrong: 负责同志 is not 主要负责同志: met by the broad reading, and said to differ by the strict."""
    duty = (await quota(samples))[CASE["villages"][CASE["unit"]][0], CASE["windows"]["first"][0]]
    assert (duty["status"], taken(duty, "by_functions")) == ("met", BROAD)
    assert under(duty, "by_functions", STRICT) == "breached"
    assert duty["differs"]


async def test_a_unit_with_two_villages_is_counted_for_each(samples: Samples) -> None:
    """Easy to get wrong: one of two villages visited is one met and one breached; both on one trip are two met."""
    found = await quota(samples)
    states = {
        unit: [found[village, CASE["windows"]["first"][0]]["status"] for village in villages]
        for unit, villages in CASE["villages"].items()
    }
    assert states == {
        "syn-13-body-unit-20": ["met", "breached"],
        "syn-13-body-unit-21": ["met", "breached"],
        "syn-13-body-unit-22": ["met", "met"],
        "syn-13-body-unit-23": ["met", "breached"],
    }


async def test_who_held_the_duty_in_the_window(samples: Samples) -> None:
    """Head A for 119 days, nobody for 15, head B for 47, and the deputy all 181: each is charged the days held."""
    duty = (await quota(samples))[CASE["villages"][CASE["unit"]][1], CASE["windows"]["first"][0]]
    shares = {row["person"]: row["days"] for row in CASE["held"]}
    assert charged(duty) == {**shares, CASE["deputy"]["person"]: 181}
    held = [one for one in duty["more"]["held"] if one["post"] == CASE["head_post"]]
    assert [{name: one[name] for name in ("person", "from", "until", "days")} for one in held] == CASE["held"]


async def test_a_visit_across_the_border(samples: Samples) -> None:
    """Easy to get wrong: 06-29 to 07-02 counts in the half of its first day; the other readings are answered too."""
    found = await quota(samples)
    village = CASE["villages"]["syn-13-body-unit-23"][0]
    first, second = (found[village, CASE["windows"][name][0]] for name in ("first", "second"))
    assert (first["status"], second["status"], taken(first, "border")) == ("met", "breached", "first-day")
    assert (under(first, "border", "last-day"), under(second, "border", "last-day")) == ("breached", "met")
    assert (under(first, "border", "any-day"), under(second, "border", "any-day")) == ("met", "met")


async def test_the_window_type_is_a_reading(samples: Samples) -> None:
    """Any six months, instead of the calendar's halves, would not have been kept by a single visit."""
    duty = (await quota(samples))[CASE["villages"]["syn-13-body-unit-21"][0], CASE["windows"]["first"][0]]
    assert (taken(duty, "window"), under(duty, "window", "sliding")) == ("calendar", "breached")


async def test_to_two_counties_once(samples: Samples) -> None:
    """Easy to get wrong: 两县 once is one visit to each, or one trip to either; both counts stand in the answer."""
    found = await owed(samples, "mee-2017-p3-b", body="mee", **SPAN)
    year = {duty["about"]: duty for duty in found if duty["window"]["from"] == "2018-01-01"}
    assert {county: duty["actual"]["count"] for county, duty in year.items()} == CASE["leader"]["per_county"]
    for duty in year.values():
        assert (duty["status"], taken(duty, "together"), under(duty, "together", value=True)) == ("met", False, "met")
        assert charged(duty) == {CASE["leader"]["person"]: 365}


async def test_a_visit_recorded_200_days_late(samples: Samples) -> None:
    """At the end of the year the new head's visit of September was not known; now it counts for September."""
    key = CASE["villages"][CASE["unit"]][1], CASE["windows"]["second"][0]
    assert (await quota(samples, known_at="2019-01-02"))[key]["status"] == "breached"
    assert (await quota(samples))[key]["status"] == "met"


async def test_a_window_is_due_until_it_ends(samples: Samples) -> None:
    """On the last day of the half-year there is still time, the day after there is none."""
    key = CASE["villages"][CASE["unit"]][1], CASE["windows"]["first"][0]
    on = {"from": "2018-01-01", "to": "2018-07-01"}
    last = (await quota(samples, **on, valid_at="2018-06-30"))[key]
    assert (last["status"], last["changes_on"]) == ("due", "2018-07-01")
    assert (await quota(samples, **on))[key]["status"] == "breached"

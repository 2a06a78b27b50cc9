"""Question 15: half-yearly visits of the ministry's units to their villages in 2018, and who held the duty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import pytest

from tests.service.samples import CASES, Answer, Samples
from tests.service.timelines import check_evidence, check_ground, days, position_of, said, timeline

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final = CASES["q15"]
FIRST, SECOND = (tuple(CASE["windows"][name]) for name in ("first", "second"))
CITY: Final = "130800"
"""The city of both counties; the plan names no county for a village."""
WEEK: Final = 7
"""Visits within a week are read as one trip."""
STRICT, BROAD = "mee-2017-p3-c", "mee-2017-p3-d"
"""The rules that speak of 主要负责同志 and of 负责同志."""


async def visits(samples: Samples, known_at: str | None = None, since: str = FIRST[0]) -> list[Answer]:
    """Every visit of the year below the city, with the posts of the visitors as they held them on its first day."""
    asked = {"from": since, "to": SECOND[1], "known_at": known_at}
    found = await timeline(samples, CITY, "visit", scope="subtree", **asked)
    for item in found:
        item["by"] = [await _visitor(samples, actor, item["from"], known_at) for actor in said(item, "made")["visitor"]]
    return found


async def _visitor(samples: Samples, actor: Mapping[str, str], day: str, known_at: str | None) -> Answer:
    """A visitor: person, post, its functions and body, and whether the person held it on the day."""
    held = await samples.get(f"/posts/{actor['post_id']}/holders", valid_at=day, known_at=known_at)
    check_ground(held)
    certain = [
        one["person"]["id"]
        for one in held["holders"]
        if (one["certain"]["from"] or "") <= day < (one["certain"]["until"] or "9999")
    ]
    return {
        "person": actor["person_id"],
        "post": held["post"]["id"],
        "unit": held["post"]["body_id"],
        "functions": set(held["post"]["functions"]),
        "in_office": actor["person_id"] in certain,
    }


async def pairings(samples: Samples) -> dict[str, list[str]]:
    """The villages of each unit that were paired throughout 2018, by the unit's id."""
    items = await timeline(samples, CITY, "pairing", scope="subtree")
    found: dict[str, list[str]] = {}
    for item in items:
        if item["kind"] == "fixed-point-unit" and item["certain"]["from"] <= FIRST[0]:
            assert item["until"] is None
            found.setdefault(item["helper"]["id"], []).append(item["assisted"]["id"])
    await check_evidence(samples, CASE["log"], items[:5])
    return found


async def readings(samples: Samples) -> dict[str, set[str]]:
    """The functions of posts whose holders are meant by 主要负责同志 (strict) and by 负责同志 (broad)."""
    pack = await samples.get("/policies/mee-2017")
    functions = {role["rule"]: set(role["functions"]) for role in pack["items"]}
    return {"strict": functions[STRICT], "broad": functions[BROAD]}


def counted(found: list[Answer], unit: str, village: str, window: tuple[str, ...], functions: set[str]) -> list[str]:
    """The visits of a unit's officials to a village that began in a window; of officials with such functions."""
    return [
        item["id"]
        for item in found
        if item["stands_at"] == village
        and window[0] <= item["from"] < window[1]
        and any(one["unit"] == unit and one["functions"] & functions for one in item["by"])
    ]


async def test_the_count_per_unit_village_and_half_year(samples: Samples) -> None:
    """Under the strict and the broad reading, as the case has them; no other of the 42 units visited at all."""
    found, read, villages = await visits(samples), await readings(samples), await pairings(samples)
    for row in CASE["counts"]:
        assert row["village"] in villages[row["unit"]]
        for reading, functions in read.items():
            window = (row["from"], row["until"])
            assert counted(found, row["unit"], row["village"], window, functions) == row[reading], row["shows"]
    assert len(villages) == 42
    assert sum(map(len, villages.values())) == 87
    assert {unit: villages[unit] for unit in CASE["villages"]} == CASE["villages"]
    made = {
        (unit, village, window[0])
        for unit, paired in villages.items()
        for village in paired
        for window in (FIRST, SECOND)
        if counted(found, unit, village, window, read["broad"])
    }
    assert made == {(row["unit"], row["village"], row["from"]) for row in CASE["counts"] if row["broad"]}
    await check_evidence(samples, CASE["log"], found)


async def test_who_held_the_duty_in_the_window(samples: Samples) -> None:
    """Head A for 119 days, nobody for 15, head B for 47: who was 扶贫第一责任人 of the unit in the first half."""
    pack = await samples.get("/policies/mee-2017")
    (role,) = [one for one in pack["items"] if one["rule"] == STRICT]
    assert (role["role"], role["functions"], role["bearer"]) == ("扶贫第一责任人", ["assisting-unit-head"], "post")
    held = await samples.get(f"/posts/{CASE['head_post']}/holders", **{"from": FIRST[0], "to": FIRST[1]})
    check_ground(held)
    assert (held["post"]["functions"], held["post"]["body_id"]) == (role["functions"], CASE["unit"])
    rows = [
        _share(one["person"]["id"], one["certain"]["from"], one["certain"]["until"])
        for one in held["holders"]
        if one["capacity"] == "substantive"
    ]
    rows += [_share(None, gap["from"], gap["until"]) for gap in held["gaps"]]
    assert sorted(rows, key=lambda row: str(row["from"])) == CASE["held"]
    assert sum(row["days"] for row in rows) == days(*FIRST)
    assert all(one["person"]["name"] for one in held["holders"])
    await check_evidence(samples, CASE["log"], [held["post"], *held["holders"]])


def _share(person: str | None, since: str | None, until: str | None) -> dict[str, Any]:
    """The part of the first half in a stretch of days."""
    first, last = max(since or FIRST[0], FIRST[0]), min(until or FIRST[1], FIRST[1])
    return {"person": person, "from": first, "until": last, "days": days(first, last)}


async def test_principal_and_responsible_officials_are_different_words(samples: Samples) -> None:
    """Easy to get wrong: 主要负责同志 is the head, 负责同志 a deputy too; only the broad reading counts C's visit."""
    read = await readings(samples)
    assert read["strict"] < read["broad"]
    (visit,) = [item for item in await visits(samples) if item["id"] == "syn-13-visit-0003"]
    (deputy,) = visit["by"]
    assert (visit["from"], visit["stands_at"]) == ("2018-02-08", CASE["villages"][CASE["unit"]][0])
    assert {"person": deputy["person"], "post": deputy["post"]} == CASE["deputy"]
    assert visit["names"][deputy["person"]]
    assert (deputy["in_office"], deputy["unit"]) == (True, CASE["unit"])
    assert (bool(deputy["functions"] & read["strict"]), bool(deputy["functions"] & read["broad"])) == (False, True)


async def test_the_count_is_per_village(samples: Samples) -> None:
    """Easy to get wrong: each of these units has two villages; one visited, the other not, is one of two."""
    found, read, villages = await visits(samples), await readings(samples), await pairings(samples)
    reached = {
        unit: [bool(counted(found, unit, village, FIRST, read["broad"])) for village in villages[unit]]
        for unit in CASE["villages"]
    }
    assert reached == {
        "syn-13-body-unit-20": [True, False],
        "syn-13-body-unit-21": [True, False],
        "syn-13-body-unit-22": [True, True],
        "syn-13-body-unit-23": [True, False],
    }


async def test_two_counties_once_has_two_readings(samples: Samples) -> None:
    """Easy to get wrong: 到两县一次 may be one trip or one visit to each; the answer holds what both need."""
    leader = CASE["leader"]
    pack = await samples.get("/policies/mee-2017")
    assert [role["functions"] for role in pack["items"] if role["rule"] == "mee-2017-p3-b"] == [["ministry-leader"]]
    own = [item for item in await visits(samples) if item["by"][0]["person"] == leader["person"]]
    assert {one["post"] for item in own for one in item["by"]} == {leader["post"]}
    assert all(one["functions"] == {"ministry-leader"} and one["in_office"] for item in own for one in item["by"])
    assert [item["id"] for item in own] == [*leader["one_trip_to_both"], leader["one_county_alone"]]
    assert Counter(item["stands_at"] for item in own) == leader["per_county"]
    gaps = [days(before["until"], after["from"]) for before, after in pairwise(own)]
    assert 1 + sum(gap > WEEK for gap in gaps) == leader["trips"]
    for item in own:
        assert (await samples.get(f"/jurisdictions/{item['stands_at']}"))["jurisdiction"]["level"] == "county"


async def test_a_visit_across_the_border_belongs_to_its_first_day(samples: Samples) -> None:
    """Easy to get wrong: 06-29 to 07-02 is seen from both halves, and counts in the first alone, unless told so."""
    read = await readings(samples)
    row = next(row for row in CASE["counts"] if row["strict"] == ["syn-13-visit-0007"])
    whole = await visits(samples)
    from_july = await visits(samples, since=SECOND[0])
    for found in (whole, from_july):
        (across,) = [item for item in found if item["id"] == "syn-13-visit-0007"]
        assert (across["from"], across["until"], said(across, "made")["ended_on"]) == (
            "2018-06-29",
            "2018-07-03",
            "2018-07-02",
        )
    counts = [counted(whole, row["unit"], row["village"], window, read["strict"]) for window in (FIRST, SECOND)]
    assert counts == [["syn-13-visit-0007"], []]
    assert counted(from_july, row["unit"], row["village"], SECOND, read["strict"]) == []


async def test_who_confirmed_a_visit(samples: Samples) -> None:
    """Confirmation is shown as recorded: the deputy's visit was confirmed by the visiting unit, none by a village."""
    confirmed = {item["id"]: said(item, "made").get("confirmed_by", []) for item in await visits(samples)}
    assert {visit: bodies for visit, bodies in confirmed.items() if bodies} == {"syn-13-visit-0003": [CASE["unit"]]}


async def test_a_visit_that_was_recorded_200_days_late(samples: Samples) -> None:
    """The new head's visit of September counts for September; at the end of the year it was not known."""
    read = await readings(samples)
    row = next(row for row in CASE["counts"] if row["strict"] == ["syn-13-visit-0008"])
    now, then = await visits(samples), await visits(samples, known_at="2018-12-31")
    assert counted(now, row["unit"], row["village"], SECOND, read["strict"]) == ["syn-13-visit-0008"]
    assert counted(then, row["unit"], row["village"], SECOND, read["strict"]) == []
    (late,) = [item for item in now if item["id"] == "syn-13-visit-0008"]
    assert late["by"][0]["person"] == CASE["held"][-1]["person"]
    assert late["by"][0]["in_office"]
    position = position_of(late, "visit.made")
    asked = {"days": 199, "after": None, "limit": 1000}
    listed = await samples.get(f"/logs/{CASE['log']}/back-dated", **asked)
    assert {one["position"]: one["days_late"] for one in listed["items"]}[position] == 200

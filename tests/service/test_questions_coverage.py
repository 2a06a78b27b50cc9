"""Question 22: on which days of a year poor villages and households had a team, a first secretary, a helper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from tests.service.samples import CASES, Answer, Samples, levels_of, persons_of, posts_of, roles_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["q22"]
COUNTY = CASE["jurisdiction"]
YEAR = (CASE["from"], CASE["until"])
LAST = "2018-12-31"

Span = tuple[str | None, str | None]
Days = set[str]


def days_of(spans: Iterable[Span]) -> Days:
    """The days of the year that lie in some half-open stretches, unbounded where nothing is stated."""
    found: Days = set()
    for since, until in spans:
        day = date.fromisoformat(max(since or YEAR[0], YEAR[0]))
        end = date.fromisoformat(min(until or YEAR[1], YEAR[1]))
        while day < end:
            found.add(day.isoformat())
            day += timedelta(days=1)
    return found


def gaps(needed: Days, covered: Days) -> list[tuple[str, str, int]]:
    """The stretches of days that are needed and not covered: from, until, days."""
    found: list[tuple[str, str, int]] = []
    for day in sorted(needed - covered):
        after = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
        if found and found[-1][1] == day:
            found[-1] = (found[-1][0], after, found[-1][2] + 1)
        else:
            found.append((day, after, 1))
    return found


@dataclass(frozen=True, slots=True)
class Covered:
    """One village or household: the days on which it counts, and those on which it has what it should."""

    needed: Days
    by: dict[str, Days]
    """Element to the days it is there."""


def spans(items: Iterable[Answer]) -> list[Span]:
    """The days of some items."""
    return [(item["from"], item["until"]) for item in items]


async def timeline(samples: Samples, place: str, types: str, **more: str) -> list[Answer]:
    """The items of some types of a place, in the tree of the year's last day."""
    answer = await samples.get(f"/jurisdictions/{place}/timeline", type=types, valid_at=LAST, **more)
    assert (answer["valid_at"], answer["log"]["id"], answer["next"]) == (LAST, CASE["log"], None)
    assert answer["known_at"]
    assert all(item["evidence"] for item in answer["items"])
    found: list[Answer] = answer["items"]
    return found


async def villages(samples: Samples) -> dict[str, Covered]:
    """Each poor village of the county, counted while it is on the list, with its teams and first secretaries."""
    listed: dict[str, list[Span]] = {}
    for item in await timeline(samples, COUNTY, "designation", scope="subtree"):
        if item["list"] == "poor-village":
            listed.setdefault(item["stands_at"], []).append((item["from"], item["until"]))
    found = {}
    for village, on_list in listed.items():
        items = await timeline(samples, village, "body,tenure,post")
        teams = [one for one in items if one["type"] == "body" and one["body"]["body_type"] == "work-team"]
        posts = {one["post"]["id"]: one["post"]["functions"] for one in items if one["type"] == "post"}
        tenures = [one["certain"] for one in items if one["type"] == "tenure" and _first(posts, one)]
        by = {"work-team": days_of(spans(teams)), "first-secretary": days_of(spans(filter(None, tenures)))}
        found[village] = Covered(days_of(on_list), by)
    return found


def _first(posts: dict[str, list[str]], tenure: Answer) -> bool:
    return "first-secretary" in posts.get(tenure["post_id"], [])


async def households(samples: Samples) -> dict[str, Covered]:
    """Each household of the county, counted from identification to exit or removal, with its helpers."""
    items = await timeline(samples, COUNTY, "household,exit,pairing", scope="subtree")
    out = {
        item["stands_at"]: step["data"]["effective_on"]
        for item in items
        if item["type"] == "exit"
        for step in item["steps"]
        if step["type"] == "exit.approved"
    }
    found = {}
    for item in items:
        if item["type"] == "household":
            until = min((day for day in (item["until"], out.get(item["id"])) if day is not None), default=None)
            helped = [one for one in items if one["type"] == "pairing" and one["assisted"]["id"] == item["id"]]
            found[item["id"]] = Covered(days_of([(item["from"], until)]), {"helper": days_of(spans(helped))})
    return found


def uncovered(found: dict[str, Covered]) -> set[tuple[str, str, str, str, int]]:
    """Every gap: element, of what, from, until, days."""
    return {
        (element, which, *gap)
        for which, one in found.items()
        for element, there in one.by.items()
        for gap in gaps(one.needed, there)
    }


def stated(rows: Iterable[Any]) -> set[tuple[str, str, str, str, int]]:
    """The gaps of the case."""
    return {(row["element"], row["of"], row["from"], row["until"], row["days"]) for row in rows}


async def test_villages_without_a_team_or_a_first_secretary(samples: Samples) -> None:
    """Four gaps: 65 village-days without a work team and 37 without a first secretary, of 1,764."""
    found = await villages(samples)
    assert sorted(found) == CASE["villages"]
    assert uncovered(found) == stated(CASE["gaps"])
    assert sum(len(one.needed) for one in found.values()) == CASE["village_days"]
    for element, days in CASE["uncovered_village_days"].items():
        assert sum(len(one.needed - one.by[element]) for one in found.values()) == days


async def test_households_without_a_helper(samples: Samples) -> None:
    """391 of 1,886 household-days have no helper: before the first came, between two, before removal, for months."""
    found = await households(samples)
    assert set(found) == {row["household"] for row in CASE["households"]}
    assert uncovered(found) == stated(gap for row in CASE["households"] for gap in row["gaps"])
    assert sum(len(one.needed) for one in found.values()) == CASE["household_days"]
    assert sum(len(one.needed - one.by["helper"]) for one in found.values()) == CASE["uncovered_household_days"]


@pytest.mark.parametrize(
    ("day", "element", "covered", "of"),
    [
        ("2018-01-01", "work-team", 4, 5),
        ("2018-02-14", "work-team", 4, 5),
        ("2018-02-15", "work-team", 5, 5),
        ("2018-03-20", "work-team", 4, 5),
        ("2018-03-21", "work-team", 5, 5),
        ("2018-01-15", "first-secretary", 4, 5),
        ("2018-01-16", "first-secretary", 5, 5),
        ("2018-05-31", "first-secretary", 4, 5),
        ("2018-06-01", "first-secretary", 5, 5),
        ("2018-11-01", "first-secretary", 4, 4),
    ],
)
async def test_the_ratio_of_villages_on_a_day(samples: Samples, day: str, element: str, covered: int, of: int) -> None:
    """The coverage of a day is asked for any day and element, and the chain of each village that day agrees."""
    found = await villages(samples)
    counted = [village for village, one in found.items() if day in one.needed]
    there = [village for village in counted if day in found[village].by[element]]
    assert (len(there), len(counted)) == (covered, of)
    for village in counted:
        level = levels_of(await samples.chain(village, day))["village"]
        teams = [body for body in level["bodies"] if body["body"]["body_type"] == "work-team"]
        (first,) = [post for post in posts_of(level).values() if "first-secretary" in post["post"]["functions"]]
        shown = {"work-team": bool(teams), "first-secretary": first["status"] == "held"}
        assert shown[element] is (village in there)


@pytest.mark.parametrize(
    ("day", "listed", "registered", "persons"),
    [
        ("2018-03-31", 5, 5, 18),
        ("2018-04-01", 5, 6, 21),
        ("2018-08-31", 5, 6, 21),
        ("2018-09-01", 5, 5, 15),
        ("2018-10-01", 5, 4, 10),
        ("2018-10-31", 5, 4, 10),
        ("2018-11-01", 4, 4, 10),
    ],
)
async def test_the_denominator_changes_by_the_day(
    samples: Samples, day: str, listed: int, registered: int, persons: int
) -> None:
    """Easy to get wrong: identification, removal, exit and delisting change it; the state of that day says the same."""
    homes = await households(samples)
    assert sum(day in one.needed for one in (await villages(samples)).values()) == listed
    assert sum(day in one.needed for one in homes.values()) == registered
    state = await samples.get(f"/jurisdictions/{COUNTY}/state", valid_at=day)
    assert (state["valid_at"], state["scope"]) == (day, "subtree")
    assert state["designated"]["poor-village"] == listed
    assert state["households"]["identified"] == registered
    assert state["households"]["persons"]["identified"] == persons
    of = {row["household"]: row["persons"] for row in CASE["households"]}
    assert sum(of[which] for which, one in homes.items() if day in one.needed) == persons


async def test_the_exit_and_the_delisting_are_two_days(samples: Samples) -> None:
    """The village that left was approved on 2018-10-20 and taken off the list on 2018-11-01; both days are answered."""
    case = CASE["village_exit"]
    shown = (await samples.get(f"/jurisdictions/{case['subject']}/state", valid_at=LAST))["exit"]
    assert {name: shown[name] for name in ("exit", "approved_on", "lifted_on")} == {
        name: case[name] for name in ("exit", "approved_on", "lifted_on")
    }
    (step,) = [one["event"] for one in case["steps"] if one["step"] == "approved"]
    assert step in {entry["id"] for entry in shown["evidence"]}


async def test_the_register_counts_and_not_a_total_that_was_quoted(samples: Samples) -> None:
    """Easy to get wrong: the households of the county are those registered in its villages, village by village."""
    whole = (await samples.get(f"/jurisdictions/{COUNTY}/state", valid_at=LAST))["households"]
    parts = [
        (await samples.get(f"/jurisdictions/{village}/state", valid_at=LAST, scope="own"))["households"]
        for village in CASE["villages"]
    ]
    statuses = ("identified", "exited", "removed")
    assert {name: sum(part[name] for part in parts) for name in statuses} == {name: whole[name] for name in statuses}
    assert sum(whole[name] for name in statuses) == len(CASE["households"]) == len(await households(samples))


async def test_one_helper_may_have_many_households(samples: Samples) -> None:
    """Easy to get wrong: a helper of four households is one helper, and no text limits how many there may be."""
    items = await timeline(samples, COUNTY, "pairing", scope="subtree")
    of: dict[str, set[str]] = {}
    for item in items:
        if item["kind"] == "helper-household" and item["from"] < YEAR[1]:
            assert (item["assisted"]["kind"], item["helper"]["kind"]) == ("household", "person")
            assert item["helper"]["name"]
            of.setdefault(item["helper"]["id"], set()).add(item["assisted"]["id"])
    assert {who: sorted(homes) for who, homes in of.items()} == CASE["helpers"]
    (busiest,) = [who for who, homes in of.items() if len(homes) == 4]
    found = await samples.get(f"/persons/{busiest}/timeline", valid_at=LAST)
    assert {item["assisted"]["id"] for item in found["items"] if item["type"] == "pairing"} == of[busiest]


async def test_why_there_was_a_gap_and_who_should_have_filled_it(samples: Samples) -> None:
    """A gap names who left and why, who came after, and who bears what that day: the county's committee manages."""
    village, day = CASE["villages"][0], "2018-05-15"
    chain = levels_of(await samples.chain(village, day))
    (first,) = [post for post in posts_of(chain["village"]).values() if "first-secretary" in post["post"]["functions"]]
    gap = first["vacancy"]
    assert (gap["from"], gap["until"], gap["days"]) == ("2018-05-10", "2018-06-01", 22)
    left = await samples.get(f"/persons/{gap['previous']['person']['id']}/timeline", valid_at=day)
    assert [(item["until"], item["reason"]) for item in left["items"] if item["type"] == "tenure"] == [
        ("2018-05-10", "transfer")
    ]
    assert gap["next"]["person"]["name"]
    roles = {body["body"]["name"]: roles_of(body, "gansu") for body in chain["county"]["bodies"]}
    assert roles["中共合成辰县委员会"]["gansu-2017-art28-f"] == "统筹管理主体责任"
    (unit,) = chain["village"]["assistance"]
    assert roles[unit["helper"]["name"]]["gansu-2017-art28-f"] == "统筹管理主体责任"
    county = posts_of(chain["county"]).values()
    principals = [post for post in county if "gansu-2017-art23-b" in roles_of(post, "gansu")]
    assert [(post["status"], len(persons_of(post))) for post in principals] == [("held", 1), ("held", 1)]


async def test_a_missing_team_is_told_as_unregistered(samples: Samples) -> None:
    """On a day without a team the duty of the team is there and nobody on record bears it; the next day one does."""
    village = CASE["villages"][1]
    rule = ("驻村帮扶工作队", "gansu-2017-art28-a")
    for day, there in (("2018-02-28", True), ("2018-03-01", False), ("2018-03-20", False), ("2018-03-21", True)):
        level = levels_of(await samples.chain(village, day))["village"]
        missing = {(one["role"], one["rule"]) for one in level["unregistered"]}
        borne = {(one["role"], one["rule"]) for body in level["bodies"] for one in body["responsibilities"]}
        assert (rule in borne, rule in missing) == (there, not there)


async def test_reasons_of_households_without_a_helper(samples: Samples) -> None:
    """Each household's gap has its cause: nobody came, the helper left, was reassigned, or came late."""
    items = [one for one in await timeline(samples, COUNTY, "pairing", scope="subtree") if one["from"] < YEAR[1]]
    reasons = {}
    for row in CASE["households"]:
        for gap in row["gaps"]:
            own = [one for one in items if one["assisted"]["id"] == gap["of"]]
            left = [(one["helper"]["id"], one["reason"]) for one in own if one["until"] == gap["from"]]
            reasons[gap["of"]] = (left, [one["helper"]["id"] for one in own if one["from"] == gap["until"]])
    one, two, three = CASE["helpers"]
    homes = [row["household"] for row in CASE["households"]]
    assert reasons == {
        homes[1]: ([], [one]),
        homes[3]: ([(two, "transfer")], [three]),
        homes[4]: ([(one, "reassigned")], []),
        homes[5]: ([], [three]),
    }

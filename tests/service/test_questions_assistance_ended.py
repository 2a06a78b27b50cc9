"""Question 17: assistance that ended before the exit, who followed and after how many days, and what is no end."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.service.samples import CASES, Answer, Samples, ids, levels_of, persons_of, posts_of, roles_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["q17"]
EXITED = CASES["q17_exited"]
CITY = "j-130800"
"""承德, below which the ministry's villages stand: the source says of none of them in which county it is."""

Row = dict[str, Any]


async def told(samples: Samples, place: str, valid_at: str, known_at: str | None = None) -> Answer:
    """Pairings, exits and households of a place and all below it."""
    found: Answer = await samples.get(
        f"/jurisdictions/{place}/timeline",
        type="pairing,exit,household,designation",
        scope="subtree",
        valid_at=valid_at,
        known_at=known_at,
    )
    assert found["next"] is None
    return found


def of_type(answer: Answer, name: str) -> list[Answer]:
    """The items of one type."""
    return [item for item in answer["items"] if item["type"] == name]


def exits(answer: Answer) -> dict[str, str]:
    """Village or household to the day its approved exit took effect."""
    found = {}
    for item in of_type(answer, "exit"):
        (subject,) = {step["data"]["subject"] for step in item["steps"] if "subject" in step["data"]}
        for step in item["steps"]:
            if step["type"] == "exit.approved":
                found[subject] = step["data"]["effective_on"]
    return found


def days(since: str, until: str) -> int:
    """Days from one day to another."""
    return (date.fromisoformat(until) - date.fromisoformat(since)).days


def ended_before_exit(answer: Answer) -> dict[str, Row]:
    """The question's table: pairings that ended before the exit of whom they helped, and the gap to who followed."""
    gone = exits(answer)
    removed = {item["id"]: item["until"] for item in of_type(answer, "household")}
    pairings = {item["pairing"]: item for item in of_type(answer, "pairing")}
    found = {}
    for pairing, item in pairings.items():
        helped = item["assisted"]["id"]
        if item["until"] is None or (helped in gone and item["until"] >= gone[helped]):
            continue
        after = pairings.get(item["successor"])
        found[pairing] = {
            "helper": item["helper"]["id"],
            "assisted": helped,
            "ended_on": item["until"],
            "reason": item["reason"],
            "successor": item["successor"],
            "successor_from": after and after["from"],
            "gap_days": days(item["until"], after["from"]) if after else None,
            "removed_on": removed.get(helped),
            "events": ids(item["evidence"]),
        }
    return found


async def table(samples: Samples) -> dict[str, Row]:
    """The table of the county, on the day of the case."""
    return ended_before_exit(await told(samples, CASE["jurisdiction"], CASE["valid_at"]))


async def test_the_answer_names_its_two_times_and_its_log(samples: Samples) -> None:
    """What the table is derived from says its day, its state of knowledge and its log, and leaves nothing out."""
    answer = await told(samples, CASE["jurisdiction"], CASE["valid_at"])
    assert (answer["valid_at"], answer["log"]["id"], answer["withheld"]) == (CASE["valid_at"], CASE["log"], 0)
    assert answer["known_at"] == "2020-12-21T02:00:00.000000Z"
    assert all(item["evidence"] for item in answer["items"])


async def test_units_that_stopped_before_the_exit(samples: Samples) -> None:
    """Replaced on the same day, after 21 days, never: each with unit, village, reason, successor, gap and event."""
    found = await table(samples)
    for row in CASE["units"]:
        shown = found[row["pairing"]]
        wanted = ("assisted", "ended_on", "reason", "successor", "successor_from", "gap_days")
        assert {name: shown[name] for name in wanted} == {name: row[name] for name in wanted}, row["shows"]
        assert (shown["helper"], row["event"] in shown["events"]) == (row["unit"], True)


async def test_helpers_who_stopped_before_the_exit(samples: Samples) -> None:
    """Households left by their helper: 30 days without one, removed twelve days later, and never helped again."""
    found = {(row["assisted"], row["ended_on"]): row for row in (await table(samples)).values()}
    for row in CASE["households"]:
        shown = found[(row["household"], row["ended_on"])]
        assert shown["successor_from"] == row["successor_from"]
        assert shown["gap_days"] == row.get("gap_days")
        assert shown["removed_on"] == row.get("removed_on")


async def test_the_list_is_whole(samples: Samples) -> None:
    """Three units, a merged one and four helpers ended before the exit of whom they helped; nobody else."""
    merged, moved = CASE["unit_merged"], CASE["helper_transferred"]
    expected = {(row["assisted"], row["ended_on"]) for row in CASE["units"]}
    expected |= {(row["household"], row["ended_on"]) for row in CASE["households"]}
    expected |= {(merged["assisted"], merged["on"]), (moved["household"], moved["ended_on"])}
    found = list((await table(samples)).values())
    assert {(row["assisted"], row["ended_on"]) for row in found} == expected
    assert len(found) == len(expected) == 8
    unreplaced = {row["assisted"] for row in found if row["gap_days"] is None}
    assert unreplaced == {
        CASE["units"][2]["assisted"],
        CASE["households"][1]["household"],
        CASE["households"][2]["household"],
    }


async def test_a_helper_who_moves_ends_no_pairing_of_the_unit(samples: Samples) -> None:
    """Easy to get wrong: a transfer of the helper is not an end of the unit's pairing with the village."""
    moved = CASE["helper_transferred"]
    shown = (await table(samples))[moved["pairing"]]
    assert (shown["reason"], shown["successor"], shown["gap_days"]) == ("transfer", moved["successor"], 0)
    answer = await told(samples, CASE["jurisdiction"], CASE["valid_at"])
    (unit,) = [item for item in of_type(answer, "pairing") if item["pairing"] == moved["unit_pairing_goes_on"]]
    assert (unit["helper"]["kind"], unit["until"], unit["reason"]) == ("body", None, None)
    village = await samples.chain(unit["assisted"]["id"], moved["ended_on"])
    helped = {pairing["pairing"]: pairing["certainty"] for pairing in village["chain"][-1]["assistance"]}
    assert helped == {moved["unit_pairing_goes_on"]: "certain"}


async def test_a_merged_unit_passes_its_pairing_on(samples: Samples) -> None:
    """Easy to get wrong: a unit that ends by merger leaves no gap; its successor helps the village from that day."""
    merged = CASE["unit_merged"]
    shown = (await table(samples))[merged["pairing"]]
    assert (shown["reason"], shown["successor"], shown["gap_days"]) == ("unit-merged", merged["successor"], 0)
    gone = await samples.get(f"/bodies/{merged['unit']}", valid_at=merged["on"])
    assert (gone["on_record"], gone["body"]["until"]) == (False, merged["on"])
    assert gone["body"]["successor_id"] == merged["successor_unit"]
    for day, unit, pairing in (("2018-08-31", "unit", "pairing"), ("2018-09-01", "successor_unit", "successor")):
        body = await samples.get(f"/bodies/{merged[unit]}", valid_at=day)
        helped = {one["pairing"]: one["assisted"]["id"] for one in body["assists"]}
        assert helped[merged[pairing]] == merged["assisted"]


async def test_ending_after_the_exit_is_allowed(samples: Samples) -> None:
    """Easy to get wrong: what ended after the exit, or on its very day, did not end before it."""
    answer = await told(samples, CASE["jurisdiction"], CASE["valid_at"])
    after, same = CASE["ended_after_exit"], CASE["ended_on_the_day_of_exit"]
    ended = {(item["assisted"]["id"], item["until"]): item for item in of_type(answer, "pairing")}
    assert ended[(after["assisted"], after["ended_on"])]["pairing"] == after["pairing"]
    assert exits(answer)[after["assisted"]] == after["exited_on"] < after["ended_on"]
    assert ended[(same["household"], same["on"])]["reason"] == "exited"
    assert exits(answer)[same["household"]] == same["on"]
    assert not {after["assisted"], same["household"]} & {row["assisted"] for row in ended_before_exit(answer).values()}


async def test_exited_villages_that_are_still_helped(samples: Samples) -> None:
    """Easy to get wrong: of the ministry's 47 villages ten had exited, and that they are helped on is expected."""
    answer = await told(samples, CITY, EXITED["valid_at"])
    listed = {item["stands_at"] for item in of_type(answer, "designation") if item["list"] == "poor-village"}
    helped = {
        item["assisted"]["id"]
        for item in of_type(answer, "pairing")
        if item["from"] <= EXITED["valid_at"] and item["until"] is None
    }
    gone = {place: day for place, day in exits(answer).items() if day <= EXITED["valid_at"]}
    assert len(listed) == EXITED["paired"] == 47
    assert gone == {row["village"]: row["approved_on"] for row in EXITED["exits"]}
    assert len(gone.keys() & listed & helped) == EXITED["still_paired_and_exited"] == 10
    assert ended_before_exit(answer) == {}
    first = EXITED["exits"][0]["village"]
    state = await samples.get(f"/jurisdictions/{first}/state", valid_at=EXITED["valid_at"])
    assert (state["exit"]["status"], state["exit"]["approved_on"]) == ("exited", gone[first])
    village = await samples.chain(first, EXITED["valid_at"])
    assert [one["certainty"] for one in village["chain"][-1]["assistance"]] == ["certain"]


async def test_an_end_is_not_known_before_it_was_recorded(samples: Samples) -> None:
    """As known just before the entry of the end, the unit still helps the village that nobody helps today."""
    row = CASE["units"][2]
    entry = await samples.entry(CASE["log"], row["event"])
    then = await told(samples, row["assisted"], row["ended_on"], f"@{entry['position']}")
    now = await told(samples, row["assisted"], row["ended_on"], f"@{entry['position'] + 1}")
    assert [item["until"] for item in of_type(then, "pairing")] == [None]
    assert [item["until"] for item in of_type(now, "pairing")] == [row["ended_on"]]
    assert ended_before_exit(then) == {}


async def test_who_answered_when_nobody_followed(samples: Samples) -> None:
    """On the day the unit stopped: both principals by name, one of them acting, the first secretary, who manages."""
    row = CASE["units"][2]
    entry = await samples.entry(CASE["log"], row["event"])
    (step,) = (await samples.get(f"/logs/{CASE['log']}/events/{entry['position']}/responsible"))["steps"]
    assert (step["on"], step["jurisdiction"]["id"]) == (row["ended_on"], row["assisted"])
    levels = levels_of(step)
    posts = posts_of(levels["county"])
    head = CASES["q8"]["gaps"]["syn-62-post-621291-head"]
    assert persons_of(posts["syn-62-post-621291-head"]) == {head["acting"]: "certain"}
    assert posts["syn-62-post-621291-head"]["substantive"] == "vacant"
    assert [posts[f"syn-62-post-621291-{name}"]["status"] for name in ("secretary", "head")] == ["held", "held"]
    (first,) = levels["village"]["posts"]
    assert (first["post"]["functions"], first["status"]) == (["first-secretary"], "held")
    assert levels["village"]["assistance"] == []
    managing = {
        body["body"]["id"]: roles_of(body, "gansu").get("gansu-2017-art28-f") for body in levels["county"]["bodies"]
    }
    assert managing["syn-62-body-621291-committee"] == managing[row["unit"]] == "统筹管理主体责任"

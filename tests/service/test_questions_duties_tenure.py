"""Questions 5 and 17 by their duties: principals who left and assistance that ended before the exit."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.service.owed import by_about, owed, spans, taken, under
from tests.service.samples import CASES, Answer, Samples
from tests.service.timelines import check_evidence

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

LEFT, GANSU, ENDED = CASES["q5"], CASES["q5_gansu"], CASES["q17"]
STAY: Final = {"central": "central-2016-art12-b", "shanxi": "shanxi-2016-art8-b", "gansu": "gansu-2017-art4-h"}
AWAY: Final = {"central": "central-2016-art12-c", "shanxi": "shanxi-2016-art8-c", "gansu": "gansu-2017-art4-i"}
TODAY: Final = "2020-12-31"
EXCUSED: Final = {"retirement", "recall", "death"}
LISTS: Final = ["approved", "lifted"]


async def departures(samples: Samples, rule: str, case: Answer = LEFT, **asked: str) -> dict[str, Answer]:
    """The results of a rule for the province, by the appointment that ended or the post that is kept."""
    given = {"jurisdiction": case["province"], "scope": "own", "valid_at": TODAY, **asked}
    return by_about(await owed(samples, rule, **given))


def judged(row: Answer) -> str:
    """Whether someone who left is a breach by the approval of the exit: if neither excused nor after it."""
    after = row["days_before_approval"] is not None and row["days_before_approval"] <= 0
    return "met" if row["reason"] in EXCUSED or after else "breached"


@pytest.mark.parametrize("rule", [STAY["central"], STAY["shanxi"]])
async def test_everyone_who_left_is_judged(samples: Samples, rule: str) -> None:
    """Post, person, day, reason, ground, decision and days before delisting of each; kept, broken or excused."""
    found = await departures(samples, rule)
    for row in LEFT["left"]:
        if row["left_on"] < "2016-10":
            assert row["appointment"] not in found
            continue
        duty = found[row["appointment"]]
        more = duty["more"]
        assert (more["place"]["id"], more["post"]["id"]) == (row["county"], row["post"])
        assert (more["person"]["id"], more["reason"]) == (row["person"], row["reason"])
        assert more["released_on"] == row["delisted_on"]
        if "days_before_approval" in row:
            assert duty["status"] == judged(row), row["shows"]
            assert more["left_on"] == row["left_on"]
            assert more["excused_by"] == (row["reason"] if row["reason"] in EXCUSED else None)
    await check_evidence(samples, LEFT["log"], found.values())


async def test_leaving_on_the_day_of_delisting_keeps_the_rule(samples: Samples) -> None:
    """Easy to get wrong: half-open; who left on the very day is no breach, and which day it is, is a reading."""
    found = await departures(samples, STAY["shanxi"])
    same_day = found[LEFT["left"][1]["appointment"]]
    between = found[LEFT["left"][2]["appointment"]]
    for duty in (same_day, between):
        assert (duty["status"], taken(duty, "release")) == ("met", LISTS)
        assert under(duty, "release", [*reversed(LISTS)]) == "breached"
        assert duty["differs"]
    central = await departures(samples, AWAY["central"])
    assert central[LEFT["left"][1]["appointment"]]["status"] == "breached"
    assert under(central[LEFT["left"][1]["appointment"]], "release", LISTS) == "met"


async def test_retirement_recall_and_death_are_no_transfers(samples: Samples) -> None:
    """Easy to get wrong: they are excused, and under the reading without any exception they would not be."""
    found = await departures(samples, STAY["shanxi"])
    excused = [row for row in LEFT["left"] if row["reason"] in EXCUSED]
    assert {row["reason"] for row in excused} == EXCUSED
    for row in excused:
        duty = found[row["appointment"]]
        assert (duty["status"], under(duty, "permitted", ["correction"])) == ("met", "breached")


async def test_whoever_came_after_the_campaign_began_falls_under_the_rule(samples: Samples) -> None:
    """Easy to get wrong: appointed in March 2018, promoted away in November, nobody on record as deciding: a breach."""
    row = LEFT["left"][4]
    duty = (await departures(samples, STAY["shanxi"]))[row["appointment"]]
    assert (duty["status"], duty["more"]["reason"], duty["more"]["decision"]) == ("breached", "promotion", None)


async def test_approved_as_an_exception(samples: Samples) -> None:
    """Who approved, on what ground: the text states no exception, so it is a breach that another reading excuses."""
    row = next(one for one in LEFT["left"] if one["decision"] == "approved-as-exception")
    duty = (await departures(samples, STAY["shanxi"]))[row["appointment"]]
    decided = duty["more"]["decision"]
    for name in ("kind", "decision", "ground", "decided_on", "proposed_on"):
        assert decided[name] == row[name]
    assert (duty["status"], under(duty, "exceptions", value=True)) == ("breached", "met")


async def test_refused_and_promoted_in_place_stay(samples: Samples) -> None:
    """A transfer that was refused and a promotion in place leave the holder in the post: the rule is kept."""
    found = await departures(samples, STAY["shanxi"])
    for key, decision in (("refused", "refused"), ("promoted_in_place", "approved")):
        duty = found[LEFT[key]["post"]]
        assert duty["status"] == "met"
        assert [one["decision"] for one in duty["more"]["decisions"]] == [decision]


async def test_planned_and_real_exit_beside_each_other(samples: Samples) -> None:
    """Did the county exit later than planned: both days and the distance stand in each result."""
    found = await departures(samples, STAY["shanxi"])
    for row in LEFT["planned"]:
        of_county = [duty for duty in found.values() if duty["more"]["place"]["id"] == row["county"]]
        for duty in of_county:
            assert duty["more"]["planned_on"] == row["planned"]
            if row["approved"] is not None:
                assert (duty["more"]["released_on"], duty["more"]["days_later_than_planned"]) == (
                    row["approved"],
                    row["days_late"],
                )


async def test_the_same_in_gansu(samples: Samples) -> None:
    """Who left before the exit broke the first clause; the second is kept by going to another post of the county."""
    early, *later = GANSU["left"]
    for rule in (STAY["gansu"], AWAY["gansu"]):
        found = await departures(samples, rule, {"province": "j-620000"})
        gone = {(duty["more"]["post"]["id"], str(duty["more"].get("left_on"))): duty for duty in found.values()}
        for row in later:
            duty = gone[row["post"], row["left_on"]]
            assert duty["more"]["days_before_release"] == row["days_before_approval"]
            stays = duty["more"]["excused_by"] == "stays-in-place"
            assert duty["status"] == ("met" if stays else "breached")
            assert stays == (rule == AWAY["gansu"] and row["post"] == "syn-62-post-621223-head")
            assert not stays or under(duty, "leaving", "post") == "breached"
        assert (early["post"], early["left_on"]) not in gone
        assert GANSU["no_departure"]["appointment"] not in found


async def test_units_that_stopped_before_the_exit(samples: Samples) -> None:
    """Question 17: replaced on the same day keeps the rule, after 21 days and never do not; gaps in days."""
    asked = {"jurisdiction": ENDED["jurisdiction"], "valid_at": ENDED["valid_at"]}
    found = await owed(samples, "central-2016-art21-b", **asked)
    ended = by_about(found)
    for row in ENDED["units"]:
        duty = ended[row["pairing"]]
        assert duty["status"] == ("met" if row["gap_days"] == 0 else "breached"), row["shows"]
        assert duty["more"]["gap_days"] == row["gap_days"]
        assert (duty["more"]["successor"], duty["more"]["successor_from"]) == (row["successor"], row["successor_from"])
        assert (duty["more"]["helper"], duty["more"]["ended_on"]) == (row["unit"], row["ended_on"])
        if row["gap_days"]:
            assert [gap[2:] for gap in spans(duty)] == [(row["gap_days"], "unhooked")]
        assert under(duty, "handed_on", value=False) == "breached"
    await check_evidence(samples, ENDED["log"], ended.values())


async def test_a_merged_unit_passes_its_pairing_on(samples: Samples) -> None:
    """Easy to get wrong: the end by merger is no unhooking under either reading; the successor helps from that day."""
    asked = {"jurisdiction": ENDED["jurisdiction"], "valid_at": ENDED["valid_at"]}
    duty = by_about(await owed(samples, "central-2016-art21-b", **asked))[ENDED["unit_merged"]["pairing"]]
    assert (duty["status"], under(duty, "handed_on", value=False)) == ("met", "met")
    assert (duty["more"]["successor"], duty["more"]["gap_days"]) == (ENDED["unit_merged"]["successor"], 0)


async def test_helpers_and_households(samples: Samples) -> None:
    """Easy to get wrong: replaced that day is no breach, 30 days without or until the removal are; after exit none."""
    asked = {"jurisdiction": ENDED["jurisdiction"], "valid_at": ENDED["valid_at"]}
    found = [duty for duty in await owed(samples, "gansu-2017-art28-b", **asked) if duty["about"] is not None]
    helped = {duty["more"]["assisted"]: duty for duty in found if duty["more"]["kind"] == "helper-household"}
    moved = helped[ENDED["helper_transferred"]["household"]]
    assert (moved["status"], moved["more"]["successor"]) == ("met", ENDED["helper_transferred"]["successor"])
    for row in ENDED["households"]:
        duty = helped[row["household"]]
        assert duty["status"] == "breached"
        assert (duty["more"]["ended_on"], duty["more"]["successor_from"]) == (row["ended_on"], row["successor_from"])
        until = row["successor_from"] or row.get("removed_on")
        assert [gap[:2] for gap in spans(duty)] == [(row["ended_on"], until)]
    assert ENDED["ended_on_the_day_of_exit"]["household"] not in helped
    assert ENDED["ended_after_exit"]["pairing"] not in {duty["about"] for duty in found}
    assert ENDED["helper_transferred"]["unit_pairing_goes_on"] not in {duty["about"] for duty in found}


async def test_exited_villages_that_are_still_helped(samples: Samples) -> None:
    """Easy to get wrong: of the ministry's 47 villages ten had exited and are helped on: no end, and no breach."""
    case = CASES["q17_exited"]
    villages = {one["village"] for one in case["exits"]}
    found = []
    for unit in range(1, case["exited"] + 1):
        body = f"syn-13-body-unit-{unit:02d}"
        asked: dict[str, Any] = {"body": body, "valid_at": case["valid_at"]}
        found += await owed(samples, "central-2016-art21-b", **asked)
    assert {duty["status"] for duty in found} == {"met"}
    assert sum(duty["actual"]["running"] for duty in found) >= case["still_paired_and_exited"] == len(villages)
    assert sum(duty["actual"]["ended_after_exit"] for duty in found) == 0

"""Question 21: exits of a year as believed at its end, as recorded since, and without those who never belonged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.samples import CASES, Answer, Samples, ids, levels_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["q21"]
VILLAGE = CASE["jurisdiction"]
YEAR_END = CASE["believed"]["known_at"]
NOW = "2017-12-31"
ROWS: list[Any] = CASE["households"]


async def told(samples: Samples, known_at: str | None = None) -> Answer:
    """Households and exits of the village."""
    path = f"/jurisdictions/{VILLAGE}/timeline"
    found: Answer = await samples.get(path, type="household,exit", valid_at=NOW, known_at=known_at)
    assert (found["valid_at"], found["log"]["id"], found["next"]) == (NOW, CASE["log"], None)
    assert found["known_at"]
    return found


def of_type(answer: Answer, name: str) -> list[Answer]:
    """The items of one type."""
    return [item for item in answer["items"] if item["type"] == name]


def persons(answer: Answer) -> dict[str, int]:
    """Household to its persons, as identified."""
    return {
        item["id"]: step["data"]["persons"]
        for item in of_type(answer, "household")
        for step in item["steps"]
        if step["type"] == "household.identified"
    }


def removals(answer: Answer) -> dict[str, Answer]:
    """Household to its removal: the reason, the day from which it counts, when it was recorded."""
    return {
        item["id"]: {**step["data"], "recorded_at": step["recorded_at"]}
        for item in of_type(answer, "household")
        for step in item["steps"]
        if step["type"] == "household.removed"
    }


def exited(answer: Answer) -> set[str]:
    """The households whose approved exit took effect in the year."""
    return {
        item["stands_at"]
        for item in of_type(answer, "exit")
        for step in item["steps"]
        if step["type"] == "exit.approved" and step["data"]["effective_on"].startswith(str(CASE["year"]))
    }


def wrong(answer: Answer) -> set[str]:
    """The households removed because they were wrongly identified."""
    return {which for which, said in removals(answer).items() if said["reason"] == "inaccurate"}


def counted(answer: Answer, which: set[str]) -> Answer:
    """Some households as the case has them."""
    of = persons(answer)
    return {"household_ids": sorted(which), "households": len(which), "persons": sum(of[one] for one in which)}


async def state(samples: Samples, valid_at: str, known_at: str | None = None) -> Answer:
    """The households of the village in its state on a day."""
    found = await samples.get(f"/jurisdictions/{VILLAGE}/state", valid_at=valid_at, known_at=known_at)
    assert (found["valid_at"], found["log"]["id"]) == (valid_at, CASE["log"])
    households: Answer = found["households"]
    return households


async def test_each_household(samples: Samples) -> None:
    """Persons, exit, and removal with reason and day of each of the eight, and the events behind them."""
    answer = await told(samples)
    households = {item["id"]: item for item in of_type(answer, "household")}
    out = {item["stands_at"]: item for item in of_type(answer, "exit")}
    assert list(households) == [row["household"] for row in ROWS]
    for row in ROWS:
        which = row["household"]
        said = removals(answer).get(which, {})
        assert persons(answer)[which] == row["persons"], row["shows"]
        assert (said.get("reason"), said.get("effective_from")) == (row["removed"], row["removed_from"]), row["shows"]
        assert (out[which]["id"] if which in out else None) == row["exit"], row["shows"]
        assert (which in exited(answer)) is (row["exited_on"] is not None), row["shows"]
        assert row["removed_event"] is None or row["removed_event"] in ids(households[which]["evidence"])


async def test_exits_as_believed_and_after_removals(samples: Samples) -> None:
    """18 persons believed at the year's end, 20 as recorded since, 11 when the removals are taken out, 9 in both."""
    then, now = await told(samples, YEAR_END), await told(samples)
    assert counted(then, exited(then)) == {name: CASE["believed"][name] for name in CASE["recorded"]}
    assert counted(now, exited(now)) == CASE["recorded"]
    assert counted(now, exited(now) - wrong(now)) == CASE["after_removals"]
    assert counted(now, exited(now) & wrong(now)) == CASE["both"]


async def test_a_removal_changes_the_past(samples: Samples) -> None:
    """Easy to get wrong: a removal counts from the day they should never have been there: the past year changes."""
    then, now = await state(samples, YEAR_END, YEAR_END), await state(samples, YEAR_END)
    assert (then["exited"], then["persons"]["exited"]) == (CASE["believed"]["households"], CASE["believed"]["persons"])
    after = CASE["after_removals"]
    assert (now["exited"], now["persons"]["exited"]) == (after["households"], after["persons"])
    assert (then["removed"], now["removed"], now["persons"]["removed"]) == (0, 3, 14)
    answer = await told(samples)
    for which in wrong(answer):
        (item,) = [one for one in of_type(answer, "household") if one["id"] == which]
        assert (item["from"], item["until"]) == ("2014-12-31", "2014-12-31")
        assert item["steps"][-1]["recorded_at"] > "2017-07"


async def test_both_numbers_can_be_reproduced(samples: Samples) -> None:
    """Easy to get wrong: what was reported stays: the state of the year's end answers again, by day and by size."""
    first = await samples.get(f"/jurisdictions/{VILLAGE}/state", valid_at=YEAR_END, known_at=YEAR_END)
    size = first["log"]["size"]
    again = await samples.get(f"/jurisdictions/{VILLAGE}/state", valid_at=YEAR_END, known_at=f"@{size}")
    assert first["known_at"] == "2016-12-31T15:59:59.999999Z"
    assert (again["log"], again["households"]) == (first["log"], first["households"])
    today = await samples.get(f"/jurisdictions/{VILLAGE}/state", valid_at=YEAR_END)
    assert today["log"]["size"] > size
    assert today["households"] != first["households"]
    then, now = await told(samples, f"@{size}"), await told(samples)
    late = {row["household"] for row in ROWS if row["exited_on"] and not row["believed_at_year_end"]}
    assert exited(now) - exited(then) == late
    before = {item["id"]: (item["until"], len(item["steps"])) for item in of_type(then, "household")}
    assert {before[which] for which in wrong(now)} == {(None, 1)}


async def test_moving_away_and_a_refusal_are_neither(samples: Samples) -> None:
    """Who moved away in 2017 exited in 2016 all the same; who was refused, or removed without an exit, did not."""
    answer = await told(samples)
    moved = next(row for row in ROWS if row["removed"] == "moved")
    assert moved["household"] in exited(answer) - wrong(answer)
    assert (await state(samples, moved["removed_from"]))["removed"] == 4
    assert (await state(samples, "2017-02-28"))["removed"] == 3
    refused = next(item for item in of_type(answer, "exit") if item["steps"][-1]["type"] == "exit.rejected")
    assert refused["stands_at"] not in exited(answer)
    never = next(row for row in ROWS if row["removed"] == "inaccurate" and row["exit"] is None)
    assert never["household"] in wrong(answer) - exited(answer)


async def test_who_approved_the_exits(samples: Samples) -> None:
    """The list of approving bodies has the township's government, by name, and nobody else."""
    answer = await told(samples)
    approving = {
        (step["data"]["approved_by"], item["names"][step["data"]["approved_by"]])
        for item in of_type(answer, "exit")
        for step in item["steps"]
        if step["type"] == "exit.approved"
    }
    assert approving == {(one, "合成丁乡人民政府") for one in CASE["approved_by"]}


async def test_a_removal_ends_no_duty_of_those_who_registered(samples: Samples) -> None:
    """Easy to get wrong: who answered for a wrong identification on its day is answered the same after the removal."""
    row = next(row for row in ROWS if row["removed"] == "inaccurate")
    (item,) = [one for one in of_type(await told(samples), "household") if one["id"] == row["household"]]
    identified, removed = item["steps"]
    path = f"/logs/{CASE['log']}/events/{identified['position']}"
    entry = await samples.get(path)
    assert (entry["standing"]["status"], entry["type"]) == ("stands", "household.identified")
    answers = [
        await samples.get(f"{path}/responsible", known_at=f"@{size}")
        for size in (removed["position"], removed["position"] + 1)
    ]
    before, after = [answer["steps"] for answer in answers]
    assert before == after
    (step,) = after
    assert (step["on"], step["jurisdiction"]["id"]) == ("2014-12-31", VILLAGE)
    levels = levels_of(step)
    assert list(levels) == ["province", "city", "county", "township", "village"]
    (township,) = levels["township"]["bodies"]
    roles = {(found["role"], found["rule"], found["in_force"]) for found in township["responsibilities"]}
    assert (township["body"]["id"], ("具体实施责任", "henan-2017-p23-a", "unknown") in roles) == (
        CASE["approved_by"][0],
        True,
    )
    assert {one["system"]: one["in_force"] for one in step["policies"]} == {"central-2016": "no", "henan": "unknown"}

"""The accountability state of a place on a day, how it rolls up, and what was entered late, handed over, sanctioned."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.longer import longer
from tests.service.samples import CASES, Answer, Samples, ids

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["state"]
COUNTY = CASE["jurisdiction"]
DAY = "2020-12-21"
ADDED = (
    ("visits", ("count", "nights")),
    ("money", ("disbursed", "recovered", "left", "reimbursed", "donated", "approved_not_paid")),
    ("findings", ("open", "closed")),
    ("rectifications", ("open", "overdue", "awaiting_verification", "closed")),
    ("households", ("identified", "exited", "removed")),
)
"""What the state of a place is the sum of, its own and that of the places below it."""


async def state(samples: Samples, place: str, valid_at: str, scope: str = "subtree", **more: str) -> Answer:
    """The state of a place."""
    found: Answer = await samples.get(f"/jurisdictions/{place}/state", valid_at=valid_at, scope=scope, **more)
    assert (found["valid_at"], found["scope"], found["withheld"]) == (valid_at, scope, 0)
    assert found["known_at"]
    return found


def sums(answers: list[Answer]) -> dict[tuple[str, str], Decimal]:
    """The numbers of some states, added up."""
    return {
        (part, name): sum((Decimal(answer[part][name]) for answer in answers), Decimal(0))
        for part, names in ADDED
        for name in names
    }


async def test_visits_findings_and_rectifications_of_a_county(samples: Samples) -> None:
    """The counts of the county and all below it, on the days that the case names."""
    for part in ("visits", "findings", "rectifications"):
        for day, expected in CASE[part].items():
            found = await state(samples, COUNTY, day)
            assert found[part] == expected, (part, day)
            assert found["log"]["id"] == CASE["log"]


async def test_the_exit_of_the_county(samples: Samples) -> None:
    """Listed until the day before its exit took effect, exited from that day; the entries behind it are named."""
    for day, status in CASE["exit"].items():
        found = await state(samples, COUNTY, day)
        assert found["exit"]["status"] == status
        assert found["exit"]["evidence"]
    assert (await state(samples, COUNTY, "2020-11-21"))["exit"]["since"] == "2020-11-21"
    listed = (await state(samples, COUNTY, "2020-11-20"))["designations"]
    assert [(one["list"], one["since"]) for one in listed] == [
        ("poor-county-national", "2012-03-19"),
        ("listed-supervision", "2020-02-24"),
    ]
    assert (await state(samples, COUNTY, DAY))["designations"] == []


@pytest.mark.parametrize("place", ["j-620000", "j-621200", COUNTY, "j-621223104"])
@pytest.mark.parametrize("day", ["2018-12-31", *longer([DAY])])
async def test_every_level_is_its_own_and_what_is_below(samples: Samples, place: str, day: str) -> None:
    """From the province to the town, each state is the place's own and the sum of those of its children."""
    children = await samples.get(f"/jurisdictions/{place}/children", valid_at=day, limit=1000)
    assert children["next"] is None
    own = await state(samples, place, day, scope="own")
    below = [await state(samples, child["id"], day) for child in children["items"]]
    whole = await state(samples, place, day)
    assert sums([own, *below]) == sums([whole])
    lasts = [one["visits"]["last"] for one in (own, *below) if one["visits"]["last"] is not None]
    assert whole["visits"]["last"] == max(lasts, default=None)
    listed: dict[str, int] = {}
    for one in (own, *below):
        for name, count in one["designated"].items():
            listed[name] = listed.get(name, 0) + count
    assert whole["designated"] == listed


async def test_visits_that_came_late(samples: Samples) -> None:
    """Nine entries recorded half a year late or more, found by that, with their days; no other of these kinds."""
    case = CASES["late_visits"]
    found = await samples.get(f"/logs/{case['log']}/back-dated", days=case["least_days"] - 1, limit=1000)
    items: list[Any] = found["items"]
    while found["next"] is not None:
        path = f"/logs/{case['log']}/back-dated"
        found = await samples.get(path, days=case["least_days"] - 1, limit=1000, after=found["next"])
        items += found["items"]
    late = {
        one["id"]: {"on": one["on"], "recorded_on": one["recorded_at"][:10], "days": one["days_late"]}
        for one in items
        if one["type"] in case["kinds"]
    }
    assert late == {
        row["event"]: {name: row[name] for name in ("on", "recorded_on", "days")} for row in case["entries"]
    }


async def test_a_late_visit_was_not_counted_before(samples: Samples) -> None:
    """As known at the end of 2018 the county had 47 of its 50 visits up to then: three were entered later."""
    then = await state(samples, COUNTY, "2018-12-31", known_at="2018-12-31")
    now = await state(samples, COUNTY, "2018-12-31")
    assert (then["visits"]["count"], then["visits"]["last"]) == (47, "2018-11-19")
    assert now["visits"] == CASE["visits"]["2018-12-31"]
    row = next(row for row in CASES["late_visits"]["entries"] if row["on"] == "2018-11-11")
    entry = await samples.entry(CASE["log"], row["event"])
    counts = [
        (await state(samples, COUNTY, row["on"], known_at=f"@{entry['position'] + more}"))["visits"]["count"]
        for more in (0, 1)
    ]
    assert counts[1] - counts[0] == 1


async def test_a_handover_names_both_and_a_witness(samples: Samples) -> None:
    """A county head's handover of 2017: found from the one who left and the one who came, with who witnessed it."""
    case = CASES["handover_shanxi"]
    names = []
    for side in ("outgoing", "incoming"):
        found = await samples.get(f"/handovers/{case[side]}", valid_at="2018-03-05")
        (done,) = found["handovers"]
        assert (done["handover"], done["as"], done["completed_on"]) == (case["handover"], side, case["completed_on"])
        assert done[side]["appointment"] == found["appointment"] == case[side]
        assert done[side]["person"] == found["person"]
        assert (found["log"]["id"], bool(done["witness"]["name"]), bool(done["evidence"])) == (case["log"], True, True)
        assert done["items"][0]["text"] == "在建扶贫项目清单(示例)"
        names.append(found["person"]["name"])
    assert len(set(names)) == 2


async def test_what_followed_for_one_person(samples: Samples) -> None:
    """The case and the sanction are in the person's timeline: opened, decided, imposed, and lifted before its end."""
    case = CASES["accountability"]
    answer = await samples.get(f"/persons/{case['person']}/timeline", valid_at=DAY)
    assert (answer["valid_at"], answer["log"]["id"]) == (DAY, case["log"])
    found = {item["type"]: item for item in answer["items"] if item["type"] in ("case", "sanction", "interview")}
    assert (found["case"]["id"], found["sanction"]["id"]) == (case["case"], case["sanction"])
    assert [step["on"] for step in found["case"]["steps"]] == ["2020-05-20", "2020-07-15"]
    imposed, lifted = found["sanction"]["steps"]
    assert (imposed["data"]["case_id"], imposed["data"]["effective_until"]) == (case["case"], "2021-01-10")
    assert (lifted["data"]["reason"], found["sanction"]["until"]) == ("appeal-upheld", "2020-11-30")
    assert found["interview"]["stands_at"] == "syn-62-post-621223-deputy-housing"
    assert len(ids(found["sanction"]["evidence"])) == 2
    state_then = await samples.get(f"/persons/{case['person']}/timeline", known_at="2020-07-20")
    assert "sanction" not in {item["type"] for item in state_then["items"]}

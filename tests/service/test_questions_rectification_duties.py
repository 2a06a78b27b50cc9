"""Question 7 as duties: a deadline that passed between two county heads, and who answers for which days."""

from __future__ import annotations

from typing import Final

import pytest

from tests.service.samples import CASES, Answer, Samples

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final = CASES["q7_handed_over"]
LIMIT: Final = "shanxi-2016-art50-g"
LISTED: Final = CASES["q7"]
FOUND, EFFORT = "guapai-2020-content-5", "guapai-2020-req-2-c"


async def duty(samples: Samples, valid_at: str) -> Answer:
    """The rectification of the county as a duty on a day."""
    asked = {"valid_at": valid_at, "scope": "own", "rule": LIMIT}
    (found,) = (await samples.get("/duties", jurisdiction=CASE["jurisdiction"], **asked))["items"]
    assert found["about"] == CASE["rectification"]
    answer: Answer = found
    return answer


@pytest.mark.parametrize(
    ("valid_at", "status", "late", "overdue"),
    [
        ("2020-02-29", "due", None, None),
        ("2020-03-01", "overdue", None, 1),
        ("2020-03-19", "overdue", None, 19),
        ("2020-03-20", "met", 20, None),
    ],
)
async def test_the_deadline_belongs_to_the_rectification(
    samples: Samples, valid_at: str, status: str, late: int | None, overdue: int | None
) -> None:
    """Easy to get wrong: a change of head moves no deadline: due to its last day, overdue after, then 20 days late."""
    found = await duty(samples, valid_at)
    assert (found["status"], found["due_on"], found["late_days"]) == (status, CASE["deadline"], late)
    assert found["more"].get("days_overdue") == overdue
    assert found["changes_on"] == ("2020-03-01" if status == "due" else None)


async def test_days_of_vacancy_are_charged_to_nobody(samples: Samples) -> None:
    """68 days to who left, 22 to nobody, the rest to who came, up to the day it was done and no further."""
    found = await duty(samples, CASE["completed_on"])
    assert _charged(found) == [*CASE["charged"][:2], {**CASE["charged"][2], "until": "2020-03-20", "days": 46}]
    assert {row["post"] for row in found["charged"]} == {CASE["post"]}
    assert _charged(await duty(samples, "2020-12-31")) == _charged(found)
    open_still = await duty(samples, "2020-02-10")
    assert [row["days"] for row in open_still["charged"]] == [68, 22, 8]


def _charged(found: Answer) -> list[dict[str, str | int | None]]:
    return [
        {"person": row["person"] and row["person"]["id"], **{name: row[name] for name in ("from", "until", "days")}}
        for row in found["charged"]
    ]


async def test_who_held_the_post_when_it_arose_and_at_the_deadline(samples: Samples) -> None:
    """Easy to get wrong: three persons: of the defect, of the order, of the deadline; the answer names each."""
    found = await duty(samples, CASE["completed_on"])
    more = found["more"]
    assert (more["arose_on"], [one["person"] for one in more["arose_under"]]) == (
        CASE["arose_on"],
        [CASE["arose_under"]],
    )
    assert [one["person"] for one in more["at_deadline"]] == [CASE["at_deadline"]]
    ordered = CASE["charged"][0]["person"]
    assert len({CASE["arose_under"], ordered, CASE["at_deadline"]}) == 3


async def test_completed_is_not_verified(samples: Samples) -> None:
    """Easy to get wrong: reported done by the party and confirmed by another body are two days, and a reading."""
    found = await duty(samples, CASE["completed_on"])
    assert (found["more"]["completed_on"], found["more"]["closed_on"]) == (CASE["completed_on"], None)
    (done,) = [one for one in found["readings"] if one["name"] == "done"]
    assert done["others"] == [{"value": "closed", "status": "overdue", "differs": True}]
    confirmed = await duty(samples, CASE["confirmed_on"])
    assert confirmed["more"]["closed_on"] == CASE["confirmed_on"]
    (done,) = [one for one in confirmed["readings"] if one["name"] == "done"]
    assert done["others"][0]["status"] == "met"
    assert {one["id"] for one in confirmed["evidence"]} == set(CASE["events"].values())


async def test_what_was_found_before_the_county_was_listed_is_supervised_too(samples: Samples) -> None:
    """Content 5 is about findings of 2019: that of November counts though the list is of February; never breached."""
    for rule, place in ((FOUND, "j-620000"), (EFFORT, "j-621223")):
        asked = {"jurisdiction": place, "scope": "own", "rule": rule, "log": LISTED["log"]}
        found = {}
        for day in ("2020-02-01", "2020-02-29", LISTED["verified_on"]):
            items = (await samples.get("/duties", valid_at=day, **asked))["items"]
            about = {LISTED["finding"], LISTED["rectification"]}
            found[day] = [one["status"] for one in items if one["about"] in about]
        assert found[LISTED["verified_on"]] == ["met"]
        assert found["2020-02-01"] == [], "the county is not on the list yet"
        assert found["2020-02-29"] == (["met"] if rule == FOUND else ["gap"])

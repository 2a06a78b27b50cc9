"""Question 21 as duties: removal for wrong identification shows in the register's duties, not in those of exit."""

from __future__ import annotations

from typing import Final

import pytest

from tests.service.samples import CASES, Answer, Samples

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final = CASES["q21"]
PROVINCE: Final = "j-410000"
REMOVED, REGISTERED = "henan-2017-p29", "henan-2017-p15-b"
YEAR_END: Final = CASE["believed"]["known_at"]
NOW: Final = "2017-12-31"


async def duty(samples: Samples, rule: str, valid_at: str = NOW, known_at: str | None = None) -> Answer:
    """One duty of the province."""
    asked = {"valid_at": valid_at, "known_at": known_at, "scope": "own", "rule": rule}
    (found,) = (await samples.get("/duties", jurisdiction=PROVINCE, **asked))["items"]
    answer: Answer = found
    return answer


async def events(samples: Samples, found: Answer) -> set[str]:
    """The ids of the events behind a duty."""
    read = [await samples.get(f"/logs/{CASE['log']}/events/{one['position']}") for one in found["evidence"]]
    return {entry["event"]["id"] for entry in read}


async def test_only_removals_of_the_wrongly_identified_count(samples: Samples) -> None:
    """The removals for 识别不精准 are the evidence; who moved away or exited is none of it."""
    found = await duty(samples, REMOVED)
    wrong = {row["removed_event"] for row in CASE["households"] if row["removed"] == "inaccurate"}
    other = {row["removed_event"] for row in CASE["households"] if row["removed"] not in (None, "inaccurate")}
    assert other
    assert await events(samples, found) == wrong
    assert (found["status"], found["actual"]["count"]) == ("met", len(wrong))


async def test_what_was_believed_at_the_years_end_stays_as_it_was(samples: Samples) -> None:
    """Easy to get wrong: the removals are recorded later and count from before; what was sent then is reproduced."""
    for valid_at in (YEAR_END[:10], NOW):
        then = await duty(samples, REMOVED, valid_at, YEAR_END)
        assert (then["status"], then["actual"]["count"], then["evidence"]) == ("gap", 0, [])
    register = await duty(samples, REGISTERED, NOW, YEAR_END)
    assert (register["status"], register["actual"]["missing"]) == ("gap", ["household.removed"])
    assert (await duty(samples, REGISTERED))["status"] == "met"


async def test_a_reported_practice_binds_nobody(samples: Samples) -> None:
    """需清退 is what a report counted: it informs, nobody is late, and no last day is stated."""
    found = await duty(samples, REMOVED)
    assert (found["force"], found["verdicts"], found["due_on"]) == ("reported-practice", "presence", None)
    then = await duty(samples, REMOVED, NOW, YEAR_END)
    assert then["would_be"] is None


async def test_removal_does_not_end_the_duty_of_those_who_registered(samples: Samples) -> None:
    """Easy to get wrong: the identifications of those removed remain evidence of the register's duty."""
    behind = await events(samples, await duty(samples, REGISTERED))
    identified = set()
    page = await samples.get(f"/logs/{CASE['log']}/events", type="household.identified", limit=1000)
    removed = {row["household"] for row in CASE["households"] if row["removed"] == "inaccurate"}
    for item in page["items"]:
        if item["event"]["data"]["household_id"] in removed:
            identified.add(item["event"]["id"])
    assert len(identified) == len(removed)
    assert identified <= behind

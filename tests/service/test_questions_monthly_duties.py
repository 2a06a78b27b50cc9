"""Question 14 as duties: province by month from March to June 2020, under each reading of the text."""

from __future__ import annotations

from typing import Final

import pytest

from tests.service.samples import CASES, Answer, Samples

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

SEVEN: Final = {name: case for name, case in sorted(CASES.items()) if name.startswith("q14_")}
RULE: Final = "guapai-2020-mode-2-e"
READ: Final = "5"
"""The last day under which the cases count lateness; the pack's default is the tenth."""


async def months(samples: Samples, place: str, log: str, known_at: str | None = None) -> dict[str, Answer]:
    """The months of a province, by month."""
    asked = {"from": "2020-03-01", "to": "2020-07-01", "scope": "own", "rule": RULE, "log": log, "known_at": known_at}
    items = (await samples.get("/duties", jurisdiction=place, **asked))["items"]
    return {one["window"]["from"][:7]: one for one in items}


def statuses(month: Answer, reading: str) -> dict[str, str]:
    """The statuses under the other values of one reading."""
    (found,) = [one for one in month["readings"] if one["name"] == reading]
    return {str(other["value"]): other["status"] for other in found["others"]}


@pytest.mark.parametrize("name", SEVEN)
async def test_the_matrix(samples: Samples, name: str) -> None:
    """Month by month: the report with its days, overdue where none came, not applicable once the province left."""
    case = SEVEN[name]
    found = await months(samples, case["province"], case["log"])
    assert list(found) == list(case["months"])
    sent = {row["report"]: row for row in case["reports"]}
    for month, expected in case["months"].items():
        one = found[month]
        status = {"submitted": "met", "not-submitted": "overdue", "not-due": "not-applicable"}[expected["status"]]
        assert one["status"] == status, month
        if expected["report"] is None:
            assert one["evidence"] == []
            continue
        (act,) = one["more"]["acts"]
        assert (act["id"], act["on"]) == (expected["report"], sent[act["id"]]["submitted_on"])
        assert act["acknowledged_on"] == sent[act["id"]]["acknowledged_on"]
        assert (one["more"]["late_days"][READ] or 0) == expected["days_late"]
        assert one["window"]["from"] <= act["on"] < one["window"]["until"]


async def test_the_last_day_is_a_parameter(samples: Samples) -> None:
    """Easy to get wrong: 月初 states no day: the tenth by default, the fifth and the third told beside it."""
    late = (await months(samples, "j-530000", "demo-cn-53"))["2020-06"]
    assert (late["due_on"], late["late_days"]) == ("2020-06-10", 7)
    assert late["more"]["late_days"] == {"3": 14, "5": 12, "10": 7}
    (reading,) = [one for one in late["readings"] if one["name"] == "within_days"]
    assert (reading["value"], [one["value"] for one in reading["others"]]) == (10, [5, 3])


async def test_the_month_reported_on_is_not_the_month_of_sending(samples: Samples) -> None:
    """Easy to get wrong: Xinjiang sent nothing in April; counted by what a report is about, April is there."""
    april = (await months(samples, "j-650000", "demo-cn-65"))["2020-04"]
    assert (april["status"], april["differs"]) == ("overdue", True)
    assert statuses(april, "counts_by") == {"period": "met", "period-before": "met"}
    may = (await months(samples, "j-510000", "demo-cn-51"))["2020-05"]
    assert (may["status"], statuses(may, "counts_by")) == ("overdue", {"period": "met", "period-before": "overdue"})


async def test_a_province_that_left_the_list_owes_no_report(samples: Samples) -> None:
    """Easy to get wrong: Guizhou owed May's report and none in June; a province never listed owes none at all."""
    case = SEVEN["q14_52"]
    found = await months(samples, case["province"], case["log"])
    assert [one["status"] for one in found.values()] == ["met", "met", "met", "not-applicable"]
    assert await months(samples, "j-410000", "demo-cn-41") == {}


async def test_a_region_without_a_listed_village_owes_it_too(samples: Samples) -> None:
    """Easy to get wrong: Ningxia has one listed county and no village, and reports; one receipt is missing."""
    case = SEVEN["q14_64"]
    found = await months(samples, case["province"], case["log"])
    assert {one["status"] for one in found.values()} == {"met"}
    assert [one["more"]["acts"][0]["acknowledged_on"] for one in found.values()].count(None) == 1


async def test_as_was_known_before_the_late_report(samples: Samples) -> None:
    """On 2020-06-15 Yunnan's report of June was not there: overdue then, met and late now."""
    then = await months(samples, "j-530000", "demo-cn-53", "2020-06-15")
    assert then["2020-06"]["status"] == "overdue"
    assert then["2020-05"]["status"] == "met"

"""Question 20 as duties: project by project what was posted, by which channel, at which stage, and what was filed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest

from tests.service.samples import CASES, Answer, Samples

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final = CASES["q20"]
ROWS: Final[dict[str, Any]] = {row["project"]: row for row in CASE["projects"]}
YEAR_END: Final = "2018-12-31"
ITEMS, CHANNELS = "wuyi-2017-s1a-10-b", "wuyi-2017-s1a-10-c"
BOARD, STAGES, ARCHIVE, POSTED = (f"wuyi-2017-s1b-{which}" for which in ("14-a", "14-b", "13-a", "14-c"))


async def duties(samples: Samples, rule: str, valid_at: str = YEAR_END) -> dict[str, Answer]:
    """One rule of the county and its villages, by project (or posting)."""
    asked: dict[str, str | int] = {"valid_at": valid_at, "rule": rule, "limit": 1000}
    items = (await samples.get("/duties", jurisdiction=CASE["jurisdiction"], **asked))["items"]
    assert {(one["force"], one["in_force"]) for one in items} == {("draft", "unknown")}
    assert {one["status"] for one in items} <= {"met", "gap", "due", "not-applicable"}, "a draft breaches nothing"
    return {one["about"]: one for one in items}


async def test_the_five_items_of_each_project(samples: Samples) -> None:
    """Met with all five, a gap that names the missing items with fewer, whatever the auditor's threshold is."""
    found = await duties(samples, ITEMS)
    for project, row in ROWS.items():
        one = found[project]
        assert sorted(one["actual"]["items"]) == sorted(row["items"])
        assert one["status"] == ("met" if len(row["items"]) == 5 else "gap")
        assert len(one["more"]["missing"]) == 5 - len(row["items"])
    below = [row for row in ROWS.values() if Decimal(row["amount"]) <= Decimal(CASE["threshold"])]
    assert [found[row["project"]]["status"] for row in below] == ["met"], "the text has no threshold"


async def test_before_the_first_payment_is_shown_and_not_judged(samples: Samples) -> None:
    """Easy to get wrong: both days are given; posted sixteen days after the payment is met all the same."""
    found = await duties(samples, ITEMS)
    for project, row in ROWS.items():
        more = found[project]["more"]
        assert more["first_posted_on"] == row["first_posted_on"]
        (first,) = more["first"]
        assert (first["step"], first["on"]) == ("funds.disbursed", row["first_payment_on"])
        if row["first_posted_on"] is not None:
            assert (first["days_before"] > 0) is row["posted_before_first_payment"]
    (late,) = [row for row in ROWS.values() if row["first_posted_on"] and not row["posted_before_first_payment"]]
    assert (found[late["project"]]["status"], found[late["project"]]["more"]["first"][0]["days_before"]) == ("met", -16)


async def test_a_posting_taken_down_early_does_not_cover_the_rest(samples: Samples) -> None:
    """Easy to get wrong: it counts until it was taken down; whether it must last is a reading that is told."""
    (row,) = [row for row in ROWS.values() if any(one["withdrawn_on"] for one in row["postings"])]
    (posting,) = row["postings"]
    in_time, after = [(await duties(samples, ITEMS, day))[row["project"]] for day in ("2018-04-19", "2018-04-20")]
    assert after["more"]["postings"][0]["until"] == posting["withdrawn_on"] == "2018-04-20"
    assert posting["until"] == "2018-12-31"
    for one, lasting in ((in_time, "met"), (after, "gap")):
        (reading,) = one["readings"]
        assert (one["status"], reading["name"], reading["value"]) == ("met", "lasting", False)
        assert [(other["value"], other["status"]) for other in reading["others"]] == [(True, lasting)]


async def test_one_channel_or_all_three(samples: Samples) -> None:
    """等 leaves the list open: one channel is enough by default, all three under the other reading; each is named."""
    found = await duties(samples, CHANNELS)
    for project, row in ROWS.items():
        one = found[project]
        assert one["actual"]["channels"] == row["channels"]
        assert one["status"] == ("met" if row["channels"] else "gap")
        (reading,) = one["readings"]
        (every,) = reading["others"]
        assert (every["value"], every["status"]) == (True, "met" if len(row["channels"]) == 3 else "gap")


async def test_the_board_and_the_four_stages(samples: Samples) -> None:
    """Each project on the board of its village; progress told at all four stages of one alone."""
    on_board, stages = await duties(samples, BOARD), await duties(samples, STAGES)
    for project, row in ROWS.items():
        assert on_board[project]["status"] == ("met" if "board" in row["channels"] else "gap")
        assert stages[project]["actual"]["stages"] == row["stages_posted"]
        assert stages[project]["status"] == ("met" if len(row["stages_posted"]) == 4 else "gap")
        assert stages[project]["jurisdiction"]["level"] == "village"
    assert [row["project"] for row in ROWS.values() if row["stages_posted"]] == [CASE["projects"][0]["project"]]


async def test_archived_or_not(samples: Samples) -> None:
    """The five documents in their order, or a gap that names them; the record of a posting is another duty."""
    found = await duties(samples, ARCHIVE)
    for project, row in ROWS.items():
        one = found[project]
        assert one["status"] == ("met" if row["archived"] else "gap")
        filed = [record["record"] for records in one["actual"].values() for record in records]
        assert filed == row["records"]
        assert len(one["more"]["missing"]) == (0 if row["archived"] else len(CASE["archive_order"]))
    postings = await duties(samples, POSTED)
    assert {one["posting"] for row in ROWS.values() for one in row["postings"]} == set(postings)
    assert {one["status"] for one in postings.values()} == {"gap"}, "the archive names no record of a posting"

"""Question 8 as flags and duties: money approved while the post that supervises it had nobody."""

from __future__ import annotations

from typing import Final

import pytest

from tests.service.samples import CASES, Answer, Samples

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final = CASES["q8"]
COUNTY: Final = CASE["jurisdiction"]
FLAG: Final = "approved-while-vacant"
BOTH, GOVERNMENT = "gansu-2017-art25-a", "central-2016-art19-d"
SECRETARY, HEAD, FINANCE = (f"syn-62-post-621291-{which}" for which in ("secretary", "head", "finance-head"))


async def flags(samples: Samples) -> dict[str, Answer]:
    """The flags of the county, by payment."""
    asked: dict[str, str | int] = {"flag": FLAG, "valid_at": "2020-12-31", "limit": 1000}
    page = await samples.get("/flags", jurisdiction=COUNTY, **asked)
    items = page["items"]
    assert ({item["flag"] for item in items}, page["next"]) == ({FLAG}, None)
    return {item["about"]["disbursement"]: item for item in items}


async def test_each_payment_approved_on_a_vacant_day_is_flagged(samples: Samples) -> None:
    """Those the text's 首要责任 reaches, with the vacant post, its gap and both days; no other payment."""
    found = await flags(samples)
    expected = {
        row["disbursement"]: [post for post in row["without_substantive_holder"] if post != FINANCE]
        for row in CASE["disbursements"]
    }
    assert {one: [item["about"]["post"]] for one, item in found.items()} == {
        one: posts for one, posts in expected.items() if posts
    }
    rows = {row["disbursement"]: row for row in CASE["disbursements"]}
    for one, item in found.items():
        row, gap = rows[one], CASE["gaps"][item["about"]["post"]]
        detail = item["detail"]
        assert (detail["amount"], detail["approved_on"], detail["disbursed_on"]) == (
            row["amount"],
            row["approved_on"],
            row["disbursed_on"],
        )
        assert gap["from"] <= row["approved_on"] < gap["until"]
        assert detail["substantive"] == "vacant"
        assert [held["person"]["id"] for held in detail["acting"]] == [gap["acting"]][: gap["acting"] is not None]
        assert row["event"] in {evidence["id"] for evidence in item["evidence"]}


async def test_the_day_of_approval_decides(samples: Samples) -> None:
    """Easy to get wrong: approved before the secretary left and paid after is no flag; on the day of leaving it is."""
    found = await flags(samples)
    gap = CASE["gaps"][SECRETARY]
    before = [
        row for row in CASE["disbursements"] if row["approved_on"] < gap["from"] <= row["disbursed_on"] < gap["until"]
    ]
    assert before
    assert found.keys().isdisjoint(row["disbursement"] for row in before)
    assert gap["from"] in {item["detail"]["approved_on"] for item in found.values()}


async def test_who_bears_the_first_duty_differs_by_text(samples: Samples) -> None:
    """Easy to get wrong: the central text names the government alone, Gansu both bodies: the vacant set differs."""
    asked = {"scope": "own", "rule": f"{BOTH},{GOVERNMENT}"}
    for day, gansu, central in (
        ("2018-06-10", "met", "met"),
        ("2018-06-11", "gap", "met"),
        ("2018-07-15", "gap", "met"),
        ("2018-07-16", "met", "met"),
    ):
        items = (await samples.get("/duties", jurisdiction=COUNTY, valid_at=day, **asked))["items"]
        found = {one["rule"]: one for one in items}
        assert (found[BOTH]["status"], found[GOVERNMENT]["status"]) == (gansu, central), day
        assert [post["id"] for post in found[GOVERNMENT]["bearer"]["posts"]] == [HEAD]
        assert {post["id"] for post in found[BOTH]["bearer"]["posts"]} == {SECRETARY, HEAD}
        if gansu == "gap":
            (gap,) = found[BOTH]["gaps"]
            assert (gap["cause"], gap["about"], gap["from"]) == ("vacancy", SECRETARY, "2018-06-11")
            charged = [row for row in found[BOTH]["charged"] if row["post"] == SECRETARY]
            assert [row["person"] for row in charged] == [None]
    under = {system["system"] for item in (await flags(samples)).values() for system in item["detail"]["under"]}
    assert "gansu" in under


async def test_an_acting_head_is_a_reading(samples: Samples) -> None:
    """Whether acting counts no text says: met by default, a gap under the other reading, and the flag is raised."""
    asked = {"scope": "own", "rule": GOVERNMENT, "valid_at": "2019-04-01"}
    (found,) = (await samples.get("/duties", jurisdiction=COUNTY, **asked))["items"]
    assert (found["status"], found["differs"]) == ("met", True)
    others = {one["name"]: [other["status"] for other in one["others"]] for one in found["readings"]}
    assert others == {"through": ["met"], "acting_counts": ["gap"]}
    assert HEAD in {item["about"]["post"] for item in (await flags(samples)).values()}


async def test_no_text_gives_the_finance_head_that_duty(samples: Samples) -> None:
    """Payments on days without a finance head are answered by the post's gap; under no text here is it a flag."""
    of_finance = [
        row["disbursement"] for row in CASE["disbursements"] if row["without_substantive_holder"] == [FINANCE]
    ]
    assert of_finance
    assert (await flags(samples)).keys().isdisjoint(of_finance)
    asked = {"from": "2018-01-01", "to": "2019-01-01"}
    held = await samples.get(f"/posts/{FINANCE}/holders", **asked)
    assert [(gap["from"], gap["until"]) for gap in held["gaps"]] == [
        (CASE["gaps"][FINANCE]["from"], CASE["gaps"][FINANCE]["until"])
    ]

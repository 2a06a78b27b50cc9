"""Question 20: what was posted about the projects of a year, where, when and until when, and what was filed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.service.samples import CASES, Answer, Samples, levels_of, persons_of, posts_of, roles_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["q20"]
COUNTY = CASE["jurisdiction"]
YEAR_END = "2018-12-31"
ROWS: list[Any] = CASE["projects"]
CHANNELS = {"board", "media", "website"}
"""The three of (一)10: 政府信息网站、新闻媒体、政务公开栏."""
STAGES = ("proposed", "carried-out", "accepted", "settled")
"""The four of (二)14: 项目申报、实施、验收及报账."""


async def below(samples: Samples, register: str) -> list[Answer]:
    """The matters of a register at the county and below it."""
    path = f"/jurisdictions/{COUNTY}/timeline"
    answer = await samples.get(path, type=register, scope="subtree", valid_at=YEAR_END)
    assert (answer["valid_at"], answer["log"]["id"], answer["next"]) == (YEAR_END, CASE["log"], None)
    found: list[Answer] = answer["items"]
    return found


async def project(samples: Samples, which: str, valid_at: str = YEAR_END, known_at: str | None = None) -> Answer:
    """One project with its steps, payments and postings."""
    found: Answer = await samples.get(f"/projects/{which}", valid_at=valid_at, known_at=known_at)
    assert (found["valid_at"], found["log"]["id"], bool(found["known_at"])) == (valid_at, CASE["log"], True)
    return found


async def projects_of_2018(samples: Samples) -> dict[str, Decimal]:
    """The projects approved in the year, with the amount approved."""
    found = {}
    for item in await below(samples, "project"):
        for step in item["steps"]:
            if step["type"] == "project.approved" and step["on"].startswith(str(CASE["year"])):
                found[item["id"]] = Decimal(step["data"]["approved_amount"])
    return found


def days(since: str, until: str) -> int:
    """Days from one day to another."""
    return (date.fromisoformat(until) - date.fromisoformat(since)).days


def stages_posted(answer: Answer) -> list[str]:
    """The stages of which a posting on the board told that begins and ends within the stage."""
    on = {step["step"]: step["on"] for step in answer["steps"]}
    bounds = [on["proposed"], on["approved"], on["accepted"], answer["reimbursements"][0]["reimbursed_on"], "9999"]
    board = [one for one in answer["postings"] if one["channel"] == "board"]
    return [
        stage
        for stage, since, until in zip(STAGES, bounds, bounds[1:], strict=False)
        if any(since <= one["posted_from"] and one["posted_until"] <= until for one in board)
    ]


async def test_the_projects_above_the_auditors_threshold(samples: Samples) -> None:
    """Easy to get wrong: the threshold is the auditor's, not the text's: all seven are answered, six lie above it."""
    found = await projects_of_2018(samples)
    assert {which: str(amount) for which, amount in found.items()} == {row["project"]: row["amount"] for row in ROWS}
    assert sorted(which for which, amount in found.items() if amount > Decimal(CASE["threshold"])) == CASE["above"]
    (equal,) = [row for row in ROWS if row["amount"] == CASE["threshold"]]
    assert equal["project"] not in CASE["above"]
    shown = await project(samples, equal["project"])
    assert (shown["totals"]["approved"], len(shown["postings"])) == (CASE["threshold"], 1)


@pytest.mark.parametrize("row", ROWS, ids=[row["shows"] for row in ROWS])
async def test_items_channels_and_stages(samples: Samples, row: Answer) -> None:
    """How many of the five items were posted, by which of the three channels, and of which of the four stages."""
    found = await project(samples, row["project"])
    disclosure = found["disclosure"]
    assert disclosure["items"] == sorted(row["items"])
    assert disclosure["channels"] == row["channels"]
    assert set(disclosure["channels"]) <= CHANNELS
    assert stages_posted(found) == row["stages_posted"]
    postings = {one["posting"]: one for one in found["postings"]}
    assert set(postings) == {one["posting"] for one in row["postings"]}
    for posting in row["postings"]:
        shown = postings[posting["posting"]]
        assert (shown["channel"], shown["items"]) == (posting["channel"], posting["items"])
        assert (shown["posted_from"], shown["posted_until"]) == (posting["from"], posting["until"])
        assert shown["withdrawn_on"] == posting["withdrawn_on"]
        assert days(shown["covered"]["from"], shown["covered"]["until"]) == posting["days"]
        assert (len(shown["photo_sha256"]), bool(shown["evidence"])) == (64, True)


@pytest.mark.parametrize("row", ROWS, ids=[row["shows"] for row in ROWS])
async def test_the_first_posting_against_the_first_payment(samples: Samples, row: Answer) -> None:
    """Easy to get wrong: "before the first payment" is a parameter: both days are shown, and when it was approved."""
    found = await project(samples, row["project"])
    disclosure = found["disclosure"]
    assert disclosure["first_posted_on"] == row["first_posted_on"]
    assert disclosure["first_disbursed_on"] == row["first_payment_on"]
    (payment,) = found["disbursements"]
    assert (payment["disbursement"], payment["amount"]) == (row["disbursement"], row["amount"])
    assert payment["approved_on"] == row["first_payment_approved_on"]
    before = disclosure["days"] is not None and disclosure["days"] > 0
    assert before is row["posted_before_first_payment"]
    assert not {"late", "overdue", "breach"} & set(disclosure)


async def test_a_posting_taken_down_early_covers_nothing_more(samples: Samples) -> None:
    """Easy to get wrong: announced until the year's end, taken down on 2018-04-20, it covers 19 days and says why."""
    (row,) = [row for row in ROWS if any(posting["withdrawn_on"] for posting in row["postings"])]
    (shown,) = (await project(samples, row["project"]))["postings"]
    assert (shown["posted_until"], shown["withdrawn_on"]) == ("2018-12-31", "2018-04-20")
    assert shown["covered"] == {"from": "2018-04-01", "until": "2018-04-20"}
    assert shown["reason"] == "公示栏改建(示例)"
    assert [entry["type"] for entry in shown["evidence"]] == ["publicity.posted", "publicity.withdrawn"]
    (eve,) = (await project(samples, row["project"], "2018-04-19"))["postings"]
    assert (eve["withdrawn_on"], eve["covered"]["until"]) == (None, "2018-12-31")
    (item,) = [one for one in await below(samples, "posting") if one["id"] == shown["posting"]]
    assert (item["from"], item["until"]) == ("2018-04-01", "2018-04-20")
    lasting = {one["id"]: one["until"] for one in await below(samples, "posting")}
    stated = {
        posting["posting"]: posting["withdrawn_on"] or posting["until"] for r in ROWS for posting in r["postings"]
    }
    assert lasting == stated


async def test_what_was_filed(samples: Samples) -> None:
    """Five documents of each project are filed in the order of the archive, with a digest; of one project nothing."""
    filed: dict[str, list[Answer]] = {}
    for item in await below(samples, "record"):
        filed.setdefault(item["stands_at"], []).append(item)
    for row in ROWS:
        records = sorted(filed.get(row["project"], []), key=lambda item: int(item["steps"][0]["data"]["sequence"]))
        assert [item["id"] for item in records] == row["records"], row["shows"]
        said = [item["steps"][0]["data"] for item in records]
        assert [data["kind"] for data in said] == (CASE["archive_order"] if row["archived"] else []), row["shows"]
        assert all(len(data["document_sha256"]) == 64 for data in said)
        assert all(item["evidence"] for item in records)


async def test_who_approved_and_who_answers(samples: Samples) -> None:
    """Project and payment name who approved them, in office that day; both principals are 第一责任人 of the county."""
    row = ROWS[0]
    found = await project(samples, row["project"])
    approved = next(step for step in found["steps"] if step["step"] == "approved")
    assert (approved["on"], approved["by"]["name"]) == (row["approved_on"], "武邑县扶贫开发领导小组")
    (payment,) = found["disbursements"]
    person, post = payment["approved_by"]["person"], payment["approved_by"]["post"]
    county = levels_of(await samples.chain(found["project"]["jurisdiction"]["id"], payment["approved_on"]))["county"]
    posts = posts_of(county)
    assert (persons_of(posts[post["id"]]), posts[post["id"]]["substantive"]) == ({person["id"]: "certain"}, "held")
    first = {
        system: [held["person"]["name"] for one in posts.values() for held in one["holders"]
                 if "第一责任人" in roles_of(one, system).values()]
        for system in ("central-2016", "wuyi")
    }  # fmt: skip
    assert first["central-2016"] == first["wuyi"] == ["示例干部-13-0047", person["name"]]


async def test_a_posting_is_not_known_before_it_was_recorded(samples: Samples) -> None:
    """As known on the eve of its recording, a project has no posting; the day after it has, from the day it says."""
    row = ROWS[2]
    (shown,) = (await project(samples, row["project"]))["postings"]
    entry = await samples.entry(CASE["log"], shown["evidence"][0]["id"])
    then = await project(samples, row["project"], known_at=f"@{entry['position']}")
    now = await project(samples, row["project"], known_at=f"@{entry['position'] + 1}")
    assert [len(answer["postings"]) for answer in (then, now)] == [0, 1]
    assert (entry["recorded_at"][:10], shown["posted_from"]) == ("2018-05-08", "2018-05-02")

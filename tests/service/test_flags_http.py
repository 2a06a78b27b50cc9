"""`/v1/flags`: on the sample logs and on a small one; filters, pages, grants and bundles."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from projections.answers.flags.flag import CODES
from service.state import Service
from tests.service.bundle.notary import bundles
from tests.service.bundle.test_answers_proven import proven
from tests.service.grants import granted
from tests.service.samples import CASES, Answer, Samples
from tests.service.test_rectifications_http import WORLD
from tests.service.test_walk import event, posted
from tests.service.timelines import check_evidence, check_ground, day_before

pytest_plugins = ["tests.service.samples", "tests.service.bundle.notary"]
pytestmark = pytest.mark.anyio

URL: Final = "/v1/flags"
GANSU, SHANXI, MERGE = CASES["q8"], CASES["q8_shanxi"], CASES["q10_merge"]
STRUCTURAL: Final = ",".join(CODES)
"""What no instrument states: every sort but `duty`."""
KEYS: Final = {
    "flag", "title", "severity", "jurisdiction", "about", "from", "until", "days", "detail", "evidence",
}  # fmt: skip


async def whole(samples: Samples, limit: int = 1000, **asked: str | int | None) -> list[Answer]:
    """All flags asked for, over all pages."""
    items: list[Answer] = []
    after: str | None = ""
    while after is not None:
        page = await samples.get("/flags", limit=limit, after=after or None, **asked)
        check_ground(page)
        assert len(page["items"]) <= limit
        items += page["items"]
        after = page["next"]
    return items


async def test_the_flags_of_a_county(samples: Samples) -> None:
    """Of 宕昌县 with all below it: flags of several sorts, each whole, and the log holds the entries they name."""
    found = await whole(samples, jurisdiction="621223", valid_at="2018-12-31", flag=STRUCTURAL)
    assert {one["flag"] for one in found} >= {"vacant-post", "uncertain-post", "letter-unsigned", "back-dated"}
    assert all(one.keys() == KEYS and one["jurisdiction"]["name"] and one["title"] for one in found)
    some = [next(one for one in found if one["flag"] == code) for code in sorted({one["flag"] for one in found})]
    await check_evidence(samples, "demo-cn-62", some)
    levels = {one["jurisdiction"]["level"] for one in found}
    assert levels == {"county", "township", "village"}
    own = await whole(samples, jurisdiction="621223", valid_at="2018-12-31", scope="own", flag=STRUCTURAL)
    assert own == [one for one in found if one["jurisdiction"]["level"] == "county"]


@pytest.mark.parametrize(("case", "log", "system"), [(GANSU, "demo-cn-62", "gansu"), (SHANXI, "demo-cn-14", "shanxi")])
async def test_money_approved_while_the_post_was_vacant(samples: Samples, case: Answer, log: str, system: str) -> None:
    """Question 8 without its threshold: judged by the approval, under the instruments of each province."""
    found = await whole(samples, jurisdiction=case["jurisdiction"], log=log, flag="approved-while-vacant")
    answering = {
        "gansu": {"syn-62-post-621291-secretary", "syn-62-post-621291-head"}, "shanxi": {"syn-14-post-141192-head"},
    }[system]  # fmt: skip
    expected = {
        (row["disbursement"], post)
        for row in case["disbursements"]
        for post in row["without_substantive_holder"]
        if post in answering
    }
    assert expected
    assert {(one["about"]["disbursement"], one["about"]["post"]) for one in found} == expected
    for one in found:
        row = next(row for row in case["disbursements"] if row["disbursement"] == one["about"]["disbursement"])
        gap = case["gaps"][one["about"]["post"]]
        assert one["from"] == one["detail"]["approved_on"] == row["approved_on"]
        assert one["detail"]["disbursed_on"] == row["disbursed_on"]
        vacancy = one["detail"]["vacancy"]
        assert (vacancy["from"], vacancy["until"]) == (gap["from"], gap["until"])
        acting = [held["person"]["id"] for held in one["detail"]["acting"]]
        assert acting == ([gap["acting"]] if gap.get("acting") else [])
        assert system in {under["system"] for under in one["detail"]["under"]}
    await check_evidence(samples, log, found)


async def test_a_village_that_a_merger_left_behind(samples: Samples) -> None:
    """The case of the sample log: the village is flagged under its county from the merger on, not the day before."""
    asked: dict[str, Any] = {"jurisdiction": "141126", "flag": "left-behind"}
    (found,) = await whole(samples, **asked, valid_at=MERGE["effective_from"])
    assert (found["jurisdiction"]["id"], found["from"]) == (MERGE["left_behind"], MERGE["effective_from"])
    assert found["detail"]["successors"] == [MERGE["successor"]]
    await check_evidence(samples, "demo-cn-14", [found])
    assert await whole(samples, **asked, valid_at=day_before(MERGE["effective_from"])) == []


async def test_vacant_contested_and_recorded_late(samples: Samples) -> None:
    """Awkward cases of the sample logs: first and last day of a vacancy and of a contest, an entry years late."""
    for case, code in ((CASES["vacancy_county"], "vacant-post"), (CASES["contested"], "contested-post")):
        for day, there in (
            (day_before(case["from"]), False), (case["from"], True), (day_before(case["until"]), True),
            (case["until"], False),
        ):  # fmt: skip
            found = await whole(samples, jurisdiction="621223", flag=code, valid_at=day)
            of_post = [one for one in found if one["about"]["post"] == case["post"]]
            assert bool(of_post) is there, (code, day)
            assert [(one["from"], one["until"]) for one in of_post] == [(case["from"], case["until"])] * there
    late = CASES["back_dated"]
    found = await whole(samples, jurisdiction="621223", flag="back-dated", days=1000)
    assert late["appointment"] in {one["about"].get("appointment") for one in found}
    assert all(one["detail"]["days_late"] > 1000 for one in found)


async def test_by_how_heavily_they_weigh(samples: Samples) -> None:
    """Those of one severity are just those of all that weigh so; a duty weighs by its status; nothing else is one."""
    asked: dict[str, Any] = {"jurisdiction": "621223", "scope": "own", "valid_at": "2018-12-31"}
    every = await whole(samples, **asked)
    for severity in ("high", "middle", "low", "high,low"):
        some = await whole(samples, **asked, severity=severity)
        assert some == [one for one in every if one["severity"] in severity.split(",")]
        assert some
    assert {one["severity"] for one in every if one["flag"] == "duty"} == {"high", "low"}
    assert await whole(samples, **asked, severity="high", flag="vacant-post") == []
    refused = await samples.ask("/flags", **asked, severity="dire")
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-parameter")


async def test_as_known_earlier(samples: Samples) -> None:
    """What was not recorded yet is not flagged, whatever the day asked about."""
    asked: dict[str, Any] = {
        "jurisdiction": GANSU["jurisdiction"],
        "flag": "approved-while-vacant",
        "valid_at": "2020-12-31",
    }
    assert await whole(samples, **asked)
    assert await whole(samples, **asked, known_at="2018-06-10") == []
    page = await samples.get("/flags", **asked, known_at="2018-06-10")
    assert page["known_at"] < "2018-06-10T16"


async def test_a_whole_log_is_its_places_and_what_is_at_none(samples: Samples) -> None:
    """The flags of a log hold those of each of its counties, in pages of any size alike."""
    asked: dict[str, Any] = {"valid_at": "2018-12-31", "flag": STRUCTURAL}
    every = await whole(samples, log="demo-cn-14", **asked)
    paged = await whole(samples, log="demo-cn-14", limit=97, **asked)
    assert paged == every
    county = await whole(samples, jurisdiction=SHANXI["jurisdiction"], **asked)
    assert county
    assert all(one in every for one in county)
    top = await whole(samples, jurisdiction="140000", **asked)
    assert [one for one in every if one["jurisdiction"] is not None] == top


@pytest.mark.long
async def test_flags_are_those_of_a_bundle(samples_url: str, notary_directory: Path) -> None:
    """Flags are derived again from what names they rest on; with duties, and those of a log, from all of it."""
    async with bundles(samples_url, notary_directory) as made:
        place = CASES["q4"]["jurisdiction"]
        for target, entries in (
            (f"/flags?jurisdiction={place}&valid_at=2018-03-05&flag={STRUCTURAL}", "named"),
            (f"/flags?person={GANSU['approver']['person_id']}&valid_at=2018-12-31&flag={STRUCTURAL}", "named"),
            (f"/flags?jurisdiction={place}&valid_at=2018-03-05", "all"),
            ("/flags?valid_at=2018-03-05&flag=vacant-post,dangling-reference", "all"),
        ):
            assert (await proven(made, target)).entries == entries


SMALL: Final = [
    *WORLD,
    event("b1", "body.established", body_id="c1-b", jurisdiction_id="c1", name_zh="住建局"),
    event("b2", "post.established", post_id="c1-chief", title_zh="局长", body_id="c1-b"),
    event("b3", "appointment.started", appointment_id="c1-a3", person_id="c1-old", post_id="c1-chief",
          effective_from="2020-02-01", sending_unit_id="c1-none"),
    event("b4", "rectification.completed", rectification_id="c1-R", completed_on="2020-02-10", completed_by="c1-old"),
    event("b5", "rectification.closed", rectification_id="c1-R", closed_on="2020-02-20", closed_by="c1-b"),
]  # fmt: skip


async def listed(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    """The flags as asked, those of duties left out."""
    given = {"valid_at": "2020-03-20", "days": 1_000_000, "flag": STRUCTURAL, **asked}
    answer = await client.get(URL, params=given)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def codes(client: httpx.AsyncClient, **asked: Any) -> list[tuple[str, str | None]]:
    """Code and place of each flag."""
    return [
        (one["flag"], one["jurisdiction"] and one["jurisdiction"]["id"])
        for one in (await listed(client, **asked))["items"]
    ]


OF_C1: Final = [("closed-by-completer", "c1"), *(2 * [("dangling-reference", "c1")])]
"""The head of the bureau strikes off by his bureau; he was sent by nobody known, and his successor is not known."""


async def test_the_filters(client: httpx.AsyncClient) -> None:
    """By place and scope, person under any id, body, code and log; one of them is asked for, and no two."""
    await posted(client, *SMALL)
    assert await codes(client, jurisdiction="c1") == OF_C1
    assert await codes(client, jurisdiction="621223", flag="closed-by-completer") == OF_C1[:1]
    assert await codes(client, jurisdiction="city", scope="own") == []
    assert await codes(client, person="c1-old") == OF_C1[:2]
    assert await codes(client, body="c1-b") == OF_C1[:2]
    assert await codes(client, log="cn-62") == [*OF_C1, ("dangling-reference", "c2")]
    assert await codes(client, log="cn-62", valid_at="2020-02-19", flag="closed-by-completer") == []
    assert await codes(client, log="cn-62", known_at="@9") == [("dangling-reference", "c1")]
    late = await codes(client, jurisdiction="c1", days=0, flag="back-dated")
    assert late
    assert set(late) == {("back-dated", "c1")}
    wrong = (
        "", "jurisdiction=c1&person=c1-old", "log=cn-62&flag=none", "log=cn-62&scope=all", "log=cn-62&after=x",
        "log=cn-62&limit=0", "log=cn-62&days=-1",
    )  # fmt: skip
    for asked in wrong:
        assert (await client.get(f"{URL}?{asked}")).status_code == 422, asked
    for asked in ("jurisdiction=nowhere", "person=nobody", "body=none", "log=cn-99"):
        assert (await client.get(f"{URL}?{asked}")).status_code == 404, asked


async def test_the_head_of_an_answer_and_its_pages(client: httpx.AsyncClient) -> None:
    """An answer bears both times, log and place; pages of one give every flag once, in order."""
    await posted(client, *SMALL)
    answer = await listed(client, jurisdiction="621223")
    assert (answer["jurisdiction"]["id"], answer["resolved_by"], answer["scope"]) == ("c1", "code", "subtree")
    assert (answer["valid_at"], answer["log"]["id"], answer["log"]["size"]) == ("2020-03-20", "cn-62", len(SMALL))
    every = await listed(client, log="cn-62")
    found: list[dict[str, Any]] = []
    after = ""
    while after is not None:
        page = await listed(client, log="cn-62", limit=1, after=after)
        found += page["items"]
        after = page["next"]
        assert len(found) <= len(every["items"])
    assert found == every["items"]


async def test_a_narrow_grant(client: httpx.AsyncClient, service: Service) -> None:
    """A reader of one county reads its flags, is refused the other's, and is told how many a list withheld."""
    await posted(client, *SMALL)
    async with granted(service, "inspector", jurisdictions=("c2",)) as inspector:
        assert (await inspector.get(f"{URL}?jurisdiction=c1")).status_code == 403
        assert (await inspector.get(f"{URL}?body=c1-b")).status_code == 403
        assert await codes(inspector, jurisdiction="c2") == [("dangling-reference", "c2")]
        of_log = await listed(inspector, log="cn-62")
        assert [one["jurisdiction"]["id"] for one in of_log["items"]] == ["c2"]
        assert of_log["withheld"] == 3
        of_person = await listed(inspector, person="c1-old")
        assert (of_person["items"], of_person["withheld"]) == ([], 2)
    async with granted(service, "inspector", jurisdictions=("c1",)) as inspector:
        whole = await listed(inspector, log="cn-62")
        assert (len(whole["items"]), whole["withheld"]) == (3, 1)
        pages = [await listed(inspector, log="cn-62", limit=1)]
        while pages[-1]["next"] is not None:
            pages.append(await listed(inspector, log="cn-62", limit=1, after=pages[-1]["next"]))
        assert sum(page["withheld"] for page in pages) == whole["withheld"]  # each once, however small the pages
    async with granted(service, "recorder") as recorder:
        assert (await recorder.get(f"{URL}?log=cn-62")).status_code == 403
    async with granted(service, "inspector", logs=("cn-11",)) as stranger:
        assert (await stranger.get(f"{URL}?log=cn-62")).status_code == 403
        assert (await stranger.get(f"{URL}?jurisdiction=c1")).status_code == 404

"""Question 11: one person holding two posts, whose appointments end on different days."""

from __future__ import annotations

import pytest

from tests.service.samples import CASES, Samples, persons_of, post_of

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["q11"]
COUNTY_POST, OFFICE_POST = CASE["posts"]


async def held_on(samples: Samples, person: str, day: str) -> dict[str, tuple[str, str]]:
    """The posts of a person on a day, with capacity and certainty."""
    found = await samples.get(f"/persons/{person}", valid_at=day)
    return {post["post_id"]: (post["capacity"], post["certainty"]) for post in found["posts"]}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2017-11-30", {}),
        ("2017-12-01", {COUNTY_POST: ("seconded", "certain"), OFFICE_POST: ("concurrent", "possible")}),
        ("2018-03-05", {COUNTY_POST: ("seconded", "certain"), OFFICE_POST: ("concurrent", "certain")}),
        ("2019-06-30", {COUNTY_POST: ("seconded", "certain"), OFFICE_POST: ("concurrent", "certain")}),
        ("2019-07-01", {COUNTY_POST: ("seconded", "certain")}),
        ("2019-11-30", {COUNTY_POST: ("seconded", "certain")}),
        ("2019-12-01", {}),
    ],
)
async def test_posts_on_each_date_with_capacity(
    samples: Samples, day: str, expected: dict[str, tuple[str, str]]
) -> None:
    """Easy to get wrong: ending one appointment leaves the other; each day has its posts, with capacity."""
    assert await held_on(samples, CASE["person"], day) == expected


async def test_the_duties_of_each_post_when_one_appointment_ends(samples: Samples) -> None:
    """On 2019-09-01 the county post is held by the seconded official, and the office's stands vacant."""
    office = await samples.get(f"/posts/{OFFICE_POST}/holders", valid_at=CASE["valid_at"])
    assert (office["status"], office["gaps"][-1]["from"]) == ("vacant", "2019-07-01")
    assert office["gaps"][-1]["previous"]["person"]["id"] == CASE["person"]
    county = await samples.get(f"/posts/{COUNTY_POST}/holders", valid_at=CASE["valid_at"])
    assert (county["status"], county["substantive"]) == ("held", "vacant")
    post = post_of(await samples.chain("j-130825", CASE["valid_at"]), COUNTY_POST)
    assert persons_of(post) == {CASE["person"]: "certain"}
    assert post["holders"][0]["capacity"] == "seconded"


async def test_the_letter_is_that_of_the_post_that_signed(samples: Samples) -> None:
    """The letter names the office's post: it stands behind that tenure alone, matched by person and post."""
    letter = (await samples.get(f"/letters/{CASE['letter']}"))["letter"]
    (signer,) = letter["signers"]
    assert (signer["person"]["id"], signer["post"]["id"]) == (CASE["person"], CASE["letter_post"])
    found = await samples.get(f"/persons/{CASE['person']}/responsibility")
    letters = {item["post_id"]: [(one["id"], one["matched_by"]) for one in item["letters"]] for item in found["items"]}
    assert letters == {COUNTY_POST: [], OFFICE_POST: [(CASE["letter"], "person-and-post")]}


async def test_the_county_post_has_no_letter_of_its_own(samples: Samples) -> None:
    """Easy to get wrong: while both were held, the letter of one post does not count for the other."""
    post = post_of(await samples.chain("j-130825", "2018-03-05"), COUNTY_POST)
    assert post["holders"][0]["letters"] == []
    register = await samples.get("/letters", log=CASE["log"], person=CASE["person"])
    assert [one["id"] for one in register["items"]] == [CASE["letter"]]


async def test_two_appointments_are_two_intervals(samples: Samples) -> None:
    """What the person answered for is one interval for each post, each with its own end, reason and evidence."""
    found = await samples.get(f"/persons/{CASE['person']}/timeline")
    tenures = [item for item in found["items"] if item["type"] == "tenure"]
    assert [(item["appointment"], item["until"]) for item in tenures] == [
        *zip(CASE["appointments"], CASE["ends"], strict=True)
    ]
    assert [item["reason"] for item in tenures] == ["term-end", "transfer"]
    positions = [{entry["position"] for entry in item["evidence"]} for item in tenures]
    assert positions[0].isdisjoint(positions[1])


async def test_the_ministrys_text_names_the_seconded_official(samples: Samples) -> None:
    """The duty of the county post is the ministry's plan's, by function, with its paragraph."""
    found = await samples.get(f"/persons/{CASE['person']}/responsibility")
    (item,) = [item for item in found["items"] if item["post_id"] == COUNTY_POST]
    rules = {one["rule"]: (one["article"], one["matched_by"]) for one in item["responsibilities"]}
    assert rules["mee-2017-p4-a"] == rules["mee-2017-p4-b"] == ("第4段", "function")


async def test_one_visit_may_claim_both_posts(samples: Samples) -> None:
    """Easy to get wrong: the text does not say whether a visit counts twice, so the claim is kept as it was made."""
    page = await samples.get(f"/logs/{CASE['log']}/events", type="visit.made", limit=1000)
    claimed = {
        entry["event"]["data"]["visit_id"]: [visitor["post_id"] for visitor in entry["event"]["data"]["visitor"]]
        for entry in page["items"]
        if entry["event"]["data"]["visitor"][0]["person_id"] == CASE["person"]
    }
    assert claimed == CASE["visits"]


async def test_the_second_post_of_a_deputy_head(samples: Samples) -> None:
    """In Gansu a deputy head also runs the office: when the office's appointment ends, the other goes on."""
    case = CASES["two_posts"]
    deputy, office = case["posts"]
    assert set(await held_on(samples, case["person"], "2019-02-28")) >= {deputy, office}
    after = await held_on(samples, case["person"], case["second_ends"])
    assert deputy in after
    assert office not in after


async def test_a_person_entered_twice_is_one(samples: Samples) -> None:
    """Under either id the merged person has the posts and letters of both."""
    case = CASES["merged_person"]
    found = [await samples.get(f"/persons/{one}/responsibility") for one in (case["person"], case["into"])]
    assert found[0] == found[1]
    assert found[0]["person"]["id"] == case["into"]
    register = await samples.get("/letters", log=case["log"], person=case["person"])
    assert case["letter"] in {letter["id"] for letter in register["items"]}

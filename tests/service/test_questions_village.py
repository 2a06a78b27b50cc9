"""Question 1: who was responsible for a village of Shanxi on one day, and on what signed letter."""

from __future__ import annotations

import json
import re

import pytest

from tests.service.samples import (
    CASES,
    Answer,
    Samples,
    levels_of,
    persons_of,
    post_of,
    posts_of,
    roles_of,
    signed_in_force,
)

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE = CASES["q1"]
PRINCIPALS = ("party-principal", "government-principal")


@pytest.fixture
async def answer(samples: Samples) -> Answer:
    """The chain of the village on the day asked about, found by its code."""
    return await samples.chain(CASE["code"], CASE["valid_at"])


async def test_the_chain_runs_down_five_levels(answer: Answer) -> None:
    """From the province to the village, along the path on record; no level is missing, nothing is odd."""
    assert [level["jurisdiction"]["id"] for level in answer["chain"]] == CASE["path"]
    assert [level["level"] for level in answer["chain"]] == ["province", "city", "county", "township", "village"]
    assert (answer["resolved_by"], answer["valid_at"], answer["flags"]) == ("code", CASE["valid_at"], [])


async def test_a_text_without_a_date_of_issue_is_not_said_to_be_in_force(answer: Answer) -> None:
    """The Shanxi text's date of issue is not stated: whether it is in force is unknown, on every role it lays."""
    assert {policy["system"]: policy["in_force"] for policy in answer["policies"]} == {
        "central-2016": "yes",
        "shanxi": "unknown",
    }
    posts = [post for level in answer["chain"] for post in posts_of(level).values()]
    laid = {(found["system"], found["in_force"]) for post in posts for found in post["responsibilities"]}
    assert laid == {("central-2016", "yes"), ("shanxi", "unknown")}


async def test_first_responsible_persons_stand_at_county_and_township_only(answer: Answer) -> None:
    """Shanxi names 第一责任人 at county and township: both principals there, and nobody anywhere else."""
    named: dict[str, dict[str, set[str]]] = {}
    for level in answer["chain"]:
        for post in posts_of(level).values():
            for rule, role in roles_of(post, "shanxi").items():
                if role == "第一责任人":
                    named.setdefault(level["level"], {}).setdefault(rule, set()).update(post["post"]["functions"])
    assert named == {
        "county": {"shanxi-2016-art26-e": set(PRINCIPALS)},
        "township": {"shanxi-2016-art36-c": set(PRINCIPALS)},
    }
    assert sorted(named, key="county township".index) == CASE["first_responsible_levels"]


async def test_no_holder_is_invented_where_the_text_names_none(answer: Answer) -> None:
    """Easy to get wrong: at city (and province and village) 第一责任人 is `unnamed`, not given to a principal."""
    unnamed = {
        level["level"]
        for level in answer["chain"]
        for found in level["unnamed"]
        if (found["role"], found["system"]) == ("第一责任人", "shanxi")
    }
    assert unnamed == {"province", "city", "village"}
    city = levels_of(answer)["city"]
    assert "第一责任人" not in {role for post in posts_of(city).values() for role in roles_of(post, "shanxi").values()}
    principals = [post for post in city["posts"] if post["post"]["functions"][0] in PRINCIPALS]
    assert [post["status"] for post in principals] == ["held", "held"]


async def test_direct_responsibility_is_the_village_committees_and_no_persons(answer: Answer) -> None:
    """Easy to get wrong: 直接责任 in Shanxi is the committee's for data; 直接责任人 is nobody at any level."""
    borne = {
        (level["level"], body["body"]["id"], rule)
        for level in answer["chain"]
        for body in level["bodies"]
        for rule, role in roles_of(body, "shanxi").items()
        if role.startswith("直接责任")
    }
    assert borne == {("village", CASE["village_committee"], "shanxi-2016-art41-b")}
    for level in answer["chain"]:
        posts = posts_of(level).values()
        assert not [role for post in posts for role in roles_of(post, "shanxi").values() if "直接责任" in role]
        assert ("直接责任人", "shanxi") in {(found["role"], found["system"]) for found in level["unnamed"]}


async def test_no_quota_is_stated(answer: Answer) -> None:
    """Easy to get wrong: the text gives no number of visits, so the answer holds neither a number nor a quota."""
    village = levels_of(answer)["village"]
    quotes = [found["quote"] for post in village["posts"] for found in post["responsibilities"]]
    assert quotes
    assert not [quote for quote in quotes if re.search(r"[0-9一二三四五六七八九十两]+(次|天|夜)", quote)]
    assert not re.search(r'"[a-z_]*(quota|shortfall|required)[a-z_]*":', json.dumps(answer))


async def test_the_letter_behind_each_duty(answer: Answer) -> None:
    """County and township principals with the letters they signed; the head of the county signed none."""
    levels = levels_of(answer)
    county, township = posts_of(levels["county"]), posts_of(levels["township"])
    signed = {
        post_id: signed_in_force(held)
        for posts in (county, township)
        for post_id, post in posts.items()
        if post["post"]["functions"] and post["post"]["functions"][0] in PRINCIPALS
        for held in post["holders"]
    }
    assert signed == {
        "syn-14-post-141126-secretary": {"syn-14-letter-0011", "syn-14-letter-0018"},
        "syn-14-post-141126-head": set(),
        "syn-14-post-141126103-secretary": {"syn-14-letter-0014", "syn-14-letter-0016"},
        "syn-14-post-141126103-head": {"syn-14-letter-0015"},
    }
    without = county[CASE["without_letter"]["post"]]
    assert persons_of(without) == {CASE["without_letter"]["person"]: "certain"}
    assert {letter["signed_as"] for letter in without["holders"][0]["letters"]} == {"counterparty"}


async def test_the_letter_of_the_unit_that_helps(answer: Answer) -> None:
    """The unit's head signed the village's assistance letter, on paper, 73 days after it took effect."""
    (unit,) = [body for body in levels_of(answer)["county"]["bodies"] if body["body"]["id"] == CASE["unit"]]
    (held,) = unit["posts"][0]["holders"]
    (letter,) = [one for one in held["letters"] if one["id"] == CASE["unit_letter"]]
    assert (letter["kind"], letter["counterparty"], letter["scope"]) == (
        "assistance-letter",
        CASE["jurisdiction"],
        CASE["jurisdiction"],
    )
    assert (letter["signed_on"], letter["effective_from"]) == ("2017-03-15", "2017-01-01")
    assert letter["in_force"] == "certain"
    assert (letter["signed_late_days"], letter["signatures"], letter["signed_as"]) == (73, "paper", "signatory")


async def test_first_secretary_helper_and_assistance(answer: Answer) -> None:
    """First secretary, helper and Party secretary are held with certainty; unit and contact official assist."""
    village = levels_of(answer)["village"]
    by_function = {post["post"]["functions"][0]: post for post in village["posts"]}
    assert {function: persons_of(post) for function, post in by_function.items()} == {
        "village-party-secretary": {CASE["village_party_secretary"]: "certain"},
        "first-secretary": {CASE["first_secretary"]: "certain"},
        "helper": {CASE["helper"]: "certain"},
    }
    assert roles_of(by_function["helper"], "shanxi")["shanxi-2016-art31-b"] == "帮扶责任人"
    first = by_function["first-secretary"]["holders"][0]
    assert (first["capacity"], first["from"], first["until"], first["sending_unit"]) == (
        "substantive",
        "2017-08",
        None,
        CASE["unit"],
    )
    assert [found["pairing"] for found in village["assistance"]] == CASE["pairings"]
    assert {found["helper"]["id"]: found["certainty"] for found in village["assistance"]} == {
        CASE["unit"]: "certain",
        persons_of(post_of(answer, "syn-14-post-141126-secretary")).popitem()[0]: "certain",
    }


async def test_each_cell_names_the_entries_behind_it(answer: Answer, samples: Samples) -> None:
    """Holders, posts, letters and pairings of the village name positions at which the log holds those events."""
    village = levels_of(answer)["village"]
    things = [*village["assistance"], *posts_of(village).values()]
    things += [held for post in posts_of(village).values() for held in post["holders"]]
    assert all(thing["evidence"] for thing in things)
    for named in [entry for thing in things for entry in thing["evidence"]]:
        entry = await samples.get(f"/logs/{CASE['log']}/events/{named['position']}")
        assert (entry["id"], entry["type"], entry["standing"]["status"]) == (named["id"], named["type"], "stands")

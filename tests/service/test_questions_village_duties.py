"""Question 1 as duties: what is owed for a village of Shanxi on one day, and what the text does not say."""

from __future__ import annotations

from typing import Final

import pytest

from tests.service.samples import CASES, Answer, Samples

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final = CASES["q1"]
COUNTY, TOWNSHIP = CASE["path"][2:4]
FIRST: Final = {"county": "shanxi-2016-art26-e", "township": "shanxi-2016-art36-c"}
LETTERS: Final = {"county": "shanxi-2016-art26-f", "township": "shanxi-2016-art36-d"}


async def duties(samples: Samples, place: str, rule: str | None = None) -> list[Answer]:
    """What a place of the chain owes under the Shanxi text on the day."""
    asked = {"valid_at": CASE["valid_at"], "scope": "own", "system": "shanxi", "rule": rule}
    answer = await samples.get("/duties", jurisdiction=place, limit=1000, **asked)
    assert (answer["valid_at"], answer["log"]["id"]) == (CASE["valid_at"], CASE["log"])
    items: list[Answer] = answer["items"]
    return items


def holders(duty: Answer) -> list[str]:
    """The persons who hold the posts of a role."""
    return [
        held["person"] for bearer in duty["actual"]["bearers"] for post in bearer["posts"] for held in post["holders"]
    ]


@pytest.mark.parametrize(("level", "place"), [("county", COUNTY), ("township", TOWNSHIP)])
async def test_first_responsible_persons_with_who_answers(samples: Samples, level: str, place: str) -> None:
    """At county and township both principals, each charged with the days of its own term, on the entries behind it."""
    (found,) = await duties(samples, place, FIRST[level])
    assert (found["status"], found["verdicts"], found["in_force"]) == ("met", "presence", "unknown")
    assert len(set(holders(found))) == 2
    charged = {row["person"]["id"] for row in found["charged"] if row["person"] is not None}
    assert charged >= set(holders(found))
    assert {one["type"] for one in found["evidence"]} >= {"post.established", "appointment.started"}


async def test_nobody_is_first_responsible_at_other_levels(samples: Samples) -> None:
    """Easy to get wrong: the text names 第一责任人 at two levels: no duty says so of province, city or village."""
    rules = {rule for place in CASE["path"] for one in await duties(samples, place) for rule in [one["rule"]]}
    assert set(FIRST.values()) <= rules
    for place in (*CASE["path"][:2], CASE["path"][-1]):
        found = await duties(samples, place, ",".join(FIRST.values()))
        assert found == [], place
        assert not [one for one in await duties(samples, place) if "第一责任人" in one["quote"]]


async def test_on_what_letter_the_duty_rests(samples: Samples) -> None:
    """Each principal with the letter in force; the county head signed none: a gap, as nobody stated a day for it."""
    county = {one["about"]: one for one in await duties(samples, COUNTY, LETTERS["county"])}
    missing = county.pop(CASE["without_letter"]["post"])
    assert (missing["status"], missing["would_be"], missing["verdicts"]) == ("gap", None, "presence")
    assert [gap["cause"] for gap in missing["gaps"]] == ["not-signed"]
    assert missing["charged"][-1]["person"]["id"] == CASE["without_letter"]["person"]
    kept = [*county.values(), *await duties(samples, TOWNSHIP, LETTERS["township"])]
    assert len(kept) == 3
    for one in kept:
        (held,) = one["actual"]["holders"]
        in_force = [letter for letter in held["letters"] if letter["in_force"] == "certain"]
        assert (one["status"], len(in_force)) == ("met", 1)
        assert in_force[0]["effective_from"] <= CASE["valid_at"] < in_force[0]["effective_until"]
    units = {one["about"]: one for one in await duties(samples, COUNTY, "shanxi-2016-art32-c")}
    (paired,) = [units[one] for one in CASE["pairings"] if one in units]
    assert (paired["status"], paired["actual"]["letters"][0]["id"]) == ("met", CASE["unit_letter"])


async def test_no_quota_of_visits_is_stated(samples: Samples) -> None:
    """Easy to get wrong: no number of visits is stated, so visits are present or not, and nobody is short of any."""
    (found,) = await duties(samples, CASE["jurisdiction"], "shanxi-2016-art43")
    assert (found["status"], found["verdicts"], found["due_on"]) == ("met", "presence", None)
    assert found["expected"] == {"events": ["visit.made", "measure.delivered"], "at_least": 1}
    assert found["window"] == {"from": None, "until": None}
    about_visits = [one for place in CASE["path"] for one in await duties(samples, place) if _visits(one)]
    assert {one["verdicts"] for one in about_visits} == {"presence"}
    assert {one["status"] for one in about_visits} <= {"met", "gap"}


def _visits(duty: Answer) -> bool:
    expected = duty["expected"]
    return isinstance(expected, dict) and "visit.made" in (expected.get("events") or ())


async def test_direct_responsibility_is_the_committees_for_data(samples: Samples) -> None:
    """Easy to get wrong: 直接责任 of art. 41 is borne by the village's two committees, for data, and by no person."""
    (found,) = await duties(samples, CASE["jurisdiction"], "shanxi-2016-art41-b")
    assert found["quote"] == "对数据的真实性、准确性、有效性承担直接责任"
    assert found["bearer"]["functions"] == ["party-committee", "village-committee"]
    assert [body["id"] for body in found["bearer"]["bodies"]] == [CASE["village_committee"]]
    direct = [
        one["rule"] for place in CASE["path"] for one in await duties(samples, place) if "直接责任" in one["quote"]
    ]
    assert set(direct) == {"shanxi-2016-art41-b"}

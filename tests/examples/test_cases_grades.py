"""The cases about ranks, grades and letters of principals: each number derived again from the logs alone."""

from __future__ import annotations

from typing import Any

from tests.examples.reading import CASES, between, said

RANKED, SENT, SIGNED = CASES["q6"], CASES["q12"], CASES["q13"]
Data = dict[str, Any]


def ranks(year: str) -> dict[str, int]:
    """The rank of each county in a round, as stated last."""
    found = [one for one in said(RANKED["log"], "evaluation.recorded") if one.get("year") == int(year)]
    return {
        one["subject"]: one["ranking"] for one in found if one["recorded_on"] == RANKED["rounds"][year]["recorded_on"]
    }


def rewarded(since: str, until: str) -> set[str]:
    """The counties commended between two days."""
    found = [one for one in said(RANKED["log"], "reward.granted") if since <= one["granted_on"] < until]
    return {one["subject"] for one in found if one["kind"] == "circulated-commendation"}


def test_each_round_ranks_without_a_hole() -> None:
    """Question 6: 58, 20 and 56 counties ranked from one on; the first of them, as many as stated, were rewarded."""
    starts = [row["recorded_on"] for row in RANKED["rounds"].values()] + ["2021-01-01"]
    for (year, row), until in zip(RANKED["rounds"].items(), starts[1:], strict=True):
        found = ranks(year)
        assert sorted(found.values()) == list(range(1, row["evaluated"] + 1))
        assert found[RANKED["county"]] == row["rank"]
        top = {county for county, rank in found.items() if rank <= row["rewarded"]}
        assert rewarded(row["recorded_on"], until) == top
        assert (RANKED["county"] in top) == row["county_rewarded"]
    assert len(ranks("2016")) == RANKED["counted"]


def test_who_held_the_posts_of_the_ranked_county() -> None:
    """Question 6: the days of each year, of the secretary since 2015 and the head since June 2017."""
    for row in RANKED["principals"].values():
        (start,) = [one for one in said(RANKED["log"], "appointment.started") if one["post_id"] == row["post"]]
        assert start["person_id"] == row["person"]
        for year, days in row["days"].items():
            first = max(start["effective_from"], f"{year}-01-01")
            assert between(first, f"{int(year) + 1}-01-01") == days
        assert not [
            one for one in said(RANKED["log"], "appointment.ended") if one["appointment_id"] == start["appointment_id"]
        ]


def test_the_grades_of_secretaries_and_units() -> None:
    """Question 12: whom each unit sent, both grades, and that one was corrected after the unit was graded."""
    for unit in SENT["units"]:
        sent = [one for one in said(SENT["log"], "appointment.started") if one.get("sending_unit_id") == unit["unit"]]
        assert [one["person_id"] for one in sent] == [unit["secretary"]]
        for known_at, grade in (("2020-12-01", unit.get("known") and "qualified"), ("2020-12-31", "unqualified")):
            found = [
                one for one in said(SENT["log"], "evaluation.recorded", known_at) if one["subject"] == unit["secretary"]
            ]
            assert [one["grade"] for one in found] == [grade or "unqualified"]
        own = [one["grade"] for one in said(SENT["log"], "evaluation.recorded") if one["subject"] == unit["unit"]]
        assert own[0] == unit["grade"]
        barred = own[-1] == "excellent"
        assert unit["status"] == ("breached" if barred else "met")


def test_the_scorers_of_the_leaders() -> None:
    """Question 12: whom each leader assisted in 2016, and which scorers are none of them."""
    pairings = said(SENT["log"], "pairing.started")
    for leader in SENT["leaders"]:
        helped = {one["assisted"] for one in pairings if one["helper"] == leader["person"]} | {SENT["township"]}
        strangers = [one for one in leader["scorers"] if one not in helped]
        assert strangers == leader["strangers"]


def test_the_letters_of_each_post() -> None:
    """Question 13: the days of 2018 on which the holder of a post had not both kinds of letters, by counting them."""
    letters = said(SIGNED["log"], "responsibility-letter.signed")
    joint = said(SIGNED["log"], "responsibility-letter.countersigned")
    for row in SIGNED["posts"]:
        own = [one for one in letters if one["signatory"].get("post_id") == row["post"]]
        shared = {one["letter_id"] for one in joint if one["signatory"].get("post_id") == row["post"]}
        own += [one | {"signatory": {"person_id": row["holder"]}} for one in letters if one["letter_id"] in shared]
        for gap in row["gaps"]:
            assert between(gap["from"], gap["until"]) == gap["days"]
            if gap["person"] is None:
                continue
            mine = [one for one in own if one["signatory"]["person_id"] == gap["person"]]
            there = [
                one for one in mine if one["effective_from"] < gap["until"] and gap["from"] < one["effective_until"]
            ]
            assert len({one["kind"] for one in there}) == 2 - gap["letters"]
        if not row["gaps"]:
            assert {one["kind"] for one in own} == {"exit-letter", "assistance-letter"}

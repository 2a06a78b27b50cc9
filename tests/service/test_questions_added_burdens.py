"""Question 19: which local duties ask more than their source, and which inspections came close upon another body's."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.service.samples import CASES, Answer, Samples

pytest_plugins = ["tests.service.samples"]
pytestmark = pytest.mark.anyio

CASE: Final = CASES["q19"]
GUARD, STACKING, CORRECTED = (f"guapai-2020-req-3-{letter}" for letter in "abc")


async def duties(samples: Samples, rule: str, **asked: str) -> list[Answer]:
    """What the province owes under one rule."""
    given = {"valid_at": CASE["valid_at"], "scope": "own", **asked}
    answer = await samples.get("/duties", jurisdiction=CASE["province"], rule=rule, **given)
    assert (answer["log"]["id"], bool(answer["known_at"])) == (CASE["log"], True)
    items: list[Answer] = answer["items"]
    return items


async def stacking(samples: Samples, **asked: str) -> Answer:
    """The one result of the rule against adding requirements."""
    (found,) = await duties(samples, STACKING, **asked)
    return found


async def events(samples: Samples, row: dict[str, Any]) -> list[str]:
    """The ids of the events behind a row of a list."""
    read = [await samples.get(f"/logs/{CASE['log']}/events/{one['position']}") for one in row["evidence"]]
    return [entry["event"]["id"] for entry in read]


async def test_what_goes_beyond_its_source_with_the_ratio(samples: Samples) -> None:
    """Weekly against monthly is four, two reports against one are two; a month less has no ratio, but both days."""
    listed = (await stacking(samples))["more"]["stricter"]
    assert [{name: row[name] for name in ("place", "measure", "ratio")} for row in listed] == CASE["stricter"]
    assert {row["source"] for row in listed} == {CASE["province"]}
    told = {(one["place"], one["measure"]): one for one in CASE["targets"]}
    for row in listed:
        own, source = told[row["place"], row["measure"]], told[row["source"], row["measure"]]
        assert [row["value"], row["source_value"]] == [own["value"], source["value"]]
        assert [row["due_on"], row["source_due_on"]] == [own["due_on"], source["due_on"]]
        assert await events(samples, row) == [source["event"], own["event"]]
    (earlier,) = [row for row in listed if row["ratio"] is None]
    assert earlier["due_on"] < earlier["source_due_on"]


async def test_the_machine_lists_and_does_not_rule(samples: Samples) -> None:
    """Easy to get wrong: stricter is not always wrong: the rule is kept by the arrangement, and a person judges."""
    found = await stacking(samples)
    assert (found["status"], found["would_be"], found["gaps"]) == ("met", None, [])
    assert (found["verdicts"], found["force"], found["more"]["judged_by"]) == ("presence", "guiding", "a person")
    assert CASE["arranged"] in await events(samples, found)
    unruled = [row for row in (*found["more"]["stricter"], *found["more"]["crowded"]) if "status" in row]
    assert unruled == []


async def test_without_a_link_to_a_source_nothing_is_compared(samples: Samples) -> None:
    """Easy to get wrong: what no level above states has no source: it is named apart, without a ratio."""
    found = (await stacking(samples))["more"]
    assert [[row["place"], row["measure"]] for row in found["without_source"]] == [CASE["without_source"]]
    assert "ratio" not in found["without_source"][0]
    assert CASE["without_source"][1] not in {row["measure"] for row in found["stricter"]}


async def test_the_source_is_the_nearest_level_above(samples: Samples) -> None:
    """A township asked as much as its county, or as its province, is not listed: nothing was added at its level."""
    townships = {one["place"] for one in CASE["targets"]} - {CASE["province"], CASE["county"]}
    listed = (await stacking(samples))["more"]["stricter"]
    assert townships
    assert townships.isdisjoint(row["place"] for row in listed)


async def test_inspections_of_one_subject_by_different_bodies_within_seven_days(samples: Samples) -> None:
    """Five days and exactly seven count, eight do not; nor does the same body, nor another subject."""
    listed = (await stacking(samples))["more"]["crowded"]
    assert [await events(samples, row) for row in listed] == CASE["crowded"]
    assert [row["days"] for row in listed] == [5, 7]
    held = {one["event"]: one for one in CASE["inspections"]}
    for row, (one, other) in zip(listed, CASE["crowded"], strict=True):
        assert row["subject"] == held[one]["subject"] == held[other]["subject"]
        assert row["bodies"] == [held[one]["body"], held[other]["body"]]
        assert len(set(row["bodies"])) == 2


async def test_corrections_ordered_of_riding_on_another_inspection(samples: Samples) -> None:
    """A finding of 搭车督战 whose correction was ordered is met, another is a gap and no breach: 及时 has no number."""
    found = {one["about"]: one for one in await duties(samples, CORRECTED)}
    ordered, open_still = CASE["findings"]
    assert {about: (one["status"], one["would_be"]) for about, one in found.items()} == {
        ordered["finding"]: ("met", None),
        open_still["finding"]: ("gap", None),
    }
    assert found[ordered["finding"]]["actual"]["first_on"] == ordered["ordered_on"]
    (before,) = await duties(samples, CORRECTED, valid_at="2020-04-23")
    assert before["status"] == "not-applicable"


async def test_a_finding_of_formalism_would_be_a_gap(samples: Samples) -> None:
    """Findings of another kind are none of formalism: nothing on record speaks against that duty."""
    (found,) = await duties(samples, GUARD)
    assert (found["status"], found["actual"]["count"], found["expected"]["at_most"]) == ("met", 0, 0)


async def test_as_was_known_before_the_targets_were_recorded(samples: Samples) -> None:
    """On 2020-03-22 the arrangement was on record and no target: the lists were empty."""
    found = await stacking(samples, known_at="2020-03-22")
    assert (found["status"], found["more"]["stricter"], found["more"]["crowded"]) == ("met", [], [])

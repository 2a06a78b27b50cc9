"""Acts and assistance of days before a place moved count where the place was then."""

from __future__ import annotations

import pytest

from projections.policies.rule import Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of

HEAD = "county.assisting-unit.assisting-unit-head"


def moved(on: str) -> list[Event]:
    """The village comes under another township of the county."""
    other = {"jurisdiction_id": "other", "code": "330723199", "name_zh": "other", "level": "township"}
    return [
        event("jurisdiction.registered", **other, parent_id="county"),
        event("jurisdiction.reparented", jurisdiction_id="village", new_parent_id="other", effective_from=on),
    ]


def visit(on: str) -> Event:
    """The head of the unit visits the village."""
    return event("visit.made", visit_id=on, visitor=[{"post_id": HEAD}], place_id="village", started_on=on)


def paired(assisted: str) -> Event:
    """The unit is paired with a place."""
    return event(
        "pairing.started", pairing_id="p", helper="county.assisting-unit", assisted=assisted, kind="fixed-point-unit",
        effective_from="2016-01-01",
    )  # fmt: skip


def twice_a_year() -> Rule:
    """The head of a unit visits, in each half of the year, every place that the unit is paired with."""
    params = {"events": ["visit.made"], "by_functions": ["assisting-unit-head"], "each": "paired", "period": "P6M"}
    return rule_of("quota", params, level="unit", functions=("assisting-unit",))


@pytest.mark.parametrize(
    ("move", "statuses"),
    [("2019-06-01", ["met", "met"]), ("2018-09-01", ["met", "met"]), ("2018-06-01", ["met", "breached"])],
)
def test_a_visit_is_one_to_the_township_that_the_village_was_in(move: str, statuses: list[str]) -> None:
    """A unit paired with a township visited one of its villages in both halves: of days after the move it did not."""
    given = [paired("township"), visit("2018-03-01"), visit("2018-08-01"), *moved(move)]
    found = duties_of(twice_a_year(), given, "2019-12-31", ("2018-01-01", "2019-01-01"))
    assert [one.status for one in found] == statuses


def test_a_visit_to_a_village_that_was_merged_since_still_counts() -> None:
    """The unit visited the village it helped in both halves of the year after which it was merged away."""
    given = [
        paired("village"),
        event("pairing.ended", pairing_id="p", reason="reassigned", effective_until="2019-01-01"),
        event(
            "jurisdiction.restructured", kind="merge", predecessor_ids=["village"], successor_ids=["other"],
            effective_from="2019-01-01",
        ),
        visit("2018-03-01"),
    ]  # fmt: skip
    for day in ("2019-01-01", "2019-12-31"):
        found = duties_of(twice_a_year(), given, day, ("2018-01-01", "2019-01-01"))
        assert [one.status for one in found] == ["met", "breached"]


@pytest.mark.parametrize(("move", "status"), [("2019-03-01", "met"), ("2018-12-31", "breached")])
def test_scorers_are_of_the_township_assisted_in_the_year_evaluated(move: str, status: str) -> None:
    """Of 2018: the township that the village was in at the end of that year, whatever it is in since."""
    rule = rule_of("scorers", {"functions": ["other-leader"], "classes": ["township", "village"]})
    leader = "county.other-leader"
    given = [
        event(
            "pairing.started", pairing_id="p", helper=f"{leader}.holder", assisted="village", kind="contact-point",
            effective_from="2016",
        ),
        event(
            "evaluation.recorded", evaluation_id="e1", subject=leader, year=2018, scorers=["township", "village"],
            recorded_on="2019-01-10",
        ),
        *moved(move),
    ]  # fmt: skip
    assert [one.status for one in duties_of(rule, given, "2019-06-01") if one.outcome.about == "e1"] == [status]

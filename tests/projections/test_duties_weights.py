"""What evaluations weigh, against their scheme."""

from __future__ import annotations

from typing import Any

import pytest

from projections.policies.rule import Reading
from tests.projections.rules_made import Event, duties_of, event, rule_of

SCHEME: dict[str, Any] = {
    "components": [{"words": ["脱贫"], "weight": "0.30"}, {"words": ["职能"], "weight": "0.50"}],
    "of": "bodies",
    "year": 2016,
}
TOWNS: dict[str, Any] = {**SCHEME, "components": [{"words": ["脱贫"], "weight": "0.35"}], "of": "places"}
CADRES: dict[str, Any] = {"components": [{"words": ["脱贫"]}], "of": "holders", "year": 2016, "rewards": ["bonus"]}
SPAN = ("2016-01-01", "2017-01-01")


def weighed(subject: str, *parts: tuple[str | None, str | None], year: int = 2016, **more: Any) -> Event:
    """An evaluation with its components."""
    components = [
        {key: value for key, value in (("name", name), ("weight", weight)) if value is not None}
        for name, weight in parts
    ]
    stated = {"evaluation_id": f"{subject}-{year}", "subject": subject, "year": year, "recorded_on": f"{year}-12-20"}
    return event("evaluation.recorded", **{**stated, "components": components, **more})


def found(params: dict[str, Any], given: list[Event], day: str = "2016-12-31") -> list[str]:
    """The statuses of the evaluations of 2016."""
    return [one.status for one in duties_of(rule_of("weights", params), given, day, SPAN)]


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([("脱贫实绩", "0.30"), ("职能业务", "0.50")], "met"),
        ([("脱贫实绩", "0.3"), ("职能业务", "0.5"), ("党建", "0.1")], "met"),
        ([("脱贫实绩", "0.31"), ("职能业务", "0.50")], "breached"),
        ([("脱贫实绩", "0.30"), ("职能业务", "0.49")], "breached"),
        ([("脱贫实绩", "0.20"), ("脱贫满意度", "0.10"), ("职能业务", "0.50")], "met"),
        ([("脱贫实绩", "0.30")], "breached"),
        ([("脱贫实绩", None), ("职能业务", "0.50")], "undetermined"),
        ([("脱贫实绩", "0.30"), (None, "0.50")], "undetermined"),
        ([], "undetermined"),
    ],
)
def test_weights_are_those_of_the_scheme(parts: list[tuple[str | None, str | None]], status: str) -> None:
    """Exact; parts that share a word add up; the rest is not looked at; what is missing decides nothing."""
    assert found(SCHEME, [weighed("county.party-committee", *parts)]) == [status]


def test_each_evaluation_of_a_place_below_is_one_result() -> None:
    """Townships are judged by their own weight, and each by itself."""
    rule = rule_of("weights", TOWNS)
    (one,) = duties_of(rule, [weighed("township", ("脱贫攻坚", "0.30"))], "2016-12-31", SPAN)
    assert (one.status, one.outcome.about, one.outcome.more["subject"]) == ("breached", "township-2016", "township")
    assert [entry["type"] for entry in one.outcome.evidence] == ["evaluation.recorded"]


def test_a_result_is_judged_by_the_scheme_of_its_year() -> None:
    """Years before the scheme are not its; whether it holds in later years is a reading."""
    old = weighed("township", ("脱贫攻坚", "0.02"), year=2015)
    assert found(TOWNS, [old]) == ["due"]
    reading = Reading("recurs", default=True, others=(False,), means="every year, or that of 2016 alone")
    rule = rule_of("weights", {**TOWNS, "recurs": True}, readings=(reading,))
    later = weighed("township", ("脱贫攻坚", "0.02"), year=2017)
    (one,) = duties_of(rule, [later], "2018-01-01", ("2017-01-01", "2018-01-01"))
    assert (one.status, one.alternatives[0].status) == ("breached", "not-applicable")


def test_a_year_without_an_evaluation() -> None:
    """Still to come while the year runs, a gap once it is over."""
    assert (found(TOWNS, []), found(TOWNS, [], "2017-01-01")) == (["due"], ["gap"])


def test_a_scheme_of_one_past_year_is_told_under_an_instrument_that_came_after() -> None:
    """What a later text reports of the year before is looked for in that year."""
    rule = rule_of("weights", {**TOWNS, "year": 2015, "recurs": False}, verdicts="presence")
    given = [weighed("township", ("脱贫攻坚", "0.35"), year=2015)]
    assert [one.status for one in duties_of(rule, given, "2016-06-30", system="majiang")] == ["met"]
    assert [one.status for one in duties_of(rule, [], "2016-06-30", system="majiang")] == ["gap"]


def test_a_cadre_s_evaluation_has_a_part_for_it() -> None:
    """Any weight shows the link, for the person who held the post in the year or for the post."""
    rule = rule_of("weights", CADRES, level="person", functions=("party-principal",), verdicts="presence")

    def of(given: list[Event]) -> str:
        (one,) = [
            one for one in duties_of(rule, given, "2016-12-31", SPAN) if one.subject.id == "county.party-principal"
        ]
        return one.status

    holder = "county.party-principal.holder"
    assert of([weighed(holder, ("脱贫实绩", None))]) == "met"
    assert of([weighed(holder, ("德", "1"))]) == "gap"
    assert of([weighed("township.party-principal.holder", ("脱贫实绩", None))]) == "gap"
    bonus = event("reward.granted", reward_id="b", subject=holder, kind="bonus", granted_on="2016-12-01")
    assert of([bonus]) == "gap"
    bonus["data"]["ground_obligation_id"] = "made-1"
    assert of([bonus]) == "met"


def test_scores_under_the_weights_of_the_scheme() -> None:
    """What the scheme weighs is worked out exactly, whatever weight was used; the rest stays unknown, and is said."""
    parts = [{"name": "脱贫", "weight": "0.02", "score": "90"}, {"name": "职能", "weight": "0.50", "score": "80"}]
    rule, subject = rule_of("weights", SCHEME), "county.party-committee"
    (one,) = duties_of(rule, [weighed(subject, components=parts)], "2016-12-31", SPAN)
    assert one.outcome.more["recomputed"] == {"points": "67.00", "of_weight": "0.80", "rest": "0.20"}
    (one,) = duties_of(rule, [weighed(subject, components=parts[:1])], "2016-12-31", SPAN)
    assert one.outcome.more["recomputed"] is None

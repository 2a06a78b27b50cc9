"""Scorers of a leader against those whom he assists in the year evaluated."""

from __future__ import annotations

from typing import Any

import pytest

from projections.duties.evaluating import Duty
from projections.policies.rule import Reading, Rule
from tests.projections.rules_made import Event, duties_of, event, rule_of

LEADER = "county.other-leader"
CLASSES = ["township", "village", "household"]


def scoring(readings: tuple[Reading, ...] = (), **params: Any) -> Rule:
    """County leaders are scored from below."""
    return rule_of("scorers", {"functions": ["other-leader"], "classes": CLASSES, **params}, readings=readings)


def world(*pairings: Event) -> list[Event]:
    """Two households of the village, and whom the leader assists."""
    homes = [
        event("household.identified", household_id=f"h{n}", jurisdiction_id="village", effective_from="2014-12-31")
        for n in (1, 2)
    ]
    return [*homes, *pairings]


def assists(what: str, since: str = "2016", **more: Any) -> Event:
    """The leader is paired with somebody."""
    return event(
        "pairing.started",
        pairing_id=f"p-{what}",
        helper=f"{LEADER}.holder",
        assisted=what,
        effective_from=since,
        **more,
    )


def scored(scorers: list[str] | None, year: int = 2018, on: str = "2019-01-10", subject: str = LEADER) -> Event:
    """His result is recorded."""
    return event("evaluation.recorded", evaluation_id="e1", subject=subject, year=year, scorers=scorers, recorded_on=on)


def judged(rule: Rule, told: list[Event], day: str = "2019-06-01") -> Duty:
    """The duty about the evaluation."""
    (found,) = [duty for duty in duties_of(rule, told, day) if duty.outcome.about == "e1"]
    return found


BOTH = world(assists("village"), assists("h1"))


@pytest.mark.parametrize(
    ("scorers", "status", "cause"),
    [
        (["township", "village", "h1"], "met", None),
        (["township", "village", "h2"], "breached", "household"),
        (["village", "h1"], "breached", "township"),
        ([], "gap", "township"),
        (None, "gap", "township"),
        (["township.party-principal", "village.party-principal", "h1"], "met", None),
    ],
)
def test_one_of_each_class_whom_he_assists(scorers: list[str] | None, status: str, cause: str | None) -> None:
    """Others do not count; nobody on record is a gap; who holds a post scores for its place."""
    found = judged(scoring(), [*BOTH, scored(scorers)])
    assert found.status == status
    assert (found.outcome.gaps[0].about if found.outcome.gaps else None) == cause


def test_who_was_paired_in_another_year_is_nobody_he_assists() -> None:
    """The pairings of the year evaluated count: one that ended before it, or began after it, does not."""
    ended = event("pairing.ended", pairing_id="p-h1", effective_until="2018-01-01")
    everyone = scored(["township", "village", "h1"])
    assert judged(scoring(), [*BOTH, ended, everyone]).status == "gap"
    later = world(assists("village"), assists("h1", "2019-01-01"))
    assert judged(scoring(), [*later, everyone]).status == "gap"
    assert judged(scoring(), [*later, everyone]).outcome.more["scorers_not_assisted"] == ["h1"]


def test_a_pairing_that_may_have_ended_before_the_year_leaves_it_open() -> None:
    """Nobody is found to have left out a household that he perhaps did not assist."""
    ended = event("pairing.ended", pairing_id="p-h1", effective_until="2018")
    told = [*world(assists("village"), assists("h1", "2017")), ended]
    assert judged(scoring(), [*told, scored(["township", "village"])]).status == "undetermined"
    assert judged(scoring(), [*told, scored(["township", "village", "h1"])]).status == "met"


def test_readings_of_all_or_one_and_of_the_township_above() -> None:
    """Every household, or one; the township of his village, or only one that he is paired with."""
    readings = (
        Reading("every", False, (True,), "all of a class"),
        Reading("through", True, (False,), "of his village"),
    )
    told = [*world(assists("village"), assists("h1"), assists("h2")), scored(["township", "village", "h1"])]
    found = judged(scoring(readings, every=False, through=True), told)
    assert found.status == "met"
    assert [(other.name, other.status) for other in found.alternatives] == [("every", "breached"), ("through", "gap")]


def test_a_leader_who_was_never_evaluated_is_a_gap_and_a_past_result_is_of_its_holder() -> None:
    """A result before he took office is not his."""
    found = duties_of(scoring(), BOTH, "2019-06-01")
    assert [(duty.status, duty.outcome.about, duty.outcome.gaps[0].cause) for duty in found] == [
        ("gap", LEADER, "not-evaluated")
    ]
    early = scored(["township"], year=2014, on="2015-01-10")
    assert [duty.outcome.about for duty in duties_of(scoring(), [*BOTH, early], "2019-06-01")] == [LEADER]


def test_before_its_day_a_result_is_not_known() -> None:
    """On the eve of the result there is none."""
    told = [*BOTH, scored(["township", "village", "h1"])]
    assert [duty.outcome.about for duty in duties_of(scoring(), told, "2019-01-09")] == [LEADER]
    assert judged(scoring(), told, "2019-01-10").status == "met"


def test_one_result_of_a_leader_with_two_posts_is_told_once() -> None:
    """A result that names the person is one result, however many leading posts he holds."""
    second = event(
        "appointment.started", appointment_id="second", person_id=f"{LEADER}.holder", post_id="county.deputy-in-charge",
        effective_from="2018-01-01",
    )  # fmt: skip
    rule = scoring(functions=["other-leader", "deputy-in-charge"])
    everyone = scored(["township", "village", "h1"], subject=f"{LEADER}.holder")
    found = judged(rule, [*BOTH, second, everyone])
    assert (found.status, found.outcome.more["posts"]) == ("met", ["county.deputy-in-charge", LEADER])


def test_a_result_that_names_the_post_is_of_all_who_held_it_in_the_year() -> None:
    """The pairings of predecessor and successor both count."""
    told = [
        *BOTH,
        event("appointment.ended", appointment_id=f"{LEADER}.tenure", effective_until="2018-06-01"),
        event("appointment.started", appointment_id="n", person_id="next", post_id=LEADER, effective_from="2018-06-01"),
        scored(["township", "village", "h1"]),
    ]
    assert judged(scoring(), told).status == "met"


def test_only_pairings_of_the_kinds_named_count() -> None:
    """With kinds given, a pairing of another kind makes nobody whom he assists."""
    told = [*world(assists("village", kind="a"), assists("h1", kind="b")), scored(["township", "village", "h1"])]
    assert judged(scoring(kinds=["a", "b"]), told).status == "met"
    assert judged(scoring(kinds=["a"]), told).status == "gap"

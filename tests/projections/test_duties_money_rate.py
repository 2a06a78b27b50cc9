"""The part of what projects were paid that was settled."""

from __future__ import annotations

from typing import Any

from projections.policies.rule import Reading
from tests.projections.rules_made import Event, duties_of, event, rule_of, statuses

PARAMS = {"measure": "least", "goal": "1"}
PROJECT = event("project.proposed", project_id="p", jurisdiction_id="village", proposed_on="2017-01-10")


def least(value: str = "0.85", of: str = "county", due_on: str = "2017-12-31") -> Event:
    """A target that states the minimum."""
    return event("target.set", target_id=f"t-{of}", subject_id=of, measure="least", value=value, due_on=due_on)


def paid(amount: str, on: str = "2017-05-01", **more: Any) -> Event:
    """A payment to the project."""
    stated = {"disbursement_id": f"d-{on}", "project_id": "p", "amount": amount, "disbursed_on": on}
    return event("funds.disbursed", **{**stated, **more})


def settled(amount: str, on: str = "2017-11-01") -> Event:
    """A settlement of the project."""
    return event("funds.reimbursed", reimbursement_id=f"r-{on}", project_id="p", amount=amount, reimbursed_on=on)


def of_2017(given: list[Event], day: str = "2018-01-01", **params: Any) -> str:
    """The status of the year 2017."""
    rule = rule_of("money-rate", {**PARAMS, **params})
    return statuses(rule, [PROJECT, *given], day, ("2017-01-01", "2018-01-01"))["2017"]


def test_the_minimum_must_be_exceeded_unless_it_is_included() -> None:
    """高于 does not include the minimum itself; exact to the fen."""
    given = [least(), paid("1000000.00"), settled("850000.00")]
    assert (of_2017(given), of_2017(given, inclusive=True)) == ("breached", "met")
    assert of_2017([least(), paid("1000000.00"), settled("850000.01")]) == "met"
    assert of_2017(given, "2017-12-31") == "due"


def test_without_a_minimum_the_rate_is_shown_and_undetermined() -> None:
    """The minimum is another authority's and has its own source; a target of another year or measure is none."""
    given = [PROJECT, paid("1000.00"), settled("900.00"), least(due_on="2016-12-31")]
    span = ("2017-01-01", "2018-01-01")
    (one,) = duties_of(rule_of("money-rate", PARAMS), given, "2018-01-01", span)
    assert (one.status, one.outcome.actual["rate"]) == ("undetermined", "0.9")


def test_less_than_all_is_no_breach() -> None:
    """力争达到100%: the goal is shown, and missing it breaches nothing."""
    rule = rule_of("money-rate", PARAMS)
    span = ("2017-01-01", "2018-01-01")
    (one,) = duties_of(rule, [PROJECT, least(), paid("1000.00"), settled("999.99")], "2018-01-01", span)
    assert (one.status, one.outcome.more["goal_reached"]) == ("met", False)
    (one,) = duties_of(rule, [PROJECT, least(), paid("1000.00"), settled("1000.00")], "2018-01-01", span)
    assert (one.status, one.outcome.more["goal_reached"]) == ("met", True)


def test_the_minimum_of_a_place_above_counts_where_it_has_none_of_its_own() -> None:
    """The province's minimum holds for its counties."""
    given = [least(of="province"), paid("1000.00"), settled("860.00")]
    assert of_2017(given) == "met"
    assert of_2017([*given, least("0.90")]) == "breached"


def test_a_settlement_of_the_next_year_counts_under_one_reading() -> None:
    """The year alone, or all up to its end: a result that differs says so."""
    reading = Reading("over", "year", ("all",), "which payments")
    rule = rule_of("money-rate", {**PARAMS, "over": "year"}, readings=(reading,))
    given = [PROJECT, least(), paid("1000.00", "2016-05-01"), settled("1000.00", "2016-06-01"), paid("100.00"),
             settled("50.00")]  # fmt: skip
    (one,) = duties_of(rule, given, "2018-01-01", ("2017-01-01", "2018-01-01"))
    assert (one.status, one.alternatives[0].status) == ("breached", "met")


def test_payments_outside_projects_and_elsewhere_do_not_count() -> None:
    """Only payments of projects in the place or below it; each payment as it was stated last."""
    given = [least(), paid("1000.00"), settled("860.00")]
    assert of_2017([*given, paid("9000.00", "2017-06-01", project_id=None, jurisdiction_id="county")]) == "met"
    elsewhere = event("project.proposed", project_id="q", jurisdiction_id="city", proposed_on="2017-01-10")
    assert of_2017([*given, elsewhere, paid("9000.00", "2017-06-01", project_id="q")]) == "met"
    assert of_2017([*given, paid("2000.00")]) == "breached"


def test_a_year_without_payments_owes_nothing() -> None:
    """Where nothing was paid there is nothing to settle."""
    assert of_2017([least()]) == "not-applicable"

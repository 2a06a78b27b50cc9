"""Growth of a fund from year to year."""

from __future__ import annotations

from typing import Any

import pytest

from projections.policies.rule import Reading
from tests.projections.rules_made import Event, duties_of, event, rule_of, statuses

BASE = "general-public-budget-revenue"


def budget(year: int, fund: str, revenue: str | None = None, **more: Any) -> Event:
    """A county's budget of a year."""
    base = {"base_revenue": revenue, "base_definition": BASE} if revenue is not None else {}
    stated = {"budget_id": f"budget-{year}", "jurisdiction_id": "county", "fiscal_year": year, "special_fund": fund}
    return event("budget.appropriated", **{**stated, **base, "adopted_on": f"{year}-02-10", **more})


def of_2017(params: dict[str, Any], given: list[Event], day: str = "2018-01-01") -> str:
    """The status of the year 2017."""
    return statuses(rule_of("money-growth", params), given, day, ("2017-01-01", "2018-01-01"))["2017"]


@pytest.mark.parametrize(
    ("fund", "status"), [("110.00", "breached"), ("110.01", "met"), ("109.99", "breached"), ("99.00", "breached")]
)
def test_growth_must_exceed_that_of_the_revenue(fund: str, status: str) -> None:
    """高于: equal growth fails; rates are compared multiplied out."""
    given = [budget(2016, "100.00", "1000.00"), budget(2017, fund, "1100.00")]
    assert of_2017({"test": "above-revenue", "base": BASE}, given) == status


def test_the_year_before_may_be_stated_by_the_budget_itself() -> None:
    """Where no budget of the year before is on record, what the year's own says of it is taken."""
    given = [budget(2017, "120.00", "1100.00", previous_year_fund="100.00", previous_year_revenue="1000.00")]
    params = {"test": "above-revenue", "base": BASE}
    assert of_2017(params, given) == "met"
    assert of_2017(params, [budget(2017, "120.00", "1100.00")]) == "undetermined"


def test_two_statements_of_the_year_before_that_decide_differently() -> None:
    """Which of the two is right is not for the rule to say; where both come to the same, it does not matter."""
    params = {"test": "rises"}
    stated = budget(2017, "120.00", previous_year_fund="130.00")
    assert of_2017(params, [budget(2016, "100.00"), stated]) == "undetermined"
    assert of_2017(params, [budget(2016, "125.00"), stated]) == "breached"


def test_a_revenue_of_zero_has_no_growth() -> None:
    """A rate needs a base."""
    given = [budget(2016, "100.00", "0.00"), budget(2017, "120.00", "1100.00")]
    assert of_2017({"test": "above-revenue", "base": BASE}, given) == "undetermined"


@pytest.mark.parametrize(
    ("funds", "rate", "amount"),
    [
        (("100.00", "110.00", "122.00"), "met", "met"),
        (("100.00", "120.00", "143.00"), "breached", "met"),
        (("100.00", "110.00", "121.00"), "breached", "met"),
        (("100.00", "120.00", "120.00"), "breached", "breached"),
        (("100.00", "90.00", "89.00"), "breached", "breached"),
        (("0.00", "90.00", "189.00"), "undetermined", "met"),
    ],
)
def test_double_growth_by_rate_and_by_amount(funds: tuple[str, str, str], rate: str, amount: str) -> None:
    """双增长: the total grows and so does its growth; equal fails; 增幅 as rate or amount is a reading that shows."""
    given = [budget(2015 + n, fund) for n, fund in enumerate(funds)]
    reading = Reading("increase", "rate", ("amount",), "rate or amount")
    rule = rule_of("money-growth", {"test": "double", "increase": "rate"}, readings=(reading,))
    (one,) = duties_of(rule, given, "2018-01-01", ("2017-01-01", "2018-01-01"))
    assert (one.status, one.alternatives[0].status) == (rate, amount)


def test_double_growth_needs_three_years() -> None:
    """Two years decide only where the total did not grow."""
    assert of_2017({"test": "double"}, [budget(2016, "100.00"), budget(2017, "120.00")]) == "undetermined"
    assert of_2017({"test": "double"}, [budget(2016, "100.00"), budget(2017, "100.00")]) == "breached"
    third = budget(2016, "100.00", previous_year_fund="95.00")
    assert of_2017({"test": "double"}, [third, budget(2017, "120.00")]) == "met"


def test_keeping_up_is_asked_where_the_revenue_grew() -> None:
    """逐步: not less than the year before; where the revenue fell, less is no failure."""
    params = {"test": "keeps-up", "base": BASE}
    assert of_2017(params, [budget(2016, "100.00", "1000.00"), budget(2017, "100.00", "1100.00")]) == "met"
    assert of_2017(params, [budget(2016, "100.00", "1000.00"), budget(2017, "99.00", "1100.00")]) == "breached"
    assert of_2017(params, [budget(2016, "100.00", "1000.00"), budget(2017, "99.00", "900.00")]) == "met"


def test_allocations_of_a_source_may_be_the_money_meant() -> None:
    """What the place allocated from a source in the year is added up; other sources do not count."""

    def given_on(day: str, amount: str, source: str = "east-west") -> Event:
        return event(
            "funds.allocated", allocation_id=f"{source}-{day}", source=source, allocator_id="county",
            recipient_id="township", amount=amount, allocated_on=day,
        )  # fmt: skip

    given = [given_on("2016-05-01", "60.00"), given_on("2017-05-01", "30.00"), given_on("2017-06-01", "31.00")]
    params = {"test": "rises", "allocated": ["east-west"]}
    assert of_2017(params, given) == "met"
    assert of_2017(params, given, "2017-05-31") == "due"
    assert of_2017(params, [*given[:2], given_on("2017-07-01", "500.00", "social")]) == "breached"


def test_a_mechanism_may_be_shown_by_an_instrument_instead() -> None:
    """Under that reading the instrument that lists the duty counts, from its day on, and growth does not."""
    issued = event("instrument.issued", instrument_id="i", printed_on="2017-05-01", rules=["made-1"],
                   scope_jurisdictions=["county"])  # fmt: skip
    given = [budget(2016, "100.00"), budget(2017, "100.00"), issued]
    params = {"test": "rises", "shown_by": "instrument"}
    assert of_2017(params, given, "2017-04-30") == "due"
    assert of_2017(params, given, "2017-05-01") == "met"
    assert of_2017({"test": "rises"}, given) == "breached"


def test_both_growths_and_both_years_are_shown() -> None:
    """The answer gives rates, amounts and the entries of both years."""
    rule = rule_of("money-growth", {"test": "above-revenue", "base": BASE})
    given = [budget(2016, "4.00", "600.00"), budget(2017, "5.50", "660.00")]
    (one,) = duties_of(rule, given, "2017-06-30", ("2017-01-01", "2018-01-01"))
    shown = one.outcome.actual
    assert (shown["fund_growth"], shown["revenue_growth"], shown["increase"]) == ("0.375", "0.1", "1.50")
    assert len(one.outcome.evidence) == 2
    assert one.outcome.expected == {"test": "above-revenue", "base": BASE}


def test_a_past_year_that_another_reading_would_meet_says_so() -> None:
    """Asked about a day, a year that is over and met is left out; as an alternative it is still told as met."""
    other = "public-budget-revenue"
    reading = Reading("base", BASE, (other,), "two names")
    rule = rule_of("money-growth", {"test": "above-revenue", "base": BASE}, readings=(reading,))
    given = [
        budget(2017, "120.00", "1300.00", previous_year_fund="100.00", previous_year_revenue="1000.00"),
        budget(2017, "120.00", "1100.00", previous_year_fund="100.00", previous_year_revenue="1000.00",
               budget_id="other", base_definition=other),
    ]  # fmt: skip
    (one,) = [one for one in duties_of(rule, given, "2018-06-30") if one.outcome.since == "2017-01-01"]
    assert (one.status, [each.status for each in one.alternatives]) == ("breached", ["met"])

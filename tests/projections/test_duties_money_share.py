"""Shares of a fund in a revenue, by fiscal year."""

from __future__ import annotations

from typing import Any

from projections.policies.rule import Reading
from tests.projections.rules_made import Event, duties_of, event, rule_of, statuses

PUBLIC = "public-budget-revenue"
GENERAL = "general-public-budget-revenue"
FLOOR = {"base": PUBLIC, "floor": "0.01"}


def budget(year: int, amount: str, revenue: str | None = "550000000.00", on: str | None = None, **more: Any) -> Event:
    """A county's budget of a year, with its base where a revenue is given."""
    base = {"base_revenue": revenue, "base_definition": PUBLIC} if revenue is not None else {}
    stated = {"budget_id": f"budget-{year}", "jurisdiction_id": "county", "fiscal_year": year, "special_fund": amount}
    return event("budget.appropriated", **{**stated, **base, "adopted_on": on or f"{year}-02-10", **more})


def test_exactly_the_floor_passes_and_a_fen_less_does_not() -> None:
    """1%以上 includes 1 %, in exact arithmetic."""
    rule = rule_of("money-share", FLOOR)
    assert statuses(rule, [budget(2017, "5500000.00")], "2017-12-31") == {"2017": "met"}
    assert statuses(rule, [budget(2017, "5499999.99")], "2017-12-31") == {"2017": "due"}
    assert statuses(rule, [budget(2017, "5499999.99")], "2018-01-01")["2017"] == "breached"


def test_a_third_of_a_fen_is_not_rounded_away() -> None:
    """A share is compared multiplied out: one whose quotient has no end is judged exactly."""
    rule = rule_of("money-share", {"base": PUBLIC, "floor": "0.333333"})
    (one,) = duties_of(rule, [budget(2017, "1000000.00", "3000000.00")], "2017-03-01")
    assert (one.status, one.outcome.actual["share"]) == ("met", "0.333333")
    rule = rule_of("money-share", {"base": PUBLIC, "floor": "0.3333334"})
    assert statuses(rule, [budget(2017, "1000000.00", "3000000.00")], "2017-03-01") == {"2017": "due"}


def test_an_amendment_moves_the_base_from_its_day_on() -> None:
    """The budget adopted last by the day stands, and the answer says since when."""
    rule = rule_of("money-share", FLOOR)
    given = [budget(2017, "5500000.00"), budget(2017, "5500000.00", "625000000.00", "2017-08-30")]
    (before,) = duties_of(rule, given, "2017-08-29")
    (after,) = duties_of(rule, given, "2017-08-30")
    assert (before.status, before.outcome.actual["as_of"]) == ("met", "2017-02-10")
    assert (after.status, after.outcome.actual["as_of"]) == ("due", "2017-08-30")
    assert after.outcome.actual["share"] == "0.0088"
    assert len(after.outcome.evidence) == 2


def test_the_order_of_recording_is_not_that_of_adoption() -> None:
    """An adoption recorded after the amendment that changed it does not stand."""
    rule = rule_of("money-share", FLOOR)
    given = [budget(2017, "5500000.00", "625000000.00", "2017-08-30"), budget(2017, "5500000.00")]
    assert statuses(rule, given, "2017-12-31") == {"2017": "due"}


def test_the_other_name_of_the_base_is_another_reading() -> None:
    """A result that would differ under the other base says so; a base that is not on record decides nothing."""
    reading = Reading("base", PUBLIC, (GENERAL,), "two names")
    rule = rule_of("money-share", FLOOR, readings=(reading,))
    general = budget(2017, "5500000.00", "660000000.00", budget_id="other", base_definition=GENERAL)
    (one,) = duties_of(rule, [budget(2017, "5500000.00"), general], "2017-12-31")
    assert (one.status, [each.status for each in one.alternatives]) == ("met", ["due"])
    assert one.outcome.actual["base"] == PUBLIC
    assert one.outcome.more["bases_on_record"] == [GENERAL, PUBLIC]
    assert statuses(rule, [general], "2018-01-01")["2017"] == "undetermined"


def test_a_missing_base_is_undetermined_once_the_year_is_over() -> None:
    """While the year runs it can still be recorded."""
    rule = rule_of("money-share", FLOOR)
    given = [budget(2017, "5500000.00", None)]
    assert statuses(rule, given, "2017-12-31") == {"2017": "due"}
    assert statuses(rule, given, "2018-01-01") == {"2017": "undetermined", "2018": "due"}


def test_another_fund_and_another_place_do_not_count() -> None:
    """Only the named fund of the place itself is looked at; a fund without a name counts."""
    rule = rule_of("money-share", {**FLOOR, "fund": "special-poverty-fund"})
    assert statuses(rule, [budget(2017, "5500000.00", fund="roads")], "2017-12-31") == {"2017": "due"}
    assert statuses(rule, [budget(2017, "5500000.00", jurisdiction_id="township")], "2017-12-31") == {"2017": "due"}
    assert statuses(rule, [budget(2017, "5500000.00")], "2017-12-31") == {"2017": "met"}


def test_years_before_that_were_met_are_told_in_a_span_alone() -> None:
    """Asked about a day, the running year and earlier ones not met; asked about a span, every year of it."""
    rule = rule_of("money-share", FLOOR)
    given = [budget(2015, "1.00"), budget(2016, "5500000.00"), budget(2017, "5500000.00")]
    assert statuses(rule, given, "2017-06-30") == {"2015": "breached", "2017": "met"}
    span = ("2016-01-01", "2018-01-01")
    assert statuses(rule, given, "2017-06-30", span) == {"2016": "met", "2017": "met"}


def test_no_budget_at_all_is_a_gap_once_the_year_is_over() -> None:
    """Where the start of the instrument is known, years are judged from it, whatever is on record."""
    rule = rule_of("money-share", {"base": "local-fiscal-revenue"}, verdicts="presence")
    assert statuses(rule, [], "2018-06-30", system="gansu") == {"2017": "gap", "2018": "gap"}
    assert statuses(rule_of("money-share", FLOOR), [], "2018-06-30") == {"2018": "due"}


def test_without_a_number_any_appropriation_shows_it() -> None:
    """一定比例 sets no floor: the share is shown; nothing appropriated is no share."""
    rule = rule_of("money-share", {"base": PUBLIC})
    (one,) = duties_of(rule, [budget(2017, "0.01")], "2017-12-31")
    assert (one.status, "at_least" in one.outcome.expected) == ("met", False)
    assert statuses(rule, [budget(2017, "0.00")], "2018-01-01")["2017"] == "breached"


def test_an_increase_is_asked_only_under_that_reading() -> None:
    """增列 read as an increase compares with the year before, from its budget or as stated."""
    rule = rule_of("money-share", {"base": PUBLIC, "rises": True})
    assert statuses(rule, [budget(2016, "3.00"), budget(2017, "3.00")], "2017-12-31")["2017"] == "due"
    assert statuses(rule, [budget(2017, "3.00", previous_year_fund="2.99")], "2017-12-31")["2017"] == "met"
    assert statuses(rule, [budget(2017, "3.00")], "2018-01-01")["2017"] == "undetermined"


def test_the_status_can_change_when_the_year_ends() -> None:
    """A running year says on which day it will be judged; one that is over never changes without an event."""
    rule = rule_of("money-share", FLOOR)
    running, over = sorted(
        duties_of(rule, [budget(2016, "1.00")], "2017-06-30"), key=lambda one: one.outcome.since or "", reverse=True
    )
    assert (running.outcome.changes_on, over.outcome.changes_on) == ("2018-01-01", None)
    assert running.outcome.due_on == "2017-12-31"

"""Money growth: in each fiscal year a fund grows over the year before, as fast as its rule says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass as plain
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any, Final, Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties import years
from projections.duties.case import Case
from projections.duties.money import Budgets, Statement, ratio, shown, told
from projections.duties.outcome import Outcome
from projections.duties.years import bounds, ended

_ISSUED: Final = ("instrument.issued",)
Test = Literal["rises", "above-revenue", "double", "keeps-up"]


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`test`: what the fund of a year must do.

    `rises`: exceed that of the year before. `above-revenue` (高于): grow faster than the revenue; equal fails.
    `double` (双增长): total and growth both exceed the year before's; `increase` says whether growth (增幅) is a rate
    or an amount, which is a reading. `keeps-up` (逐步): not fall where the revenue grew.
    `base`: the name of the revenue; a reading where the text uses two. `fund`: the name of the fund.
    `allocated`: sources whose allocations by the place are the money meant, in place of the budget's fund.
    `shown_by`: whether a duty to set up a mechanism is shown by the growth or by an `instrument` that lists the rule
    among its own, which is a reading.
    """

    test: Test
    increase: Literal["rate", "amount"] = "rate"
    base: str | None = None
    fund: str | None = None
    allocated: tuple[str, ...] = ()
    shown_by: Literal["growth", "instrument"] = "growth"


@plain(frozen=True, slots=True)
class _Year:
    """Amounts of a year; None where they are not known."""

    fund: Decimal | None
    revenue: Decimal | None


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome a year: `due` until the growth is there or the year is over, then `breached`."""
    budgets = Budgets(case, params.fund, params.base, params.allocated)
    yield from years.told(case, budgets.first, lambda year: _of_year(params, case, budgets, year))


def _of_year(params: Params, case: Case, budgets: Budgets, year: int) -> Outcome:
    since, until = bounds(year)
    over = ended(case, year)
    one = budgets.of(year)
    before, earlier = _before(budgets, year), _before(budgets, year - 1)
    grown = None if one is None else _settled(params, _Year(one.fund, one.revenue), before, earlier)
    if params.shown_by == "instrument":
        grown = any(act.on is not None and act.on < until for act in case.happened(_ISSUED, {"rules": case.rule.id}))
    status = years.standing(grown, over=over, nothing="gap" if one is None or one.fund is None else None)
    behind = [found for found in (budgets.of(year - 1), one) if found is not None]
    return Outcome(
        status, since, until, due_on=f"{year:04}-12-31", expected=_expected(params),
        actual={} if one is None else _actual(one, before, earlier),
        evidence=[entry for found in behind for entry in told(found)],
        changes_on=None if over else until, more={"year": year, "bases_on_record": budgets.bases(year)},
    )  # fmt: skip


def _before(budgets: Budgets, year: int) -> list[_Year]:
    """What the year before may have been: as its own budget says, and as that of the year states it.

    Where the two differ, both are tried: a result that hangs on which is right is undetermined.
    """
    own, stated = budgets.of(year - 1), budgets.of(year)
    funds = [own.fund if own is not None else None, stated.previous_fund if stated is not None else None]
    revenues = [own.revenue if own is not None else None, stated.previous_revenue if stated is not None else None]
    return [_Year(fund, revenue) for fund, revenue in product(_known(funds), _known(revenues))]


def _known(values: list[Decimal | None]) -> list[Decimal | None]:
    found = dict.fromkeys(value for value in values if value is not None)
    return list(found) if found else [None]


def _settled(params: Params, this: _Year, before: list[_Year], earlier: list[_Year]) -> bool | None:
    results = {_grown(params, this, last, first) for last, first in product(before, earlier)}
    return results.pop() if len(results) == 1 else None


def _grown(params: Params, this: _Year, before: _Year, earlier: _Year) -> bool | None:
    """Whether the fund grew as the test asks; None where an amount is missing or a rate has no base."""
    if this.fund is None or before.fund is None:
        return None
    if params.test == "rises":
        return this.fund > before.fund
    if params.test == "double":
        return _doubly(params, this.fund, before.fund, earlier.fund)
    if this.revenue is None or before.revenue is None or before.revenue <= 0:
        return None
    if params.test == "keeps-up":
        return this.revenue <= before.revenue or this.fund >= before.fund
    return _product(this.fund, before.revenue) > _product(this.revenue, before.fund)


def _doubly(params: Params, this: Decimal, before: Decimal, earlier: Decimal | None) -> bool | None:
    if this <= before:
        return False
    if earlier is None:
        return None
    if params.increase == "amount":
        return this - before > before - earlier
    return _product(this, earlier) > _product(before, before) if before > 0 and earlier > 0 else None


def _product(one: Decimal, other: Decimal) -> Fraction:
    """Exact, where a product of decimals is rounded to 28 digits."""
    return Fraction(one) * Fraction(other)


def _expected(params: Params) -> dict[str, Any]:
    found: dict[str, Any] = {"test": params.test, "base": params.base}
    return found | {"increase": params.increase} if params.test == "double" else found


def _actual(one: Statement, before: list[_Year], earlier: list[_Year]) -> dict[str, Any]:
    last, first = before[0], earlier[0]
    return {
        "fund": shown(one.fund),
        "revenue": shown(one.revenue),
        "base": one.base,
        "as_of": one.adopted_on,
        "before": [{"fund": shown(each.fund), "revenue": shown(each.revenue)} for each in before],
        "fund_growth": _growth(one.fund, last.fund),
        "revenue_growth": _growth(one.revenue, last.revenue),
        "growth_before": _growth(last.fund, first.fund),
        "increase": _difference(one.fund, last.fund),
        "increase_before": _difference(last.fund, first.fund),
    }


def _growth(this: Decimal | None, before: Decimal | None) -> str | None:
    return None if this is None or before is None else ratio(this - before, before)


def _difference(this: Decimal | None, before: Decimal | None) -> str | None:
    return None if this is None or before is None else shown(this - before)

"""Money share: in each fiscal year a fund reaches a share of a revenue, or is there at all where no share is stated."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from projections.duties import years
from projections.duties.case import Case
from projections.duties.money import Budgets, Statement, ratio, shown, told
from projections.duties.outcome import Outcome
from projections.duties.years import bounds, ended


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Params:
    """`floor`: the least share, reached where equal; None where the text gives no number: any appropriation shows it.

    `base`: the name of the revenue; a reading where the text uses two names of it. A budget stated over another base
    alone leaves the year undetermined. `fund`: the name of the fund, where the log keeps several.
    `rises`: whether the fund must also exceed that of the year before (增列 read as an increase).
    """

    base: str | None = None
    floor: Decimal | None = None
    fund: str | None = None
    rises: bool = False


def evaluate(params: Params, case: Case) -> Iterator[Outcome]:
    """One outcome a year: `due` until the share is reached or the year is over, then `breached`."""
    budgets = Budgets(case, params.fund, params.base)
    yield from years.told(case, budgets.first, lambda year: _of_year(params, case, budgets, year))


def _of_year(params: Params, case: Case, budgets: Budgets, year: int) -> Outcome:
    since, until = bounds(year)
    over = ended(case, year)
    one = budgets.of(year)
    reached = None if one is None else _reached(params, budgets, one)
    status = years.standing(reached, over=over, nothing="gap" if one is None else None)
    expected = {"base": params.base, **({} if params.floor is None else {"at_least": shown(params.floor)})}
    return Outcome(
        status, since, until, due_on=f"{year:04}-12-31", expected=expected,
        actual={} if one is None else _actual(one), evidence=[] if one is None else list(told(one)),
        changes_on=None if over else until, more={"year": year, "bases_on_record": budgets.bases(year)},
    )  # fmt: skip


def _reached(params: Params, budgets: Budgets, one: Statement) -> bool | None:
    """Whether the share is reached; None where an amount is missing. Multiplied out: exact, whatever the quotient."""
    if one.fund is None or one.revenue is None or one.revenue <= 0:
        return None
    enough = one.fund > 0 if params.floor is None else one.fund >= params.floor * one.revenue
    if not (enough and params.rises):
        return enough
    before = budgets.of(one.year - 1)
    previous = before.fund if before is not None and before.fund is not None else one.previous_fund
    return None if previous is None else one.fund > previous


def _actual(one: Statement) -> dict[str, Any]:
    return {
        "share": ratio(one.fund, one.revenue),
        "fund": shown(one.fund),
        "revenue": shown(one.revenue),
        "base": one.base,
        "as_of": one.adopted_on,
        "statements": len(one.acts),
    }

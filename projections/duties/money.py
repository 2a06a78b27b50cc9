"""The money of one place by fiscal year: budgets as adopted and amended by a day, amounts exact. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cached_property
from typing import Any, Final

from projections.duties.case import Case
from projections.duties.records import Act

BUDGET: Final = "budget.appropriated"
ALLOCATED: Final = "funds.allocated"
_PLACES: Final = (6, 9, 12, 15, 18)
"""Decimal places of a quotient, the fewest that do."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A budget as it stood after its last adoption or amendment by the day."""

    year: int
    fund: Decimal | None
    revenue: Decimal | None
    base: str | None
    """The name of the base; None where the statement gives none."""
    previous_fund: Decimal | None
    previous_revenue: Decimal | None
    adopted_on: str
    acts: tuple[Act, ...]
    """Its adoptions, in order."""


@dataclass(frozen=True)
class Budgets:
    """What a place has on record of one fund, up to the day of a case.

    `fund`: the name of the fund, where several are kept; a statement without a name counts. `base`: the name of the
    revenue wanted; a statement that does not name its own counts. `allocated`: sources whose allocations by the place
    are the money meant, in place of the budget's fund.
    """

    case: Case
    fund: str | None = None
    base: str | None = None
    allocated: Collection[str] = ()

    @cached_property
    def _statements(self) -> list[Statement]:
        place = self.case.subject.place
        steps: dict[str, list[Act]] = defaultdict(list)
        for act in self.case.dossier.about(BUDGET, place or ""):
            steps[act.matter].append(act)
        found = []
        for acts in steps.values():
            stated: dict[str, Any] = {}
            for act in acts:
                stated |= act.data
            if stated.get("jurisdiction_id") != place or stated.get("fiscal_year") is None:
                continue
            if self.fund is None or stated.get("fund") in (None, self.fund):
                found.append(_statement(stated, acts))
        return sorted(found, key=lambda one: (one.adopted_on, one.acts[-1].position))

    @cached_property
    def _given(self) -> Mapping[int, list[Act]]:
        found: dict[int, list[Act]] = defaultdict(list)
        for act in self.case.dossier.done_by(ALLOCATED, self.case.subject.place or ""):
            if act.data.get("source") in self.allocated and act.on is not None:
                found[int(act.on[:4])].append(act)
        return found

    @property
    def first(self) -> int | None:
        """The first year of which anything is on record."""
        return min((one.year for one in self._statements), default=min(self._given, default=None))

    def of(self, year: int) -> Statement | None:
        """What stands for a year: the last statement with the base wanted, else the last, without its revenue."""
        stated = [one for one in self._statements if one.year == year]
        with_base = [one for one in stated if self.base is None or one.base in (None, self.base)]
        found = with_base[-1] if with_base else _without_revenue(stated[-1]) if stated else None
        return self._with_allocations(year, found) if self.allocated else found

    def bases(self, year: int) -> list[str]:
        """The names of the bases that statements of a year give."""
        return sorted({one.base for one in self._statements if one.year == year and one.base is not None})

    def _with_allocations(self, year: int, stated: Statement | None) -> Statement | None:
        given = self._given.get(year, [])
        if not given:
            return None if stated is None else _replaced(stated, None, ())
        amount = sum((Decimal(act.data["amount"]) for act in given), Decimal(0))
        if stated is None:
            return Statement(year, amount, None, None, None, None, str(given[-1].on), tuple(given))
        return _replaced(stated, amount, tuple(given))


def _statement(stated: Mapping[str, Any], acts: list[Act]) -> Statement:
    return Statement(
        stated["fiscal_year"], _money(stated.get("special_fund")), _money(stated.get("base_revenue")),
        stated.get("base_definition"), _money(stated.get("previous_year_fund")),
        _money(stated.get("previous_year_revenue")), str(acts[-1].on), tuple(acts),
    )  # fmt: skip


def _without_revenue(one: Statement) -> Statement:
    return Statement(one.year, one.fund, None, None, one.previous_fund, None, one.adopted_on, one.acts)


def _replaced(one: Statement, fund: Decimal | None, acts: tuple[Act, ...]) -> Statement:
    return Statement(
        one.year, fund, one.revenue, one.base, None, one.previous_revenue, one.adopted_on, (*one.acts, *acts)
    )


def _money(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def ratio(part: Decimal | None, whole: Decimal | None) -> str | None:
    """A quotient as text, rounded to six places where it has more; None where it cannot be said.

    To more places where rounding would make a rounder number of it: what is just below 1 % must not read 0.01.
    """
    if part is None or whole is None or whole == 0:
        return None
    with localcontext() as context:
        context.prec = 60
        exact = part / whole
        for places in _PLACES:
            rounded = exact.quantize(Decimal(1).scaleb(-places))
            if rounded == exact or rounded != rounded.quantize(Decimal(1).scaleb(2 - places)):
                break
    return f"{rounded.normalize():f}"


def shown(amount: Decimal | None) -> str | None:
    """An amount as text."""
    return None if amount is None else f"{amount:f}"


def told(one: Statement) -> Iterator[Mapping[str, Any]]:
    """The entries behind a statement."""
    return (act.evidence for act in one.acts)

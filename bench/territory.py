"""The places above the villages of the synthetic history: townships, counties, cities, the province."""

from __future__ import annotations

from typing import Final

from bench.locality import Data, Locality, Seat, day_of
from bench.village import INVENTORY

_OFFICES: Final = (
    ("committee", "委员会", "committee", ["party-committee"]),
    ("government", "人民政府", "government", ["government"]),
    ("group", "脱贫攻坚领导小组", "leading-group", ["leading-group"]),
    ("office", "脱贫攻坚领导小组办公室", "office", ["leading-group-office"]),
)
_DEPARTMENTS: Final = (
    ("finance", "财政局", ["finance-department"]),
    ("discipline", "纪律检查委员会", ["discipline-body"]),
    ("audit", "审计局", ["audit-office"]),
)
_TITLES: Final = {
    "province": ("省委书记", "省长", "分管副省长"),
    "city": ("市委书记", "市长", "分管副市长"),
    "county": ("县委书记", "县长", "分管副县长"),
    "township": ("党委书记", "乡长", "分管副乡长"),
}
UNITS: Final = 3
"""How many units of a county help its villages, in turn."""


class Governed(Locality):
    """A place with a committee, a government and three principals, who sign, visit and report every year."""

    offices = 4

    def __init__(self, code: str, name: str, above: Locality | None = None) -> None:
        super().__init__(code, name, above)
        self.government = f"b-{code}-government"
        self.group = f"b-{code}-group" if self.offices > 2 else self.government

    def begin(self) -> None:
        """Tell the place, its bodies, its principals, and who holds their posts."""
        self.register()
        for key, name, kind, functions in _OFFICES[: self.offices]:
            self.body(key, name, kind, functions)
        secretary, head, deputy = _TITLES[self.level]
        self.secretary = self.seat("secretary", secretary, ["party-principal"])
        self.head = self.seat("head", head, ["government-principal"])
        self.deputy = self.seat("deputy", deputy, ["deputy-in-charge"])
        for seat in self.seats:
            self.appoint(seat, INVENTORY)

    @property
    def seats(self) -> list[Seat]:
        """The posts whose holders change every other year, each in a month of its own."""
        return [self.secretary, self.head, self.deputy]

    @property
    def lord(self) -> str:
        """Towards whom letters are signed: the leading group above, or the own government at the top."""
        return self.above.group if isinstance(self.above, Governed) else self.government

    def act(self, month: int) -> None:
        """Tell what every governed place has to tell of a month."""
        for serial, seat in enumerate(self.seats):
            turn = month - 16 - 5 * serial
            if turn in (0, 30):
                self.leave(seat)
            if turn in (2, 31):
                self.appoint(seat, {"effective_from": day_of(month, 1)})
            if turn in (-10, 12, 45):
                self.see(seat)
        of_year = month % 12
        if month < 12:
            return
        if of_year == 1:
            self.sign(self.secretary, "exit-letter", self.lord, self.head)
            self.sign(self.head, "principal-letter", self.lord)
        if of_year == 3:
            self.fund(self.above, self.id)
        if of_year in (2, 8):
            self.meet(self.group, "leading-group", self.seats[:3])
        if of_year == 10:
            self.report(self.secretary, self.lord)


class Township(Governed):
    """A township: committee and government, three principals, a visit to one of its villages every other month."""

    level = "township"
    offices = 2

    def __init__(self, code: str, name: str, above: Locality, villages: list[str]) -> None:
        super().__init__(code, name, above)
        self._villages = villages

    def act(self, month: int) -> None:
        """Tell the visits of the secretary and the deputy."""
        super().act(month)
        if month % 2 == 1 and self._villages:
            self.visit([self.secretary, self.deputy], self.rng.choice(self._villages), "research")


class County(Governed):
    """A county: departments with their heads, units that help villages, money, inspections, designation and exit."""

    level = "county"

    def __init__(self, code: str, name: str, above: Locality) -> None:
        super().__init__(code, name, above)
        self._heads: list[Seat] = []

    def begin(self) -> None:
        """Tell departments and units too."""
        super().begin()
        for key, name, functions in _DEPARTMENTS:
            body = self.body(key, name, "department", functions)
            self._heads.append(self.seat(f"{key}-head", f"{name}局长", ["department-head"], body=body))
            self.appoint(self._heads[-1], INVENTORY)
        for serial in range(UNITS):
            self.body(f"unit-{serial}", f"帮扶单位{serial}", "unit", ["assisting-unit"])
        listing = {"jurisdiction_id": self.id, "list": "poor-county-national", "effective_from": "2012-03-19"}
        self.tell("designation.listed", listing)

    @property
    def seats(self) -> list[Seat]:
        """The principals and the heads of the departments."""
        return [*super().seats, *self._heads]

    def unit(self, serial: int) -> str:
        """The unit that helps the villages with this number."""
        return f"b-{self.code}-unit-{serial % UNITS}"

    def act(self, month: int) -> None:
        """Tell budget, inspections, visits and the exit of the county."""
        super().act(month)
        of_year = month % 12
        if month >= 12 and of_year == 0:
            budget: Data = {"budget_id": self.fresh("t"), "jurisdiction_id": self.id, "fund": "poverty-alleviation"}
            self.tell(
                "budget.appropriated", budget | {"special_fund": self.amount(900, 9000), "adopted_on": self.day()}
            )
        if of_year % 4 == 2:
            inspection = {"inspection_id": self.fresh("u"), "kind": "special", "inspector_body_id": self.group}
            self.tell("inspection.held", inspection | {"subject_id": self.id, "started_on": self.day()})
        self.visit([self.secretary, self.head], self.id, "research")
        if month == 60:
            steps = {"exit_id": f"w-{self.code}", "subject": self.id, "level": "county", "proposed_on": self.day()}
            self.tell("exit.proposed", steps)
        if month == 62:
            self.tell(
                "exit.approved", {"exit_id": f"w-{self.code}", "approved_by": self.lord, "approved_on": self.day()}
            )


class City(Governed):
    """A city between the province and its counties."""

    level = "city"


class Province(Governed):
    """The province: what the whole log is about."""

    level = "province"

"""A village of the synthetic history with its poor households: who helps them, what they get, how they exit."""

from __future__ import annotations

from typing import Final

from bench.locality import Data, Locality
from bench.village import INVENTORY, Village

DELIVERING: Final = (5, 9)
"""Months of the year, January being 0, in which measures are delivered."""
EXITING: Final = (34, 46, 58)
"""The months in which an exit of a household is proposed: November of 2017, 2018 and 2019."""


class VillageOfHouseholds(Village):
    """A village that tells of its poor households too."""

    def __init__(self, code: str, name: str, above: Locality, *, unit: str, overwritten: bool, households: int) -> None:
        super().__init__(code, name, above, unit=unit, overwritten=overwritten)
        self._homes = [f"h-{code}-{serial}" for serial in range(households)]
        self._pairings: dict[str, str] = {}

    def begin(self) -> None:
        """Tell the households and who helps them too."""
        super().begin()
        self.helper = self.seat("helper", "贫困户帮扶责任人", ["helper"])
        self.appoint(self.helper, INVENTORY)
        for serial, home in enumerate(self._homes):
            counted = {"household_id": home, "jurisdiction_id": self.id, "persons": 2 + serial % 4}
            self.tell("household.identified", counted | {"effective_from": "2014-12-31"})
            self._pairings[home] = self.fresh("p")
            pairing = {"pairing_id": self._pairings[home], "helper": self.helper.person, "assisted": home}
            self.tell("pairing.started", pairing | {"kind": "helper-household", "effective_from": "2015-01-15"})

    def act(self, month: int) -> None:
        """Tell the measures and the exits of households too."""
        super().act(month)
        if month % 12 in DELIVERING:
            self._deliver(month // 6)
        for serial, proposed in enumerate(EXITING):
            if serial < len(self._homes):
                self._exit_of(self._homes[serial], month - proposed)

    def _deliver(self, turn: int) -> None:
        for home in self._homes[turn % 2 :: 2]:
            measure: Data = {"measure_id": self.fresh("h"), "kind": "industry", "beneficiary_id": home}
            by: Data = {"delivered_by": {"person_id": self.helper.person}, "amount": self.amount(1, 5)}
            self.tell("measure.delivered", measure | by | {"delivered_on": self.day()})

    def _exit_of(self, home: str, since: int) -> None:
        """The exit of a household, within two months; its helper stays until the end of the second."""
        assert self.above is not None
        government = f"b-{self.above.code}-government"
        steps: dict[int, tuple[str, Data]] = {
            0: ("exit.proposed", {"subject": home, "level": "household", "proposed_by": self.committee}),
            1: ("exit.approved", {"approved_by": government}),
        }
        if since in steps:
            kind, data = steps[since]
            told = "proposed_on" if since == 0 else "approved_on"
            self.tell(kind, {"exit_id": f"w-{home}", **data, told: self.day()})
        if since == 0:
            checked: Data = {"exit_id": f"w-{home}", "verifiers": [government], "result": "confirmed"}
            self.tell("exit.verified", checked | {"verified_on": self.day()})
        if since == 1:
            ended = {"pairing_id": self._pairings[home], "effective_until": self.day(), "reason": "exited"}
            self.tell("pairing.ended", ended)

"""Poor households of a county's villages with their helpers, one exit and one removal in each village."""

from __future__ import annotations

from examples.build.days import told
from examples.build.exits import Step, leave
from examples.build.households import help_from, help_until, identify, remove
from examples.build.ledger import Data, Ledger
from examples.build.offices import Hold, hold, post

_PERSONS = (4, 2, 5, 3, 6)
_KINDS = ("industry", "employment", "education", "medical", "subsistence")


def county_households(led: Ledger, villages: list[str], approver: str | None = None) -> None:
    """Five households a village, helped by two persons from 2016 on; one exits, by `approver` or by the township."""
    for serial, village in enumerate(villages):
        code = village.removeprefix("j-")
        township = f"syn-{led.number}-body-{code[:9]}-government"
        seat = post(led, "2016-03-10", f"{code}-helper", "贫困户帮扶责任人", ["helper"], place=village, seats=2)
        helpers = hold(led, seat, [Hold("2016-02-01", "2016-03-10"), Hold("2016-02-01", "2016-03-10")])
        homes = [identify(led, village, persons, "2014-12-31", "2016-03-10") for persons in _PERSONS]
        since = [
            help_from(led, helpers[turn % 2].person, home, "2016-03-01", late=40) for turn, home in enumerate(homes)
        ]
        for turn, home in enumerate(homes):
            day = f"2018-{4 + turn:02d}-{11 + serial:02d}"
            measure: Data = {"measure_id": led.fresh("measure"), "kind": _KINDS[turn], "beneficiary_id": home}
            by: Data = {"amount": f"{1200 + 300 * turn}.00", "delivered_by": {"person_id": helpers[turn % 2].person}}
            led.record(told(day), "measure.delivered", {**measure, **by, "delivered_on": day})
        gone = f"2018-12-{10 + serial}"
        leave(
            led,
            homes[0],
            "household",
            [
                Step("proposed", "2018-11-05", {"proposed_by": f"syn-{led.number}-body-{code}-committee"}),
                Step("verified", "2018-11-19", {"verifiers": [township], "result": "confirmed"}),
                Step("approved", gone, {"approved_by": approver or township, "effective_on": gone}),
                Step("recorded", told(gone, 6), {"system_record_id": f"示例-{led.number}-{code}"}),
            ],
        )
        help_until(led, since[0], told(gone, 30), "exited")
        remove(led, homes[4], village, _PERSONS[4], "inaccurate", "2014-12-31", f"2019-03-{6 + serial:02d}")
        help_until(led, since[4], f"2019-03-{6 + serial:02d}", "correction")
        risk: Data = {"household_id": homes[1], "changes": {"risk": "边缘易致贫(示例)"}, "effective_from": "2019-06-01"}
        led.record("2019-06-20", "household.updated", risk)

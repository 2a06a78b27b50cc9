"""Question 17: assistance that ended before the exit, with or without a successor, and what is no end at all."""

from __future__ import annotations

from typing import Any

from examples.build.chen import BASIS, COUNTY, Chen
from examples.build.coverage import VILLAGE_EXIT
from examples.build.days import between, told
from examples.build.households import help_from, help_until
from examples.build.ledger import Ledger
from examples.build.letters import pair, unpair

KIND = "fixed-point-unit"
MERGED = "2018-09-01"


def assistance(led: Ledger, county: Chen, homes: list[dict[str, Any]], helpers: list[str]) -> dict[str, Any]:
    """Pairings of units with the five villages, of helpers with two households; the case."""
    a, b, c, d = county.units
    one, two, three, four, five = county.villages
    rows = [
        _replaced(led, (a, b), one, "2017-06-01", "2017-06-01", "replaced on the same day"),
        _replaced(led, (a, c), two, "2018-03-01", "2018-03-22", "replaced after 21 days"),
        _ended(led, a, three, "2019-04-01", "never replaced; the village has not exited"),
    ]
    after = pair(led, "2016-03-21", b, four, KIND, "2016-03-01")
    unpair(led, "2018-12-12", after, "2018-12-01", "exited")
    merged = _merged(led, d, c, five)
    led.record(
        told(MERGED),
        "body.dissolved",
        {"body_id": d, "successor_id": c, "effective_from": MERGED, "basis": BASIS},
    )
    first, other = homes[0]["household"], homes[5]["household"]
    started = [event["data"] for _, event in led.entries if event["type"] == "pairing.started"]
    of = {data["assisted"]: data["pairing_id"] for data in started if data["helper"] in helpers}
    moved = help_from(led, helpers[2], first, "2019-03-01")
    help_until(led, of[first], "2019-03-01", "transfer", moved)
    help_until(led, of[other], "2019-06-01", "reassigned")
    return {
        "jurisdiction": COUNTY,
        "valid_at": "2020-12-21",
        "units": rows,
        "ended_after_exit": {"pairing": after, "assisted": four, "ended_on": "2018-12-01", "exited_on": VILLAGE_EXIT},
        "unit_merged": merged,
        "helper_transferred": {
            "pairing": of[first],
            "household": first,
            "ended_on": "2019-03-01",
            "successor": moved,
            "gap_days": 0,
            "unit_pairing_goes_on": rows[0]["successor"],
        },
        "households": [
            {
                "household": homes[3]["household"],
                "ended_on": "2018-07-01",
                "successor_from": "2018-07-31",
                "gap_days": 30,
            },
            {
                "household": homes[4]["household"],
                "ended_on": "2018-08-20",
                "successor_from": None,
                "removed_on": "2018-09-01",
            },
            {"household": other, "pairing": of[other], "ended_on": "2019-06-01", "successor_from": None},
        ],
        "ended_on_the_day_of_exit": {"household": homes[2]["household"], "on": "2018-10-01"},
        "shows": "a unit that merges passes its pairing on; a helper who moves ends no pairing of the unit",
    }


def _replaced(led: Ledger, units: tuple[str, str], village: str, until: str, since: str, shows: str) -> dict[str, Any]:
    """A unit stopped before the exit and another came on the same day or later."""
    old = pair(led, "2016-03-21", units[0], village, KIND, "2016-03-01")
    new = pair(led, told(since), units[1], village, KIND, since)
    event = unpair(led, told(since), old, until, "reassigned", new)
    row = {"pairing": old, "unit": units[0], "assisted": village, "ended_on": until, "reason": "reassigned"}
    return row | {
        "successor": new,
        "successor_from": since,
        "gap_days": between(until, since),
        "event": event,
        "shows": shows,
    }


def _ended(led: Ledger, unit: str, village: str, until: str, shows: str) -> dict[str, Any]:
    """A unit stopped before the exit and nobody came."""
    old = pair(led, "2016-03-21", unit, village, KIND, "2016-03-01")
    event = unpair(led, told(until), old, until, "reassigned")
    row = {"pairing": old, "unit": unit, "assisted": village, "ended_on": until, "reason": "reassigned"}
    return row | {"successor": None, "successor_from": None, "gap_days": None, "event": event, "shows": shows}


def _merged(led: Ledger, old_unit: str, new_unit: str, village: str) -> dict[str, Any]:
    """A unit that is merged into another passes its pairing on."""
    old = pair(led, "2016-03-21", old_unit, village, KIND, "2016-03-01")
    new = pair(led, told(MERGED), new_unit, village, KIND, MERGED)
    unpair(led, told(MERGED), old, MERGED, "unit-merged", new)
    units = {"unit": old_unit, "successor_unit": new_unit}
    return {"pairing": old, "successor": new, **units, "assisted": village, "on": MERGED, "gap_days": 0}

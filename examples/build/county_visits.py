"""Visits in a county: the heads of the helping units each half-year, the county's leaders each month."""

from __future__ import annotations

from examples.build.county import County
from examples.build.ledger import Ledger
from examples.build.offices import at
from examples.build.visits import visit

_VERY_LATE = 260
_YEARS = (2017, 2018, 2019)


def county_visits(led: Ledger, county: County) -> None:
    """Visits of three years; now and then one is recorded most of a year late."""
    for serial, unit in enumerate(county.units):
        places = _paired(led, unit.body)
        for half in range(2 * len(_YEARS)):
            year, first = _YEARS[half // 2], half % 2 == 0
            day = f"{year}-{(2 if first else 8) + serial % 4:02d}-{5 + 2 * serial:02d}"
            head = at(unit.heads, day)
            if head is None or not places:
                continue
            place = places[half % len(places)]
            committee = place.replace("j-", f"syn-{led.number}-body-") + "-committee"
            late = _VERY_LATE if (serial + half) % 6 == 0 else 15
            nights = 2 if (serial + half) % 3 == 0 else 0
            visit(led, [head], place, day, late=late, nights=nights, confirmed_by=[committee])
    places = sorted({place for unit in county.units for place in _paired(led, unit.body)})
    for month in range(1, 13):
        day = f"2018-{month:02d}-{8 + month:02d}"
        place = places[(month * 5) % len(places)]
        visit(led, [county.secretary[1]], place, day, nights=1 if month % 4 == 0 else 0, purpose="research")
        deputy = at(county.deputy, "2018-01-01")
        if deputy is not None and month % 2 == 0:
            visit(led, [deputy], places[(month * 7) % len(places)], f"2018-{month:02d}-24", purpose="supervision")


def _paired(led: Ledger, unit: str) -> list[str]:
    """The villages of the division tables that a unit helps, as recorded so far."""
    started = [event["data"] for _, event in led.entries if event["type"] == "pairing.started"]
    return [data["assisted"] for data in started if data["helper"] == unit and data["assisted"].startswith("j-")]

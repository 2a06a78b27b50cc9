"""Question 21: households of Henan that exited in 2016 and were found in 2017 never to have belonged there."""

from __future__ import annotations

from typing import Any

from examples.build.days import told
from examples.build.exits import Step, leave
from examples.build.households import identify, remove
from examples.build.ledger import Ledger
from examples.build.offices import FIRST_REPORT, body
from examples.build.sources import facts
from examples.build.tree import placeholder

BASIS = "虚构区划,用于演示清退"
YEAR_END = "2016-12-31"
_ROWS: tuple[tuple[int, str | None, int, tuple[str, str, str] | None, str], ...] = (
    (3, "2016-10-20", 12, None, "exited"),
    (4, "2016-11-15", 12, ("inaccurate", "2014-12-31", "2017-07-21"), "exited, removed later from the beginning"),
    (5, "2016-12-05", 12, ("inaccurate", "2014-12-31", "2017-08-21"), "exited, removed later from the beginning"),
    (2, "2016-12-20", 32, None, "exited in 2016, recorded in 2017: not believed at the year's end"),
    (5, None, 0, ("inaccurate", "2014-12-31", "2017-07-21"), "removed, never exited"),
    (6, "2016-12-10", 12, ("moved", "2017-03-01", "2017-03-21"), "exited, moved away later: still an exit of 2016"),
    (4, None, 0, None, "its exit was refused"),
    (1, None, 0, None, "still on the register"),
)
"""Persons, day of exit, days until it was recorded, (reason, effective, recorded) of removal, what it shows."""
_REFUSED = 6


def removals(led: Ledger, township: str) -> dict[str, Any]:
    """Eight households of one invented village; the case."""
    code, name = "410225901203", "合成丁3村"
    village = placeholder(led, FIRST_REPORT, f"syn-41-j-{code}", code, name, "village", township, BASIS)
    government = body(
        led, FIRST_REPORT, "410225901-government", "合成丁乡人民政府", ["government"], place=township, kind="government"
    )
    found = [_household(led, village, government, serial, row) for serial, row in enumerate(_ROWS)]
    henan = facts("henan_2017")
    reported = {
        "exited_persons": henan["baseline"]["persons_exited_in_that_year"],
        "persons_to_remove": henan["inaccurately_identified_to_remove"]["persons"],
        "poor_persons_left": henan["baseline"]["rural_poor_persons"],
    }
    both = [row for row in found if row["exited_on"] and row["removed"] == "inaccurate"]
    return {
        "log": led.log,
        "jurisdiction": village,
        "year": 2016,
        "households": found,
        "believed": {"known_at": YEAR_END, **_sum([row for row in found if row["believed_at_year_end"]])},
        "recorded": _sum([row for row in found if row["exited_on"]]),
        "after_removals": _sum([row for row in found if row["exited_on"] and row not in both]),
        "both": _sum(both),
        "approved_by": [government],
        "reported": reported,
        "shows": "past numbers change, what was reported stays; a removal is no exit; moving away is no removal",
    }


def _sum(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Households and persons of some rows."""
    ids = [row["household"] for row in rows]
    return {"household_ids": ids, "households": len(rows), "persons": sum(row["persons"] for row in rows)}


def _household(
    led: Ledger,
    village: str,
    government: str,
    serial: int,
    row: tuple[int, str | None, int, tuple[str, str, str] | None, str],
) -> dict[str, Any]:
    persons, exited, late, removed, shows = row
    household = identify(led, village, persons, "2014-12-31", "2015-03-20")
    case: dict[str, Any] = {}
    proposed = Step("proposed", "2016-09-20", {"proposed_by": government})
    if exited is not None:
        approved = Step("approved", exited, {"approved_by": government, "effective_on": exited}, late)
        case = leave(led, household, "household", [proposed, approved])
    elif serial == _REFUSED:
        rejected = Step("rejected", "2016-11-28", {"rejected_by": government, "ground": "收入未达标(示例)"})
        case = leave(led, household, "household", [proposed, rejected])
    event = None
    if removed is not None:
        reason, since, on = removed
        event = remove(led, household, village, persons, reason, since, on)
    return {
        "household": household,
        "persons": persons,
        "exit": case.get("exit"),
        "exited_on": exited,
        "believed_at_year_end": exited is not None and told(exited, late) <= YEAR_END,
        "removed": removed[0] if removed else None,
        "removed_from": removed[1] if removed else None,
        "removed_event": event,
        "shows": shows,
    }

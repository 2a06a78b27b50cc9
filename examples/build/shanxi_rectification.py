"""Question 7 as a duty: a rectification ordered of a county head of 合成戌县, who left before it was due."""

from __future__ import annotations

from typing import Any

from examples.build.ledger import Data, Ledger
from examples.build.offices import Hold, body, hold, post
from examples.build.tree import place_id, placeholder
from examples.build.visits import actor

_TOLD = "2020-12-22"
COUNTY = "syn-14-j-141198"
BASIS = "虚构区划,用于演示整改期限与交接"
_AROSE, _RAISED, _DEADLINE, _LEFT, _CAME = "2017-09-01", "2019-11-05", "2020-02-29", "2020-01-12", "2020-02-03"
_COMPLETED, _CONFIRMED = "2020-03-20", "2020-03-28"


def handed_over(led: Ledger, city_group: str) -> dict[str, Any]:
    """The county with its heads, the finding, the order and how it was followed; the case."""
    placeholder(led, _TOLD, COUNTY, "141198", "合成戌县", "county", place_id("141100"), BASIS)
    bureau = body(
        led, _TOLD, "141198-housing", "合成戌县住建局", ["sector-department"], place=COUNTY, kind="department"
    )
    seat = post(led, _TOLD, "141198-head", "合成戌县县长", ["government-principal"], place=COUNTY)
    first, second, third = hold(
        led,
        seat,
        [
            Hold("2014-06-01", _TOLD, "2018-04-16", _TOLD),
            Hold("2018-04-16", _TOLD, _LEFT, _TOLD),
            Hold(_CAME, _TOLD),
        ],
    )
    finding, which = led.fresh("finding"), led.fresh("rectification")
    about = {"jurisdiction_id": COUNTY, "responsible_posts": [seat], "category": "住房安全", "occurred_from": _AROSE}
    led.record(_TOLD, "finding.raised", {"finding_id": finding, **about, "raised_on": _RAISED})
    charged: Data = {
        "finding_id": finding,
        "responsible": actor(second),
        "ordered_by": city_group,
        "deadline": _DEADLINE,
    }
    steps: dict[str, Data] = {
        "ordered": {**charged, "ordered_on": _RAISED},
        "completed": {"completed_by": bureau, "completed_on": _COMPLETED},
        "verified": {"verified_by": city_group, "verified_on": _CONFIRMED, "verdict": "confirmed"},
    }
    events = {
        verb: led.record(_TOLD, f"rectification.{verb}", {"rectification_id": which, **said})
        for verb, said in steps.items()
    }
    return {
        "log": led.log,
        "jurisdiction": COUNTY,
        "post": seat,
        "finding": finding,
        "rectification": which,
        "events": events,
        "arose_on": _AROSE,
        "arose_under": first.person,
        "deadline": _DEADLINE,
        "at_deadline": third.person,
        "completed_on": _COMPLETED,
        "confirmed_on": _CONFIRMED,
        "late_days": 20,
        "charged": [
            {"person": second.person, "from": _RAISED, "until": _LEFT, "days": 68},
            {"person": None, "from": _LEFT, "until": _CAME, "days": 22},
            {"person": third.person, "from": _CAME, "until": "2020-03-21", "days": 47},
        ],
        "shows": "the deadline stays with the rectification; nobody answers for 22 days; one more held the post before",
    }

"""Question 12: first secretaries of 麻江县 by grade, the units that sent them, and who scored the county's leaders.

The county is real, as the text reports it; everyone in it, its invented township, grades and scores are not.
"""

from __future__ import annotations

from typing import Any

from examples.build.amend import correct
from examples.build.households import identify
from examples.build.ledger import Ledger
from examples.build.letters import pair, unpair
from examples.build.offices import Hold, Term, body, hold, post
from examples.build.tree import path, place_id, placeholder, register

LOG = "demo-cn-52"
TOLD, CORRECTED, REGRADED = "2020-11-20", "2020-12-10", "2020-12-15"
COUNTY = place_id("522635")
TOWNSHIP = "syn-52-j-522635901"
BASIS = "虚构区划,用于演示第一书记与派出单位考核挂钩"
YEAR = 2016
_UNIT_GRADED = "2017-01-20"
_HEADS = [Hold("2014-02-01", TOLD, "2016-09-01", TOLD), Hold("2016-09-01", TOLD)]


def majiang(led: Ledger) -> dict[str, Any]:
    """The county with one township; the case: units and leaders, each with what the year of 2016 showed."""
    register(led, TOLD, path("522635"))
    placeholder(led, TOLD, TOWNSHIP, "522635901", "合成申乡", "township", COUNTY, BASIS)
    villages = [_village(led, serial) for serial in range(1, 4)]
    units = _sent(led, villages)
    return {
        "log": led.log,
        "county": COUNTY,
        "township": TOWNSHIP,
        "villages": villages,
        "year": YEAR,
        "valid_at": "2017-02-01",
        "units": units,
        "leaders": _scored(led, villages),
        "shows": "a failing grade caps the unit's grade and does not make it; a correction opens it again",
    }


def _village(led: Ledger, serial: int) -> str:
    code = f"5226359012{serial:02d}"
    return placeholder(led, TOLD, f"syn-52-j-{code}", code, f"合成申{serial}村", "village", TOWNSHIP, BASIS)


def _graded(led: Ledger, subject: str, grade: str, on: str, scorers: list[str] | None = None) -> tuple[str, str]:
    """A grade for the year; the ids of the evaluation and of its event."""
    which = led.fresh("evaluation")
    data = {"evaluation_id": which, "subject": subject, "year": YEAR, "grade": grade, "scorers": scorers}
    return which, led.record(TOLD, "evaluation.recorded", {**data, "recorded_on": on})


def _unit(led: Ledger, serial: int, grade: str) -> dict[str, Any]:
    """A unit with two heads, one after the other, graded for the year as is its head."""
    name = f"麻江县示例派出单位{serial}"
    which = body(led, TOLD, f"unit-{serial}", name, ["assisting-unit"], place=COUNTY)
    seat = post(led, TOLD, f"unit-{serial}-head", f"{name}主要负责人", ["assisting-unit-head"], body_id=which)
    before, after = hold(led, seat, _HEADS)
    graded, event = _graded(led, which, grade, _UNIT_GRADED)
    _graded(led, after.person, "qualified", _UNIT_GRADED)
    heads = {"post": seat, "at_selection": before.person, "at_evaluation": after.person}
    return {"unit": which, "grade": grade, "evaluation": graded, "event": event, **heads}


def _sent(led: Ledger, villages: list[str]) -> list[dict[str, Any]]:
    """Four units: capped and not kept, opened again by a correction, replaced in mid-year, capped and kept."""
    units = [
        _unit(led, serial, grade) for serial, grade in enumerate(("excellent", "excellent", "excellent", "good"), 1)
    ]
    one, two, three = (
        post(led, TOLD, f"{village[9:]}-first", "驻村第一书记", ["first-secretary"], place=village)
        for village in villages
    )
    ids = [unit["unit"] for unit in units]
    failed = hold(led, one, [Hold("2015-08-01", TOLD, sender=ids[0])])[0]
    later = hold(led, two, [Hold("2015-08-01", TOLD, sender=ids[1])])[0]
    gone, came = hold(
        led,
        three,
        [Hold("2015-08-01", TOLD, "2016-07-01", TOLD, sender=ids[2]), Hold("2016-07-01", TOLD, sender=ids[3])],
    )
    for unit, term in zip(units, (failed, later, gone, came), strict=True):
        corrected = unit is units[1]
        _, event = _graded(led, term.person, "qualified" if corrected else "unqualified", "2017-01-10")
        unit |= {"secretary": term.person, "appointment": term.appointment, "secretary_event": event}
    _corrected(led, units[1], later)
    return [unit | more for unit, more in zip(units, _EXPECTED, strict=True)]


_EXPECTED: tuple[dict[str, Any], ...] = (
    {"status": "breached", "at_year_end": "breached", "shows": "不合格, and the unit was graded 优秀"},
    {"status": "met", "at_year_end": "met", "shows": "corrected to 不合格 after the unit was graded; graded again"},
    {"status": "breached", "at_year_end": "not-applicable", "shows": "left in mid-year: the text does not say"},
    {"status": "met", "at_year_end": "met", "shows": "came in mid-year; 不合格, and the unit was not graded 优秀"},
)


def _corrected(led: Ledger, unit: dict[str, Any], approver: Term) -> None:
    """The grade of the secretary is corrected three weeks after it was recorded; the unit is graded anew."""
    reason = "录入错误,原件为不合格(示例)"
    unit["correction_event"] = correct(
        led, CORRECTED, unit["secretary_event"], {"grade": "unqualified"}, reason, approver
    )
    data = {"evaluation_id": unit["evaluation"], "subject": unit["unit"], "year": YEAR, "grade": "good"}
    unit["regraded_event"] = led.record(REGRADED, "evaluation.recorded", {**data, "recorded_on": REGRADED})
    unit |= {"known": {"believed": "2020-12-01", "corrected": "2020-12-12"}, "regraded_on": REGRADED}


def _scored(led: Ledger, villages: list[str]) -> list[dict[str, Any]]:
    """Four leaders: scored by those they assist, by a village they do not, by one of two, and by nobody."""
    homes = [
        identify(led, village, persons, "2014-12-31", TOLD)
        for village, persons in zip(villages, (3, 4, 2), strict=True)
    ]
    seats = (
        ("secretary", "麻江县委书记", "party-principal"),
        ("deputy", "麻江县分管扶贫副县长", "deputy-in-charge"),
        ("leader-1", "麻江县级领导(示例)1", "other-leader"),
        ("leader-2", "麻江县级领导(示例)2", "other-leader"),
    )
    terms = [
        hold(led, post(led, TOLD, f"522635-{key}", title, [function], place=COUNTY), [Hold("2015-03-01", TOLD)])[0]
        for key, title, function in seats
    ]
    for term, village, home in zip(terms, villages, homes, strict=False):
        pair(led, TOLD, term.person, home, "helper-household", "2016-01-01")
        first = pair(led, TOLD, term.person, village, "contact-point", "2016-01-01")
        if term is terms[2]:
            moved = pair(led, TOLD, term.person, villages[0], "contact-point", "2016-07-01")
            unpair(led, TOLD, first, "2016-07-01", "reassigned", moved)
    pair(led, TOLD, terms[3].person, villages[0], "contact-point", "2016-01-01")
    scorers = (
        [TOWNSHIP, villages[0], homes[0]],
        [TOWNSHIP, villages[0], homes[1]],
        [TOWNSHIP, villages[0], homes[2]],
        None,
    )
    expected = (
        {"status": "met", "every": "met", "strangers": []},
        {"status": "breached", "every": "breached", "strangers": [villages[0]]},
        {"status": "met", "every": "breached", "strangers": []},
        {"status": "gap", "every": "gap", "strangers": []},
    )
    return [
        {"person": term.person, "post": term.post, "evaluation": _graded(led, term.person, "good", "2017-01-25", by)[0]}
        | {"scorers": by or [], **more}
        for term, by, more in zip(terms, scorers, expected, strict=True)
    ]

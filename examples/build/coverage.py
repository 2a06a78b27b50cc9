"""Question 22: on which days of 2018 the poor villages and households of 合成辰县 had everyone they should have."""

from __future__ import annotations

from typing import Any

from examples.build.chen import BASIS, COUNTY, LISTED_ON, Chen
from examples.build.days import between, told
from examples.build.exits import Step, leave, lift
from examples.build.households import help_from, help_until, identify, remove
from examples.build.ledger import Ledger
from examples.build.offices import FIRST_REPORT, Hold, Term, hold, post

YEAR = ("2018-01-01", "2019-01-01")
_TEAMS: dict[int, list[tuple[str, str | None]]] = {
    1: [("2015-08-15", None)],
    2: [("2015-08-15", "2018-03-01"), ("2018-03-21", None)],
    3: [("2018-02-15", None)],
    4: [("2015-08-15", None)],
    5: [("2015-08-15", None)],
}
_FIRST: dict[int, list[Hold]] = {
    1: [Hold("2017-03-01", "2017-03-21", "2018-05-10", "2018-05-21"), Hold("2018-06-01", "2018-06-21")],
    2: [Hold("2015-09-01", "2015-09-21")],
    3: [Hold("2018-01-16", "2018-02-06")],
    4: [Hold("2015-09-01", "2015-09-21")],
    5: [Hold("2015-09-01", "2015-09-21")],
}
VILLAGE_EXIT, VILLAGE_LIFTED = "2018-10-20", "2018-11-01"


def coverage(led: Ledger, county: Chen) -> dict[str, Any]:
    """Teams, first secretaries, households and helpers with gaps of known length; the case."""
    gaps = _teams(led, county) + _first_secretaries(led, county)
    exit_case = leave(
        led,
        county.villages[3],
        "village",
        [
            Step("proposed", "2018-08-20", {"proposed_by": county.bodies["government"]}),
            Step("assessed", "2018-09-18", {"assessor": county.bodies["finance"], "opinion": "meets"}),
            Step("approved", VILLAGE_EXIT, {"approved_by": county.bodies["group"], "effective_on": VILLAGE_EXIT}),
        ],
    )
    lift(led, county.villages[3], "poor-village", VILLAGE_LIFTED, exit_case["exit"])
    households, helpers = _households(led, county)
    days = [between(max(row["from"], YEAR[0]), min(row["until"] or YEAR[1], YEAR[1])) for row in households]
    uncovered = [gap for row in households for gap in row["gaps"]]
    return {
        "jurisdiction": COUNTY,
        "from": YEAR[0],
        "until": YEAR[1],
        "villages": county.villages,
        "village_days": 4 * 365 + between(YEAR[0], VILLAGE_LIFTED),
        "village_exit": exit_case | {"lifted_on": VILLAGE_LIFTED},
        "gaps": gaps,
        "uncovered_village_days": {
            element: sum(gap["days"] for gap in gaps if gap["element"] == element)
            for element in ("work-team", "first-secretary")
        },
        "households": households,
        "helpers": helpers,
        "household_days": sum(days),
        "uncovered_household_days": sum(gap["days"] for gap in uncovered),
        "shows": "the denominator changes with identification, removal and exit; one helper may have many households",
    }


def _teams(led: Ledger, county: Chen) -> list[dict[str, Any]]:
    """Resident work teams with the days they existed; the gaps of 2018."""
    for village, spans in _TEAMS.items():
        for turn, (since, until) in enumerate(spans, start=1):
            code = county.villages[village - 1].removeprefix("syn-62-j-")
            team = f"syn-62-body-{code}-team-{turn}"
            data = {"body_id": team, "name_zh": f"合成辰{village}村驻村帮扶工作队", "body_type": "work-team"}
            more = {"jurisdiction_id": county.villages[village - 1], "functions": ["work-team"]}
            led.record(told(since), "body.established", {**data, **more, "effective_from": since, "basis": BASIS})
            if until is not None:
                led.record(told(until), "body.dissolved", {"body_id": team, "effective_from": until})
    return [
        _gap("work-team", county.villages[1], "2018-03-01", "2018-03-21"),
        _gap("work-team", county.villages[2], YEAR[0], "2018-02-15"),
    ]


def _first_secretaries(led: Ledger, county: Chen) -> list[dict[str, Any]]:
    """First secretaries; the gaps of 2018."""
    for village, holders in _FIRST.items():
        hold(led, county.first_secretary_posts[village - 1], holders)
    return [
        _gap("first-secretary", county.villages[0], "2018-05-10", "2018-06-01"),
        _gap("first-secretary", county.villages[2], YEAR[0], "2018-01-16"),
    ]


def _gap(element: str, of: str, since: str, until: str) -> dict[str, Any]:
    return {"element": element, "of": of, "from": since, "until": until, "days": between(since, until)}


def _helpers(led: Ledger, county: Chen) -> list[Term]:
    """Three designated helpers of the first village; the second left on 2018-07-01."""
    title = "合成辰1村贫困户帮扶责任人"
    place = county.villages[0]
    seat = post(led, FIRST_REPORT, "621291901201-helper", title, ["helper"], place=place, seats=3)
    holders = [
        Hold("2016-03-01", "2016-03-21"),
        Hold("2016-03-01", "2016-03-21", "2018-07-01", "2018-07-21"),
        Hold("2018-07-20", "2018-08-06"),
    ]
    return hold(led, seat, holders)


def _households(led: Ledger, county: Chen) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """Six households: when they count, and when they had nobody."""
    place, first = county.villages[0], (LISTED_ON, "2015-03-20")
    registered = (first, ("2018-04-01", "2018-04-21"), first, first, first, first)
    one, two, three = (term.person for term in _helpers(led, county))
    persons = (4, 3, 5, 2, 6, 1)
    homes = [identify(led, place, count, since, on) for count, (since, on) in zip(persons, registered, strict=True)]
    help_from(led, one, homes[0], "2016-03-01")
    help_from(led, one, homes[1], "2018-04-16")
    third = help_from(led, one, homes[2], "2016-03-01")
    exited = leave(
        led,
        homes[2],
        "household",
        [
            Step("proposed", "2018-09-03", {"proposed_by": county.township}),
            Step("verified", "2018-09-12", {"verifiers": [county.township], "result": "confirmed"}),
            Step("approved", "2018-10-01", {"approved_by": county.township, "effective_on": "2018-10-01"}),
        ],
    )
    help_until(led, third, "2018-10-01", "exited")
    fourth = help_from(led, two, homes[3], "2016-03-01")
    successor = help_from(led, three, homes[3], "2018-07-31")
    help_until(led, fourth, "2018-07-01", "transfer", successor)
    fifth = help_from(led, one, homes[4], "2016-03-01")
    help_until(led, fifth, "2018-08-20", "reassigned")
    removed = remove(led, homes[4], place, persons[4], "inaccurate", "2018-09-01", "2018-09-21")
    help_from(led, three, homes[5], "2018-12-01")
    gap = "helper"
    rows: list[tuple[str, str | None, str | None, list[dict[str, Any]]]] = [
        (homes[0], LISTED_ON, None, []),
        (homes[1], "2018-04-01", None, [_gap(gap, homes[1], "2018-04-01", "2018-04-16")]),
        (homes[2], LISTED_ON, "2018-10-01", []),
        (homes[3], LISTED_ON, None, [_gap(gap, homes[3], "2018-07-01", "2018-07-31")]),
        (homes[4], LISTED_ON, "2018-09-01", [_gap(gap, homes[4], "2018-08-20", "2018-09-01")]),
        (homes[5], LISTED_ON, None, [_gap(gap, homes[5], YEAR[0], "2018-12-01")]),
    ]
    found = [
        {"household": home, "persons": count, "from": since, "until": until, "gaps": gaps}
        for (home, since, until, gaps), count in zip(rows, persons, strict=True)
    ]
    found[2] |= {"exit": exited["exit"]}
    found[4] |= {"removed_event": removed}
    return found, {one: [*homes[:3], homes[4]], two: [homes[3]], three: [homes[3], homes[5]]}

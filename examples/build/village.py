"""A village: its committee, its work team, its secretaries, and the unit that helps it."""

from __future__ import annotations

from random import Random

from examples.build.county import County
from examples.build.ledger import Ledger
from examples.build.letters import Paper, pair, sign, supersede, unpair
from examples.build.offices import FIRST_REPORT, at, body, person, post, seen, start
from examples.build.random_terms import FIRST_SECRETARIES, random_terms
from examples.build.sources import Division
from examples.build.tree import place_id, village_name

_SINCE = ("2014-12", "2011-12", "2015-01", "2012-02", "2014")


def secretary_post(led: Ledger, place: str, name: str, code: str) -> str:
    """The post of Party secretary of the village."""
    return post(led, FIRST_REPORT, f"{code}-secretary", f"{name}党支部书记", ["village-party-secretary"], place=place)


def first_secretary_post(led: Ledger, place: str, name: str, code: str) -> str:
    """The post of the first secretary sent to the village."""
    return post(led, "2015-08-21", f"{code}-first", f"{name}驻村第一书记", ["first-secretary"], place=place)


def village_bodies(led: Ledger, place: str, name: str, code: str) -> tuple[str, str]:
    """The village committee and the resident work team."""
    kind = "village-committee"
    committee = body(led, FIRST_REPORT, f"{code}-committee", f"{name}村民委员会", [kind], place=place, kind=kind)
    team = body(
        led, "2015-08-21", f"{code}-team", f"{name}驻村帮扶工作队", ["work-team"], place=place, kind="work-team"
    )
    return committee, team


def simple_village(led: Ledger, rng: Random, row: Division) -> None:
    """A village of which only the Party secretary is known: found in office once, or only ever seen."""
    place, name = place_id(row.code), village_name(row.name)
    which = secretary_post(led, place, name, row.code)
    if rng.random() < 0.8:
        since = rng.choice(_SINCE) if rng.random() < 0.35 else "<=2015-12-31"
        start(led, "2016-01-21", person(led, "2016-01-21"), which, since)
        return
    appointment = led.fresh("appointment")
    data = {"appointment_id": appointment, "person_id": person(led, "2017-01-21"), "post_id": which}
    led.record("2017-01-21", "appointment.observed", {**data, "on": "2016-12-31"})
    if rng.random() < 0.5:
        seen(led, "2019-01-21", appointment, "2018-12-31")


def full_village(led: Ledger, rng: Random, row: Division, county: County) -> None:
    """A village with everyone a poor village has, from 2015 to 2020."""
    place, name, code = place_id(row.code), village_name(row.name), row.code
    committee, team = village_bodies(led, place, name, code)
    random_terms(led, rng, secretary_post(led, place, name, code))
    chair = post(led, FIRST_REPORT, f"{code}-chair", f"{name}村民委员会主任", [], body_id=committee)
    random_terms(led, rng, chair, most=1)
    number = rng.randrange(len(county.units))
    unit = county.units[number]
    firsts = random_terms(led, rng, first_secretary_post(led, place, name, code), 2, unit.body, FIRST_SECRETARIES)
    leader = post(led, "2015-08-21", f"{code}-team-leader", f"{name}驻村帮扶工作队队长", ["work-team"], body_id=team)
    for term in firsts[-1:]:
        start(led, "2018-09-21", term.person, leader, "<=2018-08-31", "concurrent")
    pairing = pair(led, "2015-09-21", unit.body, place, "fixed-point-unit", rng.choice(["2015", "2015-08", "2014"]))
    if rng.random() < 0.25:
        other = county.units[(number + 1) % len(county.units)]
        follow = pair(led, "2018-05-21", other.body, place, "fixed-point-unit", "2018-04")
        unpair(led, "2018-05-21", pairing, "2018-04", "reassigned", follow)
        unit = other
    _unit_letters(led, rng, county, place, unit.body)


def _unit_letters(led: Ledger, rng: Random, county: County, place: str, unit: str) -> None:
    """Letters of assistance that the head of the unit signs towards the village."""
    heads = next(found.heads for found in county.units if found.body == unit)
    earlier = None
    for year in (2017, 2018, 2019):
        signed_on = f"{year}-0{rng.randint(1, 6)}-{rng.randint(10, 27)}"
        term = at(heads, signed_on)
        if term is None or rng.random() < 0.45:
            earlier = None
            continue
        told = f"{year}-10-21" if rng.random() < 0.2 else f"{year}-07-21"
        paper = Paper(signed_on, f"{year}-01", None, scan=rng.random() < 0.6, number=rng.random() < 0.5)
        letter = sign(led, told, "assistance-letter", term, place, place, paper)
        if earlier is not None and earlier[1] == term:
            supersede(led, told, earlier[0], letter, f"{year}-01")
        earlier = (letter, term)

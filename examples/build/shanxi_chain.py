"""The village of Shilou of question 1: five levels, two letters a head, visits but no quota."""

from __future__ import annotations

from typing import Any

from examples.build.county import County
from examples.build.ledger import Ledger
from examples.build.letters import Paper, countersign, pair, sign
from examples.build.offices import FIRST_REPORT, INVENTORY, Hold, Term, hold, post
from examples.build.township import township_posts
from examples.build.village import first_secretary_post, secretary_post, village_bodies

TOWNSHIP = "141126103"
VILLAGE = "141126103206"
NAME = "兰家沟村"
DAY = "2018-03-05"


def township(led: Ledger, county: County) -> list[Term]:
    """Xiaosuan town: both principals sign towards the county, the secretary also for a contact point."""
    posts = township_posts(led, f"j-{TOWNSHIP}", "小蒜镇", TOWNSHIP)
    secretary = hold(led, posts.secretary, [Hold("2015-11", "2015-12-06")])
    head = hold(led, posts.head, [Hold(INVENTORY, until="2016", ended="2017-01-21"), Hold("2016", "2017-01-21")])
    hold(led, posts.deputy, [Hold("<=2016-06-30", "2016-08-06")])
    group = county.bodies["group"]
    paper = Paper("2018-02-12", "2018-01-01", "2019-01-01")
    for term in (secretary[0], head[1]):
        letter = sign(led, "2018-03-06", "exit-letter", term, group, posts.place, paper)
        countersign(led, "2018-03-06", letter, county.secretary[1], "counterparty", "2018-02-12")
    sign(led, "2018-03-06", "assistance-letter", secretary[0], f"j-{VILLAGE}", f"j-{VILLAGE}", paper)
    return secretary


def village(led: Ledger, county: County, cases: dict[str, Any]) -> None:
    """Lanjiagou village with everyone it has."""
    place = f"j-{VILLAGE}"
    committee, team = village_bodies(led, place, NAME, VILLAGE)
    secretary = hold(led, secretary_post(led, place, NAME, VILLAGE), [Hold("2014-12")])
    chair = post(led, FIRST_REPORT, f"{VILLAGE}-chair", f"{NAME}村民委员会主任", [], body_id=committee)
    hold(led, chair, [Hold(INVENTORY, seen=[("2018-06-30", "2018-07-21")])])
    unit = county.units[2]
    first = hold(
        led,
        first_secretary_post(led, place, NAME, VILLAGE),
        [
            Hold("2015-08", "2015-09-21", "2017-08", "2017-09-06", sender=unit.body),
            Hold("2017-08", "2017-09-06", sender=unit.body),
        ],
    )
    leader = post(led, "2015-08-21", f"{VILLAGE}-team-leader", f"{NAME}驻村帮扶工作队队长", ["work-team"], body_id=team)
    hold(led, leader, [Hold("2017-08", "2017-09-06", capacity="concurrent", person=first[1].person)])
    helper = post(led, "2016-06-21", f"{VILLAGE}-helper", f"{NAME}贫困户帮扶责任人", ["helper"], place=place)
    helpers = hold(led, helper, [Hold("2016", "2016-06-21")])
    household = led.fresh("household")
    data = {"household_id": household, "jurisdiction_id": place, "persons": 3, "effective_from": "2014-12-31"}
    led.record("2016-06-21", "household.identified", data)
    pair(led, "2016-06-21", helpers[0].person, household, "helper-household", "2016")
    head = next(term for term in unit.heads if term.covers("2017-03-15"))
    paper = Paper("2017-03-15", "2017-01-01")
    letter = sign(led, "2017-04-21", "assistance-letter", head, place, place, paper)
    pairing = pair(led, "2015-09-21", unit.body, place, "fixed-point-unit", "2015-08")
    contact = pair(led, "2017-04-21", county.secretary[1].person, place, "contact-point", "2016-06")
    paper = Paper("2018-02-06", "2018-01-01", "2019-01-01")
    sign(led, "2018-02-21", "assistance-letter", county.secretary[1], place, place, paper)
    _visits(led, place, [county.secretary[1], first[1]], secretary[0])
    cases["q1"] = {
        "log": led.log,
        "code": VILLAGE,
        "jurisdiction": place,
        "valid_at": DAY,
        "path": ["j-140000", "j-141100", "j-141126", f"j-{TOWNSHIP}", place],
        "first_responsible_levels": ["county", "township"],
        "first_secretary": first[1].person,
        "village_party_secretary": secretary[0].person,
        "village_committee": committee,
        "helper": helpers[0].person,
        "unit": unit.body,
        "unit_letter": letter,
        "pairings": [pairing, contact],
        "without_letter": {"post": county.head[1].post, "person": county.head[1].person},
    }


def _visits(led: Ledger, place: str, visitors: list[Term], witness: Term) -> None:
    """Two visits before the day asked about; the text states no number to compare them with."""
    for term, day, nights in ((visitors[0], "2018-01-18", 0), (visitors[1], "2018-02-26", 3)):
        led.record(
            "2018-03-06",
            "visit.made",
            {
                "visit_id": led.fresh("visit"),
                "visitor": [{"person_id": term.person, "post_id": term.post}],
                "place_id": place,
                "started_on": day,
                "nights": nights,
                "purpose": "assistance",
                "confirmed_by": [witness.person],
            },
        )

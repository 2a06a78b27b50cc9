"""Gansu, Longnan and Dangchang as scripted: who held the posts above the townships.

Persons, posts' holders, dates and letters are synthetic.
"""

from __future__ import annotations

from random import Random

from examples.build.county import County, departments, helping_units, place_bodies
from examples.build.ledger import Ledger
from examples.build.letters import Paper, countersign, sign, supersede
from examples.build.offices import INVENTORY, Hold, Term, hold
from examples.build.principals import centre, dual_leaders, letter_of_2017, principals

PROVINCE = "j-620000"
CITY = "j-621200"
COUNTY = "j-621223"


def province(led: Ledger) -> dict[str, str]:
    """The provincial posts, with one letter of each principal towards the centre; the bodies."""
    bodies = place_bodies(led, "620000", "甘肃省", PROVINCE)
    top = centre(led)
    secretary, head, deputy = principals(
        led,
        PROVINCE,
        "620000",
        ("甘肃省委书记", "甘肃省省长", "甘肃省分管扶贫副省长"),
        (
            [
                Hold(INVENTORY, until="<=2017-03-31", ended="2017-05-06", seen=[("2016-12-31", "2017-01-21")]),
                Hold("<=2017-03-31", "2017-05-06"),
            ],
            [Hold("2014", until="2016-04", ended="2016-06-06"), Hold("2016-04", "2016-06-06")],
            [Hold(INVENTORY)],
        ),
    )
    sign(led, "2017-08-06", "exit-letter", secretary[1], top, PROVINCE, Paper("2017", "2017", scan=False, number=False))
    sign(led, "2016-12-06", "exit-letter", head[1], top, PROVINCE, Paper("2016-11", "2016"))
    sign(led, "2017-09-21", "exit-letter", deputy[0], bodies["committee"], PROVINCE, Paper("2017-06", "2017-01-01"))
    dual_leaders(led, "620000", "甘肃省", bodies["group"], [secretary[1], head[1]])
    return bodies


def city(led: Ledger, above: dict[str, str]) -> tuple[dict[str, str], Term]:
    """The city's posts and letters to the province; the bodies, and the secretary of these years."""
    bodies = place_bodies(led, "621200", "陇南市", CITY)
    secretary, head, _ = principals(
        led,
        CITY,
        "621200",
        ("陇南市委书记", "陇南市市长", "陇南市分管扶贫副市长"),
        (
            [Hold(INVENTORY, until="2015-03", ended="2015-05-06"), Hold("2015-03", "2015-05-06")],
            [Hold("2014-11", until="2018-03", ended="2018-04-20"), Hold("2018-03", "2018-04-20")],
            [Hold("<=2016-06-30", "2016-08-06")],
        ),
    )
    older = sign(
        led,
        "2017-05-06",
        "exit-letter",
        secretary[1],
        above["committee"],
        CITY,
        Paper("2017-04-10", "2017-01-01", "2018-01-01"),
    )
    newer = sign(
        led,
        "2018-04-20",
        "exit-letter",
        secretary[1],
        above["committee"],
        CITY,
        Paper("2018-03-28", "2018-01-01", "2019-01-01"),
    )
    supersede(led, "2018-04-20", older, newer, "2018-01-01")
    sign(led, "2017-05-06", "exit-letter", head[0], above["committee"], CITY, Paper("2017-04", "2017", number=False))
    dual_leaders(led, "621200", "陇南市", bodies["group"], [secretary[1], head[0]])
    return bodies, secretary[1]


def county(led: Ledger, rng: Random, city_bodies: dict[str, str], cases: dict[str, object]) -> County:
    """The county's bodies and its principals, and the letters the county secretary signs year by year."""
    bodies = place_bodies(led, "621223", "宕昌县", COUNTY)
    departments(led, rng, "621223", "宕昌县", COUNTY)
    secretary, head, deputy = principals(
        led,
        COUNTY,
        "621223",
        ("宕昌县委书记", "宕昌县县长", "宕昌县分管扶贫副县长"),
        (
            [Hold(INVENTORY, until="2016-08", ended="2016-09-21"), Hold("2016-08", "2016-09-21")],
            [
                Hold(INVENTORY, until="2018-02-10", ended="2018-03-20", seen=[("2016-12-31", "2017-01-21")]),
                Hold("2018-02-10", "2018-03-20", "2018-04-12", "2018-05-06", "acting", reason="promotion"),
            ],
            [Hold("2015", "2015-12-06", until="2017", ended="2017-12-21"), Hold("2017", "2017-12-21")],
        ),
    )
    seat = f"syn-{led.number}-post-621223-head"
    head += hold(led, seat, [Hold("2018-04-12", "2018-05-06", person=head[1].person)])
    cases["acting"] = {"post": seat, "appointment": head[1].appointment, "then": head[2].appointment}
    group = city_bodies["group"]
    letters = {}
    for year, signed_on, told in (
        (2016, "2016-09-28", "2016-10-21"),
        (2017, "2017-04-20", "2017-04-21"),
        (2018, "2018-03-30", "2018-04-05"),
        (2019, "2019-02", "2019-03-21"),
        (2020, "2020-03-10", "2020-03-21"),
    ):
        paper = Paper(signed_on, f"{year}-01-01", f"{year + 1}-01-01")
        letters[year] = sign(led, told, "exit-letter", secretary[1], group, COUNTY, paper)
        countersign(led, told, letters[year], head[0] if year < 2018 else head[-1], "co-principal", signed_on)
        if year > 2016:
            supersede(led, told, letters[year - 1], letters[year], f"{year}-01-01")
    cases["q3_gansu"] = letter_of_2017(led, letters[2017], COUNTY, secretary[1])
    cases["superseded_letter"] = {"letter": letters[2017], "by": letters[2018]}
    dual_leaders(led, "621223", "宕昌县", bodies["group"], [secretary[1], head[0]])
    units = helping_units(led, rng, "621223", COUNTY)
    return County("621223", COUNTY, "宕昌县", bodies, units, secretary, head, deputy)

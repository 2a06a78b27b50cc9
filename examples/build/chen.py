"""合成辰县, a county of Gansu that exists only here: its posts by exact days, its five poor villages."""

from __future__ import annotations

from dataclasses import dataclass

from examples.build.county import place_bodies
from examples.build.exits import list_place
from examples.build.ledger import Ledger
from examples.build.offices import FIRST_REPORT, Hold, Term, body, hold, post
from examples.build.tree import placeholder
from examples.build.village import first_secretary_post

COUNTY = "syn-62-j-621291"
TOWNSHIP = "syn-62-j-621291901"
BASIS = "虚构县,用于演示拨款、帮扶和覆盖"
LISTED_ON = "2014-12-31"
VILLAGES = 5
UNITS = ("甲", "乙", "丙", "丁")

SECRETARY_LEFT, SECRETARY_CAME = "2018-06-11", "2018-07-16"
HEAD_LEFT, HEAD_CAME = "2019-03-04", "2019-05-20"
FINANCE_LEFT, FINANCE_CAME = "2018-09-03", "2018-10-22"


@dataclass(frozen=True, slots=True)
class Chen:
    """The county as the cases need it."""

    bodies: dict[str, str]
    secretary: list[Term]
    head: list[Term]
    finance: list[Term]
    deputy: Term
    township: str
    villages: list[str]
    units: list[str]
    first_secretary_posts: list[str]


def chen(led: Ledger) -> Chen:
    """Register and staff it."""
    place = placeholder(led, FIRST_REPORT, COUNTY, "621291", "合成辰县", "county", "j-621200", BASIS)
    list_place(led, FIRST_REPORT, place, "poor-county-provincial", "2013-01-01", BASIS)
    bodies = place_bodies(led, "621291", "合成辰县", place)
    finance = body(
        led, FIRST_REPORT, "621291-finance", "合成辰县财政局", ["finance-department"], place=place, kind="department"
    )
    bodies["finance"] = finance
    seats = {
        "secretary": post(led, FIRST_REPORT, "621291-secretary", "合成辰县委书记", ["party-principal"], place=place),
        "head": post(led, FIRST_REPORT, "621291-head", "合成辰县县长", ["government-principal"], place=place),
        "finance": post(
            led, FIRST_REPORT, "621291-finance-head", "合成辰县财政局局长", ["department-head"], body_id=finance
        ),
        "deputy": post(led, FIRST_REPORT, "621291-deputy", "合成辰县分管扶贫副县长", ["deputy-in-charge"], place=place),
    }
    secretary = [Hold("2014-06-01", until=SECRETARY_LEFT, ended="2018-06-21"), Hold(SECRETARY_CAME, "2018-08-06")]
    head = [
        Hold("2014-04-01", until=HEAD_LEFT, ended="2019-03-21"),
        Hold(HEAD_LEFT, "2019-03-21", HEAD_CAME, "2019-06-06", "acting", reason="promotion"),
    ]
    terms = {
        "secretary": hold(led, seats["secretary"], secretary),
        "head": hold(led, seats["head"], head),
        "finance": hold(
            led,
            seats["finance"],
            [Hold("2014-02-01", until=FINANCE_LEFT, ended="2018-09-21"), Hold(FINANCE_CAME, "2018-11-06")],
        ),
        "deputy": hold(led, seats["deputy"], [Hold("2014-09-01")]),
    }
    terms["head"] += hold(led, seats["head"], [Hold(HEAD_CAME, "2019-06-06", person=terms["head"][1].person)])
    villages, posts, township = _villages(led)
    units = [
        body(led, FIRST_REPORT, f"621291-unit-{serial:02d}", f"示例帮扶单位-辰-{name}", ["assisting-unit"], place=place)
        for serial, name in enumerate(UNITS, start=1)
    ]
    deputy = terms["deputy"][0]
    return Chen(bodies, terms["secretary"], terms["head"], terms["finance"], deputy, township, villages, units, posts)


def _villages(led: Ledger) -> tuple[list[str], list[str], str]:
    """A township of five poor villages, each with the post of a first secretary; its government."""
    placeholder(led, FIRST_REPORT, TOWNSHIP, "621291901", "合成辰乡", "township", COUNTY, BASIS)
    government = body(
        led, FIRST_REPORT, "621291901-government", "合成辰乡人民政府", ["government"], place=TOWNSHIP, kind="government"
    )
    villages, posts = [], []
    for serial in range(1, VILLAGES + 1):
        code, name = f"6212919012{serial:02d}", f"合成辰{serial}村"
        place = placeholder(led, FIRST_REPORT, f"syn-62-j-{code}", code, name, "village", TOWNSHIP, BASIS)
        list_place(led, "2015-03-20", place, "poor-village", LISTED_ON, BASIS)
        villages.append(place)
        posts.append(first_secretary_post(led, place, name, code))
    return villages, posts, government

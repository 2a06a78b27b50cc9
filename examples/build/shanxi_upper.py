"""Shanxi, Lüliang and Shilou as scripted: who held the posts above the townships, and their two letters.

Persons, posts' holders, dates and letters are synthetic.
"""

from __future__ import annotations

from random import Random
from typing import Any

from examples.build.amend import annul
from examples.build.county import County, departments, helping_units, place_bodies
from examples.build.ledger import Ledger
from examples.build.letters import Paper, countersign, pair, scan_of, sign, signatory, supersede
from examples.build.offices import FIRST_REPORT, INVENTORY, Hold, Term, hold, post
from examples.build.principals import centre, dual_leaders, letter_of_2017, principals

PROVINCE = "j-140000"
CITY = "j-141100"
COUNTY = "j-141126"
OTHER_COUNTY = "j-141124"

Cases = dict[str, Any]


def province(led: Ledger) -> tuple[dict[str, str], Term]:
    """The provincial posts; the bodies, and a provincial leader who is neither principal."""
    bodies = place_bodies(led, "140000", "山西省", PROVINCE)
    top = centre(led)
    titles = ("山西省委书记", "山西省省长", "山西省分管扶贫副省长")
    holders = (
        [Hold("<=2016-12-31", "2017-01-21")],
        [Hold(INVENTORY, until="2016-09", ended="2016-10-21"), Hold("2016-09", "2016-10-21")],
        [Hold("2015")],
    )
    secretary, head, _ = principals(led, PROVINCE, "140000", titles, holders)
    sign(led, "2017-05-06", "exit-letter", secretary[0], top, PROVINCE, Paper("2017-03", "2017", number=False))
    sign(led, "2017-05-06", "exit-letter", head[1], top, PROVINCE, Paper("2017-03", "2017", scan=False))
    dual_leaders(led, "140000", "山西省", bodies["group"], [secretary[0], head[1]])
    seat = post(led, FIRST_REPORT, "140000-leader-01", "山西省级领导(示例)01", ["other-leader"], place=PROVINCE)
    return bodies, hold(led, seat, [Hold("2014-07")])[0]


def wrong_county(led: Ledger, leader: Term, approver: Term, cases: Cases) -> None:
    """Question 9: a letter entered for Shilou belonged to Lin county; found three months later."""
    paper = Paper("2017-02-15", "2017-01-01", "2018-01-01")
    wrong = sign(led, "2017-03-06", "assistance-letter", leader, COUNTY, COUNTY, paper)
    entered = led.entries[-1][1]
    annulment = annul(led, "2017-06-06", entered["id"], "扫描件归错县,责任书联系县实为临县", approver)
    right = led.fresh("letter")
    entry = led.record(
        "2017-06-06",
        "responsibility-letter.signed",
        {**entered["data"], "letter_id": right, "counterparty": OTHER_COUNTY, "scope": OTHER_COUNTY},
    )
    pairing = pair(led, "2017-06-06", leader.person, OTHER_COUNTY, "contact-county", "2017-01-01", right)
    cases["q9"] = {
        "log": led.log,
        "wrong_letter": wrong,
        "wrong_jurisdiction": COUNTY,
        "wrong_event": entered["id"],
        "letter": right,
        "jurisdiction": OTHER_COUNTY,
        "event": entry,
        "annulment_event": annulment,
        "approver": {"person_id": approver.person, "post_id": approver.post},
        "scan_sha256": scan_of(wrong),
        "signatory": signatory(leader),
        "signed_on": "2017-02-15",
        "recorded_on": "2017-03-06",
        "corrected_on": "2017-06-06",
        "pairing": pairing,
    }


def city(led: Ledger, above: dict[str, str]) -> tuple[dict[str, str], Term]:
    """The city's posts and letters to the provincial leading group; the bodies, and the secretary."""
    bodies = place_bodies(led, "141100", "吕梁市", CITY)
    titles = ("吕梁市委书记", "吕梁市市长", "吕梁市分管扶贫副市长")
    holders = (
        [Hold(INVENTORY, until="<=2016-06-30", ended="2016-08-06"), Hold("2016-03", "2016-08-06")],
        [Hold("2013", until="2019-06", ended="2019-07-21"), Hold("2019-06", "2019-07-21")],
        [Hold("<=2015-12-31", "2016-01-21")],
    )
    secretary, head, _ = principals(led, CITY, "141100", titles, holders)
    group = above["group"]
    for term, day in ((secretary[1], "2018-01-22"), (head[0], "2018-01")):
        paper = Paper(day, "2018-01-01", "2019-01-01")
        sign(led, "2018-02-21", "exit-letter", term, group, CITY, paper)
        sign(led, "2018-02-21", "assistance-letter", term, COUNTY, COUNTY, paper)
    dual_leaders(led, "141100", "吕梁市", bodies["group"], [secretary[1], head[0]])
    return bodies, secretary[1]


def county(led: Ledger, rng: Random, group: str, city_secretary: Term, cases: Cases) -> County:
    """The county's posts. Its secretary signs two letters a year, its head signs none in 2018."""
    bodies = place_bodies(led, "141126", "石楼县", COUNTY)
    departments(led, rng, "141126", "石楼县", COUNTY)
    titles = ("石楼县委书记", "石楼县县长", "石楼县分管扶贫副县长")
    holders = (
        [Hold("2013", until="2016-05", ended="2016-07-21"), Hold("2016-05", "2016-07-21")],
        [Hold(INVENTORY, until="2017-09", ended="2017-10-21"), Hold("2017-09", "2017-10-21")],
        [Hold("<=2016-12-31", "2017-01-21")],
    )
    secretary, head, deputy = principals(led, COUNTY, "141126", titles, holders)
    letters = []
    for year, signed_on, told in (
        (2016, "2016-06-20", "2016-07-21"),
        (2017, "2017-04-20", "2017-04-21"),
        (2018, "2018-02-06", "2018-02-21"),
        (2019, "2019-01", "2019-02-21"),
    ):
        paper = Paper(signed_on, f"{year}-01-01", f"{year + 1}-01-01")
        letters.append(sign(led, told, "exit-letter", secretary[1], group, COUNTY, paper))
        countersign(led, told, letters[-1], city_secretary, "counterparty", signed_on)
        if year > 2016:
            supersede(led, told, letters[-2], letters[-1], f"{year}-01-01")
    cases["q3"] = letter_of_2017(led, letters[1], COUNTY, secretary[1])
    paper = Paper("2017-03", "2017-01-01", "2018-01-01")
    sign(led, "2017-04-21", "exit-letter", head[0], group, COUNTY, paper)
    dual_leaders(led, "141126", "石楼县", bodies["group"], [secretary[1], head[1]])
    cases["letter_missing"] = {
        "log": led.log,
        "post": head[1].post,
        "person": head[1].person,
        "valid_at": "2018-03-05",
    }
    units = helping_units(led, rng, "141126", COUNTY)
    return County("141126", COUNTY, "石楼县", bodies, units, secretary, head, deputy)

"""The log demo-cn-14: Shanxi, with every township and village of Shilou county, 2015 to 2020."""

from __future__ import annotations

from random import Random
from typing import Any

from examples.build import shanxi_upper
from examples.build.gansu import POOR_COUNTIES, REGISTERED, staff_villages
from examples.build.ledger import PUBLIC, Ledger
from examples.build.offices import FIRST_REPORT
from examples.build.shanxi_accounts import shanxi_accounts
from examples.build.shanxi_chain import TOWNSHIP, VILLAGE, township, village
from examples.build.shanxi_merge import merge
from examples.build.shanxi_ranking import ranking
from examples.build.shanxi_rectification import handed_over
from examples.build.shanxi_signing import signing
from examples.build.sources import divisions
from examples.build.township import staff_township
from examples.build.tree import instrument, listed, path, place_id, register, village_name
from examples.build.vacancy import vacant_village

LOG = "demo-cn-14"
FULL_PER_TOWNSHIP = 5
VACANT = {"141126101200": False, "141126101201": True}


def build() -> tuple[Ledger, dict[str, Any]]:
    """The log and its cases."""
    led, rng, cases = Ledger(LOG), Random(141126), dict[str, Any]()
    rows = divisions("141126")
    register(led, REGISTERED, path("140000", "141100", "141124", "141126"))
    register(led, REGISTERED, rows)
    for place in (shanxi_upper.COUNTY, shanxi_upper.OTHER_COUNTY):
        listed(led, FIRST_REPORT, place, "poor-county-national", "2012-03-19", PUBLIC, POOR_COUNTIES, "other")
    instrument(led, "2016-10-18", "central-2016", [shanxi_upper.PROVINCE])
    instrument(led, "2017-05-06", "shanxi", [shanxi_upper.PROVINCE], ["central-2016"])
    above, leader = shanxi_upper.province(led)
    city_bodies, approver = shanxi_upper.city(led, above)
    shanxi_upper.wrong_county(led, leader, approver, cases)
    county = shanxi_upper.county(led, rng, city_bodies["group"], approver, cases)
    township(led, county)
    village(led, county, cases)
    merge(led, county, cases)
    for row in rows:
        if row.level == "township" and row.code != TOWNSHIP:
            staff_township(led, rng, row, county)
    for code, acting in VACANT.items():
        name = village_name(next(row.name for row in rows if row.code == code))
        key = "q2_shanxi_acting" if acting else "q2_shanxi"
        cases[key] = vacant_village(led, place_id(code), name, code, acting)
    staff_villages(led, rng, rows, county, {VILLAGE, *VACANT}, FULL_PER_TOWNSHIP)
    shanxi_accounts(led, county, above, city_bodies, cases)
    cases["q6"], principals = ranking(led, above["committee"])
    cases["q13"] = signing(led, principals)
    cases["q7_handed_over"] = handed_over(led, city_bodies["group"])
    return led, cases

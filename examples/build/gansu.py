"""The log demo-cn-62: Gansu, with every township and village of Dangchang county, 2015 to 2020."""

from __future__ import annotations

from random import Random
from typing import Any

from examples.build import gansu_upper
from examples.build.county import County
from examples.build.gansu_accounts import gansu_accounts
from examples.build.gansu_awkward import TOWNSHIPS, awkward
from examples.build.gansu_chain import TOWNSHIP, VILLAGE, township, village
from examples.build.ledger import PUBLIC, Ledger
from examples.build.listed import register_tree, supervise
from examples.build.monthly_reports import monthly_reports
from examples.build.offices import FIRST_REPORT
from examples.build.sources import Division, divisions
from examples.build.township import staff_township
from examples.build.tree import instrument, listed, place_id, register, village_name
from examples.build.vacancy import vacant_village
from examples.build.village import full_village, simple_village

LOG = "demo-cn-62"
REGISTERED = "2015-01-05"
FULL_PER_TOWNSHIP = 4
VACANT = {"621223106200": False, "621223106201": True}
"""Villages with the vacancy of question 2, and whether someone acts."""
POOR_COUNTIES = "公开事实(不在种子文本中):国家扶贫开发工作重点县名单,国务院扶贫办2012-03-19公布"


def staff_villages(led: Ledger, rng: Random, rows: list[Division], county: County, taken: set[str], full: int) -> None:
    """The first `full` villages of each township in full, of the others only the secretary."""
    counts: dict[str, int] = {}
    for row in rows:
        if row.level != "village" or row.code in taken:
            continue
        counts[row.parent_code] = counts.get(row.parent_code, 0) + 1
        if counts[row.parent_code] <= full and "社区" not in row.name:
            full_village(led, rng, row, county)
        else:
            simple_village(led, rng, row)


def build() -> tuple[Ledger, dict[str, Any]]:
    """The log and its cases."""
    led, rng, cases = Ledger(LOG), Random(621223), dict[str, Any]()
    rows = divisions("621223")
    register_tree(led, REGISTERED)
    register(led, REGISTERED, rows)
    listed(led, FIRST_REPORT, gansu_upper.COUNTY, "poor-county-national", "2012-03-19", PUBLIC, POOR_COUNTIES, "other")
    instrument(led, "2016-10-18", "central-2016", [gansu_upper.PROVINCE])
    instrument(led, "2017-03-20", "gansu", [gansu_upper.PROVINCE], ["central-2016"])
    above = gansu_upper.province(led)
    city_bodies, approver = gansu_upper.city(led, above)
    county = gansu_upper.county(led, rng, city_bodies, cases)
    township(led, county, cases)
    village(led, county, approver, cases)
    awkward(led, county, approver, cases)
    for row in rows:
        if row.level == "township" and row.code not in {TOWNSHIP, *TOWNSHIPS}:
            staff_township(led, rng, row, county)
    for code, acting in VACANT.items():
        name = village_name(next(row.name for row in rows if row.code == code))
        key = "q2_gansu_acting" if acting else "q2_gansu"
        cases[key] = vacant_village(led, place_id(code), name, code, acting)
    staff_villages(led, rng, rows, county, {VILLAGE, *VACANT}, FULL_PER_TOWNSHIP)
    supervise(led)
    gansu_accounts(led, county, above, city_bodies, cases)
    cases["q14_62"] = monthly_reports(led)
    for case in cases.values():
        case.setdefault("log", LOG)
    return led, cases

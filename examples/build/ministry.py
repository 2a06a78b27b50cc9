"""The log demo-cn-13: the environment ministry's plan for two counties of Hebei, 2017 and 2018, and Wuyi county.

The plan and its numbers are facts; which unit helps which village is not reproduced in the source,
so units, villages and pairings are placeholders.
"""

from __future__ import annotations

from typing import Any

from examples.build.late import late_entries
from examples.build.ledger import FACTS, Ledger
from examples.build.letters import Paper, pair, sign
from examples.build.ministry_accounts import exited_villages, ledger
from examples.build.ministry_visits import ministry_visits
from examples.build.offices import Hold, Term, body, hold, post
from examples.build.sources import cited, facts
from examples.build.tree import instrument, path, placeholder, register
from examples.build.wuyi import wuyi
from examples.build.wuyi_disclosure import disclosure
from examples.build.wuyi_exits import exits_of_wuyi
from examples.build.wuyi_funds import funds_of_wuyi
from examples.build.wuyi_meetings import meetings

LOG = "demo-cn-13"
REGISTERED = "2017-11-16"
CITY = "j-130800"
LONGHUA = "j-130825"
MINISTRY = "mee"
SECRETARIAT = "mee-secretariat"
FILE = "000_70c7c084360d0f91.txt"


def build() -> tuple[Ledger, dict[str, Any]]:
    """The log and its cases."""
    led, cases, plan = Ledger(LOG), dict[str, Any](), facts("mee_2017")
    register(led, REGISTERED, path("130000", "130800", "130828", "130825"))
    instrument(led, REGISTERED, "mee-2017", ["j-130828", "j-130825"])
    _ministry(led)
    units = _units(led, plan)
    villages = _villages(led, plan)
    _pairings(led, plan, units, villages)
    _seconded(led, cases)
    cases["q15"] = ministry_visits(led)
    cases["q17_exited"] = exited_villages(led, plan)
    cases["ledger"] = ledger(led, plan)
    county = wuyi(led)
    cases["q16_wuyi"] = exits_of_wuyi(led, county)
    cases["q18"] = funds_of_wuyi(led, county)
    cases["q20"] = disclosure(led, county)
    cases["q23"] = meetings(led, county)
    cases["late_budgets"] = late_entries(led, ("visit.made", "budget.appropriated"), 180)
    return led, cases


def _ministry(led: Ledger) -> None:
    """The bodies that the source names."""
    quote = "环境保护部驻两县挂职干部……即兼任部扶贫办秘书组副处长(繁体转写)"
    for which, name, kind, unit, function in (
        (MINISTRY, "环境保护部", "unit", None, None),
        ("mee-general-office", "环境保护部办公厅", "office", MINISTRY, None),
        ("mee-poverty-office", "环境保护部扶贫办", "office", MINISTRY, "ministry-office"),
        (SECRETARIAT, "环境保护部扶贫办秘书组", "office", "mee-poverty-office", None),
    ):
        data = {"body_id": which, "name_zh": name, "body_type": kind, "unit_id": unit}
        more = {"functions": [function] if function else None, "basis": f"{FILE} 第1、4行:{quote}"}
        led.record(REGISTERED, "body.established", {**data, **more}, FACTS)


def _units(led: Ledger, plan: dict[str, Any]) -> list[str]:
    """13 groups of 42 units, each unit with its head, who is the first-responsible person; the units."""
    groups = [
        body(led, REGISTERED, f"group-{serial:02d}", f"扶贫工作小组(未具名) {serial:02d}", [], unit=MINISTRY)
        for serial in range(1, plan["assistance_groups"] + 1)
    ]
    units = []
    for serial in range(1, plan["units"] + 1):
        name = f"环境保护部司局/直属单位(未具名) {serial:02d}"
        group = groups[(serial - 1) % len(groups)]
        units.append(body(led, REGISTERED, f"unit-{serial:02d}", name, ["assisting-unit"], unit=group))
        head = post(
            led,
            REGISTERED,
            f"unit-{serial:02d}-head",
            f"{name} 主要负责同志",
            ["assisting-unit-head"],
            body_id=units[-1],
        )
        hold(led, head, [Hold("<=2017-11-15", "2017-12-06")])
    return units


def _villages(led: Ledger, plan: dict[str, Any]) -> list[str]:
    """The villages paired before, then the new ones; which of the two counties is not stated."""
    counts = plan["villages"]
    villages = []
    kinds = ["原有结对"] * counts["original_paired"] + ["新增结对"] * counts["new_deeply_poor"]
    for serial, kind in enumerate(kinds, start=1):
        evidence = counts["evidence"][0 if kind == "原有结对" else 1]
        villages.append(
            placeholder(
                led,
                REGISTERED,
                f"syn-13-village-{serial:03d}",
                f"13{serial:010d}",
                f"{kind}村(未具名) 承德-{serial:03d}",
                "village",
                CITY,
                cited(evidence),
            )
        )
    return villages


def _pairings(led: Ledger, plan: dict[str, Any], units: list[str], villages: list[str]) -> None:
    """Each village with one unit, in turn."""
    original = plan["villages"]["original_paired"]
    for serial, village in enumerate(villages):
        since = "2016" if serial < original else "2017-11"
        pair(led, "2017-12-06", units[serial % len(units)], village, "fixed-point-unit", since, "mee-2017")


def _seconded(led: Ledger, cases: dict[str, Any]) -> None:
    """Question 11: a seconded official of two posts, whose appointments end on different days."""
    told = "2017-12-06"
    county_post = post(led, told, "130825-seconded", "隆化县副县长(挂职)", ["seconded-official"], place=LONGHUA)
    office_post = post(
        led, told, "secretariat-deputy", "部扶贫办秘书组副处长", ["seconded-official"], body_id=SECRETARIAT
    )
    first = hold(
        led,
        county_post,
        [Hold("2017-12-01", told, "2019-12-01", "2019-12-21", "seconded", "term-end", sender=MINISTRY)],
    )[0]
    second = hold(
        led,
        office_post,
        [Hold("2017-12", told, "2019-07-01", "2019-07-21", "concurrent", person=first.person)],
    )[0]
    paper = Paper("2018-01-12", "2018-01-01", "2019-01-01")
    letter = sign(led, "2018-02-06", "assistance-letter", second, LONGHUA, LONGHUA, paper)
    cases["q11"] = {
        "log": LOG,
        "person": first.person,
        "posts": [county_post, office_post],
        "appointments": [first.appointment, second.appointment],
        "ends": ["2019-12-01", "2019-07-01"],
        "letter": letter,
        "letter_post": office_post,
        "visits": _visits(led, first, second),
        "valid_at": "2019-09-01",
    }


def _visits(led: Ledger, first: Term, second: Term) -> dict[str, list[str]]:
    """One visit that claims both posts, one that claims the office's post alone; posts by visit."""
    claimed = {}
    for day, terms in (("2018-03-20", [first, second]), ("2018-06-12", [second])):
        visit = led.fresh("visit")
        visitor = [{"person_id": term.person, "post_id": term.post} for term in terms]
        data = {"visit_id": visit, "visitor": visitor, "place_id": LONGHUA, "started_on": day}
        led.record("2018-07-06", "visit.made", {**data, "purpose": "supervision"})
        claimed[visit] = [term.post for term in terms]
    return claimed

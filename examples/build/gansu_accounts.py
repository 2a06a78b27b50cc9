"""What Gansu accounts for beyond its chain: rectifications, money, coverage, exits, the year's work."""

from __future__ import annotations

from typing import Any

from examples.build.accountability import accountability
from examples.build.assistance import assistance
from examples.build.chen import chen
from examples.build.county import County
from examples.build.county_households import county_households
from examples.build.county_visits import county_visits
from examples.build.county_work import county_work
from examples.build.coverage import coverage
from examples.build.days import between
from examples.build.exits import Step, leave, lift
from examples.build.gansu_money import money
from examples.build.households import identify
from examples.build.late import late_entries
from examples.build.ledger import Ledger
from examples.build.payments import payments
from examples.build.rectifications import VILLAGE, rectifications

COUNTY = "j-621223"
DELISTED = "2020-11-21"
_VILLAGES = (VILLAGE, "j-621223101200", "j-621223102200")


def gansu_accounts(
    led: Ledger, county: County, above: dict[str, str], city: dict[str, str], cases: dict[str, Any]
) -> None:
    """All of it; the cases."""
    who = rectifications(led, county, city, cases)
    money(led, county, who, cases)
    other = chen(led)
    cases["q8"] = payments(led, other)
    cases["q22"] = coverage(led, other)
    homes = cases["q22"]["households"]
    cases["q17"] = assistance(led, other, homes, list(cases["q22"]["helpers"]))
    county_visits(led, county)
    county_work(led, county, list(_VILLAGES), city["office"])
    county_households(led, list(_VILLAGES[1:]), county.bodies["group"])
    again = cases["q7_open"]["reopened"]["rectification"]
    cases["accountability"] = accountability(led, who.deputy[1], COUNTY, county.bodies, again)
    cases["q16_gansu"] = _exits(led, county, above, city)
    cases["q5_gansu"] = _departures(county, other.secretary[0].post, other.head[0].post)
    cases["state"] = _state(led)
    cases["late_visits"] = late_entries(led, ("visit.made", "exit.recorded"), 180)


def _exits(led: Ledger, county: County, above: dict[str, str], city: dict[str, str]) -> dict[str, Any]:
    """A household, a village and the county; the text of Gansu names no body that approves."""
    group, township = county.bodies["group"], "syn-62-body-621223104-government"
    household = identify(led, VILLAGE, 3, "2014-12-31", "2016-06-21")
    home = leave(
        led,
        household,
        "household",
        [
            Step("proposed", "2018-10-15", {"proposed_by": "syn-62-body-621223104211-committee"}),
            Step("verified", "2018-10-29", {"verifiers": [township], "result": "confirmed"}),
            Step("approved", "2018-12-03", {"approved_by": group, "basis_instrument_id": "gansu"}),
            Step("recorded", "2018-12-10", {"system_record_id": "示例-62-0001"}, 200),
        ],
    )
    village = leave(
        led,
        VILLAGE,
        "village",
        [
            Step("proposed", "2019-09-02", {"proposed_by": township}),
            Step(
                "assessed",
                "2019-10-14",
                {"assessor": "syn-62-body-621223-water", "indicator": "饮水安全", "opinion": "meets"},
            ),
            Step("approved", "2019-12-10", {"approved_by": group, "basis_instrument_id": "gansu"}),
        ],
    )
    whole = leave(
        led,
        COUNTY,
        "county",
        [
            Step("proposed", "2020-09-15", {"proposed_by": county.bodies["committee"]}),
            Step("reviewed", "2020-10-12", {"reviewer_body_id": city["group"], "result": "passed"}),
            Step(
                "assessed",
                "2020-11-05",
                {"assessor": above["group"], "indicator": "贫困县退出验收", "opinion": "meets"},
            ),
            Step("publicised", "2020-11-09", {"notice_until": "2020-11-16", "place": "省政府网站(示例)"}),
            Step("approved", DELISTED, {"approved_by": above["government"], "effective_on": DELISTED}, 5),
        ],
    )
    for name in ("poor-county-national", "listed-supervision"):
        lift(led, COUNTY, name, DELISTED, whole["exit"])
    return {"household": home, "village": village, "county": whole | {"lifted_on": DELISTED}, "instrument": "gansu"}


def _departures(county: County, secretary: str, head: str) -> dict[str, Any]:
    """Question 5 in Gansu: who left the two posts of two counties before they were delisted."""
    last, first = between("2016-08-31", DELISTED), between("2016-08-01", DELISTED)
    return {
        "delisted": {COUNTY: DELISTED, "syn-62-j-621291": None},
        "left": [
            {"post": county.secretary[0].post, "left_on": "2016-08", "days_before_approval_from_to": [last, first]},
            {
                "post": county.head[0].post,
                "left_on": "2018-02-10",
                "days_before_approval": between("2018-02-10", DELISTED),
            },
            {"post": secretary, "left_on": "2018-06-11", "days_before_approval": None},
            {"post": head, "left_on": "2019-03-04", "days_before_approval": None},
        ],
        "no_departure": {
            "post": county.head[1].post,
            "appointment": county.head[1].appointment,
            "person": county.head[1].person,
            "shows": "acting until 2018-04-12, then appointed to the same post: the person stayed",
        },
    }


def _state(led: Ledger) -> dict[str, Any]:
    """What `state` of Dangchang and of one of its villages counts at the end of 2018 and of the log."""
    answers = {}
    for day in ("2018-12-31", "2020-12-21"):
        made = [event["data"] for _, event in led.entries if event["type"] == "visit.made"]
        here = [data for data in made if data["place_id"].startswith(COUNTY) and data["started_on"] <= day]
        answers[day] = {
            "count": len(here),
            "nights": sum(data.get("nights", 0) for data in here),
            "last": max(data["started_on"] for data in here),
        }
    return {
        "jurisdiction": COUNTY,
        "scope": "subtree",
        "visits": answers,
        "findings": {"2020-12-21": {"open": 4, "closed": 6}},
        "rectifications": {
            "2020-12-21": {"open": 3, "overdue": 2, "awaiting_verification": 2, "closed": 6},
            "2020-01-12": {"open": 1, "overdue": 0, "awaiting_verification": 0, "closed": 6},
        },
        "exit": {"2020-11-20": "listed", DELISTED: "exited"},
    }

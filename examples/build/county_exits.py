"""Counties of Shanxi on their way off the list: in order, out of order, refused, approved by the wrong level.

石楼县 is real, its exit invented. The other counties exist only here.
"""

from __future__ import annotations

from typing import Any

from examples.build.county import place_bodies
from examples.build.days import told
from examples.build.exits import Step, leave, lift, list_place
from examples.build.ledger import Ledger
from examples.build.offices import FIRST_REPORT, body
from examples.build.tree import placeholder

CITY = "j-141100"
BASIS = "虚构县,用于演示任期与退出"
COUNTIES = {
    "141191": ("合成子县", "poor-county-national", "2012-03-19", "2017-12-31"),
    "141192": ("合成丑县", "poor-county-provincial", "2013-01-01", "2018-12-31"),
    "141193": ("合成寅县", "poor-county-provincial", "2013-01-01", "2019-12-31"),
    "141194": ("合成卯县", "poor-county-provincial", "2013-01-01", "2018-12-31"),
}
"""Code to name, list, since when, and the last day of the year planned for the exit."""
SHILOU = "141126"
PLANNED = {**{code: row[3] for code, row in COUNTIES.items()}, SHILOU: "2019-12-31"}

Exits = dict[str, dict[str, Any]]


def place_of(code: str) -> str:
    """The id of a county of this page."""
    return f"j-{code}" if code == SHILOU else f"syn-14-j-{code}"


def invented_counties(led: Ledger) -> dict[str, dict[str, str]]:
    """Register the four, with their bodies, lists and planned years; the bodies by code."""
    made = {}
    for code, (name, list_name, since, _) in COUNTIES.items():
        place = placeholder(led, FIRST_REPORT, place_of(code), code, name, "county", CITY, BASIS)
        made[code] = place_bodies(led, code, name, place)
        list_place(led, FIRST_REPORT, place, list_name, since, BASIS)
    for code, due in PLANNED.items():
        data = {"target_id": led.fresh("target"), "subject_id": place_of(code), "measure": "贫困县摘帽"}
        led.record("2016-12-21", "target.set", {**data, "value": "1", "unit": "县", "due_on": due})
    return made


def county_exits(led: Ledger, above: dict[str, str], city: dict[str, str], bodies: dict[str, dict[str, str]]) -> Exits:
    """The exits of five counties, by code; what the law of Shanxi asks for and which faults each shows."""
    centre = body(
        led, FIRST_REPORT, "state-group", "国务院扶贫开发领导小组(示例)", ["leading-group"], kind="leading-group"
    )
    first = _county(
        led,
        above,
        city,
        {"proposer": bodies["141191"]["committee"], "reported": "2018-09-25", "centre": centre},
        ("141191", "2018-05-20", "2018-06-05", "2018-07-10", "2018-08-01", "2018-08-08", "2018-09-10"),
    )
    second = _county(
        led,
        above,
        city,
        {"proposer": bodies["141192"]["committee"]},
        ("141192", "2018-11-05", "2018-12-03", "2019-02-18", "2019-03-11", "2019-03-18", "2019-04-18"),
    )
    real = _county(
        led,
        above,
        city,
        {"proposer": "syn-14-body-141126-committee", "reported": "2020-03-10", "centre": centre},
        (SHILOU, "2019-09-20", "2019-11-12", "2020-01-08", "2020-02-10", "2020-02-17", "2020-02-27"),
    )
    refused = leave(
        led,
        place_of("141193"),
        "county",
        [
            Step("proposed", "2019-09-16", {"proposed_by": bodies["141193"]["committee"]}),
            Step("reviewed", "2019-10-21", {"reviewer_body_id": city["group"], "result": "passed"}),
            Step("assessed", "2019-12-02", {"assessor": above["group"], "opinion": "does-not-meet"}),
            Step("rejected", "2019-12-20", {"rejected_by": above["government"], "ground": "漏评率偏高(示例)"}),
        ],
    )
    return {
        "141191": {**first, "lifted_on": _lift(led, "141191", "2018-09-18", first), "faults": []},
        "141192": {**second, "lifted_on": _lift(led, "141192", "2019-04-18", second), "faults": []},
        "141193": {**refused, "lifted_on": None, "faults": []},
        "141194": _wrong(led, above, city, bodies["141194"]),
        SHILOU: {**real, "lifted_on": _lift(led, SHILOU, "2020-02-27", real), "faults": []},
    }


def _lift(led: Ledger, code: str, since: str, case: dict[str, Any]) -> str:
    name = COUNTIES[code][1] if code in COUNTIES else "poor-county-national"
    lift(led, place_of(code), name, since, case["exit"])
    return since


def _county(
    led: Ledger, above: dict[str, str], city: dict[str, str], more: dict[str, str], days: tuple[str, ...]
) -> dict[str, Any]:
    """An exit by the steps of articles 13 and 25, in order."""
    code, proposed, reviewed, assessed, notice, noticed, approved = days
    steps = [
        Step("proposed", proposed, {"proposed_by": more["proposer"]}),
        Step("reviewed", reviewed, {"reviewer_body_id": city["group"], "result": "passed"}),
        Step("assessed", assessed, {"assessor": above["group"], "indicator": "专项评估检查", "opinion": "meets"}),
        Step("publicised", notice, {"notice_until": noticed, "place": "省政府网站(示例)"}),
        Step("approved", approved, {"approved_by": above["government"], **_ground(approved)}),
    ]
    if "reported" in more:
        steps.append(Step("reported", more["reported"], {"recipient_body_id": more["centre"]}))
    report = {"report_id": led.fresh("report"), "reporter": {"body_id": above["group"]}, "kind": "special"}
    led.record(
        told(noticed, 9),
        "report.submitted",
        {**report, "recipient": above["government"], "submitted_on": told(noticed, 4)},
    )
    return leave(led, place_of(code), "county", steps)


def _ground(effective: str) -> dict[str, str]:
    return {"basis_instrument_id": "shanxi", "effective_on": effective}


def _wrong(led: Ledger, above: dict[str, str], city: dict[str, str], own: dict[str, str]) -> dict[str, Any]:
    """Assessed before it was reviewed, approved before the notice ended, and by the city."""
    case = leave(
        led,
        place_of("141194"),
        "county",
        [
            Step("proposed", "2018-10-08", {"proposed_by": own["committee"]}),
            Step("assessed", "2018-11-20", {"assessor": above["group"], "opinion": "meets"}),
            Step("reviewed", "2018-12-10", {"reviewer_body_id": city["group"], "result": "passed"}),
            Step("publicised", "2019-01-10", {"notice_until": "2019-01-17", "place": "市政府网站(示例)"}),
            Step("approved", "2019-01-14", {"approved_by": city["group"], **_ground("2019-01-14")}),
        ],
    )
    faults = ["assessed-before-reviewed", "approved-before-notice-ended", "incompetent-body"]
    return {
        **case,
        "lifted_on": _lift(led, "141194", "2019-01-20", case),
        "faults": faults,
        "competent_body": above["government"],
    }

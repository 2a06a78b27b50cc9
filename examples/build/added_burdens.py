"""Question 19: targets of 2020 level by level, and who inspected whom in April, in 宁夏 under listed supervision.

The province and 西吉县 are real; the county and the townships in which more is asked exist only here.
"""

from __future__ import annotations

from typing import Any

from examples.build.days import told
from examples.build.ledger import Ledger
from examples.build.offices import body
from examples.build.oversight import inspect
from examples.build.tree import place_id, placeholder

LOG = "demo-cn-64"
_REPORTED, _ISSUED, _SET = "2020-03-20", "2020-03-16", "2020-03-25"
PROVINCE, CITY, LISTED = place_id("640000"), place_id("640400"), place_id("640422")
COUNTY = "syn-64-j-640491"
BASIS = "虚构区划,用于演示层层加码和搭车督战"
_PLACES = (
    (COUNTY, "640491", "合成未县", "county", CITY),
    ("syn-64-j-640491901", "640491901", "合成未1乡", "township", COUNTY),
    ("syn-64-j-640422901", "640422901", "合成酉1乡", "township", LISTED),
    ("syn-64-j-640422902", "640422902", "合成酉2乡", "township", LISTED),
)
_TARGETS = (
    (PROVINCE, "实地督导", "1", "次/月", "2020-12-31"),
    (PROVINCE, "专项报告", "1", "份/月", None),
    (PROVINCE, "问题整改", None, None, "2020-06-30"),
    (COUNTY, "实地督导", "4", "次/月", "2020-12-31"),
    (COUNTY, "专项报告", "2", "份/月", None),
    (COUNTY, "问题整改", None, None, "2020-05-31"),
    ("syn-64-j-640491901", "实地督导", "4", "次/月", "2020-12-31"),
    ("syn-64-j-640491901", "夜访", "8", "次/月", None),
    ("syn-64-j-640422901", "实地督导", "1", "次/月", "2020-12-31"),
)
"""Place, measure, value, unit, last day."""
_STRICTER = (("实地督导", "4"), ("专项报告", "2"), ("问题整改", None))
"""What the invented county asks beyond the province, with the ratio of the numbers."""
_INSPECTIONS = (
    ("syn-64-j-640422901", "county", "2020-04-07", "2020-04-08"),
    ("syn-64-j-640422901", "city", "2020-04-13", "2020-04-13"),
    ("syn-64-j-640422901", "city", "2020-04-16", "2020-04-16"),
    ("syn-64-j-640422901", "county", "2020-04-23", "2020-04-23"),
    ("syn-64-j-640422901", "city", "2020-05-01", "2020-05-01"),
    ("syn-64-j-640422902", "county", "2020-04-14", "2020-04-14"),
)
"""Subject, inspecting body, first and last day."""
_CROWDED = ((0, 1), (2, 3))
"""Which of them lie seven days apart or less, of one subject and by different bodies."""


def added_burdens(led: Ledger) -> dict[str, Any]:
    """The arrangement of the province, targets, inspections, two findings of which one is corrected; the case."""
    for place, code, name, level, parent in _PLACES:
        placeholder(led, _REPORTED, place, code, name, level, parent, BASIS)
    data = {"instrument_id": f"syn-{led.number}-instrument-overall", "title_zh": "挂牌督战统筹安排(示例)"}
    more = {"status": "in-force", "printed_on": _ISSUED, "scope_jurisdictions": [PROVINCE]}
    arranged = led.record(_REPORTED, "instrument.issued", {**data, **more})
    targets = [_target(led, *row) for row in _TARGETS]
    offices = {
        "city": body(led, _REPORTED, "640400-office", "固原市督战办(示例)", ["leading-group-office"], place=CITY),
        "county": body(led, _REPORTED, "640422-office", "西吉县督战办(示例)", ["leading-group-office"], place=LISTED),
    }
    inspections = [
        {"event": inspect(led, "special", offices[who], subject, (since, until), ["督战"]), "subject": subject}
        | {"body": offices[who], "from": since, "until": until}
        for subject, who, since, until in _INSPECTIONS
    ]
    return {
        "log": led.log,
        "province": PROVINCE,
        "county": COUNTY,
        "valid_at": "2020-05-31",
        "arranged": arranged,
        "targets": targets,
        "stricter": [{"place": COUNTY, "measure": measure, "ratio": ratio} for measure, ratio in _STRICTER],
        "without_source": ["syn-64-j-640491901", "夜访"],
        "inspections": inspections,
        "crowded": [[inspections[one]["event"], inspections[other]["event"]] for one, other in _CROWDED],
        "findings": [_found(led, *row) for row in _FINDINGS],
        "shows": "a list and no verdict: stricter than the nearest source above; inspections close to another body's",
    }


_FINDINGS = (("syn-64-j-640422901", "2020-04-24", "2020-04-28"), ("syn-64-j-640422902", "2020-04-27", None))
"""Place, day raised, day on which its rectification was ordered."""


def _target(
    led: Ledger, place: str, measure: str, value: str | None, unit: str | None, due: str | None
) -> dict[str, Any]:
    which = led.fresh("target")
    said = {"subject_id": place, "measure": measure, "value": value, "unit": unit, "due_on": due}
    event = led.record(_SET, "target.set", {"target_id": which, **said})
    return {"target": which, "event": event, "place": place, "measure": measure, "value": value, "due_on": due}


def _found(led: Ledger, place: str, raised: str, ordered: str | None) -> dict[str, Any]:
    """A finding of piggy-back supervision, and the order to correct it where there is one."""
    which = led.fresh("finding")
    said = {"jurisdiction_id": place, "subject_id": place, "category": "搭车督战", "raised_on": raised}
    led.record(told(raised), "finding.raised", {"finding_id": which, **said})
    if ordered is not None:
        rectification = led.fresh("rectification")
        data = {"rectification_id": rectification, "finding_id": which, "ordered_on": ordered}
        led.record(told(ordered), "rectification.ordered", {**data, "deadline": "2020-05-20"})
    return {"finding": which, "place": place, "raised_on": raised, "ordered_on": ordered}

"""Question 23: the weekly meetings of 合成己乡 in the second quarter of 2018, an observation, quarterly reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from examples.build.days import told
from examples.build.ledger import Data, Ledger
from examples.build.offices import body
from examples.build.wuyi import COUNTY, TOWNSHIP, Wuyi

_ESTABLISHED = "2018-01-05"
_HELD = (
    "2018-03-26",
    "2018-04-01",
    "2018-04-04",
    "2018-04-11",
    "2018-04-18",
    "2018-04-25",
    "2018-04-30",
    "2018-05-02",
    "2018-05-16",
    "2018-05-23",
    "2018-05-30",
    "2018-06-06",
    "2018-06-20",
    "2018-07-01",
)
"""The weekly meetings. None from 2018-05-07 to 13 and from 2018-06-11 to 17; two in the week of Labour Day."""
_LATE = {"2018-04-18": "2018-11-27"}
"""Days of report of meetings told long after they were held."""
_WEEKS = tuple(range(14, 27))
"""The ISO weeks whose Thursday is in the quarter: from 2018-04-02 to 2018-07-01."""
_OBSERVED = "2018-06-22"
_FIRST, _SECOND, _THIRD = "2018-01-01", "2018-04-01", "2018-07-01"
_DEPARTMENTS = (
    ("education", "武邑县教育局", [("2018-03-28", _FIRST, _SECOND), ("2018-06-29", _SECOND, _THIRD)]),
    ("water", "武邑县水务局", [("2018-03-30", _FIRST, _SECOND), ("2018-07-09", _SECOND, _THIRD)]),
    ("housing", "武邑县住建局", [("2018-03-29", _FIRST, _SECOND)]),
)
"""Departments that the text names, each with its reports: day sent, and the quarter reported on."""


def meetings(led: Ledger, county: Wuyi) -> dict[str, Any]:
    """The meetings and reports; the case."""
    held = [{"on": day, **_meet(led, county, "weekly", day)} for day in _HELD]
    observed = {"on": _OBSERVED, **_meet(led, county, "observation", _OBSERVED)}
    first, last = _monday(_WEEKS[0]), date.fromordinal(_monday(_WEEKS[-1]).toordinal() + 7)
    return {
        "log": led.log,
        "jurisdiction": COUNTY,
        "township": TOWNSHIP,
        "government": county.township,
        "quarter": [_SECOND, _THIRD],
        "days": [first.isoformat(), last.isoformat()],
        "valid_at": "2018-07-31",
        "meetings": held,
        "weeks": {f"2018-W{week}": _in_week(week) for week in _WEEKS},
        "holiday_week": "2018-W18",
        "late": {"on": "2018-04-18", "recorded_on": _LATE["2018-04-18"], "week": "2018-W16"},
        "observation": observed,
        "departments": [_department(led, county, *row) for row in _DEPARTMENTS],
        "shows": "13 weeks, two of them missing; two meetings in one week make up for no other; a week of two quarters",
    }


def _monday(week: int) -> date:
    return date.fromisocalendar(2018, week, 1)


def _in_week(week: int) -> list[str]:
    return [day for day in _HELD if date.fromisoformat(day).isocalendar()[:2] == (2018, week)]


def _meet(led: Ledger, county: Wuyi, kind: str, day: str) -> dict[str, str]:
    which = led.fresh("meeting")
    data = {"meeting_id": which, "kind": kind, "body_id": county.township, "held_on": day}
    return {"meeting": which, "event": led.record(_LATE.get(day, told(day, 3)), "meeting.held", data)}


def _department(led: Ledger, county: Wuyi, key: str, name: str, sent: list[tuple[str, str, str]]) -> dict[str, Any]:
    """A lead department with its quarterly reports to the leading group of the county."""
    which = body(led, _ESTABLISHED, f"131122-{key}", name, ["sector-department"], place=COUNTY, kind="department")
    reports = []
    for day, since, until in sent:
        report = led.fresh("report")
        data: Data = {"report_id": report, "reporter": {"body_id": which}, "recipient": county.bodies["group"]}
        data |= {"kind": "quarterly", "period_from": since, "period_until": until, "submitted_on": day}
        event = led.record(told(day, 2), "report.submitted", data)
        reports.append({"report": report, "event": event, "submitted_on": day, "about": [since, until]})
    return {"body": which, "reports": reports}

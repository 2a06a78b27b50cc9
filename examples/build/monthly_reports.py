"""Question 14: the monthly reports on listed supervision, March to June 2020, of seven provinces.

The duty and its addressee are stated; the days of the reports are invented.
"""

from __future__ import annotations

from typing import Any

from examples.build.days import told
from examples.build.exits import lift
from examples.build.ledger import FACTS, Ledger
from examples.build.listed import FILE, LIST, REPORTED, province_of
from examples.build.offices import body
from examples.build.tree import place_id

MONTHS = ("2020-03", "2020-04", "2020-05", "2020-06")
LAST_DAY = 5
"""The reading of 月初 under which lateness is counted here; the text states no day."""
LEFT = {"demo-cn-52": "2020-05-12"}
"""The day on which everything that a province has on the list is lifted, by log."""
_BASIS = f"{FILE} 第34行:每月初向国务院扶贫办报告挂牌督战工作进展情况"
_SENT: dict[str, list[tuple[str, str, str | None]]] = {
    "demo-cn-45": [
        ("2020-03-03", "2020-02", "2020-03-04"),
        ("2020-04-02", "2020-03", "2020-04-03"),
        ("2020-05-05", "2020-04", "2020-05-06"),
        ("2020-06-03", "2020-05", "2020-06-04"),
    ],
    "demo-cn-51": [
        ("2020-03-04", "2020-02", "2020-03-05"),
        ("2020-04-03", "2020-03", "2020-04-07"),
        ("2020-06-04", "2020-05", "2020-06-05"),
    ],
    "demo-cn-52": [
        ("2020-03-05", "2020-02", "2020-03-06"),
        ("2020-04-03", "2020-03", "2020-04-07"),
        ("2020-05-05", "2020-04", "2020-05-07"),
    ],
    "demo-cn-53": [
        ("2020-03-05", "2020-02", "2020-03-06"),
        ("2020-04-03", "2020-03", "2020-04-07"),
        ("2020-05-05", "2020-04", "2020-05-07"),
        ("2020-06-17", "2020-05", "2020-06-18"),
    ],
    "demo-cn-62": [
        ("2020-03-02", "2020-02", "2020-03-03"),
        ("2020-04-01", "2020-03", "2020-04-02"),
        ("2020-05-05", "2020-04", "2020-05-07"),
        ("2020-06-01", "2020-05", "2020-06-02"),
    ],
    "demo-cn-64": [
        ("2020-03-04", "2020-02", "2020-03-05"),
        ("2020-04-03", "2020-03", "2020-04-20"),
        ("2020-05-05", "2020-04", None),
        ("2020-06-03", "2020-05", "2020-06-04"),
    ],
    "demo-cn-65": [
        ("2020-03-30", "2020-03", "2020-03-31"),
        ("2020-05-04", "2020-04", "2020-05-06"),
        ("2020-06-02", "2020-05", "2020-06-03"),
    ],
}
"""By log: the day sent, the month reported on, the day received."""
_SHOWS = {
    "demo-cn-45": "sends every month, about the month before",
    "demo-cn-51": "sent nothing in May",
    "demo-cn-52": "all its counties and villages left the list on 2020-05-12: no report is due in June",
    "demo-cn-53": "sent the report of June on the 17th",
    "demo-cn-62": "sends every month, about the month before",
    "demo-cn-64": "has a county and no village on the list, and reports all the same; one receipt is missing",
    "demo-cn-65": "the report of March is about March: by the month of sending nothing came in April",
}


def monthly_reports(led: Ledger) -> dict[str, Any]:
    """The reports of one province and their receipts; the case."""
    province = place_id(f"{led.number}0000")
    office = f"syn-{led.number}-body-{led.number}0000-office"
    if not any(event["data"].get("body_id") == office for _, event in led.entries):
        name = f"{province_of(led.log)['province']}脱贫攻坚领导小组办公室"
        body(led, REPORTED, f"{led.number}0000-office", name, ["leading-group-office"], place=province, kind="office")
    addressee = f"fact-{led.number}-body-poverty-office"
    data = {"body_id": addressee, "name_zh": "国务院扶贫办", "body_type": "office", "basis": _BASIS}
    led.record(REPORTED, "body.established", data, FACTS)
    plan = f"syn-{led.number}-plan-supervision-2020"
    owner = {"plan_id": plan, "plan_kind": "supervision", "owner_id": office}
    led.record("2020-03-10", "plan.adopted", {**owner, "covers_from": "2020-03-06", "covers_until": "2021-01-01"})
    reports = [_report(led, office, addressee, *row) for row in _SENT[led.log]]
    lifted = _leave(led)
    return {
        "log": led.log,
        "province": province,
        "reporter": office,
        "recipient": addressee,
        "reports": reports,
        "months": {month: _month(led.log, month, reports) for month in MONTHS},
        "last_day": LAST_DAY,
        "left_scope_on": LEFT.get(led.log),
        "lifted_events": len(lifted),
        "listed_counties": province_of(led.log)["stated_county_count"],
        "listed_villages": province_of(led.log)["villages"]["total"],
        "shows": _SHOWS[led.log],
    }


def _report(led: Ledger, office: str, addressee: str, sent: str, month: str, received: str | None) -> dict[str, Any]:
    """One report and its receipt, where there is one."""
    report = led.fresh("report")
    following = f"{month[:5]}{int(month[5:]) + 1:02d}-01"
    period = {"period_from": f"{month}-01", "period_until": following}
    data = {"report_id": report, "reporter": {"body_id": office}, "recipient": addressee, "kind": "monthly"}
    event = led.record(told(sent, 1), "report.submitted", {**data, **period, "submitted_on": sent})
    if received is not None:
        led.record(told(received, 1), "report.acknowledged", {"report_id": report, "received_on": received})
    found = {"report": report, "event": event, "submitted_on": sent, "acknowledged_on": received}
    return found | {"about": month, **period}


def _month(log: str, month: str, reports: list[dict[str, Any]]) -> dict[str, Any]:
    """What was sent in a month and how many days after its last permitted day; not due once the province left."""
    left = LEFT.get(log)
    sent = next((row for row in reports if row["submitted_on"].startswith(month)), None)
    if sent is None:
        due = left is None or left >= f"{month}-01"
        return {"report": None, "status": "not-submitted" if due else "not-due", "days_late": None}
    late = max(int(sent["submitted_on"][8:]) - LAST_DAY, 0)
    return {"report": sent["report"], "status": "submitted", "days_late": late}


def _leave(led: Ledger) -> list[str]:
    """Everything on the list of a province that leaves it, lifted on one day; the events."""
    if led.log not in LEFT:
        return []
    listed = [event["data"] for _, event in led.entries if event["type"] == "designation.listed"]
    places = [data["jurisdiction_id"] for data in listed if data["list"] == LIST]
    basis = "虚构日期,用于演示全部移出名单后不再报告"
    return [lift(led, place, LIST, LEFT[led.log], basis=basis) for place in places]

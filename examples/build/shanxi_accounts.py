"""What Shanxi accounts for beyond its chain: departures, exits, money, rectifications, the year's work."""

from __future__ import annotations

from typing import Any

from examples.build.county import County
from examples.build.county_exits import county_exits, invented_counties
from examples.build.county_households import county_households
from examples.build.county_visits import county_visits
from examples.build.county_work import county_work
from examples.build.departures import departures
from examples.build.ledger import Data, Ledger
from examples.build.money import Payment, allocate, disburse, reimburse
from examples.build.offices import at
from examples.build.oversight import find, inspect, order, step
from examples.build.payments import payments_of_shanxi
from examples.build.projects import FIVE, archive, project, project_step, publish, withdraw
from examples.build.shanxi_chain import TOWNSHIP, VILLAGE
from examples.build.shanxi_exits import exits_of_shanxi
from examples.build.visits import actor

PROVINCE, CITY, COUNTY = "j-140000", "j-141100", "j-141126"
_TOWNSHIP, _VILLAGE = f"j-{TOWNSHIP}", f"j-{VILLAGE}"
_VILLAGES = (_VILLAGE, "j-141126101202", "j-141126102200")
_CHAIN = (
    ("fact-14-body-centre", PROVINCE, "40000000.00", "2018-01-18"),
    (PROVINCE, CITY, "15000000.00", "2018-02-08"),
    (CITY, COUNTY, "9000000.00", "2018-02-28"),
    (COUNTY, _TOWNSHIP, "1000000.00", "2018-03-26"),
    (_TOWNSHIP, _VILLAGE, "400000.00", "2018-04-12"),
)
_PAID = (
    (COUNTY, "2500000.00", "2018-05-21"),
    (_TOWNSHIP, "350000.00", "2018-06-11"),
    (_VILLAGE, "180000.00", "2018-07-16"),
)
_OWN = {
    PROVINCE: ("40000000.00", "15000000.00", "0.00", "25000000.00"),
    CITY: ("15000000.00", "9000000.00", "0.00", "6000000.00"),
    COUNTY: ("9000000.00", "1000000.00", "2500000.00", "5500000.00"),
    _TOWNSHIP: ("1000000.00", "400000.00", "350000.00", "250000.00"),
    _VILLAGE: ("400000.00", "0.00", "180000.00", "220000.00"),
}


def shanxi_accounts(
    led: Ledger, county: County, above: dict[str, str], city: dict[str, str], cases: dict[str, Any]
) -> None:
    """All of it; the cases."""
    own = invented_counties(led)
    exits = county_exits(led, above, city, own)
    cases["q5"], terms = departures(led, above["committee"], county, exits)
    cases["q16_shanxi"] = exits_of_shanxi(led, own["141191"], city, exits)
    payer = own["141192"]["government"]
    cases["q8_shanxi"] = payments_of_shanxi(led, payer, terms["141192", "secretary"], terms["141192", "head"])
    cases["money_shanxi"] = _money(led, county)
    cases["q7_shanxi"] = _rectified(led, county, city)
    county_visits(led, county)
    county_work(led, county, list(_VILLAGES), city["office"])
    county_households(led, list(_VILLAGES[1:]))
    _project(led, county)
    _handed_over(led, county, cases)


def _money(led: Ledger, county: County) -> dict[str, Any]:
    """One chain of allocations from the centre to a village, and one payment at each of the lower levels."""
    above, made = None, []
    for allocator, recipient, amount, on in _CHAIN:
        above = allocate(led, on, recipient, amount, source="central-special", allocator=allocator, above=above)
        made.append({"allocation": above, "recipient": recipient, "amount": amount, "allocated_on": on})
    paid = []
    for place, amount, on in _PAID:
        approver = at(county.deputy, on)
        assert approver is not None
        paid.append(disburse(led, place, county.bodies["government"], Payment(amount, on, on, approver))[0])
    names = ("allocated", "passed_on", "disbursed", "left")
    return {
        "log": led.log,
        "valid_at": "2020-12-06",
        "allocations": made,
        "disbursements": paid,
        "own": {place: dict(zip(names, row, strict=True)) | {"recovered": "0.00"} for place, row in _OWN.items()},
        "subtree": {
            COUNTY: {"allocated": "9000000.00", "passed_on": "0.00", "disbursed": "3030000.00", "left": "5970000.00"}
        },
    }


def _project(led: Ledger, county: County) -> None:
    """One project of the village, posted, taken down, accepted, settled and filed."""
    committee = f"syn-14-body-{VILLAGE}-committee"
    which = project(led, "兰家沟村核桃园(示例)", _VILLAGE, "2018-05-07", committee, "180000.00")
    approval: Data = {"approved_by": county.bodies["group"], "approved_amount": "180000.00"}
    project_step(led, which, "approved", "2018-06-18", **approval)
    posting, _ = publish(led, which, "board", "2018-06-20", "2018-12-31", FIVE)
    withdraw(led, posting, "2018-11-30")
    acceptance = project_step(
        led, which, "accepted", "2018-11-12", accepted_by=county.bodies["office"], result="passed"
    )
    reimburse(led, which, "180000.00", "180000.00", "2018-12-03", acceptance)
    archive(led, which, ["项目申报", "验收报告"], "2018-12-20")


def _handed_over(led: Ledger, county: County, cases: dict[str, Any]) -> None:
    """The county head of 2017 hands over to the next; neither day of office is known to the day."""
    before, after = county.head[:2]
    handover = led.fresh("handover")
    data = {"handover_id": handover, "outgoing_appointment_id": before.appointment, "completed_on": "2017-09-28"}
    more = {"incoming_appointment_id": after.appointment, "witness": county.secretary[1].person}
    items = [{"kind": "项目", "text": "在建扶贫项目清单(示例)", "state": "已移交"}]
    led.record("2017-10-21", "handover.completed", {**data, **more, "items": items})
    cases["handover_shanxi"] = {
        "log": led.log,
        "handover": handover,
        "outgoing": before.appointment,
        "incoming": after.appointment,
        "completed_on": "2017-09-28",
    }


def _rectified(led: Ledger, county: County, city: dict[str, str]) -> dict[str, Any]:
    """Completed in time and verified late; the other still open."""
    deputy = at(county.deputy, "2018-05-15")
    assert deputy is not None
    seen = inspect(led, "routine", city["group"], COUNTY, ("2018-05-07", "2018-05-09"), ["精准帮扶"])
    first = find(led, "2018-05-10", _TOWNSHIP, "产业扶贫", deputy.post, "2017-06-01", ("inspection", seen))
    which, _ = order(led, first, deputy, ("2018-05-15", "2018-08-31"), city["group"])
    step(led, which, "completed", "2018-08-20", completed_by=county.bodies["office"])
    step(led, which, "verified", "2018-09-05", verified_by=city["office"], verdict="confirmed")
    second = find(led, "2020-03-02", COUNTY, "住房安全", deputy.post, "2019-03-01", ("inspection", seen))
    still, _ = order(led, second, deputy, ("2020-03-09", "2020-09-30"), city["group"])
    return {
        "log": led.log,
        "jurisdiction": COUNTY,
        "closed": {
            "rectification": which,
            "completed_on": "2018-08-20",
            "closed_on": "2018-09-05",
            "charged_days": 113,
        },
        "open": {"rectification": still, "deadline": "2020-09-30"},
        "charged_to": actor(deputy),
        "rectifications": {"2020-12-06": {"open": 1, "overdue": 1, "awaiting_verification": 0, "closed": 1}},
        "shows": "completed before the deadline and verified five days after it",
    }

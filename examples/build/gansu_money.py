"""Money of Gansu from the centre to a village of Dangchang, and what is left at each level."""

from __future__ import annotations

from typing import Any

from examples.build.county import County
from examples.build.days import told
from examples.build.ledger import Data, Ledger
from examples.build.money import Payment, allocate, budget, consolidate, disburse, recover, reimburse
from examples.build.oversight import audit, find, step
from examples.build.projects import FIVE, archive, digest, project, project_step, publish
from examples.build.rectifications import TOWNSHIP, VILLAGE, Answerable

PROVINCE, CITY, COUNTY = "j-620000", "j-621200", "j-621223"
CHEN = "syn-62-j-621291"
SECOND = "j-621223101"

_LEFT = {
    PROVINCE: {"allocated": "80000000.00", "passed_on": "48000000.00", "disbursed": "0.00", "left": "32000000.00"},
    CITY: {"allocated": "30000000.00", "passed_on": "24000000.00", "disbursed": "0.00", "left": "6000000.00"},
    COUNTY: {"allocated": "36000000.00", "passed_on": "4000000.00", "disbursed": "5600000.00", "left": "26400000.00"},
    TOWNSHIP: {"allocated": "2400000.00", "passed_on": "900000.00", "disbursed": "700000.00", "left": "800000.00"},
    SECOND: {"allocated": "1600000.00", "passed_on": "0.00", "disbursed": "1600000.00", "left": "0.00"},
    VILLAGE: {"allocated": "900000.00", "passed_on": "0.00", "disbursed": "400000.00", "left": "540000.00"},
}
"""By place, scope own, at the end; recovered is 40,000.00 in the village alone."""
_SUBTREE = {
    PROVINCE: {"allocated": "80000000.00", "disbursed": "10690000.49", "left": "69349999.51"},
    CITY: {"allocated": "48000000.00", "disbursed": "10690000.49", "left": "37349999.51"},
    COUNTY: {"allocated": "36000000.00", "disbursed": "8300000.00", "left": "27740000.00"},
}
"""The same for all below: nothing is passed on outside, and the 40,000.00 of the village are recovered."""


def money(led: Ledger, county: County, who: Answerable, cases: dict[str, Any]) -> None:
    """The allocations, the pool, the payments of county, township and village, and one recovery."""
    made = _allocations(led, county)
    pool = f"syn-62-plan-{county.code}-funds-2018"
    data = {"plan_id": pool, "plan_kind": "fund-consolidation", "owner_id": county.bodies["government"]}
    led.record("2018-04-06", "plan.adopted", {**data, "covers_from": "2018-01-01", "covers_until": "2019-01-01"})
    sources = {"central-special": "8000000.00", "provincial": "3000000.00", "county": "1000000.00"}
    pooled = consolidate(led, COUNTY, sources, pool, "2018-06-30", "2018-04-20")
    base = {"special_fund": "36000000.00", "base_revenue": "2400000000.00", "base_definition": "local-fiscal-revenue"}
    share = budget(led, "2018-02-01", "syn-62-budget-621200-2018", CITY, 2018, base)
    cases["q8_county"] = _county_payments(led, county, who)
    cases["q7"]["handover"]["approved_not_paid"] = cases["q8_county"]["disbursements"][-1]
    road = _village_project(led, county, who)
    _plain(led, who)
    cases["money"] = {
        "valid_at": "2020-12-21",
        "own": {
            place: {**row, "recovered": "40000.00" if place == VILLAGE else "0.00"} for place, row in _LEFT.items()
        },
        "subtree": {place: {**row, "passed_on": "0.00", "recovered": "40000.00"} for place, row in _SUBTREE.items()},
        "allocations": made,
        "consolidation": {"consolidation": pooled, "amount": "12000000.00", "sources": sources, "plan": pool},
        "budget_event_without_stated_share": share,
        "village_project": road,
        "shows": "what is left at each level: allocated - passed_on - disbursed + recovered",
    }


def _allocations(led: Ledger, county: County) -> dict[str, dict[str, Any]]:
    """From the centre down, each out of the one above; the ids by what they are."""
    rows: tuple[tuple[str, str | None, str | None, str, str, str, str], ...] = (
        ("centre_2017", "fact-62-body-centre", None, PROVINCE, "8000000.00", "2017-03-01", "central-special"),
        ("county_2017", PROVINCE, "centre_2017", COUNTY, "8000000.00", "2017-03-20", "central-special"),
        ("centre_2018", "fact-62-body-centre", None, PROVINCE, "60000000.00", "2018-01-15", "central-special"),
        ("province_2018", None, None, PROVINCE, "12000000.00", "2018-02-01", "provincial"),
        ("city", PROVINCE, "centre_2018", CITY, "30000000.00", "2018-02-10", "central-special"),
        ("county", CITY, "city", COUNTY, "18000000.00", "2018-02-26", "central-special"),
        ("county_provincial", PROVINCE, "province_2018", COUNTY, "10000000.00", "2018-03-01", "provincial"),
        ("other_county", CITY, "city", CHEN, "6000000.00", "2018-02-26", "central-special"),
        ("township", COUNTY, "county", TOWNSHIP, "2400000.00", "2018-03-28", "central-special"),
        ("second_township", COUNTY, "county", SECOND, "1600000.00", "2018-03-28", "central-special"),
        ("village", TOWNSHIP, "township", VILLAGE, "900000.00", "2018-04-16", "central-special"),
        ("bureau", COUNTY, "county", "syn-62-body-621223-agriculture", "500000.00", "2018-04-18", "central-special"),
    )
    made: dict[str, dict[str, Any]] = {}
    for key, allocator, above, recipient, amount, on, source in rows:
        up = made[above]["allocation"] if above else None
        which = allocate(led, on, recipient, amount, source=source, allocator=allocator, above=up)
        made[key] = {"allocation": which, "from": up, "recipient": recipient, "amount": amount, "allocated_on": on}
    return made


def _county_payments(led: Ledger, county: County, who: Answerable) -> dict[str, Any]:
    """Payments of the county itself: while its head only acted, before he left, while it is not known who paid."""
    deputy, payer = who.deputy, county.bodies["government"]
    head, finance = county.head[0].post, "syn-62-post-621223-finance-head"
    acting = {"post": head, "status": "held", "substantive": "vacant", "acting": county.head[1].person}
    rows: tuple[tuple[Payment, dict[str, Any]], ...] = (
        (Payment("640000.00", "2017-09-15", "2017-09-28", deputy[0]), {"post": finance, "status": "uncertain"}),
        (Payment("510000.00", "2018-02-09", "2018-02-14", deputy[0]), {"post": head, "status": "held"}),
        (Payment("3000000.00", "2018-03-05", "2018-03-12", deputy[0]), acting),
        (Payment("1250000.00", "2018-05-14", "2018-05-18", deputy[1]), {"post": head, "status": "held"}),
        (Payment("200000.00", "2020-01-08", "2020-01-16", deputy[1]), {"post": head, "status": "held"}),
    )
    found = []
    for payment, expected in rows:
        which, event = disburse(led, COUNTY, payer, payment)
        days = {"approved_on": payment.approved, "disbursed_on": payment.paid, "amount": payment.amount}
        approver = {"approver": payment.approver.person}
        found.append({"disbursement": which, "event": event, **days, **approver, "on_approval": expected})
    return {
        "post": head,
        "acting_from": "2018-02-10",
        "acting_until": "2018-04-12",
        "disbursements": found,
        "without_substantive_head": {"disbursements": [found[2]["disbursement"]], "sum": "3000000.00"},
        "approved_before_paid_after": found[1]["disbursement"],
        "shows": "a payment is judged by its approval: approved on the head's last day, paid after, it is not listed",
    }


def _village_project(led: Ledger, county: County, who: Answerable) -> dict[str, Any]:
    """One project of the village from its proposal to money that came back because of an audit."""
    deputy, township = who.deputy, f"syn-62-body-{TOWNSHIP.removeprefix('j-')}-government"
    committee = f"syn-62-body-{VILLAGE.removeprefix('j-')}-committee"
    which = project(led, "邓桥村通组道路硬化(示例)", VILLAGE, "2018-03-05", committee, "420000.00")
    project_step(led, which, "reviewed", "2018-03-15", reviewer_body_id=township, result="passed")
    project_step(led, which, "registered", "2018-03-26", library=COUNTY)
    approved: Data = {"approved_by": county.bodies["group"], "approved_amount": "400000.00"}
    project_step(led, which, "approved", "2018-04-20", **approved)
    publish(led, which, "board", "2018-04-23", "2018-12-31", FIVE)
    first = disburse(led, VILLAGE, township, Payment("260000.00", "2018-05-02", "2018-05-08", deputy[0]), which)
    second = disburse(led, VILLAGE, township, Payment("140000.00", "2018-08-20", "2018-08-27", deputy[1]), which)
    checked: Data = {"accepted_by": county.bodies["office"], "result": "passed", "built_quantity": "1.8"}
    acceptance = project_step(led, which, "accepted", "2018-10-15", **checked)
    settled = reimburse(led, which, "400000.00", "360000.00", "2018-11-05", acceptance)
    archive(led, which, ["项目申报", "验收报告"], "2018-12-03")
    source = ("audit", audit(led, VILLAGE, 2018, "400000.00", "2019-02-10"))
    head = "syn-62-post-621223104-head"
    finding = find(led, "2019-02-20", VILLAGE, "资金使用", head, "2018-08-27", source, amount="40000.00")
    fix = led.fresh("rectification")
    data = {"finding_id": finding, "responsible": {"post_id": head}, "ordered_by": who.group, "deadline": "2019-04-30"}
    step(led, fix, "ordered", "2019-02-25", late=7, **data)
    back = recover(led, which, "40000.00", "2019-04-12", finding)
    evidence: Data = {"evidence": [digest(back)], "amount_recovered": "40000.00"}
    step(led, fix, "completed", "2019-04-12", completed_by=township, **evidence)
    step(led, fix, "verified", "2019-04-20", verified_by=who.verifier, verdict="confirmed")
    return {
        "project": which,
        "disbursements": [first[0], second[0]],
        "disbursed": "400000.00",
        "reimbursement": settled,
        "reimbursed": "360000.00",
        "recovery": back,
        "recovered": "40000.00",
        "finding": finding,
        "rectification": fix,
    }


def _plain(led: Ledger, who: Answerable) -> None:
    """What the two townships paid themselves, and a gift to one of them."""
    for place, amount, day in (
        (TOWNSHIP, "700000.00", "2018-06-12"),
        (SECOND, "1000000.00", "2018-06-20"),
        (SECOND, "600000.00", "2018-09-18"),
    ):
        payer = f"syn-62-body-{place.removeprefix('j-')}-government"
        disburse(led, place, payer, Payment(amount, day, told(day, 6), who.deputy[1]))
    gift = {"donation_id": led.fresh("donation"), "jurisdiction_id": TOWNSHIP, "amount": "50000.00"}
    more = {"donor_id": "syn-62-body-621223-firm-01", "intent": "助学(示例)", "received_on": "2018-09-03"}
    led.record("2018-09-21", "donation.received", {**gift, **more})

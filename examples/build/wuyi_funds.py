"""Question 18: the budgets of Wuyi for three years, and the projects of 2017 from approval to settlement."""

from __future__ import annotations

from typing import Any

from examples.build.days import between, told
from examples.build.ledger import Ledger
from examples.build.money import Payment, allocate, budget, disburse, reimburse, total
from examples.build.projects import project, project_step
from examples.build.wuyi import COUNTY, JOINED, Wuyi

PUBLIC, GENERAL = "public-budget-revenue", "general-public-budget-revenue"
_BUDGETS: tuple[tuple[str, int, str, str, str, str, str, str], ...] = (
    ("2016", 2016, "2016-02-18", PUBLIC, "4000000.00", "500000000.00", "3200000.00", "480000000.00"),
    ("2017", 2017, "2017-02-10", PUBLIC, "5500000.00", "550000000.00", "4000000.00", "500000000.00"),
    ("2017-general", 2017, "2017-02-10", GENERAL, "5500000.00", "660000000.00", "4000000.00", "600000000.00"),
    ("2017", 2017, "2017-08-30", PUBLIC, "5500000.00", "625000000.00", "4000000.00", "500000000.00"),
    ("2018", 2018, "2018-02-08", PUBLIC, "6875000.00", "781250000.00", "5500000.00", "625000000.00"),
)
"""Key, year, day adopted, base, fund, base revenue, fund and revenue of the year before."""
_READ = (
    {"share": "0.008", "reaches_one_percent": False, "fund_growth": "0.25"},
    {"share": "0.01", "reaches_one_percent": True, "fund_growth": "0.375", "revenue_growth": "0.1", "exceeds": True},
    {"fund_growth": "0.375", "revenue_growth": "0.1", "exceeds": True},
    {
        "share": "0.0088",
        "reaches_one_percent": False,
        "fund_growth": "0.375",
        "revenue_growth": "0.25",
        "exceeds": True,
    },
    {
        "share": "0.0088",
        "reaches_one_percent": False,
        "fund_growth": "0.25",
        "revenue_growth": "0.25",
        "exceeds": False,
    },
)
_PROJECTS: tuple[tuple[str, str, tuple[str, str] | None, str, str, str], ...] = (
    ("400000.00", "2017-04-12", ("2017-09-20", "passed"), "2017-10-16", "400000.00", "settled after acceptance"),
    ("300000.00", "2017-04-12", ("2017-09-01", "passed"), "2017-08-01", "300000.00", "settled before acceptance"),
    ("200000.00", "2017-05-08", None, "2017-09-11", "200000.00", "settled without acceptance"),
    ("500000.00", "2017-05-08", ("2017-10-09", "passed"), "2017-11-06", "350000.00", "settled in part"),
    (
        "100000.00",
        "2017-06-05",
        ("2017-10-09", "failed"),
        "2017-11-06",
        "100000.00",
        "settled though acceptance failed",
    ),
)
"""Amount approved and paid, day approved, acceptance, day settled, amount settled, what it shows."""
MINIMUM = "0.85"


def funds_of_wuyi(led: Ledger, county: Wuyi) -> dict[str, Any]:
    """Budgets, one allocation, five projects; the case."""
    budgets = [_budget(led, row, read) for row, read in zip(_BUDGETS, _READ, strict=True)]
    given = allocate(led, JOINED, COUNTY, "5500000.00", source="county")
    projects = [_project(led, county, serial, row) for serial, row in enumerate(_PROJECTS, start=1)]
    target = led.fresh("target")
    data = {"target_id": target, "subject_id": COUNTY, "measure": "报账率最低要求", "value": MINIMUM, "unit": "比例"}
    led.record(JOINED, "target.set", {**data, "due_on": "2017-12-31"})
    paid, settled = total([row[0] for row in _PROJECTS]), total([row[4] for row in _PROJECTS])
    return {
        "log": led.log,
        "jurisdiction": COUNTY,
        "year": 2017,
        "budgets": budgets,
        "projects": projects,
        "settled_without_prior_acceptance": [row["reimbursement"] for row in projects if not row["accepted_before"]],
        "disbursed": paid,
        "reimbursed": settled,
        "reimbursement_rate": "0.9",
        "minimum": {"target": target, "value": MINIMUM, "reached": True},
        "money": {
            "allocation": given,
            "scope": "subtree",
            "2017-12-31": {"allocated": "5500000.00", "disbursed": "1500000.00", "left": "4000000.00"},
            "2018-12-31": {"allocated": "5500000.00", "disbursed": "2175000.00", "left": "3325000.00"},
        },
        "shows": "two names of the base; exactly 1 % passes; an amendment moves the base; equal growth does not exceed",
    }


def _budget(led: Ledger, row: tuple[str, int, str, str, str, str, str, str], read: dict[str, Any]) -> dict[str, Any]:
    key, year, on, definition, fund, base, fund_before, base_before = row
    which = f"syn-13-budget-131122-{key}"
    said = {"special_fund": fund, "base_revenue": base, "base_definition": definition}
    before = {"previous_year_fund": fund_before, "previous_year_revenue": base_before}
    event = budget(led, on, which, COUNTY, year, {**said, **before}, late=_late(on))
    return {"budget": which, "event": event, "year": year, "adopted_on": on, **said, **before, **read}


def _late(day: str) -> int:
    """Recorded when the county joined the log, or ten days after where that is later."""
    return max(between(day, JOINED), 10)


def _project(
    led: Ledger, county: Wuyi, serial: int, row: tuple[str, str, tuple[str, str] | None, str, str, str]
) -> dict[str, Any]:
    amount, approved, accepted, settled_on, settled, shows = row
    place = county.villages[serial % 3]
    name, proposed = f"合成己乡产业项目(示例)2017-{serial}", told(approved, -30)
    which = project(led, name, place, proposed, county.committee, amount, _late(proposed))
    by = {"approved_by": county.bodies["group"], "approved_amount": amount}
    project_step(led, which, "approved", approved, late=_late(approved), **by)
    payment = Payment(amount, told(approved, 20), told(approved, 28), county.head)
    paid = disburse(led, place, county.bodies["finance"], payment, which, late=_late(payment.paid))[0]
    acceptance = None
    if accepted is not None:
        checked = {"accepted_by": county.bodies["office"], "result": accepted[1]}
        acceptance = project_step(led, which, "accepted", accepted[0], late=_late(accepted[0]), **checked)
    passed = accepted is not None and accepted[1] == "passed" and accepted[0] < settled_on
    event = acceptance if passed else None
    back = reimburse(led, which, amount, settled, settled_on, event, late=_late(settled_on))
    return {
        "project": which,
        "disbursement": paid,
        "disbursed": amount,
        "accepted_on": accepted[0] if accepted else None,
        "acceptance": accepted[1] if accepted else None,
        "reimbursement": back,
        "reimbursed_on": settled_on,
        "reimbursed": settled,
        "accepted_before": passed,
        "shows": shows,
    }

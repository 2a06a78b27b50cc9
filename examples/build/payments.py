"""Question 8: payments above 100,000 yuan while the posts that answer for the funds had no holder."""

from __future__ import annotations

from typing import Any

from examples.build.chen import (
    COUNTY,
    FINANCE_CAME,
    FINANCE_LEFT,
    HEAD_CAME,
    HEAD_LEFT,
    SECRETARY_CAME,
    SECRETARY_LEFT,
    Chen,
)
from examples.build.county_exits import place_of
from examples.build.days import between
from examples.build.ledger import Ledger
from examples.build.money import Payment, disburse, total
from examples.build.offices import Term

THRESHOLD = "100000.00"
_ROWS: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    ("350000.00", "2018-06-20", "2018-06-25", ("secretary",), "Party secretary vacant"),
    ("220000.00", "2018-06-08", "2018-06-15", (), "approved before the secretary left, paid after: held on approval"),
    ("180000.00", "2018-07-16", "2018-07-20", (), "approved on the day the next secretary came: held"),
    ("120000.00", "2018-06-11", "2018-06-12", ("secretary",), "approved on the day of leaving: vacant, half open"),
    ("99999.99", "2018-06-21", "2018-06-26", ("secretary",), "below the threshold"),
    ("100000.00", "2018-06-22", "2018-06-26", ("secretary",), "exactly the threshold: not above it"),
    ("410000.00", "2019-03-18", "2019-03-22", ("head",), "county head only acted"),
    ("260000.50", "2018-09-17", "2018-09-20", ("finance",), "finance head vacant"),
    ("500000.00", "2019-01-08", "2019-01-11", (), "all posts held"),
    ("150000.00", "2018-10-19", "2018-10-24", ("finance",), "approved while vacant, paid after the next came"),
)


def payments(led: Ledger, county: Chen) -> dict[str, Any]:
    """Ten payments of 合成辰县; the case."""
    posts = {"secretary": county.secretary[0].post, "head": county.head[0].post, "finance": county.finance[0].post}
    found = []
    for amount, approved, paid, without, shows in _ROWS:
        payer = county.bodies["finance"]
        which, event = disburse(led, COUNTY, payer, Payment(amount, approved, paid, county.deputy))
        days = {"amount": amount, "approved_on": approved, "disbursed_on": paid}
        standing = {"without_substantive_holder": [posts[key] for key in without], "shows": shows}
        found.append({"disbursement": which, "event": event, **days, **standing})
    above = [
        row for row, said in zip(found, _ROWS, strict=True) if said[3] and row["amount"] not in ("99999.99", THRESHOLD)
    ]
    alone = [row for row in above if posts["secretary"] not in row["without_substantive_holder"]]
    gaps = {
        "secretary": (SECRETARY_LEFT, SECRETARY_CAME),
        "head": (HEAD_LEFT, HEAD_CAME),
        "finance": (FINANCE_LEFT, FINANCE_CAME),
    }
    return {
        "jurisdiction": COUNTY,
        "threshold": THRESHOLD,
        "approver": {"person_id": county.deputy.person, "post_id": county.deputy.post},
        "gaps": {
            posts[key]: {
                "from": since,
                "until": until,
                "days": between(since, until),
                "acting": county.head[1].person if key == "head" else None,
            }
            for key, (since, until) in gaps.items()
        },
        "disbursements": found,
        "gansu": _listed(above),
        "government_alone": _listed(alone),
        "money": {"allocated": "6000000.00", "disbursed": "2390000.49", "left": "3609999.51"},
        "shows": "Gansu holds Party committee and government to it, the central text the government alone",
    }


def _listed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The payments that a reading lists, and their sum."""
    return {
        "disbursements": [row["disbursement"] for row in rows],
        "sum": total([row["amount"] for row in rows]),
    }


def payments_of_shanxi(led: Ledger, payer: str, secretary: list[Term], head: list[Term]) -> dict[str, Any]:
    """The same in 合成丑县 of Shanxi, where the county government alone answers for the funds."""
    place = place_of("141192")
    rows = (
        ("200000.00", "2018-03-06", "2018-03-09", secretary[0].post, head[0], "Party secretary vacant: not listed"),
        ("300000.00", "2018-06-05", "2018-06-11", head[0].post, secretary[1], "county head vacant: listed"),
    )
    found = []
    for amount, approved, paid, vacant, approver, shows in rows:
        which, event = disburse(led, place, payer, Payment(amount, approved, paid, approver))
        days = {"amount": amount, "approved_on": approved, "disbursed_on": paid}
        said = {"without_substantive_holder": [vacant], "approver": approver.person, "shows": shows}
        found.append({"disbursement": which, "event": event, **days, **said})
    return {
        "log": led.log,
        "jurisdiction": place,
        "threshold": THRESHOLD,
        "gaps": {
            secretary[0].post: {"from": "2018-03-01", "until": "2018-03-15", "days": 14},
            head[0].post: {"from": "2018-06-01", "until": "2018-06-20", "days": 19},
        },
        "disbursements": found,
        "shanxi": _listed(found[1:]),
    }

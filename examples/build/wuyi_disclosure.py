"""Question 20: what was posted about projects of 2018, where and when, and what was filed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from examples.build.days import between
from examples.build.ledger import Data, Ledger
from examples.build.money import Payment, disburse, reimburse
from examples.build.projects import FIVE, archive, project, project_step, publish, withdraw
from examples.build.wuyi import ARCHIVE, COUNTY, Wuyi

THRESHOLD = "50000.00"
_APPROVED, _PAY_APPROVED, _PAID, _ACCEPTED, _SETTLED = (
    "2018-03-12",
    "2018-04-10",
    "2018-04-16",
    "2018-09-10",
    "2018-10-10",
)
_STAGES = {
    "proposed": ("2018-02-08", "2018-03-01"),
    "carried-out": ("2018-04-20", "2018-09-01"),
    "accepted": ("2018-09-12", "2018-10-01"),
    "settled": ("2018-10-12", "2018-11-01"),
}
"""The four stages of (二)14, each posted on the board of the village."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was done about one project: (channel, from, until, items) of its postings, and what else."""

    amount: str
    shows: str
    postings: list[tuple[str, str, str, list[str]]]
    stages: bool = False
    filed: bool = True
    withdrawn: str | None = None
    expected: dict[str, Any] = field(default_factory=dict)


_BOARD = ("board", "2018-03-15", "2018-12-31", FIVE)
_SITE = ("website", "2018-03-16", "2018-12-31", FIVE)
_MEDIA = ("media", "2018-03-20", "2018-03-21", FIVE)
_LATE = ("board", "2018-05-02", "2018-12-31", FIVE)
_ROWS = (
    Shown("80000.00", "everything, before the first payment", [_BOARD, _SITE, _MEDIA], stages=True),
    Shown("120000.00", "three of the five items", [("board", "2018-03-15", "2018-12-31", FIVE[:3])]),
    Shown("60000.00", "posted after the first payment", [_LATE]),
    Shown(
        "90000.00", "taken down after 19 days", [("board", "2018-04-01", "2018-12-31", FIVE)], withdrawn="2018-04-20"
    ),
    Shown("50000.00", "exactly the threshold: not above it", [_BOARD]),
    Shown("75000.00", "nothing filed", [_BOARD, _SITE], filed=False),
    Shown("200000.00", "never posted", []),
)


def disclosure(led: Ledger, county: Wuyi) -> dict[str, Any]:
    """Seven projects; the case."""
    rows = [_project(led, county, serial, shown) for serial, shown in enumerate(_ROWS, start=1)]
    return {
        "log": led.log,
        "jurisdiction": COUNTY,
        "year": 2018,
        "threshold": THRESHOLD,
        "above": [row["project"] for row in rows if row["amount"] != THRESHOLD],
        "archive_order": ARCHIVE,
        "projects": rows,
        "shows": "before the first payment is a parameter: both days are given; a posting counts until taken down",
    }


def _project(led: Ledger, county: Wuyi, serial: int, shown: Shown) -> dict[str, Any]:
    place = county.villages[(serial - 1) % 3]
    name = f"合成己乡公示项目(示例)2018-{serial}"
    which = project(led, name, place, "2018-02-05", county.committee, shown.amount)
    approval: Data = {"approved_by": county.bodies["group"], "approved_amount": shown.amount}
    project_step(led, which, "approved", _APPROVED, **approval)
    postings = [_post(led, which, *posting, withdrawn=shown.withdrawn) for posting in shown.postings]
    if shown.stages:
        postings += [_post(led, which, "board", since, until, ["content"]) for since, until in _STAGES.values()]
    payment = Payment(shown.amount, _PAY_APPROVED, _PAID, county.head)
    paid, _ = disburse(led, place, county.bodies["finance"], payment, which)
    checked: Data = {"accepted_by": county.bodies["office"], "result": "passed"}
    acceptance = project_step(led, which, "accepted", _ACCEPTED, **checked)
    reimburse(led, which, shown.amount, shown.amount, _SETTLED, acceptance)
    filed = archive(led, which, ARCHIVE, "2018-11-20") if shown.filed else []
    first = min((row["from"] for row in postings), default=None)
    return {
        "project": which,
        "amount": shown.amount,
        "approved_on": _APPROVED,
        "disbursement": paid,
        "first_payment_approved_on": _PAY_APPROVED,
        "first_payment_on": _PAID,
        "postings": postings,
        "items": [item for item in FIVE if any(item in row["items"] for row in postings)],
        "channels": sorted({row["channel"] for row in postings}),
        "stages_posted": list(_STAGES) if shown.stages else [],
        "first_posted_on": first,
        "posted_before_first_payment": first is not None and first < _PAID,
        "archived": bool(filed),
        "records": filed,
        "shows": shown.shows,
    }


def _post(
    led: Ledger, which: str, channel: str, since: str, until: str, items: list[str], withdrawn: str | None = None
) -> dict[str, Any]:
    """One posting, taken down early where `withdrawn` says so; the days it stood."""
    posting, _ = publish(led, which, channel, since, until, items)
    row = {"posting": posting, "channel": channel, "items": items, "from": since, "until": until}
    if withdrawn is None:
        return row | {"withdrawn_on": None, "days": between(since, until)}
    withdraw(led, posting, withdrawn)
    return row | {"withdrawn_on": withdrawn, "days": between(since, withdrawn)}

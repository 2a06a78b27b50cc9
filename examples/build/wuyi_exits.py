"""Question 16 in Wuyi: households that exit under the draft, each step stated, ten of them."""

from __future__ import annotations

from typing import Any

from examples.build.exits import Step, leave
from examples.build.households import identify
from examples.build.ledger import Ledger
from examples.build.wuyi import INSTRUMENT, JOINED, VILLAGE, Wuyi


def exits_of_wuyi(led: Ledger, county: Wuyi) -> dict[str, Any]:
    """Ten households; the case."""
    rows = _rows(county)
    found = []
    for persons, (shows, steps, faults) in enumerate(rows, start=1):
        household = identify(led, VILLAGE, persons, "2014-12-31", JOINED)
        said = [_of(step, household) for step in steps]
        case = leave(led, household, "household", said)
        found.append({**case, "persons": persons, "faults": faults, "shows": shows})
    return {
        "log": led.log,
        "instrument": INSTRUMENT,
        "status": "draft",
        "competent": [county.bodies["group"], county.bodies["committee"], county.bodies["government"]],
        "required": ["proposed", "verified", "consented", "publicised", "reviewed", "approved"],
        "households": found,
        "shows": "two readings of the competent county body ((一)11, (二)4); a draft informs and breaches nothing",
    }


def _of(step: Step, household: str) -> Step:
    """The consent names the household."""
    if step.verb != "consented":
        return step
    return Step(step.verb, step.on, {**step.said, "household_id": household}, step.late)


def _rows(county: Wuyi) -> list[tuple[str, list[Step], list[str]]]:
    """What each household shows, its steps, its faults under the text."""
    ground = {"basis_instrument_id": INSTRUMENT, "effective_on": "2018-12-05"}
    proposed = Step("proposed", "2018-11-01", {"proposed_by": county.committee})
    verified = Step("verified", "2018-11-06", {"verifiers": [county.committee, county.team], "result": "confirmed"})
    alone = Step("verified", "2018-11-06", {"verifiers": [county.committee], "result": "confirmed"})
    consented = Step("consented", "2018-11-08", {"consent": True})
    refused = Step("consented", "2018-11-08", {"consent": False})
    notice = Step("publicised", "2018-11-10", {"notice_until": "2018-11-17", "place": "村扶贫公示栏"})
    reviewed = Step("reviewed", "2018-11-22", {"reviewer_body_id": county.township, "result": "passed"})
    soon = Step("reviewed", "2018-11-13", {"reviewer_body_id": county.township, "result": "passed"})
    approved = Step("approved", "2018-12-05", {"approved_by": county.bodies["group"], **ground})
    early_ground = {"basis_instrument_id": INSTRUMENT, "effective_on": "2018-11-15"}
    early = Step("approved", "2018-11-15", {"approved_by": county.bodies["group"], **early_ground})
    below = Step("approved", "2018-12-05", {"approved_by": county.township, **ground})
    other = Step("approved", "2018-12-05", {"approved_by": county.bodies["committee"], **ground})
    open_objection = Step("objected", "2018-11-12", {"objector": "anonymous"})
    answered = {"objector": "anonymous", "resolution": "复核属实(示例)", "resolved_on": "2018-11-16"}
    resolved = Step("objected", "2018-11-12", answered)
    afterwards = Step("objected", "2018-11-12", {**answered, "resolved_on": "2018-12-20"}, 46)
    recorded = Step("recorded", "2018-12-12", {"system_record_id": "示例-13-0001"})
    start = [proposed, verified]
    whole = [*start, consented, notice, reviewed, approved]
    return [
        ("complete and in order", [*whole, recorded], []),
        ("nobody asked the household", [*start, notice, reviewed, approved], ["missing-consented"]),
        ("the household refused", [*start, refused, notice, reviewed, approved], ["consent-refused"]),
        (
            "approved while the notice ran",
            [*start, consented, notice, soon, early],
            ["reviewed-before-notice-ended", "approved-before-notice-ended"],
        ),
        (
            "an objection was never resolved",
            [*start, consented, notice, open_objection, reviewed, approved],
            ["unresolved-objection"],
        ),
        ("an objection was resolved in time", [*start, consented, notice, resolved, reviewed, approved], []),
        (
            "an objection was resolved after the approval",
            [*start, consented, notice, afterwards, reviewed, approved],
            ["unresolved-objection"],
        ),
        ("approved by the township", [*start, consented, notice, reviewed, below], ["incompetent-body"]),
        ("approved by the county committee, the other reading", [*start, consented, notice, reviewed, other], []),
        ("verified by one party alone", [proposed, alone, consented, notice, reviewed, approved], ["one-verifier"]),
    ]

"""What followed a falsified rectification, and what a good year brought: interview, case, sanction, reward."""

from __future__ import annotations

from typing import Any

from examples.build.days import told
from examples.build.ledger import Ledger
from examples.build.offices import Term
from examples.build.visits import actor


def accountability(led: Ledger, term: Term, place: str, bodies: dict[str, str], rectification: str) -> dict[str, Any]:
    """One official interviewed, a case opened and closed, a sanction imposed and lifted; a reward of the county."""
    ground = f"整改弄虚作假(示例) {rectification}"
    interview = {"interview_id": led.fresh("interview"), "interviewee": actor(term), "kind": "admonishment-talk"}
    held = {"ground": ground, "held_on": "2020-05-18", "held_by": bodies["group"]}
    led.record("2020-05-25", "interview.held", {**interview, **held})
    case, sanction = led.fresh("case"), led.fresh("sanction")
    opened = {"case_id": case, "authority": "discipline-inspection", "subject_persons": [term.person]}
    days = {"responsibility_class": "leadership", "occurred_from": "2019-10-15", "opened_on": "2020-05-20"}
    led.record("2020-06-06", "accountability-case.opened", {**opened, **days})
    imposed = {"sanction_id": sanction, "subject": term.person, "kind": "circulated-criticism", "case_id": case}
    led.record(
        "2020-07-21", "sanction.imposed", {**imposed, "imposed_on": "2020-07-10", "effective_until": "2021-01-10"}
    )
    closed = {"case_id": case, "outcome": "sanction", "closed_on": "2020-07-15"}
    led.record("2020-07-21", "accountability-case.closed", closed)
    lifted = {"sanction_id": sanction, "reason": "appeal-upheld", "lifted_on": "2020-11-30"}
    led.record("2020-12-10", "sanction.lifted", lifted)
    reward = {"reward_id": led.fresh("reward"), "subject": place, "kind": "circulated-commendation"}
    led.record(told("2019-04-10"), "reward.granted", {**reward, "granted_on": "2019-04-10"})
    staff = {"body_id": bodies["office"], "budgeted_posts_before": 8, "budgeted_posts_after": 12}
    led.record("2018-04-16", "staffing.adjusted", {**staff, "effective_from": "2018-04-01"})
    incident = led.fresh("incident")
    reported = {"incident_id": incident, "severity": "ordinary", "place_id": place, "occurred_on": "2018-07-19"}
    led.record("2018-07-25", "incident.reported", {**reported, "reported_on": "2018-07-20"})
    solved = {"incident_id": incident, "resolution": "已妥善处置(示例)", "resolved_on": "2018-08-02"}
    led.record("2018-08-10", "incident.resolved", solved)
    return {"person": term.person, "case": case, "sanction": sanction}

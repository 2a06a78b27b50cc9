"""Oversight: inspections and audits, the findings they raise, and the rectifications step by step."""

from __future__ import annotations

from typing import Any

from examples.build.days import told
from examples.build.ledger import Ledger
from examples.build.offices import Term
from examples.build.visits import actor

_DAY = {"ordered": "ordered_on", "extended": "extended_on", "reassigned": "handover_on", "completed": "completed_on"}
_DAY |= {"verified": "verified_on", "reopened": "reopened_on", "closed": "closed_on"}


def inspect(led: Ledger, kind: str, inspector: str, subject: str, days: tuple[str, str], areas: list[str]) -> str:
    """An inspection; the id of its event."""
    data = {"inspection_id": led.fresh("inspection"), "kind": kind, "inspector_body_id": inspector}
    more = {"subject_id": subject, "areas": areas, "started_on": days[0], "ended_on": days[1]}
    return led.record(told(days[1]), "inspection.held", {**data, **more})


def audit(led: Ledger, subject: str, year: int, examined: str, on: str) -> str:
    """An audit of the funds of one year; the id of its event."""
    data = {"audit_id": led.fresh("audit"), "scope": "funds", "subject_id": subject, "amount_examined": examined}
    more = {"period_from": f"{year}-01-01", "period_until": f"{year + 1}-01-01", "completed_on": on}
    return led.record(told(on), "audit.completed", {**data, **more})


def find(
    led: Ledger, raised: str, place: str, category: str, post: str, occurred: str, source: tuple[str, str], **more: Any
) -> str:
    """A finding raised on a day about something that began on another; its id. `source` is a kind and an event."""
    which = led.fresh("finding")
    data = {"finding_id": which, "jurisdiction_id": place, "source_kind": source[0], "source_event_id": source[1]}
    posts = {"subject_id": place, "responsible_posts": [post], "category": category}
    led.record(
        told(raised, 7), "finding.raised", {**data, **posts, "occurred_from": occurred, "raised_on": raised, **more}
    )
    return which


def order(
    led: Ledger, finding: str, term: Term, days: tuple[str, str], by: str, lead: str | None = None
) -> tuple[str, str]:
    """Rectification of a finding is ordered on a day with a deadline; its id and the id of the event."""
    which = led.fresh("rectification")
    data = {"finding_id": finding, "responsible": actor(term), "ordered_by": by, "lead_body_id": lead}
    more = {"measures": "逐项核实,限期整改(示例)", "deadline": days[1]}
    return which, step(led, which, "ordered", days[0], late=7, **data, **more)


def step(led: Ledger, rectification: str, verb: str, day: str, late: int = 5, **said: Any) -> str:
    """A further step of a rectification, recorded `late` days after; the id of the event."""
    data = {"rectification_id": rectification, **said, _DAY[verb]: day}
    return led.record(told(day, late), f"rectification.{verb}", data)

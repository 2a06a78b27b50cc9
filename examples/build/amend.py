"""Corrections: a later event that says what an earlier one should have said, or that it does not stand."""

from __future__ import annotations

from typing import Any

from examples.build.ledger import Ledger
from examples.build.offices import Term


def _approved(approver: Term) -> dict[str, Any]:
    return {
        "approver": approver.person,
        "approved_by": {"person_id": approver.person, "post_id": approver.post},
    }


def correct(led: Ledger, on: str, target: str, changes: dict[str, Any], reason: str, approver: Term) -> str:
    """Correct the event `target`: its whole data with `changes` (None takes a field away). The event's id.

    Naming a correction corrects the fact that it corrects.
    """
    _, event = led.event(target)
    payload = event["data"].get("corrected_payload", event["data"])
    merged = {name: value for name, value in {**payload, **changes}.items() if value is not None}
    return led.record(
        on,
        "record.corrected",
        {
            "corrects_event_id": target,
            "corrected_payload": merged,
            "reason": reason,
            **_approved(approver),
        },
        time=f"{on}T01:30:00Z",
    )


def annul(led: Ledger, on: str, target: str, reason: str, approver: Term) -> str:
    """Annul the event `target`; the id of the event."""
    return led.record(
        on,
        "record.annulled",
        {"annuls_event_id": target, "reason": reason, **_approved(approver)},
        time=f"{on}T01:30:00Z",
    )

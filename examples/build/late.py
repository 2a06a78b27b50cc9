"""Entries recorded long after the day they are about."""

from __future__ import annotations

from typing import Any

from examples.build.days import between
from examples.build.ledger import Ledger

_DAY = {"visit.made": "started_on", "budget.appropriated": "adopted_on", "exit.recorded": "recorded_on"}


def late_entries(led: Ledger, kinds: tuple[str, ...], least: int) -> dict[str, Any]:
    """The entries of some kinds that were recorded `least` days late or more; the case."""
    rows = []
    for on, event in led.entries:
        if event["type"] not in kinds:
            continue
        day = event["data"][_DAY[event["type"]]]
        if between(day, on) >= least:
            rows.append({"event": event["id"], "on": day, "recorded_on": on, "days": between(day, on)})
    return {"log": led.log, "kinds": list(kinds), "least_days": least, "entries": rows}

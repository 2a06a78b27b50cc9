"""Exits of households, villages and counties, step by step, and the lists that they end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from examples.build.days import told
from examples.build.ledger import Ledger

_DAY = {"publicised": "notice_from"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an exit: its verb, its day, what else it says, and how many days later it is recorded."""

    verb: str
    on: str
    said: dict[str, Any] = field(default_factory=dict)
    late: int = 10


def leave(led: Ledger, subject: str, level: str, steps: list[Step]) -> dict[str, Any]:
    """Record the steps of one exit; the case: ids, steps with days and events, and who approved when."""
    which = led.fresh("exit")
    found: list[dict[str, str]] = []
    case: dict[str, Any] = {"exit": which, "subject": subject, "level": level, "steps": found}
    for one in steps:
        data: dict[str, Any] = {"exit_id": which, **one.said, _DAY.get(one.verb, f"{one.verb}_on"): one.on}
        if one.verb == "proposed":
            data |= {"subject": subject, "level": level}
        event = led.record(told(one.on, one.late), f"exit.{one.verb}", data)
        found.append({"step": one.verb, "on": one.on, "event": event})
        if one.verb == "approved":
            case |= {"approved_on": one.on, "approved_by": one.said.get("approved_by")}
    return case


def list_place(led: Ledger, on: str, place: str, name: str, since: str, basis: str) -> str:
    """A place is put on a list by invention; the id of the event."""
    data = {"list": name, "jurisdiction_id": place, "criterion": "other", "effective_from": since, "basis": basis}
    return led.record(on, "designation.listed", data)


def lift(led: Ledger, place: str, name: str, since: str, exit_id: str | None = None, late: int = 6, **more: str) -> str:
    """A place leaves a list; the id of the event."""
    data = {"list": name, "jurisdiction_id": place, "cause": "exit-approved", "exit_id": exit_id}
    return led.record(told(since, late), "designation.lifted", {**data, "effective_from": since, **more})

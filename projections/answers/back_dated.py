"""Entries that came late: recorded long after the day that they are about."""

from __future__ import annotations

from typing import Any

from events import edtf
from events.catalogue import registry as kinds
from events.clock import day_of, stamp
from events.dated import main_day
from events.entry import Entry


def days_late(entry: Entry, fact_kind: str) -> tuple[str, int] | None:
    """The day that an entry's content is about, as stated, and how many days later it was recorded.

    Of a correction it is the corrected content; of a date that is not exact, the last day it may be. None where
    no day is stated, as in an annulment.
    """
    kind, said = kinds.find(fact_kind), entry.stated
    on = None if kind is None or said is None else main_day(kind, said)
    if on is None:
        return None
    recorded = day_of(entry.recorded_at)
    return on, (recorded - edtf.parse(on).last).days


def item(entry: Entry, fact_kind: str, days: int) -> dict[str, Any] | None:
    """An entry that was recorded more than some days late; None for any other."""
    found = days_late(entry, fact_kind)
    if found is None or found[1] <= days:
        return None
    return {
        "position": entry.position,
        "id": entry.id,
        "type": entry.kind,
        "source": entry.source,
        "about": {"position": entry.fact_position, "type": fact_kind},
        "on": found[0],
        "recorded_at": stamp(entry.recorded_at),
        "days_late": found[1],
    }

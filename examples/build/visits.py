"""Visits: who went where, for which post, on which days."""

from __future__ import annotations

from typing import Any

from examples.build.days import told
from examples.build.ledger import Ledger
from examples.build.offices import Term


def actor(term: Term) -> dict[str, str]:
    """A person and the post held."""
    return {"person_id": term.person, "post_id": term.post}


def visit(
    led: Ledger, visitors: list[Term], place: str, day: str, *, late: int = 12, purpose: str = "assistance", **more: Any
) -> str:
    """A visit that began on `day`, recorded `late` days after; its id."""
    which = led.fresh("visit")
    data = {"visit_id": which, "visitor": [actor(term) for term in visitors], "place_id": place, "started_on": day}
    led.record(told(more.get("ended_on", day), late), "visit.made", {**data, "purpose": purpose, **more})
    return which

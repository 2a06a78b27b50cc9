"""The sliders of a page about one thing, as of the answer that it shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from service.console.times import Sliders, Times, sliders
from service.console.visit import Visit


async def slid(visit: Visit, times: Times, answer: dict[str, Any], dates: Iterable[str | None] = ()) -> Sliders:
    """The bounds of both sliders; the log is asked for its size only where the page is about less of it.

    Of `dates`, as they are stated, the exact days are where a step to the next change goes.
    """
    log = answer["log"]
    head = log["size"] if times.known_at is None else await visit.head(log["id"])
    turns = sorted({stated for stated in dates if stated is not None and _is_day(stated)})
    return sliders(answer, head, visit.today, turns)


def _is_day(stated: str) -> bool:
    try:
        return date.fromisoformat(stated).isoformat() == stated
    except ValueError:
        return False

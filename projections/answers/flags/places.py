"""Places whose tree is broken: left behind by a merger, without a parent, in a circle; changes that came to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from projections.answers.flags.flag import Flag, lasted
from projections.answers.flags.ground import Ground
from projections.answers.territory import on_day
from projections.rows import Found
from projections.tenure import next_day

CODES: Final = ("left-behind", "parent-not-on-record", "parent-cycle", "change-before-registration")
REGISTERS: Final[tuple[str, ...]] = ()
"""The registers of the matters that these flags are found in."""


async def found(ground: Ground) -> list[Flag]:
    """What is odd about the places themselves."""
    flags: list[Flag] = []
    for place in sorted(ground.places):
        rows = ground.tree.get(place, ())
        row = on_day(rows, ground.day)
        flags += _before_registration(ground, place, rows)
        if row is not None and row.doc["parent_id"] is not None:
            flags += _above(ground, place, row)
    return flags


def _above(ground: Ground, place: str, row: Found) -> Iterator[Flag]:
    """What is odd directly above a place; what is odd further up is a flag of the place there."""
    parent = row.doc["parent_id"]
    above = ground.tree.get(parent, ())
    about = {"jurisdiction": place, "parent": parent}
    evidence = [*row.doc["evidence"]]
    if on_day(above, ground.day) is not None:
        if _in_circle(ground, place):
            since, until = row.doc["from"], row.doc["until"]
            days = lasted(since, until, ground.day)
            yield Flag("parent-cycle", place, about, since, until, days, {}, evidence)
        return
    ended = above[-1].doc if above else None
    if ended is not None and ended["ended_on"] is not None and ended["ended_on"] <= ground.day:
        since = max(ended["ended_on"], row.doc["from"] or "")
        detail = {"parent": ground.brief(parent), "ended_on": ended["ended_on"], "successors": ended["successors"]}
        days = lasted(since, row.doc["until"], ground.day)
        shows = [*evidence, *ended["ended_by"]]
        yield Flag("left-behind", place, about, since, row.doc["until"], days, detail, shows)
        return
    until = min((one.doc["from"] for one in above if (one.doc["from"] or "") > ground.day), default=row.doc["until"])
    detail = {"parent": ground.brief(parent), "registered": bool(above)}
    days = lasted(row.doc["from"], until, ground.day)
    yield Flag("parent-not-on-record", place, about, row.doc["from"], until, days, detail, evidence)


def _in_circle(ground: Ground, place: str) -> bool:
    """Whether going up from a place leads back to it."""
    seen: set[str] = set()
    at: str | None = place
    while at is not None and at not in seen:
        seen.add(at)
        row = on_day(ground.tree.get(at, ()), ground.day)
        at = None if row is None else row.doc["parent_id"]
    return at == place


def _before_registration(ground: Ground, place: str, rows: Sequence[Found]) -> Iterator[Flag]:
    """Changes dated before the day from which the place is registered: kept, and without effect."""
    for change in rows[0].doc.get("too_early", ()) if rows else ():
        since = rows[0].doc["from"]
        if change["on"] <= ground.day:
            detail = {"type": change["type"], "on": change["on"], "registered_from": since}
            about = {"jurisdiction": place, "event": change["evidence"][0]["id"]}
            days = None if since is None else lasted(change["on"], since, next_day(since))
            yield Flag(
                "change-before-registration", place, about, change["on"], since, days, detail,
                [*change["evidence"], *rows[0].doc["evidence"]],
            )  # fmt: skip

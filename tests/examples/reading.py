"""A small, slow and obviously right reading of the sample logs, against which the cases are held."""

from __future__ import annotations

import json
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import Any

from examples.build.sources import ROOT

CASES: dict[str, Any] = json.loads((ROOT / "cases.json").read_text(encoding="utf-8"))
NEVER, ALWAYS = "9999-12-31", "0001-01-01"
LAST = "2020-12-31"
_CHANGES = ("record.corrected", "record.annulled")

Data = dict[str, Any]


@cache
def entries(log: str) -> tuple[Data, ...]:
    """The lines of a log."""
    text = (ROOT / "logs" / f"{log}.ndjson").read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines())


@cache
def believed(log: str, known_at: str = LAST) -> tuple[Data, ...]:
    """The facts that stand at the end of a day, in the order recorded."""
    events = [entry["event"] for entry in entries(log) if entry["recorded_at"][:10] <= known_at]
    fallen: set[str] = set()
    for event in reversed(events):
        if event["type"] == "record.annulled" and event["id"] not in fallen:
            fallen.add(event["data"]["annuls_event_id"])
    roots: dict[str, str] = {}
    newest: dict[str, Any] = {}
    for event in events:
        if event["type"] == "record.corrected":
            target = event["data"]["corrects_event_id"]
            roots[event["id"]] = roots.get(target, target)
            if event["id"] not in fallen:
                newest[roots[event["id"]]] = event["data"]["corrected_payload"]
    return tuple(
        {**event, "data": newest.get(event["id"], event["data"])}
        for event in events
        if event["id"] not in fallen and event["type"] not in _CHANGES
    )


def said(log: str, kind: str, known_at: str = LAST) -> list[Data]:
    """The data of the standing facts of a kind."""
    return [event["data"] for event in believed(log, known_at) if event["type"] == kind]


def about(log: str, prefix: str, field: str, which: str, known_at: str = LAST) -> list[Data]:
    """The standing events whose kind begins with `prefix` and whose `field` is `which`."""
    return [
        event
        for event in believed(log, known_at)
        if event["type"].startswith(prefix) and event["data"].get(field) == which
    ]


def event_of(log: str, event_id: str) -> Data:
    """An event by its id."""
    return next(entry["event"] for entry in entries(log) if entry["event"]["id"] == event_id)


def recorded_on(log: str, event_id: str) -> str:
    """The day an event was recorded."""
    return str(next(entry["recorded_at"] for entry in entries(log) if entry["event"]["id"] == event_id))[:10]


def span(when: str) -> tuple[str, str]:
    """The first and last possible day of an EDTF date."""
    if len(when) == len("2018"):
        return f"{when}-01-01", f"{when}-12-31"
    if len(when) == len("2018-03"):
        year, month = map(int, when.split("-"))
        return f"{when}-01", f"{when}-{monthrange(year, month)[1]:02d}"
    return when, when


def days(since: str, until: str) -> list[str]:
    """Every day in [since, until)."""
    first = date.fromisoformat(since)
    return [(first + timedelta(days=turn)).isoformat() for turn in range(between(since, until))]


def between(since: str, until: str) -> int:
    """The days in [since, until)."""
    return (date.fromisoformat(until) - date.fromisoformat(since)).days


@cache
def _tenures(log: str, post: str, known_at: str) -> dict[str, tuple[Data, list[str], list[str]]]:
    """The appointments of a post: as started, [s0, s1, e0, e1], and the days seen."""
    found: dict[str, tuple[Data, list[str], list[str]]] = {}
    for event in believed(log, known_at):
        data, name = event["data"], event["data"].get("appointment_id", "")
        if event["type"] == "appointment.started" and data["post_id"] == post:
            start = (ALWAYS, data["held_by"]) if "held_by" in data else span(data["effective_from"])
            found[name] = (data, [*start, NEVER, NEVER], [])
        elif event["type"] == "appointment.ended" and name in found:
            bounds = found[name][1]
            bounds[2:] = (bounds[0], data["gone_by"]) if "gone_by" in data else span(data["effective_until"])
        elif event["type"] == "appointment.observed":
            if name not in found and data.get("post_id") == post:
                found[name] = (data, [ALWAYS, NEVER, ALWAYS, NEVER], [])
            if name in found:
                found[name][2].append(data["on"])
    return found


def certainty(log: str, post: str, valid_at: str, known_at: str = LAST) -> dict[str, str]:
    """The appointments of a post that are certain or possible on a day, by the rule of the design."""
    found = {}
    for name, (_, (s0, s1, e0, e1), seen) in _tenures(log, post, known_at).items():
        if (
            (min([s1, *seen]) <= valid_at < e0)
            or any(s1 <= valid_at <= day for day in seen)
            or (s1 == NEVER and min(seen, default=NEVER) <= valid_at <= max(seen, default=ALWAYS))
        ):
            found[name] = "certain"
        elif s0 <= valid_at < e1:
            found[name] = "possible"
    return found


def status(log: str, post: str, valid_at: str, known_at: str = LAST, seats: int = 1) -> str:
    """How a post stands on a day."""
    held = list(certainty(log, post, valid_at, known_at).values())
    certain = held.count("certain")
    if certain >= seats:
        return "held" if certain == seats else "contested"
    return "uncertain" if "possible" in held else "vacant"


def holders(log: str, post: str, valid_at: str, *, substantive: bool = False) -> list[str]:
    """The persons who hold a post with certainty on a day; those who only act left out where asked."""
    tenures = _tenures(log, post, LAST)
    names = [name for name, how in certainty(log, post, valid_at).items() if how == "certain"]
    started = [tenures[name][0] for name in names]
    return [data["person_id"] for data in started if not (substantive and data.get("capacity") == "acting")]


@cache
def parents(log: str) -> dict[str, str]:
    """The parent of each place, and the place of each body."""
    found = {data["jurisdiction_id"]: data.get("parent_id", "") for data in said(log, "jurisdiction.registered")}
    return found | {data["body_id"]: data.get("jurisdiction_id", "") for data in said(log, "body.established")}


def is_below(log: str, place: str | None, top: str) -> bool:
    """Whether a place or body is `top` or somewhere below it."""
    while place:
        if place == top:
            return True
        place = parents(log).get(place)
    return False

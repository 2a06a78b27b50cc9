"""Timelines of the sample logs as a question reads them: whole, step by step, with the entries behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from tests.service.samples import Answer, Samples


async def timeline(samples: Samples, place: str, *types: str, scope: str = "own", **asked: str | None) -> list[Answer]:
    """All items of some types of a place's timeline, whose answer says what it stands on."""
    items: list[Answer] = []
    after: str | None = "0"
    while after is not None:
        path = f"/jurisdictions/{place}/timeline"
        page = await samples.get(path, type=",".join(types), scope=scope, after=after, **asked)
        check_ground(page)
        items += page["items"]
        after = page["next"]
    assert {item["type"] for item in items} <= set(types)
    return items


def check_ground(answer: Mapping[str, Any]) -> None:
    """The answer names the day asked about, the state of knowledge, and the log that it was read from."""
    assert date.fromisoformat(answer["valid_at"])
    assert answer["known_at"]
    assert answer["log"]["id"].startswith("demo-cn-")
    assert answer["log"]["size"]
    assert answer["log"]["root"]


async def check_evidence(samples: Samples, log: str, things: Iterable[Mapping[str, Any]]) -> None:
    """Each thing names entries behind it, and the log holds those events at those positions."""
    named = {entry["position"]: entry for thing in things for entry in _behind(thing)}
    assert named
    for position, entry in sorted(named.items()):
        held = await samples.get(f"/logs/{log}/events/{position}")
        assert (held["id"], held["type"]) == (entry["id"], entry["type"])


def _behind(thing: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    assert thing["evidence"]
    found: list[Mapping[str, Any]] = thing["evidence"]
    return found


def steps(item: Mapping[str, Any]) -> list[tuple[str, Answer]]:
    """The steps of a matter in their order: the verb, and what was said."""
    return [(step["type"].partition(".")[2], step["data"]) for step in item["steps"]]


def said(item: Mapping[str, Any], verb: str) -> Answer:
    """What the first step with this verb said; nothing where no step has it."""
    return next((data for told, data in steps(item) if told == verb), {})


def event_of(item: Mapping[str, Any], kind: str) -> str:
    """The id of the first event of this kind behind an item."""
    return next(str(entry["id"]) for entry in item["evidence"] if entry["type"] == kind)


def position_of(item: Mapping[str, Any], kind: str) -> int:
    """The position of the first event of this kind behind an item."""
    return next(int(entry["position"]) for entry in item["evidence"] if entry["type"] == kind)


def days(since: str, until: str) -> int:
    """The days in [since, until); negative where it ends first."""
    return (date.fromisoformat(until) - date.fromisoformat(since)).days


def day_before(day: str) -> str:
    """The day before a day."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()

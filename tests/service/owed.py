"""Duties of the sample logs as a question reads them: whole, by what they are about, with who answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.service.samples import Answer, Samples
from tests.service.timelines import check_ground


async def owed(samples: Samples, rule: str, **asked: str | int | None) -> list[Answer]:
    """All results of some rules (separated by commas); each says where it stands in which text."""
    items: list[Answer] = []
    after: str | None = "0"
    while after is not None:
        page = await samples.get("/duties", rule=rule, after=after, limit=500, **asked)
        check_ground(page)
        items += page["items"]
        after = page["next"]
    assert {item["rule"] for item in items} <= set(rule.split(","))
    for item in items:
        assert item["quote"]
        assert item["article"]
        assert item["policy"]
    return items


def by_about(found: Iterable[Answer]) -> dict[str, Answer]:
    """Results by what they are about, each of which is told once."""
    every = [(item["about"], item) for item in found if item["about"] is not None]
    result = dict(every)
    assert len(result) == len(every)
    return result


def under(duty: Answer, reading: str, value: Any) -> str | None:
    """The status under another value of a reading."""
    (found,) = [one for one in duty["readings"] if one["name"] == reading]
    (other,) = [one for one in found["others"] if one["value"] == value]
    assert other["differs"] == (other["status"] not in (None, duty["status"]))
    assert duty["differs"] or not other["differs"]
    assert found["means"]
    status: str | None = other["status"]
    return status


def taken(duty: Answer, reading: str) -> Any:
    """The value of a reading under which the result is given."""
    (found,) = [one for one in duty["readings"] if one["name"] == reading]
    return found["value"]


def charged(duty: Answer) -> dict[str | None, int]:
    """The days charged to each person; None: to nobody."""
    found: dict[str | None, int] = {}
    for one in duty["charged"]:
        person = None if one["person"] is None else str(one["person"]["id"])
        found[person] = found.get(person, 0) + one["days"]
    return found


def spans(duty: Mapping[str, Any]) -> list[tuple[str, str | None, int, str]]:
    """The gaps of a result: from, until, days and cause."""
    return [(gap["from"], gap["until"], gap["days"], gap["cause"]) for gap in duty["gaps"]]

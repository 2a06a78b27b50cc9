"""The days on which a chain turns: something of it begins or ends then, or may."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from projections.rows import Found
from projections.tenure import ALWAYS, NEVER


def turns_of(spans: Iterable[Mapping[str, Any]], rows: Iterable[Found]) -> list[str]:
    """The days, each once and in order; `spans` have `from` and `until`, `rows` the bounds of a tenure or letter."""
    days = {span[name] for span in spans for name in ("from", "until")}
    days |= {day for row in rows for day in _edges(row.doc)}
    return sorted(day for day in days if day is not None and ALWAYS < day < NEVER)


def _edges(doc: Mapping[str, Any]) -> Iterator[str]:
    bounds = doc["bounds"]
    yield from (bounds["s0"], bounds["s1"], bounds["e0"], bounds["e1"])

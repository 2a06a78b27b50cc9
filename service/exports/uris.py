"""The URIs by which files tell of a log's entries, and of what has an id in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote


def space(origin: str, what: str) -> str:
    """The beginning of the URIs of `what` in a log, of which `origin` is the one of its checkpoints."""
    return f"urn:zeren:{what}:{quote(origin, safe='/')}:"


def local(name: str | int) -> str:
    """What an id or a position adds to a `space`."""
    return quote(str(name), safe="")


def sources(origin: str, evidence: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The entries behind a row, as links."""
    entries = space(origin, "entry")
    return [{"url": f"{entries}{local(one['position'])}", "note": one["type"]} for one in evidence]

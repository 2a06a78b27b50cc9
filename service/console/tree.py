"""The tree of places: the topmost of each log, and below the one opened a page of its children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from service.console.address import ref
from service.console.page import page
from service.console.times import Timed
from service.console.visit import Answer, Visit, Visiting

router = APIRouter(include_in_schema=False)

BRANCH: Final = 100
"""How many places are loaded at once."""
LOWEST: Final = "village"
"""Nothing is below these."""


@dataclass(frozen=True)
class Opened:
    """The tree as a page shows it."""

    at: str
    tops: Answer | None = None
    """The topmost places, log by log; None where a place is opened."""
    path: Sequence[Answer] = ()
    """The places above the one opened, and itself."""
    below: Answer | None = None
    """The children of the one opened; None where none is."""

    @property
    def by_log(self) -> dict[str, list[Answer]]:
        """The topmost places of each log."""
        shown = self.tops or {"logs": [], "items": []}
        logs: dict[str, list[Answer]] = {ground["log"]["id"]: [] for ground in shown["logs"]}
        for one in shown["items"]:
            logs[one["log"]].append(one)
        return logs


async def opened(visit: Visit, params: Mapping[str, str], at: str, after: str, tops: str) -> Opened:
    """The tree, opened at a place where one is named. Raises Refused."""
    if not at:
        return Opened(at, await visit.ask("/jurisdictions", limit=BRANCH, after=tops, **params))
    one = await visit.ask(f"/jurisdictions/{ref(at)}", **params)
    below = await _children(visit, params, at, after)
    return Opened(one["jurisdiction"]["id"], path=one["path"] or [one["jurisdiction"]], below=below)


async def _children(visit: Visit, params: Mapping[str, str], place: str, after: str) -> Answer:
    return await visit.ask(f"/jurisdictions/{ref(place)}/children", limit=BRANCH, after=after, **params)


@router.get("/tree/{place}")
async def branch(visit: Visiting, times: Timed, place: str, after: str = "") -> Response:
    """A page of the children of a place, as the script puts it into the tree."""
    below = await _children(visit, times.params, place, after)
    return page(visit, "branch.html", times, below, below=below)

"""The two times of a page: the day asked about and the state of knowledge, with the log they are of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

EARLIEST = date(2012, 1, 1)
"""Where the slider of days begins, unless the page is about an earlier day."""


@dataclass(frozen=True)
class Times:
    """What a page's address says of its times; each is None where the address leaves it open."""

    valid_at: str | None = None
    known_at: str | None = None
    log: str | None = None

    @property
    def params(self) -> dict[str, str]:
        """The parameters that carry them from page to page and to the API."""
        given = {"valid_at": self.valid_at, "known_at": self.known_at, "log": self.log}
        return {name: value for name, value in given.items() if value}


def times_of(request: Request) -> Times:
    """The times of an address; empty ones, as forms send them, are none."""
    said = request.query_params
    return Times(*(said.get(name, "").strip() or None for name in ("valid_at", "known_at", "log")))


Timed = Annotated[Times, Depends(times_of)]


@dataclass(frozen=True)
class Sliders:
    """The bounds of the two sliders: days, and sizes of the log."""

    first: str
    last: str
    day: str
    head: int
    size: int

    @property
    def days(self) -> int:
        """How many steps the slider of days has."""
        return (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days

    @property
    def step(self) -> int:
        """Where it stands."""
        return (date.fromisoformat(self.day) - date.fromisoformat(self.first)).days


def sliders(answer: dict[str, Any], head: int, today: date) -> Sliders:
    """The sliders of an answer that has `valid_at` and `log`; `head` is the log's size now."""
    day = date.fromisoformat(answer["valid_at"])
    first, last = min(EARLIEST, day), max(today, day)
    return Sliders(
        first.isoformat(), last.isoformat(), day.isoformat(), max(head, answer["log"]["size"]), answer["log"]["size"]
    )

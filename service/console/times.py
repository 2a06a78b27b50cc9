"""The two times of a page: the day asked about and the state of knowledge, with the log they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final

from fastapi import Depends
from starlette.requests import Request

from service.console.address import address, said

SPAN_YEARS: Final = 10
"""How far back the slider of days goes where nothing says since when there is something to see."""
FAR_YEARS: Final = 40
"""A day further away than this is reached by its field, not by the slider: one slip of the pen must not stretch it."""


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

    @cached_property
    def query(self) -> str:
        """The same as the end of an address: nothing, or `?valid_at=2018-03-05`."""
        return address("", self.params)


def times_of(request: Request) -> Times:
    """The times of an address; empty ones, as forms send them, are none."""
    return Times(*(said(request, name) for name in ("valid_at", "known_at", "log")))


def as_of(times: Times, answer: dict[str, Any]) -> dict[str, str]:
    """The parameters with which further questions of a page are asked: of the log and the size of its first answer."""
    return {**times.params, "log": answer["log"]["id"], "known_at": f"@{answer['log']['size']}"}


Timed = Annotated[Times, Depends(times_of)]


@dataclass(frozen=True)
class Sliders:
    """The bounds of the two sliders: days, and sizes of the log."""

    first: str
    last: str
    day: str
    head: int
    size: int
    turns: tuple[str, ...] = ()
    """The days on which something begins or ends: where a step to the next change goes."""

    @property
    def days(self) -> int:
        """How many steps the slider of days has."""
        return (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days

    @property
    def step(self) -> int:
        """Where it stands."""
        return (date.fromisoformat(self.day) - date.fromisoformat(self.first)).days


def sliders(answer: dict[str, Any], head: int, today: date, turns: Sequence[str] = ()) -> Sliders:
    """The sliders of an answer that has `valid_at` and `log`; `head` is the log's size now.

    Days run over whole years from the first to the last of `turns`, and in any case over the day itself.
    """
    day, size = date.fromisoformat(answer["valid_at"]), answer["log"]["size"]
    years = [int(turn[:4]) for turn in turns]
    near = [year for year in years if abs(year - day.year) <= FAR_YEARS] or [
        today.year,
        min(today, day).year - SPAN_YEARS,
    ]
    first, last = date(max(min(*near, day.year), 1), 1, 1), date(min(max(*near, day.year), 9999), 12, 31)
    return Sliders(first.isoformat(), last.isoformat(), day.isoformat(), max(head, size), size, tuple(turns))

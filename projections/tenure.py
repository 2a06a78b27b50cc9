"""Who certainly and who possibly held something on a day, and how a post stands on it.

Bounds are ISO days compared as text: a start lies in [s0, s1], an exclusive end in [e0, e1]. A
holder is certain on day d iff s1 <= d < e0, possible iff s0 <= d < e1 and not certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, Literal

from events import edtf

ALWAYS: Final = edtf.FIRST_DAY.isoformat()
NEVER: Final = edtf.LAST_DAY.isoformat()

Certainty = Literal["certain", "possible", "no"]
Status = Literal["held", "contested", "uncertain", "vacant", "unestablished"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is known of a tenure: start in [s0, s1], exclusive end in [e0, e1]."""

    s0: str
    s1: str
    e0: str
    e1: str

    def certainty(self, day: str) -> Certainty:
        """Whether something so bounded covers a day."""
        if self.s1 <= day < self.e0:
            return "certain"
        return "possible" if self.s0 <= day < self.e1 else "no"

    def meets(self, first: str, last: str) -> bool:
        """Whether something so bounded certainly or possibly covers a day of [first, last]."""
        possible, certain = max(self.s0, first), max(self.s1, first)
        return (possible <= last and possible < self.e1) or (certain <= last and certain < self.e0)

    def as_doc(self) -> dict[str, str]:
        """The bounds as a row keeps them."""
        return {"s0": self.s0, "s1": self.s1, "e0": self.e0, "e1": self.e1}

    @classmethod
    def of_doc(cls, doc: Mapping[str, Any]) -> Bounds:
        """The bounds kept in a row."""
        bounds = doc["bounds"]
        return cls(bounds["s0"], bounds["s1"], bounds["e0"], bounds["e1"])


def start_bounds(start: str | None, held_by: str | None = None) -> tuple[str, str]:
    """(s0, s1) of an EDTF start, or of `held_by`; unknown without either."""
    if start is not None:
        return _days(start)
    return ALWAYS, held_by if held_by is not None else NEVER


def end_bounds(ends: Iterable[str]) -> tuple[str, str]:
    """(e0, e1) of exclusive EDTF ends, the earliest of several; open without any."""
    spans = [_days(end) for end in ends]
    if not spans:
        return NEVER, NEVER
    return min(first for first, _ in spans), min(last for _, last in spans)


@lru_cache(maxsize=4096)
def _days(text: str) -> tuple[str, str]:
    """The first and the last possible day of an EDTF date; the same dates come again and again."""
    span = edtf.parse(text)
    return span.first.isoformat(), span.last.isoformat()


def next_day(day: str) -> str:
    """The day after; the last day of the calendar has none but itself."""
    return day if day >= NEVER else (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def day_before(day: str) -> str:
    """The day before; the first day of the calendar has none but itself."""
    return day if day <= ALWAYS else (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def days_between(start: str, until: str) -> int:
    """The number of days in [start, until)."""
    return (date.fromisoformat(until) - date.fromisoformat(start)).days


def on_record(since: str | None, until: str | None, day: str) -> bool:
    """Whether [since, until), each None where unbounded, covers a day."""
    return (since is None or since <= day) and (until is None or day < until)


def status_of(seats: int, certainties: Iterable[Certainty]) -> Status:
    """How an established post stands with these holders."""
    counted = list(certainties)
    certain = counted.count("certain")
    if certain == seats:
        return "held"
    if certain > seats:
        return "contested"
    return "uncertain" if "possible" in counted else "vacant"


@dataclass(frozen=True, slots=True)
class Seat:
    """What decides how a post stands: on record [since, until), so many seats, these tenures."""

    since: str | None
    until: str | None
    seats: int
    tenures: Sequence[Bounds]

    def status(self, day: str) -> Status:
        """How the post stands on a day."""
        if not on_record(self.since, self.until, day):
            return "unestablished"
        return status_of(self.seats, (tenure.certainty(day) for tenure in self.tenures))

    def edges(self) -> list[str]:
        """The days on which the status can change, in order, from the beginning of time."""
        days = {ALWAYS}
        for tenure in self.tenures:
            days |= {tenure.s0, tenure.s1, tenure.e0, tenure.e1}
        days |= {day for day in (self.since, self.until) if day is not None}
        return sorted(day for day in days if day < NEVER)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of days [since, until) with one status; None where it has no known bound."""

    since: str | None
    until: str | None
    status: Status

    @property
    def days(self) -> int | None:
        """How many days it has, where both ends are known."""
        return None if self.since is None or self.until is None else days_between(self.since, self.until)


def stretches(seat: Seat) -> list[Stretch]:
    """The whole life of a post, cut where its status changes."""
    found: list[tuple[str, Status]] = []
    for day in seat.edges():
        status = seat.status(day)
        if not found or found[-1][1] != status:
            found.append((day, status))
    ends = [day for day, _ in found[1:]] + [NEVER]
    return [
        Stretch(None if day == ALWAYS else day, None if end == NEVER else end, status)
        for (day, status), end in zip(found, ends, strict=True)
    ]


def stretch_at(seat: Seat, day: str) -> Stretch:
    """The run of days with one status that holds a day."""
    return next(found for found in stretches(seat) if on_record(found.since, found.until, day) or found.until is None)

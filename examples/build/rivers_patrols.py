"""Two years of patrols by river chiefs of five levels, with those that were left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from examples.build.days import told
from examples.build.ledger import Ledger
from examples.build.offices import Term, at
from examples.build.visits import actor

_HALVES = {
    "990000": ["2018-05-15", "2018-10-20", "2019-09-10"],
    "990100": ["2018-04-11", "2018-11-07", "2019-05-22", "2019-12-03"],
}
"""None of the province in the first half of 2019."""
_QUARTERS = ("2018-02-08", "2018-05-17", "2018-12-11", "2019-03-19", "2019-06-12", "2019-08-28", "2019-11-14")
"""None in the third quarter of 2018."""
_NOT_IN = ("2018-08", "2019-02")
_LEFT_OUT = ("2018-07-16", "2018-10-01")
"""Mondays of weeks without a patrol of the first village; the second is a week without a working day."""
_LATE = {"2019-08-05": 158}
"""The Monday of the week whose patrol was recorded so many days after."""
_SEEN = ("沿岸垃圾", "排污口")

Cases = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Walks:
    """Records patrols: by whom, where to."""

    led: Ledger
    chiefs: dict[str, list[Term]]
    place_of: Callable[[str], str]

    def went(self, code: str, day: str, where: str, late: int = 12, matters: tuple[str, ...] = _SEEN) -> bool:
        """Record a patrol of whoever was chief of `code` that day; whether there was one."""
        chief = at(self.chiefs[code], day)
        if chief is None:
            return False
        data = {
            "visit_id": self.led.fresh("visit"), "visitor": [actor(chief)], "place_id": self.place_of(where),
            "started_on": day, "purpose": "supervision", "matters": list(matters) or None,
        }  # fmt: skip
        self.led.record(told(day, late), "visit.made", data)
        return True


def patrols(led: Ledger, chiefs: dict[str, list[Term]], place_of: Callable[[str], str]) -> Cases:
    """Every patrol; the windows that have none, by place."""
    walks = _Walks(led, chiefs, place_of)
    for code, days in _HALVES.items():
        for day in days:
            walks.went(code, day, "990121")
    for day in _QUARTERS:
        walks.went("990121", day, "990121901")
    _townships(walks)
    missed = _villages(walks)
    return {
        "log": led.log,
        "village": place_of("990121901201"),
        "weeks_without": missed,
        "week_of_holidays": "2018-10-01",
        "township": place_of("990121901"),
        "months_without": list(_NOT_IN),
        "county": place_of("990121"),
        "quarter_without": "2018-07-01",
        "province": place_of("990000"),
        "half_year_without": "2019-01-01",
        "late": {"week": "2019-08-05", "unknown_at": "2019-09-30", "recorded_on": told("2019-08-07", 158)},
        "shows": "五级河长两年的巡河:缺的周、月、季、半年,以及晚报的一次",
    }


def _townships(walks: _Walks) -> None:
    for month in _months():
        if month not in _NOT_IN:
            walks.went("990121901", f"{month}-18", "990121901202")
        if month < "2019-01":
            seen = () if month == "2018-09" else ("水面漂浮物",)
            walks.went("990121902", f"{month}-22", "990121902", matters=seen)


def _villages(walks: _Walks) -> list[str]:
    """The weeks of the first village without a patrol, by their Mondays."""
    missed = []
    for monday in _mondays("2018-01-01", "2019-12-30"):
        late = _LATE.get(monday, 12)
        if monday in _LEFT_OUT or not walks.went("990121901201", _plus(monday, 2), "990121901201", late):
            missed.append(monday)
        if monday >= "2019-10-07":
            walks.went("990121902201", _plus(monday, 4), "990121902201")
    for month in ("2018-01", "2018-02", "2018-03", "2018-06", "2018-07", "2018-08", "2018-09"):
        for day in ("06", "20"):
            walks.went("990121901202", f"{month}-{day}", "990121901202")
    return missed


def _months() -> Iterator[str]:
    for year in (2018, 2019):
        for month in range(1, 13):
            yield f"{year}-{month:02d}"


def _mondays(first: str, end: str) -> Iterator[str]:
    day = first
    while day < end:
        yield day
        day = _plus(day, 7)


def _plus(day: str, many: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=many)).isoformat()

"""Compare: two days, or one day as known at two times; what differs, in words, and the events that made it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from events.clock import day_of, read_stamp
from service.console.address import ref
from service.console.comparison import Comparison, Side
from service.console.mistaken import fault_of, readable, shown_again
from service.console.page import page
from service.console.times import Timed, Times, as_of
from service.console.visit import FORBIDDEN, NOT_FOUND, Answer, Refused, Visit, Visiting

router = APIRouter(include_in_schema=False)

DECISIONS: Final = (
    "report.submitted",
    "evaluation.recorded",
    "duty-report.delivered",
    "exit.approved",
    "exit.recorded",
    "exit.reported",
    "reward.granted",
    "sanction.imposed",
    "transfer.decided",
    "budget.appropriated",
    "funds.allocated",
    "funds.disbursed",
    "funds.reimbursed",
    "project.approved",
    "project.accepted",
    "rectification.verified",
)
"""Kinds of events that decide or report something, and may rest on what was believed then."""
SHOWN: Final = 200
"""How many events are listed at most."""
_NOTHING: Final[Answer] = {"chain": [], "policies": []}
"""The chain of a side that does not know the place."""


@router.get("/jurisdictions/{place}/compare")
async def of_place(
    visit: Visiting,
    times: Timed,
    place: str,
    compared_valid_at: str = "",
    compared_to: str = "",
) -> Response:
    """Two states of one place side by side; without a second one, the form alone."""
    day, known = compared_valid_at.strip(), compared_to.strip()
    base = f"/jurisdictions/{ref(place)}"
    try:
        one, known_at = await _place(visit, times, base, known)
        compared = {"valid_at": times.valid_at or one["valid_at"], "compared_valid_at": day, "compared_to": known}
        found = await visit.ask(f"{base}/changes", **{**times.params, **compared}) if bool(day) != bool(known) else None
    except Refused as refused:
        return await _again(visit, times, base, {"compared_valid_at": day, "compared_to": known}, fault_of(refused))
    behind = {entry["position"] for told in one["attributes"] for entry in told["evidence"]}
    asked: dict[str, Any] = {**compared, "entered": times, "fault": None}
    asked |= {"place": one, "known_at": known_at, "presets": presets(one, min(behind, default=None))}
    if found is None:
        return page(visit, "compare.html", times, one, **asked, found=None, both=bool(day))
    seen = [await _side(visit, times, place, found[name]) for name in ("before", "after")]
    sides = [_NOTHING if side is None else side for side in seen]
    titles = {policy["system"]: policy["title"] for side in sides for policy in side["policies"]}
    told = Comparison(Side(sides[0]["chain"]), Side(sides[1]["chain"]), titles, visit.language)
    return page(
        visit,
        "compare.html",
        times,
        found,
        **asked,
        both=False,
        found=found,
        known=[side is not None for side in seen],
        around=around(found, behind, gone=seen[1] is None),
        levels=told.levels(found["differences"]),
        ways=told.path(found["differences"]),
        whole=told.whole(found["differences"]),
        decisions=await _decisions(visit, sides[1]["chain"] or sides[0]["chain"], found)
        if known and found["differences"]
        else None,
        shown=SHOWN,
    )


async def _again(visit: Visit, times: Times, base: str, compared: dict[str, str], fault: str) -> Response:
    """The forms as they were filled in, with what is wrong. Raises Refused where it is the place or the log."""
    told = readable(times)
    one = await visit.ask(base, **told.params)
    asked: dict[str, Any] = {"valid_at": times.valid_at or one["valid_at"], **compared, "entered": times}
    asked |= {"place": one, "known_at": None, "presets": presets(one, None), "fault": fault}
    return shown_again(page(visit, "compare.html", told, one, **asked, found=None, both=False))


async def _place(visit: Visit, times: Times, base: str, known: str) -> tuple[Answer, str | None]:
    """The place, and as known at what time: that compared to, where the page's own no longer knows it or not yet."""
    if known:
        found = await visit.ask_unless((NOT_FOUND,), base, **times.params)
        if found is not None:
            return found, times.known_at
        return await visit.ask(base, **{**times.params, "known_at": known}), known
    return await visit.ask(base, **times.params), times.known_at


async def _side(visit: Visit, times: Times, place: str, state: Answer) -> Answer | None:
    """The chain of one side; None where the place was not known yet, or no longer."""
    pinned = {**as_of(times, state), "valid_at": state["valid_at"]}
    return await visit.ask_unless((NOT_FOUND,), f"/jurisdictions/{ref(place)}/responsibility", **pinned)


def around(found: Answer, behind: Collection[int], *, gone: bool) -> range:
    """The entries just before or just after which the place is known: others cannot be looked at here.

    From the first that is behind what is told of it; where it is gone, to the last that annulled one of these.
    """
    ended = (event["position"] for event in found["events"] if event["about"] in behind and gone)
    return range(min(behind, default=0), max(ended, default=-1) + 1 if gone else found["after"]["log"]["size"])


async def _decisions(visit: Visit, chain: Sequence[Answer], found: Answer) -> dict[str, Any] | None:
    """What was decided or reported on the way down: from the first entry that no longer stands to what corrected it.

    Where nothing was corrected, between the two states. None where the key may not list entries.
    """
    old, until = (found[name]["log"]["size"] for name in ("before", "after"))
    corrections = [one for one in found["events"] if one["about"] is not None and one["about"] < one["position"]]
    since = min([old, *(one["about"] for one in corrections)])
    if corrections:
        until = max(one["position"] for one in corrections)
    path = f"/logs/{ref(found['log']['id'])}/events"
    entries: dict[int, Answer] = {}
    more = False
    for level in chain:
        asked = {"jurisdiction": level["jurisdiction"]["id"], "type": ",".join(DECISIONS), "known_at": f"@{until}"}
        told = await visit.ask_unless((FORBIDDEN,), path, after=since - 1, limit=SHOWN, **asked)
        if told is None:
            return None
        entries |= {entry["position"]: entry for entry in told["items"]}
        more = more or told["next"] is not None
    return {
        "since": since,
        "until": until,
        "more": more,
        "entries": [entries[position] for position in sorted(entries)],
    }


def presets(place: Answer, first: int | None) -> list[dict[str, Any]]:
    """Comparisons that inspectors ask for, as parameters of this page with their names."""
    day = date.fromisoformat(place["valid_at"])
    found = [
        _preset("与一年前比较", "With one year earlier", compared_valid_at=_earlier(day)),
        _preset("与一个月前比较", "With one month earlier", compared_valid_at=_month_earlier(day)),
        _preset("当日所知与现在所知", "As known that day", compared_to=day.isoformat()),
    ]
    if first is not None:
        found.append(_preset("首次录入此地时所知", "As known when it was first recorded", compared_to=f"@{first + 1}"))
    if place["known_at"]:
        local = day_of(read_stamp(place["known_at"]))
        found.append(_preset("与早一年的知悉比较", "As known one year earlier", compared_to=_earlier(local)))
    return found


def _preset(zh: str, en: str, **params: str) -> dict[str, Any]:
    return {"name": (zh, en), "params": {"compared_valid_at": None, "compared_to": None, **params}}


def _earlier(day: date) -> str:
    """The same day of the year before; the 28th for a leap day."""
    year = max(day.year - 1, 1)
    return day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) else day.day).isoformat()


def _month_earlier(day: date) -> str:
    """The same day of the month before, or the 28th where that month may be shorter."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (max(day.year - 1, 1), 12)
    return date(year, month, min(day.day, 28)).isoformat()

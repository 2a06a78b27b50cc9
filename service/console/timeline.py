"""Timelines of a place, a post or a person: what held and what happened, on one axis, with the breaches below."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from service.console import drawing, sorts, spans
from service.console.address import address, before, ref
from service.console.breaches import Breach, Told, breaches_of, deciders
from service.console.instruments import titles
from service.console.mistaken import INVALID, fault_of, readable, shown_again
from service.console.naming import named
from service.console.page import page
from service.console.times import Timed, Times, as_of
from service.console.visit import FORBIDDEN, Answer, Refused, Visit, Visiting

router = APIRouter(include_in_schema=False)

PAGE: Final = 1000
"""Items at once; more are a page further."""
MOST_BREACHES: Final = 200
RIM: Final = 60
"""Days at least that the axis goes on beyond the first and the last day named, for what has no end."""
YEARS_AHEAD: Final = 10
"""The API works duties out up to the last day of so many years after the present one (docs/duties.md §3)."""

First = Annotated[str, Query(alias="from")]
Sorts = Annotated[list[str] | None, Query(alias="type")]


@dataclass(frozen=True)
class Asked:
    """What the address of a timeline says beside its times."""

    since: str = ""
    until: str = ""
    types: str = ""
    after: str = ""
    breaches: str = ""
    fault: str = ""
    """What is wrong with it; nothing, where it was answered."""

    @property
    def span(self) -> dict[str, str]:
        """The days asked about, as the API takes them."""
        return {"from": self.since, "to": self.until}

    @property
    def wanted(self) -> set[str]:
        """The sorts asked for; none stands for all."""
        return {one for one in self.types.split(",") if one}


def asked_of(from_: First = "", to: str = "", type_: Sorts = None, after: str = "", breaches: str = "") -> Asked:
    """The parameters of an address; several `type` count together."""
    types = [one.strip() for part in type_ or [] for one in part.split(",") if one.strip()]
    return Asked(from_.strip(), to.strip(), ",".join(dict.fromkeys(types)), after, breaches)


@router.get("/jurisdictions/{place}/timeline")
async def of_place(
    request: Request, visit: Visiting, times: Timed, place: str, from_: First = "", to: str = "",
    type_: Sorts = None, after: str = "", breaches: str = "",
) -> Response:  # fmt: skip
    """What held and happened at a place itself."""
    asked = asked_of(from_, to, type_, after, breaches)
    told: dict[str, Any] = {**times.params, **asked.span, "type": asked.types, "after": after, "limit": PAGE}
    answer, asked = await _answer(visit, times, asked, f"/jurisdictions/{ref(place)}/timeline", told)
    about = {"jurisdiction": answer["jurisdiction"]["id"], "scope": "own"}
    return await _drawn(request, visit, times, asked, answer, about)


@router.get("/posts/{post}/timeline")
async def of_post(
    request: Request, visit: Visiting, times: Timed, post: str, from_: First = "", to: str = "",
    type_: Sorts = None, after: str = "", breaches: str = "",
) -> Response:  # fmt: skip
    """Who held a post, what names it, and the days on which nobody or too many held it."""
    asked = asked_of(from_, to, type_, after, breaches)
    told: dict[str, Any] = {**times.params, **asked.span}
    (answer, asked), holders = await asyncio.gather(
        _answer(visit, times, asked, f"/posts/{ref(post)}/timeline", {**told, "after": after, "limit": PAGE}),
        visit.ask_unless((FORBIDDEN, INVALID), f"/posts/{ref(post)}/holders", **told),
    )
    return await _drawn(request, visit, times, asked, answer, _bearer(holders), holders)


def _bearer(holders: Answer | None) -> Mapping[str, Any] | None:
    """Whose duties those of a post are among; None where the key may not read where the post is."""
    if holders is None:
        return None
    seat = holders["post"]
    if seat.get("body_id"):
        return {"body": seat["body_id"]}
    return {"jurisdiction": seat["jurisdiction_id"], "scope": "own"} if seat.get("jurisdiction_id") else {}


@router.get("/persons/{person}/timeline")
async def of_person(
    request: Request, visit: Visiting, times: Timed, person: str, from_: First = "", to: str = "",
    type_: Sorts = None, after: str = "", breaches: str = "",
) -> Response:  # fmt: skip
    """Posts, letters and pairings of a person, and every matter that names the person."""
    asked = asked_of(from_, to, type_, after, breaches)
    told: dict[str, Any] = {**times.params, **asked.span, "after": after, "limit": PAGE}
    answer, asked = await _answer(visit, times, asked, f"/persons/{ref(person)}/timeline", told)
    return await _drawn(request, visit, times, asked, answer, {"person": answer["person"]["id"]})


async def _answer(visit: Visit, times: Times, asked: Asked, path: str, told: Mapping[str, Any]) -> tuple[Answer, Asked]:
    """A timeline; where a parameter is wrong its subject alone, and what was asked with its fault."""
    try:
        return await visit.ask(path, **told), asked
    except Refused as refused:
        asked = replace(asked, fault=fault_of(refused))
    found = await visit.ask(path, **readable(times).params, limit=1)
    return {**found, "items": [], "next": None}, asked


async def _drawn(
    request: Request,
    visit: Visit,
    times: Times,
    asked: Asked,
    answer: Answer,
    about: Mapping[str, Any] | None,
    holders: Answer | None = None,
) -> Response:
    if len(request.query_params.getlist("type")) > 1:  # as the form sends them: the address to cite has one
        said = {**request.query_params, "type": asked.types}
        return RedirectResponse(address(request.url.path, said), 303)
    items = [item for item in answer["items"] if not asked.wanted or item["type"] in asked.wanted]
    lines = spans.lines_of(items, visit.language)
    whole = None if asked.fault else _whole(asked, lines, answer["valid_at"] if times.valid_at else None)
    found = await _breaches(visit, times, answer, about, whole) if asked.breaches and not asked.fault else None
    drawn = page(
        visit,
        "timeline.html",
        readable(times) if asked.fault else times,
        answer,
        asked=asked,
        entered=times,
        lines=lines,
        whole=whole,
        found=found,
        holders=holders,
        gaps=None if holders is None else spans.gaps_of(holders),
        groups=_groups(asked),
        held_ids=drawing.held_ids(),
        before=before(asked.after, PAGE),
    )
    return shown_again(drawn) if asked.fault else drawn


def _whole(asked: Asked, lines: Sequence[spans.Line], valid_at: str | None) -> tuple[str, str] | None:
    """The days that the axis spans: those asked about, else all that are named and the day asked about, with a rim."""
    named = [day for day in (*spans.extent(lines), valid_at) if day]
    if not (asked.since or named) or not (asked.until or named):
        return None
    first, last = min(named, default=asked.since), max(named, default=asked.until)
    rim = max(RIM, (_day(last) - _day(first)).days // 20)
    since, until = asked.since or _moved(first, -rim), asked.until or _moved(last, rim)
    return since, until if until > since else _moved(since, 1)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _moved(day: str, days: int) -> str:
    """A day so many days away, within the calendar."""
    at = _day(day).toordinal() + days
    return date.fromordinal(min(max(at, date.min.toordinal()), date.max.toordinal())).isoformat()


async def _breaches(
    visit: Visit, times: Times, answer: Answer, about: Mapping[str, Any] | None, whole: tuple[str, str] | None
) -> tuple[list[Breach], Answer | None] | None:
    """What was breached or is overdue on these days, and the answer that says so; None where nobody can be asked.

    Without an answer where the key may read the timeline, and not the duties.
    """
    if about is None:
        return [], None
    if whole is None or not any(about.values()):
        return None
    until = min(whole[1], last_of_duties(visit.today))
    if until <= whole[0]:
        return None
    pinned = as_of(times, answer)
    span: dict[str, Any] = {**about, "from": whole[0], "to": until, "status": "breached,overdue"}
    told, instruments = await asyncio.gather(
        visit.ask_unless((FORBIDDEN,), "/duties", **span, **pinned, limit=MOST_BREACHES), titles(visit)
    )
    if told is None:
        return [], None
    post = answer["post"]["id"] if "post" in answer else None
    bodies = await named(visit, dict.fromkeys(deciders(told["items"]), ("body",)), pinned)
    return breaches_of(told["items"], Told(instruments, bodies, visit.language), post), told


def last_of_duties(today: date) -> str:
    """The last day up to which duties may be asked for."""
    return date(min(today.year + YEARS_AHEAD, date.max.year), 12, 31).isoformat()


def _groups(asked: Asked) -> list[tuple[sorts.Group, bool]]:
    """The filters, and which of them are chosen; all are where none is named."""
    return [(group, not asked.wanted or not asked.wanted.isdisjoint(group.sorts)) for group in sorts.GROUPS.values()]

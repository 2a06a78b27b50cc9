"""The chain of a place on a day: five levels from the top down, with sliders for both times."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from service.console import overview, telling
from service.console.address import number, ref
from service.console.page import page
from service.console.sliding import slid
from service.console.times import Timed, Times, sliders
from service.console.visit import NOT_FOUND, Answer, Visit, Visiting

router = APIRouter(include_in_schema=False)

FIRST_MARK: Final = ord("①")
MARKS: Final = 20
"""Instruments are marked ① to ⑳, as the articles cite them."""


@router.get("/jurisdictions/{place}")
async def of_place(visit: Visiting, times: Timed, place: str) -> Response:
    """The chain as the API's `responsibility` tells it."""
    lacking = () if times.known_at is None else (NOT_FOUND,)
    path = f"/jurisdictions/{ref(place)}/responsibility"
    answer = await visit.ask_unless(lacking, path, turns="true", **times.params)
    if answer is None:
        return await _not_yet(visit, times, place)
    return page(
        visit,
        "chain.html",
        times,
        answer,
        sliders=await slid(visit, times, answer, answer["turns"]),
        **shown(answer),
        **_words(visit.language),
    )


def shown(answer: Answer) -> dict[str, Any]:
    """What of an answer the template asks for again and again."""
    systems = [policy["system"] for policy in answer["policies"]]
    return {
        "titles": {policy["system"]: policy["title"] for policy in answer["policies"]},
        "marks": {system: chr(FIRST_MARK + at) if at < MARKS else f"[{at + 1}]" for at, system in enumerate(systems)},
        "lines": overview.overview(answer),
        "helping": overview.helpers(answer),
        "within": {level["jurisdiction"]["id"] for level in answer["chain"]},
        "clauses": overview.clauses(answer),
        "posts": {post["post"]["id"]: post for level in answer["chain"] for post in overview.posts_in(level)},
    }


def _words(language: str) -> dict[str, Any]:
    """What the template says posts and letters with."""
    return {
        "aside": overview.aside,
        "bearing": overview.bearing,
        "letters_of": overview.letters_of,
        "roles": overview.roles,
        "sharers": overview.sharers,
        "letter_told": partial(telling.letter_told, language=language),
        "period": partial(telling.period, language=language),
        "person_of": partial(telling.person_of, language=language),
        "post_told": partial(telling.post_told, language=language),
    }


async def _not_yet(visit: Visit, times: Times, place: str) -> Response:
    """A place that the log knows now and did not know then. Raises Refused where it does not know it now either."""
    now = await visit.ask(f"/jurisdictions/{ref(place)}", valid_at=times.valid_at, log=times.log)
    entries = [entry["position"] for one in now["attributes"] for entry in one["evidence"]]
    first = min(entries, default=None)
    at = times.known_at or ""
    size = number(at[1:]) if at.startswith("@") else None
    then = {**now, "known_at": None, "log": {**now["log"], "size": size or 0}}
    bounds = sliders(then, now["log"]["size"], visit.today)
    answer = page(visit, "chain-unknown.html", times, None, place=now, then=then, sliders=bounds, first=first)
    answer.status_code = NOT_FOUND
    return answer

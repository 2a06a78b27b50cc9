"""Flags (疑点): how many there are of each sort, and each with what it says, where, since when, and the entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.console.address import said
from service.console.choosing import choose
from service.console.details import Teller, names_of
from service.console.flag_words import CODES, ELSEWHERE, saying
from service.console.instruments import titles
from service.console.kinds import catalogue
from service.console.page import page
from service.console.times import Timed, Times, as_of
from service.console.visit import Answer, Visit, Visiting

router = APIRouter(include_in_schema=False)

LISTED: Final = 50
COUNTED: Final = 3000
"""So many flags are counted; beyond that the page says that there are more."""
WEIGHTY: Final = "high,middle"
"""What is listed unless something else is asked for: the light ones are many."""
EVERY: Final = "all"


@dataclass(frozen=True)
class Asked:
    """What the address says of which flags are wanted."""

    flag: str | None
    severity: str | None
    scope: str | None
    after: str | None

    @property
    def weights(self) -> str | None:
        """The severities to ask for: of a sort that is named all."""
        if self.severity is None:
            return None if self.flag is not None else WEIGHTY
        return None if self.severity == EVERY else self.severity


def _asked(request: Request) -> Asked:
    return Asked(*(said(request, name) for name in ("flag", "severity", "scope", "after")))


Wanted = Annotated[Asked, Depends(_asked)]


@router.get("/flags")
async def of_log(visit: Visiting, times: Timed, asked: Wanted) -> Response:
    """The flags of a whole log, of a person or of a body."""
    about = {name: said(visit.request, name) for name in ("person", "body")}
    if times.log is None and not any(about.values()):
        told = (
            "选一个日志,看其中的疑点;或在“查找”找到一个地方,从“疑点”一栏进入。",
            "Choose a log to see its flags; or find a place and go on to its Flags.",
        )
        return await choose(visit, times, ("疑点", "Flags"), told)
    return await _flags(visit, times, asked, about)


@router.get("/jurisdictions/{place}/flags")
async def of_place(visit: Visiting, times: Timed, asked: Wanted, place: str) -> Response:
    """The flags of a place with all below it."""
    return await _flags(visit, times, asked, {"jurisdiction": place})


async def _flags(visit: Visit, times: Times, asked: Asked, about: dict[str, str | None]) -> Response:
    params = {**times.params, **about, "scope": asked.scope}
    answer = await visit.ask(
        "/flags", **params, flag=asked.flag, severity=asked.weights, limit=LISTED, after=asked.after
    )
    kinds = await catalogue(visit)
    first = not any((asked.flag, asked.severity, asked.after))
    counts, more = await _counts(visit, times, params, answer) if first else ({}, False)
    return page(
        visit,
        "flags.html",
        times,
        answer,
        asked=asked,
        about={name: value for name, value in about.items() if name != "jurisdiction" and value is not None},
        place=answer.get("jurisdiction"),
        flags=[
            (item, saying(item, Teller(visit.language, kinds, names_of(item)), visit.language))
            for item in answer["items"]
        ],
        teller=Teller(visit.language, kinds),
        first=first,
        counts=counts,
        more=more,
        codes=CODES,
        every=EVERY,
        titles=await titles(visit),
    )


async def _counts(
    visit: Visit, times: Times, params: dict[str, str | None], answer: Answer
) -> tuple[dict[str, int], bool]:
    """How many flags there are of each sort but duties, which their own board counts; whether there are more."""
    same = {**params, **as_of(times, answer), "valid_at": answer["valid_at"]}
    sorts = ",".join(code for code in CODES if code not in ELSEWHERE)
    found = await visit.all_of("/flags", most=COUNTED, **same, flag=sorts)
    counts: dict[str, int] = {}
    for item in found["items"]:
        counts[item["flag"]] = counts.get(item["flag"], 0) + 1
    return counts, found["next"] is not None

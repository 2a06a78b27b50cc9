"""The board of duties: a heat table of a place or a log, and the duties behind each of its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.console import heat
from service.console.address import number, ref, said
from service.console.breaches import deciders
from service.console.choosing import choose
from service.console.details import Teller, names_of
from service.console.instruments import titles
from service.console.kinds import catalogue
from service.console.naming import named
from service.console.page import page
from service.console.times import Timed, Times, as_of
from service.console.visit import Visit, Visiting

router = APIRouter(include_in_schema=False)

COLUMNS: Final = 20
ROWS: Final = 50
LISTED: Final = 20
"""Duties on a page of the list."""
DEPARTURES: Final = "tenure-freeze"
"""The evaluator whose results tell who left an office that was to be kept."""


_BEGINNINGS: Final = {"H1": "01", "H2": "07", "Q1": "01", "Q2": "04", "Q3": "07", "Q4": "10"}
"""The first months of half-years and quarters."""


@dataclass(frozen=True)
class Asked:
    """What the address says of which duties are wanted, and which part of them."""

    system: str | None
    rule: str | None
    status: str | None
    period: str | None
    from_: str | None
    to: str | None
    scope: str | None
    person: str | None
    body: str | None
    view: str | None
    columns: str | None
    after: str | None

    @property
    def is_list(self) -> bool:
        """Whether the duties are wanted one by one: of a rule, a person, a body, some days, or where it is said."""
        return self.view == "list" or any((self.rule, self.person, self.body, self.from_, self.to))

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses asked for that there are."""
        named = {one.strip() for one in (self.status or "").split(",")}
        return tuple(one for one in heat.STATUSES if one in named)

    @property
    def since(self) -> str | None:
        """The first day of the period asked about; the answer says which day it ends before."""
        if self.period is None:
            return None
        year, _, part = self.period.partition("-")
        return f"{year}-{_BEGINNINGS.get(part, part or '01')}-01"

    @property
    def begun(self) -> int:
        """How many were given before this part."""
        return number(self.after) or 0

    @property
    def first_column(self) -> int:
        """The first column of this part."""
        return number(self.columns) or 0


def _asked(request: Request) -> Asked:
    names = ("system", "rule", "status", "period", "from", "to", "scope", "person", "body", "view", "columns", "after")
    return Asked(*(said(request, name) for name in names))


Wanted = Annotated[Asked, Depends(_asked)]


@router.get("/duties")
async def of_log(visit: Visiting, times: Timed, asked: Wanted) -> Response:
    """The board of a whole log, or the duties of a person or a body."""
    if asked.person is not None or asked.body is not None:
        return await _list(visit, times, asked, None)
    if times.log is None:
        told = (
            "选一个日志,看其中各地职责履行情况;或在“查找”找到一个地方,从“职责”一栏进入。",
            "Choose a log to see how the duties of its places stand; or find a place and go on to its Duties.",
        )
        return await choose(visit, times, ("职责看板", "Duties"), told)
    return await (_list if asked.is_list else _board)(visit, times, asked, None)


@router.get("/jurisdictions/{place}/duties")
async def of_place(visit: Visiting, times: Timed, asked: Wanted, place: str) -> Response:
    """The board of a place with all below it, or its duties one by one."""
    return await (_list if asked.is_list else _board)(visit, times, asked, place)


async def _board(visit: Visit, times: Times, asked: Asked, place: str | None) -> Response:
    """The heat table: first which rules there are, then as many columns of it as a page takes."""
    about = {**times.params, "jurisdiction": place, "period": asked.period, "limit": 1000}
    whole = await visit.ask("/duties/summary", **about, by="rule", system=asked.system)
    chosen = heat.columns_with(whole["items"], asked.statuses)
    shown = chosen[asked.first_column : asked.first_column + COLUMNS]
    table, quotes = None, {}
    if shown:
        rules = ",".join(one["rule"] for one in shown)
        same = {**about, **as_of(times, whole)}
        part = await visit.ask("/duties/summary", **same, by="jurisdiction,rule", rule=rules, after=asked.after)
        table = heat.heat(shown, part, asked.begun, ROWS)
        quotes = await _quotes(visit, {one["system"] for one in shown})
    return page(
        visit,
        "duties.html",
        times,
        whole,
        asked=asked,
        place=whole["jurisdiction"],
        heat=table,
        total=heat.cell_of(whole),
        systems=heat.by_system(whole["items"]),
        cell_of=heat.cell_of,
        columns=len(chosen),
        width=COLUMNS,
        quotes=quotes,
        statuses=heat.STATUSES,
        titles=await titles(visit),
    )


async def _list(visit: Visit, times: Times, asked: Asked, place: str | None) -> Response:
    """Duties one by one, each with all that it rests on."""
    at = None if place is None else await visit.ask(f"/jurisdictions/{ref(place)}", **times.params)
    log = times.log if at is None else at["log"]["id"]
    answer = await visit.ask(
        "/duties",
        **{**times.params, "log": log},
        jurisdiction=None if at is None else at["jurisdiction"]["id"],
        person=asked.person,
        body=asked.body,
        system=asked.system,
        rule=asked.rule,
        status=asked.status,
        scope=asked.scope,
        from_=asked.from_,
        to=asked.to,
        limit=LISTED,
        after=asked.after,
    )
    kinds = await catalogue(visit)
    items = answer["items"]
    bodies = await named(visit, dict.fromkeys(deciders(items), ("body",)), as_of(times, answer))
    tellers = [Teller(visit.language, kinds, {**names_of(item), **bodies}) for item in items]
    return page(
        visit,
        "duty-list.html",
        times,
        answer,
        asked=asked,
        place=None if at is None else at["jurisdiction"],
        duties=list(zip(items, tellers, strict=True)),
        departures=[item for item in items if item["evaluator"] == DEPARTURES and "left_on" in item.get("more", {})],
        deciders=bodies,
        listed=LISTED,
        statuses=heat.STATUSES,
        titles=await titles(visit),
        teller=Teller(visit.language, kinds),
    )


async def _quotes(visit: Visit, systems: set[str]) -> dict[str, str]:
    """The words of the rules of some systems, in every version in use."""
    listed = (await visit.ask("/policies"))["items"]
    versions = [(one["system"], one["digest"]) for one in listed if one["system"] in systems]
    packs = [await visit.ask(f"/policies/{ref(system)}", policies=digest) for system, digest in versions]
    return {rule["id"]: rule["quote"] for pack in packs for rule in pack["rules"]}

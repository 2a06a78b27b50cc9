"""The logs: how large, how signed, how far witnessed and projected; the entries of one, and those that come in."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from events.clock import read_stamp
from service.console.address import ref
from service.console.kinds import catalogue
from service.console.page import page
from service.console.stated import of_service
from service.console.times import Timed
from service.console.visit import FORBIDDEN, Answer, Visit, Visiting
from service.state import Service

router = APIRouter(include_in_schema=False)

LISTED: Final = 50
"""Entries on a page."""
TAILED: Final = 200
"""Entries that the live tail keeps on the page."""
RUNS: Final = 10
_HOUR: Final = 3600


@router.get("/logs")
async def every(visit: Visiting, times: Timed) -> Response:
    """Every log within the grant, the service's own apart."""
    found = (await visit.ask("/logs", all="true"))["items"]
    own = [log for log in found if of_service(log["id"])]
    facts = [log for log in found if not of_service(log["id"])]
    return page(visit, "logs.html", times, None, facts=facts, own=own, behind=_behind)


@router.get("/logs/{log}")
async def one(
    request: Request,
    visit: Visiting,
    times: Timed,
    log: str,
    kind: Annotated[str, Query(alias="type")] = "",
    jurisdiction: str = "",
    person: str = "",
    after: str = "",
    order: str = "desc",
) -> Response:
    """One log, and its entries page by page, the newest first."""
    about = await visit.ask(f"/logs/{ref(log)}")
    filters = {"type": kind.strip(), "jurisdiction": jurisdiction.strip(), "person": person.strip()}
    entries = await _entries(visit, log, filters, after, "asc" if order == "asc" else "desc")
    ground = {name: about[name] for name in ("id", "size", "root", "clock")} if entries is None else entries["log"]
    service: Service = request.app.state.service
    checkpoint = about["checkpoint"]
    note = await visit.send("GET", f"/{ref(log)}/checkpoint") if checkpoint else None
    return page(
        visit,
        "log.html",
        times,
        {"log": ground, "known_at": about["recorded_at"]},
        about=about,
        note=note.text if note is not None and note.is_success else None,
        entries=entries,
        filters=filters,
        order="asc" if order == "asc" else "desc",
        after=after,
        behind=_behind(about),
        runs=(await visit.ask(f"/logs/{ref(log)}/verifications", limit=RUNS))["items"],
        kinds=(await catalogue(visit)).kinds,
        of_facts=not of_service(log),
        ago=lambda text: _ago(service, text, visit.language),
        tailed=TAILED,
    )


async def _entries(visit: Visit, log: str, filters: dict[str, str], after: str, order: str) -> Answer | None:
    """A page of entries; None where the asker may know of the log but read nothing of it."""
    lacking = () if any(filters.values()) else (FORBIDDEN,)
    path = f"/logs/{ref(log)}/events"
    return await visit.ask_unless(lacking, path, limit=LISTED, order=order, after=after, **filters)


def _behind(log: Answer) -> int:
    """How many entries the projections have not taken in yet."""
    size: int = log["size"] - log["projected"]["size"]
    return size


def _ago(service: Service, text: str | None, language: str) -> str:
    """How long ago an instant was, in words."""
    if text is None:
        return "—"
    passed = max(service.clock.now() - read_stamp(text), timedelta())
    seconds = int(passed.total_seconds())
    for many, zh, en in (
        (seconds // (24 * _HOUR), "天前", "days ago"),
        (seconds // _HOUR, "小时前", "hours ago"),
        (seconds // 60, "分钟前", "minutes ago"),
    ):
        if many:
            return f"{many} {zh if language == 'zh' else en}"
    return "刚才" if language == "zh" else "just now"

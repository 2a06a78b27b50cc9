"""The front page: places by name, code or tree, people by name, letters by number, in every log one may read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from service.console.address import ref
from service.console.page import page
from service.console.times import Timed
from service.console.tree import Opened, opened
from service.console.visit import FORBIDDEN, Answer, Refused, Visit, Visiting

router = APIRouter(include_in_schema=False)

FOUND: Final = 50
"""How many of one sort stand on a page."""
SIGNED: Final = "responsibility-letter.signed"
SORTS: Final = ("places", "people", "letters")


@router.get("/")
async def front(
    visit: Visiting, times: Timed, q: str = "", at: str = "", after: str = "", tops: str = "", sort: str = ""
) -> Response:
    """What fits `q`, of one `sort` or of all; without it the tree, opened at `at`. `after` is a cursor."""
    asked = {**times.params, "valid_at": times.valid_at or visit.today.isoformat()}
    sort = sort if sort in SORTS else ""
    shown: dict[str, Any] = {"q": q.strip(), "sort": sort, "after": after, "found": None, "tree": None}
    shown |= {"example": None, "refused": None, "nothing": False}
    try:
        if shown["q"]:
            found, beyond = await _found(visit, asked, shown["q"], sort, after)
            nothing = not any(one["items"] or one["next"] or one["withheld"] for one in found.values()) and not beyond
            cited = {"valid_at": asked["valid_at"], "logs": next(iter(found.values()))["logs"]}
            more = {"found": found, "beyond": beyond, "nothing": nothing}
            return page(visit, "find.html", times, cited, **{**shown, **more})
        tree = await opened(visit, asked, at.strip(), after, tops)
    except Refused as refused:
        if refused.status != FORBIDDEN or at:
            raise
        return page(visit, "find.html", times, **{**shown, "refused": refused})
    example = await _example(visit, tree)
    whole = tree.below or {**(tree.tops or {}), "valid_at": asked["valid_at"]}
    return page(visit, "find.html", times, whole, **{**shown, "tree": tree, "example": example})


async def _found(
    visit: Visit, params: Mapping[str, str], wanted: str, sort: str, after: str
) -> tuple[dict[str, Answer], dict[str, str]]:
    """What fits a text, by sort; of the one asked for alone, the page after a cursor. And why which were refused.

    Raises Refused where all were.
    """
    asks = {
        "places": ("/jurisdictions", {"q": wanted}),
        "people": ("/persons", {"q": wanted}),
        "letters": ("/letters", {"number": wanted}),
    }
    found: dict[str, Answer] = {}
    beyond: dict[str, Refused] = {}
    for name, (path, asked) in asks.items():
        if sort in ("", name):
            try:
                found[name] = await visit.ask(path, limit=FOUND, after=after, **asked, **params)
            except Refused as refused:
                if refused.status != FORBIDDEN:
                    raise
                beyond[name] = refused
    if not found:
        raise next(iter(beyond.values()))
    return found, {name: str(refused.problem.get("detail") or "") for name, refused in beyond.items()}


async def _example(visit: Visit, tree: Opened) -> Answer | None:
    """A letter on record, of the largest log shown, for a newcomer to begin with; None where none can be shown."""
    logs = [] if tree.tops is None else sorted((one["log"] for one in tree.tops["logs"]), key=lambda log: log["size"])
    if not logs or not logs[-1]["size"]:
        return None
    log = logs[-1]["id"]
    told = await visit.ask_unless(range(400, 600), f"/logs/{ref(log)}/events", type=SIGNED, limit=1)
    return None if told is None else next(({"log": log, **one["event"]["data"]} for one in told["items"]), None)

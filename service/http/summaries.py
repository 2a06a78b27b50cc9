"""`/v1/duties/summary`: how many duties of a place and all below it are met, from the board or from scratch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.requests import Request

from events.errors import BadRequest
from projections.answers import duties, summary
from projections.answers.territory import Place, children_of, nearest, on_day
from projections.boards import reading
from projections.boards.tables import Board
from projections.duties.windows import Period, later
from projections.scene import Scene
from service.asking import Asked, Question, check_reach, scene_of_log
from service.http.answered import answered
from service.http.jurisdictions import place_scene
from service.http.narrowing import Names, levels_of, rules_of, systems_of
from service.http.paging import Paged, page_of, visible_logs
from service.state import PROVEN

Item = dict[str, Any]

router = APIRouter(prefix="/duties", tags=["duties"])

PeriodText = Annotated[str | None, Query(description="2018, 2018-H1, 2018-Q2 or 2018-06")]
_PERIOD: Final = re.compile(r"([0-9]{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)


@router.get("/summary")
async def summed(
    request: Request,
    asked: Question,
    page: Paged,
    jurisdiction: str | None = None,
    by: Names = None,
    system: Names = None,
    rule: Names = None,
    level: Names = None,
    period: PeriodText = None,
) -> Any:
    """Counts by status and rates of the duties of a place with all below it, or a log, on a day or over a period."""
    wanted = summary.Wanted(
        _by(by), systems_of(asked, system), rules_of(asked, rule), levels_of(level), span_of(period)
    )
    if jurisdiction is not None:
        async with place_scene(asked, jurisdiction) as latest:
            place = await duties.place_of(latest, jurisdiction)
            answer = await _of_place(request, asked, latest, place, wanted)
    else:
        async with scene_of_log(asked, await _one_log(asked)) as latest:
            tops = await duties.topmost(latest)
            for top in tops:
                await check_reach(asked, latest, top, top)
            answer = await _of_log(request, asked, latest, tops, wanted)
    return answered(page_of({**answer, "period": period, "withheld": 0}, page))


async def _one_log(asked: Asked) -> str:
    """The log named, or the only one that the asker sees. Raises BadRequest or Forbidden."""
    _, seen = await visible_logs(asked)
    if len(seen) != 1:
        raise BadRequest(
            name="jurisdiction",
            value=None,
            expected_zh="jurisdiction 或 log",
            expected_en="jurisdiction, or log",
        )
    return seen[0]


async def _of_place(request: Request, asked: Asked, latest: Scene, place: str, wanted: summary.Wanted) -> Item:
    """The summary of a place, from the board where there is one for it."""
    board = None if _afresh(request, wanted) else await board_of(asked, latest, place)
    scene = latest if board is None else await reading.as_of(latest, board)
    day = duties.day_of(scene, wanted.span)
    own = await scene.reader.of("jurisdiction", [place])
    below = await children_of(scene.reader, place, day) if on_day(own, day) is not None else []
    children = [one for one in below if one.id != place]
    if board is None:
        counted = await summary.evaluated(scene, place, [one.id for one in children], wanted)
    else:
        apart = [one.id for one in children] if "jurisdiction" in wanted.by else []
        counted = await reading.counted(scene, place, apart)
    briefs = {one.id: one.brief for one in (*children, Place(place, nearest(own, day).doc))}
    return {"jurisdiction": briefs[place], **_told(scene, board, counted, wanted, briefs)}


async def _of_log(request: Request, asked: Asked, latest: Scene, tops: list[str], wanted: summary.Wanted) -> Item:
    """The summary of a whole log: of the places that stand under none, each with all below it."""
    boards = [None if _afresh(request, wanted) else await board_of(asked, latest, one) for one in tops]
    board = boards[0] if boards and None not in boards else None
    scene = latest if board is None else await reading.as_of(latest, board)
    day = duties.day_of(scene, wanted.span)
    rows = {one: await scene.reader.of("jurisdiction", [one]) for one in tops}
    briefs = {one: Place(one, nearest(found, day).doc).brief for one, found in rows.items()}
    each = [
        await summary.evaluated(scene, one, (), wanted) if board is None else await reading.counted(scene, one, ())
        for one in tops
    ]
    counted = summary.together(dict(zip(tops, each, strict=True)))
    return {"jurisdiction": None, **_told(scene, board, counted, wanted, briefs)}


def _afresh(request: Request, wanted: summary.Wanted) -> bool:
    """Whether nothing but an evaluation will do: over a period, or for an answer that is proven."""
    return wanted.span is not None or PROVEN in request.scope


def _told(
    scene: Scene, board: Board | None, counted: summary.Counted, wanted: summary.Wanted, briefs: Mapping[str, Item]
) -> Item:
    return {
        **duties.header(scene, duties.Asked(span=wanted.span)),
        "from": "evaluation" if board is None else "board",
        "board": None if board is None else {"size": board.size, "day": board.day},
        **summary.told(counted, scene.packs, wanted, briefs),
    }


async def board_of(asked: Asked, scene: Scene, place: str) -> Board | None:
    """The board to answer from: of the day and packs asked about, and of the size asked for or any later one.

    Without a size asked for it may be of an earlier one than the scene, where the place was on record then.
    """
    board = await reading.board_for(scene)
    if board is None or board.size == scene.known.size:
        return board
    waited = max(asked.wait.get(None, 0), asked.wait.get(scene.known.log_id, 0))
    if asked.known_at is not None or asked.service.local_runner or board.size < waited:
        return None
    older = await reading.as_of(scene, board)
    return board if on_day(await older.reader.of("jurisdiction", [place]), scene.valid_at) is not None else None


def span_of(period: str | None) -> tuple[str, str] | None:
    """The days [first, end) of a year, half-year, quarter or month. Raises BadRequest."""
    if period is None:
        return None
    found = _PERIOD.fullmatch(period)
    if found is None or found[1] == "0000" or found[1] == "9999":
        raise BadRequest(
            name="period",
            value=period[:60],
            expected_zh="年、半年、季度或月:2018、2018-H1、2018-Q2、2018-06",
            expected_en="a year, half-year, quarter or month: 2018, 2018-H1, 2018-Q2, 2018-06",
        )
    year, half, quarter, month = found.groups()
    lengths: dict[Period, int] = {
        "P6M": int(half or 0) * 6 - 5,
        "P3M": int(quarter or 0) * 3 - 2,
        "P1M": int(month or 0),
    }
    length: Period = next((one for one, month_of in lengths.items() if month_of > 0), "P1Y")
    first = lengths.get(length, 1)
    start = date(int(year), first, 1)
    return start.isoformat(), later(length, start).isoformat()


def _by(text: str | None) -> tuple[str, ...]:
    """The dimensions asked for, each once. Raises BadRequest."""
    if text is None:
        return tuple(summary.Wanted().by)
    found = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    for one in found:
        if one not in summary.DIMENSIONS:
            expected = ", ".join(summary.DIMENSIONS)
            raise BadRequest(name="by", value=one[:60], expected_zh=expected, expected_en=f"some of {expected}")
    return found

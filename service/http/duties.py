"""`/v1/duties`: the rules of the packs evaluated for a place, a person or a body."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from events.errors import BadRequest
from projections.answers import duties
from projections.answers.persons import appointed_places
from projections.answers.territory import place_of_body
from projections.scene import Scene
from service.asking import Asked, Question, check_reach, reaches, read_day, scene_for, scene_of_log
from service.finding import BODY, PERSON
from service.http.answered import answered
from service.http.jurisdictions import Since, Until, place_scene
from service.http.narrowing import Names, rules_of, statuses_of, systems_of
from service.http.paging import Page, Paged, page_of
from service.http.scopes import is_subtree

router = APIRouter(prefix="/duties", tags=["duties"])

Status = Annotated[str | None, Query(description="statuses, separated by commas")]


@router.get("")
async def every(
    asked: Question,
    page: Paged,
    jurisdiction: str | None = None,
    person: str | None = None,
    body: str | None = None,
    system: Names = None,
    rule: Names = None,
    status: Status = None,
    since: Since = None,
    until: Until = None,
    scope: str = "subtree",
) -> Any:
    """The duties of a place (alone or with all below it), a person, a body or a log, on a day or over some days."""
    given = [one for one in (jurisdiction, person, body) if one is not None]
    if len(given) > 1 or (not given and asked.log is None):
        raise BadRequest(
            name="jurisdiction",
            value=None if not given else given[1],
            expected_zh="jurisdiction、person、body 三者取一,或仅 log",
            expected_en="one of jurisdiction, person and body, or log alone",
        )
    wanted = duties.Asked(
        systems_of(asked, system),
        rules_of(asked, rule),
        statuses_of(status),
        _span(since, until),
        subtree=is_subtree(scope),
    )
    if jurisdiction is not None:
        async with place_scene(asked, jurisdiction) as scene:
            place = await duties.place_of(scene, jurisdiction)
            return _answer(scene, await duties.of_places(scene, [place], wanted), wanted, page)
    if not given:
        async with scene_of_log(asked, str(asked.log)) as scene:
            tops = await duties.topmost(scene)
            for top in tops:
                await check_reach(asked, scene, top, top)
            return _answer(scene, await duties.of_places(scene, tops, wanted), wanted, page)
    if body is not None:
        async with scene_for(asked, BODY, body) as scene:
            await check_reach(asked, scene, await place_of_body(scene.reader, body), body)
            return _answer(scene, await duties.of_body(scene, body, wanted), wanted, page)
    assert person is not None
    async with scene_for(asked, PERSON, person) as scene:
        return await _of_person(asked, scene, person, wanted, page)


async def _of_person(asked: Asked, scene: Scene, person: str, wanted: duties.Asked, page: Page) -> Any:
    """The duties of a person at the places within the asker's grant."""
    places = await appointed_places(scene.reader, person)
    inside = [place for place in places if await reaches(asked, scene, place)]
    if places and not inside:
        await check_reach(asked, scene, places[0], person)
    found = await duties.of_person(scene, person, wanted)
    if len(inside) == len(places):
        return _answer(scene, found, wanted, page)
    kept = [one for one in found.duties if one.subject.place in inside]
    shown = duties.Found(scene, found.dossier, kept, found.ended)
    return _answer(scene, shown, wanted, page, withheld=len(found.duties) - len(kept))


def _answer(scene: Scene, found: duties.Found, wanted: duties.Asked, page: Page, withheld: int = 0) -> Any:
    paged = page_of({"items": found.duties}, page)
    return answered(
        {
            **duties.header(scene, wanted),
            "total": len(found.duties),
            "withheld": withheld,
            "items": found.described(paged["items"]),
            "next": paged["next"],
        }
    )


def _span(since: str | None, until: str | None) -> tuple[str, str] | None:
    """The days asked about. Raises BadRequest where only one end is given, or there is no day between them."""
    if since is None and until is None:
        return None
    first, end = read_day("from", since), read_day("to", until)
    if first is None or end is None:
        raise BadRequest(
            name="from" if first is None else "to", value=None,
            expected_zh="日期 YYYY-MM-DD:from 与 to 须同时给出",
            expected_en="a day YYYY-MM-DD: from and to go together",
        )  # fmt: skip
    if first >= end:
        none = ("两者同日即不含任何一天", "with both the same there is no day between them")
        zh, en = none if first == end else ("前后颠倒", "they run backwards")
        raise BadRequest(
            name="to", value=end,
            expected_zh=f"晚于 from({first})的日期,to 不含当日:{zh}",
            expected_en=f"a day after from ({first}), for to is exclusive: {en}",
        )  # fmt: skip
    return first, end

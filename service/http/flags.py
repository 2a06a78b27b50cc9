"""`/v1/flags`: what is doubtful of a place, a person, a body or a whole log, page by page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query

from events.errors import BadRequest
from projections.answers.flags import duty, listing, units
from projections.answers.flags.flag import CODES, Flag
from projections.answers.flags.late import DEFAULT_DAYS
from projections.answers.flags.listing import Flags, Wanted
from projections.answers.territory import Place, nearest, resolve
from projections.scene import Scene
from service.asking import Asked, Question, check_reach, check_reach_of, page_size, reached, scene_for, scene_of_log
from service.finding import BODY, JURISDICTION, PERSON
from service.http.scopes import is_subtree

router = APIRouter(prefix="/flags", tags=["flags"])

Part = Callable[[], Awaitable[Flags]]
"""One unit of an answer, computed when its turn comes."""
FURTHER: Final = (duty.CODE,)
"""Codes of flags that come from elsewhere."""
MAX_DAYS: Final = 1_000_000
_CURSOR_PARTS: Final = 2
SEVERITIES: Final = frozenset({"high", "middle", "low"})


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the flags is asked for, and which part of the list."""

    wanted: Wanted
    severities: frozenset[str]
    subtree: bool
    limit: int
    start: tuple[int, int]
    """The unit to begin with, and how many of its flags were given before."""


def _filter(
    flag: Annotated[str | None, Query(description="codes of flags, separated by commas")] = None,
    severity: Annotated[str | None, Query(description="some of high, middle and low, separated by commas")] = None,
    scope: str = "subtree",
    days: Annotated[int, Query(description="an entry is back-dated when recorded more than so many days late")] = (
        DEFAULT_DAYS
    ),
    limit: int = 100,
    after: str = "",
) -> Filter:
    """The filter of a request. Raises BadRequest."""
    if not 0 <= days <= MAX_DAYS:
        expected = f"0 至 {MAX_DAYS}", f"0 to {MAX_DAYS}"
        raise BadRequest(name="days", value=days, expected_zh=expected[0], expected_en=expected[1])
    severities = SEVERITIES if severity is None else _severities(severity)
    codes = None if flag is None else _codes(flag)
    if severity is not None:
        codes = frozenset(one for one in codes or (*CODES, *FURTHER) if _weighs(one, severities))
    return Filter(Wanted(codes, days), severities, is_subtree(scope), page_size(limit), _start(after))


def _codes(flag: str) -> frozenset[str]:
    codes = frozenset(one.strip() for one in flag.split(","))
    if not codes <= {*CODES, *FURTHER}:
        known = ", ".join((*CODES, *FURTHER))
        raise BadRequest(name="flag", value=flag[:60], expected_zh=known, expected_en=f"some of {known}")
    return codes


def _severities(severity: str) -> frozenset[str]:
    found = frozenset(one.strip() for one in severity.split(","))
    if not found <= SEVERITIES:
        raise BadRequest(
            name="severity",
            value=severity[:60],
            expected_zh="high、middle、low 之一或几个",
            expected_en="some of high, middle, low",
        )
    return found


def _weighs(code: str, severities: frozenset[str]) -> bool:
    """Whether a flag of a code may weigh so heavily: each of the codes from elsewhere may weigh this or that."""
    return code in FURTHER or CODES[code][1] in severities


def _start(after: str) -> tuple[int, int]:
    if not after:
        return 0, 0
    parts = after.split(":")
    if len(parts) != _CURSOR_PARTS or not all(one.isascii() and one.isdigit() and len(one) < 10 for one in parts):
        raise BadRequest(
            name="after", value=after[:60], expected_zh="上一页给出的 next", expected_en="the `next` of a page"
        )
    return int(parts[0]), int(parts[1])


Filtered = Annotated[Filter, Depends(_filter)]


@router.get("")
async def flags(
    asked: Question,
    chosen: Filtered,
    jurisdiction: str | None = None,
    person: str | None = None,
    body: str | None = None,
) -> Any:
    """The flags of one place, person or body, or of the log named, sorted by place, sort and day.

    A cursor is `unit:given`: of how many units all was given, and how many flags of the next.
    """
    given = {
        name: one
        for name, one in (("jurisdiction", jurisdiction), ("person", person), ("body", body))
        if one is not None
    }
    if len(given) > 1 or (not given and asked.log is None):
        raise BadRequest(
            name="jurisdiction",
            value=", ".join(given) or None,
            expected_zh="jurisdiction、person、body 之一,或仅 log",
            expected_en="one of jurisdiction, person and body, or log alone",
        )
    if jurisdiction is not None:
        return await _of_place(asked, chosen, jurisdiction)
    if person is not None:
        async with scene_for(asked, PERSON, person) as scene:
            return await _page(asked, scene, chosen, [lambda: _of_person(scene, person, chosen.wanted)])
    if body is not None:
        async with scene_for(asked, BODY, body) as scene:
            await check_reach_of(asked, scene, body)
            return await _page(asked, scene, chosen, [lambda: _of_body(scene, body, chosen.wanted)])
    async with scene_of_log(asked, str(asked.log)) as scene:
        parts = _parts(scene, await units.of_log(scene.reader, scene.valid_at), chosen)
        parts.append(lambda: listing.of_nowhere(scene, chosen.wanted))
        return await _page(asked, scene, chosen, parts)


async def _of_place(asked: Asked, chosen: Filter, ref: str) -> dict[str, Any]:
    async with scene_for(asked, JURISDICTION, ref) as scene:
        place, resolved_by = await resolve(scene.reader, ref, scene.valid_at)
        await check_reach(asked, scene, place, ref)
        parts = await units.of_place(scene.reader, place, scene.valid_at, subtree=chosen.subtree)
        answer = await _page(asked, scene, chosen, _parts(scene, parts, chosen))
        brief = Place(place, nearest(await scene.reader.of("jurisdiction", [place]), scene.valid_at).doc).brief
        scope = "subtree" if chosen.subtree else "own"
        return {"jurisdiction": brief, "resolved_by": resolved_by, "scope": scope, **answer}


def _parts(scene: Scene, found: Sequence[units.Unit], chosen: Filter) -> list[Part]:
    def part(unit: units.Unit) -> Part:
        return lambda: _of_unit(scene, unit, chosen.wanted)

    return [part(unit) for unit in found]


async def _of_unit(scene: Scene, unit: units.Unit, wanted: Wanted) -> Flags:
    """The flags of a unit, with the duties not met."""
    unmet = await duty.of_places(scene, unit) if wanted.any_of(FURTHER) else []
    return await listing.of_unit(scene, unit, wanted, unmet)


async def _of_person(scene: Scene, person: str, wanted: Wanted) -> Flags:
    unmet = await duty.of_person(scene, person) if wanted.any_of(FURTHER) else []
    return await listing.of_person(scene, person, wanted, unmet)


async def _of_body(scene: Scene, body: str, wanted: Wanted) -> Flags:
    unmet = await duty.of_body(scene, body) if wanted.any_of(FURTHER) else []
    return await listing.of_body(scene, body, wanted, unmet)


async def _page(asked: Asked, scene: Scene, chosen: Filter, parts: Sequence[Part]) -> dict[str, Any]:
    """One page, unit by unit as far as it takes; `withheld` counts what a grant leaves out of the units it begins."""
    items: list[dict[str, Any]] = []
    at, given = chosen.start
    withheld, following = 0, None
    while at < len(parts):
        found = await parts[at]()
        heavy = [flag for flag in found.flags if flag.weight in chosen.severities]
        allowed = await _allowed(asked, scene, heavy)
        withheld += 0 if given else len(heavy) - len(allowed)  # a unit that goes on was counted where it began
        page = allowed[given : given + chosen.limit - len(items)]
        items += [flag.shown(found.ground.brief(flag.place)) for flag in page]
        if given + len(page) < len(allowed):
            following = f"{at}:{given + len(page)}"
            break
        at, given = at + 1, 0
        if len(items) == chosen.limit and at < len(parts):
            following = f"{at}:0"
            break
    return {**scene.header(), "items": items, "next": following, "withheld": withheld}


async def _allowed(asked: Asked, scene: Scene, found: Sequence[Flag]) -> Sequence[Flag]:
    """The flags that the asker's grant reaches, by today's tree; none that belong to no place where it is narrowed."""
    if not asked.asker.grant.jurisdictions:
        return found
    inside = await reached(asked, scene, {flag.place for flag in found if flag.place is not None})
    return [flag for flag in found if flag.place in inside]

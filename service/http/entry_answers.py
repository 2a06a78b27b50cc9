"""`/v1/logs/{log}`: answers about entries: who was responsible when one happened, and which came late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter

from events.entry import Entry
from events.errors import BadRequest, Forbidden, NotFound
from projections.answers import back_dated, responsible
from projections.rows import Reader
from projections.scene import Scene
from service.access import READERS, Asker
from service.asking import LogQuestion, check_reach, page_size, reaches, scene_of_log
from service.kinds_told import kinds_placing

router = APIRouter(prefix="/logs", tags=["logs"])

CHUNK: Final = 1000
MAX_SCANNED: Final = 20_000
"""How many entries one call looks at: a page may hold fewer items than asked for, or none, and still have a next."""
MAX_DAYS: Final = 1_000_000


@router.get("/{log}/events/{position}/responsible")
async def of_entry(asked: LogQuestion, log: str, position: int) -> Any:
    """Who was responsible at each dated step of an event, at its place. Of a correction: of the fact it is about."""
    asked.asker.require(*READERS)
    async with scene_of_log(asked, log) as scene:
        entry, versions = await _versions(scene, position)
        for kind in (entry.kind, versions[0].kind):
            if not asked.asker.reads(kind):
                raise Forbidden(what_zh=f"读取事件类型 {kind}", what_en=f"read events of the kind {kind}")
        asked.asker.require_kinds(kinds_placing(versions[0].kind))
        places = await responsible.places_at(scene.reader, versions)
        within = [place for place in places if await reaches(asked, scene, place)]
        await check_reach(asked, scene, next(iter(within), None), str(position))
        return await responsible.responsible(scene, entry, versions, within, len(places) - len(within))


async def _versions(scene: Scene, position: int) -> tuple[Entry, list[Entry]]:
    """An entry, and all versions of the fact it is about, the fact first. Raises NotFound."""
    reader = scene.reader
    found = await reader.entries([position])
    if not found:
        raise NotFound(value=str(position), what_zh="位置", what_en="position")
    fact = (await reader.entries([found[0].fact_position]))[0]
    return found[0], [fact, *await reader.versions([fact.position])]


@router.get("/{log}/back-dated")
async def late(asked: LogQuestion, log: str, days: int = 30, limit: int = 100, after: int = -1) -> Any:
    """Entries recorded more than `days` days after the day they are about, in order; a cursor is a position."""
    asked.asker.require(*READERS)
    asked.asker.require_log(log)
    if asked.asker.grant.jurisdictions:
        asked.asker.require("auditor")
    for name, value, least, most in (("days", days, 0, MAX_DAYS), ("after", after, -1, 2**62)):
        if not least <= value <= most:
            expected = f"{least} 至 {most}", f"{least} to {most}"
            raise BadRequest(name=name, value=value, expected_zh=expected[0], expected_en=expected[1])
    size = page_size(limit)
    async with scene_of_log(asked, log) as scene:
        items, looked, withheld = await _late(scene, days, size, after + 1, asked.asker)
        following = str(looked - 1) if looked < scene.reader.size else None
        return {"items": items, "next": following, **scene.ground(), "days": days, "withheld": withheld}


async def _late(scene: Scene, days: int, limit: int, start: int, asker: Asker) -> tuple[list[dict[str, Any]], int, int]:
    """Up to `limit` late entries from a position on, and the position after the last one looked at.

    And how many late ones were left out, because the asker may not read their kind.
    """
    reader = scene.reader
    found: list[dict[str, Any]] = []
    scanned = withheld = 0
    while start < reader.size and scanned < MAX_SCANNED:
        run = await reader.run(start, CHUNK)
        if not run:
            return found, reader.size, withheld
        kinds = await _kinds_of_facts(reader, run)
        scanned += len(run)
        for entry in run:
            start = entry.position + 1
            kind = kinds[entry.fact_position]
            shown = back_dated.item(entry, kind, days)
            if shown is None:
                continue
            if not asker.reads(entry.kind, kind):
                withheld += 1
                continue
            found.append(shown)
            if len(found) == limit:
                return found, start, withheld
    return found, start, withheld


async def _kinds_of_facts(reader: Reader, run: Sequence[Entry]) -> dict[int, str]:
    """Position to kind of the facts that some entries are about."""
    known = {entry.position: entry.kind for entry in run if entry.target_position is None}
    missing = sorted({entry.fact_position for entry in run} - known.keys())
    facts = await reader.entries(missing) if missing else []
    return known | {fact.position: fact.kind for fact in facts}

"""Back-dated entries of a place: recorded long after the day that they are about."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from events import edtf
from events.clock import day_of, read_stamp, stamp
from projections.answers import back_dated
from projections.answers.flags.flag import Flag
from projections.answers.flags.ground import Ground
from projections.answers.flags.told import Told

CODES: Final = ("back-dated",)
DEFAULT_DAYS: Final = 30


async def found(ground: Ground, facts: Iterable[Told], days: int) -> list[Flag]:
    """One flag for each entry, of a fact or of the correction that stands, recorded more than some days late."""
    told = list(facts)
    missing = {one["position"] for fact in told if fact.corrected and not fact.entries for one in fact.evidence}
    read = {entry.position: entry for entry in await ground.scene.reader.entries(sorted(missing))} if missing else {}
    flags = []
    for fact in told:
        if fact.on is not None and fact.recorded_at is not None and not fact.corrected:
            late = _late(fact.on, fact.recorded_at)
            if late > days:
                flags.append(_flag(fact, fact.position, fact.id, fact.kind, fact.on, fact.recorded_at, late))
            continue
        for entry in fact.entries or [read[one["position"]] for one in fact.evidence if one["position"] in read]:
            told_late = back_dated.days_late(entry, fact.kind)
            if told_late is not None and told_late[1] > days:
                when = stamp(entry.recorded_at)
                flags.append(_flag(fact, entry.position, entry.id, entry.kind, told_late[0], when, told_late[1]))
    return [flag for flag in flags if flag.detail["on"] <= ground.day]


def _flag(fact: Told, position: int, event: str, kind: str, on: str, recorded_at: str, late: int) -> Flag:
    detail = {"type": kind, "of": fact.kind, "on": on, "recorded_at": recorded_at, "days_late": late}
    shows = [{"position": position, "id": event, "type": kind}]
    last = edtf.parse(on).last.isoformat()
    recorded_on = day_of(read_stamp(recorded_at)).isoformat()
    return Flag("back-dated", fact.place, {**fact.about, "event": event}, last, recorded_on, late, detail, shows)


@lru_cache(4096)
def _late(on: str, recorded_at: str) -> int:
    """Days from the last day that a date may be to the day of recording, in Asia/Shanghai."""
    return (day_of(read_stamp(recorded_at)) - edtf.parse(on).last).days

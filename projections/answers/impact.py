"""What some events would change: chains of places and duties, from what to what, on the days they tell of and today.

The two scenes differ in their readers alone: one of the rows as they are, one of what they would be.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from projections.answers import changes, duties
from projections.answers.responsible import steps_of
from projections.answers.territory import Place, nearest
from projections.answers.whereabouts import places_of
from projections.duties.evaluating import Duty
from projections.duties.parties import doers
from projections.facts import Data
from projections.rows import Reader
from projections.scene import Scene
from projections.tenure import next_day

MAX_PLACES: Final = 20
"""How many places are looked at; `more_places` says how many there are besides."""
MAX_DAYS: Final = 6
"""On how many days their chains are compared, the earliest first, and always today."""
MAX_BELOW: Final = 3000
"""Places with more below them are named in `not_evaluated`: their duties rest on too much to be worked out twice."""


@dataclass(frozen=True, slots=True)
class Supposition:
    """Events that may be appended: the scene without and with them, the entities they touch, what they state."""

    before: Scene
    after: Scene
    touched: Collection[str]
    """Ids; of matters as `register:id`."""
    stated: Sequence[tuple[str, Data]]
    """(kind, data) of every version of every fact concerned."""


async def impact(supposed: Supposition, reaches: Callable[[str], Awaitable[bool]]) -> dict[str, Any]:
    """What would change. `reaches` says whether the asker may read about a place."""
    before, after = supposed.before, supposed.after
    today = before.valid_at
    days = _days(supposed.stated, today)
    readers = (before.reader, after.reader)
    own = {place for reader in readers for place in await places_of(reader, supposed.touched)}
    acting = {place for reader in readers for place in await _acting(reader, supposed.stated)}
    above = {place for reader in readers for place in await _above(reader, own | acting, today)}
    seen = [place for place in sorted(own | acting | above) if await reaches(place)]
    looked = seen[:MAX_PLACES]
    changed, heavy = await _duties(before, after, looked, days[0], today)
    return {
        "days": days,
        "more_places": len(seen) - len(looked),
        "withheld": len(own | acting | above) - len(seen),
        "jurisdictions": [await _brief(after.reader, place, today) for place in looked],
        "answers": [
            found
            for place in looked
            if place in own
            for day in days
            for found in await _chain(before, after, place, day)
        ],
        "duties": changed,
        "not_evaluated": heavy,
    }


def _days(stated: Sequence[tuple[str, Data]], today: str) -> list[str]:
    """The days the facts tell of, up to today: each the first day of which a step may speak."""
    told = {step.first for kind, data in stated for step in steps_of(kind, data) if not step.planned}
    return [*sorted(day for day in told if day < today)[: MAX_DAYS - 1], today]


async def _acting(reader: Reader, stated: Iterable[tuple[str, Data]]) -> set[str]:
    """The places of those who act, and where units among them help: their duties rest on what they do anywhere."""
    named = {one for kind, data in stated for one in doers(kind, data)}
    held = {row.doc["post_id"] for row in await reader.by("appointment", "person_id", named)} - {None}
    units = {row.doc["body_id"] for row in await reader.of("post", named | held)} - {None}
    helped = {row.doc["assisted"] for row in await reader.by("pairing", "helper", named | units)}
    return await places_of(reader, named | held | helped)


async def _above(reader: Reader, places: Collection[str], day: str) -> set[str]:
    return {row.entity_id for row in await reader.lineage(places, day)}


async def _brief(reader: Reader, place: str, day: str) -> dict[str, Any]:
    rows = await reader.of("jurisdiction", [place])
    return Place(place, nearest(rows, day).doc).brief if rows else {"id": place}


async def _chain(before: Scene, after: Scene, place: str, day: str) -> list[dict[str, Any]]:
    """The differences of a place's chain on a day; none where there are none."""
    if not any([await scene.reader.of("jurisdiction", [place]) for scene in (before, after)]):
        return []
    found = (await changes.changes(replace(before, valid_at=day), replace(after, valid_at=day), place)).answer
    if not found["differences"]:
        return []
    return [{"jurisdiction": found["jurisdiction"], "valid_at": day, "differences": found["differences"]}]


async def _duties(
    before: Scene, after: Scene, places: Sequence[str], first: str, today: str
) -> tuple[list[dict[str, Any]], list[str]]:
    """The duties of places whose status would change, in the windows from the first day on; and the places left out."""
    span = (first, next_day(today))
    changed: list[dict[str, Any]] = []
    heavy = []
    for place in places:
        if len(await after.reader.below(place, today)) > MAX_BELOW:
            heavy.append(place)
            continue
        asked = duties.Asked(span=span, subtree=False)
        old = {_key(one): one for one in (await duties.of_places(before, [place], asked)).duties}
        new = {_key(one): one for one in (await duties.of_places(after, [place], asked)).duties}
        changed += [
            _change(place, old.get(key), new.get(key))
            for key in sorted(old.keys() | new.keys())
            if _told(old.get(key)) != _told(new.get(key))
        ]
    return changed, heavy


def _key(duty: Duty) -> tuple[str, ...]:
    return (*duty.key, duty.outcome.until or "")


def _told(duty: Duty | None) -> Mapping[str, Any] | None:
    """What a change would be a change of: how the duty stands, how late, and how many days it leaves open."""
    if duty is None:
        return None
    outcome = duty.outcome
    return {"status": duty.status, "late_days": outcome.late_days, "actual": outcome.actual}


def _change(place: str, old: Duty | None, new: Duty | None) -> dict[str, Any]:
    one = new or old
    assert one is not None
    return {
        "duty": one.id,
        "rule": one.rule.id,
        "system": one.pack.system,
        "article": one.rule.article,
        "jurisdiction": place,
        "about": one.outcome.about,
        "window": {"from": one.outcome.since, "until": one.outcome.until},
        "before": _told(old),
        "after": _told(new),
    }

"""Who was responsible when something happened: a chain for each dated step of an event, at its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from events import edtf
from events.catalogue import registry as kinds
from events.dated import date_fields
from events.entry import Entry
from events.named import named_ids
from events.standing import decide
from projections.answers import chain
from projections.answers.whereabouts import places_of
from projections.facts import Data, standing_fact
from projections.folds.matter import pointing
from projections.registry import BY_KIND
from projections.rows import Reader
from projections.scene import Scene

MAX_PLACES: Final = 20
"""How many places of one event are answered for; `more_places` says how many there are besides."""
_OWN: Final = ("jurisdiction_id", "place_id")


@dataclass(frozen=True, slots=True)
class Step:
    """One date of an event: what happened on it, the date as stated, and the days it may be."""

    name: str
    on: str
    first: str
    last: str
    planned: bool


def steps_of(kind: str, data: Data) -> list[Step]:
    """The dates that data of a kind gives in order of day, those of what was planned last."""
    found = kinds.find(kind)
    assert found is not None
    steps = []
    for field in date_fields(found):
        value = data.get(field.name)
        if isinstance(value, str):
            on = field.day(value)
            span = edtf.parse(on)
            steps.append(Step(field.step, on, span.first.isoformat(), span.last.isoformat(), field.planned))
    return sorted(steps, key=lambda step: (step.planned, step.first, step.last))


def told(asked: Entry, versions: Sequence[Entry]) -> dict[str, Any]:
    """The entry asked about in brief, with the fact it is about as it stands.

    `versions`: the fact first, then all that is known to correct or annul it.
    """
    fact = standing_fact(versions)
    standing = decide(entry.version for entry in versions)
    status = "annulled" if fact is None else "stands" if fact.version == fact.position else "corrected"
    return {
        "position": asked.position,
        "id": asked.id,
        "type": asked.kind,
        "source": asked.source,
        "about": {"position": versions[0].position, "id": versions[0].id, "type": versions[0].kind},
        "data": dict((versions[0].stated or {}) if fact is None else fact.data),
        "standing": {"status": status, "version": standing.version},
    }


async def places_at(reader: Reader, versions: Sequence[Entry]) -> list[str]:
    """The places of the fact that stands: its own, else where what it is about is, else of what it names."""
    fact = standing_fact(versions)
    kind = None if fact is None else kinds.find(fact.kind)
    if fact is None or kind is None:
        return []
    own = {value for name in _OWN if isinstance(value := fact.data.get(name), str)}
    about = {
        one for projection in BY_KIND.get(fact.kind, ()) for one in projection.named(fact.kind, fact.data, fact.id)
    }
    for ids in (own, pointing(fact.kind, fact.data, fact.id), about, named_ids(kind, fact.data)):
        found = await places_of(reader, ids)
        if found:
            return sorted(found)
    return []


async def responsible(
    scene: Scene, asked: Entry, versions: Sequence[Entry], places: Sequence[str], withheld: int = 0
) -> dict[str, Any]:
    """`GET /logs/{log}/events/{position}/responsible` at these of the event's places."""
    fact = standing_fact(versions)
    steps = [] if fact is None else steps_of(fact.kind, fact.data)
    shown: list[dict[str, Any]] = []
    chains: dict[tuple[str, str], dict[str, Any]] = {}
    for step in steps:
        for place_id in places[:MAX_PLACES]:
            if (place_id, step.first) not in chains:
                chains[place_id, step.first] = await _chain(scene, place_id, step.first)
            shown.append(_step(step) | chains[place_id, step.first])
        if not places:
            shown.append(_step(step) | {"jurisdiction": None, "on_record": False, "flags": [], "chain": []})
    return {
        "event": told(asked, versions),
        **scene.ground(),
        "steps": shown,
        "withheld": withheld,
        "more_places": max(0, len(places) - MAX_PLACES),
    }


async def _chain(scene: Scene, place_id: str, day: str) -> dict[str, Any]:
    answer = await chain.of_place(replace(scene, valid_at=day), place_id)
    return {name: answer[name] for name in ("jurisdiction", "on_record", "policies", "flags", "chain")}


def _step(step: Step) -> dict[str, Any]:
    return {"step": step.name, "on": step.on, "as_of": step.first, "last": step.last, "planned": step.planned}

"""What belongs to no place on record: every entry of the log read, and what none of its places holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from events.entry import Entry
from projections.answers.flags.ground import Ground, ever_above, rows_of
from projections.answers.flags.told import Told, of_entries
from projections.answers.signed import signed_of
from projections.facts import standing_fact
from projections.folds.matter import own_id
from projections.folds.registers import OF_KIND
from projections.registry import BY_KIND
from projections.rows import Reader
from projections.scene import Scene

CHUNK: Final = 1000
_PLACELESS: Final = ("person",)
"""Projections whose entities are at no place by nature: what is recorded of them is not late because of it."""


async def nowhere(scene: Scene) -> tuple[Ground, list[Told]]:
    """The ground of what belongs to no place, and the facts about it up to the day, in the order of the log."""
    versions = await _versions(scene.reader)
    wanted: dict[str, set[str]] = {}
    for told in versions.values():
        for name, one in _entities(told):
            wanted.setdefault(name, set()).add(one)
    rows = dict(await rows_of(scene.reader, wanted))
    tree = await ever_above(scene.reader, wanted.get("jurisdiction", ()))
    signed = await signed_of(scene.reader, rows.get("letter", ()))
    ground = Ground(scene, frozenset(), tree, rows, signed, nowhere=True)
    facts = [fact for _, told in sorted(versions.items()) if (fact := _told(ground, told)) is not None]
    return ground, [fact for fact in facts if (fact.on or "") <= scene.valid_at]


async def _versions(reader: Reader) -> dict[int, list[Entry]]:
    """Every fact of the log, each with what corrects or annuls it."""
    found: dict[int, list[Entry]] = {}
    start = 0
    while run := await reader.run(start, CHUNK):
        for entry in run:
            found.setdefault(entry.fact_position, []).append(entry)
        start = run[-1].position + 1
    return found


def _entities(versions: list[Entry]) -> Iterable[tuple[str, str]]:
    """The entities that a fact tells of as it stands, by projection."""
    fact = standing_fact(versions)
    if fact is None:
        return
    for projection in BY_KIND.get(fact.kind, ()):
        for one in projection.named(fact.kind, fact.data, fact.id):
            yield projection.name, one


def _told(ground: Ground, versions: list[Entry]) -> Told | None:
    """A fact that stands and none of whose entities is at a place on record."""
    fact = standing_fact(versions)
    if fact is None:
        return None
    entities = list(_entities(versions))
    if any(name == "jurisdiction" and one in ground.tree for name, one in entities):
        return None
    if any(ground.place_of(one) is not None for _, one in entities):
        return None
    shows = tuple(fact.evidence)
    stating = [entry for entry in versions if entry.position in {one["position"] for one in shows}]
    return of_entries(tuple(stating), _about(fact.kind, entities), None, shows)


def _about(kind: str, entities: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What a fact tells of; a matter under its register."""
    about: dict[str, str] = {}
    for name, one in entities:
        if name == "matter":
            about[OF_KIND[kind][0].name] = own_id(one)
        else:
            about.setdefault(name, one)
    return about


def dated(facts: Iterable[Told]) -> list[Told]:
    """The facts whose date says when something was: of persons it is when they were born."""
    return [fact for fact in facts if not any(name in fact.about for name in _PLACELESS)]

"""What no place's own list holds: every entry of the log read, and those of no place on record found.

So are facts about a place, post, body, tenure, letter or pairing that its rows do not show: stated anew since, or a
change after the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from events.entry import Entry
from projections.answers.flags.ground import Ground, ever_above, rows_of
from projections.answers.flags.told import PLAIN, Told, of_entries
from projections.answers.signed import signed_of
from projections.facts import standing_fact
from projections.folds.matter import own_id
from projections.folds.registers import OF_KIND
from projections.registry import BY_KIND
from projections.rows import Reader
from projections.scene import Scene

CHUNK: Final = 1000


async def nowhere(scene: Scene) -> tuple[Ground, list[Told]]:
    """The ground of what belongs to no place, and the facts that no place holds, up to the day, as the log has them."""
    versions = await _versions(scene.reader)
    wanted: dict[str, set[str]] = {}
    for told in versions.values():
        for name, one in _entities(told):
            wanted.setdefault(name, set()).add(one)
    rows = dict(await rows_of(scene.reader, wanted))
    tree = await ever_above(scene.reader, wanted.get("jurisdiction", ()))
    signed = await signed_of(scene.reader, rows.get("letter", ()))
    ground = Ground(scene, frozenset(), tree, rows, signed, nowhere=True)
    shown = _shown(ground)
    facts = [fact for _, told in sorted(versions.items()) if (fact := _told(ground, told, shown)) is not None]
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


def _shown(ground: Ground) -> set[int]:
    """The positions of the entries that the rows show of what is at a place."""
    rows = [row for name in PLAIN for row in ground.of(name) if ground.place_of(row.entity_id) is not None]
    return {entry["position"] for row in rows for entry in row.doc["evidence"]}


def _told(ground: Ground, versions: list[Entry], shown: set[int]) -> Told | None:
    """A fact that stands and that no place on record holds, for none of its entities is there or nothing shows it."""
    fact = standing_fact(versions)
    if fact is None:
        return None
    entities = list(_entities(versions))
    places = [place for _, one in entities if (place := ground.place_of(one)) is not None]
    if places and (fact.position in shown or fact.kind in OF_KIND):
        return None
    shows = tuple(fact.evidence)
    stating = [entry for entry in versions if entry.position in {one["position"] for one in shows}]
    return of_entries(tuple(stating), _about(fact.kind, entities), min(places, default=None), shows)


def _about(kind: str, entities: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What a fact tells of; a matter under its register."""
    about: dict[str, str] = {}
    for name, one in entities:
        if name == "matter":
            about[OF_KIND[kind][0].name] = own_id(one)
        else:
            about.setdefault(name, one)
    return about

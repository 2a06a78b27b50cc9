"""How the chain of a place differs between two states of knowledge, or two days, and by which events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from events.errors import NotFound
from projections.answers import chain
from projections.answers.people import people
from projections.answers.statements import Key, Statements
from projections.answers.territory import not_found, resolve
from projections.rows import Reader
from projections.scene import Scene

NAMED: Final = ("id", "appointment", "key_id", "person_id", "jurisdiction", "post")
"""What names, within a value, a thing that has events of its own."""
OF_PERSONS: Final = frozenset({"person", "person_id"})
PATH: Final = Key("chain", "path", "jurisdictions")


@dataclass(frozen=True, slots=True)
class Sought:
    """What a reference means in the later of two scenes, or, where that knows no such place, in the earlier."""

    place: str
    resolved_by: str
    scene: Scene


@dataclass(frozen=True, slots=True)
class Changes:
    """An answer of `GET /jurisdictions/{ref}/changes` without its events, and where these are found."""

    answer: dict[str, Any]
    ids: list[str]
    """Of what differs and of whose names it shows: the events behind a difference name one of them."""
    facts: list[int]
    """Positions of entries that the earlier state rests on where it differs: what corrected one is behind it too."""


async def sought(before: Scene, after: Scene, ref: str) -> Sought:
    """Raises NotFound where neither scene knows the place, or Ambiguous."""
    try:
        return Sought(*await resolve(after.reader, ref, after.valid_at), after)
    except NotFound:
        return Sought(*await resolve(before.reader, ref, before.valid_at), before)


async def changes(before: Scene, after: Scene, place_id: str, resolved_by: str = "id") -> Changes:
    """The changes from the earlier scene to the later. In one that does not know the place it has an empty chain.

    Raises NotFound where neither knows it.
    """
    earlier, later = [await _chain(scene, place_id, resolved_by) for scene in (before, after)]
    shown = later.get("jurisdiction") or earlier.get("jurisdiction")
    if shown is None:
        raise not_found(place_id, "区划", "jurisdiction")
    old, new = Statements.of(earlier), Statements.of(later)
    # An empty list of a thing that is not there on the other side says nothing.
    differ = sorted(
        key for key in old.said.keys() | new.said.keys() if (old.said.get(key) or None) != (new.said.get(key) or None)
    )
    answer = {
        "jurisdiction": shown,
        "resolved_by": resolved_by,
        "before": {name: earlier.get(name) for name in ("valid_at", "known_at", "log")},
        "after": {name: later.get(name) for name in ("valid_at", "known_at", "log")},
        **after.header(),
        "differences": [_difference(key, old, new) for key in differ],
        "withheld": 0,
    }
    two_states = before.known.size != after.known.size
    named = {one for key in differ for one in _behind(key, old, new, before.known.size, two_states=two_states)}
    things = {(key.kind, key.id) for key in differ} | {("jurisdiction", one) for one in _moved(old, new)}
    facts = {position for thing in things for position in old.facts.get(thing, ())} if two_states else set()
    return Changes(answer, sorted(named), sorted(facts))


async def events_behind(reader: Reader, found: Changes, first: int, end: int, limit: int) -> list[int]:
    """Positions in [first, end) of up to `limit` entries behind the changes, in order.

    A person may be called what an id says that was given up for another.
    """
    who = await people(reader, found.ids)
    ids = {same for one in found.ids for same in who.ids_of(one)}
    named = await reader.mentioning(ids, first, end, limit)
    corrected = [entry.position for entry in await reader.versions(found.facts)] if found.facts else []
    return sorted({*named, *(one for one in corrected if first <= one < end)})[:limit]


async def _chain(scene: Scene, place_id: str, resolved_by: str) -> dict[str, Any]:
    if not await scene.reader.of("jurisdiction", [place_id]):
        return {"chain": [], **scene.header()}
    return await chain.of_place(scene, place_id, resolved_by)


def _difference(key: Key, old: Statements, new: Statements) -> dict[str, Any]:
    under = {"appointment": key.appointment} if key.kind == "letter" else {}
    sides = {"before": old.said.get(key), "after": new.said.get(key)}
    return {"kind": key.kind, "id": key.id, "field": key.field, **under, **sides}


def _behind(key: Key, old: Statements, new: Statements, size: int, *, two_states: bool) -> Iterator[str]:
    """The ids behind one difference. Names and merges of persons have no days: they tell no two days apart."""
    if key == PATH:
        yield from set(old.said[key]) ^ set(new.said[key])
        yield from _moved(old, new)
    elif key.kind != "chain":
        yield key.id
    if key.field not in OF_PERSONS or two_states:
        yield from _shown(old.said.get(key), new.said.get(key), persons=two_states)
    if key.kind == "letter" and two_states:
        yield from _matched(key, old, new, size)


def _moved(old: Statements, new: Statements) -> list[str]:
    """The places on both paths whose parent is another."""
    above, below = [dict(zip(path, [None, *path], strict=False)) for path in (old.said[PATH], new.said[PATH])]
    return [place for place in above.keys() & below.keys() if above[place] != below[place]]


def _matched(key: Key, old: Statements, new: Statements, size: int) -> Iterator[str]:
    """The holder whom a letter came to or went from though no new entry is about it: two ids may have been merged."""
    holders = [side.holders.get(key.appointment) for side in (old, new)]
    is_new = any(position >= size for position in new.facts.get((key.kind, key.id), ()))
    if None not in holders and not is_new and (key in old.said) != (key in new.said):
        yield from (one for one in holders if one is not None)


def _shown(before: Any, after: Any, *, persons: bool) -> Iterator[str]:
    """The ids of what two values show within them and tell differently: by another name, say."""
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for side in (before, after):
            yield from _own(side, persons=persons)
        for name in before.keys() & after.keys():
            if persons or name not in OF_PERSONS:
                yield from _shown(before[name], after[name], persons=persons)
    elif isinstance(before, list) and isinstance(after, list):
        for one in [*before, *after]:
            if one not in before or one not in after:
                yield from _within(one, persons=persons)
    else:
        yield from _within([before, after], persons=persons)


def _within(value: Any, *, persons: bool) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _own(value, persons=persons)
        for name, one in value.items():
            if persons or name not in OF_PERSONS:
                yield from _within(one, persons=persons)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from _within(one, persons=persons)


def _own(value: Mapping[str, Any], *, persons: bool) -> Iterator[str]:
    wanted = (name for name in NAMED if persons or name not in OF_PERSONS)
    yield from (value[name] for name in wanted if isinstance(value.get(name), str))

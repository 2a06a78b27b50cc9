"""From what a table says of a province to the events that say it: the first table, or what differs from it.

The events of a division follow those of its parent. The id of an event is made of the year, the kind
and the division, so that the same table makes the same events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from service.divisions.matching import Matching
from service.divisions.record import SOURCE, OnRecord
from service.divisions.tree import LEVELS, Node, Tree

BASIS: Final = "table"

REGISTERED: Final = "jurisdiction.registered"
RENAMED: Final = "jurisdiction.renamed"
REPARENTED: Final = "jurisdiction.reparented"
RESTRUCTURED: Final = "jurisdiction.restructured"


class Change(NamedTuple):
    """One event to be: its kind, the division it is about, and its data."""

    kind: str
    about: str
    data: dict[str, Any]


@dataclass(slots=True)
class Ids:
    """Gives new divisions their ids: `j-` and the code, with the year where another bore that code before."""

    year: int
    taken: set[str]
    borne: frozenset[str] = frozenset()
    given: dict[str, str] = field(default_factory=dict)

    def of(self, node: Node) -> str:
        """The id of a new division of a table."""
        known = self.given.get(node.key)
        if known is not None:
            return known
        plain = made = f"j-{node.code}"
        if plain in self.taken or node.code in self.borne:
            plain = made = f"{plain}-{self.year}"
        again = 1
        while made in self.taken:
            again += 1
            made = f"{plain}-{again}"
        self.taken.add(made)
        self.given[node.key] = made
        return made


def id_of(year: int, change: Change) -> str:
    """The id of the event of a change."""
    return f"{year}:{change.kind.removeprefix('jurisdiction.')}:{change.about}"


def event_of(year: int, change: Change) -> dict[str, Any]:
    """The CloudEvent of a change."""
    return {
        "specversion": "1.0",
        "id": id_of(year, change),
        "source": f"{SOURCE}{year}",
        "type": change.kind,
        "data": change.data,
    }


def registered(nodes: Iterable[Node], ids: Ids, known: dict[str, str], day: str | None = None) -> Iterator[Change]:
    """The registrations of new divisions, parents first; `known` are ids of those above, by key of the table."""
    for node in nodes:
        made = ids.of(node)
        parent = None if node.parent is None else known.get(node.parent) or ids.given[node.parent]
        data = {"jurisdiction_id": made, "code": node.code, "name_zh": node.name, "level": LEVELS[node.level]}
        if parent is not None:
            data["parent_id"] = parent
        if day is not None:
            data["effective_from"] = day
        yield Change(REGISTERED, made, data | {"basis": BASIS})


def differences(record: OnRecord, after: Tree, done: Matching, ids: Ids, day: str) -> Iterator[Change]:
    """What changed between the record and a newer table, effective on a day; nothing of what is undecided."""
    for level in range(len(LEVELS)):
        news = after.levels[level]
        founded = [new for new in news if new.key not in done.old_of and new.key not in done.held]
        yield from registered(founded, ids, done.old_of, day)
        for new in news:
            old = done.old_of.get(new.key)
            if old is not None:
                yield from _changed(record.tree[old], new, _parent(new, done, ids), day)
    merged: dict[str, list[str]] = {}
    for old, into in done.into.items():
        merged.setdefault(ids.given[into], []).append(old)
    for successor, olds in merged.items():
        data = {"kind": "merge", "predecessor_ids": sorted(olds), "successor_ids": [successor]}
        yield Change(RESTRUCTURED, successor, data | {"effective_from": day, "basis": BASIS})
    for level in reversed(range(len(LEVELS))):
        for node in record.tree.levels[level]:
            if not done.has_old(node.key):
                data = {"kind": "abolish", "predecessor_ids": [node.key], "effective_from": day, "basis": BASIS}
                yield Change(RESTRUCTURED, node.key, data)


def _parent(new: Node, done: Matching, ids: Ids) -> str | None:
    """The id of a division's parent; None where it has none, or that is undecided."""
    if new.parent is None:
        return None
    return done.old_of.get(new.parent) or ids.given.get(new.parent)


def _changed(old: Node, new: Node, parent: str | None, day: str) -> Iterator[Change]:
    """What changed of one division: its parent with its code, its name, or its code alone."""
    since = {"effective_from": day, "basis": BASIS}
    renamed: dict[str, Any] = {}
    if parent is not None and parent != old.parent:
        moved = {"jurisdiction_id": old.key, "new_parent_id": parent}
        if new.code != old.code:
            moved["new_code"] = new.code
        yield Change(REPARENTED, old.key, moved | since)
    elif new.code != old.code:
        renamed |= {"old_code": old.code, "new_code": new.code}
    if new.name != old.name:
        renamed |= {"old_name_zh": old.name, "new_name_zh": new.name}
    if renamed:
        yield Change(RENAMED, old.key, {"jurisdiction_id": old.key, **renamed, **since})


def sort_of(change: Change) -> str:
    """What a summary counts a change as."""
    if change.kind == REGISTERED:
        return "registered" if "effective_from" not in change.data else "founded"
    if change.kind == RENAMED:
        return "renamed" if "new_name_zh" in change.data else "recoded"
    if change.kind == REPARENTED:
        return "moved"
    return "merged" if change.data["kind"] == "merge" else "abolished"

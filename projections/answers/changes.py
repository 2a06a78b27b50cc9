"""How the chain of a place differs between two states of knowledge, or two days, and by which events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from projections.answers import chain
from projections.answers.territory import resolve
from projections.scene import Scene

Said = Mapping[tuple[str, str, str], Any]
"""(kind of thing, its id, what is said of it) to the value."""


async def changes(before: Scene, after: Scene, ref: str) -> dict[str, Any]:
    """`GET /jurisdictions/{ref}/changes`, without its events.

    A place that is not yet known at the earlier state has an empty chain there. Raises NotFound or
    Ambiguous where it is not known at the later one.
    """
    place_id, resolved_by = await resolve(after.reader, ref, after.valid_at)
    later = await chain.of_place(after, place_id, resolved_by)
    is_known = bool(await before.reader.of("jurisdiction", [place_id]))
    earlier = await chain.of_place(before, place_id) if is_known else {"chain": [], **before.header()}
    old, new = dict(_said(earlier["chain"])), dict(_said(later["chain"]))
    differences = [
        {"kind": kind, "id": one, "field": said, "before": old.get(key), "after": new.get(key)}
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
        for kind, one, said in (key,)
    ]
    return {
        "jurisdiction": later["jurisdiction"],
        "resolved_by": resolved_by,
        "before": {name: earlier.get(name) for name in ("valid_at", "known_at", "log")},
        "after": {name: later.get(name) for name in ("valid_at", "known_at", "log")},
        **after.header(),
        "differences": differences,
        "withheld": 0,
    }


def _said(levels: list[Any]) -> Iterator[tuple[tuple[str, str, str], Any]]:
    yield ("chain", "path", "jurisdictions"), [level["jurisdiction"]["id"] for level in levels]
    for level in levels:
        place = level["jurisdiction"]["id"]
        for name in ("code", "name", "level"):
            yield ("jurisdiction", place, name), level["jurisdiction"][name]
        for post in level["posts"]:
            yield from _said_of_post(post, place)
        for body in level["bodies"]:
            yield ("body", body["body"]["id"], "name"), body["body"]["name"]
            yield ("body", body["body"]["id"], "responsibilities"), _roles(body)
            for post in body["posts"]:
                yield from _said_of_post(post, body["body"]["id"])
        for pairing in level["assistance"]:
            for name in ("certainty", "helper", "from", "until"):
                yield ("pairing", pairing["pairing"], name), pairing[name]


def _roles(shown: Mapping[str, Any]) -> list[str]:
    return [f"{found['system']} {found['rule']} {found['role']}" for found in shown["responsibilities"]]


def _said_of_post(post: Mapping[str, Any], owner: str) -> Iterator[tuple[tuple[str, str, str], Any]]:
    post_id = post["post"]["id"]
    yield ("post", post_id, "of"), owner
    for name in ("title", "functions"):
        yield ("post", post_id, name), post["post"][name]
    for name in ("status", "substantive", "seats", "vacancy"):
        yield ("post", post_id, name), post[name]
    yield ("post", post_id, "responsibilities"), _roles(post)
    for held in post["holders"]:
        for name in ("person", "certainty", "capacity", "from", "until", "held_by", "gone_by"):
            yield ("appointment", held["appointment"], name), held[name]
        yield ("appointment", held["appointment"], "post"), post_id
        # A letter that is not in force that day says nothing of it, whenever it was recorded.
        for letter in (found for found in held["letters"] if found["in_force"] != "no"):
            for name in ("kind", "in_force", "signed_on", "countersigned", "counterparty"):
                yield ("letter", letter["id"], name), letter[name]


def ids_of(differences: list[Mapping[str, Any]]) -> list[str]:
    """The ids of the things that differ: the events behind a difference name one of them."""
    ids = {str(found["id"]) for found in differences if found["kind"] != "chain"}
    for found in differences:
        if found["kind"] == "chain":
            ids |= set(found["before"] or []) ^ set(found["after"] or [])
    return sorted(ids)

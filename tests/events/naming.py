"""The names of events, read slowly: by the JSON Schema of their kinds and a list of the texts that count as names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

from events.catalogue.registry import KINDS
from events.standing import ANNULLED, CORRECTED

Json = dict[str, Any]

CITED: Final = {
    ("exit.publicised", "posting_event_id"),
    ("finding.raised", "source_event_id"),
    ("funds.reimbursed", "acceptance_event_id"),
    ("household.identified", "deliberation_event_id"),
    ("jurisdiction.registered", "code"),
    ("jurisdiction.renamed", "new_code"),
    ("jurisdiction.renamed", "old_code"),
    ("jurisdiction.reparented", "new_code"),
    ("project.proposed", "consultation_event_id"),
    ("record.annulled", "annuls_event_id"),
    ("record.corrected", "corrects_event_id"),
    ("record.filed", "archive"),
    ("responsibility-letter.signed", "scope"),
    ("transfer.decided", "proposal_event_id"),
}
"""Texts that are no ids and count as names."""
ID: Final = 120
"""An id is the only text whose length is limited to so many characters."""


def own_names(kind: str, fact_kind: str, data: Json) -> set[str]:
    """What an event names by itself."""
    found = set(_ids(schema_of(kind), schema_of(kind), data))
    for name, value in data.items():
        if (kind, name) in CITED and value is not None:
            found.add(value.ljust(6, "0") if name.endswith("code") else value)
    if kind == CORRECTED:
        found |= own_names(fact_kind, fact_kind, data["corrected_payload"])
    return found


@cache
def schema_of(kind: str) -> Json:
    """The JSON Schema of a kind's data."""
    return KINDS[kind].model_json_schema()


def _ids(whole: Json, schema: Json, value: Any) -> Iterator[str]:
    if "$ref" in schema:
        yield from _ids(whole, whole["$defs"][schema["$ref"].rpartition("/")[2]], value)
    for option in schema.get("anyOf", ()):
        yield from _ids(whole, option, value)
    if isinstance(value, str) and schema.get("type") == "string" and schema.get("maxLength") == ID:
        yield value
    if isinstance(value, list) and schema.get("type") == "array":
        for one in value:
            yield from _ids(whole, schema["items"], one)
    if isinstance(value, dict) and schema.get("type") == "object":
        for name, one in value.items():
            if name in schema.get("properties", {}):
                yield from _ids(whole, schema["properties"][name], one)


def fact_of(events: Sequence[Json], position: int) -> int:
    """The position of the fact that an event is about, by the ids that its corrections and annulments name."""
    while (event := events[position])["type"] in (CORRECTED, ANNULLED):
        data = event["data"]
        named = data.get("corrects_event_id") or data["annuls_event_id"]
        position = next(at for at, one in enumerate(events) if one["id"] == named)
    return position


def names_of_all(events: Sequence[Json]) -> list[set[str]]:
    """The names of each event of a history: its own, and those of every earlier version of its fact."""
    facts = [fact_of(events, position) for position in range(len(events))]
    own = [
        own_names(event["type"], events[fact]["type"], event["data"]) for event, fact in zip(events, facts, strict=True)
    ]
    return [
        set().union(*(own[at] for at in range(position + 1) if facts[at] == fact))
        for position, fact in enumerate(facts)
    ]

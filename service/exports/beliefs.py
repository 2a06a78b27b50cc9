"""The facts of a log as tables, a kind of event each, and the entries: as they were believed, and when.

A fact has a row for each statement that stood of it, from `known_from` to `known_until` (null: still), so that what
was known at an instant is one condition: `known_from <= T AND (known_until IS NULL OR known_until > T)`. What was
recorded together has one instant; `from_position` and `until_position` are those of the entries themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from events.catalogue.base import Kind
from events.cloudevent import CORE
from service.exports.typed_columns import TEXT, bounded, types_of
from service.tables.edits import Belief

ENTRIES: Final = "entries"
ENTRY_COLUMNS: Final = {
    "position": "BIGINT", "id": TEXT, "source": TEXT, "type": TEXT, "dataschema": TEXT, "recorded_at": "TIMESTAMPTZ",
    "time": TEXT, "subject": TEXT, "about": "BIGINT", "names": "BIGINT", "erased": "BOOLEAN", "leaf_hash": TEXT,
    "credential": TEXT, "signed_by": f"{TEXT}[]", "extensions": "JSON",
}  # fmt: skip
FACT_COLUMNS: Final = {
    "fact_position": "BIGINT", "event_id": TEXT, "event_source": TEXT, "recorded_at": "TIMESTAMPTZ",
    "stated_at": "BIGINT", "known_from": "TIMESTAMPTZ", "known_until": "TIMESTAMPTZ",
    "from_position": "BIGINT", "until_position": "BIGINT",
}  # fmt: skip
Item = Mapping[str, Any]
"""An entry as the API gives it."""


def columns_of(kind: type[Kind]) -> Mapping[str, str]:
    """The columns of the table of a kind: whose fact it is, when it was known, and the fields of its data."""
    return {**FACT_COLUMNS, **types_of(kind)}


def fact_row(kind: type[Kind], item: Item, belief: Belief) -> dict[str, Any]:
    """The row of what was believed of a fact."""
    from_position, known_from = belief.since
    until_position, known_until = belief.until or (None, None)
    return {
        **bounded(kind, belief.data),
        "fact_position": item["position"],
        "event_id": item["id"],
        "event_source": item["source"],
        "recorded_at": item["recorded_at"],
        "stated_at": belief.position,
        "known_from": known_from,
        "known_until": known_until,
        "from_position": from_position,
        "until_position": until_position,
    }


def entry_row(item: Item) -> dict[str, Any]:
    """The row of an entry; of its content what is not in `data`."""
    event = item["event"] or {}
    return {
        **item,
        "time": event.get("time"),
        "subject": event.get("subject"),
        "erased": item["event"] is None,
        "signed_by": [one["key_id"] for one in item["signatures"] or ()],
        "extensions": {name: value for name, value in event.items() if name not in CORE} or None,
    }

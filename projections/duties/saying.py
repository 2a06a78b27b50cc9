"""Whether the data of an event says what a rule looks for: words in its text, fields that must be given. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

Words = Mapping[str, Sequence[str]]
"""Field of the data to words, of which one must be in its text; of several fields, one is enough."""


def mentions(data: Mapping[str, Any], words: Words) -> bool:
    """Whether one of the fields holds one of its words, in itself or in whatever it is made of."""
    return not words or any(
        word in text for field, looked_for in words.items() for text in texts(data.get(field)) for word in looked_for
    )


def texts(value: Any) -> Iterator[str]:
    """Every text in a value: itself, or in its lists and objects."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each)


def gives(data: Mapping[str, Any], fields: Collection[str]) -> bool:
    """Whether one of some fields is given (`changes.causes`: a field of a field); of none, always."""
    return not fields or any(_given(data, field) for field in fields)


def lacks(data: Mapping[str, Any], fields: Collection[str]) -> list[str]:
    """Those of some fields that are not given."""
    return [field for field in fields if not _given(data, field)]


def _given(data: Mapping[str, Any], field: str) -> bool:
    at: Any = data
    for part in field.split("."):
        at = at.get(part) if isinstance(at, Mapping) else None
    return at not in (None, "", [], {})

"""The catalogue of kinds as pages use it: titles of kinds and fields, and the words for the values they take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.console.visit import Visit

_NAMED: Final = re.compile(r"\b([a-z][a-z-]+) ([一-鿿]+)")
"""`transfer 调动`, as the note of a field lists its values."""


@dataclass(frozen=True)
class Catalogue:
    """Chinese titles of kinds and of fields, and the Chinese words of values. The catalogue has no English words."""

    kinds: Mapping[str, str]
    fields: Mapping[str, str]
    values: Mapping[tuple[str, str], str]
    """By field and value."""

    def value(self, field: str | None, value: str) -> str | None:
        """The word for a value of a field; None where the catalogue has none."""
        return self.kinds.get(value) or self.values.get((field or "", value))


def read(items: list[dict[str, Any]]) -> Catalogue:
    """A catalogue from the kinds as the API lists them; of fields of one name the first that has a title counts."""
    fields: dict[str, str] = {}
    values: dict[tuple[str, str], str] = {}
    for kind in items:
        for field in kind["fields"]:
            if field["title"]:
                fields.setdefault(field["name"], field["title"])
            for value, word in _NAMED.findall(field["note"] or ""):
                values.setdefault((field["name"], value), word)
    return Catalogue({kind["type"]: kind["title"] for kind in items}, fields, values)


async def catalogue(visit: Visit) -> Catalogue:
    """The catalogue of the application; it cannot change while that runs, so it is asked for once."""
    state = visit.request.app.state
    known: Catalogue | None = getattr(state, "kinds_of_console", None)
    if known is None:
        known = read((await visit.ask("/kinds"))["items"])
        state.kinds_of_console = known
    return known

"""The registry of kinds: every kind of the closed catalogue by its name, in the catalogue's order."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Final

from events.catalogue import (
    accountability,
    exits,
    households,
    letters,
    money,
    oversight,
    people,
    posts,
    projects,
    records,
    territory,
    work,
)
from events.catalogue.base import Kind

_MODULES: Final = (
    territory,
    posts,
    people,
    letters,
    work,
    oversight,
    accountability,
    money,
    projects,
    households,
    exits,
    records,
)


def _kinds_of(module: ModuleType) -> Iterator[type[Kind]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, Kind) and value.__module__ == module.__name__:
            yield value


def collect(*modules: ModuleType) -> dict[str, type[Kind]]:
    """The kinds defined in `modules` by name, in the order written.

    Raises ValueError where two kinds have one name.
    """
    kinds: dict[str, type[Kind]] = {}
    for module in modules:
        for kind in _kinds_of(module):
            if kind.NAME in kinds:
                raise ValueError(f"two kinds named {kind.NAME}: {kinds[kind.NAME].__name__} and {kind.__name__}")
            kinds[kind.NAME] = kind
    return kinds


KINDS: Final[dict[str, type[Kind]]] = collect(*_MODULES)


def find(name: str) -> type[Kind] | None:
    """The kind of that name, or None where the catalogue has none."""
    return KINDS.get(name)

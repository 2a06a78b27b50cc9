"""The ids that an event's data names, read off the types of its kind's fields."""

from __future__ import annotations

import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import ValidationError

from events.catalogue.base import Kind, Part
from events.fields import Names


def named_ids(kind: type[Kind], data: Mapping[str, Any]) -> set[str]:
    """Every entity id in data of a kind, wherever it stands in it."""
    found: set[str] = set()
    _collect(_shape(kind), data, found)
    return found


@cache
def _shape(model: type[Part]) -> Mapping[str, Any]:
    """Field (as in JSON) to `id`, a nested shape, or a one-item list of either; fields without ids left out.

    A part that may be given as a plain id has `id` under the empty name too.
    """
    hints = get_type_hints(model, include_extras=True)
    shapes = {(info.alias or name): _shape_of(hints[name]) for name, info in model.model_fields.items()}
    named = {name: shape for name, shape in shapes.items() if shape}
    return {**named, "": "id"} if _plain_field(model) in named else named


def _plain_field(model: type[Part]) -> str | None:
    """The field that a plain text given for the part stands for; None where it must be an object."""
    try:
        part = model.model_validate("x")
    except ValidationError:
        return None
    return next(iter(part.model_fields_set))


def _shape_of(hint: Any) -> Any:
    if any(isinstance(mark, Names) for mark in getattr(hint, "__metadata__", ())):
        return "id"
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return next((shape for arg in get_args(hint) if (shape := _shape_of(arg))), None)
    if origin is list:
        inner = _shape_of(get_args(hint)[0])
        return [inner] if inner else None
    if isinstance(hint, type) and issubclass(hint, Part):
        return _shape(hint)
    return None


def _collect(shape: Any, value: Any, found: set[str]) -> None:
    if isinstance(value, str):
        if shape == "id" or (isinstance(shape, dict) and "" in shape):
            found.add(value)
    elif isinstance(value, dict) and isinstance(shape, dict):
        for name, inner in shape.items():
            if name in value:
                _collect(inner, value[name], found)
    elif isinstance(value, list) and isinstance(shape, list):
        for item in value:
            _collect(shape[0], item, found)

"""What an event's data names, read off the types of its kind's fields: ids, and other texts things are found by."""

from __future__ import annotations

import types
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import ValidationError

from events.catalogue import registry
from events.catalogue.base import Kind, Part
from events.fields import Cites, Names, read_code
from events.standing import CORRECTED

Mark = type[Names] | type[Cites]
_CODE: Final = Cites("code")


class Reference(NamedTuple):
    """An id in data: where it stands (names of fields, indexes of lists), and what kind of thing it names."""

    path: tuple[str | int, ...]
    entity: str
    """As the field says it: `person`, `post`, `letter`..., `thing` or `any`."""
    id: str


def references(kind: type[Kind], data: Mapping[str, Any]) -> Iterator[Reference]:
    """Every entity id in data of a kind, with its place in it, in the order of the kind's fields."""
    return _referring(_shape(kind, (Names,), _entity_of), data, ())


def _referring(shape: Any, value: Any, path: tuple[str | int, ...]) -> Iterator[Reference]:
    if isinstance(value, str):
        entity = shape.get("") if isinstance(shape, dict) else shape
        if isinstance(entity, str):
            yield Reference(path, entity, value)
    elif isinstance(value, dict) and isinstance(shape, dict):
        for name, inner in shape.items():
            if name and name in value:
                yield from _referring(inner, value[name], (*path, name))
    elif isinstance(value, list) and isinstance(shape, list):
        for index, item in enumerate(value):
            yield from _referring(shape[0], item, (*path, index))


def named_ids(kind: type[Kind], data: Mapping[str, Any]) -> set[str]:
    """Every entity id in data of a kind, wherever it stands in it."""
    return _found(_shape(kind, (Names,)), data)


def names_in(kind: str, fact_kind: str, data: Any) -> set[str]:
    """Every name in an entry's data: ids as sent, and the texts by which answers find an event beside them.

    Of a correction those of its own, such as who approved it, and those of what it corrects its fact to. A
    kind that is not in the catalogue names nothing.
    """
    found = _found(_whole_shape(kind), data)
    if kind == CORRECTED and isinstance(data, dict):
        _collect(_whole_shape(fact_kind), data.get("corrected_payload"), found)
    return found


@cache
def _whole_shape(kind: str) -> Mapping[str, Any]:
    """Where a kind's names stand; nowhere for a kind that there is not."""
    model = registry.find(kind)
    return {} if model is None else _shape(model, (Names, Cites))


def _found(shape: Mapping[str, Any], data: Any) -> set[str]:
    found: set[str] = set()
    _collect(shape, data, found)
    return found


def _form_of(mark: Names | Cites) -> str:
    return "code" if mark == _CODE else "id"


def _entity_of(mark: Names) -> str:
    return mark.entity


@cache
def _shape(model: type[Part], marks: tuple[Mark, ...], leaf: Callable[[Any], str] = _form_of) -> Mapping[str, Any]:
    """Field (as in JSON) to what `leaf` makes of its mark, a nested shape, or a one-item list of one.

    Fields without marks are left out. A part that may be given as a plain id has that leaf under the empty name too.
    """
    hints = get_type_hints(model, include_extras=True)
    shapes = {(info.alias or name): _shape_of(hints[name], marks, leaf) for name, info in model.model_fields.items()}
    named = {name: shape for name, shape in shapes.items() if shape}
    plain = _plain_field(model)
    return {**named, "": named[plain]} if plain in named else named


def _plain_field(model: type[Part]) -> str | None:
    """The field that a plain text given for the part stands for; None where it must be an object."""
    try:
        part = model.model_validate("x")
    except ValidationError:
        return None
    return next(iter(part.model_fields_set))


def _shape_of(hint: Any, marks: tuple[Mark, ...], leaf: Callable[[Any], str]) -> Any:
    for mark in getattr(hint, "__metadata__", ()):
        if isinstance(mark, marks):
            return leaf(mark)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return next((shape for arg in get_args(hint) if (shape := _shape_of(arg, marks, leaf))), None)
    if origin is list:
        inner = _shape_of(get_args(hint)[0], marks, leaf)
        return [inner] if inner else None
    if isinstance(hint, type) and issubclass(hint, Part):
        return _shape(hint, marks, leaf)
    return None


def _collect(shape: Any, value: Any, found: set[str]) -> None:
    if isinstance(value, str):
        if shape == "id" or (isinstance(shape, dict) and "" in shape):
            found.add(value)
        elif shape == "code":
            found.add(read_code(value) or value)
    elif isinstance(value, dict) and isinstance(shape, dict):
        for name, inner in shape.items():
            said = value.get(name)
            if inner == "id" and isinstance(said, str):
                found.add(said)
            elif said is not None:
                _collect(inner, said, found)
    elif isinstance(value, list) and isinstance(shape, list):
        for item in value:
            _collect(shape[0], item, found)


class Naming:
    """The names of entries as they come, in the order of the log: each with those of its fact's earlier versions.

    So what corrects or annuls a fact is found under every name that the fact ever had.
    """

    def __init__(self, corrected: Container[int] | None = None) -> None:
        """`corrected`: the positions of facts that a later entry is about; None remembers every fact for it."""
        self._corrected = corrected
        self._facts: dict[int, tuple[str, tuple[str, ...]]] = {}

    def of(self, position: int, kind: str, fact: int, data: Any, erased: Iterable[str] | None = None) -> set[str]:
        """The names of an entry about the fact at `fact`, from its data, or where that is erased from those on record.

        A fact that was not seen before is of no kind and has no names.
        """
        fact_kind, before = (kind, ()) if fact == position else self._facts.get(fact, ("", ()))
        found = names_in(kind, fact_kind, data) if erased is None else set(erased)
        found.update(before)
        if fact != position or self._corrected is None or position in self._corrected:
            self._facts[fact] = (fact_kind, tuple(found))
        return found

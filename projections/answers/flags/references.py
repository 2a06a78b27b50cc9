"""References that lead nowhere: ids in what was reported that nothing on record bears."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

from events.catalogue import registry as kinds
from events.catalogue.base import Part
from events.fields import Names
from projections.answers.flags.flag import Flag
from projections.answers.flags.ground import Ground
from projections.answers.flags.told import Told
from projections.folds.matter import matter_id
from projections.folds.registers import REGISTERS
from projections.rows import Reader

CODES: Final = ("dangling-reference",)
NOBODY: Final = frozenset({"anonymous"})
"""Words that the catalogue lets stand in place of an id."""
_ROWS: Final = ("jurisdiction", "post", "body", "person", "appointment", "letter", "pairing")
_TOGETHER: Final = 5000


class Reference(NamedTuple):
    """One id in a fact's data: the field that holds it, what it should name (`any`, `thing`: several), the id."""

    field: str
    entity: str
    id: str


async def found(ground: Ground, facts: Iterable[Told]) -> list[Flag]:
    """One flag for each fact that names what is not on record, with all such ids of it."""
    named = [(fact, list(references(fact.kind, fact.data))) for fact in facts]
    known = await _known(ground, {one for _, found in named for one in found})
    flags = []
    for fact, refs in named:
        missing = [one for one in refs if (one.entity, one.id) not in known]
        if missing:
            about = {**fact.about, "event": fact.id}
            detail = {
                "type": fact.kind,
                "on": fact.on,
                "missing": [{"field": one.field, "names": one.entity, "id": one.id} for one in missing],
            }
            concerns = frozenset(one.id for one in refs)
            flags.append(
                Flag(
                    "dangling-reference", fact.place, about, _day(fact.on), None, None, detail, fact.evidence, concerns
                )
            )
    return flags


def _day(on: str | None) -> str | None:
    """A date where it is exact."""
    return on if on is not None and len(on) == len("2018-03-05") else None


async def _known(ground: Ground, refs: set[Reference]) -> set[tuple[str, str]]:
    """Which of what is named is on record, as what it should be."""
    here = {name: {row.entity_id for row in ground.of(name)} for name in _ROWS}
    here["jurisdiction"] = set(ground.tree)
    things = {one.partition(":")[2] for one in ground.matters}
    wanted = {(one.entity, one.id) for one in refs if one.id not in NOBODY}
    known = {(one.entity, one.id) for one in refs if one.id in NOBODY}
    for entity, one in wanted:
        in_rows = any(one in here[name] for name in _ROWS if entity in (name, "any"))
        if in_rows or (entity in ("any", "thing") and one in things):
            known.add((entity, one))
    return known | await _elsewhere(ground.scene.reader, wanted - known)


async def _elsewhere(reader: Reader, wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of what was not found at the places is on record elsewhere in the log."""
    known: set[tuple[str, str]] = set()
    plain = {one for entity, one in wanted if entity != "thing"}
    if plain:
        named = {name: {row.entity_id for row in rows} for name, rows in (await reader.named(sorted(plain))).items()}
        for name in ("appointment", "letter", "pairing"):
            asked = {one for entity, one in wanted if entity in (name, "any")}
            named[name] = {row.entity_id for row in await reader.of(name, sorted(asked))} if asked else set()
        known |= {(e, one) for e, one in wanted for name in named if e in (name, "any") and one in named[name]}
    things = {one for entity, one in wanted - known if entity in ("any", "thing")}
    forms = sorted(matter_id(register, one) for one in things for register in REGISTERS)
    there: set[str] = set()
    for start in range(0, len(forms), _TOGETHER):
        rows = await reader.of("matter", forms[start : start + _TOGETHER])
        there |= {row.entity_id.partition(":")[2] for row in rows}
    return known | {(entity, one) for entity, one in wanted if entity in ("any", "thing") and one in there}


def references(kind: str, data: Mapping[str, Any]) -> Iterator[Reference]:
    """Every id in data of a kind that should name something, wherever it stands in it; free citations are left out."""
    model = kinds.find(kind)
    if model is not None:
        yield from _in(_shape(model), data, "")


@cache
def _shape(model: type[Part]) -> Mapping[str, Any]:
    """Field (as in JSON) to what it names, a nested shape, or a one-item list of one; other fields left out."""
    hints = get_type_hints(model, include_extras=True)
    shapes = {(info.alias or name): _shape_of(hints[name]) for name, info in model.model_fields.items()}
    return {name: shape for name, shape in shapes.items() if shape}


def _shape_of(hint: Any) -> Any:
    for mark in getattr(hint, "__metadata__", ()):
        if isinstance(mark, Names):
            return mark.entity
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return next((shape for arg in get_args(hint) if (shape := _shape_of(arg))), None)
    if origin is list:
        inner = _shape_of(get_args(hint)[0])
        return [inner] if inner else None
    return _shape(hint) if isinstance(hint, type) and issubclass(hint, Part) else None


def _in(shape: Any, value: Any, path: str) -> Iterator[Reference]:
    if isinstance(shape, str):
        if isinstance(value, str):
            yield Reference(path, shape, value)
    elif isinstance(shape, list):
        for one in value if isinstance(value, list) else ():
            yield from _in(shape[0], one, path)
    elif isinstance(value, str):  # a part that may be given as a plain id
        yield Reference(path, "any", value)
    elif isinstance(value, dict):
        for name, inner in shape.items():
            if name in value:
                yield from _in(inner, value[name], f"{path}.{name}" if path else name)

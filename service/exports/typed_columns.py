"""The columns of a kind of event in a table of typed columns, from the schema of the kind that the API publishes.

Types are DuckDB's. An amount is an exact decimal and a day a date; an EDTF date, which may be a month or a year, stays
the text it is and has the first and the last day it may be beside it. An object is a STRUCT, a list a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from events import edtf
from events.catalogue.base import Kind

Schema = Mapping[str, Any]

TEXT: Final = "VARCHAR"
_OF_FORM: Final = {
    "money": "DECIMAL(18,2)",  # 16 digits and two decimals
    "decimal": "DECIMAL(24,8)",
    "ratio": "DECIMAL(9,8)",
    "day": "DATE",
}
_OF_TYPE: Final = {"string": TEXT, "integer": "BIGINT", "boolean": "BOOLEAN"}
_ANYTHING: Final = "JSON"


@cache
def types_of(kind: type[Kind]) -> Mapping[str, str]:
    """The type of each field of a kind's data, those of its EDTF dates with `_first` and `_last` too."""
    found: dict[str, str] = {}
    for name, schema, definitions in _fields(kind):
        found[name] = _type(schema, definitions)
        if _form(schema) == "edtf":
            found |= dict.fromkeys(_bounds(name), "DATE")
    return found


def bounded(kind: type[Kind], data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an event with the first and the last day that each of its EDTF dates may be."""
    told = dict(data)
    for name in _dates(kind):
        if data.get(name) is not None:
            span = edtf.parse(data[name])
            first, last = _bounds(name)
            told[first], told[last] = span.first.isoformat(), span.last.isoformat()
    return told


@cache
def _dates(kind: type[Kind]) -> tuple[str, ...]:
    return tuple(name for name, schema, _ in _fields(kind) if _form(schema) == "edtf")


def _bounds(name: str) -> tuple[str, str]:
    return f"{name}_first", f"{name}_last"


@cache
def _fields(kind: type[Kind]) -> tuple[tuple[str, Schema, Schema], ...]:
    """The name and the schema of each field, and the definitions that the schema refers to."""
    schema = kind.model_json_schema()
    definitions = schema.get("$defs", {})
    return tuple((name, _stated(field), definitions) for name, field in schema.get("properties", {}).items())


def _stated(schema: Schema) -> Schema:
    """A schema without null, which means absent. What may be of several forms is left as it is."""
    several = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return several[0] if len(several) == 1 else schema


def _form(schema: Schema) -> str | None:
    form: str | None = schema.get("x-form")
    return form


def _type(schema: Schema, definitions: Schema) -> str:
    schema = _stated(schema)
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if "items" in schema:
        return f"{_type(schema['items'], definitions)}[]"
    if "properties" in schema:
        fields = (f'"{name}" {_type(field, definitions)}' for name, field in schema["properties"].items())
        return f"STRUCT({', '.join(fields)})"
    return _OF_FORM.get(_form(schema) or "") or _OF_TYPE.get(schema.get("type", ""), _ANYTHING)

"""The fields of a form, as the JSON Schema of a kind of event describes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from events.fields import FORMS
from service.console import words
from service.console.words import Pair

Schema = Mapping[str, Any]

_EITHER_TIME: Final = (
    "日期 2018-03-05,或带时区的时间 2018-03-05T09:00:00+08:00",
    "a day 2018-03-05, or a time with an offset 2018-03-05T09:00:00+08:00",
)
_HINTS: Final[Mapping[str, Pair]] = {
    "edtf": (
        "只知年份写 2018,只知月份写 2018-03,知道日期写 2018-03-05",
        "2018 if only the year is known, 2018-03 if only the month, else 2018-03-05",
    ),
    "money": ("单位元,两位小数,例如 170000000.00", "yuan with two decimals, for example 170000000.00"),
    "decimal": ("数字,例如 12.5", "a number, for example 12.5"),
    "ratio": ("0 至 1 之间的小数,例如 0.30", "a fraction from 0 to 1, for example 0.30"),
    "timestamp": ("北京时间", "in the time of Beijing (UTC+8)"),
    "map": ("一行一项:名称=值", "one a line: name=value"),
    "count": ("整数", "an integer"),
    "flag": ("", ""),
    "text": ("", ""),
    "id": ("", ""),
    "code": ("6、9 或 12 位数字", "6, 9 or 12 digits"),
    "classification": ("", ""),
    "day": ("", ""),
}
"""What is said beside a field, where the form's own words say more than one who fills it in needs."""


_CALLED: Final[Mapping[str, str]] = {
    "merge": "合并",
    "split": "拆分",
    "abolish": "撤销",
    "not-delisted": "未摘帽",
    "poor-population": "贫困人口数量",
    "poverty-rate": "贫困发生率",
    "expired": "到期",
    "rolling": "滚动规划",
    "annual": "年度计划",
    "measures": "措施清单",
    "implementation": "实施方案",
    "fund-consolidation": "资金整合方案",
    "village": "村级规划",
    "household": "到户计划",
    "supervision": "督查计划",
    "contingency": "应急预案",
    "assistance": "帮扶计划",
}
"""What values are called where neither the note of their field nor another page says it."""
_HERE_FIRST: Final = frozenset({"plan_kind"})
"""Fields whose values are called otherwise than the same words on other pages."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a field may have."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it is called, how it is filled in, and what stands in it where it is a group or a list."""

    name: str
    title: str
    note: str
    required: bool
    shape: str
    """`text`, `id`, `day`, `edtf`, `timestamp`, `integer`, `flag`, `choice`, `choices`, `object`, `list`, `map`."""
    hint: Pair = ("", "")
    entity: str = ""
    """What an id names: `jurisdiction`, `person`, `any`..."""
    form: str = ""
    choices: Sequence[Choice] = ()
    members: Sequence[Field] = ()
    """Of an object, its fields; of a list, the one that each of its items is."""


def fields_of(schema: Schema) -> list[Field]:
    """The fields of a kind in its order; those that every kind has come last."""
    defined = schema.get("$defs", {})
    found = list(_members(schema, defined))
    return sorted(found, key=lambda field: field.name == "basis")


def _members(schema: Schema, defined: Schema) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, told in schema.get("properties", {}).items():
        title, note = str(told.get("title") or name), str(told.get("description") or "")
        yield _field(name, title, note, name in required, told, defined)


def _field(name: str, title: str, note: str, required: bool, told: Schema, defined: Schema) -> Field:
    form = _plain(told, defined)
    if "enum" in form or "const" in form:
        values = form.get("enum") or [form["const"]]
        return Field(name, title, note, required, "choice", choices=_choices(name, values, note))
    if form.get("properties") is not None:
        return Field(name, title, note, required, "object", members=tuple(_members(form, defined)))
    if form.get("type") == "array":
        item = _plain(form.get("items", {}), defined)
        if "enum" in item:
            return Field(name, title, note, required, "choices", choices=_choices(name, item["enum"], note))
        inner = _field("", title, "", False, item, defined)
        return Field(name, title, note, required, "list", members=(inner,))
    said = str(
        form.get("x-form") or {"object": "map", "integer": "count", "boolean": "flag"}.get(form.get("type", ""), "text")
    )
    shape = {"count": "integer", "seats": "integer", "year": "integer"}.get(said, said)
    if shape not in ("id", "day", "edtf", "timestamp", "integer", "flag", "map"):
        shape = "text"
    hint = _EITHER_TIME if len(form.get("anyOf", ())) > 1 else _HINTS.get(said) or FORMS.get(said, ("", ""))
    return Field(name, title, note, required, shape, hint, str(form.get("x-names") or ""), said)


def _plain(told: Schema, defined: Schema) -> Schema:
    """A schema without null and references; of several forms the object, else what all of them are."""
    if "$ref" in told:
        return _plain(defined[told["$ref"].rpartition("/")[2]], defined)
    forms = [form for form in told.get("anyOf", ()) if form.get("type") != "null"]
    if len(forms) == 1:
        return _plain(forms[0], defined)
    whole = [form for form in (_plain(form, defined) for form in forms) if form.get("properties") is not None]
    return whole[0] if whole else told


def _choices(field: str, values: Sequence[Any], note: str) -> tuple[Choice, ...]:
    """Values with their names: as the note of the field explains them, else as the console calls them."""
    return tuple(_choice(field, str(value), note) for value in values)


def _choice(field: str, value: str, note: str) -> Choice:
    said = re.search(rf"(?<![\w-]){re.escape(value)} ([^、;;,,。 ]+)", note)
    here = _CALLED.get(value, value)
    elsewhere = words.name(value, "zh")
    called = here if field in _HERE_FIRST or elsewhere == value else elsewhere
    return Choice(value, said[1] if said else called, value.replace("-", " "))

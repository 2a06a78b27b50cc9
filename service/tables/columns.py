"""The columns of a kind of event: one for each field of its data, under its Chinese title.

A field that is an object has a column for each field of its own, `签订人.人员编号`. A list is one cell,
its items separated by semicolons of either width; a list of objects, and a free object, is JSON in
the cell. A cell that begins with `[` or `{` is read as JSON wherever a list or an object is meant, so
nothing is lost that a separator stands in. Columns are understood by their English names too.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints
from unicodedata import normalize

from events.canonical import MAX_SAFE
from events.catalogue.base import Kind, Part
from events.fields import FORMS, DivisionCode, Money, Names, read_code
from service.tables.cells import Dated, Number, flag_cell, tidied
from service.tables.sheet import is_marked_as_text, is_spreadsheet_number

_SEPARATOR: Final = re.compile(r"[;\uff1b]")
_WHOLE: Final = re.compile(r"\d+(?:\.\d{1,2})?", re.ASCII)
"""What a spreadsheet kept as a number and is an amount of whole fen."""
_INTEGER: Final = re.compile(r"[+-]?\d{1,16}", re.ASCII)
_FLAGS: Final = {"是": True, "否": False, "true": True, "false": False}
_AS_NUMBER: Final = (
    "{form};此值是电子表格把编号当作数字保存的结果,原值已不可知,请在原件中查对后以文本填写",
    "{form}; a spreadsheet saved this one as a number, and what it was cannot be told: look it up and enter it as text",
)
_AS_DAY: Final = (
    "{form};此值是电子表格把编号当作日期保存的结果,原值已不可知,请在原件中查对后以文本填写",
    "{form}; a spreadsheet saved this one as a date, and what it was cannot be told: look it up and enter it as text",
)
_AS_TEXT: Final = (
    '{form};此值带着让电子表格保留文本的标记(="…" 或 \'):请去掉标记,核对后填写',
    '{form}; this one is in the marks by which a spreadsheet keeps text (="..." or \'): check it, and enter it without',
)
_TOO_SHORT: Final = (
    "{form};只有 {count} 位(丢了零?)",
    "{form}; it has {count} digits (were zeros lost?)",
)

_CODE: Final = get_args(DivisionCode)[1]
_MONEY: Final = get_args(Money)[2]

Shape = Literal["text", "id", "code", "money", "integer", "flag", "list", "json"]


class CellFault(ValueError):
    """A cell that cannot be read: what was expected, in Chinese and in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, the field of `data` that it fills, and what its cells hold."""

    header: str
    path: tuple[str, ...]
    shape: Shape
    items: Shape = "text"
    """What a list holds."""
    whole: bool = False
    """Whether it is an object that has columns of its own: understood, but not in a template."""

    @property
    def name(self) -> str:
        """The English header."""
        return ".".join(self.path)

    def read(self, cell: str) -> Any:
        """The value of a cell that is not blank. Raises CellFault; what only its kind can judge passes as text."""
        if self.shape == "list":
            if cell.startswith("["):
                return _json(cell, list)
            if isinstance(cell, Dated):
                return [_scalar(self.items, cell)]
            return [_scalar(self.items, item) for item in map(tidied, _SEPARATOR.split(cell)) if item]
        if self.shape == "json":
            return _json(cell, (dict, list)) if cell.startswith(("[", "{")) else cell
        return _scalar(self.shape, cell)

    def write(self, value: Any) -> str:
        """The cell of a value. `read` gives the value back, but for what no cell keeps, such as blanks at its ends."""
        if isinstance(value, bool):
            return flag_cell(value)
        if isinstance(value, list) and self.shape == "list":
            plain = ";".join(map(str, value))
            return plain if self._holds(plain, value) else _shown_json(value)
        return _shown_json(value) if isinstance(value, (dict, list)) else str(value)

    def _holds(self, cell: str, value: list[Any]) -> bool:
        try:
            return bool(value) and bool(self.read(cell) == value)
        except CellFault:
            return False


def read_id(cell: str) -> str:
    """The id in a cell that is not blank. Raises CellFault where a spreadsheet damaged it."""
    return str(_scalar("id", cell))


def _scalar(shape: Shape, cell: str) -> Any:
    if shape in ("id", "code"):
        zh, en = FORMS[shape]
        if is_spreadsheet_number(cell):
            raise CellFault(_AS_NUMBER[0].format(form=zh), _AS_NUMBER[1].format(form=en))
        if isinstance(cell, Dated):
            raise CellFault(_AS_DAY[0].format(form=zh), _AS_DAY[1].format(form=en))
        if is_marked_as_text(cell):
            raise CellFault(_AS_TEXT[0].format(form=zh), _AS_TEXT[1].format(form=en))
        if shape == "code" and cell.isascii() and cell.isdigit() and read_code(cell) is None:
            count = len(cell)
            raise CellFault(_TOO_SHORT[0].format(form=zh, count=count), _TOO_SHORT[1].format(form=en, count=count))
        return str(cell)
    if shape == "money" and isinstance(cell, Number) and _WHOLE.fullmatch(cell):
        return f"{Decimal(cell):.2f}"
    if shape == "integer" and _INTEGER.fullmatch(cell) and abs(int(cell)) < MAX_SAFE:
        return int(cell)
    if shape == "flag":
        return _FLAGS.get(cell.lower(), str(cell))
    return str(cell)


def _json(cell: str, wanted: type | tuple[type, ...]) -> Any:
    try:
        value = json.loads(cell, parse_float=_no_float, object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError) as error:
        raise CellFault(f"JSON:{error}", f"JSON: {error}") from None
    if not isinstance(value, wanted):
        raise CellFault("JSON 数组或对象", "a JSON array or object")
    return value


def _shown_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _no_float(text: str) -> Any:
    raise ValueError(f"{text}: no float; write amounts as strings · 不接受浮点数")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice · 键重复")
    return found


@cache
def columns_of(kind: type[Kind]) -> tuple[Column, ...]:
    """The columns of a kind, in the order of its fields; those that every kind has come last."""
    every = [column for column in _columns(kind, (), ()) if not column.whole]
    shared = Kind.model_fields.keys()
    return tuple(sorted(every, key=lambda column: column.path[0] in shared))


@cache
def understood(kind: type[Kind]) -> Mapping[str, Column]:
    """The columns of a kind by every header, folded, that they are understood under; those of whole objects too."""
    every = list(_columns(kind, (), ()))
    return {folded(column.name): column for column in every} | {folded(column.header): column for column in every}


def folded(header: str) -> str:
    """A header as it is compared: without white space, brackets and letters of one width and case."""
    return "".join(normalize("NFKC", header).split()).casefold()


def _columns(model: type[Part], titles: tuple[str, ...], path: tuple[str, ...]) -> Iterator[Column]:
    hints = get_type_hints(model, include_extras=True)
    for name, info in model.model_fields.items():
        title, field = (*titles, info.title or name), (*path, info.alias or name)
        part = _part(hints[name])
        if part is not None:
            yield Column(".".join(title), field, "json", whole=True)
            yield from _columns(part, title, field)
        else:
            shape, items = _shape(hints[name])
            yield Column(".".join(title), field, shape, items)


def _bare(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without `| None` and without its annotations, and those."""
    marks: tuple[Any, ...] = ()
    while True:
        if hasattr(hint, "__metadata__"):
            marks += hint.__metadata__
            hint = get_args(hint)[0]
        elif get_origin(hint) in (Union, types.UnionType):
            hint = next(arg for arg in get_args(hint) if arg is not type(None))
        else:
            return hint, marks


def _part(hint: Any) -> type[Part] | None:
    bare, _ = _bare(hint)
    return bare if isinstance(bare, type) and issubclass(bare, Part) else None


def _shape(hint: Any) -> tuple[Shape, Shape]:
    bare, marks = _bare(hint)
    if get_origin(bare) is list:
        inner = get_args(bare)[0]
        return ("json", "text") if _part(inner) is not None else ("list", _shape(inner)[0])
    if get_origin(bare) is dict:
        return "json", "text"
    if bare is bool:
        return "flag", "text"
    if bare is int:
        return "integer", "text"
    if any(isinstance(mark, Names) for mark in marks):
        return "id", "text"
    return ("code" if _CODE in marks else "money" if _MONEY in marks else "text"), "text"


def put(data: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set a field of `data`, making the objects it stands in. Raises CellFault where it is given already."""
    for step in path[:-1]:
        data = data.setdefault(step, {})
        if not isinstance(data, dict):
            break
    if not isinstance(data, dict) or path[-1] in data:
        raise CellFault("每个字段只由一列给出", "each field from one column")
    data[path[-1]] = value

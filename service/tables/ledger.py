"""A ledger, CSV or a worksheet, as events: a row is one event of a kind, its cells the fields of its data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from events.canonical import canonical
from events.catalogue.base import Kind
from events.cloudevent import read_events
from events.item_errors import Malformed
from service.tables.cells import Row
from service.tables.columns import CellFault, Column, columns_of, folded, put, read_id, understood
from service.tables.encoding import is_workbook
from service.tables.faults import Fault
from service.tables.identity import event_id, told_apart_by
from service.tables.kinds import attribute, kind_named, kind_of
from service.tables.sheet import Sheet
from service.tables.template import FAULTS, ID, TYPE

if TYPE_CHECKING:
    from service.tables.workbook import Worksheet

SOURCE: Final = "urn:zeren:import:csv"
"""The source of the events of a ledger that names none."""
_WORD: Final = re.compile(r"[a-z_]+")


class Entry(NamedTuple):
    """One row as an event."""

    line: int
    kind: type[Kind]
    event: dict[str, Any]
    cells: Mapping[str, str]
    """The cells that are not blank, by header as in the file."""


@dataclass(slots=True)
class Ledger:
    """A file of rows: what they are as events, and what is wrong with the others."""

    encoding: str
    kind: type[Kind] | None
    known_by: str
    headers: Sequence[str]
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    cells: dict[int, list[str]] = field(default_factory=dict)
    """What each row says, by its line; blank rows are left out."""
    notes: list[str] = field(default_factory=list)
    rows: int = 0
    repeated: int = 0
    """Rows that say the same as one above."""
    unreadable: bool = False
    """Whether the file as a whole cannot be used."""


def read_ledger(
    raw: bytes, *, kind: str | None = None, source: str = SOURCE, file_name: str = "", worksheet: str | None = None
) -> Ledger:
    """Read a file, of a workbook one worksheet. Raises KindUnclear where it does not say what its rows are."""
    sheet = _opened(raw, worksheet)
    if sheet.faults:
        return Ledger(sheet.encoding, None, "", [], faults=sheet.faults, unreadable=True)
    found, known_by = kind_of(sheet.header, kind, file_name)
    ledger = Ledger(sheet.encoding, found, known_by, sheet.header, notes=sheet.notes)
    if found is not None:
        ledger.faults = _header_faults(found, sheet.header)
        ledger.unreadable = bool(ledger.faults)
    if not ledger.unreadable:
        first: dict[tuple[str, str], Entry] = {}
        for row in sheet.rows():
            ledger.rows += 1
            ledger.cells[row.line] = row.cells
            _take(ledger, row, source, first)
        ledger.rows += len(sheet.faults)
        ledger.cells |= {row.line: row.cells for row in sheet.unfit}
        ledger.faults = sorted([*ledger.faults, *sheet.faults], key=lambda fault: fault.line)
    return ledger


def _opened(raw: bytes, worksheet: str | None) -> Sheet | Worksheet:
    if not is_workbook(raw):
        return Sheet(raw)
    from service.tables.workbook import Worksheet  # noqa: PLC0415  what reads workbooks takes long to import

    return Worksheet(raw, worksheet)


def _header_faults(kind: type[Kind], headers: Sequence[str]) -> list[Fault]:
    """Columns that the kind does not have, or that are given twice."""
    faults, seen = [], set()
    for header in headers:
        meant = _meant(kind, header)
        if header and header != FAULTS and meant is None:
            known = "、".join(column.header for column in columns_of(kind))
            zh, en = f"{kind.TITLE_ZH}没有此列;可用:{known}", f"{kind.NAME} has no such column; it has {known}"
            faults.append(Fault(1, header, None, zh, en))
        elif meant is not None and meant in seen:
            faults.append(Fault(1, header, None, "每列只出现一次", "each column once"))
        seen.add(meant)
    return faults


@cache
def _meant(kind: type[Kind], header: str) -> Column | str | None:
    """What a header means: a column of the kind, or the name of an attribute of the event."""
    return attribute(header, kind) or understood(kind).get(folded(header))


def _take(ledger: Ledger, row: Row, source: str, first: dict[tuple[str, str], Entry]) -> None:
    """Read one row into the ledger."""
    found, faults = _read_row(ledger.kind, ledger.headers, row, source)
    if found is None or faults:
        ledger.faults += faults if found is None else [*faults, *_also_wrong(ledger, found, faults)]
        return
    key = found.event["source"], found.event["id"]
    before = first.setdefault(key, found)
    if before is found:
        ledger.entries.append(found)
    elif canonical(before.event) == canonical(found.event):
        ledger.repeated += 1
    else:
        made_of = "、".join(f"{name}" for name in told_apart_by(found.kind)) or "data"
        zh = f"与第 {before.line} 行是同一事件({made_of})而内容不同;若是两件事,请各填{ID}"
        en = f"the same event as line {before.line} (by {made_of}) with other content; if they are two, give each an id"
        ledger.faults.append(Fault(found.line, header_of(ledger, found.kind, ("id",)), found.event["id"], zh, en))


def entry_of(kind: type[Kind] | None, headers: Sequence[str], row: Row, source: str) -> Entry | list[Fault]:
    """A row of a ledger of a kind, or of rows that each say theirs, as an event; or what is wrong with its cells."""
    found, faults = _read_row(kind, headers, row, source)
    return faults if found is None or faults else found


def _read_row(
    kind: type[Kind] | None, headers: Sequence[str], row: Row, source: str
) -> tuple[Entry | None, list[Fault]]:
    """A row as an event, of those of its cells that can be read, and what is wrong with the others."""
    cells = {header: cell for header, cell in zip(headers, row.cells, strict=True) if cell and header != FAULTS}
    if kind is None:
        said = next((cell for header, cell in cells.items() if attribute(header, None) == "type"), "")
        kind = kind_named(said)
        if kind is None:
            zh, en = "事件类型或其中文名称(见 GET /v1/kinds)", "a kind of event, or its title (see GET /v1/kinds)"
            return None, [Fault(row.line, TYPE, said, zh, en)]
    attributes: dict[str, str] = {"source": source}
    data: dict[str, Any] = {}
    faults = []
    for header, cell in cells.items():
        meant = _meant(kind, header)
        if meant is None:
            zh, en = f"{kind.TITLE_ZH}没有此列,应留空", f"blank: {kind.NAME} has no such column"
            faults.append(Fault(row.line, header, cell, zh, en))
            continue
        try:
            if isinstance(meant, str):
                attributes[meant] = read_id(cell) if meant == "id" else cell
            else:
                put(data, meant.path, meant.read(cell))
        except CellFault as fault:
            faults.append(Fault(row.line, header, cell, fault.zh, fault.en))
    faults += _other_kind(row, kind, attributes.pop("type", None))
    event = {"specversion": "1.0", **attributes, "type": kind.NAME, "data": data}
    event.setdefault("id", _made_id(kind, data))
    return Entry(row.line, kind, event, cells), faults


def _also_wrong(ledger: Ledger, entry: Entry, faults: Sequence[Fault]) -> list[Fault]:
    """What is wrong with the form of the other cells of a row, about which the service is not asked."""
    problem = read_events([entry.event])[0]
    if not isinstance(problem, Malformed):
        return []
    told = [fault_of(ledger, entry, fault.pointer, fault.zh, fault.en) for fault in problem.faults]
    unread = {fault.column for fault in faults}
    return [fault for fault in told if fault.value is not None and fault.column not in unread]


def _other_kind(row: Row, kind: type[Kind], said: str | None) -> list[Fault]:
    """What is wrong where a row says another kind than the file."""
    if said is None or kind_named(said) is kind:
        return []
    return [Fault(row.line, TYPE, said, f"{kind.NAME} {kind.TITLE_ZH}", f"{kind.NAME}, as the file says")]


def _made_id(kind: type[Kind], data: Mapping[str, Any]) -> str:
    """The id of a row's event; of a row that lacks the id it is about, which will be refused, by its content."""
    fields = told_apart_by(kind)
    if fields and data.get(fields[0]) is None:
        return event_id(kind, {fields[0]: [*map(str, data.items())]})
    return event_id(kind, data)


def header_of(ledger: Ledger, kind: type[Kind], path: Sequence[str]) -> str | None:
    """The header, as in the file, of the column that a path in an event comes from; its title where it has none."""
    if not path:
        return None
    if path[0] != "data":
        named = next((header for header in ledger.headers if _meant(kind, header) == path[0]), None)
        return named or {"id": ID}.get(path[0], path[0])
    fitting = _columns_at(kind, path)
    if not fitting:
        return path[1] if len(path) > 1 else None
    longest = len(fitting[0].path)
    for header in ledger.headers:
        meant = _meant(kind, header)
        if isinstance(meant, Column) and meant.path == tuple(path[1 : 1 + longest]):
            return header
    return fitting[0].header


def _columns_at(kind: type[Kind], path: Sequence[str]) -> list[Column]:
    """The columns that a path in an event leads to or into, the narrowest first."""
    fitting = [column for column in understood(kind).values() if column.path == tuple(path[1 : 1 + len(column.path)])]
    return sorted(fitting, key=lambda column: -len(column.path))


def _within(kind: type[Kind], path: Sequence[str]) -> tuple[str, str]:
    """Which item and field of the JSON of a cell a path in an event leads to, in both languages; empty for the cell."""
    fitting = _columns_at(kind, path) if path and path[0] == "data" else []
    steps = path[1 + len(fitting[0].path) :] if fitting else []
    zh = [f"第 {int(step) + 1} 项" if step.isdecimal() else step for step in steps]
    en = [f"item {int(step) + 1}" if step.isdecimal() else step for step in steps]
    return " ".join(zh) + ":" * bool(zh), ", ".join(en) + ": " * bool(en)


def fault_of(ledger: Ledger, entry: Entry, pointer: str, zh: str, en: str) -> Fault:
    """What the service says of a place in an event, said of the cell it comes from."""
    path = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    header = header_of(ledger, entry.kind, path)
    if header is None:
        zh, en = (_WORD.sub(lambda found: _title(entry.kind, found[0]), said) for said in (zh, en))
    where_zh, where_en = _within(entry.kind, path)
    return Fault(entry.line, header, entry.cells.get(header or ""), where_zh + zh, where_en + en)


def _title(kind: type[Kind], word: str) -> str:
    """The header of a field that a message names; any other word as it is."""
    column = understood(kind).get(word) if "_" in word or word in kind.model_fields else None
    return word if column is None else column.header

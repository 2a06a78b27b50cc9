"""Facts as the rows of a ledger, which `ledger.py` reads as the same events, and CSV of them."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import Any, BinaryIO, Protocol

from events.catalogue.base import Kind
from events.cloudevent import without_nulls
from service.tables.cells import Row, tidied
from service.tables.columns import columns_of
from service.tables.ledger import SOURCE, Entry, entry_of
from service.tables.template import header_of_kind


class NoRoom(Exception):
    """A workbook cannot hold it, and a CSV file can."""


def row_of(kind: type[Kind], event: Mapping[str, Any], data: Mapping[str, Any]) -> list[str] | None:
    """The cells of a fact, of which `data` stands; None where cells would not say all of it.

    Of the event itself its id, source and time are told: other attributes have no column.
    """
    stated = without_nulls(dict(data))
    columns = columns_of(kind)
    values = [_at(stated, column.path) for column in columns]
    cells = [column.write(value) if value is not None else "" for column, value in zip(columns, values, strict=True)]
    row = [event["id"], event["source"], event.get("time") or "", *cells]
    found = entry_of(kind, header_of_kind(kind), Row(1, [tidied(cell) for cell in row]), SOURCE)
    if not isinstance(found, Entry):
        return None
    said = found.event
    same = said["data"] == stated and all(said.get(name) == event.get(name) for name in ("id", "source", "time"))
    return row if same else None


def _at(data: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


class Writer(Protocol):
    """Writes rows to a file."""

    def write(self, kind: type[Kind], row: list[str]) -> None:
        """Write a row of a kind. Raises NoRoom."""

    def close(self) -> None:
        """Finish the file."""


class CsvWriter:
    """CSV (RFC 4180, UTF-8 with BOM) of one kind."""

    def __init__(self, target: BinaryIO, kind: type[Kind]) -> None:
        target.write(BOM_UTF8)
        self._text = io.TextIOWrapper(target, "utf-8", newline="", write_through=True)
        self._rows = csv.writer(self._text)
        self._rows.writerow(header_of_kind(kind))

    def write(self, kind: type[Kind], row: list[str]) -> None:  # noqa: ARG002  all are of one
        """Write a row."""
        self._rows.writerow(row)

    def close(self) -> None:
        """Flush; the file is its opener's to close."""
        self._text.flush()
        self._text.detach()


def template(kind: type[Kind]) -> bytes:
    """The empty ledger of a kind: the header alone, to be filled in and imported."""
    out = io.BytesIO()
    CsvWriter(out, kind).close()
    return out.getvalue()

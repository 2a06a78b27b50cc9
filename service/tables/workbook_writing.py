"""A workbook (.xlsx, ECMA-376) of ledgers, a sheet for each kind, as `workbook.py` reads one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from events.catalogue.base import Kind
from service.tables.template import header_of_kind
from service.tables.writing import NoRoom

MOST_ROWS: Final = 1_048_576
"""Rows of a worksheet, the header among them (ECMA-376, and Excel)."""
LONGEST: Final = 32_767
"""Characters of a cell that Excel keeps."""
_NAME_MAX: Final = 31
_NOT_IN_NAMES: Final = re.compile(r"[\\[\]:*?/]")
_MEANT_AS_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What a workbook would read as the code of a character (ECMA-376 part 1, 22.9.2.19)."""
_CODES: Final = {0xFFFE: "_xFFFE_", 0xFFFF: "_xFFFF_"}
"""Characters that a text may hold and XML may not (XML 1.0, 2.2), and their codes."""


class WorkbookWriter:
    """An Excel workbook with a sheet for each kind, named by its Chinese title. Every cell is text."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._book = Workbook(write_only=True)
        self._sheets: dict[type[Kind], Any] = {}
        self._rows: dict[type[Kind], int] = {}

    def write(self, kind: type[Kind], row: list[str]) -> None:
        """Write a row to the sheet of its kind. Raises NoRoom."""
        if kind not in self._sheets:
            sheet = self._sheets[kind] = self._book.create_sheet(_NOT_IN_NAMES.sub(" ", kind.TITLE_ZH)[:_NAME_MAX])
            sheet.freeze_panes = "A2"
            self._append(kind, header_of_kind(kind))
        if self._rows[kind] == MOST_ROWS:
            raise NoRoom(f"{kind.NAME}: more than {MOST_ROWS - 1:,} rows")
        if max(map(len, row)) > LONGEST:
            raise NoRoom(f"{kind.NAME}, event {row[0]}: a cell of more than {LONGEST:,} characters")
        self._append(kind, row)

    def _append(self, kind: type[Kind], row: Sequence[str]) -> None:
        sheet = self._sheets[kind]
        self._rows[kind] = self._rows.get(kind, 0) + 1
        sheet.append([_text_cell(sheet, cell) if cell else None for cell in row])

    def close(self) -> None:
        """Save it; a workbook has a sheet at least."""
        if not self._sheets:
            self._book.create_sheet()
        self._book.save(self._path)

    def give_up(self) -> None:
        """Let go of what was written, where it is not to be saved."""
        for sheet in self._sheets.values():
            if not sheet.closed:
                sheet.close()


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, _MEANT_AS_ESCAPE.sub("_x005F_", text).translate(_CODES))
    cell.data_type = "s"  # also what begins as a formula does
    return cell

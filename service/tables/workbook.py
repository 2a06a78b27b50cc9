"""A worksheet of a workbook (.xlsx, ECMA-376) as rows of cells, as `sheet` gives those of a CSV file.

What a sheet keeps nothing of, an error or a formula that was never computed, is a fault, never a blank.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook

from service.tables.cells import Row
from service.tables.faults import Fault
from service.tables.typed import Unread, text_of

SAID: Final = "Excel .xlsx"
MAX_UNPACKED: Final = 256 * 1024 * 1024
"""Bytes; a file that unpacks to more is not opened."""
_SHEETS: Final = "xl/worksheets/"
_BROKEN: Final = (
    zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, ParseError, EOFError, OSError,
    RuntimeError,
)  # fmt: skip
"""What openpyxl raises of a file that is damaged, or is another zipped thing."""


class Worksheet:
    """One worksheet: that of a name, or the one that is visible and not empty. `faults` grows while rows are read."""

    def __init__(self, raw: bytes, name: str | None = None) -> None:
        self.encoding = SAID
        self.faults: list[Fault] = []
        self.notes: list[str] = []
        self.header: list[str] = []
        self.unfit: list[Row] = []
        """Rows that cannot be read, each with a fault."""
        self._rows: Iterator[Row] = iter(())
        try:
            self._open(raw, name)
        except _BROKEN as error:
            zh, en = (
                f"完好的 Excel 工作簿;此文件不是:{error}",
                f"an Excel workbook that is whole; this is none: {error}",
            )
            self._fault(zh, en)

    def rows(self) -> Iterator[Row]:
        """The rows below the header that are not blank and can be read; the others are faults."""
        width = len(self.header)
        try:
            for row in self._rows:
                fault = self._wrong(row)
                if fault is not None:
                    self.faults.append(fault)
                    self.unfit.append(row)
                elif row.cells:
                    yield Row(row.line, [*row.cells, *repeat("", width - len(row.cells))])
        except _BROKEN as error:
            self._fault(f"完好的工作表;此后无法读取:{error}", f"a sheet that is whole; it cannot be read on: {error}")

    def _wrong(self, row: Row) -> Fault | None:
        width = len(self.header)
        for index, cell in enumerate(row.cells):
            header = self.header[index] if index < width else None
            if isinstance(cell, Unread):
                zh = "单元格的值;此处是电子表格的错误,或未计算的公式"
                en = "the value of the cell; here is an error of the spreadsheet, or a formula that was not computed"
                return Fault(row.line, header, str(cell), zh, en)
            if cell and not header:
                return Fault(row.line, None, cell, "每个单元格上方有列名", "a header above every cell")
        return None

    def _open(self, raw: bytes, name: str | None) -> None:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(member.file_size for member in packed.infolist()) > MAX_UNPACKED:
                size = f"{MAX_UNPACKED:,}"
                self._fault(f"解压后不超过 {size} 字节", f"no more than {size} bytes unpacked")
                return
            sheets = [member for member in packed.namelist() if member.startswith(_SHEETS)]
            computed = any(mark in packed.read(member) for member in sheets for mark in (b"<f>", b"<f "))
        chosen = self._chosen(load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets, name)
        if chosen is None:
            return
        self.encoding = f"{SAID}, {chosen.title}"
        # What formulas came to is read from one opening of the file, which of them came to nothing from another.
        self._rows = _read(chosen, load_workbook(io.BytesIO(raw), read_only=True)[chosen.title] if computed else None)
        first = next(self._rows, Row(1, []))
        self.header = [str(cell) for cell in first.cells]
        if not self.header:
            self._fault("第一行应为列名", "a header in the first row")

    def _chosen(self, sheets: Sequence[Any], name: str | None) -> Any:
        """The sheet to read; None, and a fault, where there is not one."""
        if name is not None:
            found = [sheet for sheet in sheets if sheet.title == name]
            if not found:
                self._fault(f"工作表名称:{_named(sheets)}", f"the name of a sheet: {_named(sheets)}", name)
            return found[0] if found else None
        visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
        filled = [sheet for sheet in visible if any(row.cells for row in _read(sheet))]
        if not filled:
            self._fault("文件为空:应以列名开头", "the file is empty: a header comes first")
        elif len(filled) > 1:
            zh = f"一张工作表;此文件有 {_named(filled)}:请以 --sheet 指明,或只留一张"
            en = f"one sheet; this file has {_named(filled)}: name it with --sheet, or leave one"
            self._fault(zh, en)
        return filled[0] if len(filled) == 1 else None

    def _fault(self, zh: str, en: str, value: str | None = None) -> None:
        self.faults.append(Fault(1, None, value, zh, en))


def _named(sheets: Iterable[Any]) -> str:
    return "、".join(sheet.title for sheet in sheets)


def _read(sheet: Any, written: Any = None) -> Iterator[Row]:
    """The rows of a sheet, without blanks at their ends; `written` is the same sheet with its formulas, if any."""
    sheet.reset_dimensions()  # what programs write of them is not always so
    formulas: Iterable[Sequence[Any]] = repeat(())
    if written is not None:
        written.reset_dimensions()
        formulas = written.iter_rows()
    for line, (cells, said) in enumerate(zip(sheet.iter_rows(), formulas, strict=False), 1):
        texts = [text_of(cell) for cell in cells]
        for index, cell in enumerate(said):
            if cell.data_type == "f" and cells[index].value is None:
                texts[index] = Unread(cell.value)
        while texts and not texts[-1]:
            texts.pop()
        yield Row(line, texts)

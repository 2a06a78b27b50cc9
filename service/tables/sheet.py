"""A CSV file (RFC 4180) as rows of cells, each with the line it begins on, and what is wrong with them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from service.tables.cells import Row, tidied
from service.tables.encoding import recognise
from service.tables.faults import Fault

MAX_CELL: Final = 512 * 1024
"""As much as a line of an import may hold; a longer cell is a quote that was not closed."""
_AS_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?[eE][+-]?\d+|\d+\.0*)", re.ASCII)


def is_spreadsheet_number(text: str) -> bool:
    """Whether a text is what a spreadsheet makes of a code that it took for a number: 6.21223E+11, 621223.0."""
    return _AS_NUMBER.fullmatch(text) is not None


_SEPARATOR: Final = re.compile(r"sep=.?", re.IGNORECASE)
"""A first line by which Excel is told the separator of a file."""


def is_marked_as_text(text: str) -> bool:
    """Whether a text begins with what keeps a spreadsheet from counting it: `="00123"`, `'00123`."""
    return text.startswith(('="', "'"))


class Sheet:
    """One CSV file. `faults` grows while the rows are read."""

    def __init__(self, raw: bytes) -> None:
        encoding = recognise(raw)
        self.encoding = encoding.said
        self.faults: list[Fault] = list(encoding.faults)
        self.notes: list[str] = []
        self.header: list[str] = []
        self.unfit: list[Row] = []
        """Rows that have not as many cells as the header, each with a fault."""
        self._rows = self._read(raw, encoding.codec)
        first = next(self._rows, None)
        if first is not None:
            self.header = list(first.cells)
            while self.header and not self.header[-1]:
                self.header.pop()
        if len(self.header) == 1 and _SEPARATOR.fullmatch(self.header[0]):
            zh = "首行应为列名;此行是给 Excel 的分隔符标记:请删去此行,列以逗号分隔"
            en = "a header comes first; this line tells Excel the separator: remove it, cells are separated by commas"
            self.faults.append(Fault(1, None, self.header[0], zh, en))
        elif len(self.header) == 1 and any(other in self.header[0] for other in ";\t"):
            zh, en = "列应以逗号分隔", "cells separated by commas"
            self.faults.append(Fault(1, None, self.header[0][:80], zh, en))
        if not self.header and not self.faults:
            self.faults.append(Fault(1, None, None, "文件为空:应以列名开头", "the file is empty: a header comes first"))
        if raw and not raw.endswith((b"\n", b"\r")):
            self.notes.append(
                "文件末行没有换行,请确认末行完整 · no line break at the end: see that the last row is whole"
            )

    def rows(self) -> Iterator[Row]:
        """The rows below the header that are not blank and have as many cells as it; the others are faults."""
        width = len(self.header)
        kept: Row | None = None
        for row in self._rows:
            if not any(row.cells):
                continue
            if kept is not None:
                yield from self._fitting(kept, width, last=False)
            kept = row
        if kept is not None:
            yield from self._fitting(kept, width, last=True)

    def _fitting(self, row: Row, width: int, *, last: bool) -> Iterator[Row]:
        cells = row.cells
        if len(cells) == width or (len(cells) > width and not any(cells[width:])):
            yield Row(row.line, cells[:width])
            return
        cut = "文件在此行截断:" if last and len(cells) < width else ""
        cut_en = "the file is cut off in this row: " if cut else ""
        zh, en = f"{cut}应有 {width} 列,实有 {len(cells)} 列", f"{cut_en}expected {width} cells, found {len(cells)}"
        self.unfit.append(row)
        self.faults.append(Fault(row.line, None, ",".join(cells)[:80], zh, en))

    def _read(self, raw: bytes, codec: str | None) -> Iterator[Row]:
        """Every row of the file, the header too. A quote out of place costs its own row, one never closed the rest."""
        if codec is None:
            return
        csv.field_size_limit(MAX_CELL)
        text = io.TextIOWrapper(io.BytesIO(raw), codec, errors="ignore", newline="")
        begins = 1
        while True:
            reader, before = csv.reader(text, strict=True), begins - 1
            try:
                for cells in reader:
                    yield Row(begins, [tidied(cell) for cell in cells])
                    begins = before + reader.line_num + 1
            except csv.Error as error:
                last = before + reader.line_num
                self.faults.append(_broken(str(error), begins, last))
                if begins == 1 or not _is_astray(str(error)):  # without its header no row can be read
                    return
                begins = last + 1
            else:
                return


def _is_astray(said: str) -> bool:
    """Whether what Python says of a row is that a quote ended a cell and text followed, so that the next line is one.

    Where a cell has grown too long, or the file has ended, all that came after its quote was taken for its text.
    """
    return "expected after" in said


def _broken(said: str, first: int, last: int) -> Fault:
    """What is wrong with the row that begins in line `first`, of which reading stopped in line `last`."""
    if not _is_astray(said):
        zh = f"文件在引号内截断:此行的引号没有闭合;自第 {first} 行起均未读取"
        en = f"the file is cut off inside quotes: a quote of this row is never closed; from line {first} on nothing was"
        return Fault(first, None, None, zh, f"{en} read")
    zh = '引号闭合后应为逗号或行末(引号之内的引号写作两个:"")'
    en = 'a comma or the end of the row after a closing quote (a quote within quotes is written twice: "")'
    if last > first:
        zh += f";第 {first} 至 {last} 行未读取:其间可能有未闭合的引号"
        en += f"; lines {first} to {last} were not read: a quote among them may not be closed"
    return Fault(first, None, None, zh, en)

"""Rows of cells, and the numbers among these that a spreadsheet kept as numbers."""

from __future__ import annotations

from typing import Final, NamedTuple

BLANK: Final = " \t\r\n\u00a0\u3000\ufeff"
"""What means nothing around the text of a cell."""


class Row(NamedTuple):
    """One row: the line it begins on, counted from 1, and its cells without blanks around them."""

    line: int
    cells: list[str]


class Number(str):
    """A number that is kept as one: its digits, and as many decimals as are shown."""

    __slots__ = ()

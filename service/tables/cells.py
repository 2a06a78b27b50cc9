"""Rows of cells, and the numbers among these that a spreadsheet kept as numbers."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_INVISIBLE: Final = "\u00ad\u180e\u2028\u2029\u202f\u205f\ufeff" + "".join(
    map(chr, (*range(0x2000, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)))
)
"""Blanks of other widths, and characters that show nothing: zero-width spaces, marks of direction, joiners."""
BLANK: Final = f" \t\r\n\u00a0\u3000{_INVISIBLE}"
"""What means nothing around the text of a cell."""

_BREAK: Final = re.compile(r"\r\n?")


def tidied(text: str) -> str:
    """The text of a cell without blanks around it; its own line breaks are line feeds, whatever saved it."""
    return _BREAK.sub("\n", text.strip(BLANK))


def flag_cell(value: bool) -> str:
    """The cell of a boolean."""
    return "是" if value else "否"


class Row(NamedTuple):
    """One row: the line it begins on, counted from 1, and its cells without blanks around them."""

    line: int
    cells: list[str]


class Dated(str):
    """A day, or a time, that is kept as one: its text."""

    __slots__ = ()


class Number(str):
    """A number that is kept as one: its digits, and as many decimals as are shown."""

    __slots__ = ()

"""What a cell of a workbook (ECMA-376) says, as text: of what its sheet keeps of it, and how its format shows that.

Text is taken as it is, `_x000D_` in it as what that stands for (part 1, 22.9.2.19); a number in its digits, with as
many decimals as its format shows; a date as a day, or as a month or year where its format shows no more and it begins
then. A spreadsheet's error says nothing: it is `Unread`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import unescape

from service.tables.cells import Dated, Number, flag_cell, tidied

_DIGITS: Final = 10**15
"""From here on a spreadsheet has lost digits: it keeps fifteen."""
_OF_DATES: Final = frozenset((*range(27, 37), *range(50, 59)))
"""Built-in formats that show dates in Chinese, Japanese and Korean editions alone (ECMA-376 part 1, 18.8.30)."""
_OF_MONTHS: Final = frozenset({27, 36, 50, 52, 54, 55, 57})
_QUOTED: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DECIMALS: Final = re.compile(r"[#0,]*0\.(0+)")


class Unread(str):
    """What stands in a cell whose value is not known."""

    __slots__ = ()


def text_of(cell: Any) -> str:
    """The text of a cell as openpyxl reads it; empty for a blank one."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "e":
        return Unread(value)
    if isinstance(value, str):
        return tidied(unescape(value))
    if isinstance(value, bool):
        return flag_cell(value)
    return _measured(cell, value)


def _measured(cell: Any, value: Any) -> str:
    """The text of a number, or of what is kept as one: a day, or a time of the day."""
    built_in = cell.style_array.numFmtId if cell.has_style else 0
    if isinstance(value, (int, float)) and built_in in _OF_DATES:
        value = from_excel(value, cell.parent.parent.epoch)
    if isinstance(value, (int, float)):
        return _number(value, cell.number_format)
    if isinstance(value, date):
        return Dated(_day(value, cell.number_format, of_months=built_in in _OF_MONTHS))
    return Dated(value.isoformat()) if isinstance(value, time) else str(value)


def _number(value: float, shown: str) -> str:
    if abs(value) >= _DIGITS:
        return f"{value:.14E}"
    exact = Decimal(f"{value:.15g}")  # what a formula came to may have binary dust beyond, which is never shown
    if exact == exact.to_integral_value():
        exact = exact.quantize(Decimal(1))
    decimals = _DECIMALS.match(_QUOTED.sub("", shown))
    if decimals is not None and "%" not in shown:
        rounded = exact.quantize(Decimal(1).scaleb(-len(decimals[1])))
        exact = rounded if rounded == exact else exact
    return Number(format(exact, "f"))


def _day(value: date, shown: str, *, of_months: bool) -> str:
    """A date as EDTF; with its time of the day where it has one, which no date of ours takes."""
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat()
    day = f"{value:%Y-%m-%d}".zfill(10)
    shown = _QUOTED.sub("", shown.split(";", maxsplit=1)[0]).lower()
    months = of_months or ("m" in shown and "d" not in shown)
    if value.day == 1 and months:
        return day[:7]
    if (value.day, value.month) == (1, 1) and "y" in shown and "m" not in shown and "d" not in shown:
        return day[:4]
    return day

